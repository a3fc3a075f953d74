"""The commands that make a workspace, check it and say how far it has come."""

import os
import sys
from pathlib import Path

import click

from builder.cli.group import command, show, show_due, strict_option

# Those of builder.validate.formats.forms, which no other command has to load.
FORM_NAMES = ("text", "json", "github", "junit", "sarif")


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
def init(folder: Path) -> None:
    """Make FOLDER a workspace: builder.toml and seeds/."""
    from builder.workspace.init import init as make

    for line in make(folder):
        click.echo(line)


@command("validate")
@click.argument("target", nargs=-1)
@click.option(
    "--against",
    metavar="REF|RELEASE|PATH",
    help="Check too what has changed since a commit, a release or another folder.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORM_NAMES),
    help="How to say what was found.  [default: text]",
)
@click.option(
    "--most",
    metavar="N",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    help="How many findings to show; json and sarif hold all.",
)
@click.option("--allow-empty", is_flag=True, help="A workspace that holds no data is no finding.")
def validate(
    target: tuple[str, ...],
    root: Path,
    against: str | None,
    form: str | None,
    most: int,
    allow_empty: bool,
    as_json: bool,
) -> None:
    """Check every file under data/; exit 1 on findings.

    TARGETs are checked instead, if any are named: files of records, folders of them, workspaces,
    releases, and published datasets, as in hf://datasets/org/name@1.2.0.

    With --format github, the summary of the job is written too, if GitHub has named a file for it.
    """
    from builder.validate.formats.forms import FORMS
    from builder.validate.formats.report import make_report
    from builder.validate.levels import validate as check
    from builder.validate.targets import validate_targets
    from builder.workspace.folder import open_workspace

    form = _form(form, as_json)
    if target and against:
        raise click.UsageError("--against is for a workspace, and not for TARGETs")
    if target:
        root, result = Path(), validate_targets(target)
    else:
        result = check(open_workspace(root), allow_empty=allow_empty, against=against)
    report = make_report(result, root=root, environment=os.environ, most=most)
    click.echo(FORMS[form](report).encode("utf-8"), nl=False)
    if form == "github" and (summary_file := os.environ.get("GITHUB_STEP_SUMMARY")):
        from builder.validate.formats.as_github import summary

        with Path(summary_file).open("a", encoding="utf-8") as file:
            file.write(summary(report))
    if result.findings:
        sys.exit(1)


def _form(form: str | None, as_json: bool) -> str:
    if as_json and form not in (None, "json"):
        raise click.UsageError(f"--json and --format {form} ask for two forms: say one of them")
    return "json" if as_json else form or "text"


@command("status")
@strict_option
@click.option("--offline", is_flag=True, help="Ask no server what people have submitted.")
@click.option("--people", is_flag=True, help="Show how far each person has come instead.")
def status(root: Path, strict: bool, offline: bool, people: bool, as_json: bool) -> None:
    """Show every stage's counts and what is due.

    Asks the server, for a second at most, what people have submitted since the last pull.
    """
    if people:
        _people(root, strict, as_json)
        return
    show_due(root, "release", as_json, strict=strict, ask_server=not offline)


def _people(root: Path, strict: bool, as_json: bool) -> None:
    from builder.cli.lines import effort as lines
    from builder.review.people import team_progress
    from builder.workspace.folder import open_workspace

    result = team_progress(open_workspace(root, strict=strict))
    show(result, as_json, lines.people(result))
