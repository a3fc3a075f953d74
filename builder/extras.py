"""Say which extra of this package is missing, and the command that brings it.

Without extras, ``pip install`` brings what checks ``data/``. What else a command needs comes with
an extra, and is looked for before the command begins.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import requires
from importlib.util import find_spec

from builder.errors import BuilderError

PACKAGE = "labelled-dataset-builder"
# What each command needs, and each public function of the package.
NEEDS: dict[str, tuple[str, ...]] = {
    "init": (),
    "open_workspace": (),
    "ingest": ("ingest",),
    "story": ("annotate",),
    "annotate": ("annotate",),
    "load_pipeline": ("annotate",),
    "studio": ("studio",),
    "round": ("annotate",),
    "push": ("annotate", "studio"),
    "pull": ("studio",),
    "import": (),
    "people": (),
    "review": ("annotate",),
    "reopen": ("annotate",),
    "release": ("annotate", "dataset"),
    "verify": ("annotate", "dataset"),
    "release_without_text": ("dataset", "ingest"),
    "hydrate": ("annotate", "dataset", "ingest"),
    "load_release": ("dataset",),
    "diff": ("dataset",),
    "publish": ("publish",),
    "retract": (),
    "export": ("dataset",),
    "evaluate": ("annotate",),
    "train": ("annotate",),
    "validate": (),
    "status": ("annotate",),
    "run": ("annotate", "dataset", "ingest", "studio"),
}
# Packages that are imported under another name than their own.
IMPORTED_AS = {"dkpro-cassis": "cassis", "python-dateutil": "dateutil", "pyyaml": "yaml"}
_FEW = 4


class MissingExtraError(BuilderError, ImportError):
    """Packages that something needs are not installed; the message says which extra brings them."""


def need(what: str, *extras: str) -> None:
    """Raise an error that names the extras of which a package is missing, if any is.

    Args:
        what: who needs them: a command, a function, or what it was asked for.
        extras: their names, as in ``pyproject.toml``.

    Raises:
        MissingExtraError: a package is missing.

    """
    lacking = {extra: found for extra in extras if (found := missing(extra))}
    if not lacking:
        return
    packages = sorted({package for found in lacking.values() for package in found})
    more = f" and {len(packages) - _FEW} more" if len(packages) > _FEW else ""
    extra = f"the extra {next(iter(lacking))}"
    if len(lacking) > 1:
        extra = f"the extras {' and '.join(lacking)}" if len(lacking) == 2 else "these extras"
    raise MissingExtraError(
        f"{what} needs {extra} ({', '.join(packages[:_FEW])}{more} not installed): "
        f"{command(*lacking)}"
    )


def command(*extras: str) -> str:
    """Return the command that installs some extras."""
    return f"pip install '{PACKAGE}[{','.join(extras)}]'"


def missing(extra: str) -> tuple[str, ...]:
    """Return the packages of an extra that cannot be imported, in order."""
    return tuple(package for package in packages_of(extra) if not _is_there(package))


@cache
def packages_of(extra: str) -> tuple[str, ...]:
    """Return the packages that an extra brings, those of extras that it names with it, in order."""
    return tuple(sorted(set(_packages(extra, requires(PACKAGE) or ()))))


def _packages(extra: str, told: Iterable[str]) -> Iterator[str]:
    from packaging.requirements import Requirement

    for line in told:
        found = Requirement(line)
        if found.marker is None or not found.marker.evaluate({"extra": extra}):
            continue
        if found.marker.evaluate({"extra": ""}):
            continue
        if found.name != PACKAGE:
            yield found.name
        for inner in sorted(found.extras) if found.name == PACKAGE else ():
            yield from _packages(inner, told)


def _is_there(package: str) -> bool:
    try:
        return find_spec(IMPORTED_AS.get(package, package.replace("-", "_"))) is not None
    except ImportError:
        return False
