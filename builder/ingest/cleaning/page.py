"""A page as it is judged: its blocks of lines, and the verdict on each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from builder.ingest.cleaning import captions, furniture, wording, wrapping
from builder.records import Role


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a line is, and the rule that says so."""

    role: Role
    reason: str


class Block(NamedTuple):
    """A line, or the lines of one hard-wrapped paragraph (1-based bounds), with its text."""

    text: str
    first: int
    last: int
    raw: str = ""
    heading: bool = False

    @property
    def plain(self) -> str:
        """Return the text without list mark and markdown."""
        return wording.plain(self.text)


LIST_ITEM = Verdict("nav", "navigation list item")
AGAIN = Verdict("nav", "repeats the paragraph above")


def blocks_of(lines: Sequence[str]) -> list[Block]:
    """Return the blocks of a page's lines that hold text, in order."""
    return [
        Block(found.text, found.first, found.last, found.raw, found.heading)
        for found in wrapping.paragraphs(lines)
        if found.text.strip()
    ]


def by_wording(block: Block) -> Verdict | None:
    """Return the verdict that the block's wording alone allows, or None."""
    cue = furniture.cue(block.text)
    if cue is not None:
        return Verdict(cue.role, cue.reason)
    if not wording.has_words(block.text):
        return Verdict("nav", "no words")
    return None


def as_caption(text: str) -> Verdict | None:
    """Return the verdict on the plain text of a caption; None for any other text."""
    if captions.split(text):
        return Verdict("caption", "ends with a picture credit")
    if captions.opens_as_caption(text):
        return Verdict("caption", "starts as a caption")
    return None
