"""How often headline, authors, date and outlet of pages are found, in plain texts and in HTML.

    .venv/bin/python -m benchmarks.metadata CORPUS_FOLDER [--show dev] [--renderings bs4 html]

The pages are those of :mod:`benchmarks.metadata_corpus`; English ones are measured. What chooses
among the candidates in a text has not learned from the page's outlet (five groups of outlets, each
read by what the others taught); needs the extra ``train``. Pages are split by outlet into a
development part, which rules were written and bounds chosen on, and a held-out part; of HTML
(rendering ``html``), whose rules were written on another part, those are held out that are in
neither. ``--show`` lists what is not right, of the development part only.

Right, wrong and missing are shares of the texts that state the value; *other* are headlines that
are not the known one, but another title that the page itself gives its article (its heading, or its
title for other sites). Of the texts that do not state the known value the number is given, and on
how many of them something was found all the same. Authors are right if the whole set is; they are
wrong if one of them is no author of the page. Intervals (95%) are from outlets drawn again.
"""

import argparse
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.html_corpus import is_development
from benchmarks.metadata_corpus import FIELDS, GROUPS, KnownPage, is_stated, read
from benchmarks.metadata_texts import COPY, FieldLearner, copies_of, texts_of
from builder.ingest import metadata
from builder.ingest.extracted import Extracted
from builder.ingest.fields.found import Rankers
from builder.ingest.fields.trees import FieldName
from builder.ingest.html.page import read_page
from builder.ingest.html.values import letters
from builder.ingest.readers.content import SeedError

_RESAMPLES = 500
_HTML = "html"


class Outcome(NamedTuple):
    """What became of one field of one text."""

    part: str
    page: str
    outlet: str
    rendering: str
    field: str
    verdict: str  # right, other, wrong, missing, unstated, unstated-found
    known: str
    found: str


def main() -> None:
    """Read the pages, find their metadata, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--show", choices=["dev"], help="list what is not right")
    parser.add_argument("--renderings", nargs="*", help="only these")
    chosen = parser.parse_args()
    pages = [page for page in read(chosen.corpus) if page.language == "en"]
    outcomes = [
        one
        for one in measured(pages)
        if not chosen.renderings or one.rendering in chosen.renderings
    ]
    if chosen.show:
        for one in outcomes:
            if one.part == chosen.show and one.verdict not in {"right", "unstated"}:
                print("\t".join(one))
    for part in ("dev", "held-out"):
        table(part, [one for one in outcomes if one.part == part])


def measured(pages: Sequence[KnownPage]) -> Iterator[Outcome]:
    """Yield what became of the fields of all texts of pages, and of their HTML."""
    texts = texts_of(pages)
    texts += copies_of(texts)
    learner = FieldLearner(texts)
    for group in range(GROUPS):
        rankers = learner.rankers(group).__getitem__
        for text in texts:
            if text.page.group == group:
                found = metadata.find(text.judged, rankers)
                yield from _judged(text.page, text.page.part, text.rendering, found, text.whole)
        for page in pages:
            if page.group == group and page.html:
                yield from _of_html(page, rankers)
        print(f"group {group} is read", file=sys.stderr, flush=True)


def _of_html(page: KnownPage, rankers: Rankers) -> Iterator[Outcome]:
    seen = page.part == "dev" or is_development(page.outlet)
    try:
        found = read_page(page.html, page.url, rankers).metadata
    except SeedError:
        found = Extracted()
    yield from _judged(page, "dev" if seen else "held-out", _HTML, found, None)


def _judged(
    page: KnownPage, part: str, rendering: str, found: Extracted, whole: str | None
) -> Iterator[Outcome]:
    """Yield what became of each field that is known; ``whole`` is a text that may not state it."""
    for field in FIELDS:
        wanted = page.wanted(field)
        if not wanted:
            continue
        values = [stated.value for stated in getattr(found, field)]
        values = values if field == "authors" else values[:1]
        if whole is None or all(is_stated(field, value, whole) for value in wanted):
            verdict = _verdict(page, field, values)
        else:
            verdict = "unstated-found" if values else "unstated"
        yield Outcome(
            part,
            page.id,
            page.outlet,
            rendering,
            field,
            verdict,
            "; ".join(wanted),
            "; ".join(values),
        )


def _verdict(page: KnownPage, field: FieldName, values: Sequence[str]) -> str:
    if not values:
        return "missing"
    right = [page.is_right(field, value) for value in values]
    if field == "authors":
        whole = {letters(value) for value in values} == {letters(person) for person in page.people}
        return "right" if whole else "missing" if all(right) else "wrong"
    if field == "headline" and not right[0] and page.is_other_title(values[0]):
        return "other"
    return "right" if right[0] else "wrong"


def table(part: str, outcomes: Sequence[Outcome]) -> None:
    """Print the shares of one part, whole and by rendering, with intervals over outlets."""
    print(f"\n{part}: {len({one.page for one in outcomes})} pages")
    print(
        f"{'field':10} {'rendering':17} {'stated':>6} {'right':>6} {'interval':>13} {'wrong':>6} "
        f"{'interval':>13} {'other':>6} {'missing':>7} {'not stated':>10} {'found there':>11}"
    )
    renderings = sorted({one.rendering for one in outcomes} - {_HTML})
    for field in FIELDS:
        known = [one for one in outcomes if one.field == field]
        _row(field, "all texts", [one for one in known if one.rendering not in {_HTML, COPY}])
        for rendering in [*renderings, _HTML]:
            _row(field, rendering, [one for one in known if one.rendering == rendering])


def _row(field: str, rendering: str, some: Sequence[Outcome]) -> None:
    count = Counter(one.verdict for one in some)
    verdicts = ("right", "wrong", "other", "missing")
    stated = sum(count[verdict] for verdict in verdicts)
    if not stated:
        return
    right, wrong, other, missing = (f"{count[verdict] / stated:6.1%}" for verdict in verdicts)
    print(
        f"{field:10} {rendering:17} {stated:6} {right} {_interval(some, 'right'):>13} {wrong} "
        f"{_interval(some, 'wrong'):>13} {other} {missing:>7} "
        f"{count['unstated'] + count['unstated-found']:10} {count['unstated-found']:11}"
    )


def _interval(some: Sequence[Outcome], verdict: str) -> str:
    """Return the 95% interval of a share, from outlets drawn with replacement."""
    groups: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in some:
        if not one.verdict.startswith("unstated"):
            groups[one.outlet][0] += one.verdict == verdict
            groups[one.outlet][1] += 1
    drawn = random.Random(1)
    pairs = list(groups.values())
    shares = []
    for _ in range(_RESAMPLES):
        sample = drawn.choices(pairs, k=len(pairs))
        shares.append(sum(pair[0] for pair in sample) / sum(pair[1] for pair in sample))
    shares.sort()
    return f"{shares[_RESAMPLES // 40]:.1%}-{shares[-_RESAMPLES // 40]:.1%}"


if __name__ == "__main__":
    main()
