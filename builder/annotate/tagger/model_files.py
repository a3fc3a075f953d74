"""Know the files of a tagger's model without loading what runs it."""

import json
from pathlib import Path
from typing import Any

from builder.errors import BuilderError

# The embedded model.
MODEL = Path(__file__).resolve().parent / "model"
FILES = ("model.onnx", "tokenizer.json", "meta.json")


def is_model(folder: Path) -> bool:
    """Tell whether a folder holds a tagger's model, or what is left of one."""
    its_own = any((folder / name).exists() for name in FILES)
    return its_own and not (folder / "config.cfg").exists()


def meta_of(folder: Path) -> dict[str, Any]:
    """Return a model's ``meta.json``, which states the sha256 of its other files.

    Raises:
        BuilderError: a file is missing, or ``meta.json`` is damaged.

    """
    for name in FILES:
        if not (folder / name).is_file():
            raise broken(folder / name, "is missing")
    try:
        meta: dict[str, Any] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        dict(meta["sha256"])
    except (ValueError, KeyError, TypeError):
        raise broken(folder / "meta.json", "does not say the sha256 of the model") from None
    return meta


def broken(path: Path, what: str) -> BuilderError:
    """Return the error that says what is wrong with a model's file, and how to mend it."""
    mend = "install the builder again" if path.parent == MODEL else "copy or train the model again"
    return BuilderError(f"{path}: {what}; {mend}")
