"""Convert spans and relations into Label Studio's JSON and back, exactly.

Label Studio counts code points into the task's text, so a window's start is all that is added or
taken away. What comes back is never trusted: the surface is read from the article again.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from builder.labels import LabelSet
from builder.lint import noticed
from builder.records import RELATIONS, Layer, Noticed, Producer, Relation, Span, Task
from builder.studio.interface import FLAGS, TEXT
from builder.text import check_span, short_hash, span_id, trim_bounds

_KEY = re.compile(r"([0-9a-f]{16}):(\d{1,9})-(\d{1,9})")
# What a region of each type cannot be read without.
_NEEDED = {
    "labels": ("id", "from_name", "value"),
    "choices": ("from_name", "value"),
    "relation": ("from_id", "to_id"),
}


def to_prediction(task: Task, notes: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the prediction that shows a task's suggestion, with notes beside spans by id."""
    suggestion = task.suggestion
    for span in suggestion.spans:
        check_span(task.text, span.start - task.start, span.end - task.start, span.text)
    return {
        "model_version": model_version(suggestion.producer),
        "score": suggestion.score(),
        "result": [
            _noted(region, notes or {})
            for region in to_result(suggestion.spans, suggestion.relations, task.start)
        ],
    }


def _noted(region: dict[str, Any], notes: Mapping[str, str]) -> dict[str, Any]:
    """Return a region with its note, which Label Studio shows beside it."""
    note = notes.get(str(region.get("id"))) if region["type"] == "labels" else None
    return {**region, "meta": {"text": [note]}} if note else region


def to_result(
    spans: Iterable[Span], relations: Iterable[Relation], shift: int = 0
) -> list[dict[str, Any]]:
    """Return spans and relations as a Label Studio result over a text that starts at ``shift``."""
    return [
        *(region for span in spans for region in _regions(span, shift)),
        *(
            {
                "type": "relation",
                "from_id": relation.head,
                "to_id": relation.tail,
                "direction": "right",
                "labels": [relation.label],
            }
            for relation in relations
        ),
    ]


def model_version(producer: Producer) -> str:
    """Return how Label Studio calls the producer of a suggestion."""
    sign = f"#{producer.fingerprint}" if producer.fingerprint else ""
    return f"{producer.kind}:{producer.name}@{producer.version}{sign}"


def parse_model_version(text: str) -> Producer:
    """Return the producer that ``model_version`` named, or a model for one that is not ours."""
    kind, _, rest = text.partition(":")
    rest, _, sign = rest.partition("#")
    name, _, version = rest.rpartition("@")
    if kind not in ("rule", "model") or not name:
        return Producer(kind="model", name=text, version="unknown")
    fields = {"kind": kind, "name": name, "version": version, "fingerprint": sign or None}
    return Producer.model_validate(fields)


def parse_key(key: object) -> tuple[str, int, int] | None:
    """Return article, start and end of a task key, or None for what is no key of ours."""
    found = _KEY.fullmatch(key) if isinstance(key, str) else None
    return (found[1], int(found[2]), int(found[3])) if found else None


def fingerprint(result: Sequence[Mapping[str, Any]]) -> str:
    """Return a short hash of a prediction's result."""
    return short_hash(json.dumps(result, sort_keys=True, ensure_ascii=False))


def _regions(span: Span, shift: int) -> Iterable[dict[str, Any]]:
    place = {"start": span.start - shift, "end": span.end - shift, "text": span.text}
    region = {"id": span.id, "to_name": TEXT}
    yield {
        **region,
        "from_name": span.layer,
        "type": "labels",
        "value": {**place, "labels": [span.label]},
        "score": span.score,
        "by": span.by,
    }
    for name, value in sorted(span.attributes.items()):
        yield {
            **region,
            "from_name": name,
            "type": "choices",
            "value": {**place, "choices": [value]},
        }


