"""Show what was done on a task to who decides on it, or looks at it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from builder.records import Correction, Gold, Producer, Relation, Span, Suggestion, Task
from builder.text import short_hash, span_id

# Raise it when the same opinions are shown otherwise.
OPINIONS = Producer(kind="rule", name="opinions", version="1")
GOLD = Producer(kind="rule", name="gold", version="1")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_Place = tuple[str, str, int, int]


@dataclass(frozen=True)
class ToDecide:
    """What an adjudicator begins with: all spans that somebody marks, the differing ones first.

    ``notes`` tells by a span's id whose it is, with a letter for each opinion; spans without a note
    are those of all. ``opinions`` are the keys of the corrections, in the order of their letters.
    """

    suggestion: Suggestion
    notes: Mapping[str, str]
    opinions: tuple[str, ...]

    def differences(self) -> int:
        """Return how many spans somebody marks and somebody else does not, or otherwise."""
        return len(self.notes)


def to_decide(task: Task, opinions: Sequence[Correction]) -> ToDecide:
    """Return what an adjudicator is shown of the opinions on a task.

    Which letter an opinion has follows from a hash, and tells nothing about whose it is.
    """
    in_order = sorted(opinions, key=lambda c: short_hash("opinion", c.task, c.producer.name))
    letters = {c.key: _LETTERS[i % len(_LETTERS)] for i, c in enumerate(in_order)}
    marked: dict[_Place, dict[str, Span]] = {}
    for opinion in in_order:
        for span in opinion.spans:
            place = (span.layer, span.label, span.start, span.end)
            marked.setdefault(place, {})[letters[opinion.key]] = span
    spans, notes = [], {}
    for by in marked.values():
        span, note = _shown(task.article, by, list(letters.values()))
        spans.append(span)
        if note:
            notes[span.id] = note
    spans.sort(key=lambda s: (s.id not in notes, s.start, -s.end, s.layer, s.label))
    suggestion = Suggestion(
        article=task.article,
        scope=task.suggestion.scope,
        producer=OPINIONS,
        spans=tuple(spans),
        relations=_relations(task.article, in_order),
    )
    return ToDecide(suggestion, notes, tuple(c.key for c in in_order))


def to_look_at_again(task: Task, gold: Gold) -> Suggestion:
    """Return the gold of a task as a suggestion, for who looks at it again."""
    inside = [s for s in gold.spans if task.start <= s.start and s.end <= task.end]
    ids = {s.id: span_id(task.article, s.layer, s.label, s.start, s.end) for s in inside}
    spans = {
        ids[s.id]: Span.model_validate(
            {
                **s.model_dump(include=set(Span.model_fields)),
                "id": ids[s.id],
                "by": f"{GOLD.name}@{GOLD.version}/{s.suggested_by or 'people'}",
                "score": None,
            }
        )
        for s in inside
    }
    links = (r for r in gold.relations if r.head in ids and r.tail in ids)
    return Suggestion(
        article=task.article,
        scope=task.suggestion.scope,
        producer=GOLD,
        spans=tuple(sorted(spans.values(), key=lambda s: (s.start, -s.end, s.layer, s.id))),
        relations=tuple(Relation(label=r.label, head=ids[r.head], tail=ids[r.tail]) for r in links),
    )


def _shown(article: str, by: Mapping[str, Span], letters: Sequence[str]) -> tuple[Span, str]:
    """Return a span as it is shown, and whose it is where not all mark it alike."""
    span = next(iter(by.values()))
    values = {letter: _values(s) for letter, s in by.items()}
    note = ""
    if len(by) < len(letters):
        note = f"{', '.join(by)} of {', '.join(letters)}"
    if len(set(values.values())) > 1:
        told = "; ".join(f"{letter}: {value or 'nothing'}" for letter, value in values.items())
        note = f"{note}; {told}" if note else told
    identity = span_id(article, span.layer, span.label, span.start, span.end)
    score = len(by) / len(letters)
    made = span.model_copy(update={"id": identity, "by": _MADE_BY, "score": score})
    return made, note


_MADE_BY = f"{OPINIONS.name}@{OPINIONS.version}"


def _values(span: Span) -> str:
    return ", ".join(f"{name} {value}" for name, value in sorted(span.attributes.items()))


def _relations(article: str, opinions: Sequence[Correction]) -> tuple[Relation, ...]:
    """Return the links that somebody has drawn, between the spans as they are shown."""
    found: dict[tuple[str, str, str], Relation] = {}
    for opinion in opinions:
        shown = {s.id: span_id(article, s.layer, s.label, s.start, s.end) for s in opinion.spans}
        for link in opinion.relations:
            made = Relation(label=link.label, head=shown[link.head], tail=shown[link.tail])
            found.setdefault(made.identity, made)
    return tuple(sorted(found.values(), key=lambda r: (r.head, r.label, r.tail)))
