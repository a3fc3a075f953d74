"""Show what each line of a file is taken for: on a terminal, and as a page of HTML."""

import os
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, NamedTuple

import click

from builder.phrasing import count

if TYPE_CHECKING:
    from builder.ingest.explaining import ExplainedLine, ExplainedSeed, Explanation

_MOST_FAULTS = 10
# A line is cut there on a terminal; the page and JSON hold it whole.
_WIDEST = 120
# What joins the letters of some scripts, and is no control character of a terminal.
_JOINERS = "\u200c\u200d"


class _Colour(NamedTuple):
    """The colour of a role: on a terminal, and the background and the edge of its lines."""

    terminal: str | None
    background: str
    edge: str


# Tints of Okabe and Ito's colours, which colour-blind readers tell apart; the role stands beside.
_BODY = _Colour("green", "#d5f0e6", "#009e73")
_ABOUT = _Colour("blue", "#d9ebf7", "#0072b2")
_PICTURE = _Colour("yellow", "#fbf7c4", "#b8a800")
_FURNITURE = _Colour(None, "#ffffff", "#8a8a8a")
_SELLING = _Colour("red", "#fae3d3", "#d55e00")
_READERS = _Colour("magenta", "#f6e4ee", "#cc79a7")
COLOURS = {
    "body": _BODY,
    "headline": _ABOUT,
    "byline": _ABOUT,
    "date": _ABOUT,
    "outlet": _ABOUT,
    "breadcrumb": _FURNITURE,
    "caption": _PICTURE,
    "credit": _PICTURE,
    "nav": _FURNITURE,
    "ad": _SELLING,
    "related": _SELLING,
    "paywall": _SELLING,
    "share": _SELLING,
    "footer": _FURNITURE,
    "comment": _READERS,
    "blank": _FURNITURE,
}
INK, FAINT_INK = "#1a1a1a", "#4d4d4d"
_STYLE = f"""
body {{ font: 16px/1.45 system-ui, sans-serif; color: {INK}; background: #ffffff;
  margin: 2rem auto; max-width: 80rem; padding: 0 1rem; color-scheme: light; }}
h1 {{ font-size: 1.4rem; }} h2 {{ font-size: 1.15rem; overflow-wrap: anywhere; }}
table {{ border-collapse: collapse; width: 100%; table-layout: fixed; }}
th, td {{ text-align: left; vertical-align: top; padding: .15rem .5rem; }}
th.number, th.score {{ width: 3.2rem; }} th.role {{ width: 6.5rem; }} th.reason {{ width: 15rem; }}
td {{ overflow-wrap: anywhere; }} td.text {{ white-space: pre-wrap; }}
td.number, td.score {{ text-align: right; font-variant-numeric: tabular-nums; }}
td.reason {{ font-size: .85rem; color: {FAINT_INK}; }}
ul.legend {{ list-style: none; display: flex; flex-wrap: wrap; gap: .5rem; margin: 0;
  padding: .5rem 0; position: sticky; top: 0; background: #ffffff; }}
ul.legend li, tr > td.role {{ border-left-style: solid; border-left-width: .4rem;
  padding: .15rem .5rem; }}
tr.blank td {{ font-size: .6rem; padding-top: 0; padding-bottom: 0; }}
.rejected {{ border: 2px solid {_SELLING.edge}; padding: .5rem; }}
"""


def on_terminal(shown: "Explanation") -> Iterator[str]:
    """Yield the lines of an explanation, coloured where the terminal shows colours."""
    yield f"{shown.file}: {count(shown.articles, 'article')}, read as {shown.kind}"
    for seed in shown.seeds:
        yield ""
        yield from _seed(seed)
    more = shown.articles - len(shown.seeds)
    if more > 0:
        yield f"and {count(more, 'article')} more: name one as {shown.file}#RECORD"
    for fault in shown.faults[:_MOST_FAULTS]:
        yield f"  would be rejected: {fault}"
    if len(shown.faults) > _MOST_FAULTS:
        yield f"  would be rejected: {len(shown.faults) - _MOST_FAULTS} more"


