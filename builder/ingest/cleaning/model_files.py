"""Where a model of lines lies, and what tells it from others."""

import hashlib
import json
from pathlib import Path
from typing import Any

from builder.errors import BuilderError

# The model that is part of the package.
FOLDER = Path(__file__).resolve().parent / "model"
ODDS, FIRST, SECOND, META = "odds.json.gz", "first.onnx", "second.onnx", "meta.json"
_PACKAGED = "builder"
_PARTS = (ODDS, FIRST, SECOND)


def model_of(named: str, root: Path) -> Path:
    """Return the folder of the model that settings name, as seen from the workspace's root."""
    return FOLDER if named == _PACKAGED else root / named


def identity(folder: Path) -> str:
    """Return what tells the model in a folder from others: its name, and a digest of its files.

    Raises:
        BuilderError: there is no model.

    """
    card = _card(folder)
    digests = "".join(str(card["sha256"][part]) for part in _PARTS)
    return f"{card['name']} {hashlib.sha256(digests.encode()).hexdigest()[:12]}"


def check(folder: Path) -> None:
    """Raise BuilderError if a file of the model is missing, or is not the one it was learned as."""
    card = _card(folder)
    for part in _PARTS:
        try:
            found = hashlib.sha256((folder / part).read_bytes()).hexdigest()
        except OSError as error:
            raise _no_model(folder, error) from None
        if found != card["sha256"][part]:
            raise BuilderError(f"{folder / part}: is damaged; {_way_out(folder)}")


def _card(folder: Path) -> dict[str, Any]:
    try:
        card: dict[str, Any] = json.loads((folder / META).read_text(encoding="utf-8"))
        if not all(isinstance(card["sha256"][part], str) for part in _PARTS):
            raise TypeError("sha256 names no digests")
        card["name"] = str(card["name"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _no_model(folder, error) from None
    return card


def _no_model(folder: Path, error: Exception) -> BuilderError:
    return BuilderError(f"{folder}: no model of lines: {error}; {_way_out(folder)}")


def _way_out(folder: Path) -> str:
    if folder == FOLDER:
        return "install the builder again"
    return "builder train --task cleaning makes one; [ingest] cleaner in builder.toml names it"
