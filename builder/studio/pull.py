"""What annotators have submitted in, corrections out; what cannot be kept becomes a rejection."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from builder import labels
from builder.records import (
    LAYERS,
    Article,
    Correction,
    Producer,
    Rejection,
    Scope,
    Span,
)
from builder.review import changes
from builder.studio import convert, refill

_WHO_ANNOTATES = "label-studio"
_BY = " by "


@dataclass
class Pulled:
    """New revisions of corrections, what could not be kept, and how far the server was read.

    ``newest`` is the last change that was seen, ``first_refused`` that of the first task whose
    annotation was refused as a whole: from there the next pull has to read again. ``read`` holds
    the keys of the tasks that were read; ``foreign`` counts those that are none of this
    workspace's.
    """

    corrections: list[Correction] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    foreign: int = 0
    unchanged: int = 0
    newest: datetime | None = None
    first_refused: datetime | None = None

    def still_rejected(self, old: Iterable[Rejection]) -> list[Rejection]:
        """Return the old rejections that this pull did not look at again."""
        return [r for r in old if r.stage != "pull" or r.path.split(_BY)[0] not in self.read]


def corrections_of(
    tasks: Iterable[Mapping[str, Any]],
    articles: Mapping[str, Article],
    known: Mapping[str, Correction],
    pseudonym: Callable[[int], str],
    interface: str,
) -> Pulled:
    """Return the corrections that the server's tasks hold and ``known`` does not.

    Args:
        tasks: tasks with annotations and predictions, as the server gives them.
        articles: the workspace's articles by id.
        known: the workspace's corrections by key.
        pseudonym: gives the pseudonym of a user id.
        interface: the version of the labelling interface.

    """
    pulled = Pulled()
    last = {(c.task, c.producer.name): c for c in sorted(known.values(), key=lambda c: c.key)}
    refilled = {refill.number(c): c for c in known.values()}
    for task in tasks:
        pulled.newest = max(filter(None, (pulled.newest, _time(task["updated_at"]))))
        place = convert.parse_key(task["data"].get("task_key"))
        if place is None or place[0] not in articles:
            pulled.foreign += 1
            continue
        pulled.read.add(task["data"]["task_key"])
        there = task.get("annotations") or []
        work = [a for a in there if refill.is_new(a, refilled)]
        pulled.unchanged += len(there) - len(work)
        for annotation in _latest_of_each_person(work):
            name = f"user {_person(annotation)}"
            try:
                name = _name(annotation, pseudonym)
                correction = _correction(task, annotation, place, articles, name, interface, pulled)
            except (ValidationError, ValueError, KeyError, TypeError) as error:
                _reject(pulled, task, name, f"annotation {annotation.get('id')}: {error}")
                pulled.first_refused = pulled.first_refused or _time(task["updated_at"])
                continue
            _keep_if_new(correction, last, pulled)
    return pulled


def _keep_if_new(
    correction: Correction, last: dict[tuple[str, str], Correction], pulled: Pulled
) -> None:
    key = (correction.task, correction.producer.name)
    previous = last.get(key)
    if previous is not None:
        if _content(previous) == _content(correction):
            pulled.unchanged += 1
            return
        correction = correction.model_copy(update={"revision": previous.revision + 1})
    # A task that changes while its page is read comes twice.
    last[key] = correction
    pulled.corrections.append(correction)


def _content(correction: Correction) -> tuple[object, ...]:
    """Return what an annotator said, without when."""
    return (
        correction.state,
        sorted(str((s.id, s.content())) for s in correction.spans),
        sorted(str(r) for r in correction.relations),
        correction.flags,
    )


def _correction(
    task: Mapping[str, Any],
    annotation: Mapping[str, Any],
    place: tuple[str, int, int],
    articles: Mapping[str, Article],
    name: str,
    interface: str,
    pulled: Pulled,
) -> Correction:
    key = str(task["data"]["task_key"])
    article_id, start, end = place
    text = articles[article_id].text[start:end]
    if task["data"]["text"] != text:
        raise ValueError("the task's text differs from the article's")
    prediction = _prediction_shown(task, annotation)
    suggested, suggested_by = _suggested(prediction, article_id, text, start)
    shown = convert.Shown(
        article_id, text, start, {(span.layer, span.id): span for span in suggested}
    )
    skipped = bool(annotation.get("was_cancelled"))
    # A skipped annotation still holds the suggested spans; nobody has looked at them.
    parsed = convert.from_result([] if skipped else _result(annotation), shown, name)
    for problem in parsed.problems:
        _reject(pulled, task, name, problem)
    spans, relations = changes.inherit(suggested, parsed.spans, parsed.relations)
    return Correction(
        article=article_id,
        scope=Scope(start=start, end=end, layers=LAYERS),
        producer=Producer(kind="person", name=name, version=_WHO_ANNOTATES),
        spans=tuple(sorted(spans, key=lambda s: (s.start, -s.end, s.layer, s.id))),
        relations=tuple(sorted(relations, key=lambda r: (r.head, r.label, r.tail))),
        task=key,
        revision=1,
        state="skipped" if skipped else "submitted",
        suggestion=convert.fingerprint(prediction["result"]) if prediction else None,
        suggested_by=suggested_by,
        changes=() if skipped else tuple(changes.compare(suggested, spans)),
        flags=tuple(sorted(parsed.flags)),
        interface=interface,
        guidelines=labels.load().version,
        seconds=_seconds(annotation.get("lead_time")),
        updated=_time(annotation["updated_at"]),
    )


def _suggested(
    prediction: Mapping[str, Any] | None, article: str, text: str, start: int
) -> tuple[list[Span], Producer | None]:
    """Return the spans that the annotator started from, as they were pushed, and their producer."""
    if prediction is None:
        return [], None
    producer = convert.parse_model_version(prediction["model_version"])
    return convert.suggested_spans(prediction["result"], article, text, start), producer


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


def _latest_of_each_person(annotations: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    latest: dict[int | None, Mapping[str, Any]] = {}
    for annotation in sorted(annotations, key=lambda a: (_time(a["updated_at"]), a["id"])):
        latest[_person(annotation)] = annotation
    return list(latest.values())


def _person(annotation: Mapping[str, Any]) -> int | None:
    """Return the user id of who made an annotation; None where the server has forgotten it.

    One that was put there from the files is the work of whoever edited it.
    """
    edited = annotation.get("import_id") is not None and annotation.get("updated_by")
    who = edited or annotation.get("completed_by")
    who = who.get("id") if isinstance(who, Mapping) else who
    return None if who is None else int(who)


def _name(annotation: Mapping[str, Any], pseudonym: Callable[[int], str]) -> str:
    person = _person(annotation)
    if person is None:
        raise ValueError("it names no user")
    try:
        return pseudonym(person)
    except KeyError:
        raise ValueError("the server knows no such user") from None


def _seconds(lead_time: object) -> float | None:
    """Return Label Studio's lead time, or None for what cannot be one."""
    sane = isinstance(lead_time, int | float) and 0 <= lead_time < float("inf")
    return float(lead_time) if sane else None  # type: ignore[arg-type]


def _time(value: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def _reject(pulled: Pulled, task: Mapping[str, Any], name: str, reason: str) -> None:
    path = f"{task['data']['task_key']}{_BY}{name}"
    pulled.rejected.append(Rejection(stage="pull", path=path, reason=reason))
