"""Measure how well texts are grouped into stories, by the pairs of texts that are in one.

A line of the file is ``{"text": ..., "story": ...}``: texts that tell the same have the same story.
``id`` names a text where errors are listed.
"""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import shorten
from typing import Any

import numpy as np
from numpy.typing import NDArray

from builder.errors import BuilderError
from builder.ingest.stories.assign import assign
from builder.ingest.stories.index import PassageIndex
from builder.ingest.stories.likeness import longest_passage
from builder.ingest.stories.links import find
from builder.text import TextError, article_id, check_encodable

_DRAWS = 1000
_MOST_ERRORS = 1000
_PASSAGE = 100


@dataclass(frozen=True)
class ToldText:
    """A text, the story that it tells, and what it is called."""

    text: str
    story: str
    name: str


@dataclass(frozen=True)
class StoryPairs:
    """The figures of a file of texts, and the pairs that were joined wrongly or missed."""

    report: dict[str, Any]
    errors: Sequence[dict[str, str]]

    def shown(self, errors: bool) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return self.report | ({"errors": list(self.errors)} if errors else {})


def measure(path: Path, errors: bool) -> StoryPairs:
    """Group the texts of a file as an empty workspace would, and compare with their stories.

    Raises:
        BuilderError: the file holds no text, or a line that is none.

    """
    told = list(_read(path))
    if not told:
        raise BuilderError(f'{path}: holds no text; a line is {{"text": ..., "story": ...}}')
    began = time.process_time()
    groups = grouped([one.text for one in told])
    seconds = time.process_time() - began
    stories = [one.story for one in told]
    report = {
        "task": "stories",
        "file": path.name,
        "texts": len(told),
        "stories": len(set(stories)),
        "found": len(set(groups)),
        **figures(stories, groups),
        "seconds": seconds,
        "texts_per_second": len(told) / max(seconds, 1e-9),
    }
    listed = islice(_errors(told, groups), _MOST_ERRORS) if errors else ()
    return StoryPairs(report, list(listed))


def grouped(texts: Sequence[str]) -> list[str]:
    """Return the story that each text is put into, all of them new."""
    ids = [article_id(text) for text in texts]
    by_id = dict(zip(ids, texts, strict=True))
    with TemporaryDirectory() as folder:
        index = PassageIndex(Path(folder))
        links = find(index, by_id, (), lambda some: ((i, by_id[i]) for i in some), {}, ())
    story_of = {a: story.id for story in assign([], by_id, links) for a in story.articles}
    return [story_of[identity] for identity in ids]


def figures(stories: Sequence[str], groups: Sequence[str]) -> dict[str, Any]:
    """Return precision, recall and F1 of the pairs in one group, with their 95% intervals.

    The intervals are from a bootstrap over stories. Half of a wrong pair counts for each of its two
    stories. A figure of no pairs is None.
    """
    counts = _counts(stories, groups)
    random, many = np.random.default_rng(1), len(counts)
    sums = np.array([counts[random.integers(0, many, many)].sum(axis=0) for _ in range(_DRAWS)])
    found: dict[str, Any] = {}
    for name, of in (("precision", [1]), ("recall", [2]), ("f1", [1, 2])):
        # F1 is what is right of the mean of both.
        whole, parts = counts[:, of].mean(axis=1).sum(), sums[:, of].mean(axis=1)
        known = parts > 0
        found[name] = float(counts[:, 0].sum() / whole) if whole else None
        found[f"{name}_ci95"] = (
            [float(n) for n in np.percentile(sums[known, 0] / parts[known], [2.5, 97.5])]
            if known.any()
            else None
        )
    right, joined, wanted = counts.sum(axis=0).tolist()
    return {
        "pairs": int(wanted),
        "wrong": int(joined - right),
        "missed": int(wanted - right),
        **found,
    }


def _counts(stories: Sequence[str], groups: Sequence[str]) -> NDArray[np.float64]:
    """Return for each story its pairs that were joined rightly, that were joined, and all."""
    sizes, in_story = Counter(groups), Counter(stories)
    counts = {story: [0.0, 0.0, n * (n - 1) / 2] for story, n in in_story.items()}
    for (story, group), n in Counter(zip(stories, groups, strict=True)).items():
        counts[story][0] += n * (n - 1) / 2
        counts[story][1] += n * (n - 1) / 2 + n * (sizes[group] - n) / 2
    return np.array(list(counts.values()))


def _errors(told: Sequence[ToldText], groups: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield the pairs that were joined wrongly, then those that were missed."""
    stories = [one.story for one in told]
    for kind, ours, theirs in (("wrong", groups, stories), ("missed", stories, groups)):
        for one, other in _parted(ours, theirs):
            a, b = told[one], told[other]
            bounds = longest_passage(a.text, b.text)
            passage = a.text[slice(*bounds)] if bounds else ""
            yield {
                "kind": kind,
                "one": a.name,
                "other": b.name,
                "passage": shorten(passage, _PASSAGE, placeholder=" ..."),
            }


def _parted(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the pairs that are together in one grouping and not in the other."""
    together: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        together[one][other].append(number)
    for parts in together.values():
        for some, others in combinations(parts.values(), 2):
            yield from product(some, others)


def _read(path: Path) -> Iterator[ToldText]:
    names: set[str] = set()
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    told = _told(path, number, line)
                    if told.name in names:
                        raise BuilderError(f"{path}:{number}: id: {told.name} stands twice")
                    names.add(told.name)
                    yield told
    except (OSError, UnicodeDecodeError) as error:
        raise BuilderError(f"{path}: cannot be read: {error}") from None


def _told(path: Path, number: int, line: str) -> ToldText:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BuilderError(f"{path}:{number}: no JSON: {error}") from None
    if not isinstance(record, dict):
        raise BuilderError(f"{path}:{number}: no object with text and story")
    for field in ("text", "story"):
        if not isinstance(record.get(field), str) or not record[field].strip():
            raise BuilderError(f"{path}:{number}: {field}: must be text, and not empty")
    try:
        check_encodable(record["text"])
    except TextError as error:
        raise BuilderError(f"{path}:{number}: text: {error}") from None
    for field in ("id", "outlet"):
        if not isinstance(record.get(field, ""), str):
            raise BuilderError(f"{path}:{number}: {field}: must be text where it is given")
    return ToldText(record["text"], record["story"], record.get("id", f"{path.name}:{number}"))
