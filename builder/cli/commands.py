"""Command lines in, one call of ``builder.pipeline`` a command, results and exit codes out.

What happens is said on stderr; the result goes to stdout, as text or with ``--json`` as JSON.
Exit codes: 0 done, 1 findings or failure, 2 usage. Heavy rooms are imported when they are needed.
"""

import json
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from builder.cli.signals import heeded
from builder.errors import BuilderError

if TYPE_CHECKING:
    from builder.formats.files import Format
    from builder.workspace.store import Workspace

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

_workspace_option = click.option(
    "--workspace",
    "root",
    type=click.Path(path_type=Path),
    default=Path(),
    show_default="the current folder",
    help="The folder that holds builder.toml.",
)
_json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


def _command(group: click.Group, name: str) -> Callable[[F], click.Command]:
    """Make a function a command with the options that every command has."""

    def wrap(function: F) -> click.Command:
        command: click.Command = click.command(name)(_workspace_option(_json_option(function)))
        group.add_command(command)
        return command

    return wrap


class _Group(click.Group):
    """Lists commands in the order in which data flows, and turns errors into messages."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BuilderError as error:
            raise click.ClickException(str(error)) from None
        except BrokenPipeError:
            raise
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{place}{error.strerror or error}") from None


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="labelled-dataset-builder")
@click.pass_context
def main(context: click.Context) -> None:
    """Turn raw news articles into a versioned, human-corrected dataset of entities and claims.

    \b
    The usual day:
      builder run            everything that is due, from seeds to release
      builder studio start   open Label Studio for annotators
      builder pull           fetch what they have submitted
      builder release        write the next version into data/releases
    """
    # A server that this command started is stopped on the way out, also when a supervisor ends it
    # or its terminal closes.
    context.with_resource(heeded())
    handler = logging.StreamHandler(sys.stderr)
    logger = logging.getLogger("builder")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)


@contextmanager
def _opened(root: Path) -> Iterator["Workspace"]:
    """Yield the workspace, locked against other commands that write."""
    from builder.workspace.store import open_workspace

    workspace = open_workspace(root)
    with workspace.lock():
        yield workspace


def _track(items: Sequence[T], what: str) -> Iterable[T]:
    """Show a progress bar on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty() or not items:
        return items
    from rich.console import Console
    from rich.progress import track

    return track(items, description=what, console=Console(stderr=True), transient=True)


def _show(result: Any, as_json: bool, lines: Iterable[str]) -> None:
    if as_json:
        click.echo(json.dumps(asdict(result), default=_plain, ensure_ascii=False, indent=2))
    else:
        for line in lines:
            click.echo(line)


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else str(value)


# --- commands, in the order in which data flows ---------------------------------------------

_stage = partial(_command, main)


@main.command("init")
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
def init(folder: Path) -> None:
    """Make FOLDER a workspace: builder.toml and seeds/."""
    from builder.workspace.init import init as make

    for line in make(folder):
        click.echo(line)


@_stage("ingest")
def ingest(root: Path, as_json: bool) -> None:
    """Clean seeds, freeze articles, group them into stories.

    Exits with 1 if a seed is rejected; the others are ingested all the same.
    """
    from builder import pipeline
    from builder.cli import summary

    with _opened(root) as workspace:
        result = pipeline.ingest(workspace, _track)
    _show(result, as_json, summary.ingested(result))
    if result.rejected:
        sys.exit(1)


@_stage("annotate")
def annotate(root: Path, as_json: bool) -> None:
    """Suggest entities and claims for new articles.

    Another pipeline, or another version of it, annotates all articles again. Exits with 1 if the
    pipeline fails on an article; the others are annotated all the same.
    """
    from builder import pipeline
    from builder.cli import summary

    with _opened(root) as workspace:
        result = pipeline.annotate(workspace, _track)
    _show(result, as_json, summary.annotated(result))
    if result.rejected:
        sys.exit(1)


@main.group("studio")
def studio() -> None:
    """Start, stop and see Label Studio; invite annotators."""


_studio = partial(_command, studio)


@_studio("start")
def studio_start(root: Path, as_json: bool) -> None:
    """Start the embedded server and leave it running for annotators."""
    from builder.cli import summary
    from builder.studio import session
    from builder.workspace.store import open_workspace

    result = session.start(open_workspace(root))
    _show(result, as_json, summary.studio(result, root))


@_studio("stop")
def studio_stop(root: Path, as_json: bool) -> None:
    """Stop the embedded server."""
    from builder.cli import summary
    from builder.studio import session
    from builder.workspace.store import open_workspace

    result = session.stop(open_workspace(root))
    _show(result, as_json, summary.studio(result, root))


