"""The commands that take articles from stage to stage."""

import sys
from pathlib import Path

from builder.cli.group import command, opened, show, track
from builder.cli.lines import stages as lines


@command("ingest")
def ingest(root: Path, as_json: bool) -> None:
    """Clean seeds, freeze articles, group them into stories.

    Exits with 1 if a seed is rejected; the others are ingested all the same.
    """
    from builder import pipeline

    with opened(root) as workspace:
        result = pipeline.ingest(workspace, track)
    show(result, as_json, lines.ingested(result))
    if result.rejected:
        sys.exit(1)


@command("annotate")
def annotate(root: Path, as_json: bool) -> None:
    """Suggest entities and claims for new articles.

    Another pipeline, or another version of it, annotates all articles again. Exits with 1 if the
    pipeline fails on an article; the others are annotated all the same.
    """
    from builder import pipeline

    with opened(root) as workspace:
        result = pipeline.annotate(workspace, track)
    show(result, as_json, lines.annotated(result))
    if result.rejected:
        sys.exit(1)


@command("push")
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


@command("pull")
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


@command("review")
def review(root: Path, as_json: bool) -> None:
    """Build gold, and say what people changed.

    Suggestions are brought up to date first. Exits with 1 if a correction breaks the contract: its
    article gets no gold.
    """
    from builder import pipeline

    with opened(root) as workspace:
        result = pipeline.review(workspace, track)
    show(result, as_json, lines.reviewed(result))
    if result.rejected:
        sys.exit(1)


@command("run")
def run(root: Path, as_json: bool) -> None:
    """Do everything that is due, from seeds to release.

    Exits with 1 if a seed, an article or an annotation is rejected; all the rest is done all the
    same.
    """
    from builder import pipeline

    with opened(root) as workspace:
        result = pipeline.run(workspace, track)
    show(result, as_json, lines.run(result, root))
    done = (result.ingest, result.annotate, result.push, result.pull, result.review)
    if any(stage.rejected for stage in done):
        sys.exit(1)
