"""Read one saved HTML page: its lines with a verdict on each, the article's body and metadata."""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from builder.ingest import metadata as visible
from builder.ingest.cleaning.lines import JudgedPage
from builder.ingest.cleaning.page import Verdict
from builder.ingest.extracted import Extracted
from builder.ingest.fields.found import Rankers
from builder.ingest.fields.trees import load
from builder.ingest.html import metadata, scoring, verdicts
from builder.ingest.html.extraction import extractions
from builder.ingest.html.matching import words
from builder.ingest.html.rendering import SAVE_TEXT, Line, parse, render
from builder.ingest.html.scoring import Extractions
from builder.ingest.html.sources import Sources
from builder.ingest.readers.content import SeedError

_MIN_WORDS = 25
_MOSTLY = 0.5


@dataclass(frozen=True)
class Page:
    """A saved page as it was read: all its visible lines, and what of them is the article.

    ``scores`` says how likely each line is body text.
    """

    lines: list[str]
    verdicts: list[Verdict]
    body: list[tuple[int, int]]
    metadata: Extracted
    extractor: str
    why: str
    scores: list[float]


def read_page(html: str, url: str | None = None, rankers: Rankers = load) -> Page:
    """Read a saved page; ``url`` is the address that it was saved from, where known.

    ``rankers`` choose among the lines that may state a field, where no tag states it.

    Raises:
        SeedError: the page holds no article that can be told from the rest, or cannot be parsed.

    """
    tree = parse(html)
    try:
        sources = Sources(tree)
        titles = [s.value for s in metadata.find(sources, url, Extracted()).headline]
        read = _judged(tree, url, titles)
        if read.size < _MIN_WORDS:
            # Some pages hide their text until their scripts have run.
            read = max(read, _judged(tree, url, titles, hidden=True), key=lambda other: other.size)
    except RecursionError:
        raise SeedError(f"tags are nested too deeply to be read; {SAVE_TEXT}") from None
    read.refuse_none()
    plain = [line.text for line in read.lines]
    places = [line.source for line in read.lines]
    stated = metadata.placed(visible.find(JudgedPage.of(plain, read.verdicts), rankers), places)
    extractor, why = read.won()
    found = metadata.find(sources, url, stated)
    body = [(n + 1, n + 1) for n in read.body]
    chances = [scoring.probability(score) for score in read.scores]
    return Page(plain, read.verdicts, body, found, extractor, why, chances)


@dataclass(frozen=True)
class _Judged:
    """The lines of a page, what trafilatura keeps of them, the verdicts and their scores."""

    lines: list[Line]
    texts: list[list[str]]
    kept: Extractions
    verdicts: list[Verdict]
    scores: list[float]

    @property
    def body(self) -> list[int]:
        """Return the places of the body's lines."""
        return [n for n, verdict in enumerate(self.verdicts) if verdict.role == "body"]

    @property
    def size(self) -> int:
        """Return the number of words of the body."""
        return sum(len(self.texts[n]) for n in self.body)

    def refuse_none(self) -> None:
        """Raise SeedError if hardly any words read as an article."""
        if not self.lines:
            reason = "the page shows no text: it may be filled in by scripts"
            raise SeedError(f"{reason}; open it in a browser and {SAVE_TEXT}")
        if self.size < _MIN_WORDS:
            total = sum(map(len, self.texts))
            reason = f"no article found: {self.size} words of the page's {total:,} read as one"
            raise SeedError(f"{reason}; if it holds one, {SAVE_TEXT}")

    def won(self) -> tuple[str, str]:
        """Return whose text the body is for the most part, and how we know."""
        default, recall = self._share(self.kept.default), self._share(self.kept.recall)
        if default >= _MOSTLY:
            return "trafilatura", f"it keeps {default:.0%} of the words of the body"
        both = f"{default:.0%} of the words of the body by default, {recall:.0%} set on recall"
        if recall >= _MOSTLY:
            return "trafilatura set on recall", f"it keeps {both}"
        return "line scores", f"trafilatura keeps {both}"

    def _share(self, kept: Sequence[float]) -> float:
        return sum(len(self.texts[n]) * kept[n] for n in self.body) / self.size


def _judged(
    tree: HtmlElement, url: str | None, headlines: Sequence[str], hidden: bool = False
) -> _Judged:
    lines = render(tree, hidden)
    texts = [words(line.text) for line in lines]
    kept = extractions(tree, texts, url)
    known = scoring.features(lines, kept)
    scores = scoring.scores(known)
    found = verdicts.judge(lines, scores, known, headlines)
    judged = _Judged(lines, texts, kept, found, scores)
    if judged.size >= _MIN_WORDS:
        return judged
    # Where the scores find nothing, what trafilatura keeps is the better guess.
    whole = [share - 0.5 for share in kept.default]
    return _Judged(lines, texts, kept, verdicts.judge(lines, whole, known, headlines), whole)
