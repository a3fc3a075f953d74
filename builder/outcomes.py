"""What each stage of the pipeline did: counts, and what a person has to know of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Released:
    """The newest release, and what it holds."""

    path: str
    version: str
    digest: str
    new: bool
    rows: dict[str, int]
    left_out: int


@dataclass(frozen=True)
class Exported:
    """The files of an export, and how many spans its format cannot hold as they are."""

    release: str
    files: list[str]
    not_as_it_is: dict[str, int]
