"""Give every line of a seed a role and a reason, and find the body's paragraphs.

The article's stretch is found first (:mod:`builder.ingest.cleaning.region`); what stands above it,
in it and below it is then told apart by wording and by place. Nothing is dropped without a reason.
"""

from collections.abc import Sequence

from builder.ingest.cleaning import head, inside, region, tail, wrapping
from builder.ingest.cleaning.page import Block, Verdict, blocks_of

__all__ = ["Verdict", "classify", "paragraphs"]

_BLANK = Verdict("blank", "empty line")


def classify(lines: Sequence[str]) -> list[Verdict]:
    """Return the verdict on every line, in order."""
    page = blocks_of(lines)
    verdicts = [_BLANK] * len(lines)
    for block, verdict in zip(page, _judge(page), strict=True):
        for number in range(block.first, block.last + 1):
            verdicts[number - 1] = verdict
    return verdicts


def paragraphs(lines: Sequence[str], verdicts: Sequence[Verdict]) -> list[tuple[int, int]]:
    """Return the first and last line (1-based, inclusive) of every body paragraph, in order."""
    return [bounds for bounds in wrapping.blocks(lines) if verdicts[bounds[0] - 1].role == "body"]


def _judge(page: Sequence[Block]) -> list[Verdict]:
    found = region.find([block.text for block in page])
    if found is None:
        return tail.judge(page)
    start, end = found
    article, below = page[start : end + 1], page[end + 1 :]
    above_verdicts, headline = head.judge(page, start)
    return above_verdicts + inside.judge(article, headline) + tail.judge(below)
