"""Compare corrections with the suggestions they started from, and tell which of them stand."""

from collections.abc import Iterable, Mapping, Sequence

from builder.labels import LabelSet
from builder.records import (
    ADJUDICATION,
    CALIBRATION,
    Article,
    Change,
    Correction,
    Layer,
    Producer,
    Relation,
    Scope,
    Span,
    Suggestion,
)


def inherit(
    suggested: Sequence[Span], corrected: Sequence[Span], relations: Sequence[Relation]
) -> tuple[list[Span], list[Relation]]:
    """Return the corrected spans and relations with the ids of the suggested spans they come from.

    Label Studio keeps the id of a span that was relabelled, but a boundary is mended by deleting
    the span and drawing it anew. So a new span inherits the id of a deleted one of its layer that
    it overlaps: first those with the same bounds, then those with the same label, then those that
    share most text. One that was drawn again as it was is the suggested span.
    """
    known, kept = {span.id: span for span in suggested}, {span.id for span in corrected}
    deleted = [span for span in suggested if span.id not in kept]
    drawn = [span for span in corrected if span.id not in known]
    pairs = [(o, n) for o in deleted for n in drawn if o.layer == n.layer and _shared(o, n) > 0]
    new_id: dict[str, str] = {}
    for old, new in sorted(pairs, key=lambda pair: _closeness(*pair), reverse=True):
        if new.id not in new_id and old.id not in new_id.values():
            new_id[new.id] = old.id
    spans, links = _renamed(corrected, relations, new_id)
    return [known[s.id] if _same(known.get(s.id), s) else s for s in spans], links


def _renamed(
    spans: Iterable[Span], relations: Iterable[Relation], new_id: Mapping[str, str]
) -> tuple[list[Span], list[Relation]]:
    renamed = [s.model_copy(update={"id": new_id.get(s.id, s.id)}) for s in spans]
    moved = [
        r.model_copy(
            update={"head": new_id.get(r.head, r.head), "tail": new_id.get(r.tail, r.tail)}
        )
        for r in relations
    ]
    return renamed, moved


def _shared(one: Span, other: Span) -> int:
    """Return the number of code points that both spans cover."""
    return min(one.end, other.end) - max(one.start, other.start)


def _closeness(old: Span, new: Span) -> tuple[bool, bool, int, int, str]:
    same_bounds, same_label = (old.start, old.end) == (new.start, new.end), old.label == new.label
    return (same_bounds, same_label, _shared(old, new), old.start - old.end, old.id)


def compare(suggested: Iterable[Span], corrected: Iterable[Span]) -> list[Change]:
    """Return the changes that lead from the suggested spans to the corrected ones, by span id."""
    before = {span.id: span for span in suggested}
    after = {span.id: span for span in corrected}
    return [
        Change(before=old, after=new)
        for identity in sorted(before.keys() | after.keys())
        if not _same(old := before.get(identity), new := after.get(identity))
    ]


def as_suggested(correction: Correction) -> list[tuple[int, Span]]:
    """Return the spans of a correction that stand as they were suggested, with their numbers."""
    changed = {change.after.id for change in correction.changes if change.after is not None}
    return [(i, span) for i, span in enumerate(correction.spans) if span.id not in changed]


def shown(correction: Correction) -> list[Span]:
    """Return the spans that a correction started from: what it changed as it was, and the rest."""
    before = [change.before for change in correction.changes if change.before is not None]
    return [*before, *(span for _, span in as_suggested(correction))]


def _same(old: Span | None, new: Span | None) -> bool:
    return old is not None and new is not None and old.same_as(new)


def standing(corrections: Iterable[Correction]) -> list[Correction]:
    """Return each person's last revision of each task, in the order of time.

    What somebody decided on a dispute, or did to calibrate, stands beside their opinion.
    """
    last: dict[tuple[str, str, int], Correction] = {}
    for correction in sorted(corrections, key=lambda c: (c.updated, c.key)):
        apart = correction.round if correction.round in (ADJUDICATION, CALIBRATION) else 0
        identity = (correction.task, correction.producer.name, apart)
        last.pop(identity, None)
        last[identity] = correction
    return list(last.values())


def latest(corrections: Iterable[Correction]) -> list[Correction]:
    """Return what stands, without skipped and withdrawn work.

    Who skips a task in a round, or withdraws what they did in it, leaves their work of other rounds
    as it is.
    """
    return standing(c for c in last_of_each_round(corrections) if c.state == "submitted")


def last_of_each_round(corrections: Iterable[Correction]) -> list[Correction]:
    """Return each person's last revision of each task in each round."""
    last: dict[tuple[str, str, int], Correction] = {}
    for correction in sorted(corrections, key=lambda c: (c.updated, c.key)):
        last[correction.task, correction.producer.name, correction.round] = correction
    return list(last.values())


def opinions(corrections: Iterable[Correction]) -> list[Correction]:
    """Return people's opinions: what stands, without decisions on disputes and calibration."""
    return [c for c in latest(corrections) if c.round not in (ADJUDICATION, CALIBRATION)]


def settle(work: Sequence[Correction]) -> tuple[list[Correction], list[Correction]]:
    """Part work, in the order of time, into what stands and the opinions that were decided on.

    A decision settles all opinions on its task that were there before it, and earlier decisions; so
    does the first work in a round that was opened to look at the task again.
    """
    since: dict[str, int] = {}
    looking: dict[str, int] = {}
    for number, correction in enumerate(work):
        again = correction.round > CALIBRATION and looking.get(correction.task) != correction.round
        if correction.round == ADJUDICATION or again:
            since[correction.task] = number
            looking[correction.task] = correction.round
    stands = [c for i, c in enumerate(work) if i >= since.get(c.task, -1)]
    settled = [c for i, c in enumerate(work) if i < since.get(c.task, -1)]
    return stands, [c for c in settled if c.round != ADJUDICATION]


def sees(correction: Correction, layer: Layer, start: int, end: int) -> bool:
    """Tell whether a person had all of a stretch before them."""
    scope = correction.scope
    if any(start < unseen.end and unseen.start < end for unseen in correction.unseen):
        return False
    return layer in scope.layers and scope.start <= start and end <= scope.end


def unsuggested(article: Article, labels: LabelSet) -> Suggestion:
    """Return the suggestion of nothing, for an article that people have looked at whole."""
    return Suggestion(
        article=article.id,
        scope=Scope(start=0, end=len(article.text), layers=tuple(labels.layers)),
        producer=Producer(kind="rule", name="none", version="0"),
        spans=(),
        relations=(),
    )
