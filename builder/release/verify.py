"""Tell whether a release is intact, and whether it is built again byte for byte."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from builder.dataset import check, manifest
from builder.dataset.effort_said import EffortSaid
from builder.dataset.manifest import Manifest
from builder.dataset.rows import TokenBounds
from builder.errors import BuilderError
from builder.labels import LabelSet
from builder.progress import Track, untracked
from builder.release import write as release_folder
from builder.release.content import Content
from builder.release.story_shard import StoryShard
from builder.workspace.config import NOTHING_SAID, Rights
from builder.workspace.config import Release as ReleaseConfig

Verdict = Literal["identical", "same rows", "made otherwise", "different"]


@dataclass(frozen=True)
class Difference:
    """A file of the release that the rebuild does not give, or not with these bytes."""

    file: str
    reason: str


@dataclass(frozen=True)
class Verified:
    """What is true of a release.

    It is ``intact`` if files and rows are those of its manifest and every span reads its text;
    ``damage`` says what is not. ``verdict`` is ``identical`` (built again, every file is the same
    byte for byte), ``same rows`` (other tools may spell files otherwise, but the digest over the
    rows is the same), ``made otherwise`` (it cannot be built again here, as ``inputs``, ``tools``
    or the form of releases are not what they were; ``form`` is then and now) or ``different``
    (made from the same by the same, it is another). ``notes`` says what else explains it.
    """

    folder: str
    version: str
    intact: bool
    damage: list[Difference]
    verdict: Verdict
    digest: str
    rebuilt_digest: str
    differences: list[Difference]
    inputs: list[str]
    tools: dict[str, list[str]]
    form: list[int]
    notes: list[str]

    @property
    def failed(self) -> bool:
        """Tell whether the release is not what it should be."""
        return not self.intact or self.verdict == "different"


def verify(
    folder: Path,
    releases: Path,
    shards: Sequence[StoryShard],
    config: ReleaseConfig,
    labels: LabelSet,
    *,
    inputs: Mapping[str, str],
    left: tuple[str, ...] = (),
    rights: Rights = NOTHING_SAID,
    rounds: tuple[str, ...] = (),
    effort: EffortSaid | None = None,
    token_bounds: TokenBounds,
    track: Track = untracked,
) -> Verified:
    """Check a release, build it again from all its shards, and compare it file by file.

    Raises:
        BuilderError: the folder is no release, or the one before it is missing.

    """
    said = manifest.read(folder)
    if not said.text:
        raise BuilderError(
            f"{folder}: has no text, and is not built again; verify release {said.version}. "
            "builder validate tells whether it is intact"
        )
    previous = _previous(folder, said, releases)
    content = Content(
        shards, config, labels, inputs, token_bounds, track, left, rights, rounds, effort
    )
    with tempfile.TemporaryDirectory() as place:
        again = Path(place) / said.version
        try:
            now = release_folder.write(again, content, previous)
        except BuilderError as error:
            raise BuilderError(f"{folder}: cannot be built again: {error}") from None
        differences = list(_differences(folder, again, said, now))
    # What a rebuild gives byte for byte was checked while it was built.
    damage = list(_damage(folder)) if differences else []
    tools = _changed(said.tools, now.tools)
    form = [] if said.form == now.form else [said.form, now.form]
    # Of another form, inputs may have been digested in another way too.
    changed = [] if form else manifest.differing(said.inputs or {}, inputs)
    return Verified(
        folder=str(folder),
        version=said.version,
        intact=not damage,
        damage=damage,
        verdict=_verdict(said, now, differences, bool(changed or form), bool(tools)),
        digest=said.digest,
        rebuilt_digest=now.digest,
        differences=differences,
        inputs=changed,
        tools={tool: [then or "none", today or "none"] for tool, (then, today) in tools.items()},
        form=form,
        notes=list(_notes(said, now, changed)) if differences else [],
    )


def _verdict(
    said: Manifest,
    now: Manifest,
    differences: Sequence[Difference],
    from_other: bool,
    with_other: bool,
) -> Verdict:
    """Return what a rebuild showed: ``from_other`` inputs or form, ``with_other`` tools."""
    if not differences:
        return "identical"
    if said.digest == now.digest and with_other and not from_other:
        return "same rows"
    return "made otherwise" if from_other or with_other else "different"


def _damage(folder: Path) -> Iterator[Difference]:
    for path, field, reason in check.problems(folder):
        name = path.relative_to(folder).as_posix()
        yield Difference(name, f"{field}: {reason}" if field else reason)


def _previous(folder: Path, said: Manifest, releases: Path) -> Path | None:
    before = said.previous
    if before is None:
        return None
    for place in (releases, folder.resolve().parent):
        found = place / before.version
        if (found / manifest.FILE_NAME).exists():
            if manifest.read(found).digest == before.digest:
                return found
            raise BuilderError(f"{found}: is not the release that {folder} followed: other digest")
    raise BuilderError(
        f"{folder}: follows {before.version}, which is not in {releases}; restore it from git"
    )


def _differences(folder: Path, again: Path, said: Manifest, now: Manifest) -> Iterator[Difference]:
    there, declared, rebuilt = manifest.file_hashes(folder), said.files, now.files
    for name in sorted({*declared, *there, *rebuilt}):
        if name not in there:
            never = name not in declared
            yield Difference(name, "is in the rebuild alone" if never else "is missing")
        elif name in declared and there[name] != declared[name]:
            yield Difference(name, "was changed after the release: not the manifest's sha256")
        elif name not in rebuilt:
            yield Difference(name, "is not in the rebuild")
        elif there[name] != rebuilt[name]:
            yield Difference(name, "the rebuild gives other bytes")
    if (folder / manifest.FILE_NAME).read_bytes() != (again / manifest.FILE_NAME).read_bytes():
        fields = manifest.differing(said.model_dump(), now.model_dump())
        yield Difference(manifest.FILE_NAME, f"other {', '.join(fields) or 'spelling'}")


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {k: (old.get(k), new.get(k)) for k in manifest.differing(old, new)}


def _notes(said: Manifest, now: Manifest, inputs: Sequence[str]) -> Iterator[str]:
    if said.form != now.form:
        yield (
            f"it has the form {said.form} of releases, this builder makes form {now.form}: the "
            "builder that made it builds it again"
        )
    if said.inputs is None:
        yield "the release does not say what it was made from: it is of an older builder"
    elif inputs:
        yield (
            f"{', '.join(inputs)} changed since the release: verify it in a checkout of the commit "
            f"that made it (git log -- data/releases/{said.version})"
        )
    if said.digest == now.digest:
        yield "the digest over the rows is the same: every row says what it said"
    elif said.lasting == now.lasting:
        yield (
            "what people have looked at is the same; suggestions that nobody has looked at differ, "
            "as they may on another processor"
        )
    if said.models != now.models:
        then = ", ".join(said.models or ()) or "unknown"
        yield f"suggestions then by {then}; now by {', '.join(now.models or ()) or 'none'}"
