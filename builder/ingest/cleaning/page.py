"""A page as it is judged: its blocks of lines, and the verdict on each."""

from dataclasses import dataclass

from builder.ingest.cleaning import wording
from builder.records import Role


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a line is, and the rule that says so."""

    role: Role
    reason: str


@dataclass(frozen=True, slots=True)
class Block:
    """One line that is not blank, or the lines of one hard-wrapped paragraph (1-based bounds)."""

    text: str
    first: int
    last: int

    @property
    def plain(self) -> str:
        """Return the text without list mark and markdown."""
        return wording.plain(self.text)


LIST_ITEM = Verdict("nav", "navigation list item")


def by_wording(block: Block) -> Verdict | None:
    """Return the verdict that the block's wording alone allows, or None."""
    cue = wording.cue(block.text)
    if cue is not None:
        return Verdict(cue.role, cue.reason)
    if not wording.has_words(block.text):
        return Verdict("nav", "no words")
    return None
