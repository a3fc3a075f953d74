"""What each rule of the cleaner earns on outlets that the model did not learn from.

    .venv/bin/python -m benchmarks.cleaning_rules CORPUS [--texts 1] [--relearn] [--only WORD]

Takes one rule, or one way in which rules and model decide together, away at a time; the rules
judge all pages anew, and F1 is compared text by text. The model has learned in two parts by outlet,
each of which is read by what was learned from the other; with ``--relearn`` it learns again without
the rule, which takes long. Prints how F1 changes without it, for the rules alone and for model and
rules, on the outlets whose pages may be looked at and on the others, with the 95% interval from a
bootstrap over outlets. Of each page so many of its renderings are taken, in turn. Needs the extra
``train``.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from benchmarks.cleaning_corpus import Dump, chosen, marked
from benchmarks.html_corpus import f1
from builder.ingest.cleaning import (
    captions,
    dates,
    furniture,
    head,
    inside,
    lines,
    region,
    rule_votes,
    wording,
)
from builder.training import line_folds
from builder.training.line_material import LineMaterial, prepare
from builder.training.line_trees import TreeSettings
from builder.training.marked_pages import interval

_FOLDS = 2
# What only changes how model and rules decide together needs no learning.
_JOINT = "together: "
Array = NDArray[np.float64]
Found = tuple[list[float], list[float]]


def _never(*_: object, **__: object) -> bool:
    return False


def _nothing(*_: object, **__: object) -> None:
    return None


def _same(_: object, verdicts: Any) -> list[Any]:
    return list(verdicts)


class _NoPattern:
    """A pattern that fits nothing."""

    search = fullmatch = match = staticmethod(_nothing)


def _longest(values: Sequence[float], _: object) -> tuple[int, int] | None:
    total, first, last = region.maximum_segment(values)
    return (first, last) if total > 0 else None


# What stands in for a rule that is taken away: where it is, its name there, and the substitute.
RULES: Mapping[str, Sequence[tuple[Any, str, Any]]] = {
    "advertising labels": [(furniture, "_AD", _NoPattern)],
    "headings of comments": [(furniture, "_COMMENTS", _NoPattern)],
    "sharing tools": [(furniture, "_SHARE", _NoPattern)],
    "accounts and paywalls": [
        (furniture, "_ACCOUNT_LINKS", _NoPattern), (furniture, "_PAYWALL", _NoPattern),
    ],
    "headings of related links": [(furniture, "_RELATED_HEADING", _NoPattern)],
    "related links and tags": [(furniture, "_RELATED_LINK", _NoPattern)],
    "footers": [(furniture, "is_footer", _never)],
    "notices": [(furniture, "is_notice", _never)],
    "captions by credit": [(captions, "split", _nothing)],
    "captions by opening": [(captions, "opens_as_caption", _never)],
    "captions by repetition": [
        (head, "captions_marked", _same), (inside, "captions_marked", _same),
    ],
    "bylines in the article": [(inside, "_is_byline", _never)],
    "lines of a date": [(dates, "is_line", _never)],
    "no article across comments": [(region, "_before_comments", _longest)],
    "together: rules bar furniture": [
        (rule_votes, "_CERTAIN", ()), (lines, "_barred", lambda page: np.zeros(len(page), bool)),
    ],
    "together: rules bring back": [(lines, "_WITH_RULES", 1.0)],
    "together: rules where it finds little": [(lines, "_MIN_WORDS", 0)],
}  # fmt: skip
_CACHED = (
    furniture.cue, furniture.is_footer, furniture.is_notice, captions.split, dates.is_line,
    dates.says_when, region.score, wording.is_prose,
)  # fmt: skip


def main() -> None:
    """Take one rule away after the other, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--texts", type=int, default=1, choices=range(1, 8))
    parser.add_argument("--relearn", action="store_true")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    dumps = chosen(options.corpus, options.texts)
    material = prepare(map(marked, dumps), lambda _: None)
    held = {marked(dump): dump for dump in dumps}
    outlets = [held[page] for page in material.pages]
    print(f"{len(outlets)} texts of {len({dump.outlet for dump in outlets})} outlets")
    compared(material, outlets, _learned(material), options.relearn, options.only)


def compared(
    material: LineMaterial, dumps: Sequence[Dump], chances: Array, relearn: bool, only: str
) -> None:
    """Print what F1 is without each rule, given the probabilities that were learned with all."""
    usual = _measured(material, chances)
    rules, both = map(np.mean, usual)
    print(f"F1 with all of them: rules {rules:.4f}, model and rules {both:.4f}")
    print("F1 without it, less F1 with it: looked at, never looked at [interval]")
    for name in RULES:
        if only in name:
            with _without(name):
                changed = replace(material, votes=votes(material))
                anew = _learned(changed) if relearn and not name.startswith(_JOINT) else chances
                found = _measured(changed, anew)
            print(f"{name:40}" + _row(dumps, usual, found), flush=True)


@contextmanager
def _without(name: str) -> Iterator[None]:
    with ExitStack() as stack:
        for where, what, substitute in RULES[name]:
            stack.enter_context(mock.patch.object(where, what, substitute))
        _forget()
        yield
    _forget()


def _forget() -> None:
    for function in _CACHED:
        function.cache_clear()


def votes(material: LineMaterial) -> dict[str, NDArray[np.float32]]:
    """Return what the rules say now of all lines."""
    cast = [rule_votes.cast(page).numbers() for page in material.blocks]
    return {
        name: np.concatenate([one[name].astype(np.float32) for one in cast]) for name in cast[0]
    }


def _learned(material: LineMaterial) -> Array:
    return line_folds.cross_validated(material, _FOLDS, TreeSettings(), _tell)


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _measured(material: LineMaterial, chances: Array) -> Found:
    """Return F1 of each text by the rules alone, and by model and rules."""
    by_rules, by_both = [], []
    for number, page in enumerate(material.pages):
        kept = line_folds.votes_of(material, number)["rules' body"] > 0
        by_rules.append(f1(page.body, line_folds.text_of(material, number, kept)))
        by_both.append(f1(page.body, line_folds.text_found(material, number, chances)))
    return by_rules, by_both


def _row(dumps: Sequence[Dump], usual: Found, found: Found) -> str:
    cells = []
    for name, with_it, without in zip(("rules", "model"), usual, found, strict=True):
        gains = np.array(without) - np.array(with_it)
        seen = np.array([dump.is_development for dump in dumps])
        rest = [dump.outlet for dump in dumps if not dump.is_development]
        low, high = interval(gains[~seen].tolist(), rest)
        cells.append(
            f" {name} {gains[seen].mean():+.4f}, {gains[~seen].mean():+.4f}"
            f" [{low:+.4f}, {high:+.4f}]"
        )
    return ";".join(cells)


if __name__ == "__main__":
    main()
