"""Judge the blocks below an article, or all blocks of a page without one."""

from collections.abc import Sequence
from itertools import pairwise

from builder.ingest.cleaning import captions, furniture, wording
from builder.ingest.cleaning.page import LIST_ITEM, Block, Verdict, by_wording

_RELATED = Verdict("related", "link list after 'related' heading")
_COMMENT = Verdict("comment", "below the heading of the comments")
_FOOTER = Verdict("footer", "end of the page")
_SPONSORED = Verdict("ad", "link labelled as sponsored")


def judge(below: Sequence[Block]) -> list[Verdict]:
    """Return the verdicts on the blocks below the article, or of a page that holds none."""
    end = _footer_start(below)
    sponsored = _sponsored(below)
    verdicts: list[Verdict] = []
    after: Verdict | None = None
    for index, block in enumerate(below[:end]):
        cue = furniture.cue(block.text)
        if index in sponsored:
            verdicts.append(_SPONSORED)
        elif cue is not None:
            if cue.heads:
                after = _COMMENT if cue.role == "comment" else _RELATED
            verdicts.append(Verdict(cue.role, cue.reason))
        else:
            verdicts.append(after or _loose(block))
    return verdicts + [_FOOTER] * (len(below) - end)


def _loose(block: Block) -> Verdict:
    """Judge a block that stands under no heading."""
    if wording.is_list_item(block.text):
        return LIST_ITEM
    if captions.split(block.plain):
        return Verdict("caption", "ends with a picture credit")
    if verdict := by_wording(block):
        return verdict
    if wording.is_prose(block.plain):
        return Verdict("nav", "text outside the article")
    return Verdict("nav", "short line outside the article")


def _sponsored(blocks: Sequence[Block]) -> set[int]:
    """Return the places of the links that a label right below them, or a twin, calls sponsored."""
    labelled = {
        above.plain
        for above, label in pairwise(blocks)
        if furniture.is_sponsor_label(label.text) and furniture.cue(above.text) is None
    }
    return {index for index, block in enumerate(blocks) if block.plain in labelled}


def _footer_start(blocks: Sequence[Block]) -> int:
    """Return where the footer starts: the first list or run of lines that holds a footer's word."""
    for index, block in enumerate(blocks):
        if not furniture.is_footer(block.text):
            continue
        start = index
        while start > 0 and _same_list(blocks[start - 1], blocks[start]):
            start -= 1
        return start
    return len(blocks)


def _same_list(above: Block, below: Block) -> bool:
    if wording.is_prose(above.text):
        return False
    touching = above.last + 1 == below.first
    return touching or (wording.is_list_item(above.text) and wording.is_list_item(below.text))
