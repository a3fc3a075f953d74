"""Tell where a release is published: in a repository of the Hub, or in a folder."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from builder.errors import BuilderError

_NAME = "[A-Za-z0-9][A-Za-z0-9._-]*"
_REPOSITORY = re.compile(rf"hf://datasets/({_NAME}/{_NAME})")


@dataclass(frozen=True)
class HubTarget:
    """A repository of datasets on the Hub."""

    address: str
    repository: str


@dataclass(frozen=True)
class FolderTarget:
    """A folder that holds a folder a version: on a disk, or wherever fsspec reaches."""

    address: str


def parse(text: str, data: Path) -> HubTarget | FolderTarget:
    """Return the target that a person has named.

    Args:
        text: ``hf://datasets/org/name``, an address that fsspec knows, or the path of a folder.
        data: the folder of the workspace's data, into which nothing is published.

    Raises:
        BuilderError: it is none of these, or holds a password.

    """
    address = text.rstrip("/")
    if address.startswith("hf:"):
        match = _REPOSITORY.fullmatch(address)
        if match is None:
            raise BuilderError(f"{text}: a repository is named as hf://datasets/ORGANISATION/NAME")
        return HubTarget(address, match[1])
    if not address:
        raise BuilderError(f"{text!r}: names no folder")
    scheme, there, path = address.rpartition("://")
    if not there or scheme in ("file", "local"):
        if Path(path).resolve().is_relative_to(data.resolve()):
            raise BuilderError(f"{text}: lies in the workspace's own data; name a folder elsewhere")
        # From another folder, the same words would mean another place.
        address = Path(path).resolve().as_posix()
    elif "@" in urlsplit(address).netloc:
        # It would be written down with the publication.
        raise BuilderError("the target holds a name or password before an @: give it otherwise")
    return FolderTarget(address)
