"""Turn raw news articles into a versioned, human-corrected Hugging Face dataset.

The public names are those of ``__all__``; ``docs/python.md`` shows them at work. The page to read
first is ``builder.pipeline``; what flows is in ``builder.records``.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from builder.annotate.pipelines import load_pipeline
    from builder.dataset.compare import diff
    from builder.dataset.read import load_release
    from builder.pipeline import (
        annotate,
        export,
        hydrate,
        ingest,
        publish,
        pull,
        push,
        release,
        release_without_text,
        retract,
        review,
        run,
        verify,
    )
    from builder.status import status
    from builder.validate.levels import validate
    from builder.workspace.folder import open_workspace
    from builder.workspace.init import init

    __version__: str

__all__ = [
    "__version__",
    "annotate",
    "diff",
    "export",
    "hydrate",
    "ingest",
    "init",
    "load_pipeline",
    "load_release",
    "open_workspace",
    "publish",
    "pull",
    "push",
    "release",
    "release_without_text",
    "retract",
    "review",
    "run",
    "status",
    "validate",
    "verify",
]

# Where each public name comes from: loaded when it is first used, so that none waits for another's
# packages.
_HOMES = {
    "diff": "builder.dataset.compare",
    "init": "builder.workspace.init",
    "load_pipeline": "builder.annotate.pipelines",
    "load_release": "builder.dataset.read",
    "open_workspace": "builder.workspace.folder",
    "status": "builder.status",
    "validate": "builder.validate.levels",
} | dict.fromkeys(
    (
        "annotate",
        "export",
        "hydrate",
        "ingest",
        "publish",
        "pull",
        "push",
        "release",
        "release_without_text",
        "retract",
        "review",
        "run",
        "verify",
    ),
    "builder.pipeline",
)


class _Package(ModuleType):
    """Keeps the public names, of which some are those of rooms too, whichever rooms are imported.

    ``builder.release`` is the function; ``from builder.release import ...`` imports from the room.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if name not in _HOMES:
            super().__setattr__(name, value)


if not TYPE_CHECKING:
    # Type checkers know the names from the imports above, and no others.
    sys.modules[__name__].__class__ = _Package

    def __getattr__(name: str) -> Any:
        if name in _HOMES:
            from builder.extras import NEEDS, need

            need(name, *NEEDS[name])
            return getattr(import_module(_HOMES[name]), name)
        if name == "__version__":
            from importlib.metadata import version

            return version("labelled-dataset-builder")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return __all__
