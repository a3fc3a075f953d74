"""Say how far a workspace has come and what is wrong in it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from builder.cli.lines.phrases import looks
from builder.phrasing import count

if TYPE_CHECKING:
    from builder.status import Status
    from builder.validate.levels import Validated


def validated(result: "Validated") -> Iterator[str]:
    """List the findings."""
    yield from map(str, result.findings)
    yield (
        f"{count(result.records, 'record')} in {count(result.files, 'file')} and "
        f"{count(result.releases, 'release')}: {count(len(result.findings), 'finding')}"
    )


def status(result: "Status") -> Iterator[str]:
    """Show the stages, one a line."""
    width = max(len(stage.holds) for stage in result.stages)
    for stage in result.stages:
        said = stage.due or stage.unknown or "up to date"
        yield f"{stage.name:<9} {stage.holds:<{width}}  {said}"
    yield from looks(result.to_look_at)
