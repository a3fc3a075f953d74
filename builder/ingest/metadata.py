"""Read headline, authors, dates and other metadata from the judged lines of a seed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from builder.ingest.cleaning import bylines, captions, dates, furniture, headline, outlets, wording
from builder.ingest.cleaning.head import is_name, is_unmarked_byline
from builder.ingest.cleaning.lines import JudgedPage
from builder.ingest.cleaning.page import Block
from builder.ingest.extracted import Extracted, Stated, StatedCaption, distinct
from builder.records import Role

# How many blocks beside headline and article may state the author and the date.
_ABOVE_HEADLINE, _ABOVE_START, _INTO, _BELOW_END = 4, 8, 4, 6
_BYLINES_REACH = 4


class _PageBlocks:
    """The blocks of a seed, where its body begins and ends, and its headline."""

    def __init__(self, page: JudgedPage) -> None:
        found = zip(page.blocks, page.of_blocks, strict=True)
        self.judged = [(block, verdict) for block, verdict in found if _says_something(block)]
        self.blocks = [block for block, _ in self.judged]
        body = [i for i, (_, verdict) in enumerate(self.judged) if verdict.role == "body"]
        self.start, self.end = (body[0], body[-1]) if body else (len(self.judged), -1)
        self.headline = headline.choose(self.blocks, self.start) if body else None

    def of(self, role: Role) -> Iterator[Block]:
        return (block for block, verdict in self.judged if verdict.role == role)

    def beside_headline(self) -> list[int]:
        """Return the blocks that may state author and date, the likeliest first."""
        if self.end < 0:
            return []
        into = min(len(self.blocks), self.start + _INTO)
        if self.headline is None:
            return list(range(max(0, self.start - _ABOVE_START), into))
        below = range(self.headline + 1, into)
        above = range(self.headline - 1, max(-1, self.headline - 1 - _ABOVE_HEADLINE), -1)
        return [*below, *above]

    def below(self) -> Iterator[int]:
        """Yield the last blocks of the article and the first ones below it."""
        if self.end >= 0:
            first = max(self.start, self.end - 1)
            yield from range(first, min(len(self.blocks), self.end + _BELOW_END))


def _says_something(block: Block) -> bool:
    return wording.has_words(block.plain)


def find(judged: JudgedPage) -> Extracted:
    """Return the metadata that the lines of a judged page state.

    A field's values are in the order of trust: the first is the one to use. ``published`` holds
    ISO dates, and only those that can be read in one way. Of the verdicts, headline, authors, dates
    and outlet rest on nothing but where the body begins and ends.
    """
    page = _PageBlocks(judged)
    named = list(_bylines(page))
    outlet = distinct(_outlet(page))
    papers = {wording.bare(name.value) for name in outlet}
    return Extracted(
        headline=distinct(_headline(page)),
        authors=tuple(one for one in _authors(named) if wording.bare(one.value) not in papers),
        place=distinct(_places(page, named)),
        published=distinct(_published(page)),
        outlet=outlet,
        syndicated_from=distinct(_sources(page, named)),
        section=distinct(_sections(page)),
        captions=_captions(page),
    )


def _headline(page: _PageBlocks) -> Iterator[Stated]:
    if page.headline is not None:
        block = page.blocks[page.headline]
        yield Stated(block.plain, block.first, "title above the article")


class _Named(NamedTuple):
    byline: bylines.Byline
    line: int
    how: str


def _bylines(page: _PageBlocks) -> Iterator[_Named]:
    """Yield the bylines beside the headline; where none names anybody, those at the end."""
    found = list(_near_headline(page))
    yield from found
    known = any(one.byline.authors for one in found)
    for index in page.below():
        block = page.blocks[index]
        signed = bylines.sign_off(block.plain)
        if signed is not None:
            authors = () if known else signed.authors
            yield _Named(replace(signed, authors=authors), block.first, "sign-off at the end")
        elif not known and index > page.end and (end := bylines.byline(block.plain)):
            if not dates.is_line(page.blocks[index - 1].plain):
                yield _Named(end, block.first, "byline below the article")
            known = True


def _near_headline(page: _PageBlocks) -> Iterator[_Named]:
    weak: list[_Named] = []
    last: int | None = None
    for index in page.beside_headline():
        text = page.blocks[index].plain
        if index == page.headline or (
            index >= page.start and wording.is_prose(text) and len(text) > 90
        ):
            continue
        if last is not None and (index < last or index - last > _BYLINES_REACH):
            break
        line = page.blocks[index].first
        alone = index > 0 and bylines.stands_alone(page.blocks[index - 1].plain)
        if found := bylines.byline(f"By {text}" if alone else text):
            yield _Named(found, line, "named in the byline")
            last = index if found.authors else last
        elif is_unmarked_byline(page.blocks, index) and (found := bylines.unmarked(text)):
            weak.append(_Named(found, line, "name where the author's stands"))
    if last is None and weak:
        yield from weak[:1]


def _authors(named: Sequence[_Named]) -> Iterator[Stated]:
    seen: set[str] = set()
    for byline, line, how in named:
        for author in byline.authors:
            if author.casefold() not in seen:
                seen.add(author.casefold())
                yield Stated(author, line, how)


def _dateline(page: _PageBlocks) -> tuple[int, bylines.Byline] | None:
    opening = next(page.of("body"), None)
    dateline = bylines.dateline(opening.plain) if opening is not None else None
    return (opening.first, dateline) if opening is not None and dateline is not None else None


def _places(page: _PageBlocks, named: Sequence[_Named]) -> Iterator[Stated]:
    for byline, line, how in named:
        if byline.place:
            at = "place in the byline" if how.startswith("named") else f"place in the {how}"
            yield Stated(byline.place, line, at)
    if (opening := _dateline(page)) and opening[1].place:
        yield Stated(opening[1].place, opening[0], "place that opens the first paragraph")


def _sources(page: _PageBlocks, named: Sequence[_Named]) -> Iterator[Stated]:
    for block in page.of("credit"):
        source = block.plain.strip(" ·|•–—-")
        if not bylines.is_post(source):
            yield Stated(source, block.first, "source between byline and date")
    for byline, line, _ in named:
        if byline.agency:
            yield Stated(byline.agency, line, "agency in the byline")
    if (opening := _dateline(page)) and opening[1].agency:
        yield Stated(opening[1].agency, opening[0], "agency that opens the first paragraph")


def _published(page: _PageBlocks) -> Iterator[Stated]:
    """Yield the dates of publication, then those of updates."""
    order = dates.order_of(block.plain for block in page.blocks)
    found = list(_dates(page, page.beside_headline(), order))
    how = "date beside the headline"
    if not found:
        found = list(_dates(page, page.below(), order))
        how = "date below the article"
    ranks = {"published": 0, "plain": 1, "updated": 2}
    for dated, line in sorted(found, key=lambda one: ranks[one[0].kind]):
        yield Stated(dated.day.isoformat(), line, how)


def _dates(
    page: _PageBlocks, places: Iterable[int], order: dates.Order | None
) -> Iterator[tuple[dates.Dated, int]]:
    for index in places:
        block = page.blocks[index]
        text = block.plain
        if dates.is_line(text) or (not wording.is_prose(text) and _names_who(text)):
            yield from ((dated, block.first) for dated in dates.find(text, order))


def _names_who(text: str) -> bool:
    return bylines.byline(text) is not None or bylines.unmarked(text) is not None


def _sections(page: _PageBlocks) -> Iterator[Stated]:
    headlines = {block.plain for block in page.of("headline")}
    for block in page.of("breadcrumb"):
        steps = [step for step in furniture.breadcrumb(block.text) or [] if step not in headlines]
        if len(steps) > 1:
            yield Stated(steps[-1], block.first, "last step of the breadcrumb")


def _outlet(page: _PageBlocks) -> Iterator[Stated]:
    for block in page.of("outlet"):
        yield Stated(block.plain, block.first, "name at the top, right above the headline")
    if page.judged and page.judged[0][1].role == "nav" and is_name(page.judged[0][0]):
        top = page.judged[0][0]
        if any(block.plain == top.plain for block in page.of("footer")):
            yield Stated(top.plain, top.first, "name on the first line, again in the footer")
    title = page.blocks[page.headline].plain if page.headline is not None else None
    for name, line, how in outlets.find(page.blocks, title):
        yield Stated(name, line, how)


def _captions(page: _PageBlocks) -> tuple[StatedCaption, ...]:
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
