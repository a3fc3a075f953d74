"""The group of all commands, and what they share: options, the lock, errors, printing.

What happens is said on stderr; the result goes to stdout, as text or with ``--json`` as JSON.
Exit codes: 0 done, 1 findings or failure, 2 usage. A command imports what it calls when it is
called, so that none waits for another's packages.
"""

import json
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from builder.cli.signals import heeded
from builder.errors import BuilderError
from builder.extras import NEEDS, need

if TYPE_CHECKING:
    from builder.workspace.folder import Workspace

T = TypeVar("T")
_WAIT = f"{__name__}.wait"


class Group(click.Group):
    """Lists commands in the order in which data flows, and turns errors into messages."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which the commands were added."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what a person can act on is said without a traceback."""
        try:
            return super().invoke(ctx)
        except BuilderError as error:
            raise click.ClickException(str(error)) from None
        except BrokenPipeError:
            raise
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{place}{error.strerror or error}") from None


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="labelled-dataset-builder")
@click.pass_context
def main(context: click.Context) -> None:
    """Turn raw news articles into a versioned, human-corrected dataset of entities and claims.

    \b
    The usual day:
      builder run            everything that is due, from seeds to release
      builder studio start   open Label Studio for annotators
      builder pull           fetch what they have submitted
      builder release        bring gold up to date and write the next version
    """
    # A server that this command started is stopped on the way out, also when a supervisor ends it
    # or its terminal closes.
    context.with_resource(heeded())
    handler = logging.StreamHandler(sys.stderr)
    logger = logging.getLogger("builder")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)


def command(name: str, *, writes: bool = False) -> Callable[[Callable[..., None]], click.Command]:
    """Make a function a command in a workspace, with the options of each after its own.

    One that ``writes`` can be told to wait for the workspace's lock, which ``opened`` takes.
    """

    def wrap(function: Callable[..., None]) -> click.Command:
        made = click.command(name)(_with_extras(function))
        made.params += [_wait_option()] if writes else []
        made.params += [
            click.Option(
                ["--workspace", "root"],
                type=click.Path(path_type=Path),
                default=Path(),
                show_default="the current folder",
                help="The folder that holds builder.toml.",
            ),
            click.Option(["--json", "as_json"], is_flag=True, help="Print the result as JSON."),
        ]
        return made

    return wrap


def _with_extras(function: Callable[..., None]) -> Callable[..., None]:
    """Make a command say which extra it lacks before it begins."""

    @wraps(function)
    def checked(*args: Any, **options: Any) -> None:
        context = click.get_current_context()
        while context.parent and context.parent.parent:
            context = context.parent
        name = context.info_name or ""
        need(name, *NEEDS[name])
        function(*args, **options)

    return checked


def _wait_option() -> click.Option:
    def keep(context: click.Context, _: click.Parameter, seconds: int) -> None:
        context.meta[_WAIT] = seconds

    return click.Option(
        ["--wait"],
        metavar="SECONDS",
        type=click.IntRange(min=0),
        default=0,
        expose_value=False,
        callback=keep,
        help="How long to wait for another command at work in the workspace.",
        show_default="not at all",
    )


dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Say which stages have something to do, and do nothing."
)
# A format is a module of builder/formats.
format_choice = click.Choice(
    ["jsonl", "conll", "spacy", "label-studio", "prodigy", "brat", "doccano", "xmi"]
)
strict_option = click.option(
    "--strict", is_flag=True, help="Read every file, whatever sizes and times say of it."
)


def show_due(
    root: Path, last: str, as_json: bool, *, strict: bool = False, ask_server: bool = False
) -> None:
    """Print what the stages up to ``last`` hold, and what is due; no data are changed."""
    from builder.cli.lines import workspace as lines
    from builder.status import status
    from builder.workspace.folder import open_workspace

    result = status(open_workspace(root, strict=strict), last, ask_server=ask_server)
    show(result, as_json, lines.status(result))


@contextmanager
def opened(root: Path, *, strict: bool = False) -> Iterator["Workspace"]:
    """Yield the workspace, locked against other commands that write.

    Another command at work is waited for as long as ``--wait`` says.
    """
    from builder.workspace.folder import open_workspace

    workspace = open_workspace(root, strict=strict)
    with workspace.lock(click.get_current_context().meta[_WAIT]):
        yield workspace


def track(items: Sequence[T], what: str) -> Iterable[T]:
    """Show a progress bar on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty() or not items:
        return items
    from rich.console import Console
    from rich.progress import track as shown

    return shown(items, description=what, console=Console(stderr=True), transient=True)


def show(
    result: Any, as_json: bool, lines: Iterable[str], also: Mapping[str, Any] | None = None
) -> None:
    """Print a result: as JSON, with further results by name, or the lines that a person reads."""
    if as_json:
        held = {**asdict(result), **{name: asdict(more) for name, more in (also or {}).items()}}
        click.echo(json.dumps(held, default=_plain, ensure_ascii=False, indent=2))
    else:
        for line in lines:
            click.echo(line)


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else str(value)
