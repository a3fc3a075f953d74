"""Carry people's corrections over from an article to the one that has taken its place.

What people made stays where it is. The article that was frozen anew gets a copy of each correction
that stands, by the same person at the same time, with every mark whose words stand there too. A
correction that is there already, or that its author has followed by later work there, is not copied
again, so this may be cut off at any moment and run again. Work that breaks the contract waits until
it is mended.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from builder.contract import sound
from builder.corrections import last_of_each_round, standing
from builder.ingest.aligning import Aligned, without
from builder.records import Article, Bounds, Change, Correction, Rejection, Span
from builder.workspace.folder import Workspace
from builder.workspace.ledger import replaced

STAGE = "refreeze"


@dataclass(frozen=True)
class Carried:
    """The corrections that replaced articles lack, and the marks that cannot be carried over.

    ``lost`` holds those of all corrections that stand there as they were carried over, whenever
    that was, and ``newly`` those of ``corrections``.
    """

    corrections: list[Correction] = field(default_factory=list)
    lost: list[Rejection] = field(default_factory=list)
    newly: list[Rejection] = field(default_factory=list)


def carry(workspace: Workspace) -> Carried:
    """Give every article that has replaced another what people have done on that one."""
    found = missing(workspace)
    workspace.corrections.add(found.corrections)
    workspace.reject(STAGE, found.lost)
    return found


def missing(workspace: Workspace) -> Carried:
    """Return what ``carry`` would do."""
    found = Carried()
    for old, new in _in_order(replaced(workspace)):
        made = [c for c in found.corrections if c.article == old]
        file = workspace.corrections.file(old)
        if not made and not file.exists():
            continue
        before, after = _article(workspace, old), _article(workspace, new)
        if before is None or after is None:  # it was retracted
            continue
        placed = workspace.corrections.placed([file])
        work, broken = sound(placed, {old: before}, workspace.labels, STAGE)
        found.lost.extend(broken)
        there = [*workspace.corrections.read(workspace.corrections.file(new)).values()]
        there += [c for c in found.corrections if c.article == new]
        _copy([*work, *made], there, before, after, found)
    return found


def _in_order(pairs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what was replaced by what; an article comes after those that it has replaced."""
    left = dict(pairs)
    while left:
        first = sorted(left.keys() - left.values()) or sorted(left)[:1]
        yield from ((old, left.pop(old)) for old in first)


def _article(workspace: Workspace, identity: str) -> Article | None:
    file = workspace.articles.file(identity[: workspace.form.digits])
    return workspace.articles.read(file).get(identity)


def _copy(
    work: Iterable[Correction],
    there: list[Correction],
    before: Article,
    after: Article,
    found: Carried,
) -> None:
    """Add what the new article lacks of the work on the old one."""
    aligned = Aligned(before.text, after.text)
    taken = set[tuple[str, str, int]]()
    for correction in last_of_each_round(work):
        made, lost = moved(correction, before, after, aligned)
        if made is None:
            found.lost.extend(lost)
            continue
        if _key(made) in taken:  # two windows have become one: the first stands for it
            found.lost.extend(_lost(correction, span, after) for span in correction.spans)
            continue
        taken.add(_key(made))
        mine = [c for c in there if _key(c) == _key(made)]
        last = next(iter(standing(mine)), None)
        if last is None and made.state == "withdrawn":
            continue
        if last is None or last.updated < made.updated:
            made = made.model_copy(
                update={"revision": 1 + max((c.revision for c in mine), default=0)}
            )
            there.append(made)
            found.corrections.append(made)
            found.newly.extend(lost)
        if last is None or last.updated <= made.updated:
            found.lost.extend(lost)


def _key(correction: Correction) -> tuple[str, str, int]:
    return correction.task, correction.producer.name, correction.round


def moved(
    correction: Correction, before: Article, after: Article, aligned: Aligned
) -> tuple[Correction | None, list[Rejection]]:
    """Return a correction as it holds in the article's new text, and why marks of it do not.

    It still names the suggestion that it started from, which was one for the old text.
    """
    scope = correction.scope
    window = aligned.window(scope.start, scope.end)
    places = {span.id: aligned.place(span.start, span.end) for span in correction.spans}
    spans = tuple(
        _at(span, place) for span in correction.spans if (place := places[span.id]) is not None
    )
    lost = [_lost(correction, span, after) for span in correction.spans if places[span.id] is None]
    if window is None:
        return None, lost or [_gone(correction, after)]
    ids = {span.id for span in spans}
    start, end = window
    update = {
        "article": after.id,
        "scope": scope.model_copy(update={"start": start, "end": end}),
        "spans": spans,
        "relations": tuple(r for r in correction.relations if {r.head, r.tail} <= ids),
        "task": f"{after.id}:{start}-{end}",
        "revision": 1,
        "changes": tuple(_changes(correction.changes, ids, aligned)),
        "noticed": tuple(
            seen.model_copy(update={"start": place[0], "end": place[1]})
            for seen in correction.noticed
            if (place := aligned.place(seen.start, seen.end)) is not None
        ),
        "unseen": tuple(_unseen(correction, after, window, spans, aligned)),
    }
    return correction.model_copy(update=update), lost


def _at(span: Span, place: tuple[int, int]) -> Span:
    return span.model_copy(update={"start": place[0], "end": place[1]})


def _changes(changes: Iterable[Change], kept: set[str], aligned: Aligned) -> Iterator[Change]:
    """Yield the changes that still say something: of a mark that was carried, or was removed."""
    for change in changes:
        before, after = (
            _at(span, place)
            if span is not None and (place := aligned.place(span.start, span.end)) is not None
            else None
            for span in (change.before, change.after)
        )
        if change.after is not None and change.after.id not in kept:
            continue
        if before is not None or after is not None:
            yield Change(before=before, after=after)


def _unseen(
    correction: Correction,
    after: Article,
    window: tuple[int, int],
    spans: Iterable[Span],
    aligned: Aligned,
) -> Iterator[Bounds]:
    """Yield the sentences in the new window that are not, for the most part, what people saw.

    One that holds a mark was seen.
    """
    scope = correction.scope
    seen = without(scope.start, scope.end, [(b.start, b.end) for b in correction.unseen])
    for bounds in after.sentences:
        inside = window[0] <= bounds.start and bounds.end <= window[1]
        marked = any(s.start < bounds.end and bounds.start < s.end for s in spans)
        if inside and not marked and not aligned.known(bounds.start, bounds.end, seen):
            yield bounds


def _lost(correction: Correction, span: Span, after: Article) -> Rejection:
    return _rejection(
        correction,
        f"{span.label} “{span.text}” ({span.start}:{span.end}) of {correction.producer.name}: "
        f"these words are not at that place in {after.id}",
    )


def _gone(correction: Correction, after: Article) -> Rejection:
    scope = correction.scope
    return _rejection(
        correction,
        f"task {scope.start}-{scope.end} of {correction.producer.name}: "
        f"nothing of its text is in {after.id}",
    )


def _rejection(correction: Correction, reason: str) -> Rejection:
    return Rejection(
        stage=STAGE, path=f"data/corrections/{correction.article}.jsonl", reason=reason
    )
