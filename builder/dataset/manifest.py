"""Read and write what a release says of itself, and find releases on disk."""

import hashlib
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from builder.dataset import version
from builder.dataset.effort_said import EffortSaid
from builder.dataset.fields import SPLITS
from builder.dataset.left_out import LeftOut, Refused
from builder.dataset.schema import Features
from builder.errors import BuilderError, refuse_endless
from builder.workspace.config import Rights

FILE_NAME = "manifest.json"


def _is_none(value: object) -> bool:
    return value is None


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Previous(_Said):
    """The release before this one."""

    version: str
    digest: str


class FileSaid(_Said):
    """Size and SHA-256 of a file."""

    bytes: int
    sha256: str


class LabelsSaid(_Said):
    """The label set of a release.

    ``active`` are labels, and values as ``LABEL.attribute=value``, that annotators could use, and
    ``used`` says how many spans have which of them. ``rows`` is the digest of all that rows depend
    on: names and their order, not colours or hints.
    """

    version: str
    active: tuple[str, ...]
    retired: tuple[str, ...]
    used: dict[str, int] | None = None
    rows: str | None = None


class ConfigSaid(_Said):
    """A config of a release: its typed features, and how many files it has."""

    features: Features
    files: int


class ShardSaid(_Said):
    """A shard of a release: digests of what it was made from and of its rows."""

    inputs: str
    digest: str
    lasting: str


class Manifest(_Said):
    """What a release says of itself.

    ``digest`` is over all rows, ``lasting`` over what does not hang on the machine that made the
    suggestions. Without ``text``, rows hold no words of the articles, and ``full`` is the digest of
    the release with text that it is the other form of. ``effort`` is told where there is a team.
    Fields with a default are missing in releases of the time before there were such.
    """

    name: str
    version: str
    previous: Previous | None = None
    digest: str
    lasting: str
    about: dict[str, str | list[str]]
    rights: Rights | None = None
    inputs: dict[str, str] | None = None
    labels: LabelsSaid | str
    tools: dict[str, str] = {}
    models: tuple[str, ...] | None = None
    pipelines: tuple[str, ...] | None = None
    left: tuple[str, ...] = ()
    rounds: Annotated[tuple[str, ...], Field(exclude_if=lambda said: not said)] = ()
    effort: Annotated[EffortSaid | None, Field(exclude_if=_is_none)] = None
    form: int = 1
    text: bool = True
    full: str | None = None
    configs: dict[str, ConfigSaid] | None = None
    rows: dict[str, dict[str, int]]
    left_out: dict[str, int] | tuple[LeftOut, ...] = ()
    refused: tuple[Refused, ...] = ()
    shards: tuple[ShardSaid, ...] = ()
    files: dict[str, FileSaid]

    @property
    def shard_count(self) -> int:
        """Return in how many shards the rows lie; a release without a list of them has one."""
        return max(1, len(self.shards))

    def active_labels(self) -> set[str]:
        """Return the labels and values that annotators might use; none if that is not said."""
        return set() if isinstance(self.labels, str) else set(self.labels.active)

    def reasons(self) -> dict[str, int]:
        """Return how much is in no table, by the reason."""
        if isinstance(self.left_out, dict):
            return dict(self.left_out)
        return dict(Counter(item.reason for item in self.left_out))

    def sizes(self) -> dict[str, dict[str, int]]:
        """Return the number of rows of each config by split, in the order of splits."""
        return {name: {s: by[s] for s in SPLITS if s in by} for name, by in self.rows.items()}


def latest(releases: Path) -> Path | None:
    """Return the folder of the newest release, or None."""
    found = [p.parent for p in releases.glob(f"*/{FILE_NAME}") if version.is_version(p.parent.name)]
    return max(found, key=lambda p: version.parse(p.name), default=None)


def read(folder: Path) -> Manifest:
    """Return a release's manifest.

    Raises:
        BuilderError: it is no JSON, or a field is missing, unknown or of another type.

    """
    path = folder / FILE_NAME
    refuse_endless(path)
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise BuilderError(
            f"{path}: cannot be read: {error.strerror}; restore the release"
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        where = f"{field}: " if field else ""
        raise BuilderError(
            f"{path}: cannot be read: {where}{first['msg']}; restore the release, or read it with "
            "the builder that made it"
        ) from None


def write(folder: Path, said: Manifest) -> None:
    """Write a release's manifest."""
    text = said.model_dump_json(indent=2) + "\n"
    (folder / FILE_NAME).write_text(text, encoding="utf-8")


def find(name: Path | str, releases: Path) -> Path:
    """Return the folder of the release called ``name``: a folder, or a version in ``releases``.

    Raises:
        BuilderError: there is none.

    """
    for place in (Path(name), releases / name):
        if (place / FILE_NAME).is_file():
            return place
    there = sorted((p.parent.name for p in releases.glob(f"*/{FILE_NAME}")), key=_order)
    raise BuilderError(
        f"{name}: no release; name a folder that holds one, or a version in {releases} "
        f"({', '.join(there) or 'there is none'})"
    )


def _order(name: str) -> tuple[int, ...]:
    return version.parse(name) if version.is_version(name) else ()


def holding(releases: Path, article: str) -> list[str]:
    """Return the names of the releases that hold rows of an article."""
    folders = {path.parent.parent for path in releases.glob("*/*/*.parquet")}
    return sorted((f.name for f in folders if article in articles(f)), key=_order)


def articles(folder: Path) -> set[str]:
    """Return the articles of which a release holds rows."""
    return {article for path in folder.glob("*/*.parquet") for article in articles_in(path)}


def articles_in(path: Path) -> list[str]:
    """Return for each row of a table which article it is of."""
    from pyarrow import parquet

    file = parquet.ParquetFile(path)
    name = next(
        (n for n in ("article_id", "left_article_id", "id") if n in file.schema_arrow.names), None
    )
    if name is None:
        return []
    found: list[str] = file.read(columns=[name]).column(name).to_pylist()
    return found


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_said(path: Path) -> FileSaid:
    """Return size and SHA-256 of a file."""
    return FileSaid(bytes=path.stat().st_size, sha256=sha256(path))


def file_hashes(folder: Path, known: dict[str, FileSaid] | None = None) -> dict[str, FileSaid]:
    """Return size and SHA-256 of every file of a release but the manifest, by path.

    ``known`` are those that were hashed before.
    """
    known = known or {}
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))}
    return {
        name: known.get(name) or file_said(path)
        for name, path in found.items()
        if path.is_file() and path.name != FILE_NAME
    }


def differing(old: Any, new: Any) -> list[str]:
    """Return the names of the fields in which two manifests, or parts of them, differ."""
    return sorted(k for k in {*old, *new} if old.get(k) != new.get(k))
