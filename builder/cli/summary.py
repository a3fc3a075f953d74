"""Results in, the lines that a person reads out."""

import os
import shlex
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder.phrasing import count

if TYPE_CHECKING:
    from builder import outcomes
    from builder.formats.files import Export
    from builder.records import Rejection
    from builder.release.verify import Verified
    from builder.release.write import Released
    from builder.review.quality import LabelQuality
    from builder.status import Status
    from builder.studio.session import Address, Invitation
    from builder.training import evaluate
    from builder.validate.levels import Validated


# So many files are named one by one.
_FEW = 6

_VERDICTS = {
    "identical": "built again, every file is the same byte for byte",
    "same rows": "built again with other tools, the rows are the same (their digest is equal); "
    "the files differ, as those tools may spell them otherwise",
    "made otherwise": "it cannot be built again here, as it was made from or with something else",
    "different": "built again from the same, it differs",
}


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items()) or "none"


def _rejections(rejected: Iterable["Rejection"]) -> Iterator[str]:
    for item in rejected:
        line = f":{item.line}" if item.line else ""
        yield f"  rejected: {item.path}{line}: {item.reason}"


def ingested(result: "outcomes.Ingested") -> Iterator[str]:
    """Say what became of the seeds."""
    done = f"{result.new_seeds} new" if result.new_seeds else "nothing new"
    done += f", {len(result.renamed)} renamed" if result.renamed else ""
    yield (
        f"ingest    {count(result.seeds, 'seed')} -> {count(result.articles, 'article')} "
        f"in {count(result.stories, 'story')} ({done})"
    )
    yield f"          lines kept: {result.lines_kept}; dropped: {_counts(result.lines_dropped)}"
    yield "          (why each line was dropped stands in data/seeds)"
    if result.gone:
        yield f"          {count(len(result.gone), 'seed')} no longer in its folder (articles stay)"
    for path in result.changed:
        yield f"  changed: {path} since it was read: it makes a new article, the old one stays"
    for copy in result.copies:
        yield f"  copy: {copy.path}: {copy.reason}"
    for item in result.retracted:
        yield f"  {item.path}: {item.reason}; it is not read again: delete the file"
    yield from _rejections(result.rejected)


def annotated(result: "outcomes.Annotated") -> Iterator[str]:
    """Say what was suggested."""
    done = f"{result.new} new" if result.new else "nothing new"
    spans = sum(result.spans.values())
    yield (
        f"annotate  {count(spans, 'span')} in {count(result.articles, 'article')} "
        f"by {result.producer} ({done})"
    )
    yield f"          {_counts(result.spans)}"
    yield from _rejections(result.rejected)


def pushed(result: "outcomes.Pushed") -> Iterator[str]:
    """Say what was sent."""
    new = result.created - result.made_again
    done = [f"{new} new"] if new else []
    done += [f"{result.made_again} made again"] if result.made_again else []
    done += [f"{result.refreshed} with a newer suggestion"] if result.refreshed else []
    done += [f"{result.in_work} left as they are, being worked on"] if result.in_work else []
    done += [f"{result.retracted} deleted, being retracted"] if result.retracted else []
    done += [f"{result.removed} that stood there twice removed"] if result.removed else []
    yield (
        f"push      {count(result.tasks, 'task')} on {result.url} "
        f"({', '.join(done) or 'nothing new'})"
    )
    if result.refilled:
        yield f"          with people's work: {count(result.refilled, 'correction')} from the files"
    if result.unplaced:
        yield (
            f"          {count(result.unplaced, 'correction')} in the files alone: "
            "windows on the server are cut differently"
        )
    if result.interface_updated:
        yield "          the project has the interface of schemas/labels.toml now"
    if result.relabelled:
        yield f"          retired labels in suggestions: {_counts(result.relabelled)}"
    if result.kept:
        yield f"          retired labels in people's work, left as they are: {_counts(result.kept)}"


def pulled(result: "outcomes.Pulled") -> Iterator[str]:
    """Say what came back."""
    done = f"{result.new} new" if result.new else "nothing new"
    done += f", {result.withdrawn} of them withdrawn" if result.withdrawn else ""
    foreign = f", {count(result.foreign, 'task')} of others passed over" if result.foreign else ""
    yield f"pull      {count(result.corrections, 'correction')} ({done}{foreign})"
    if result.drafts:
        yield f"          {count(result.drafts, 'draft')} on the server, not sent yet"
    for key in result.deleted:
        yield f"  deleted on the server: task {key} (its corrections stay; push sends it again)"
    yield from _rejections(result.rejected)


def reviewed(result: "outcomes.Reviewed") -> Iterator[str]:
    """Say how far people have come."""
    done = f"{count(result.changed, 'article')} changed" if result.changed else "nothing new"
    yield f"review    sentences: {_counts(result.sentences)} ({done})"
    if result.changes:
        yield f"          what people changed: {_counts(result.changes)}"
    yield from _quality(result.quality)


def _quality(rows: "Sequence[LabelQuality]") -> Iterator[str]:
    """Say how good the suggestions were, over each layer and label by label."""
    from builder.review.quality import layer_quality

    for layer in layer_quality(rows):
        yield (
            f"          {layer.label} suggestions: precision {_figure(layer.precision)}, "
            f"recall {_figure(layer.recall)} ({layer.right} of {layer.suggested} exactly right, "
            f"{layer.gold} in people's work)"
        )
    if rows:
        yield f"          F1: {', '.join(f'{row.label} {_figure(row.f1)}' for row in rows)}"


def _figure(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.2f}"


