"""Say how far a workspace has come."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from builder.cli.lines.phrases import first, looks

if TYPE_CHECKING:
    from builder.status import Status


def status(result: "Status") -> Iterator[str]:
    """Show the stages, one a line."""
    width = max(len(stage.holds) for stage in result.stages)
    for stage in result.stages:
        said = stage.due or stage.unknown or "up to date"
        yield f"{stage.name:<9} {stage.holds:<{width}}  {said}"
    held = [f"  held back: story {i}: {why}" for i, why in result.held_back.items()]
    yield from first(held, "stories held back")
    yield from looks(result.to_look_at)
