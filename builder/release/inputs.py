"""Digest each thing that a release is made from."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from builder import labels
from builder.workspace.store import Shelf
from builder.workspace.workspace import Workspace


def digests(workspace: Workspace) -> dict[str, str]:
    """Return the SHA-256 of what is in git and shapes a release, by what it is.

    Records count line by line, however they lie in files. Suggestions are not among them: they are
    made again from the articles, by the models that the manifest names.
    """
    settings = workspace.config.model_dump(include={"annotate", "release"})
    return {
        "seeds": _shelf(workspace.seeds),
        "articles": _shelf(workspace.articles),
        "stories": _shelf(workspace.stories),
        "corrections": _shelf(workspace.corrections),
        "labels": _sha([(labels.SCHEMAS / "labels.toml").read_bytes()]),
        "config": _sha([json.dumps(settings, sort_keys=True).encode()]),
    }


def _shelf(shelf: Shelf[Any]) -> str:
    return _sha(sorted(line for p in shelf.files() for line in p.read_bytes().splitlines()))


def _sha(lines: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(line + b"\n" for line in lines)).hexdigest()
