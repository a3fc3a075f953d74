"""Find the revisions in one person's annotations on one task that their corrections lack.

The files keep everything: a revision is added, never changed or removed. Which of a person's
revisions stands is told by time, so that work read late never replaces what was done after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from builder.corrections import standing
from builder.records import Correction
from builder.studio.seen import Mark


@dataclass(frozen=True)
class Read:
    """An annotation as the server holds it: its id, when it was made, and what it says."""

    id: int
    created: datetime
    correction: Correction


def added(
    held: Sequence[Read],
    marks: Mapping[int, Mark],
    gone: Mapping[int, Mark],
    history: Sequence[Correction],
    now: datetime,
) -> tuple[list[Correction], dict[int, Mark]]:
    """Return the new revisions, and the marks of the annotations that the server holds.

    After it the person's latest annotation on this server stands, unless the files hold later
    work, which this server never had.

    Args:
        held: the person's annotations on the task.
        marks: what was pulled from this very server before, by annotation id.
        gone: those of ``marks`` that the server held and has lost.
        history: the person's revisions so far.
        now: when the task last changed, by the server's clock.

    """
    known, left = list(history), dict[int, Mark]()
    for read in sorted(held, key=lambda r: (r.correction.updated, r.id)):
        mark = marks.get(read.id)
        holder = _holder(read.correction, mark, known)
        if holder is None:
            last = standing(known)
            # An edit comes after what it changed, though the server's clock were set back.
            since = last[0].updated if mark and last else read.correction.updated
            holder = _next(read.correction, known, max(since, read.correction.updated))
            known.append(holder)
        left[read.id] = _mark(read, holder)
    for stood in standing(known):
        if stood.key not in {mark.correction for mark in gone.values()}:
            continue
        latest = max(held, key=lambda r: (r.correction.updated, r.id), default=None)
        if latest is None:
            known.append(_next(_withdrawn(stood), known, max(now, stood.updated)))
        else:
            if not _alike(latest.correction, stood):
                known.append(_next(latest.correction, known, max(now, stood.updated)))
            left[latest.id] = _mark(latest, standing(known)[0])
    return known[len(history) :], left


def _holder(
    correction: Correction, mark: Mark | None, known: Sequence[Correction]
) -> Correction | None:
    """Return the revision that already holds an annotation, or None."""
    if mark is not None and mark.updated == correction.updated:
        return next(c for c in known if c.key == mark.correction)
    alike = (c for c in reversed(known) if _alike(c, correction))
    return next((c for c in alike if c.updated >= correction.updated), None)


def _next(correction: Correction, known: Sequence[Correction], updated: datetime) -> Correction:
    revision = max((c.revision for c in known), default=0) + 1
    return correction.model_copy(update={"revision": revision, "updated": updated})


def _withdrawn(correction: Correction) -> Correction:
    empty = {"spans": (), "relations": (), "changes": (), "flags": (), "seconds": None}
    return correction.model_copy(update={**empty, "state": "withdrawn"})


def _mark(read: Read, holder: Correction) -> Mark:
    return Mark(
        correction=holder.key,
        by=holder.producer.name,
        created=read.created,
        updated=read.correction.updated,
    )


def _alike(one: Correction, other: Correction) -> bool:
    """Tell whether two revisions say the same, whenever they were made."""
    return _content(one) == _content(other)


def _content(correction: Correction) -> tuple[object, ...]:
    return (
        correction.state,
        sorted(str((s.id, s.content())) for s in correction.spans),
        sorted(r.identity for r in correction.relations),
        correction.flags,
    )
