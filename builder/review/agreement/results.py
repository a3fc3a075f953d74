"""What is said of people's agreement: figures, and the places where they differ most."""

from dataclasses import dataclass

from builder.records import Layer
from builder.review.agreement.opinions import Arms


@dataclass(frozen=True)
class Figure:
    """A figure with its 95% interval; ``why`` says why it, or its interval, is undefined."""

    value: float | None
    low: float | None = None
    high: float | None = None
    why: str | None = None


@dataclass(frozen=True)
class SpanAgreement:
    """How far opinions agree on the spans of a layer, or of one label.

    ``people`` and ``rounds`` are those of a pair, None where all are in it. ``passages`` counts the
    passages that were compared, ``stories`` the stories that they are of (None where those were not
    told apart), ``pairs`` the pairs of opinions, and ``marks`` the spans in both opinions of each.
    """

    arms: Arms
    layer: Layer
    label: str | None
    people: tuple[str, str] | None
    rounds: tuple[int, int] | None
    passages: int
    stories: int | None
    pairs: int
    marks: int
    exact: Figure
    partial: Figure
    labels: Figure
    token_alpha: Figure
    alpha_u: Figure


@dataclass(frozen=True)
class LinkAgreement:
    """How far opinions agree on a relation or an attribute, where the spans are the same."""

    arms: Arms
    kind: str
    name: str
    passages: int
    stories: int
    compared: int
    same: Figure


@dataclass(frozen=True)
class Figures:
    """All figures: by layer, by label, by round and by pair of people, and ``details`` by all."""

    layers: tuple[SpanAgreement, ...] = ()
    labels: tuple[SpanAgreement, ...] = ()
    rounds: tuple[SpanAgreement, ...] = ()
    pairs: tuple[SpanAgreement, ...] = ()
    details: tuple[SpanAgreement, ...] = ()
    links: tuple[LinkAgreement, ...] = ()


@dataclass(frozen=True)
class PersonView:
    """What one person says of a contested place: the spans as label and text, none if unmarked."""

    who: str
    arm: Arms
    spans: tuple[tuple[str, int, int, str], ...]


@dataclass(frozen=True)
class Contested:
    """A place that people marked differently, of so many opinions how many hold no common view.

    ``apart`` counts the opinions that differ from the view that most of them hold. ``link`` opens
    the task, where it is known.
    """

    article: str
    task: str
    layer: Layer
    start: int
    end: int
    text: str
    sentence: str
    opinions: int
    apart: int
    views: tuple[PersonView, ...]
    link: str | None = None


@dataclass(frozen=True)
class Agreement:
    """How far people agree who looked at the same passages, and where they differ most.

    ``passages`` counts the tasks on which several people have an opinion, and ``people`` who they
    are. Without any, ``why`` says so, and there are no figures.
    """

    passages: int
    people: tuple[str, ...]
    why: str | None
    figures: Figures = Figures()
    contested: tuple[Contested, ...] = ()
