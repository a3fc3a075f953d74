"""The commands that measure pipelines and train a tagger."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from builder.cli.group import command, opened, show
from builder.cli.lines import model as lines

if TYPE_CHECKING:
    from builder.workspace.config import Config


@command("evaluate")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--task",
    type=click.Choice(["entities", "claims", "author", "sentences", "cleaning", "stories"]),
    required=True,
    help="What to compare.",
)
@click.option(
    "--pipeline",
    show_default="the workspace's, else builder",
    help="builder, rules, a model's folder, or an installed spaCy package.",
)
@click.option(
    "--errors",
    is_flag=True,
    help="List every span that was missed or is wrong; for cleaning, every text below F1 0.9; "
    "for stories, the pairs of texts, and what they share.",
)
def evaluate(
    file: Path, task: str, pipeline: str | None, errors: bool, root: Path, as_json: bool
) -> None:
    """Compare a pipeline with the gold in FILE.

    FILE holds JSON Lines of text and spans, for cleaning of dump and body, for stories of text and
    story; docs/evaluation.md describes it and the figures.
    """
    from builder.ingest.cleaning.model_files import model_of

    configured = _config(root)
    if task in ("cleaning", "stories"):
        if pipeline:
            does = "cleans pages" if task == "cleaning" else "groups texts into stories"
            raise click.UsageError(f"--pipeline: no pipeline {does}")
        _evaluate_ingest(file, task, model_of(configured.ingest.cleaner, root), errors, as_json)
        return
    from builder.training.jobs import measure

    # What the command line names lies where it was typed, what builder.toml names beside it.
    named = (pipeline, Path()) if pipeline else (configured.annotate.pipeline, root)
    result = measure(file, task, *named)
    listed = result.errors if errors else ()
    if as_json:
        more = {"errors": [asdict(error) for error in listed]} if errors else {}
        click.echo(json.dumps(result.report | more, ensure_ascii=False, indent=2))
        return
    for line in lines.evaluated(result.report, listed):
        click.echo(line)


def _evaluate_ingest(file: Path, task: str, model: Path, errors: bool, as_json: bool) -> None:
    """Show how well ingest cleans the pages of a file, or groups its texts."""
    from builder.training import cleaning, story_pairs

    found: cleaning.Cleaning | story_pairs.StoryPairs
    if task == "cleaning":
        found = cleaning.measure(file, model)
        told = lines.cleaned(found, errors)
    else:
        found = story_pairs.measure(file, errors)
        told = lines.told_stories(found, errors)
    if as_json:
        click.echo(json.dumps(found.shown(errors), ensure_ascii=False, indent=2))
        return
    for line in told:
        click.echo(line)


def _config(root: Path) -> "Config":
    """Return the settings of the workspace at ``root``; the default ones outside of any."""
    from builder.workspace import config

    if root == Path() and not (root / config.FILE_NAME).exists():
        return config.Config()
    return config.read(root)


def _above_zero(_: click.Context, __: click.Parameter, value: float) -> float:
    if not 0 < value < float("inf"):
        raise click.BadParameter(f"{value} is not a number above 0.")
    return value


@command("train", writes=True)
@click.argument("source", type=click.Path(path_type=Path), required=False)
@click.option(
    "--task",
    type=click.Choice(["tagger", "cleaning"]),
    default="tagger",
    show_default=True,
    help="What to train: the tagger of entities and claims, or the cleaner's model of lines.",
)
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
def train(
    source: Path | None, task: str, seed: int, epochs: float, curve: bool, root: Path, as_json: bool
) -> None:
    """Train a tagger on gold, and on the folder SOURCE if named; or the cleaner on marked pages.

    For a tagger SOURCE holds JSON Lines of text and spans; with --task cleaning it is a file of
    JSON Lines of dump and body (docs/cleaning.md). Needs the extra 'train'. Other commands can work
    in the workspace while it trains.
    """
    if task == "cleaning":
        given = click.get_current_context().get_parameter_source("epochs")
        if source is None or curve or given is ParameterSource.COMMANDLINE:
            raise click.UsageError(
                "--task cleaning takes a file of marked pages, and no --epochs or --curve"
            )
        _train_cleaner(root, source, seed, as_json)
        return
    from builder import pipeline
    from builder.training import jobs
    from builder.training.material import gather

    with opened(root) as workspace:
        if workspace.corrections.load():
            pipeline.review(workspace)
        material = gather(workspace, source)
    for line in lines.gathered(material):
        click.echo(line, err=True)

    def report(progress: Any) -> None:
        click.echo(lines.progress(progress), err=True)

    if curve:
        rows = jobs.curve(material, seed, epochs, report)
        show(rows, as_json, lines.curve(rows))
        return
    result = jobs.train(workspace, material, seed, epochs, report)
    show(result, as_json, lines.trained(result))


def _train_cleaner(root: Path, source: Path, seed: int, as_json: bool) -> None:
    """Train the cleaner's model of lines on a file of marked pages."""
    from builder.training import cleaner
    from builder.workspace.folder import open_workspace

    def report(at: str) -> None:
        click.echo(at, err=True)

    result = cleaner.train(open_workspace(root), source, seed, report)
    show(result, as_json, lines.trained_cleaner(result))
