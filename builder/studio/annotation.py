"""Turn one annotation of Label Studio into the correction that it stands for."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from builder import corrections
from builder.labels import LabelSet
from builder.records import Article, Correction, Producer, Relation, Scope, Span
from builder.studio import convert
from builder.studio.inference import ShownBefore, inferred

_WHO_ANNOTATES = "label-studio"


def correction_of(
    task: Mapping[str, Any],
    annotation: Mapping[str, Any],
    article: Article,
    name: str,
    interface: str,
    labels: LabelSet,
    refilled: Correction | None = None,
) -> tuple[Correction, list[str]]:
    """Return the first revision of a correction, and what of the annotation could not be kept.

    Args:
        task: the annotation's task, with its predictions; its key is one of ours.
        annotation: what a person submitted or skipped.
        article: the task's article.
        name: the person's pseudonym.
        interface: the version of the labelling interface.
        labels: the labels of the workspace.
        refilled: the correction that the annotation was when it was put on the server.

    Raises:
        ValueError: the task shows another text than the article's, or a field makes no sense.

    """
    key = str(task["data"]["task_key"])
    window = convert.parse_key(key)
    if window is None:
        raise ValueError(f"{key} is no task key")
    _, start, end = window
    shown_text = article.text[start:end]
    if task["data"]["text"] != shown_text:
        raise ValueError("the task's text differs from the article's")
    prediction = _prediction_shown(task, annotation)
    place = convert.Shown(article.id, shown_text, start, {})
    suggested, links, suggested_by = _suggested(prediction, place, labels)
    shown = replace(place, suggested={(span.layer, span.id): span for span in suggested})
    skipped = bool(annotation.get("was_cancelled"))
    # A skipped annotation still holds the suggested spans, which nobody has looked at, and the
    # flags, which are its reason.
    result = convert.flags_of(_result(annotation)) if skipped else _result(annotation)
    parsed = convert.from_result(result, shown, name, labels)
    before = _before(suggested, links, refilled)
    spans, relations = inferred(
        parsed.spans,
        _with_makers(parsed.relations, refilled),
        before,
        article.text,
        article.sentences,
        labels,
    )
    spans, relations = corrections.inherit(suggested, spans, relations)
    correction = Correction(
        article=article.id,
        scope=Scope(start=start, end=end, layers=tuple(labels.layers)),
        producer=Producer(kind="person", name=name, version=_WHO_ANNOTATES),
        spans=tuple(sorted(spans, key=lambda s: (s.start, -s.end, s.layer, s.id))),
        relations=tuple(sorted(relations, key=lambda r: (r.head, r.label, r.tail))),
        task=key,
        arm="assisted" if prediction else "blind",
        revision=1,
        state="skipped" if skipped else "submitted",
        suggestion=convert.fingerprint(prediction["result"]) if prediction else None,
        suggested_by=suggested_by,
        changes=() if skipped else tuple(corrections.compare(suggested, spans)),
        flags=tuple(sorted(parsed.flags)),
        noticed=tuple(sorted(parsed.noticed, key=lambda n: (n.start, n.end, n.kind))),
        interface=interface,
        guidelines=labels.version,
        seconds=_seconds(annotation.get("lead_time")),
        updated=time(annotation["updated_at"]),
    )
    return correction, parsed.problems


def time(value: object) -> datetime:
    """Return a time of the server, which the SDK leaves as text in some places."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def person(annotation: Mapping[str, Any]) -> int | None:
    """Return the user id of who made an annotation as it is; None where the server has forgotten.

    That is whoever edited it last: the server lets everybody change everybody's annotations, and
    goes on to name its first author as the one who completed it.
    """
    return _user(annotation.get("updated_by")) or first_author(annotation)


def first_author(annotation: Mapping[str, Any]) -> int | None:
    """Return the user id of who submitted an annotation first."""
    return _user(annotation.get("completed_by"))


def nobodys(annotation: Mapping[str, Any]) -> bool:
    """Tell whether an annotation was made of a suggestion in the list of tasks, read by nobody."""
    return (
        annotation.get("lead_time") is None
        and annotation.get("last_action") is None
        and annotation.get("parent_prediction") is not None
    )


def _user(who: Any) -> int | None:
    who = who.get("id") if isinstance(who, Mapping) else who
    return None if who is None else int(who)


def _suggested(
    prediction: Mapping[str, Any] | None, place: convert.Shown, labels: LabelSet
) -> tuple[list[Span], list[Relation], Producer | None]:
    """Return what the annotator started from, as it was pushed, and its producer."""
    if prediction is None:
        return [], [], None
    producer = convert.parse_model_version(prediction["model_version"])
    return *convert.suggested(prediction["result"], place, labels), producer


def _before(
    suggested: Iterable[Span], links: Iterable[Relation], refilled: Correction | None
) -> ShownBefore:
    """Return what the person had before them: the suggestion, or their own earlier work on it."""
    own = refilled.spans if refilled else ()
    drawn = refilled.relations if refilled else ()
    return ShownBefore(
        spans={span.id: span for span in (*suggested, *own)},
        links=frozenset(link.identity for link in (*links, *drawn)),
    )


def _with_makers(links: Iterable[Relation], refilled: Correction | None) -> list[Relation]:
    """Return links with what made them, which Label Studio does not keep."""
    known = {link.identity: link for link in refilled.relations} if refilled else {}
    return [known.get(link.identity, link) for link in links]


def _prediction_shown(
    task: Mapping[str, Any], annotation: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """Return the prediction an annotation started from: it names it, or shares regions with it.

    One that shows nothing is none: whoever saw it started from nothing.
    """
    predictions = [p for p in task.get("predictions") or [] if p["result"]]
    named = [p for p in predictions if p["id"] == annotation.get("parent_prediction")]
    regions = _ids(_result(annotation))
    alike = [p for p in predictions if regions & _ids(p["result"])]
    return next(iter([*named, *alike]), None)


def _result(annotation: Mapping[str, Any]) -> list[Any]:
    return annotation.get("result") or []


def _ids(result: Iterable[Any]) -> set[str]:
    return {str(r["id"]) for r in result if isinstance(r, Mapping) and "id" in r}


def _seconds(lead_time: object) -> float | None:
    """Return Label Studio's lead time, or None for what cannot be one."""
    sane = isinstance(lead_time, int | float) and 0 <= lead_time < float("inf")
    return float(lead_time) if sane else None  # type: ignore[arg-type]
