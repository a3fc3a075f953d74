"""Read headline, authors, dates and other metadata from the judged lines of a seed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from builder.ingest.cleaning import bylines, captions, dates, furniture, wording
from builder.ingest.cleaning.head import is_unmarked_byline
from builder.ingest.cleaning.lines import JudgedPage
from builder.ingest.cleaning.page import Block
from builder.ingest.extracted import Extracted, Stated, StatedCaption, distinct
from builder.ingest.fields import found as fields
from builder.ingest.fields.found import FieldsFound, Rankers
from builder.ingest.fields.outlets import OWNER, OutletCandidate
from builder.ingest.fields.trees import load
from builder.ingest.fields.view import PageView

# How many blocks beside headline and article may state the author and the date.
_ABOVE_HEADLINE, _ABOVE_START, _INTO, _BELOW_END = 4, 8, 4, 6
_BYLINES_REACH, _NEAR_DATE = 4, 3


def find(judged: JudgedPage, rankers: Rankers = load) -> Extracted:
    """Return the metadata that the lines of a judged page state.

    A field's values are in the order of trust: the first is the one to use. ``published`` holds
    ISO dates, and only those that can be read in one way. Of the verdicts, headline, authors, dates
    and outlet rest on little but where the body begins and ends.
    """
    page = PageView(judged)
    found = fields.find(page, rankers)
    index = found.headline.index if found.headline else None
    named = list(_bylines(page, index))
    return Extracted(
        headline=tuple(_headline(page, found)),
        authors=distinct(_authors(page, found)),
        place=distinct(_places(page, named)),
        published=distinct(_published(page, found)),
        outlet=tuple(_outlet(page, found)),
        syndicated_from=distinct(_sources(page, named)),
        section=distinct(_sections(page, found)),
        captions=_captions(page),
    )


def _headline(page: PageView, found: FieldsFound) -> Iterator[Stated]:
    if found.headline:
        block = page.blocks[found.headline.index]
        yield Stated(found.headline.text, block.first, "title above the article")


def _authors(page: PageView, found: FieldsFound) -> Iterator[Stated]:
    paper = wording.bare(found.outlet.name) if found.outlet else None
    for author in found.authors:
        if wording.bare(author.name) != paper:
            yield Stated(author.name, page.blocks[author.index].first, author.how)


def _published(page: PageView, found: FieldsFound) -> Iterator[Stated]:
    """Yield the day of publication, then those of updates that stand near it."""
    if found.published is None:
        return
    index = found.published.index
    how = "date below the article" if index > page.end else "date beside the headline"
    yield Stated(found.published.dated.day.isoformat(), page.blocks[index].first, how)
    for dated, line in _updates(page, index):
        if dated.day > found.published.dated.day:
            yield Stated(dated.day.isoformat(), line, "date of an update")


def _updates(page: PageView, index: int) -> Iterator[tuple[dates.Dated, int]]:
    order = dates.order_of(page.plain)
    for near in range(max(0, index - _NEAR_DATE), min(len(page.blocks), index + _NEAR_DATE + 1)):
        if dates.is_line(page.plain[near]):
            for dated in dates.find(page.plain[near], order):
                if dated.kind == "updated":
                    yield dated, page.blocks[near].first


def _outlet(page: PageView, found: FieldsFound) -> Iterator[Stated]:
    if found.outlet:
        block = page.blocks[found.outlet.index]
        yield Stated(found.outlet.name, block.first, _how_named(page, found.outlet))


def _how_named(page: PageView, outlet: OutletCandidate) -> str:
    if page.roles[outlet.index] == "outlet":
        return "name at the top, right above the headline"
    if outlet.index == 0 and page.frames(outlet.name):
        return "name on the first line, again in the footer"
    named_again = outlet.how == OWNER and outlet.numbers["again"] > 0
    return f"{OWNER}, named elsewhere on the page" if named_again else outlet.how


class _Named(NamedTuple):
    byline: bylines.Byline
    line: int
    how: str


def _bylines(page: PageView, headline: int | None) -> Iterator[_Named]:
    """Yield the bylines beside the headline; where none names anybody, those at the end."""
    found = list(_near_headline(page, headline))
    yield from found
    known = any(one.byline.authors for one in found)
    for index in _below(page):
        block = page.blocks[index]
        signed = bylines.sign_off(block.plain)
        if signed is not None:
            authors = () if known else signed.authors
            yield _Named(replace(signed, authors=authors), block.first, "sign-off at the end")
        elif not known and index > page.end and (end := bylines.byline(block.plain)):
            if not dates.is_line(page.blocks[index - 1].plain):
                yield _Named(end, block.first, "byline below the article")
            known = True


def _beside(page: PageView, headline: int | None) -> list[int]:
    """Return the blocks that may hold a byline, the likeliest first."""
    if page.end < 0:
        return []
    into = min(len(page.blocks), page.start + _INTO)
    if headline is None:
        return list(range(max(0, page.start - _ABOVE_START), into))
    above = range(headline - 1, max(-1, headline - 1 - _ABOVE_HEADLINE), -1)
    return [*range(headline + 1, into), *above]


def _below(page: PageView) -> Iterator[int]:
    """Yield the last blocks of the article and the first ones below it."""
    if page.end >= 0:
        yield from range(
            max(page.start, page.end - 1), min(len(page.blocks), page.end + _BELOW_END)
        )


def _near_headline(page: PageView, headline: int | None) -> Iterator[_Named]:
    weak: list[_Named] = []
    last: int | None = None
    for index in _beside(page, headline):
        text = page.blocks[index].plain
        if index == headline or (index >= page.start and wording.is_prose(text) and len(text) > 90):
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


def _dateline(page: PageView) -> tuple[int, bylines.Byline] | None:
    opening = next(page.of("body"), None)
    dateline = bylines.dateline(opening.plain) if opening is not None else None
    return (opening.first, dateline) if opening is not None and dateline is not None else None


def _places(page: PageView, named: Sequence[_Named]) -> Iterator[Stated]:
    for byline, line, how in named:
        if byline.place:
            at = "place in the byline" if how.startswith("named") else f"place in the {how}"
            yield Stated(byline.place, line, at)
    if (opening := _dateline(page)) and opening[1].place:
        yield Stated(opening[1].place, opening[0], "place that opens the first paragraph")


def _sources(page: PageView, named: Sequence[_Named]) -> Iterator[Stated]:
    for block in page.of("credit"):
        source = block.plain.strip(" ·|•–—-")
        if not bylines.is_post(source):
            yield Stated(source, block.first, "source between byline and date")
    for byline, line, _ in named:
        if byline.agency:
            yield Stated(byline.agency, line, "agency in the byline")
    if (opening := _dateline(page)) and opening[1].agency:
        yield Stated(opening[1].agency, opening[0], "agency that opens the first paragraph")


def _sections(page: PageView, found: FieldsFound) -> Iterator[Stated]:
    headlines = {block.plain for block in page.of("headline")}
    headlines |= {found.headline.text} if found.headline else set()
    for block in page.of("breadcrumb"):
        steps = [step for step in furniture.breadcrumb(block.text) or [] if step not in headlines]
        if len(steps) > 1:
            yield Stated(steps[-1], block.first, "last step of the breadcrumb")


def _captions(page: PageView) -> tuple[StatedCaption, ...]:
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
