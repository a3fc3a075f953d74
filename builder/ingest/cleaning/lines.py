"""Give every line of a seed a role and a reason, and find the body's paragraphs.

Rules and a learned model say of each line whether it is part of the article
(:mod:`builder.ingest.cleaning.rule_votes`, :mod:`builder.ingest.cleaning.line_model`). What stands
above the article, in it and below it is then told apart by wording and by place. Nothing is dropped
without a reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from builder.ingest.cleaning import furniture, head, inside, line_model, rule_votes, tail, wording
from builder.ingest.cleaning.model_files import FOLDER
from builder.ingest.cleaning.page import AGAIN, Block, Verdict, blocks_of
from builder.ingest.cleaning.page_words import PageWords

Array = NDArray[np.float64]

__all__ = ["JudgedPage", "Verdict", "judge"]

_BLANK = Verdict("blank", "empty line")
_MARKS = Verdict("nav", "nothing but pictures and addresses of links")
_LEARNED = Verdict("body", "reads as articles do")
_UNLIKE = Verdict("nav", "among the article's lines, but unlike them")
# A line is body above the one; close to such lines, if the rules say so too, above the other.
_SURE, _WITH_RULES, _REACH = 0.5, 0.35, 5
# Shorter lines may well stand twice, as in verse.
_MIN_PARAGRAPH = 4
# What the model finds in fewer words is no article.
_MIN_WORDS = 25
# No page has as many lines as this; what the model looks at would not fit into memory.
_MAX_BLOCKS = 20_000


@dataclass(frozen=True)
class JudgedPage:
    """A page's blocks, and the verdict on each block and on each line.

    ``scores`` are the probabilities of lines to be body text, where a model was asked.
    """

    blocks: Sequence[Block]
    of_blocks: Sequence[Verdict]
    of_lines: Sequence[Verdict]
    scores: Sequence[float | None] = ()

    @classmethod
    def of(cls, lines: Sequence[str], verdicts: Sequence[Verdict]) -> "JudgedPage":
        """Return a page whose lines have been judged already."""
        page = blocks_of(lines)
        return cls(page, [verdicts[block.first - 1] for block in page], verdicts)

    @property
    def body(self) -> list[Block]:
        """Return the article's paragraphs, in order."""
        judged = zip(self.blocks, self.of_blocks, strict=True)
        return [block for block, verdict in judged if verdict.role == "body"]


def judge(lines: Sequence[str], model: Path = FOLDER) -> JudgedPage:
    """Return the verdict on every line of a page; ``model`` is the folder of a model of lines."""
    page = blocks_of(lines)
    found, chances = _judge(page, model)
    verdicts = [_MARKS if line.strip() else _BLANK for line in lines]
    scores: list[float | None] = [None] * len(lines)
    for block, verdict, chance in zip(page, found, chances, strict=True):
        for number in range(block.first, block.last + 1):
            verdicts[number - 1], scores[number - 1] = verdict, chance
    return JudgedPage(page, found, verdicts, scores)


def _judge(page: Sequence[Block], model: Path) -> tuple[Sequence[Verdict], Sequence[float | None]]:
    """Return the verdicts on blocks, and what the model says of each if it was asked."""
    votes = rule_votes.cast(page)
    if votes.is_plain or not 0 < len(page) <= _MAX_BLOCKS:
        return votes.verdicts, [None] * len(page)
    words = PageWords.of([block.text for block in page])
    numbers = votes.numbers()
    chance = line_model.load(model).probabilities(page, words, numbers)
    is_body = in_article(page, chance, numbers, words.sizes.astype(np.float64))
    return _together(page, votes, is_body), chance.tolist()


def _together(
    page: Sequence[Block], votes: rule_votes.Votes, is_body: NDArray[np.bool_]
) -> Sequence[Verdict]:
    """Return the verdicts on blocks, given which of them are the article's."""
    places = np.flatnonzero(is_body)
    if not len(places):
        return tail.judge(page)
    start, end = int(places[0]), int(places[-1])
    if votes.stretch == (start, end):
        verdicts = list(votes.verdicts)
    else:
        above, headline = head.judge(page, start)
        verdicts = above + inside.judge(page[start : end + 1], headline)
        verdicts += tail.judge(page[end + 1 :])
    for index in range(start, end + 1):
        if bool(is_body[index]) != (verdicts[index].role == "body"):
            verdicts[index] = _LEARNED if is_body[index] else _UNLIKE
        if index > start and is_body[index] and _same(page[index - 1], page[index]):
            verdicts[index] = AGAIN
    return verdicts


def _same(above: Block, below: Block) -> bool:
    """Tell whether a paragraph is the one above again."""
    if wording.shape(below.plain).words < _MIN_PARAGRAPH:
        return False
    return wording.bare(above.plain) == wording.bare(below.plain)


def in_article(
    page: Sequence[Block], chance: Array, votes: Mapping[str, Array], words: Array
) -> NDArray[np.bool_]:
    """Return which blocks are the article's, by the model's probability and the rules' votes.

    What is furniture by its wording, or stands among comments, never is. Where the model finds
    hardly anything, and in a text that shows no furniture of a page, the rules decide.
    """
    by_rules = votes["rules' body"] > 0
    found: NDArray[np.bool_] = (chance > _SURE) & ~_barred(page) & ~rule_votes.certain(votes)
    if words[found].sum() < _MIN_WORDS or votes["plain"].any():
        return by_rules
    return found | _near(found, by_rules & (chance > _WITH_RULES))


def _barred(page: Sequence[Block]) -> NDArray[np.bool_]:
    """Return which blocks are furniture by their wording."""
    return np.array([furniture.cue(block.text) is not None for block in page])


def _near(found: NDArray[np.bool_], maybe: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which blocks that may be the article's stand close to one that is."""
    around = np.convolve(found, np.ones(2 * _REACH + 1))[_REACH : _REACH + len(found)]
    near: NDArray[np.bool_] = maybe & (around > 0.5)
    return near
