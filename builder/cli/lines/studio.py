"""Say where Label Studio is and how people get in."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from builder.cli.lines.phrases import near, typed
from builder.phrasing import count

if TYPE_CHECKING:
    from builder.studio.presence import AtWork
    from builder.studio.session import Address, Invitation


def studio(result: "Address", root: Path) -> Iterator[str]:
    """Say where Label Studio is and how to sign in."""
    if result.url is None:
        start = typed("studio start", root)
        yield f"Label Studio is not running. Start it: {start}"
    elif not result.embedded:
        yield f"Label Studio is at {result.url} (LABEL_STUDIO_URL)"
    else:
        yield f"Label Studio is at {result.url}"
        yield f"Sign in as {result.email}; the password is in {near(result.password_file)}"
        yield f"Stop it: {typed('studio stop', root)}"


def at_work(people: "AtWork") -> Iterator[str]:
    """Say who would be cut off if the server were stopped."""
    if people.unanswered:
        yield people.unanswered
    if people.active:
        yield f"{len(people.active)} active in the last 10 minutes: {', '.join(people.active)}"
    if people.drafts:
        drafts = count(sum(people.drafts.values()), "draft")
        by = ", ".join(f"{name} {number}" for name, number in people.drafts.items())
        yield f"{drafts} not sent: {by} (they stay, and are there when it starts again)"


def invitation(result: "Invitation") -> Iterator[str]:
    """Say by which link people sign up."""
    yield result.link
    yield "Whoever has this link can sign up with it. To end it: builder studio invite --new"
