"""Tell how far people have come with tasks: those whose gold is known, and those they dispute."""

from collections.abc import Iterable, Mapping

from builder.corrections import opinions
from builder.records import ADJUDICATION, CALIBRATION, Article, Correction, Deal, Gold, Task


def _statuses(
    task: Task, gold: Mapping[str, Gold], articles: Mapping[str, Article]
) -> list[str | None]:
    """Return the statuses of both layers of the sentences of a task; nothing without gold."""
    if task.article not in gold:
        return []
    pairs = zip(articles[task.article].sentences, gold[task.article].status, strict=True)
    inside = [s for bounds, s in pairs if task.start <= bounds.start < task.end]
    return [status for s in inside for status in (s.entity, s.claim)]


def is_known(task: Task, gold: Mapping[str, Gold], articles: Mapping[str, Article]) -> bool:
    """Tell whether the gold of a task is that of several people, or was decided on."""
    found = _statuses(task, gold, articles)
    return bool(found) and {*found} <= {"agreed", "adjudicated", None}


def disputed_tasks(
    tasks: Mapping[str, Task],
    deals: Iterable[Deal],
    work: Iterable[Correction],
    gold: Mapping[str, Gold],
    articles: Mapping[str, Article],
) -> dict[str, set[str]]:
    """Return by disputed task who was dealt it for an opinion, or has one that counts."""
    who: dict[str, set[str]] = {}
    for opinion in opinions(work):
        who.setdefault(opinion.task, set()).add(opinion.producer.name)
    for one in deals:
        if one.round not in (ADJUDICATION, CALIBRATION):
            who.setdefault(one.task, set()).add(one.annotator)
    return {
        key: who.get(key, set())
        for key, task in tasks.items()
        if "disputed" in _statuses(task, gold, articles)
    }
