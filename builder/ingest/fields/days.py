"""Find the days on which an article may have appeared, and say in numbers what speaks for each."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from builder.ingest.cleaning import bylines, dates, wording
from builder.ingest.fields.view import PageView

_ABOVE_HEADLINE, _ABOVE, _INTO, _BELOW = 12, 60, 6, 40
_FAR = 60
_PROSE = 120
_LONGEST = 300


@dataclass(slots=True)
class _DayMention:
    dated: dates.Dated
    index: int
    line: bool  # nothing else stands on the line
    place: int  # which of the line's days it is


@dataclass(frozen=True, slots=True)
class DayCandidate:
    """A day on which the article may have appeared, the block that names it, and its numbers."""

    dated: dates.Dated
    index: int
    numbers: dict[str, float] = field(compare=False)


def candidates(page: PageView, headline: int | None) -> list[DayCandidate]:
    """Return the days on which the article may have appeared, as the page names them."""
    if page.end < 0:
        return []
    found: dict[str, list[_DayMention]] = defaultdict(list)
    for mention in _mentions(page, headline):
        found[mention.dated.day.isoformat()].append(mention)
    middle = headline if headline is not None else page.start
    best = {
        day: min(some, key=lambda one: (not one.line, abs(one.index - middle)))
        for day, some in found.items()
    }
    days = sorted(found)
    return [
        DayCandidate(one.dated, one.index, _numbers(page, headline, one, found[day], days, best))
        for day, one in best.items()
    ]


def _places(page: PageView, headline: int | None) -> Iterator[int]:
    size = len(page.blocks)
    first = max(0, page.start - _ABOVE)
    if headline is not None:
        first = max(0, min(headline, page.start) - _ABOVE_HEADLINE)
    into = max(page.start, headline or 0) + _INTO
    yield from range(first, min(size, into))
    yield from range(max(into, page.end - 1), min(size, page.end + _BELOW))


def _mentions(page: PageView, headline: int | None) -> Iterator[_DayMention]:
    order = dates.order_of(page.plain)
    for index in _places(page, headline):
        text = page.plain[index]
        if index == headline or len(text) > _LONGEST:
            continue
        in_text = page.roles[index] == "body" or len(text) > _PROSE
        if in_text and wording.is_prose(text) and not dates.is_line(text):
            continue
        for place, dated in enumerate(dates.find(text, order)):
            yield _DayMention(dated, index, dates.is_line(text), place)


def _numbers(
    page: PageView,
    headline: int | None,
    one: _DayMention,
    some: Sequence[_DayMention],
    days: Sequence[str],
    best: dict[str, _DayMention],
) -> dict[str, float]:
    index = one.index
    text = page.plain[index]
    middle = headline if headline is not None else page.start
    nearer = [m for m in best.values() if abs(m.index - middle) < abs(index - middle)]
    day = one.dated.day.isoformat()
    beside = [i for i in (index - 1, index + 1) if 0 <= i < len(page.blocks)]
    return {
        "published": float(any(m.dated.kind == "published" for m in some)),
        "updated": float(any(m.dated.kind == "updated" for m in some)),
        "plain": float(any(m.dated.kind == "plain" for m in some)),
        "own kind": ("published", "plain", "updated").index(one.dated.kind),
        "line": float(one.line),
        "place": one.place,
        "mentions": len(some),
        "days": len(days),
        "rank": days.index(day),
        "later": len(days) - days.index(day) - 1,
        "nearer": len(nearer),
        "others published": sum(m.dated.kind == "published" for d, m in best.items() if d != day),
        "others plain": sum(m.dated.kind == "plain" for d, m in best.items() if d != day),
        "lines": sum(m.line for m in best.values()),
        "from headline": _near(index - headline) if headline is not None else -_FAR - 1,
        "from start": _near(index - page.start),
        "from end": _near(index - page.end),
        "line words": page.words(index),
        "length": len(text),
        "byline": float(page.names_author(index)),
        "unmarked": float(bylines.unmarked(text) is not None),
        "by beside": sum(page.names_author(i) for i in beside),
        "dated beside": sum(page.says_when(i) for i in beside),
        "prose": float(wording.is_prose(text)),
        "prose above": float(index > 0 and wording.is_prose(page.plain[index - 1])),
        "prose below": float(
            index + 1 < len(page.blocks) and wording.is_prose(page.plain[index + 1])
        ),
        "words above": min(40, page.words(index - 1)) if index else -1,
        "words below": min(40, page.words(index + 1)) if index + 1 < len(page.blocks) else -1,
        "level above": page.level(index - 1) if index else 0,
        "list item": float(wording.is_list_item(page.blocks[index].text)),
        "is body": float(page.roles[index] == "body"),
        "role related": float(page.roles[index] in {"related", "comment"}),
        "role date": float(page.roles[index] == "date"),
        "clock": float(dates.TIME.search(text) is not None),
        "from top": min(index, 100),
        "footer": float("©" in text or "copyright" in text.lower()),
    }


def _near(distance: int) -> float:
    return max(-_FAR, min(_FAR, distance))
