"""How well saved pages are read, on outlets looked at while the rules were made, and on others.

    .venv/bin/python -m benchmarks.html_pages CORPUS_FOLDER [--part held-out] [--list FIELD]

Prints the text's F1 (runs of four words, as in scrapinghub's article-extraction benchmark; mean and
median over pages) beside that of trafilatura alone, the paired difference with a 95% bootstrap
interval, pages a second, and how many headlines, authors and dates are right, wrong and missing.
``--list`` prints what is not right in a field on the development pages.
"""

import argparse
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.html_corpus import SavedPage, f1, read
from builder.ingest.html.page import Page, read_page
from builder.ingest.html.values import letters, named, without_outlet
from builder.ingest.readers.content import SeedError

_RESAMPLES = 2_000
_PARTS = {"development": True, "held-out": False}


@dataclass
class Figures:
    """What was measured on the pages of one part."""

    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    extractors: Counter[str] = field(default_factory=Counter)
    metadata: dict[str, Counter[str]] = field(default_factory=dict)
    listed: list[str] = field(default_factory=list)


def main() -> None:
    """Measure both parts and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--part", choices=sorted(_PARTS))
    parser.add_argument("--list", dest="listed")
    options = parser.parse_args()
    pages = list(read(options.corpus))
    for part in [options.part] if options.part else _PARTS:
        figures = Figures()
        for page in pages:
            if page.is_development == _PARTS[part]:
                _measure(page, figures)
        _report(part, figures)
        if options.listed and part == "development":
            print(*(line for line in figures.listed if line.startswith(options.listed)), sep="\n")


def _measure(page: SavedPage, figures: Figures) -> None:
    began = time.perf_counter()
    theirs = _trafilatura(page)
    middle = time.perf_counter()
    ours = _read(page)
    figures.seconds["trafilatura"] += middle - began
    figures.seconds["ours"] += time.perf_counter() - middle
    text = "\n".join(ours.lines[first - 1] for first, _ in ours.body) if ours else ""
    figures.ours.append(f1(page.body, text))
    figures.theirs.append(f1(page.body, theirs))
    difference = figures.ours[-1] - figures.theirs[-1]
    figures.listed.append(f"text {difference:+.3f} {figures.ours[-1]:.3f} {page.id}")
    figures.extractors[ours.extractor if ours else "no article"] += 1
    if ours:
        for name, outcome, detail in _compared(page, ours):
            figures.metadata.setdefault(name, Counter())[outcome] += 1
            if outcome not in {"right", "right, empty"}:
                figures.listed.append(f"{name} {outcome} {page.id} {detail}")
            elif name == "outlet":
                figures.listed.append(f"{name} {page.id} {detail}")


def _read(page: SavedPage) -> Page | None:
    try:
        return read_page(page.html, page.url)
    except SeedError:
        return None


def _trafilatura(page: SavedPage) -> str:
    from trafilatura import bare_extraction

    found = bare_extraction(page.html, url=page.url, include_comments=False, with_metadata=True)
    return (getattr(found, "text", None) or "") if found else ""


def _compared(page: SavedPage, ours: Page) -> list[tuple[str, str, str]]:
    stated = ours.metadata
    outlets = {letters(page.outlet.removeprefix("www.").split(".")[0])}
    found: list[tuple[str, str, str]] = []
    headline = stated.headline[0] if stated.headline else None
    if page.headline:
        wanted = {letters(page.headline), letters(without_outlet(page.headline, outlets))}
        outcome = "missing" if not headline else "wrong"
        if headline and letters(headline.value) in wanted:
            outcome = "right"
        elif headline and _alike(headline.value, page.headline):
            outcome = "alike"
        found.append(("headline", outcome, f"{page.headline!r} {headline}"))
    if page.authors:
        people = named(", ".join(page.authors), outlets).people
        wanted = {letters(person) for person in people}
        got = {letters(author.value) for author in stated.authors}
        outcome = "right" if got == wanted else "missing" if not got else "wrong"
        if not wanted:
            outcome = "right, empty" if not got else "not a person's in the corpus"
        elif got and (got < wanted or got > wanted):
            outcome = "some"
        found.append(("authors", outcome, f"{page.authors} {stated.authors}"))
    if page.published:
        first = stated.published[0].value if stated.published else None
        outcome = "missing" if not first else "wrong"
        if first == page.published[:10]:
            outcome = "right"
        found.append(("published", outcome, f"{page.published} {stated.published}"))
    outlet = stated.outlet[0] if stated.outlet else None
    outcome = "missing" if not outlet else "host" if "host" in outlet.how else "named"
    found.append(("outlet", outcome, f"{page.outlet} {outlet}"))
    return found


def _alike(one: str, other: str) -> bool:
    ours, theirs = set(one.lower().split()), set(other.lower().split())
    return len(ours & theirs) >= 0.75 * max(len(ours), len(theirs))


def _report(part: str, figures: Figures) -> None:
    ours, theirs = np.array(figures.ours), np.array(figures.theirs)
    print(f"\n{part}: {len(ours)} pages")
    for name, values in (("ours", ours), ("trafilatura", theirs)):
        print(f"  text, {name}: F1 {values.mean():.4f}/{np.median(values):.4f}")
    low, high = _interval(ours - theirs)
    better, worse = int((ours > theirs + 0.01).sum()), int((ours < theirs - 0.01).sum())
    print(f"  difference {(ours - theirs).mean():+.4f} [{low:+.4f}, {high:+.4f}]", end="")
    print(f", better on {better} pages, worse on {worse} (by more than .01)")
    print(f"  extractors: {dict(figures.extractors)}")
    for name, seconds in figures.seconds.items():
        print(f"  {name}: {len(ours) / seconds:.1f} pages/s")
    for name, outcomes in figures.metadata.items():
        total = outcomes.total()
        shares = ", ".join(f"{k} {n} ({n / total:.0%})" for k, n in outcomes.most_common())
        print(f"  {name}: {shares}")


def _interval(array: NDArray[np.float64]) -> tuple[float, float]:
    rng = np.random.default_rng(1)
    means = [array[rng.integers(0, len(array), len(array))].mean() for _ in range(_RESAMPLES)]
    return float(np.percentile(means, 2.5)), float(np.percentile(means, 97.5))


if __name__ == "__main__":
    main()