@_studio("status")
def studio_status(root: Path, as_json: bool) -> None:
    """Say where the server is and how to sign in."""
    from builder.cli import summary
    from builder.studio import session
    from builder.workspace.store import open_workspace

    result = session.status(open_workspace(root))
    _show(result, as_json, summary.studio(result, root))


@studio.command("invite")
@click.option("--new", is_flag=True, help="Make a new link; the one given out before ends.")
@_workspace_option
@_json_option
def studio_invite(new: bool, root: Path, as_json: bool) -> None:
    """Print the link by which annotators sign up.

    Nobody can sign up without it on the embedded server.
    """
    from builder.cli import summary
    from builder.studio import session
    from builder.workspace.store import open_workspace

    result = session.invite(open_workspace(root), new=new)
    _show(result, as_json, summary.invitation(result))


@_stage("push")
def push(root: Path, as_json: bool) -> None:
    """Send the tasks to Label Studio, each once."""
    from builder import pipeline
    from builder.cli import summary

    with _opened(root) as workspace:
        result = pipeline.push(workspace)
    _show(result, as_json, summary.pushed(result))


@_stage("pull")
def pull(root: Path, as_json: bool) -> None:
    """Fetch what annotators have submitted.

    Reads what has changed since the last pull. Exits with 1 if any of it has to be refused.
    """
    from builder import pipeline
    from builder.cli import summary

    with _opened(root) as workspace:
        result = pipeline.pull(workspace)
    _show(result, as_json, summary.pulled(result))
    if result.rejected:
        sys.exit(1)


@_stage("review")
def review(root: Path, as_json: bool) -> None:
    """Build gold, and say what people changed."""
    from builder import pipeline
    from builder.cli import summary

    with _opened(root) as workspace:
        result = pipeline.review(workspace)
    _show(result, as_json, summary.reviewed(result))


def _version(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    from builder.dataset.version import is_version

    if value is not None and not is_version(value):
        raise click.BadParameter(f"{value!r} is not of the form 1.2.3")
    return value


@main.command("release")
@click.option(
    "--version",
    callback=_version,
    metavar="X.Y.Z",
    help="The version to give; a smaller one than the changes ask for is refused.",
)
@click.option("--verify", metavar="RELEASE", help="Build this release again and compare instead.")
@_workspace_option
@_json_option
def release(root: Path, version: str | None, verify: str | None, as_json: bool) -> None:
    """Write the next version, if anything has changed.

    With --verify, a folder or a version is checked, built again from what is in git and compared
    file by file. Exits with 1 if it is not intact, or if it was made from the same by the same
    versions and differs all the same; with what else it was made from or with, it says so.
    """
    from builder import pipeline
    from builder.cli import summary

    if verify is not None and version is not None:
        raise click.UsageError("--verify writes nothing, so it takes no --version")
    with _opened(root) as workspace:
        if verify is not None:
            found = pipeline.verify(workspace, verify, _track)
            _show(found, as_json, summary.verified(found))
            sys.exit(found.failed)
        result = pipeline.release(workspace, version, _track)
    _show(result, as_json, summary.released(result))


@main.command("diff")
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@_workspace_option
@_json_option
def diff(old: str, new: str, root: Path, as_json: bool) -> None:
    """Compare release B with the older release A, row by row.

    A and B are versions in data/releases, or folders. docs/releases.md describes the JSON.
    """
    from builder.dataset import manifest, notes
    from builder.dataset.compare import diff as compare

    releases = root / "data" / "releases"
    result = compare(manifest.find(old, releases), manifest.find(new, releases))
    _show(result, as_json, notes.lines(result))


@main.command("retract")
@click.argument("target", metavar="ARTICLE|SEED")
@click.option("--reason", required=True, help="Why; it stays in git and in notes: no names.")
@_workspace_option
@_json_option
def retract(target: str, reason: str, root: Path, as_json: bool) -> None:
    """Take an article back: its text, and its future releases.

    Names an article's id, or a seed's SHA-256 or path. Its id, the day and the reason stay as a
    tombstone in data/tombstones, so that the same seed is never read again.
    """
    from builder import pipeline
    from builder.cli import summary

    with _opened(root) as workspace:
        result = pipeline.retract(workspace, target, reason, datetime.now(UTC).date())
    _show(result, as_json, summary.retracted(result))


@main.command("export")
@click.argument(
    "form",
    metavar="FORMAT",
    type=click.Choice(["conll", "spacy", "label-studio", "prodigy", "brat"]),
)
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--release", "version", help="The version to export.", show_default="the newest")
@_workspace_option
@_json_option
def export(form: "Format", out: Path, version: str | None, root: Path, as_json: bool) -> None:
    """Write a release into the folder OUT in another tool's form.

    FORMAT is conll (CoNLL-2003, entities alone), spacy (DocBin), label-studio or prodigy (JSON
    Lines), or brat (stand-off files). docs/exports.md says what each of them holds.
    """
    from builder import pipeline
    from builder.cli import summary
    from builder.workspace.store import open_workspace

    result = pipeline.export(open_workspace(root), form, out, version)
    _show(result, as_json, summary.exported(result))


@main.command("evaluate")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--task",
    type=click.Choice(["entities", "claims", "sentences"]),
    required=True,
    help="What to compare.",
)
@click.option(
    "--pipeline",
    show_default="the workspace's, else builder",
    help="builder, rules, a model's folder, or an installed spaCy package.",
)
@click.option("--errors", is_flag=True, help="List every span that was missed or is wrong.")
@_workspace_option
@_json_option
def evaluate(
    file: Path, task: str, pipeline: str | None, errors: bool, root: Path, as_json: bool
) -> None:
    """Compare a pipeline with the gold in FILE.

    FILE holds JSON Lines of text and spans; docs/evaluation.md describes it and the figures.
    """
    from builder.cli import summary
    from builder.training.jobs import measure

    # What the command line names lies where it was typed, what builder.toml names beside it.
    configured = _configured_pipeline(root)
    named = (pipeline, Path()) if pipeline else (configured, root)
    result = measure(file, task, *named)
    listed = result.errors if errors else ()
    if as_json:
        more = {"errors": [asdict(error) for error in listed]} if errors else {}
        click.echo(json.dumps(result.report | more, ensure_ascii=False, indent=2))
        return
    for line in summary.evaluated(result.report, listed):
        click.echo(line)


