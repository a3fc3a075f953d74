"""Write a release in another tool's format into a folder."""

import filecmp
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Literal, cast

from builder.errors import BuilderError
from builder.extras import need
from builder.formats.converted import Part
from builder.labels import LabelSet
from builder.workspace.store import partial_folder

Format = Literal[
    "jsonl", "conll", "spacy", "label-studio", "prodigy", "brat", "doccano", "xmi"
]  # fmt: skip
# What these hold is in spaCy's form, or cut into its tokens.
_OF_SPACY = ("spacy", "prodigy")
_MODULES = {"label-studio": "label_studio", "spacy": "docbin"}
# The folder in which an export is written until it is whole; it is named after the process.
_BEGUN = re.compile(r"\.(\d{1,10})-[0-9a-f]{8}\.partial")


@dataclass(frozen=True)
class Export:
    """The files of an export, and how many spans its format cannot hold as they are."""

    release: str
    files: list[str]
    not_as_it_is: dict[str, int]


def export(release: Path, form: Format, out: Path, labels: LabelSet) -> Export:
    """Write a release in another form into ``out``, a folder that holds nothing else.

    Raises:
        BuilderError: the folder holds a file that this export does not write, or cannot be written.

    """
    if form in _OF_SPACY:
        need(f"export {form}", "annotate")
    write = cast("Callable[[Path, LabelSet], Iterator[Part]]", module_of(form).export)
    parts = write(release, labels)
    lost = Counter[str]()
    with partial_folder(out, out) as begun:
        names = _written(parts, begun, lost)
        _clear_killed(out)
        _refuse_others(out, names, begun.name)
        for name in names:
            _put(begun / name, out / name)
    written = [(out / name).as_posix() for name in names]
    return Export(release.name, written, {reason: n for reason, n in lost.items() if n})


def module_of(form: Format) -> ModuleType:
    """Return the module that reads and writes a format."""
    return import_module(f"builder.formats.{_MODULES.get(form, form)}")


def _written(parts: Iterable[Part], folder: Path, lost: Counter[str]) -> list[str]:
    """Write the parts into their files; return these in the order in which they begin."""
    names: dict[str, None] = {}
    for part in parts:
        path = folder / part.file
        if part.file not in names:
            path.parent.mkdir(parents=True, exist_ok=True)
            names[part.file] = None
        with path.open("ab") as file:
            file.write(part.content)
        lost.update(part.not_as_it_is)
    return list(names)


def _clear_killed(out: Path) -> None:
    """Remove what exports have left that were killed."""
    for path in out.glob(".*.partial"):
        process = _BEGUN.fullmatch(path.name)
        if process and path.is_dir() and not path.is_symlink() and not _runs(int(process[1])):
            shutil.rmtree(path)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True


def _refuse_others(out: Path, names: Iterable[str], begun: str) -> None:
    known = {*names}
    there = (path for path in out.rglob("*") if path.is_file())
    relative = (path.relative_to(out) for path in there)
    others = [p.as_posix() for p in relative if p.parts[0] != begun and p.as_posix() not in known]
    if others:
        raise BuilderError(f"{out / min(others)}: is not of this export; name an empty folder")


def _put(path: Path, place: Path) -> None:
    """Move a file to its place, unless the same bytes lie there."""
    if place.is_file() and filecmp.cmp(path, place, shallow=False):
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    path.replace(place)
