"""Read one saved HTML page: its lines with a verdict on each, the article's body and metadata."""

from collections.abc import Sequence
from dataclasses import dataclass

from builder.ingest import metadata as visible
from builder.ingest.cleaning.page import Verdict
from builder.ingest.html import metadata, scoring, verdicts
from builder.ingest.html.extraction import extractions
from builder.ingest.html.matching import words
from builder.ingest.html.rendering import SAVE_TEXT, Line, parse, render
from builder.ingest.html.scoring import Extractions
from builder.ingest.metadata import Extracted
from builder.ingest.readers import SeedError

_MIN_WORDS = 25
_MOSTLY = 0.5


@dataclass(frozen=True)
class Page:
    """A saved page as it was read: all its visible lines, and what of them is the article."""

    lines: list[str]
    verdicts: list[Verdict]
    body: list[tuple[int, int]]
    metadata: Extracted
    extractor: str
    why: str


def read_page(html: str, url: str | None = None) -> Page:
    """Read a saved page; ``url`` is the address that it was saved from, where known.

    Raises:
        SeedError: the page holds no article that can be told from the rest, or cannot be parsed.

    """
    tree = parse(html)
    lines = render(tree)
    texts = [words(line.text) for line in lines]
    try:
        kept = extractions(tree, texts, url)
    except RecursionError:
        reason = f"tags are nested too deeply to be read; {SAVE_TEXT}"
        raise SeedError(reason) from None
    known = scoring.features(lines, kept)
    scores = scoring.scores(known)
    first = metadata.find(tree, url, Extracted())
    headlines = [stated.value for stated in first.headline]
    found = verdicts.judge(lines, scores, known, headlines)
    body = [(n, n) for n, verdict in enumerate(found, start=1) if verdict.role == "body"]
    _refuse_none(lines, texts, body)
    plain = [line.text for line in lines]
    stated = metadata.placed(visible.find(plain, found), [line.source for line in lines])
    extractor, why = _won(texts, body, kept)
    return Page(plain, found, body, metadata.find(tree, url, stated), extractor, why)


def _refuse_none(
    lines: Sequence[Line], texts: Sequence[Sequence[str]], body: Sequence[tuple[int, int]]
) -> None:
    if not lines:
        reason = "the page shows no text: it may be filled in by scripts; open it and save its text"
        raise SeedError(reason)
    size = sum(len(texts[first - 1]) for first, _ in body)
    if size < _MIN_WORDS:
        reason = f"no article found: {size} words of the page's {sum(map(len, texts)):,} read as one"
        raise SeedError(f"{reason}; if it holds one, {SAVE_TEXT}")


def _won(
    texts: Sequence[Sequence[str]], body: Sequence[tuple[int, int]], kept: Extractions
) -> tuple[str, str]:
    """Return whose text the body is for the most part, and how we know."""
    numbers = [first - 1 for first, _ in body]
    total = sum(len(texts[number]) for number in numbers)

    def share(of: Sequence[float]) -> float:
        return sum(len(texts[number]) * of[number] for number in numbers) / total

    default, recall = share(kept.default), share(kept.recall)
    if default >= _MOSTLY:
        return "trafilatura", f"it keeps {default:.0%} of the words of the body"
    if recall >= _MOSTLY:
        why = f"by default it keeps {default:.0%} of the words of the body, set on recall {recall:.0%}"
        return "trafilatura set on recall", why
    why = f"trafilatura keeps {default:.0%} of the words of the body, {recall:.0%} when set on recall"
    return "line scores", why