def _configured_pipeline(root: Path) -> str:
    """Return the pipeline of the workspace at ``root``; the embedded one outside of any."""
    from builder.workspace.config import FILE_NAME, read

    if root == Path() and not (root / FILE_NAME).exists():
        return "builder"
    return read(root).annotate.pipeline


def _above_zero(_: click.Context, __: click.Parameter, value: float) -> float:
    if not 0 < value < float("inf"):
        raise click.BadParameter(f"{value} is not a number above 0.")
    return value


@main.command("train")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=1,
    show_default=True,
    help="The same seed and number of threads give the same model.",
)
@click.option(
    "--epochs",
    default=3.0,
    show_default=True,
    callback=_above_zero,
    help="How often to read everything.",
)
@click.option("--curve", is_flag=True, help="Only tell whether more annotation still pays.")
@_workspace_option
@_json_option
def train(
    folder: Path | None, seed: int, epochs: float, curve: bool, root: Path, as_json: bool
) -> None:
    """Train a tagger on gold, and on FOLDER if named.

    FOLDER holds JSON Lines of text and spans. Needs the extra 'train'. Other commands can work in
    the workspace while it trains.
    """
    from builder import pipeline
    from builder.cli import training
    from builder.training import jobs
    from builder.training.material import gather

    with _opened(root) as workspace:
        if workspace.corrections.load():
            pipeline.review(workspace)
        material = gather(workspace, folder)
    for line in training.gathered(material):
        click.echo(line, err=True)

    def report(progress: Any) -> None:
        click.echo(training.progress(progress), err=True)

    if curve:
        rows = jobs.curve(material, seed, epochs, report)
        _show(rows, as_json, training.curve(rows))
        return
    result = jobs.train(workspace, material, seed, epochs, report)
    _show(result, as_json, training.trained(result))


@_stage("validate")
def validate(root: Path, as_json: bool) -> None:
    """Check every file under data/; exit 1 on findings."""
    from builder.cli import summary
    from builder.validate.levels import validate as check
    from builder.workspace.store import open_workspace

    result = check(open_workspace(root))
    _show(result, as_json, summary.validated(result))
    if result.findings:
        sys.exit(1)


@_stage("status")
def status(root: Path, as_json: bool) -> None:
    """Show every stage's counts and what is due."""
    from builder.cli import summary
    from builder.status import status as look
    from builder.workspace.store import open_workspace

    result = look(open_workspace(root))
    _show(result, as_json, summary.status(result))


@_stage("run")
def run(root: Path, as_json: bool) -> None:
    """Do everything that is due, from seeds to release.

    Exits with 1 if a seed, an article or an annotation is rejected; all the rest is done all the
    same.
    """
    from builder import pipeline
    from builder.cli import summary

    with _opened(root) as workspace:
        result = pipeline.run(workspace, _track)
    _show(result, as_json, summary.run(result, root))
    if result.ingest.rejected or result.annotate.rejected or result.pull.rejected:
        sys.exit(1)
