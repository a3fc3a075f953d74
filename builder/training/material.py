"""Gather the documents to train on, and hold some out.

The part that is held out is chosen by a hash of the documents' names: it stays the same when
documents are added, and the documents of one name, such as those of a story, are never parted.
"""

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.annotate.label_map import LabelMap
from builder.errors import BuilderError
from builder.text import short_hash
from builder.training.corpora import LABELS, Document, files, label_counts, read_file
from builder.training.gold import gold_documents
from builder.workspace.folder import Workspace

_HELD_OUT = 0.1
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Material:
    """Documents to learn from, in an order by hash, documents to hold out, and where from."""

    learned: tuple[Document, ...]
    held_out: tuple[Document, ...]
    sources: tuple[dict[str, Any], ...]


def gather(workspace: Workspace, folder: Path | None) -> Material:
    """Return the workspace's gold and the documents in ``folder``, parted.

    Gold is parted as its stories are, if any are of the validation split.

    Raises:
        BuilderError: there is nothing to learn from or nothing to hold out, or a file of ``folder``
            holds nothing that can be learned.

    """
    sources: list[dict[str, Any]] = []
    learned, held_out = gold_documents(
        workspace.articles.load(),
        workspace.stories.load().values(),
        workspace.gold.load(),
        LabelMap(workspace.labels, workspace.config.labels.map),
    )
    if learned or held_out:
        stories = {document.name for document in (*learned, *held_out)}
        sources.append({"name": "gold of this workspace", "stories": len(stories)})
    if not held_out:
        learned, held_out = part(learned)
    if folder is not None:
        kept, checked = part(read_labelled(folder))
        learned, held_out = [*learned, *kept], [*held_out, *checked]
        sources.append(source_of(folder))
    if not held_out:
        learned, held_out = part(learned)
    if not learned or not held_out:
        found = len({document.name for document in (*learned, *held_out)})
        raise BuilderError(
            f"there is too little to train on: {found} of at least two stories or documents, one "
            "to learn from and one to hold out. People have to correct articles of more stories; "
            "or name a folder of labelled JSON Lines"
        )
    learned = sorted(learned, key=lambda document: _place(document.name))
    return Material(tuple(learned), tuple(held_out), tuple(sources))


def part(documents: Iterable[Document]) -> tuple[list[Document], list[Document]]:
    """Part documents into (kept, held out): a tenth, by a hash of their names, is held out.

    Of two names or more at least one is held out and at least one kept; one alone is kept.
    """
    documents = list(documents)
    names = sorted({document.name for document in documents}, key=_place)
    below = sum(_place(name) < _HELD_OUT for name in names)
    held = set(names[: max(0, min(max(1, below), len(names) - 1))])
    return [d for d in documents if d.name not in held], [d for d in documents if d.name in held]


def _place(name: str) -> float:
    """Return the place of a document by the hash of its name, from 0 to 1."""
    return int(short_hash("split", name)[:8], 16) / 16**8


def read_labelled(folder: Path) -> list[Document]:
    """Return the documents of all files in ``folder``; say which labels are left out.

    Raises:
        BuilderError: there is no such folder, or one of its files has no label that is known.

    """
    if folder.is_file():
        raise BuilderError(f"{folder}: is a file: name its folder")
    if not folder.exists():
        raise BuilderError(f"{folder}: not found")
    found: list[Document] = []
    unknown: Counter[str] = Counter()
    for path in files(folder):
        documents, spans = read_file(path), label_counts(path)
        if not any(document.annotates for document in documents):
            raise BuilderError(
                f"{path}: holds no label that can be learned; its labels: "
                f"{', '.join(sorted(spans)) or 'none'}. Known are {', '.join(sorted(LABELS))}"
            )
        unknown += Counter({label: n for label, n in spans.items() if label not in LABELS})
        found += documents
    if unknown:
        named = ", ".join(f"{label} ({number})" for label, number in sorted(unknown.items()))
        _log.warning("%s: spans of labels that are not known are left out: %s", folder, named)
    return found


def source_of(folder: Path) -> dict[str, Any]:
    """Return what a model's meta says of a folder it learned from: its files and digests."""
    return {
        "name": folder.resolve().name,
        "files": [
            {
                "name": path.relative_to(folder).as_posix(),
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path in files(folder)
        ],
    }
