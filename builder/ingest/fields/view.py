"""A judged page as its fields are looked for in: what stands where, and what stands twice."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from functools import cached_property

from builder.ingest.cleaning import bylines, dates, wording
from builder.ingest.cleaning.lines import JudgedPage
from builder.ingest.cleaning.page import Block
from builder.records import Role

_LEVEL = re.compile(r"\s{0,3}(#{1,6})\s")
_OPENING, _MARK, _FEW = 12, 10, 6


class PageView:
    """The blocks of a page that say something, where its body begins and ends, and its words."""

    def __init__(self, page: JudgedPage) -> None:
        found = zip(page.blocks, page.of_blocks, strict=True)
        said = [(block, verdict.role) for block, verdict in found if wording.has_words(block.plain)]
        self.blocks: Sequence[Block] = [block for block, _ in said]
        self.roles: Sequence[Role] = [role for _, role in said]
        body = [index for index, role in enumerate(self.roles) if role == "body"]
        self.start, self.end = (body[0], body[-1]) if body else (len(said), -1)
        self._content: dict[int, Set[str]] = {}
        self.plain = [block.plain for block in self.blocks]
        self.bare = [wording.bare(text) for text in self.plain]
        self.counts = Counter(self.bare)

    def of(self, role: Role) -> Iterator[Block]:
        """Yield the blocks of a role."""
        return (
            block for block, found in zip(self.blocks, self.roles, strict=True) if found == role
        )

    @cached_property
    def is_copy(self) -> bool:
        """Tell whether one line alone stands above the article, but for byline and date."""
        above = range(min(self.start, _FEW))
        others = [i for i in above if not (self.names_author(i) or self.says_when(i))]
        return self.start <= _FEW and len(others) == 1

    def frames(self, name: str) -> bool:
        """Tell whether a name is the page's first line, and another one of its footer."""
        if not self.plain or self.plain[0] != name or self.roles[0] not in {"nav", "outlet"}:
            return False
        footer = zip(self.plain, self.roles, strict=True)
        return any(text == name and role == "footer" for text, role in footer)

    @cached_property
    def opening(self) -> set[str]:
        """The words of the first paragraphs of the article, without stop words."""
        words: set[str] = set()
        for index in range(self.start, min(self.start + _OPENING, len(self.blocks))):
            if self.roles[index] == "body" and wording.is_text(self.plain[index]):
                words |= wording.content_words(self.blocks[index].text)
        return words

    @cached_property
    def body_words(self) -> Counter[str]:
        """In how many paragraphs of the article each word stands."""
        words: Counter[str] = Counter()
        for block in self.of("body"):
            words.update(wording.content_words(block.text))
        return words

    def content(self, index: int) -> Set[str]:
        """Return the words of a block without stop words."""
        if index not in self._content:
            self._content[index] = wording.content_words(self.plain[index])
        return self._content[index]

    def shared(self, index: int) -> int:
        """Return how many of a block's words the first paragraphs hold."""
        return len(self.content(index) & self.opening)

    def words(self, index: int) -> int:
        """Return how many words a block has."""
        return wording.shape(self.plain[index]).words

    def names_author(self, index: int) -> bool:
        """Tell whether a block is worded as a byline."""
        return bylines.byline(self.plain[index]) is not None

    def says_when(self, index: int) -> bool:
        """Tell whether a block says when the article appeared, and hardly anything else."""
        return dates.says_when(self.plain[index])

    def level(self, index: int) -> int:
        """Return the level of a block that is marked as a heading; 0 for others."""
        text = self.blocks[index].raw or self.blocks[index].text
        match = _LEVEL.match(text) if "#" in text[:_MARK] else None
        return len(match[1]) if match else 0
