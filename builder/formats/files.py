"""Write a release in another tool's format into a folder."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal, cast

from builder.errors import BuilderError
from builder.formats.converted import Converted
from builder.labels import LabelSet
from builder.workspace.store import write_bytes

Format = Literal["conll", "spacy", "label-studio", "prodigy", "brat"]
_MODULES = {"label-studio": "label_studio", "spacy": "docbin"}


@dataclass(frozen=True)
class Export:
    """The files of an export, and how many spans its format cannot hold as they are."""

    release: str
    files: list[str]
    not_as_it_is: dict[str, int]


def export(release: Path, form: Format, out: Path, labels: LabelSet) -> Export:
    """Write a release in another form into ``out``, a folder that holds nothing else.

    Raises:
        BuilderError: the folder holds a file that this export does not write.

    """
    module = import_module(f"builder.formats.{_MODULES.get(form, form)}")
    converted = cast(Callable[[Path, LabelSet], Converted], module.export)(release, labels)
    strangers = sorted(
        path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()
    )
    strangers = [name for name in strangers if name not in converted.files]
    if strangers:
        raise BuilderError(f"{out / strangers[0]}: is not of this export; name an empty folder")
    for name, content in converted.files.items():
        write_bytes(out / name, content)
    written = [(out / name).as_posix() for name in converted.files]
    return Export(release.name, written, converted.not_as_it_is)
