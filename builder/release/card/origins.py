"""Count what lies behind a release's rows: people's work, and what cleaning left out."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated

from pydantic import Field

from builder.corrections import latest, opinions
from builder.labels import LabelSet
from builder.phrasing import most_first
from builder.records import CALIBRATION, Article, Correction, Producer, Seed
from builder.release.card.agreement import StoryAgreement
from builder.review.quality import LabelQuality, suggestion_quality, summed


@dataclass(frozen=True)
class Effort:
    """How long people took for tasks: Label Studio's lead time, over the words of the tasks."""

    tasks: int = 0
    seconds: float = 0.0
    words: int = 0

    def __add__(self, other: "Effort") -> "Effort":
        return Effort(
            self.tasks + other.tasks, self.seconds + other.seconds, self.words + other.words
        )

    @property
    def per_100_words(self) -> float:
        """Return the seconds that 100 words took."""
        return 100 * self.seconds / self.words if self.words else 0.0


def _is_empty(value: tuple[object, ...]) -> bool:
    return not value


@dataclass(frozen=True)
class Origins:
    """What the rows do not say themselves: people's work, and what cleaning left out.

    ``tasks`` counts the tasks of each annotator, ``shown`` those of them that started from a
    suggestion. ``assisted`` is the effort for these, ``blind`` for the others, where it is known.
    ``elsewhere`` counts the tasks that came in files, by their format.
    ``roles`` counts the lines of the seeds by what they were taken for, ``forms`` the seeds by what
    they are.
    ``last`` is the day of the last correction, ``pipelines`` name the pipelines whose suggestions
    people started from or nobody has looked at, each with its fingerprint. ``agreement`` is what
    figures of agreement are made of, where several people looked at the same passages.
    """

    quality: tuple[LabelQuality, ...] = ()
    tasks: dict[str, int] = field(default_factory=dict)
    shown: int = 0
    elsewhere: Annotated[dict[str, int], Field(exclude_if=lambda of: not of)] = field(
        default_factory=dict
    )
    assisted: Effort = Effort()
    blind: Effort = Effort()
    guidelines: tuple[str, ...] = ()
    last: date | None = None
    roles: dict[str, int] = field(default_factory=dict)
    forms: dict[str, int] = field(default_factory=dict)
    pipelines: tuple[str, ...] = ()
    agreement: Annotated[tuple[StoryAgreement, ...], Field(exclude_if=_is_empty)] = ()

    def __add__(self, other: "Origins") -> "Origins":
        days = [day for day in (self.last, other.last) if day is not None]
        return Origins(
            quality=tuple(summed((*self.quality, *other.quality))),
            tasks=dict(sorted((Counter(self.tasks) + Counter(other.tasks)).items())),
            shown=self.shown + other.shown,
            elsewhere=dict(sorted((Counter(self.elsewhere) + Counter(other.elsewhere)).items())),
            assisted=self.assisted + other.assisted,
            blind=self.blind + other.blind,
            guidelines=tuple(sorted({*self.guidelines, *other.guidelines})),
            last=max(days, default=None),
            roles=most_first(Counter(self.roles) + Counter(other.roles)),
            forms=most_first(Counter(self.forms) + Counter(other.forms)),
            pipelines=tuple(sorted({*self.pipelines, *other.pipelines})),
            agreement=(*self.agreement, *other.agreement),
        )

    def in_order(self, labels: LabelSet) -> "Origins":
        """Return the same with the quality of labels in the order of the label set."""
        names = [label.name for label in labels.labels]
        quality = sorted(self.quality, key=lambda row: names.index(row.label))
        return replace(self, quality=tuple(quality))


# Of rows whose articles, seeds and corrections are not at hand.
UNKNOWN = Origins()


def origins(
    articles: Mapping[str, Article],
    seeds: Iterable[Seed],
    corrections: Iterable[Correction],
    labels: LabelSet,
    timed: Collection[str] | None = None,
) -> Origins:
    """Return what lies behind the rows made from these articles; work on others is left out.

    ``timed`` are those whose effort may be told, None if nobody is asked for that.
    """
    there = [c for c in corrections if c.article in articles and c.round != CALIBRATION]
    everything = latest(there)
    work = opinions(everything)
    clocked = [c for c in work if timed is None or c.producer.name in timed]
    roles, mine = Counter[str](), [seed for seed in seeds if seed.article in articles]
    for run in (run for seed in mine for run in seed.lines):
        roles[run.role] += run.last - run.first + 1
    return Origins(
        quality=suggestion_quality(there, labels),
        tasks=dict(sorted(Counter(c.producer.name for c in everything).items())),
        shown=sum(c.suggestion is not None for c in work),
        elsewhere=dict(sorted(Counter(c.tool for c in work if c.imported).items())),
        assisted=_effort((c for c in clocked if c.suggestion is not None), articles),
        blind=_effort((c for c in clocked if c.suggestion is None), articles),
        guidelines=tuple(sorted({c.guidelines for c in everything})),
        last=max((c.updated.date() for c in everything), default=None),
        roles=most_first(roles),
        forms=most_first(Counter(seed.reader.partition(",")[0] for seed in mine)),
        # Second looks begin with gold, which no pipeline has made.
        pipelines=tuple(
            sorted(
                {made_by(c.suggested_by) for c in work if c.suggested_by and c.round < CALIBRATION}
            )
        ),
    )


def made_by(producer: Producer) -> str:
    """Return how a release names a pipeline: name, version and, where known, fingerprint."""
    fingerprint = f"#{producer.fingerprint}" if producer.fingerprint else ""
    return f"{producer.name}@{producer.version}{fingerprint}"


def _effort(work: Iterable[Correction], articles: Mapping[str, Article]) -> Effort:
    timed = [(c, c.seconds) for c in work if c.seconds is not None]
    words = (articles[c.article].text[c.scope.start : c.scope.end].split() for c, _ in timed)
    return Effort(len(timed), sum(seconds for _, seconds in timed), sum(map(len, words)))