def _seed(seed: "ExplainedSeed") -> Iterator[str]:
    yield f"{seed.name}: {_read_by(seed)}"
    if seed.rejected:
        yield f"would be rejected: {seed.rejected}"
    for line in seed.lines:
        text = _visible(line.text)
        text = text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
        row = f"{line.number:>5}  {line.role:<10} {_score(line):>4}  {text}"
        yield f"{_coloured(row, line.role)}  ({line.reason})" if text else row.rstrip()


def _read_by(seed: "ExplainedSeed") -> str:
    if not seed.lines:
        return "not read"
    roles = ", ".join(f"{role} {number}" for role, number in seed.roles.items())
    why = f" ({seed.why})" if seed.why else ""
    return f"{count(len(seed.lines), 'line')} by {seed.reader}{why}: {roles}"


def _coloured(row: str, role: str) -> str:
    colour = None if os.environ.get("NO_COLOR") else COLOURS[role].terminal
    return click.style(row, fg=colour, bold=role == "body") if colour else row


def _score(line: "ExplainedLine") -> str:
    return "" if line.score is None else f"{line.score:.2f}"


def _visible(text: str) -> str:
    """Return a text with a sign in place of each character that a terminal or a page obeys."""
    text = text.expandtabs(4).replace("\u00a0", " ")
    return "".join(c if c.isprintable() or c in _JOINERS else "\ufffd" for c in text)


def page(shown: "Explanation") -> str:
    """Return an explanation as a page of HTML that needs nothing beside it."""
    title = f"How {escape(shown.file)} is cleaned"
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>{title}</title>',
        '<meta name="viewport" content="width=device-width">',
        f"<style>{_STYLE}{''.join(_rules())}</style></head><body><h1>{title}</h1>",
        f"<p>{count(shown.articles, 'article')}, read as {escape(shown.kind)}.</p>",
        *(part for place, seed in enumerate(shown.seeds) for part in _seed_in_html(seed, place)),
    ]
    more = shown.articles - len(shown.seeds)
    parts += [f"<p>And {count(more, 'article')} more.</p>"] if more > 0 else []
    parts += [f'<p class="rejected">{escape(fault)}</p>' for fault in shown.faults]
    return "\n".join([*parts, "</body></html>", ""])


def _rules() -> Iterator[str]:
    for role, colour in COLOURS.items():
        yield f".{role} {{ background: {colour.background}; border-color: {colour.edge}; }}\n"


def _seed_in_html(seed: "ExplainedSeed", place: int) -> Iterator[str]:
    yield f"<h2>{escape(seed.name)}</h2>"
    if seed.rejected:
        yield f'<p class="rejected">Would be rejected: {escape(seed.rejected)}</p>'
    if not seed.lines:
        return
    why = f" ({escape(seed.why)})" if seed.why else ""
    yield f"<p>{count(len(seed.lines), 'line')} by {escape(seed.reader)}{why}:</p>"
    yield '<ul class="legend">'
    yield from (f'<li class="{role}">{role} {number}</li>' for role, number in seed.roles.items())
    yield '</ul><table><thead><tr><th class="number">line</th><th class="role">role</th>'
    yield '<th class="score">score</th><th class="text">text</th><th class="reason">why</th></tr>'
    yield "</thead><tbody>"
    for line in seed.lines:
        yield (
            f'<tr class="{line.role}" id="seed{place}-{line.number}">'
            f'<td class="number">{line.number}</td>'
            f'<td class="role {line.role}">{line.role}</td><td class="score">{_score(line)}</td>'
            f'<td class="text" dir="auto">{escape(_visible(line.text))}</td>'
            f'<td class="reason">{escape(line.reason)}</td></tr>'
        )
    yield "</tbody></table>"