def released(result: "Released") -> Iterator[str]:
    """Say what was released."""
    done = "new" if result.new else "nothing has changed since"
    left = f", {result.left_out} left out (see its manifest)" if result.left_out else ""
    yield f"release   {result.path}: {_counts(result.rows)}{left} ({done})"
    yield f"          sha256:{result.digest}"
    for item in result.refused:
        span = f" span {item.span}" if item.span else ""
        yield f"  refused: article {item.article}{span}: {item.reason}"


def exported(result: "Export") -> Iterator[str]:
    """Say which files an export wrote, and what its format has no room for."""
    yield f"export    {count(len(result.files), 'file')} of release {result.release}"
    yield from (f"          {name}" for name in result.files[:_FEW])
    if len(result.files) > _FEW:
        yield f"          and {len(result.files) - _FEW} more"
    for what, number in result.not_as_it_is.items():
        yield f"  not as it is: {number} {what}"


def verified(result: "Verified") -> Iterator[str]:
    """Say whether a release is intact and can be built again, and what differs."""
    yield f"{result.folder}: {'intact' if result.intact else 'NOT INTACT'}"
    yield from (f"  {damaged.file}: {damaged.reason}" for damaged in result.damage)
    yield f"{result.folder}: {_VERDICTS[result.verdict]}"
    for difference in result.differences:
        yield f"  {difference.file}: {difference.reason}"
    for tool, (then, now) in sorted(result.tools.items()):
        yield f"  {tool}: {then} then, {now} now"
    yield from (f"  {note}" for note in result.notes)
    yield f"  sha256:{result.rebuilt_digest} is the digest of the rebuilt rows"


def retracted(result: "outcomes.Retracted") -> Iterator[str]:
    """Say what was taken back, and where the text still is."""
    yield f"{result.article}: {result.told}"
    yield "Its text, suggestions, tasks, corrections and gold are gone from data/."
    yield "What the builder cannot take out:"
    for path in result.files:
        yield f"  {path} still holds the text: delete it"
    if result.releases:
        yield f"  releases that were made before hold it still: {', '.join(result.releases)}"
    yield "  so do the history in git, copies of releases, and models trained on them"
    yield "  a Label Studio server holds its tasks until the next builder push"
    if result.variants:
        yield f"Other articles tell the same story: {', '.join(result.variants)}"
    yield "The next release is a major version, and its notes name the retraction."


def studio(result: "Address", root: Path) -> Iterator[str]:
    """Say where Label Studio is and how to sign in."""
    if result.url is None:
        start = _command("studio start", root)
        yield f"Label Studio is not running. Start it: {start}"
    elif not result.embedded:
        yield f"Label Studio is at {result.url} (LABEL_STUDIO_URL)"
    else:
        yield f"Label Studio is at {result.url}"
        yield f"Sign in as {result.email}; the password is in {_near(result.password_file)}"
        yield f"Stop it: {_command('studio stop', root)}"


def invitation(result: "Invitation") -> Iterator[str]:
    """Say by which link people sign up."""
    yield result.link
    yield "Whoever has this link can sign up with it. To end it: builder studio invite --new"


def validated(result: "Validated") -> Iterator[str]:
    """List the findings."""
    yield from map(str, result.findings)
    yield (
        f"{count(result.records, 'record')} in {count(result.files, 'file')} and "
        f"{count(result.releases, 'release')}: {count(len(result.findings), 'finding')}"
    )


def evaluated(report: Mapping[str, Any], errors: "Iterable[evaluate.Error]" = ()) -> Iterator[str]:
    """Show precision, recall and F1 of each label, strict and partial, and the errors."""
    yield (
        f"{report['file']}: {count(report['documents'], 'document')}, "
        f"{report['words_per_second']:.0f} words a second"
    )
    for name in ("strict", "partial"):
        yield f"{name:<12} precision  recall      F1  95% interval"
        rows = {"micro": report[name]["micro"], **report[name]["labels"]}
        for label, row in rows.items():
            low, high = row["ci95"]
            yield (
                f"  {label:<12}{row['precision']:>7.3f} {row['recall']:>7.3f} {row['f1']:>7.3f}"
                f"  {low:.3f}-{high:.3f}"
            )
    for error in errors:
        yield f"{error.kind:<6} {error.label:<6} {error.document}: {error.context}"


def status(result: "Status") -> Iterator[str]:
    """Show the stages, one a line."""
    width = max(len(stage.holds) for stage in result.stages)
    for stage in result.stages:
        yield f"{stage.name:<9} {stage.holds:<{width}}  {stage.due or 'up to date'}"


def run(result: "outcomes.Run", root: Path) -> Iterator[str]:
    """Say what every stage did, how to load the result, and what to do next."""
    yield from ingested(result.ingest)
    yield from annotated(result.annotate)
    yield from pushed(result.push)
    yield from pulled(result.pull)
    yield from reviewed(result.review)
    yield from released(result.release)
    yield ""
    yield f"Waiting for annotators: {count(result.tasks_waiting, 'task')}."
    if result.studio.embedded:
        yield f"To open the tasks: {_command('studio start', root)}"
        yield f"                   (it says the address; sign in as {result.studio.email} with"
        yield f"                   the password in {_near(result.studio.password_file)})"
    else:
        yield f"To open the tasks: {result.studio.url}"
    yield f"When people are done: {_command('run', root)}"
    yield "To load the release:"
    yield "                   from datasets import load_dataset"
    path = _near(root / result.release.path)
    yield f'                   load_dataset("{path}", split="train")'


def _command(words: str, root: Path) -> str:
    """Return how this shell can call the builder for the workspace at ``root``."""
    program = "builder" if shutil.which("builder") else _near(sys.argv[0])
    place = "" if _near(root) == "." else f" --workspace {shlex.quote(_near(root))}"
    return f"{program} {words}{place}"


def _near(path: Path | str | None) -> str:
    """Return a path as seen from the current folder."""
    return os.path.relpath(path or "")
