"""Read headline, authors, dates and other metadata from the judged lines of a seed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from builder.ingest.cleaning import bylines, captions, wording
from builder.ingest.cleaning.head import is_name
from builder.ingest.cleaning.page import Block, Verdict, blocks_of
from builder.records import Role


class Stated(NamedTuple):
    """A value, the line (1-based) that states it, and the rule that found it."""

    value: str
    line: int
    how: str


class StatedCaption(NamedTuple):
    """A picture's caption, its credit, and the line (1-based) where it first stands."""

    text: str
    credit: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Extracted:
    """What one seed says about its article; a field that it does not state is empty."""

    headline: tuple[Stated, ...] = ()
    authors: tuple[Stated, ...] = ()
    place: tuple[Stated, ...] = ()
    published: tuple[Stated, ...] = ()
    outlet: tuple[Stated, ...] = ()
    syndicated_from: tuple[Stated, ...] = ()
    section: tuple[Stated, ...] = ()
    url: tuple[Stated, ...] = ()
    language: tuple[Stated, ...] = ()
    licence: tuple[Stated, ...] = ()
    captions: tuple[StatedCaption, ...] = ()


class _BlocksByRole:
    """The blocks of a seed by role."""

    def __init__(self, lines: Sequence[str], verdicts: Sequence[Verdict]) -> None:
        self.judged = [(block, verdicts[block.first - 1]) for block in blocks_of(lines)]

    def of(self, role: Role) -> Iterator[Block]:
        return (block for block, verdict in self.judged if verdict.role == role)


def find(lines: Sequence[str], verdicts: Sequence[Verdict]) -> Extracted:
    """Return the metadata that the lines state; ``verdicts`` are those of ``lines.classify``.

    A field's values are in the order of trust: the first is the one to use. ``published`` holds
    ISO dates, and only those that can be read in one way.
    """
    page = _BlocksByRole(lines, verdicts)
    return Extracted(
        headline=_distinct(
            Stated(block.plain, block.first, "title above the article")
            for block in page.of("headline")
        ),
        authors=_distinct(_authors(page)),
        place=_distinct(_places(page)),
        published=_distinct(_published(page)),
        outlet=_distinct(_outlet(page)),
        syndicated_from=_distinct(_sources(page)),
        section=_distinct(_sections(page)),
        captions=_captions(page),
    )


def _distinct(values: Iterable[Stated]) -> tuple[Stated, ...]:
    first: dict[str, Stated] = {}
    for value in values:
        first.setdefault(value.value, value)
    return tuple(first.values())


def _bylines(page: _BlocksByRole) -> Iterator[tuple[int, bylines.Byline]]:
    for block in page.of("byline"):
        byline = bylines.byline(block.plain)
        if byline is not None:
            yield block.first, byline


def _authors(page: _BlocksByRole) -> Iterator[Stated]:
    for line, byline in _bylines(page):
        for author in byline.authors:
            yield Stated(author, line, "named in the byline")


def _dateline(page: _BlocksByRole) -> tuple[int, bylines.Byline] | None:
    opening = next(page.of("body"), None)
    dateline = bylines.dateline(opening.plain) if opening is not None else None
    return (opening.first, dateline) if opening is not None and dateline is not None else None


def _places(page: _BlocksByRole) -> Iterator[Stated]:
    for line, byline in _bylines(page):
        if byline.place:
            yield Stated(byline.place, line, "place in the byline")
    if (opening := _dateline(page)) and opening[1].place:
        yield Stated(opening[1].place, opening[0], "place that opens the first paragraph")


def _sources(page: _BlocksByRole) -> Iterator[Stated]:
    for block in page.of("credit"):
        yield Stated(block.plain.strip(" ·|•–—-"), block.first, "source between byline and date")
    for line, byline in _bylines(page):
        if byline.agency:
            yield Stated(byline.agency, line, "agency in the byline")
    if (opening := _dateline(page)) and opening[1].agency:
        yield Stated(opening[1].agency, opening[0], "agency that opens the first paragraph")


def _published(page: _BlocksByRole) -> Iterator[Stated]:
    """Yield the dates of publication, then those of updates."""
    blocks = [*page.of("date"), *page.of("byline")]
    for block in sorted(blocks, key=lambda block: bylines.is_update(block.plain)):
        found = bylines.find_date(block.plain)
        if found:
            yield Stated(found, block.first, "date beside the headline")


def _sections(page: _BlocksByRole) -> Iterator[Stated]:
    headlines = {block.plain for block in page.of("headline")}
    for block in page.of("breadcrumb"):
        steps = [step for step in wording.breadcrumb(block.text) or [] if step not in headlines]
        if len(steps) > 1:
            yield Stated(steps[-1], block.first, "last step of the breadcrumb")


def _outlet(page: _BlocksByRole) -> Iterator[Stated]:
    for block in page.of("outlet"):
        yield Stated(block.plain, block.first, "name at the top, right above the headline")
    if page.judged and page.judged[0][1].role == "nav" and is_name(page.judged[0][0]):
        top = page.judged[0][0]
        if any(block.plain == top.plain for block in page.of("footer")):
            yield Stated(top.plain, top.first, "name on the first line, again in the footer")


def _captions(page: _BlocksByRole) -> tuple[StatedCaption, ...]:
    """Return each caption once, with the credit that it, its twin or the line below it gives."""
    found: dict[str, StatedCaption] = {}
    last: str | None = None
    for block in page.of("caption"):
        text, credit = _read(block)
        key = text or last
        if key is None:
            continue
        known = found.get(key, StatedCaption(text, None, block.first))
        found[key] = known._replace(credit=known.credit or credit)
        last = key
    return tuple(found.values())


def _read(block: Block) -> tuple[str, str | None]:
    caption = captions.read(block.plain)
    return caption.text, caption.credit
