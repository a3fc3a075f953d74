"""The commands that take articles from stage to stage."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from builder.cli.group import (
    command,
    dry_run_option,
    opened,
    show,
    show_due,
    strict_option,
    track,
)
from builder.cli.lines import stages as lines

if TYPE_CHECKING:
    from builder.workspace.folder import Workspace


def _refuse_both(dry_run: bool, force: bool) -> None:
    if dry_run and force:
        raise click.UsageError("--dry-run does nothing, so it takes no --force")


@command("ingest", writes=True)
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option(
    "--preview",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Show how a file in the folder of seeds would be read, and write nothing.",
)
@click.option(
    "--explain",
    metavar="FILE",
    help="Show what each line of a file in the folder of seeds is taken for, and write nothing; "
    "FILE#RECORD is one of many records.",
)
@click.option(
    "--html",
    metavar="PAGE",
    type=click.Path(path_type=Path),
    help="With --explain: write it as an HTML page.",
)
@click.option(
    "--refreeze",
    metavar="SEED",
    multiple=True,
    help="Take the text that this seed has now, cleaned as it is now; may be given several times.",
)
def ingest(
    root: Path,
    sources: tuple[str, ...],
    preview: Path | None,
    explain: str | None,
    html: Path | None,
    refreeze: tuple[str, ...],
    as_json: bool,
) -> None:
    """Clean seeds, freeze articles, group them into stories.

    Seeds lie in the folder of seeds. A SOURCE is copied there first: a file, a folder, a pattern,
    an address such as s3://bucket/pages/*.html, or datasets:ID for a dataset.

    An article stays as it was frozen, also when its seed is edited. With --refreeze a new article
    takes its place, and people's corrections are carried over where their words are still there.

    Exits with 1 if a seed is rejected; the others are ingested all the same.
    """
    from builder import pipeline
    from builder.ingest import fetching

    if html is not None and explain is None:
        raise click.UsageError("--html writes what --explain shows: name a file with --explain")
    if preview is not None or explain is not None:
        if sources or refreeze or (preview is not None and explain is not None):
            raise click.UsageError(
                "--preview and --explain read a file alone: they take no SOURCE, no --refreeze and "
                "not each other"
            )
        _look(root, preview, explain, html, as_json)
        return
    with opened(root) as workspace:
        fetched = fetching.fetch(workspace, sources, track)
        result = pipeline.ingest(workspace, track, refreeze)
    show(result, as_json, [*lines.fetched(fetched), *lines.ingested(result)])
    if result.rejected:
        sys.exit(1)


def _look(
    root: Path, preview: Path | None, explain: str | None, html: Path | None, as_json: bool
) -> None:
    """Show how a file would be read, or cleaned; nothing is written into the workspace."""
    from builder.workspace.folder import open_workspace

    workspace = open_workspace(root)
    if preview is not None:
        from builder.ingest import previewing

        shown = previewing.preview(workspace, preview)
        show(shown, as_json, lines.previewed(shown))
    elif explain is not None:
        from builder.cli.lines import explained
        from builder.ingest import explaining

        found = explaining.explain(workspace, explain)
        if html is not None:
            html.write_text(explained.page(found), encoding="utf-8")
            click.echo(f"{html}: written", err=True)
        if as_json or html is None:
            show(found, as_json, explained.on_terminal(found))


@command("annotate", writes=True)
@dry_run_option
@click.option("--force", is_flag=True, help="Make every suggestion again.")
def annotate(root: Path, dry_run: bool, force: bool, as_json: bool) -> None:
    """Suggest entities and claims for new articles.

    Another pipeline, or another version of it, annotates all articles again. Exits with 1 if the
    pipeline fails on an article; the others are annotated all the same.
    """
    from builder import pipeline

    _refuse_both(dry_run, force)
    if dry_run:
        show_due(root, "annotate", as_json)
        return
    with opened(root) as workspace:
        result = pipeline.annotate(workspace, track, force=force)
    show(result, as_json, lines.annotated(result))
    if result.rejected:
        sys.exit(1)


@command("push", writes=True)
def push(root: Path, as_json: bool) -> None:
    """Send the tasks to Label Studio, each once.

    Exits with 1 if a correction breaks the contract: its article is left as it is on the server.
    """
    from builder import pipeline

    with opened(root) as workspace:
        result = pipeline.push(workspace, track)
    show(result, as_json, lines.pushed(result))
    if result.rejected:
        sys.exit(1)


@command("pull", writes=True)
def pull(root: Path, as_json: bool) -> None:
    """Fetch what annotators have submitted.

    Reads what has changed since the last pull. Exits with 1 if any of it has to be refused.
    """
    from builder import pipeline

    with opened(root) as workspace:
        result = pipeline.pull(workspace)
    show(result, as_json, lines.pulled(result))
    if result.rejected:
        sys.exit(1)


@command("review", writes=True)
@dry_run_option
@click.option("--force", is_flag=True, help="Build the gold of every article again.")
@click.option(
    "--agreement",
    "tables",
    is_flag=True,
    help="Show in full how far people agree who looked at the same passages.",
)
@click.option(
    "--effort",
    is_flag=True,
    help="Say how long people took, what became of suggestions, and what these did to the work.",
)
def review(
    root: Path, dry_run: bool, force: bool, tables: bool, effort: bool, as_json: bool
) -> None:
    """Build gold, and say what people changed and how far they agree.

    Suggestions are brought up to date first. Exits with 1 if a correction breaks the contract: its
    article gets no gold.
    """
    from builder import pipeline
    from builder.cli.lines import agreement

    _refuse_both(dry_run, force)
    if dry_run and effort:
        raise click.UsageError("--effort measures what is there, and --dry-run does nothing")
    if dry_run:
        show_due(root, "review", as_json)
        return
    with opened(root) as workspace:
        result = pipeline.review(workspace, track, force=force)
        found = pipeline.agreement(workspace)
        also, told = _effort(workspace) if effort else ({}, ())
    if tables or found.passages:
        result = pipeline.ReviewedTogether(**vars(result), agreement=found)
    agreed = agreement.whole(found) if tables else agreement.summary(found)
    show(result, as_json, [*lines.reviewed(result), *agreed, *told], also)
    if result.rejected:
        sys.exit(1)


def _effort(workspace: "Workspace") -> tuple[dict[str, Any], Iterable[str]]:
    """Return the figures of people's work by name, and what to say of them."""
    from builder.cli.lines import effort as effort_lines
    from builder.review.measuring import measure_effort

    figures = measure_effort(workspace, track)
    return {"effort": figures}, effort_lines.figures(figures)


@command("run", writes=True)
@dry_run_option
@click.option("--force", is_flag=True, help="Make all suggestions and all gold again.")
@strict_option
def run(root: Path, dry_run: bool, force: bool, strict: bool, as_json: bool) -> None:
    """Do everything that is due, from seeds to release.

    Exits with 1 if a seed, an article or an annotation is rejected; all the rest is done all the
    same.
    """
    from builder import pipeline

    _refuse_both(dry_run, force)
    if dry_run:
        show_due(root, "release", as_json, strict=strict)
        return
    with opened(root, strict=strict) as workspace:
        result = pipeline.run(workspace, track, force=force)
    show(result, as_json, lines.run(result, root))
    done = (result.ingest, result.annotate, result.push, result.pull, result.review)
    if any(stage.rejected for stage in done):
        sys.exit(1)
