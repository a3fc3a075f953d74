"""Make corrections of what files say: people's work, window by window, beside all other work."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from builder import corrections
from builder.importing.placing import MarkedArticle
from builder.phrasing import count
from builder.records import (
    LAYERS,
    Article,
    Bounds,
    Correction,
    Producer,
    Rejection,
    Relation,
    Scope,
    Span,
    Window,
)
from builder.tasks.windows import windows


@dataclass(frozen=True)
class Contributor:
    """Whose work is taken in, and how it was done.

    ``tool`` names the format that it comes in, ``blind`` tells that no suggestion was shown.
    """

    name: str
    guidelines: str
    tool: str
    blind: bool
    when: datetime


@dataclass
class Opinions:
    """The corrections that files add, the windows that they are of, and what was there already.

    ``newer`` tells of revisions that follow earlier imported work on the same sentences.
    """

    new: list[Correction]
    windows: list[Window]
    newer: list[str]
    unchanged: int = 0


def opinions(
    found: Iterable[MarkedArticle],
    person: Contributor,
    recorded: Callable[[Article], Sequence[Window]],
    history: Callable[[Article], Sequence[Correction]],
    reject: Callable[[Rejection], None],
) -> Opinions:
    """Return what a person's files add.

    Args:
        found: what the files say, an article each.
        person: whose work it is.
        recorded: returns the windows of an article that never move.
        history: returns all work on an article.
        reject: is told what is left out.

    """
    done = Opinions([], [], [])
    mine: dict[str, list[Correction]] = {}
    known_here: dict[str, set[tuple[int, int]]] = {}
    for marked in found:
        article = marked.article
        here = mine.setdefault(article.id, [])
        known, work = recorded(article), [*history(article), *here]
        fixed = _fixed(known, work)
        stretches = [Bounds(start=a, end=b) for a, b in windows(article.text, fixed)]
        for span in marked.spans.values():
            if not any(w.start <= span.start and span.end <= w.end for w in stretches):
                _reject(marked, span, "lies in two windows of the article", reject)
        for window in stretches:
            made = _correction(marked, window, person)
            if made is None:
                continue
            on_task = [c for c in work if c.task == made.task]
            new = _next(made, marked, person, on_task, done, reject)
            here += [new] if new is not None else []
        done.new += [c for c in here if c not in work]
        touched = {(c.scope.start, c.scope.end) for c in here}
        there = known_here.setdefault(article.id, {(w.start, w.end) for w in known})
        done.windows += [
            Window(article=article.id, start=a, end=b) for a, b in sorted(touched - there)
        ]
        there |= touched
        _tell_parted(marked, stretches, reject)
    return done


def _fixed(recorded: Iterable[Window], work: Iterable[Correction]) -> list[tuple[int, int]]:
    """Return the windows that stay as they are; of two that overlap, the recorded one."""
    fixed: list[tuple[int, int]] = []
    there = [(w.start, w.end) for w in recorded] + [(c.scope.start, c.scope.end) for c in work]
    for start, end in there:
        if not any(first < end and start < last for first, last in fixed):
            fixed.append((start, end))
    return sorted(fixed)


def _correction(marked: MarkedArticle, window: Bounds, person: Contributor) -> Correction | None:
    """Return the first revision of what a person says of a window; None if they saw none of it."""
    article = marked.article
    inside = [s for s in article.sentences if window.start <= s.start and s.end <= window.end]
    unseen = tuple(s for s in inside if not marked.looked_at(s.start, s.end))
    if len(unseen) == len(inside):
        return None
    spans = [s for s in marked.spans.values() if window.start <= s.start and s.end <= window.end]
    ids = {span.id for span in spans}
    return Correction(
        article=article.id,
        scope=Scope(
            start=window.start,
            end=window.end,
            layers=tuple(layer for layer in LAYERS if layer in marked.layers),
        ),
        producer=Producer(kind="person", name=person.name, version=f"import:{person.tool}"),
        spans=_sorted(spans),
        relations=_in_order(r for r in marked.relations.values() if {r.head, r.tail} <= ids),
        task=f"{article.id}:{window.start}-{window.end}",
        arm="blind" if person.blind else None,
        revision=1,
        state="submitted",
        suggestion=None,
        suggested_by=None,
        changes=tuple(corrections.compare((), spans)),
        unseen=unseen,
        interface="",
        guidelines=person.guidelines,
        seconds=None,
        updated=person.when,
    )


def _next(
    made: Correction,
    marked: MarkedArticle,
    person: Contributor,
    on_task: Sequence[Correction],
    done: Opinions,
    reject: Callable[[Rejection], None],
) -> Correction | None:
    """Return a correction as the next revision of the person's work; None if it adds nothing."""
    mine = [c for c in on_task if c.producer.name == person.name]
    last = next(iter(corrections.standing(mine)), None)
    if last is not None and last.state != "withdrawn":
        reason = ""
        if not last.imported:
            reason = f"{person.name} has worked on this in Label Studio, and that work is kept"
        elif not _of_same_sentences(made, last):
            reason = (
                f"{person.name}'s earlier work on another layer is of other sentences of it: "
                "take both in by one command"
            )
        if reason:
            for document in marked.documents:
                reject(document.fault(f"task {made.task}: {reason}"))
            return None
        made = _with_earlier(made, last)
        if _content(made) == _content(last):
            done.unchanged += 1
            return None
        done.newer.append(f"task {made.task}: {_difference(last, made)}")
    own = [c.revision for c in mine if c.written_by == person.name]
    since = max((c.updated for c in mine), default=made.updated)
    update = {"revision": 1 + max(own, default=0), "updated": max(since, made.updated)}
    return made.model_copy(update=update)


