"""The command that takes existing work in."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli.group import command, format_choice, opened, show
from builder.cli.lines import importing as lines

if TYPE_CHECKING:
    from builder.formats.files import Format


@command("import", writes=True)
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True),
)
@click.option(
    "--format",
    "form",
    required=True,
    type=format_choice,
    help="What the files are in; docs/importing.md says what of each is read.",
)
@click.option(
    "--as",
    "kind",
    required=True,
    type=click.Choice(["corrections", "suggestions"]),
    help="Whether a person or a machine has made the marks.",
)
@click.option("--annotator", metavar="NAME", help="Whose corrections: an address, or a pseudonym.")
@click.option("--guidelines", metavar="VERSION", help="The guidelines that they followed.")
@click.option("--blind", is_flag=True, help="The annotator was shown no suggestions.")
@click.option("--producer", metavar="NAME@VERSION", help="The machine whose suggestions they are.")
def import_(
    files: tuple[Path, ...],
    form: "Format",
    kind: str,
    annotator: str | None,
    guidelines: str | None,
    blind: bool,
    producer: str | None,
    root: Path,
    as_json: bool,
) -> None:
    """Take existing work in, of a person or of a machine.

    A FILE may be a folder. Texts are matched to the workspace's articles, labels become the
    workspace's as [labels.map] says. Nobody's work is replaced: corrections stand beside those of
    others. Suggestions are used where builder.toml says so: pipeline = "import:NAME@VERSION".

    Exits with 1 if something is left out; all else is taken in.
    """
    from builder import pipeline

    if kind == "corrections":
        if annotator is None or guidelines is None or producer is not None:
            raise click.UsageError(
                "--as corrections takes --annotator and --guidelines, and no --producer"
            )
        if not annotator.strip() or not guidelines.strip():
            raise click.UsageError("--annotator and --guidelines name something")
        when = datetime.now(UTC).replace(microsecond=0)
        with opened(root) as workspace:
            result = pipeline.import_corrections(
                workspace, files, form, annotator, guidelines, when=when, blind=blind
            )
    else:
        if producer is None or annotator is not None or guidelines is not None or blind:
            raise click.UsageError(
                "--as suggestions takes --producer, and no --annotator, --guidelines or --blind"
            )
        with opened(root) as workspace:
            result = pipeline.import_suggestions(workspace, files, form, producer)
    show(result, as_json, lines.imported(result))
    if result.rejected:
        sys.exit(1)
