"""Read and check builder.toml; unknown keys are errors."""

import tomllib
from pathlib import Path, PurePath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from builder.errors import BuilderError
from builder.records import Name

FILE_NAME = "builder.toml"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def _inside(folder: str) -> str:
    """Check that seeds lie in the workspace: records call them by their path in it."""
    path = PurePath(folder)
    if path.is_absolute() or ".." in path.parts or not path.parts or path.parts[0] == "data":
        raise ValueError('must be a folder of its own inside the workspace, such as "seeds"')
    return folder


class Annotate(_Section):
    """Which pipeline writes the suggestions.

    ``pipeline`` is ``builder``, ``rules``, the folder of a model made by ``builder train``, or any
    installed spaCy package. ``author_claims`` suggests claims in the newspaper's own voice.
    """

    pipeline: str = "builder"
    author_claims: bool = True


class Labels(_Section):
    """How the labels of a pipeline become the workspace's.

    ``map`` says for a label of the pipeline which label of ``labels.toml`` it becomes; false drops
    it. Labels that it does not name are known by their names.
    """

    map: dict[str, Name | Literal[False]] = {}


class Studio(_Section):
    """The Label Studio project that holds the tasks, and the embedded server's port."""

    project: Annotated[str, Field(min_length=3, max_length=50)] = "Labelled news"
    port: Annotated[int, Field(ge=1024, le=65535)] = 8080


class Release(_Section):
    """What the dataset card says of the dataset as a whole.

    ``motivation`` says why it was made, ``caveats`` are limits that only people know of, and
    ``contact`` is where reports of errors and requests to remove an article go.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")] = "labelled-news"
    title: str = "Labelled news"
    language: str = "en"
    motivation: str = ""
    caveats: list[str] = []
    contact: str = ""


class Config(_Section):
    """Everything that builder.toml may say; every key has a default."""

    seeds: Annotated[str, AfterValidator(_inside)] = "seeds"
    annotate: Annotate = Annotate()
    labels: Labels = Labels()
    studio: Studio = Studio()
    release: Release = Release()


def read(root: Path) -> Config:
    """Return the configuration of the workspace at ``root``.

    Raises:
        BuilderError: the file is missing, is no TOML, or holds an unknown key or a wrong value.

    """
    path = root / FILE_NAME
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BuilderError(
            f"{path}: not found. Name a workspace with --workspace, or make one: builder init"
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BuilderError(f"{path}: {error}") from None
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        unknown = first["type"] == "extra_forbidden"
        reason = "unknown key" if unknown else first["msg"].removeprefix("Value error, ")
        raise BuilderError(f"{path}: {field}: {reason}") from None
