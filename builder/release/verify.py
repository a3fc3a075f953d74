"""Compare a release with what the workspace would release now."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.dataset import manifest
from builder.dataset.digest import lasting_digest
from builder.dataset.rows import Row
from builder.errors import BuilderError
from builder.release import write as release_folder
from builder.release.card.origins import Origins
from builder.release.select import LeftOut
from builder.workspace.config import Release as ReleaseConfig


@dataclass(frozen=True)
class Difference:
    """A file of the release that the rebuild does not give, or not with these bytes."""

    file: str
    reason: str


@dataclass(frozen=True)
class Verified:
    """What a rebuild showed.

    ``verdict`` is ``identical`` (every file, byte for byte), ``same rows`` (other versions of the
    tools, which may spell files otherwise, but the digest over the rows is the same) or
    ``different``. ``inputs`` names what has changed since the release, ``tools`` the versions
    then and now of those that differ, ``notes`` says what else explains the differences.
    """

    folder: str
    version: str
    verdict: str
    digest: str
    rebuilt_digest: str
    differences: list[Difference]
    inputs: list[str]
    tools: dict[str, list[str]]
    notes: list[str]


def verify(
    folder: Path,
    releases: Path,
    rows: Mapping[str, Sequence[Row]],
    left_out: Sequence[LeftOut],
    config: ReleaseConfig,
    behind: Origins,
    inputs: Mapping[str, str],
) -> Verified:
    """Build a release again from ``rows`` and compare it file by file.

    Raises:
        BuilderError: the folder is no release, or the one before it is missing.

    """
    said = manifest.read(folder)
    previous = _previous(folder, said, releases)
    with tempfile.TemporaryDirectory() as place:
        try:
            again = release_folder.write(
                Path(place) / said["version"], rows, left_out, config, behind,
                inputs=inputs, previous=previous,
            )  # fmt: skip
        except BuilderError as error:
            raise BuilderError(f"{folder}: cannot be built again: {error}") from None
        now = manifest.read(again)
        differences = list(_differences(folder, again, said, now))
    tools = _changed(said.get("tools", {}), now["tools"])
    changed = sorted(_changed(said.get("inputs", {}), inputs))
    same_rows = said["digest"] == now["digest"] and bool(tools) and not changed
    verdict = "same rows" if same_rows else "different"
    return Verified(
        folder=str(folder),
        version=said["version"],
        verdict=verdict if differences else "identical",
        digest=said["digest"],
        rebuilt_digest=now["digest"],
        differences=differences,
        inputs=changed,
        tools={tool: [str(then), str(today)] for tool, (then, today) in tools.items()},
        notes=list(_notes(said, now, lasting_digest(rows), changed)) if differences else [],
    )


def _previous(folder: Path, said: Mapping[str, Any], releases: Path) -> Path | None:
    before = said.get("previous")
    if before is None:
        return None
    for place in (releases, folder.resolve().parent):
        found: Path = place / before["version"]
        if (found / manifest.FILE_NAME).exists():
            if manifest.read(found)["digest"] == before["digest"]:
                return found
            raise BuilderError(f"{found}: is not the release that {folder} followed: other digest")
    raise BuilderError(
        f"{folder}: follows {before['version']}, which is not in {releases}; restore it from git"
    )


def _differences(
    folder: Path, again: Path, said: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[Difference]:
    there, rebuilt = manifest.file_hashes(folder), manifest.file_hashes(again)
    declared = said["files"]
    for name in sorted({*declared, *there, *rebuilt}):
        if name not in there:
            yield Difference(name, "is missing")
        elif name in declared and there[name] != declared[name]:
            yield Difference(name, "was changed after the release: not the manifest's sha256")
        elif name not in rebuilt:
            yield Difference(name, "is not in the rebuild")
        elif there[name] != rebuilt[name]:
            yield Difference(name, "the rebuild gives other bytes")
    if (folder / manifest.FILE_NAME).read_bytes() != (again / manifest.FILE_NAME).read_bytes():
        fields = sorted(_changed(said, now))
        yield Difference(manifest.FILE_NAME, f"other {', '.join(fields) or 'spelling'}")


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {k: (old.get(k), new.get(k)) for k in {*old, *new} if old.get(k) != new.get(k)}


def _notes(
    said: Mapping[str, Any], now: Mapping[str, Any], lasting: str, inputs: Sequence[str]
) -> Iterator[str]:
    if "inputs" not in said:
        yield "the release does not say what it was made from: it is of an older builder"
    elif inputs:
        yield (
            f"{', '.join(inputs)} changed since the release: verify it in a checkout of the commit "
            f"that made it (git log -- data/releases/{said['version']})"
        )
    if said["digest"] == now["digest"]:
        yield "the digest over the rows is the same: every row says what it said"
    elif said["lasting"] == lasting:
        yield (
            "what people have looked at is the same; suggestions that nobody has looked at differ, "
            "as they may on another processor"
        )
    if said.get("models") != now["models"]:
        then = ", ".join(said.get("models", ())) or "unknown"
        yield f"suggestions then by {then}; now by {', '.join(now['models']) or 'none'}"
