"""Choose among the candidates of a field by how likely each is, or none where that is unsure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from builder.ingest.cleaning import wording
from builder.ingest.fields.trees import Array, FieldName


class Certainty(NamedTuple):
    """The least chance of a candidate, less ``lead`` times that of the next other one."""

    least: float
    lead: float


# Chosen on the development outlets of the benchmark, where a wrong value costs as much as four
# missing ones.
CERTAINTY: dict[FieldName, Certainty] = {
    "headline": Certainty(0.2, 1.0),
    "published": Certainty(0.3, 1.0),
    "outlet": Certainty(0.5, 0.5),
    "authors": Certainty(0.65, 0.0),
}
# A name on the first line of a page and again in its footer is an outlet's from this chance on.
FRAMED = 0.3
# Who is named beside an author that is sure may be a little less so.
FURTHER_AUTHOR = 0.55


@dataclass(frozen=True, slots=True)
class Chosen:
    """The place of the likeliest candidate, and whether it is sure enough to be taken."""

    place: int
    taken: bool


def choose(field: FieldName, texts: Sequence[str], chances: Array) -> Chosen | None:
    """Return the likeliest candidate of a field; None if there is none.

    A text that holds another one, or is held by it, does not speak against it.
    """
    if not len(texts):
        return None
    place = int(chances.argmax())
    own = _letters(texts[place])
    others = [
        float(chance)
        for text, chance in zip(texts, chances, strict=True)
        if not _overlap(own, _letters(text))
    ]
    bounds = CERTAINTY[field]
    lead = float(chances[place]) - bounds.lead * max(others, default=0.0)
    return Chosen(place, lead >= bounds.least)


def several(chances: Array) -> list[int]:
    """Return the places of all that are sure enough to be authors, in their order."""
    if not len(chances) or chances.max() < CERTAINTY["authors"].least:
        return []
    return [place for place, chance in enumerate(chances) if chance >= FURTHER_AUTHOR]


def _letters(text: str) -> str:
    return wording.bare(text).replace(" ", "").removeprefix("the")


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one
