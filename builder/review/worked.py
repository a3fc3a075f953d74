"""Say of each piece of people's work whose it is, how long it took and what became of suggestions.

A piece is one person's last revision of one task in one round. Label Studio counts its time from
revision to revision, so that the last one has all of it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from builder.corrections import last_of_each_round, shown
from builder.labels import LabelSet
from builder.records import (
    ADJUDICATION,
    CALIBRATION,
    LAYERS,
    Arm,
    Article,
    Correction,
    Layer,
    Span,
    Suggestion,
)

_Mark = tuple[str, int, int]
# Below this a score says little; above, each tenth is told by itself.
_LEAST_SCORE = 0.5
NO_SCORE = "no score"
# How the arm is called where nobody knows it.
UNKNOWN_ARM = "not known"


@dataclass(frozen=True)
class Kept:
    """How many suggested spans there were, and how many of them stand as they were."""

    shown: int = 0
    kept: int = 0

    def __add__(self, other: "Kept") -> "Kept":
        return Kept(self.shown + other.shown, self.kept + other.kept)


@dataclass(frozen=True)
class MarkCounts:
    """What a person marks in one layer, held against a suggestion.

    ``kept`` are suggested spans that the person marks too, with the same label and bounds;
    ``added`` are those of the person alone. Attributes are not compared.
    """

    suggested: int
    kept: int
    added: int


@dataclass(frozen=True)
class Worked:
    """One person's work on one task in one round.

    ``arm`` is None where nobody knows whether suggestions were shown, ``seconds`` where there is no
    time. Of a skipped task, ``flags`` are the reason. ``marks`` holds the work against what was
    suggested, by layer; of blind work, that is what others were shown or would have been, and None
    where no suggestion is known. ``edits`` counts changes by label and kind and ``fates`` what
    became of suggested spans by producer and score, both of assisted opinions alone.
    """

    person: str
    task: str
    story: str
    round: int
    arm: Arm | None
    words: int
    seconds: float | None
    skipped: bool = False
    flags: tuple[str, ...] = ()
    marks: Mapping[Layer, MarkCounts] | None = None
    edits: Mapping[tuple[str, str], int] = field(default_factory=dict)
    fates: Mapping[tuple[str, str], Kept] = field(default_factory=dict)


def worked(
    corrections: Iterable[Correction],
    articles: Mapping[str, Article],
    stories: Mapping[str, str],
    suggestions: Mapping[str, Suggestion],
    labels: LabelSet,
) -> list[Worked]:
    """Return the pieces of work on some articles, in the order of time.

    Work of calibration is left out, and so is what its author has taken back.

    Args:
        corrections: all revisions of people's work.
        articles: the articles by id; work on others is left out.
        stories: the story of each article.
        suggestions: the suggestion of each article, for work to which none was shown.
        labels: the labels in use.

    """
    last = [labels.read(c) for c in _last_revisions(corrections) if c.article in articles]
    seen = {c.task: shown(c) for c in last if _began_with_suggestions(c) and not _looks_again(c)}
    found = []
    for correction in last:
        began, again = _began_with_suggestions(correction), _looks_again(correction)
        suggested = shown(correction) if began else None if again else seen.get(correction.task)
        if suggested is None and not again and correction.article in suggestions:
            suggested = _inside(labels.read(suggestions[correction.article]).spans, correction)
        story = stories.get(correction.article, correction.article)
        found.append(_worked(correction, articles[correction.article], story, suggested))
    return found


def arm_of(correction: Correction) -> Arm | None:
    """Return whether a person was shown suggestions, None where nobody knows.

    Older work says so by what it started from; work done elsewhere, if that was said.
    """
    if correction.arm is None and correction.suggestion is not None:
        return "assisted"
    return correction.arm or ("blind" if correction.blind else None)


def _began_with_suggestions(correction: Correction) -> bool:
    """Tell whether work started from suggestions: an adjudicator is shown people's opinions."""
    opinion = correction.state == "submitted" and correction.round != ADJUDICATION
    return opinion and arm_of(correction) == "assisted"


def _looks_again(correction: Correction) -> bool:
    """Tell whether work was done in a round of second looks: it begins with gold, not suggestions.

    Nobody knows what gold somebody would have been shown who did it blind.
    """
    return correction.round > CALIBRATION


def _last_revisions(corrections: Iterable[Correction]) -> list[Correction]:
    """Return each person's last revision of each task in each round, without withdrawn work."""
    work = (c for c in corrections if c.round != CALIBRATION)
    return [c for c in last_of_each_round(work) if c.state != "withdrawn"]


def _inside(spans: Iterable[Span], correction: Correction) -> list[Span]:
    scope = correction.scope
    return [
        span
        for span in spans
        if span.layer in scope.layers and scope.start <= span.start and span.end <= scope.end
    ]


def _worked(
    correction: Correction, article: Article, story: str, suggested: Sequence[Span] | None
) -> Worked:
    assisted, submitted = _began_with_suggestions(correction), correction.state == "submitted"
    return Worked(
        person=correction.producer.name,
        task=correction.task,
        story=story,
        round=correction.round,
        arm=arm_of(correction),
        words=_words(correction, article),
        seconds=correction.seconds,
        skipped=not submitted,
        flags=correction.flags,
        marks=_held_against(suggested, correction) if submitted and suggested is not None else None,
        edits=Counter(_edits(correction)) if assisted else {},
        fates=_fates(correction) if assisted else {},
    )


def _words(correction: Correction, article: Article) -> int:
    """Return the number of words that the person had before them."""
    scope = correction.scope
    unseen = (len(article.text[b.start : b.end].split()) for b in correction.unseen)
    return len(article.text[scope.start : scope.end].split()) - sum(unseen)


def _held_against(suggested: Sequence[Span], correction: Correction) -> dict[Layer, MarkCounts]:
    found: dict[Layer, MarkCounts] = {}
    for layer in (layer for layer in LAYERS if layer in correction.scope.layers):
        before = {_mark(span) for span in suggested if span.layer == layer}
        after = {_mark(span) for span in correction.spans if span.layer == layer}
        found[layer] = MarkCounts(len(before), len(before & after), len(after - before))
    return found


def _mark(span: Span) -> _Mark:
    return span.label, span.start, span.end


def _edits(correction: Correction) -> Iterator[tuple[str, str]]:
    """Yield label and kind of each change; a relabelled span counts for its old label."""
    for change in correction.changes:
        of = change.before or change.after
        if of is not None:
            yield of.label, change.action


def _fates(correction: Correction) -> dict[tuple[str, str], Kept]:
    """Return what became of the suggested spans, by producer and score."""
    changed = {change.before.id for change in correction.changes if change.before is not None}
    found: dict[tuple[str, str], Kept] = {}
    for span in shown(correction):
        key = (span.by, score_bin(span.score))
        found[key] = found.get(key, Kept()) + Kept(1, int(span.id not in changed))
    return found


def score_bin(score: float | None) -> str:
    """Return the stretch of scores that a score lies in."""
    if score is None:
        return NO_SCORE
    if score < _LEAST_SCORE:
        return f"0.0-{_LEAST_SCORE}"
    tenth = min(9, int(score * 10))
    return f"{tenth / 10}-{(tenth + 1) / 10}"
