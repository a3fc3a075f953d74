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
    ``in_git`` tells what people and ingest have made from what is made again. ``names`` are the
    fields by which a record names a record of another shelf, which has to be there.
    """

    folder: str
    kind: type[R]
    key: Callable[[R], str]
    file_of: Callable[[R, int], str]
    in_git: bool
    names: tuple[tuple[str, str], ...] = ()


# People's work and tombstones have a file an article, so that they merge without conflicts.
SEEDS = Row(
    "seeds", records.Seed, lambda s: s.id, lambda s, n: s.id[:n], True, (("article", "article"),)
)
ARTICLES = Row(
    "articles", records.Article, lambda a: a.id, lambda a, n: a.id[:n], True, (("seeds", "seed"),)
)
STORIES = Row(
    "stories",
    records.Story,
    lambda s: s.id,
    lambda s, n: s.id[:n],
    True,
    (("articles", "article"),),
)
TOMBSTONES = Row("tombstones", records.Tombstone, lambda t: t.article, lambda t, _: t.article, True)
REJECTED = Row("rejected", records.Rejection, lambda r: r.key, lambda r, _: r.stage, False)
SUGGESTIONS = Row(
    "suggestions",
    records.Suggestion,
    lambda s: s.article,
    lambda s, n: s.article[:n],
    False,
    (("article", "article"),),
)
TASKS = Row(
    "tasks",
    records.Task,
    lambda t: t.key,
    lambda t, n: t.article[:n],
    False,
    (("article", "article"),),
)
CORRECTIONS = Row(
    "corrections",
    records.Correction,
    lambda c: c.key,
    lambda c, _: c.article,
    True,
    (("article", "article"),),
)
GOLD = Row(
    "gold",
    records.Gold,
    lambda g: g.article,
    lambda g, n: g.article[:n],
    False,
    (("article", "article"),),
)

ALL: dict[str, Row[Any]] = {
    "seed": SEEDS,
    "article": ARTICLES,
    "story": STORIES,
    "tombstone": TOMBSTONES,
    "rejection": REJECTED,
    "suggestion": SUGGESTIONS,
    "task": TASKS,
    "correction": CORRECTIONS,
    "gold": GOLD,
}
