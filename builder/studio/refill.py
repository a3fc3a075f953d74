"""Put corrections back on a server as annotations, and know these again when they return.

Label Studio keeps the number that an imported annotation came with (``import_id``), whoever edits
it later, and says who edited it (``updated_by``). So the number says which correction an annotation
stands for, on any server and without the map from pseudonyms to people.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from builder.corrections import standing
from builder.labels import LabelSet
from builder.records import Correction, Suggestion, Task
from builder.studio import convert
from builder.studio.inference import is_inferred
from builder.studio.interface import FLAGS, TEXT
from builder.text import check_span, short_hash

# Hexadecimal digits of a number that every JSON reader keeps exactly (below 2 ** 53).
_DIGITS = 13


def latest(corrections: Iterable[Correction]) -> dict[str, list[Correction]]:
    """Return each person's last revision by task key: work that stands, and skipped tasks."""
    found: dict[str, list[Correction]] = {}
    for correction in standing(corrections):
        if correction.state != "withdrawn":
            found.setdefault(correction.task, []).append(correction)
    return found


def number(correction: Correction) -> int:
    """Return the number under which a correction is put on a server."""
    # Servers that were filled before there were rounds hold those of the first without a number.
    of_round = f"{correction.round}:" if correction.round > 1 else ""
    who = f"{correction.task}:{correction.written_by}"
    key = f"{who}:{of_round}{correction.revision:06d}"
    return int(short_hash("annotation", key)[:_DIGITS], 16)


def annotation(
    correction: Correction, task: Task, users: Mapping[str, int], labels: LabelSet
) -> dict[str, Any]:
    """Return the annotation that shows a correction, in the labels that annotators have now.

    It belongs to its annotator where they have an account on the server, else to the account that
    imports it. ``users`` gives user ids by pseudonym.
    """
    shown = labels.read(correction)
    for span in shown.spans:
        check_span(task.text, span.start - task.start, span.end - task.start, span.text)
    result = convert.to_result(shown.spans, shown.relations, task.start)
    if correction.flags:
        value = {"choices": list(correction.flags)}
        result.append(
            {"id": FLAGS, "from_name": FLAGS, "to_name": TEXT, "type": "choices", "value": value}
        )
    user = users.get(correction.producer.name)
    return {
        "id": number(correction),
        "result": result,
        "was_cancelled": correction.state == "skipped",
        "lead_time": correction.seconds,
        "ground_truth": False,
        **({} if user is None else {"completed_by": user}),
    }


def started_from(corrections: Iterable[Correction], current: Suggestion) -> Suggestion:
    """Return the suggestion that the last of a task's corrections started from.

    A correction keeps it: what it left as it was, and what each of its changes changed. Where all
    of them are skips or started from nothing, ``current`` is what annotators get to see.
    """
    known = [c for c in corrections if c.suggested_by is not None and c.state == "submitted"]
    if not known:
        return current
    last = max(known, key=lambda c: (c.updated, c.key))
    changed = {change.after.id for change in last.changes if change.after is not None}
    spans = [span for span in last.spans if span.id not in changed]
    spans += [change.before for change in last.changes if change.before is not None]
    if {s.id: s.content() for s in spans} == {s.id: s.content() for s in current.spans}:
        return current
    ids = {span.id: span.label for span in spans}
    labels = {span.id: span.label for span in last.spans}
    relations = tuple(
        r
        for r in last.relations
        if not is_inferred(r)
        and all(end in ids and ids[end] == labels[end] for end in (r.head, r.tail))
    )
    return current.model_copy(
        update={
            "producer": last.suggested_by,
            "spans": tuple(sorted(spans, key=lambda s: (s.start, -s.end, s.layer, s.id))),
            "relations": relations,
        }
    )


def is_new(annotation: Mapping[str, Any], refilled: Mapping[int, Correction]) -> bool:
    """Tell whether an annotation is anything but a correction that push put there, untouched.

    ``refilled`` holds the workspace's corrections by ``number``.
    """
    return annotation.get("updated_by") is not None or annotation.get("import_id") not in refilled
