"""The table of shelves: what lies in which folder, by which key, in which file, in git or not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic

from builder import records
from builder.workspace.store import R


@dataclass(frozen=True)
class Row(Generic[R]):
    """A shelf: a folder of records of one kind.

    ``file_of`` names a record's file, given into how many hexadecimal digits shelves are divided.
    ``in_git`` tells what people and ingest have made. ``made_again`` tells what is written anew
    from other shelves, so that nothing is lost with it; of rejections, pull's are not.
    """

    folder: str
    kind: type[R]
    key: Callable[[R], str]
    file_of: Callable[[R, int], str]
    in_git: bool
    made_again: bool = False


# What people made and decided has a file each, so that it merges without conflicts.
SEEDS = Row("seeds", records.Seed, lambda s: s.id, lambda s, n: s.id[:n], True)
ARTICLES = Row("articles", records.Article, lambda a: a.id, lambda a, n: a.id[:n], True)
STORIES = Row("stories", records.Story, lambda s: s.id, lambda s, n: s.id[:n], True)
DECISIONS = Row("decisions", records.StoryDecision, lambda d: d.key, lambda d, _: d.key, True)
TOMBSTONES = Row("tombstones", records.Tombstone, lambda t: t.article, lambda t, _: t.article, True)
WINDOWS = Row(
    "windows",
    records.Window,
    lambda w: f"{w.article}:{w.start:09d}",
    lambda w, n: w.article[:n],
    True,
)
DEALS = Row("deals", records.Deal, lambda d: d.key, lambda d, n: d.article[:n], True)
ROUNDS = Row("rounds", records.Round, lambda r: r.key, lambda r, _: r.key, True)
REJECTED = Row("rejected", records.Rejection, lambda r: r.key, lambda r, _: r.stage, False)
SUGGESTIONS = Row(
    "suggestions", records.Suggestion, lambda s: s.article, lambda s, n: s.article[:n], False, True
)
# Below suggestions, which git ignores in every workspace.
ALIGNED = Row(
    "suggestions/aligned",
    records.Suggestion,
    lambda s: s.article,
    lambda s, n: s.article[:n],
    False,
    True,
)
IMPORTED = Row(
    "imported",
    records.Suggestion,
    lambda s: f"{s.article}:{s.producer.name}@{s.producer.version}",
    lambda s, n: s.article[:n],
    True,
)
TASKS = Row("tasks", records.Task, lambda t: t.key, lambda t, n: t.article[:n], False, True)
CORRECTIONS = Row("corrections", records.Correction, lambda c: c.key, lambda c, _: c.article, True)
PEOPLE = Row("people", records.Person, lambda p: p.name, lambda p, _: p.name, True)
GOLD = Row("gold", records.Gold, lambda g: g.article, lambda g, n: g.article[:n], False, True)
PUBLICATIONS = Row("publications", records.Publication, lambda p: p.key, lambda p, _: p.key, True)

ALL: dict[str, Row[Any]] = {
    "seed": SEEDS,
    "article": ARTICLES,
    "story": STORIES,
    "decision": DECISIONS,
    "tombstone": TOMBSTONES,
    "window": WINDOWS,
    "round": ROUNDS,
    "deal": DEALS,
    "rejection": REJECTED,
    "imported": IMPORTED,
    "suggestion": SUGGESTIONS,
    "aligned": ALIGNED,
    "task": TASKS,
    "correction": CORRECTIONS,
    "person": PEOPLE,
    "gold": GOLD,
    "publication": PUBLICATIONS,
}