@dataclass(frozen=True)
class Shown:
    """What the annotator had before them: a window of an article and the suggested spans.

    ``text`` is the window's text, ``start`` where it starts in the article; ``suggested`` holds
    the spans by layer and id, or None for a span that is yet to be read.
    """

    article: str
    text: str
    start: int
    suggested: Mapping[tuple[Layer, str], Span | None]


@dataclass
class Parsed:
    """What a Label Studio result holds, and what could not be kept, with the reason.

    ``noticed`` says what was mended, and which regions have labels of two layers.
    """

    spans: list[Span] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    noticed: list[Noticed] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def from_result(
    result: Sequence[Mapping[str, Any]], shown: Shown, by: str, labels: LabelSet
) -> Parsed:
    """Return the spans and relations that a Label Studio result stands for.

    ``result`` is that of an annotation or of a prediction. A span that reads as it was suggested
    keeps its maker and score; all others are made ``by`` this pseudonym.
    """
    parsed = Parsed()
    regions = list(_whole(result, parsed))
    attributes = _attributes(regions, parsed, labels)
    span_of: dict[tuple[str, str], Span] = {}
    for region in regions:
        if region["type"] == "labels":
            span = _span(region, shown, by, attributes, parsed, labels)
            if span is not None:
                span_of[str(region["id"]), span.layer] = _kept_once(span, parsed)
    for (region_id, layer), span in span_of.items():
        if layer == "entity" and (region_id, "claim") in span_of:
            parsed.noticed.append(noticed("two_labels", span))
    for region in regions:
        if region["type"] == "relation":
            _add_relation(parsed, span_of, region)
    return parsed


def flags_of(result: Iterable[Any]) -> list[Any]:
    """Return what a result says of the whole task."""
    return [r for r in result if isinstance(r, Mapping) and r.get("from_name") == FLAGS]


def _whole(result: Iterable[Any], parsed: Parsed) -> Iterator[Mapping[str, Any]]:
    """Yield the regions that hold what their type needs; the others become problems."""
    for region in result:
        kind = str(region.get("type")) if isinstance(region, Mapping) else "nothing"
        if kind not in _NEEDED:
            parsed.problems.append(f"{kind}: not a region of this project")
            continue
        missing = [name for name in _NEEDED[kind] if region.get(name) is None]
        if missing:
            parsed.problems.append(f"{kind}: without {' and '.join(missing)}")
        elif not isinstance(region.get("value", {}), Mapping):
            parsed.problems.append(f"{kind}: its value is no object")
        else:
            yield region


def suggested(
    result: Sequence[Mapping[str, Any]], shown: Shown, labels: LabelSet
) -> tuple[list[Span], list[Relation]]:
    """Return a prediction's spans as they were pushed, with makers and scores, and its links.

    ``shown`` says in which window; what was suggested there is yet to be read.
    """
    made: dict[tuple[Any, str], dict[str, Any]] = {
        (r["from_name"], str(r["id"])): {"by": r.get("by", "unknown"), "score": r.get("score")}
        for r in _whole(result, Parsed())
        if r["type"] == "labels"
    }
    parsed = from_result(result, replace(shown, suggested=dict.fromkeys(made)), "unknown", labels)
    spans = [s.model_copy(update=made.get((s.layer, s.id), {})) for s in parsed.spans]
    return spans, parsed.relations


def _attributes(
    regions: Iterable[Mapping[str, Any]], parsed: Parsed, labels: LabelSet
) -> dict[str, dict[str, str]]:
    """Return attribute values by region id; flags of the task go into ``parsed``."""
    values = {a.name: {v.name for v in a.values} for a in labels.attributes}
    values[FLAGS] = {flag.name for flag in labels.flags}
    found: dict[str, dict[str, str]] = {}
    for region in regions:
        if region["type"] != "choices":
            continue
        name, chosen = str(region["from_name"]), _names(region["value"].get("choices"))
        unknown = [choice for choice in chosen if choice not in values.get(name, ())]
        if unknown or (name != FLAGS and len(chosen) > 1):
            parsed.problems.append(f"{name} {', '.join(chosen)}: not a choice of this project")
        elif name == FLAGS:
            parsed.flags.extend(choice for choice in chosen if choice not in parsed.flags)
        elif chosen:
            found.setdefault(str(region.get("id")), {})[name] = chosen[0]
    return found


