"""The commands that write, compare, publish and export releases, and take articles out of them."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli.group import command, dry_run_option, format_choice, opened, show, show_due, track
from builder.cli.lines import release as lines

if TYPE_CHECKING:
    from builder.formats.files import Format


def _version(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    from builder.dataset.version import is_version

    if value is not None and not is_version(value):
        raise click.BadParameter(f"{value!r} is not of the form 1.2.3")
    return value


@command("release", writes=True)
@click.option(
    "--version",
    callback=_version,
    metavar="X.Y.Z",
    help="The version to give; a smaller one than the changes ask for is refused.",
)
@click.option(
    "--no-text",
    is_flag=True,
    help="Write the form without text of the newest release instead, or of --version.",
)
@click.option("--verify", metavar="RELEASE", help="Build this release again and compare instead.")
@dry_run_option
def release(
    root: Path,
    version: str | None,
    no_text: bool,
    verify: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Write the next version, if anything has changed.

    Suggestions and gold are brought up to date first. With --verify, a folder or a version is
    checked, built again from what is in git and compared file by file. Exits with 1 if it is not
    intact, or if it was made from the same by the same versions and differs all the same; with what
    else it was made from or with, it says so.

    With --no-text, nothing is released: beside a release its form without text is written, which
    holds ids, places and labels, and which builder hydrate fills in.
    """
    from builder import pipeline

    if verify is not None and version is not None:
        raise click.UsageError("--verify writes nothing, so it takes no --version")
    if dry_run and ((verify or version) is not None or no_text):
        raise click.UsageError(
            "--dry-run does nothing, so it takes no --verify, --version or --no-text"
        )
    if no_text and verify is not None:
        raise click.UsageError("--verify writes nothing, so it takes no --no-text")
    if dry_run:
        show_due(root, "release", as_json)
        return
    with opened(root) as workspace:
        if verify is not None:
            found = pipeline.verify(workspace, verify, track)
            show(found, as_json, lines.verified(found))
            sys.exit(found.failed)
        if no_text:
            made = pipeline.release_without_text(workspace, version, track)
            show(made, as_json, lines.text_free(made))
            return
        result = pipeline.release(workspace, version, track)
    show(result, as_json, lines.released(result))
    if result.refused:
        sys.exit(1)


@command("diff")
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
def diff(old: str, new: str, root: Path, as_json: bool) -> None:
    """Compare release B with the older release A, row by row.

    A and B are versions in data/releases, or folders. docs/releases.md describes the JSON.
    """
    from builder.dataset import compare, notes

    result = compare.diff(old, new, root / "data" / "releases")
    show(result, as_json, notes.lines(result))


@command("hydrate")
@click.argument("name", metavar="RELEASE")
@click.option(
    "--seeds",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder with your copies of the articles, as builder ingest would read it.",
)
@click.option(
    "--articles",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file of records that hold your copies, such as JSON Lines.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write.",
    show_default="beside RELEASE",
)
def hydrate(
    name: str,
    seeds: Path | None,
    articles: Path | None,
    out: Path | None,
    root: Path,
    as_json: bool,
) -> None:
    """Fill in a release without text from your own copies of its articles.

    RELEASE is a folder, or its name in data/releases, such as 1.2.0-no-text. Texts are known by
    their hashes. A copy that differs a little is laid beside what is known of the article, and what
    stands in it is carried over; the rest is named with the reason. Exits with 1 if an article has
    no copy.
    """
    from builder import pipeline
    from builder.dataset import manifest

    copies = seeds or articles
    if copies is None or (seeds and articles):
        raise click.UsageError("give one of --seeds and --articles")
    folder = manifest.find(name, root / "data" / "releases")
    result = pipeline.hydrate(folder, copies, out, track)
    show(result, as_json, lines.hydrated(result))
    if result.articles["missing"]:
        sys.exit(1)


@command("publish", writes=True)
@click.argument("target")
@click.option(
    "--version", callback=_version, metavar="X.Y.Z", help="The release.", show_default="the newest"
)
@click.option("--no-text", is_flag=True, help="Publish its form without text.")
@click.option("--public", is_flag=True, help="Let everybody read it; otherwise it is private.")
@click.option("--gated", is_flag=True, help="Let readers ask for access, and you decide.")
@click.option(
    "--overwrite", is_flag=True, help="Replace what others have changed there, such as the card."
)
@click.option("--dry-run", is_flag=True, help="Say what would go where, and do nothing.")
def publish(
    target: str,
    version: str | None,
    no_text: bool,
    public: bool,
    gated: bool,
    overwrite: bool,
    dry_run: bool,
    root: Path,
    as_json: bool,
) -> None:
    """Publish a release to the Hub, a bucket or a folder.

    TARGET is hf://datasets/ORGANISATION/NAME, s3://bucket/prefix, or a folder. A version that was
    published is never changed. Text that [rights] did not let go when the release was made is
    not sent (docs/rights.md). Cut off, the same command goes on from what is there. Log in with
    HF_TOKEN or hf auth login; docs/publishing.md tells all of it.
    """
    from builder import pipeline
    from builder.publish import stage
    from builder.publish.plan import Wishes
    from builder.workspace.folder import open_workspace

    if dry_run:
        wishes = Wishes(no_text, public, gated, overwrite)
        planned = stage.plan(open_workspace(root), target, version, wishes)
        show(planned, as_json, lines.planned(planned))
        return
    when = datetime.now(UTC).replace(microsecond=0)
    with opened(root) as workspace:
        result = pipeline.publish(
            workspace,
            target,
            version,
            when=when,
            no_text=no_text,
            public=public,
            gated=gated,
            overwrite=overwrite,
        )
    show(result, as_json, lines.published(result))


@command("retract", writes=True)
@click.argument("target", metavar="ARTICLE|SEED")
@click.option("--reason", required=True, help="Why; it stays in git and in notes: no names.")
def retract(target: str, reason: str, root: Path, as_json: bool) -> None:
    """Take an article back: its text, and its future releases.

    Names an article's id, or a seed's SHA-256 or path. Its id, the day and the reason stay as a
    tombstone in data/tombstones, so that the same seed is never read again.
    """
    from builder import pipeline

    with opened(root) as workspace:
        result = pipeline.retract(workspace, target, reason, datetime.now(UTC).date())
    show(result, as_json, lines.retracted(result))


@command("export")
@click.argument(
    "form",
    metavar="FORMAT",
    type=format_choice,
)
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--release", "version", help="The version to export.", show_default="the newest")
def export(form: "Format", out: Path, version: str | None, root: Path, as_json: bool) -> None:
    """Write a release into the folder OUT in another tool's form.

    FORMAT is jsonl (the builder's own), conll (CoNLL-2003, entities alone), spacy (DocBin),
    label-studio, prodigy or doccano (JSON Lines), brat (stand-off files), or xmi (INCEpTION).
    docs/exports.md says what each of them holds; builder import reads them.
    """
    from builder import pipeline
    from builder.workspace.folder import open_workspace

    result = pipeline.export(open_workspace(root), form, out, version)
    show(result, as_json, lines.exported(result))