def _of_same_sentences(made: Correction, last: Correction) -> bool:
    """Tell whether both together have looked at the same sentences on each of their layers.

    A correction cannot say of each layer which sentences were looked at.
    """
    unseen = [{s.start for s in c.unseen} for c in (made, last)]
    layers = [set(c.scope.layers) for c in (made, last)]
    both = unseen[0] & unseen[1]
    return all(
        (both if layer in layers[0] and layer in layers[1] else unseen[layer not in layers[0]])
        == both
        for layer in layers[0] | layers[1]
    )


def _with_earlier(made: Correction, last: Correction) -> Correction:
    """Return newer work with what earlier work says of sentences and layers that it is not of."""

    def of_earlier(span: Span) -> bool:
        return span.layer not in made.scope.layers or any(
            s.start < span.end and span.start < s.end for s in made.unseen
        )

    mine = {s.id for s in made.spans}
    kept = [s for s in last.spans if of_earlier(s) and s.id not in mine]
    spans = [*made.spans, *kept]
    ids = {span.id for span in spans}
    links = {r.identity: r for r in (*last.relations, *made.relations)}
    new = {(r.head, r.tail) for r in made.relations}
    older = {s.id for s in kept}
    relations = (
        r
        for r in links.values()
        if {r.head, r.tail} <= ids and ((r.head, r.tail) in new or {r.head, r.tail} & older)
    )
    layers = tuple(x for x in LAYERS if x in {*made.scope.layers, *last.scope.layers})
    return made.model_copy(
        update={
            "scope": made.scope.model_copy(update={"layers": layers}),
            "spans": _sorted(spans),
            "relations": _in_order(relations),
            "changes": tuple(corrections.compare((), spans)),
            "unseen": tuple(s for s in made.unseen if s in last.unseen),
        }
    )


def _content(work: Correction) -> tuple[object, ...]:
    """Return what a correction says, whenever it was made."""
    return (
        set(work.scope.layers),
        sorted(str(s.content()) for s in work.spans),
        sorted(r.identity for r in work.relations),
        work.unseen,
        work.guidelines,
        work.arm,
    )


def _difference(before: Correction, after: Correction) -> str:
    changes = corrections.compare(before.spans, after.spans)
    told = count(len(changes), "span") + " changed" if changes else "the same spans"
    return f"{told} since revision {before.revision}"


# --- what is left out -----------------------------------------------------------------------


def _reject(
    marked: MarkedArticle, span: Span, reason: str, reject: Callable[[Rejection], None]
) -> None:
    document, mark = marked.from_[span.id]
    told = f"{span.label} “{span.text[:60]}” ({span.start}:{span.end}): {reason}"
    reject(document.fault(told, mark.where, mark.line))


def _tell_parted(
    marked: MarkedArticle, stretches: Iterable[Bounds], reject: Callable[[Rejection], None]
) -> None:
    """Say which relations join spans of two windows."""
    window_of = {
        span.id: number
        for number, window in enumerate(stretches)
        for span in marked.spans.values()
        if window.start <= span.start and span.end <= window.end
    }
    for relation in marked.relations.values():
        head, tail = window_of.get(relation.head), window_of.get(relation.tail)
        if head is None or head != tail:
            span = marked.spans[relation.head]
            told = f"the relation {relation.label} leads out of its window of the article"
            _reject(marked, span, told, reject)


def _sorted(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(sorted(spans, key=lambda s: (s.start, -s.end, s.layer, s.id)))


def _in_order(relations: Iterable[Relation]) -> tuple[Relation, ...]:
    return tuple(sorted(relations, key=lambda r: (r.head, r.label, r.tail)))
