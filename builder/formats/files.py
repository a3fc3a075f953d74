"""Write a release to disk in the format that is asked for by name."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Literal, cast

from builder.errors import BuilderError
from builder.formats.exported import Exported
from builder.workspace.store import write_bytes

Format = Literal["conll", "spacy", "label-studio", "prodigy", "brat"]
_MODULES = {"label-studio": "label_studio", "spacy": "docbin"}


def export(release: Path, form: Format, out: Path) -> Exported:
    """Write a release in another form into ``out``, a folder that holds nothing else.

    Raises:
        BuilderError: the folder holds a file that this export does not write.

    """
    module = import_module(f"builder.formats.{_MODULES.get(form, form)}")
    exported = cast(Callable[[Path], Exported], module.export)(release)
    strangers = sorted(
        path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()
    )
    strangers = [name for name in strangers if name not in exported.files]
    if strangers:
        raise BuilderError(f"{out / strangers[0]}: is not of this export; name an empty folder")
    for name, content in exported.files.items():
        write_bytes(out / name, content)
    return exported
