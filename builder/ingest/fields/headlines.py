"""Find the lines of a page that may be its headline, and say in numbers what each is like."""

import math
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from builder.ingest.cleaning import captions, furniture, wording
from builder.ingest.cleaning.page import Block
from builder.ingest.fields.view import PageView

# A headline stands within so many blocks above the article, or at the top of the page; of a page
# whose menus were taken for text, it may be among the article's own first lines.
_ABOVE, _INTO, _TOP = 120, 4, 6
_WORDS = range(1, 41)
_MAX_LENGTH = 320
_MOST_LINES = 3
# What parts a title from the outlet's name.
_BAR = re.compile(r"\s(?:[|–—•·»:-]|::|--)\s|\s?[|»]\s?")
_MAX_PARTS = 4
_NEAR, _LONG = 8, 60
_BESIDE = [
    (offset, [f"{name} {offset}" for name in ("words", "prose", "shared", "body", "level")])
    for offset in (-2, -1, 1, 2, 3)
]
# html2text wraps headings, too, at this width or above.
_WIDTH = 72


@dataclass(frozen=True, slots=True)
class TitleCandidate:
    """A text that may be the headline, the block that it stands in, and what it is like."""

    text: str
    index: int
    numbers: dict[str, float]


def candidates(page: PageView) -> list[TitleCandidate]:
    """Return what may be the headline, in the order in which it stands on the page."""
    if page.end < 0:
        return []
    places = range(max(0, page.start - _ABOVE), min(len(page.blocks), page.start + _INTO))
    top = range(min(_TOP, places.start))
    found = _TitleLines(page, [*top, *places])
    return [one for index in found.places for one in found.at(index)]


@dataclass(frozen=True, slots=True)
class _TitleText:
    text: str
    bare: str
    kind: int  # 0 a whole block, 1 several, 2 a part of one
    rest: str = ""


def _overflowed(above: Block, below: Block) -> bool:
    """Tell whether the first word of a line did not fit on the line above."""
    word = (below.raw or below.text).split(maxsplit=1)[0]
    return len((above.raw or above.text).rstrip()) + 1 + len(word) > _WIDTH


