"""Read and write Label Studio's tasks: a JSON and a JSON Lines file a split.

Each task is a whole article with its gold as an annotation. Label Studio imports the JSON files
into a project with the builder's labelling interface; JSON Lines are for other programs, which read
them task by task.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from builder.formats.converted import Part, as_json
from builder.formats.foreign import (
    ForeignLink,
    ForeignMark,
    ForeignText,
    Read,
    article_named,
    bounds,
    content,
    fault,
    json_records,
    objects,
    score_of,
    shown,
)
from builder.formats.labelled import Labelled, articles
from builder.labels import LabelSet
from builder.records import Rejection
from builder.studio import convert

SUFFIXES = (".json", ".jsonl")


def export(release: Path, labels: LabelSet) -> Iterator[Part]:
    """Yield the tasks of two files a split."""
    begun: list[str] = []
    for article in articles(release, labels):
        listed, task = f"{article.split}.json", as_json(_task(article))
        before = "[\n" if listed not in begun else ",\n"
        begun += [listed] if listed not in begun else []
        yield Part(listed, f"{before}{task}".encode())
        yield Part(f"{article.split}.jsonl", f"{task}\n".encode())
    for listed in begun:
        yield Part(listed, b"\n]\n")


def _task(article: Labelled) -> dict[str, Any]:
    meta = article.meta()
    return {
        "data": {
            "text": article.text,
            "title": meta.pop("headline") or article.id,
            "source_line": f"{article.id}, {article.split}",
            **meta,
        },
        "annotations": [{"result": convert.to_result(article.spans, article.relations)}],
    }


# --- reading ----------------------------------------------------------------------------------


def read(path: Path, *, machine: bool) -> Read:
    """Yield the annotations of a project's export, of a machine its predictions; both as JSON."""
    file = shown(path)
    tasks: list[tuple[int | None, str, Any]] = []
    listed = _listed(path)
    if listed is not None:
        tasks = [(None, f"tasks.{n}", task) for n, task in enumerate(listed)]
    else:
        for found in json_records(path):
            if isinstance(found, Rejection):
                yield found
            else:
                tasks.append((found[0], "", found[1]))
    for line, where, task in tasks:
        if isinstance(task, Mapping):
            yield from _documents(file, line, where, task, machine)
        else:
            yield fault(file, "is no task", where, line)


def _listed(path: Path) -> list[Any] | None:
    """Return the tasks of a file that holds a list of them; None for one that holds lines."""
    found = content(path)
    if not found[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return None
    try:
        value = json.loads(found.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    return value if isinstance(value, list) else None


def _documents(
    file: str, line: int | None, where: str, task: Mapping[str, Any], machine: bool
) -> Read:
    blank = ForeignText(file, "", line=line, where=where)
    data = task.get("data")
    text = _text(data) if isinstance(data, Mapping) else None
    if text is None or not isinstance(data, Mapping):
        yield blank.fault("has no text, or several fields that may be it: call it text", "data")
        return
    article = article_named(str(data.get("task_key", "")).partition(":")[0])
    kind = "predictions" if machine else "annotations"
    for number, annotation in enumerate(objects(task.get(kind))):
        at = ".".join(part for part in (where, f"{kind}.{number}") if part)
        if annotation.get("was_cancelled"):
            yield ForeignText(file, "", line=line, where=at).fault("was skipped")
            continue
        place = ForeignText(
            file,
            text,
            line=line,
            where=at,
            article=article or article_named(data.get("article")),
            author=_author(annotation, machine),
        )
        yield from _of_result(place, annotation.get("result"))


def _text(data: Mapping[str, Any]) -> str | None:
    """Return a task's text: what is called so, or the one field that is a text."""
    if isinstance(data.get("text"), str):
        return str(data["text"])
    texts = [value for value in data.values() if isinstance(value, str)]
    return texts[0] if len(texts) == 1 else None


def _author(annotation: Mapping[str, Any], machine: bool) -> str | None:
    if machine:
        version = annotation.get("model_version")
        return None if version is None else str(version)
    who = annotation.get("updated_by") or annotation.get("completed_by")
    who = who.get("email", who.get("id")) if isinstance(who, Mapping) else who
    return None if who is None else str(who)


def _of_result(place: ForeignText, result: object) -> Read:
    """Yield what an annotation marks, and what of it has no place here."""
    regions = list(enumerate(objects(result)))
    known = {str(r.get("id")) for _, r in regions if _is_span(r)}
    said: dict[str, dict[str, str]] = {}
    for number, region in regions:
        key, chosen = str(region.get("id")), _value(region).get("choices")
        if region.get("type") != "choices":
            continue
        if key in known and isinstance(chosen, list) and len(chosen) == 1:
            said.setdefault(key, {})[str(region.get("from_name"))] = str(chosen[0])
        else:
            yield place.fault("says something of the whole task", f"result.{number}")
    marks: list[ForeignMark] = []
    links: list[ForeignLink] = []
    for number, region in regions:
        where = f"result.{number}"
        if _is_span(region):
            try:
                marks.extend(_marks(region, said, where, place.line))
            except ValueError as error:
                yield place.fault(str(error), where)
        elif region.get("type") == "relation":
            ends = [str(region.get("from_id")), str(region.get("to_id"))]
            head, tail = reversed(ends) if region.get("direction") == "left" else ends
            links.append(ForeignLink(_one(region.get("labels")), head, tail, where, place.line))
        elif region.get("type") != "choices":
            yield place.fault(f"is a {region.get('type')}, and no span", where)
    yield replace(place, marks=tuple(marks), links=tuple(links))


def _is_span(region: Mapping[str, Any]) -> bool:
    return region.get("type") in ("labels", "hypertextlabels")


def _marks(
    region: Mapping[str, Any], said: Mapping[str, Mapping[str, str]], where: str, line: int | None
) -> Iterator[ForeignMark]:
    """Yield the mark of a region for each of its labels."""
    value, key = _value(region), str(region.get("id"))
    start, end = bounds(value)
    text, labels = value.get("text"), value.get(str(region.get("type")))
    for label in labels if isinstance(labels, list) else ["(none)"]:
        yield ForeignMark(
            str(label),
            start,
            end,
            key=key,
            text=text if isinstance(text, str) else None,
            attributes=said.get(key, {}),
            score=score_of(region.get("score")),
            where=where,
            line=line,
        )


def _value(region: Mapping[str, Any]) -> Mapping[str, Any]:
    value = region.get("value")
    return value if isinstance(value, Mapping) else {}


def _one(labels: object) -> str:
    """Return the one label of a relation; one without labels is told by its empty name."""
    return " and ".join(map(str, labels)) if isinstance(labels, list) else ""
