"""Find what others have changed in a repository since a release was published there."""

import difflib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from builder.dataset import manifest, version
from builder.dataset.manifest import Manifest
from builder.errors import BuilderError
from builder.phrasing import count
from builder.publish.answers import RemoteFile
from builder.publish.hub import Hub
from builder.publish.intact import IntactRelease
from builder.publish.scrub import printable

_CARD = "README.md"
_FEW = 20
# To compare two texts line by line takes time by the square of their lines.
_MOST = 2000


def by_others(
    hub: Hub,
    release: IntactRelease,
    head: str | None,
    there: Mapping[str, RemoteFile],
    *,
    overwrite: bool,
) -> list[str]:
    """Return in words what was changed at the newest commit since it was published by the builder.

    Raises:
        BuilderError: something was, and is not to be overwritten; or a newer version lies there.

    """
    if head is None or not there:
        return []
    said = _manifest(hub, head) if manifest.FILE_NAME in there else None
    if said is not None and version.parse(said.version) > version.parse(release.version):
        raise BuilderError(
            f"{hub.target.address}: holds {said.version}, which is newer than {release.version}. "
            "Who names no version would get the older one: publish versions in their order"
        )
    changed = list(_Changes(hub, head, there, said).told() if said else _strange(there))
    if changed and not overwrite:
        told = "\n".join(changed)
        raise BuilderError(
            f"{hub.target.address}: was changed by others since it was last published, and nothing "
            f"was sent:\n{told}\nTake over what is to stay (for the card: [release] of "
            "builder.toml) and release again, or replace it: --overwrite"
        )
    return changed


def _manifest(hub: Hub, commit: str) -> Manifest | None:
    try:
        said = Manifest.model_validate_json(hub.read(manifest.FILE_NAME, commit))
    except ValidationError:
        return None
    return said if version.is_version(said.version) else None


def _strange(there: Mapping[str, RemoteFile]) -> Iterator[str]:
    return (f"  {printable(name)} was put there by others" for name in sorted(there))


@dataclass(frozen=True)
class _Changes:
    """The newest commit, and the release that its manifest speaks of."""

    hub: Hub
    head: str
    there: Mapping[str, RemoteFile]
    said: Manifest

    def told(self) -> Iterator[str]:
        """Yield in words each file that is not the release's."""
        tagged = self.hub.tags().get(self.said.version)
        for name in sorted((self.there.keys() | self.said.files) - {manifest.FILE_NAME}):
            shown = printable(name)
            if name not in self.said.files:
                yield f"  {shown} was put there by others"
            elif name not in self.there:
                yield f"  {shown} was deleted by others"
            elif self._is_edited(name):
                yield f"  {shown} was edited by others since {self.said.version} was published"
                if name == _CARD and tagged:
                    yield from self._difference(name, tagged)

    def _is_edited(self, name: str) -> bool:
        known = self.there[name].sha256
        sha256 = known or hashlib.sha256(self.hub.read(name, self.head)).hexdigest()
        return sha256 != self.said.files[name].sha256

    def _difference(self, name: str, tagged: str) -> Iterator[str]:
        """Yield the lines that differ, the first of them."""
        before, now = (
            self.hub.read(name, commit).decode("utf-8", "replace").splitlines()
            for commit in (tagged, self.head)
        )
        if max(len(before), len(now)) > _MOST:
            yield "    too long to show what"
            return
        lines = [
            printable(line)
            for line in difflib.unified_diff(before, now, n=0, lineterm="")
            if not line.startswith(("---", "+++", "@@"))
        ]
        yield from (f"    {line}" for line in lines[:_FEW])
        if len(lines) > _FEW:
            yield f"    and {count(len(lines) - _FEW, 'more line')}"