class _TitleLines:
    """What is known of all lines that may be the headline, and of each of them."""

    def __init__(self, page: PageView, places: list[int]) -> None:
        self.page = page
        self.all = places
        self.places = [index for index in places if self._may_be(index)]
        self.beside: dict[int, tuple[float, ...]] = {}
        self.bylines = [i for i in places if page.names_author(i)]
        self.dates = [i for i in places if page.says_when(i)]
        self.headings = [i for i in places if page.level(i)]
        levels = [page.level(i) for i in self.headings]
        self.top_level = min(levels, default=0)
        self.tops = levels.count(self.top_level)
        self.held = self._long_lines()

    def _may_be(self, index: int) -> bool:
        text = self.page.plain[index]
        return len(text) <= _MAX_LENGTH and self.page.words(index) in _WORDS

    def _long_lines(self) -> list[tuple[int, str]]:
        """Return the lines in which a headline may be held."""
        page = self.page
        near = {*range(min(len(page.bare), 60)), *self.all, *range(page.end, page.end + 40)}
        there = [i for i in sorted(near) if 0 <= i < len(page.bare)]
        return [(i, page.bare[i]) for i in there if 14 < len(page.bare[i]) < 400]

    def at(self, index: int) -> Iterator[TitleCandidate]:
        """Yield what may be the headline in one block."""
        for text in self._texts(index):
            if text.bare:
                yield TitleCandidate(text.text, index, self._numbers(index, text))

    def _texts(self, index: int) -> Iterator[_TitleText]:
        page = self.page
        plain = page.plain[index]
        if page.level(index) and (joined := self._joined(index)) != plain:
            yield _TitleText(joined, wording.bare(joined), 1)
            return
        yield _TitleText(plain, page.bare[index], 0)
        cuts = list(_BAR.finditer(plain))[:_MAX_PARTS]
        if cuts:
            ends = [
                (0, cuts[0].start()),
                (0, cuts[-1].start()),
                (cuts[0].end(), len(plain)),
                (cuts[-1].end(), len(plain)),
            ]
            for start, end in dict.fromkeys(ends):
                part = plain[start:end].strip()
                if len(part.split()) > 1:
                    yield _TitleText(
                        part,
                        wording.bare(part),
                        2,
                        (plain[:start] + plain[end:]).strip(" |–—•·»:-"),
                    )

    def _joined(self, index: int) -> str:
        """Return a heading with the lines that it is wrapped over."""
        blocks = self.page.blocks
        texts = [self.page.plain[index]]
        for below in range(index + 1, min(index + _MOST_LINES, len(blocks))):
            if blocks[below].first != blocks[below - 1].last + 1 or self.page.level(below):
                break
            if wording.is_list_item(blocks[below].text) or not _overflowed(
                blocks[below - 1], blocks[below]
            ):
                break
            texts.append(self.page.plain[below])
        return " ".join(texts)

    def _numbers(self, index: int, text: _TitleText) -> dict[str, float]:
        return {
            **self._wording(index, text),
            **self._place(index),
            **self._twins(index, text),
            **self._around(index),
        }

    def _wording(self, index: int, text: _TitleText) -> dict[str, float]:
        page, block = self.page, self.page.blocks[index]
        shape = wording.shape(text.text)
        content = page.content(index) if text.kind == 0 else wording.content_words(text.text)
        shared = len(content & page.opening)
        in_body = sum(min(page.body_words[word], 4) for word in content)
        words = text.text.split()
        capitals = sum(word[0].isupper() for word in words)
        raw = (block.raw or block.text).strip()
        rest = text.rest.split()
        return {
            "words": shape.words,
            "length": len(text.text),
            "common": shape.stop_share,
            "glued": shape.glued_share,
            "capitals": capitals / max(1, len(words)),
            "upper": float(text.text.isupper()),
            "digits": sum(map(str.isdigit, text.text)) / max(1, len(text.text)),
            "ends": float(".:,!?".find(text.text[-1:]) if text.text[-1:] else -1),
            "quote": float(text.text[:1] in "\"'“‘"),
            "starts small": float(text.text[:1].islower()),
            "shared": shared,
            "shared share": shared / max(len(content), 2),
            "in body": in_body,
            "in body share": in_body / max(len(content), 2),
            "kind": text.kind,
            "rest words": len(rest),
            "rest again": page.counts[wording.bare(text.rest)] if rest else -1,
            "rest in body": len(wording.content_words(text.rest) & page.opening) if rest else -1,
            "level": page.level(index),
            "is top level": float(bool(page.level(index)) and page.level(index) == self.top_level),
            "top levels": self.tops,
            "list item": float(wording.is_list_item(block.text)),
            "link": float(raw.startswith("[")) + raw.count("["),
            "indent": len(block.raw) - len(block.raw.lstrip()) if block.raw else 0,
            "lines": block.last - block.first + 1,
            "cue": float(furniture.cue(block.text) is not None),
            "notice": float(furniture.is_notice(text.text)),
            "footer": float(furniture.is_footer(text.text)),
            "caption": float(
                captions.split(text.text) is not None or captions.opens_as_caption(text.text)
            ),
            "breadcrumb": float(furniture.breadcrumb(page.plain[index]) is not None),
            "byline": float(page.names_author(index)),
            "says when": float(page.says_when(index)),
        }

    def _place(self, index: int) -> dict[str, float]:
        page = self.page
        above = [i for i in self.headings if i < index]
        return {
            "above article": math.log1p(max(0, page.start - index)),
            "in article": max(0, index - page.start + 1) if index >= page.start else 0,
            "is body": float(page.roles[index] == "body"),
            "from the top": math.log1p(index),
            "headings above": len(above),
            "headings below": len([i for i in self.headings if index < i <= page.start]),
            "role headline": float(page.roles[index] == "headline"),
            "role caption": float(page.roles[index] == "caption"),
            "blank above": self._blank(index - 1, index),
            "blank below": self._blank(index, index + 1),
            "page lines": math.log1p(len(page.blocks)),
            "start": math.log1p(page.start),
        }

    def _blank(self, above: int, below: int) -> float:
        blocks = self.page.blocks
        if above < 0 or below >= len(blocks):
            return 5
        return min(5, blocks[below].first - blocks[above].last - 1)

    def _twins(self, index: int, text: _TitleText) -> dict[str, float]:
        page = self.page
        bare = text.bare
        size = len(bare)
        later = page.bare[index + 1 : page.start + _INTO]
        earlier = page.bare[max(0, index - _NEAR * 4) : index]
        held_top = held_above = held_below = holds = starts = 0
        if size > 10:
            for place, line in self.held:
                if place == index:
                    continue
                if size < len(line) < size + 90 and bare in line:
                    held_top += place < 4
                    held_above += 4 <= place < index
                    held_below += place > index
                    starts += line.startswith(bare)
                elif len(line) < size and line in bare:
                    holds += 1
        top = page.bare[0]
        own, first = set(bare.split()), set(top.split())
        return {
            "opens top": float(index > 0 and top.startswith(bare)),
            "is top": float(index == 0),
            "like top": len(own & first) / max(1, len(own | first)) if index else -1.0,
            "in top": len(own & first) / max(1, len(own)) if index else -1.0,
            "twins": page.counts[bare],
            "twin below": float(bare in later),
            "twin above": float(bare in earlier),
            "held at top": held_top,
            "held above": held_above,
            "held below": held_below,
            "opens another": starts,
            "holds": holds,
        }

    def _beside(self, index: int) -> tuple[float, ...]:
        """Return what a block is like; one that is not there is like an empty one."""
        if index not in self.beside:
            page = self.page
            if not 0 <= index < len(page.blocks):
                return (0, 0.0, -1, 0.0, 0)
            words = page.words(index)
            self.beside[index] = (
                min(words, _LONG),
                float(wording.is_prose(page.plain[index])),
                page.shared(index) if words < _LONG else -1,
                float(page.roles[index] == "body"),
                page.level(index),
            )
        return self.beside[index]

    def _around(self, index: int) -> dict[str, float]:
        page = self.page
        found: dict[str, float] = {}
        for name, places in (("byline", self.bylines), ("date", self.dates)):
            at = bisect_left(places, index)
            after = places[at:] if at >= len(places) or places[at] != index else places[at + 1 :]
            found[f"{name} below"] = min(_NEAR, after[0] - index) if after else _NEAR + 1
            found[f"{name} above"] = min(_NEAR, index - places[at - 1]) if at else _NEAR + 1
        for offset, names in _BESIDE:
            found.update(zip(names, self._beside(index + offset), strict=True))
        own = page.content(index)
        below = page.content(index + 1) if index + 1 < len(page.blocks) else set()
        found["shared with next"] = len(own & below) / max(1, len(own))
        above = page.content(index - 1) if index else set()
        found["shared with last"] = len(own & above) / max(1, len(own))
        return found