def _names(value: object) -> list[str]:
    """Return the names that a region carries, whatever shape they came in."""
    return [str(name) for name in value] if isinstance(value, list | tuple) else []


def _span(
    region: Mapping[str, Any],
    shown: Shown,
    by: str,
    attributes: Mapping[str, Mapping[str, str]],
    parsed: Parsed,
    labels: LabelSet,
) -> Span | None:
    """Return the span that a region stands for, or None and a problem in ``parsed``."""
    value, layer, key = region["value"], region["from_name"], str(region["id"])
    label = " and ".join(_names(value.get("labels"))) or "(none)"
    start, end = value.get("start"), value.get("end")
    where = f"{label} {start}:{end}"
    if label not in labels.names(str(layer)):
        parsed.problems.append(f"{where}: not a label of this project")
        return None
    # Not isinstance: True is an int too.
    inside = type(start) is int and type(end) is int and 0 <= start < end <= len(shown.text)
    if not inside:
        parsed.problems.append(f"{where}: outside the text (0:{len(shown.text)})")
        return None
    start, end = trim_bounds(shown.text, start, end)
    if start == end:
        parsed.problems.append(f"{where}: nothing but white space")
        return None
    allowed, given = labels.attributes_of(label), attributes.get(key, {})
    span = Span(
        id=_identity(parsed, shown, layer, key, (label, start + shown.start, end + shown.start)),
        layer=layer,
        label=label,
        start=start + shown.start,
        end=end + shown.start,
        text=shown.text[start:end],
        attributes={n: given[n] for n in sorted(allowed) if given.get(n) in allowed[n]},
        by=by,
    )
    if (start, end) != (value["start"], value["end"]):
        parsed.noticed.append(noticed("trimmed", span))
    old = shown.suggested.get((layer, key))
    return old if old is not None and old.same_as(span) else span


def _kept_once(span: Span, parsed: Parsed) -> Span:
    """Add a span unless its like is there already; return the one that is there."""
    twin = next((s for s in parsed.spans if s.same_as(span)), None)
    if twin is None:
        parsed.spans.append(span)
        return span
    parsed.noticed.append(noticed("doubled", span))
    return twin


def _identity(
    parsed: Parsed, shown: Shown, layer: Layer, key: str, mark: tuple[str, int, int]
) -> str:
    """Return the suggestion's id for a region that comes from it, else a new one."""
    taken = {span.id for span in parsed.spans}
    if (layer, key) in shown.suggested and key not in taken:
        return key
    taken.update(identity for _, identity in shown.suggested)
    identity = span_id(shown.article, layer, *mark)
    while identity in taken:
        identity = short_hash(identity)
    return identity


def _add_relation(
    parsed: Parsed, span_of: Mapping[tuple[str, str], Span], region: Mapping[str, Any]
) -> None:
    """Add a relation; one drawn the wrong way round or without a name is mended if certain."""
    head = span_of.get((str(region["from_id"]), "claim"))
    tail = span_of.get((str(region["to_id"]), "claim"))
    if head is None or tail is None:
        parsed.problems.append("relation: one of its ends is no span of the claim layer")
        return
    if region.get("direction") == "left":
        head, tail = tail, head
    if head.id == tail.id:
        parsed.problems.append(f"relation: joins {head.label} {head.start}:{head.end} to itself")
        return
    named = _names(region.get("labels"))
    for one, other in ((head, tail), (tail, head)):
        for name, ends in RELATIONS.items():
            if (one.label, other.label) == ends and named in ([], [name]):
                relation = Relation(label=name, head=one.id, tail=other.id)
                if relation not in parsed.relations:
                    parsed.relations.append(relation)
                return
    parsed.problems.append(
        f"relation {' and '.join(named)}: cannot join {head.label} and {tail.label}"
    )
