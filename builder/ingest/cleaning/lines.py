"""Give every line of a seed a role and a reason, and find the body's paragraphs.

The article's stretch is found first (:mod:`builder.ingest.cleaning.region`); what stands above it,
in it and below it is then told apart by wording and by place. Nothing is dropped without a reason.
"""

from collections.abc import Sequence

from builder.ingest.cleaning import head, inside, region, tail, wrapping
from builder.ingest.cleaning.page import Block, Verdict, blocks_of
from builder.ingest.cleaning.wrapping import Paragraph

__all__ = ["Verdict", "classify", "paragraphs"]

_BLANK = Verdict("blank", "empty line")
_MARKS = Verdict("nav", "nothing but pictures and addresses of links")


def classify(lines: Sequence[str]) -> list[Verdict]:
    """Return the verdict on every line, in order."""
    page = blocks_of(lines)
    verdicts = [_MARKS if line.strip() else _BLANK for line in lines]
    for block, verdict in zip(page, _judge(page), strict=True):
        for number in range(block.first, block.last + 1):
            verdicts[number - 1] = verdict
    return verdicts


def paragraphs(lines: Sequence[str], verdicts: Sequence[Verdict]) -> list[Paragraph]:
    """Return the paragraphs of the body, in order."""
    return [
        found for found in wrapping.paragraphs(lines) if verdicts[found.first - 1].role == "body"
    ]


def _judge(page: Sequence[Block]) -> list[Verdict]:
    found = region.find([block.text for block in page])
    if found is None:
        return tail.judge(page)
    start, end = found
    article, below = page[start : end + 1], page[end + 1 :]
    above_verdicts, headline = head.judge(page, start)
    return above_verdicts + inside.judge(article, headline) + tail.judge(below)
