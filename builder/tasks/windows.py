"""Cut an article into windows, and make of each a task with its part of the suggestion."""

import re
from collections.abc import Sequence

from builder.records import Article, Span, Suggestion, Task
from builder.text import paragraph_bounds

MAX_WORDS = 800
_QUOTES = {"“": "”", "«": "»", "„": "“"}
# Closed by the sign that opens an English quotation.
_GERMAN = re.compile(r"„[^„“”]*[“”]")


def tasks_of(
    article: Article, suggestion: Suggestion, fixed: Sequence[tuple[int, int]] = ()
) -> list[Task]:
    """Return the article's tasks in order; windows that are ``fixed`` stay as they are."""
    return [
        Task(
            article=article.id,
            start=start,
            end=end,
            text=article.text[start:end],
            title=article.metadata.first("headline") or article.text[:80].split("\n")[0],
            source_line=_source_line(article),
            suggestion=part(suggestion, start, end),
        )
        for start, end in windows(article.text, suggestion.spans, fixed)
    ]


def windows(
    text: str, spans: Sequence[Span], fixed: Sequence[tuple[int, int]] = ()
) -> list[tuple[int, int]]:
    """Return the bounds of an article's windows; together they hold every paragraph once.

    A window has at most about MAX_WORDS words and cuts no open quote and no suggested claim; a
    longer paragraph is a window of its own. Beside ``fixed`` windows, which annotators may have
    worked on, only the paragraphs that are in none of them get new ones.
    """
    units = paragraph_bounds(text) if fixed else _units(text, spans)
    found: list[tuple[int, int]] = []
    for start, end in units:
        if any(first < end and start < last for first, last in fixed):
            continue
        follows = found and not text[found[-1][1] : start].strip()
        if follows and _words(text[found[-1][0] : end]) <= MAX_WORDS:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return sorted([*fixed, *found])


def _units(text: str, spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Return runs of paragraphs that may not be parted."""
    claims = [span for span in spans if span.layer == "claim"]
    units: list[tuple[int, int]] = []
    for start, end in paragraph_bounds(text):
        held = units and (
            _quote_is_open(text[slice(*units[-1])])
            or any(claim.start < start < claim.end for claim in claims)
        )
        if held:
            units[-1] = (units[-1][0], end)
        else:
            units.append((start, end))
    return units


def _quote_is_open(text: str) -> bool:
    """Tell whether the text's last paragraph opens a quotation that it does not close."""
    last = _GERMAN.sub("", text.rsplit("\n\n", 1)[-1])
    if last.count('"') % 2:
        return True
    return any(last.rfind(opening) > last.rfind(closing) for opening, closing in _QUOTES.items())


def _words(text: str) -> int:
    return len(text.split())


def _source_line(article: Article) -> str:
    meta = article.metadata
    parts = (meta.first("outlet"), meta.first("published"), ", ".join(meta.author_names()))
    return " · ".join(part for part in parts if part) or "source unknown"


def part(suggestion: Suggestion, start: int, end: int) -> Suggestion:
    """Return the suggestion's spans that lie in a window, with the relations among them."""
    spans = tuple(s for s in suggestion.spans if start <= s.start and s.end <= end)
    ids = {span.id for span in spans}
    return suggestion.model_copy(
        update={
            "scope": suggestion.scope.model_copy(update={"start": start, "end": end}),
            "spans": spans,
            "relations": tuple(r for r in suggestion.relations if r.head in ids and r.tail in ids),
        }
    )
