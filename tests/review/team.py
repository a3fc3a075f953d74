"""A simulated team: people of known speed, drawn to suggestions as far as is said."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from builder import corrections
from builder.records import (
    LAYERS,
    Arm,
    Article,
    Bounds,
    Correction,
    Metadata,
    Producer,
    Scope,
    Span,
    Suggestion,
)
from builder.review.worked import MarkCounts, Worked
from builder.text import article_id
from tests import making

WORDS = 60
NAMES = 8
_START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Team:
    """How a simulated team works.

    A person marks each right name with the chance ``finds``, and each wrong suggestion (one in
    four) with the chance ``falls``, seen or not. Who sees a suggestion keeps one that they would
    not have marked with the chance ``drawn``, and needs ``faster`` of the time less.
    """

    people: int = 12
    passages: int = 2000
    blind: float = 0.1
    second: float = 0.2
    finds: float = 0.8
    falls: float = 0.2
    drawn: float = 0.0
    faster: float = 0.0
    of_story: int = 4
    seed: int = 0

    def expected_kept(self) -> float:
        """Return by how much seeing suggestions raises the share of them that stands."""
        missed = 0.75 * (1 - self.finds) + 0.25 * (1 - self.falls)
        return self.drawn * missed


@dataclass(frozen=True)
class Act:
    """What one simulated person does with one passage: which of its suggestions they mark."""

    passage: int
    person: str
    arm: Arm
    seconds: float
    marked: tuple[bool, ...]


def acts(team: Team) -> Iterator[Act]:
    """Yield what a team does, the same for the same seed."""
    draw = random.Random(team.seed)
    speed = [draw.uniform(0.6, 1.6) for _ in range(team.people)]
    for number in range(team.passages):
        hard = draw.lognormvariate(0, 0.3)
        several = 2 if draw.random() < team.second else 1
        for person in draw.sample(range(team.people), several):
            arm: Arm = "blind" if draw.random() < team.blind else "assisted"
            seconds = 90 * speed[person] * hard * draw.lognormvariate(0, 0.3)
            seconds *= 1 - team.faster if arm == "assisted" else 1
            marked = tuple(_marked(team, draw, name, arm) for name in range(NAMES))
            yield Act(number, f"person-{person:02}", arm, seconds, marked)


def _marked(team: Team, draw: random.Random, name: int, arm: Arm) -> bool:
    marks = draw.random() < (team.falls if name % 4 == 3 else team.finds)
    return marks or (arm == "assisted" and draw.random() < team.drawn)


def pieces(team: Team) -> Iterator[Worked]:
    """Yield the work of a team as it is measured."""
    for act in acts(team):
        yield Worked(
            person=act.person,
            task=f"task-{act.passage}",
            story=f"story-{act.passage // team.of_story}",
            round=1,
            arm=act.arm,
            words=WORDS,
            seconds=act.seconds,
            marks={"entity": MarkCounts(NAMES, sum(act.marked), 0)},
        )


def passage(number: int) -> Article:
    """Return an article with names among its words; no two are the same."""
    text = f"p{number:04} " + " ".join(_word(place) for place in range(1, WORDS)) + "."
    return Article(
        id=article_id(text),
        text=text,
        sentences=(Bounds(start=0, end=len(text)),),
        seeds=(making.SEED,),
        metadata=Metadata(),
    )


def _word(place: int) -> str:
    return f"Name{place // 7}" if place % 7 == 3 and place < 7 * NAMES else "word"


def suggested(article: Article) -> Suggestion:
    """Return the suggestion of an article: its names."""
    starts = [article.text.index(f"Name{number}") for number in range(NAMES)]
    spans = [making.at(article, s, s + len("Name0"), "PERSON", score=0.9) for s in starts]
    return making.suggestion(article, *spans)


def corrections_of(
    team: Team,
) -> tuple[dict[str, Article], dict[str, Suggestion], dict[str, str], list[Correction]]:
    """Return articles, suggestions, each article's story, and what a team submitted."""
    articles = [passage(number) for number in range(team.passages)]
    suggestions = [suggested(article) for article in articles]
    stories = {a.id: f"story-{n // team.of_story}" for n, a in enumerate(articles)}
    found = []
    for act in acts(team):
        of = suggestions[act.passage]
        spans = [s for s, marks in zip(of.spans, act.marked, strict=True) if marks]
        found.append(submitted(of, spans, act.person, act.arm, act.seconds, minute=act.passage))
    return {a.id: a for a in articles}, {s.article: s for s in suggestions}, stories, found


def submitted(
    of: Suggestion,
    spans: list[Span],
    by: str,
    arm: Arm,
    seconds: float | None,
    *,
    minute: int = 0,
    revision: int = 1,
    number: int = 1,
) -> Correction:
    """Return the work of a person on a whole article, with the time it took."""
    shown = of.spans if arm == "assisted" else ()
    left = [
        s if any(s.same_as(o) for o in shown) else s.model_copy(update={"by": by}) for s in spans
    ]
    return Correction(
        article=of.article,
        scope=Scope(start=0, end=of.scope.end, layers=LAYERS),
        producer=Producer(kind="person", name=by, version="label-studio"),
        spans=tuple(left),
        relations=(),
        task=f"{of.article}:0-{of.scope.end}",
        round=number,
        arm=arm,
        revision=revision,
        state="submitted",
        suggestion="0" * 16 if arm == "assisted" else None,
        suggested_by=of.producer if arm == "assisted" else None,
        changes=tuple(corrections.compare(shown, left)),
        interface="0" * 16,
        guidelines="1.0",
        seconds=seconds,
        updated=_START + timedelta(minutes=minute),
    )
