"""Compute a digest of each thing that a release is made from."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from builder.annotate.imported import PREFIX
from builder.labels import LabelSet
from builder.release.agreed import agreed
from builder.workspace.folder import Workspace
from builder.workspace.shelves import PEOPLE
from builder.workspace.store import Shelf


def digests(workspace: Workspace, labels: LabelSet) -> dict[str, str]:
    """Return the SHA-256 of what is in git and shapes a release, by what it is.

    Records count line by line, however they lie in files. Suggestions are not among them: they are
    made again from the articles, by the models that the manifest names; but those are that were
    imported, where they are what the workspace wants.
    """
    settings = workspace.config.model_dump(include={"annotate", "release", "rights"})
    dealt = {"deals": _shelf(workspace.deals)} if workspace.deals.files() else {}
    imported = workspace.config.annotate.pipeline.startswith(PREFIX)
    return {
        **({"imported": _shelf(workspace.imported)} if imported else {}),
        "seeds": _shelf(workspace.seeds),
        "articles": _shelf(workspace.articles),
        "stories": _shelf(workspace.stories),
        "corrections": _shelf(workspace.corrections),
        "people": _shelf(workspace.shelf(PEOPLE)),
        "labels": _sha([labels.source.encode()]),
        "config": _sha([json.dumps(settings, sort_keys=True).encode(), *_agreement(workspace)]),
        **dealt,
    }


def _agreement(workspace: Workspace) -> list[bytes]:
    """Return who agreed to what; nothing where there is no team."""
    return [agreed(workspace).told().encode()] if workspace.config.team else []


def _shelf(shelf: Shelf[Any]) -> str:
    """Return a digest of all lines of a shelf; their hashes are sorted, so none is held."""
    return _sha(
        sorted(
            hashlib.sha256(line).hexdigest().encode()
            for path in shelf.files()
            for line in path.read_bytes().splitlines()
        )
    )


def _sha(lines: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(line + b"\n" for line in lines)).hexdigest()
