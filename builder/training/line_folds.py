"""Judge models of lines by outlets that they did not learn from."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from builder.ingest.cleaning import lines
from builder.training import line_trees
from builder.training.line_material import GROUPS, LineMaterial
from builder.training.line_trees import TreeSettings

Array = NDArray[np.float64]


def cross_validated(
    material: LineMaterial, folds: int, settings: TreeSettings, report: Callable[[str], None]
) -> Array:
    """Return the probability of each line, from a model that did not learn from its outlet."""
    chances = np.zeros(len(material.labels))
    for number, groups in enumerate(np.array_split(np.arange(GROUPS), folds), start=1):
        wanted = np.isin(material.groups, groups)
        if wanted.any():
            learned = line_trees.learn(material, groups.tolist(), settings)
            chances[wanted] = line_trees.predict(material, learned, wanted)[wanted]
        report(f"part {number} of {folds} is judged by what was learned from the others")
    return chances


def votes_of(material: LineMaterial, number: int) -> dict[str, Array]:
    """Return what the rules say of the lines of a page."""
    rows = material.rows(number)
    return {name: value[rows].astype(np.float64) for name, value in material.votes.items()}


def text_found(material: LineMaterial, number: int, chances: Array) -> str:
    """Return the article that the cleaner finds on a page, given each line's probability."""
    rows = material.rows(number)
    words = np.expm1(material.alone["words"][rows].astype(np.float64))
    votes = votes_of(material, number)
    return text_of(
        material, number, lines.in_article(material.blocks[number], chances[rows], votes, words)
    )


def text_of(material: LineMaterial, number: int, kept: Sequence[bool] | NDArray[np.bool_]) -> str:
    """Return some of a page's lines as one text."""
    blocks = material.blocks[number]
    return "\n".join(block.text for block, is_kept in zip(blocks, kept, strict=True) if is_kept)
