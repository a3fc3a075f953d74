"""Gather the opinions of people who looked at the same passage.

An opinion is one person's standing annotation of one task. Adjudicators decide between opinions,
and calibration is practice on known gold: neither is one. Nor is a second look, unless it is blind:
who looks at a task again is shown what others have made of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from builder.corrections import latest
from builder.records import CALIBRATION, FIRST, SECOND, Article, Correction

# How two opinions were made: both without suggestions, both with them, one of each (or one of
# which that is not recorded), or both before that was recorded.
Arms = Literal["blind", "assisted", "mixed", "unrecorded"]
# In this order figures are told: agreement that suggestions cannot have made comes first.
ARMS: tuple[Arms, ...] = ("blind", "assisted", "mixed", "unrecorded")


@dataclass(frozen=True)
class Passage:
    """A task that several people looked at: its article and story, and an opinion of each."""

    task: str
    article: Article
    story: str
    opinions: tuple[Correction, ...]


def opinions(work: Iterable[Correction]) -> list[Correction]:
    """Return people's opinions: one of each person on each task, the latest."""
    last = latest(c for c in work if _is_independent(c))
    return list({(c.task, c.producer.name): c for c in last}.values())


def _is_independent(work: Correction) -> bool:
    """Tell whether work was done without what others have made of the task in view."""
    again = work.round > CALIBRATION and arm_of(work) == "blind"
    return work.round in (FIRST, SECOND) or again


def passages(
    work: Iterable[Correction], articles: Mapping[str, Article], story_of: Mapping[str, str]
) -> Iterator[Passage]:
    """Yield the tasks that several people have an opinion on, in the order of their keys.

    Opinions are in the order of names. What belongs to none of the articles is passed over.
    """
    of_task: dict[str, list[Correction]] = {}
    for opinion in opinions(work):
        if opinion.article in articles:
            of_task.setdefault(opinion.task, []).append(opinion)
    for task, found in sorted(of_task.items()):
        if len(found) > 1:
            article = articles[found[0].article]
            by_name = sorted(found, key=lambda c: c.producer.name)
            yield Passage(task, article, story_of.get(article.id, article.id), tuple(by_name))


def arm_of(opinion: Correction) -> Arms:
    """Return whether a person was shown suggestions.

    Older work does not say so, but names the suggestion that it started from. Where it names none,
    one may have stood beside it all the same: nobody knows.
    """
    if opinion.arm is not None:
        return opinion.arm
    return "unrecorded" if opinion.suggestion is None else "assisted"


def arms_of(one: Correction, other: Correction) -> Arms:
    """Return how two opinions were made: as both were, or mixed."""
    arm = arm_of(one)
    return arm if arm == arm_of(other) else "mixed"


def shared_stretches(of: Sequence[Correction]) -> list[tuple[int, int]]:
    """Return the stretches of the article that all of some people looked at."""
    start, end = max(c.scope.start for c in of), min(c.scope.end for c in of)
    unseen = sorted((u.start, u.end) for c in of for u in c.unseen)
    found = []
    for begins, ends in [*unseen, (end, end)]:
        if start < min(begins, end):
            found.append((start, min(begins, end)))
        start = max(start, ends)
    return found
