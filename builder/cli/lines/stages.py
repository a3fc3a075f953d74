"""Say what the stages did."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from builder.cli.lines import rounds, stories
from builder.cli.lines.phrases import counts, first, looks, near, rejections, typed
from builder.cli.lines.release import released
from builder.phrasing import count

if TYPE_CHECKING:
    from builder.annotate.stage import Annotated
    from builder.ingest.fetching import Brought
    from builder.ingest.previewing import Preview
    from builder.ingest.stage import Ingested
    from builder.pipeline import Run
    from builder.review.quality import LabelQuality
    from builder.review.stage import Reviewed
    from builder.studio.stage import Pulled, Pushed

_MOST_FAULTS = 10


def fetched(result: "Brought") -> Iterator[str]:
    """Say what was brought into the folder of seeds."""
    if result.new or result.there:
        there = f" ({count(len(result.there), 'other')} there already)" if result.there else ""
        yield f"fetched   {count(len(result.new), 'file')}{there}"


def previewed(shown: "Preview") -> Iterator[str]:
    """Say how a file would be read, and which mapping of its fields to keep."""
    yield f"{shown.file}: {count(shown.articles, 'article')}, read as {shown.reader}"
    if shown.fields:
        kept = "guessed" if shown.guessed else "as builder.toml says"
        yield f"  fields ({kept}): " + ", ".join(f"{t} = {n}" for t, n in shown.fields.items())
        if shown.others:
            yield f"  not read: {', '.join(shown.others)}"
    for sample in shown.samples:
        if sample.reason:
            yield f"  {sample.name}: would be rejected: {sample.reason}"
            continue
        yield f"  {sample.name}: {sample.words} words: {sample.opening}"
        for name, values in sample.metadata.items():
            yield f"    {name}: {'; '.join(values)}"
    for fault in shown.faults[:_MOST_FAULTS]:
        yield f"  would be rejected: {fault}"
    if len(shown.faults) > _MOST_FAULTS:
        yield f"  would be rejected: {len(shown.faults) - _MOST_FAULTS} more"
    if shown.fields and shown.guessed:
        yield "To keep this reading, or to mend it, put into builder.toml:"
        yield from (f"  {line}" for line in shown.toml().splitlines())


def ingested(result: "Ingested") -> Iterator[str]:
    """Say what became of the seeds."""
    done = f"{result.new_seeds} new" if result.new_seeds else "nothing new"
    done += f", {len(result.renamed)} renamed" if result.renamed else ""
    yield (
        f"ingest    {count(result.seeds, 'seed')} -> {count(result.articles, 'article')} "
        f"in {count(result.stories, 'story')} ({done})"
    )
    yield f"          lines kept: {result.lines_kept}; dropped: {counts(result.lines_dropped)}"
    yield "          (why each line was dropped stands in data/seeds)"
    if result.gone:
        yield f"          {count(len(result.gone), 'seed')} no longer in its folder (articles stay)"
    changed = "since it was read: it makes a new article, the old one stays"
    yield from first([f"  changed: {path} {changed}" for path in result.changed], "changed")
    yield from first([f"  changed: {item.path}: {item.reason}" for item in result.kept], "changed")
    restated = [f"  metadata: {path}: its sidecar is read again" for path in result.restated]
    yield from first(restated, "sidecars read again")
    yield from _refrozen(result)
    variants = [
        f"  variant: {variant.path} tells the same as {variant.like} (story {variant.story})"
        for variant in result.variants
    ]
    yield from first(variants, "variants")
    for gone in result.withdrawn:
        yield f"  the next release withdraws {gone.article}: {gone.reason}"
    for held in result.held_back:
        yield from stories.held_back(held)
    if result.held_before:
        yield f"          held back before: {count(result.held_before, 'story')} (builder status)"
    yield from first([f"  copy: {copy.path}: {copy.reason}" for copy in result.copies], "copies")
    for item in result.retracted:
        yield f"  {item.path}: {item.reason}; it is not read again: delete the file"
    if result.passed:
        yield f"          passed over: {count(len(result.passed), 'record')} that is no article"
    yield from rejections(result.rejected)


def _refrozen(result: "Ingested") -> Iterator[str]:
    """Say what was frozen anew, and what of people's work came with it."""
    for item in result.refrozen:
        if item.old == item.new:
            yield f"  not changed: {item.path}: its article {item.old} has this text already"
        else:
            yield f"  refrozen: {item.path}: article {item.new} takes the place of {item.old}"
    if result.carried:
        yield f"          carried over: {count(result.carried, 'correction')}"
    for lost in result.lost:
        yield f"  not carried over: {lost.path}: {lost.reason}"


def annotated(result: "Annotated") -> Iterator[str]:
    """Say what was suggested."""
    done = f"{result.new} new" if result.new else "nothing new"
    spans = sum(result.spans.values())
    yield (
        f"annotate  {count(spans, 'span')} in {count(result.articles, 'article')} "
        f"by {result.producer} ({done})"
    )
    yield f"          {counts(result.spans)}"
    for label, of in result.left_out.items():
        lost = f"{count(of['spans'], 'span')} in {count(of['articles'], 'article')}"
        yield (
            f"  left out: {label}, {lost}: no label of labels.toml; "
            "say what it becomes under [labels.map] in builder.toml"
        )
    yield from rejections(result.rejected)


def pushed(result: "Pushed") -> Iterator[str]:
    """Say what was sent."""
    new = result.created - result.made_again
    done = [f"{new} new"] if new else []
    done += [f"{result.made_again} made again"] if result.made_again else []
    done += [f"{result.refreshed} with a newer suggestion"] if result.refreshed else []
    done += [f"{result.in_work} left as they are, being worked on"] if result.in_work else []
    done += [f"{result.retracted} deleted, being retracted"] if result.retracted else []
    done += [f"{result.refrozen} deleted, their article being refrozen"] if result.refrozen else []
    done += [f"{result.removed} that stood there twice removed"] if result.removed else []
    yield (
        f"push      {count(result.tasks, 'task')} on {result.url} "
        f"({', '.join(done) or 'nothing new'})"
    )
    if result.dealt is not None:
        yield from rounds.dealing(result.dealt)
    if result.refilled:
        yield f"          with people's work: {count(result.refilled, 'correction')} from the files"
    if result.unplaced:
        yield (
            f"          {count(result.unplaced, 'correction')} in the files alone: "
            "windows on the server are cut differently"
        )
    if result.interface_updated:
        yield "          the project has the interface of the labels now"
        yield from (f"          in place of another: {what}" for what in result.overwritten)
    for key in result.unfetched:
        yield (
            f"  left: task {key} of a refrozen article holds a draft, or work to be pulled: "
            "once it is sent, builder pull carries it over"
        )
    if result.kept:
        yield f"          retired labels in people's work, left as they are: {counts(result.kept)}"
    yield from rejections(result.rejected)


def pulled(result: "Pulled") -> Iterator[str]:
    """Say what came back."""
    done = f"{result.new} new" if result.new else "nothing new"
    done += f", {result.withdrawn} of them withdrawn" if result.withdrawn else ""
    foreign = f", {count(result.foreign, 'task')} of others passed over" if result.foreign else ""
    yield f"pull      {count(result.corrections, 'correction')} ({done}{foreign})"
    if result.drafts:
        yield f"          {count(result.drafts, 'draft')} on the server, not sent yet"
    for key in result.deleted:
        yield f"  deleted on the server: task {key} (its corrections stay; push sends it again)"
    for item in result.passed_over:
        yield f"  passed over: {item.path}: {item.reason}"
    for what in result.interface:
        yield f"  the interface on the server is not ours: {what} (push puts ours there)"
    for slip in result.slips:
        yield f"  {'mended' if slip.rule.severity == 'mended' else 'look at'}: {slip}"
    if result.advice:
        yield f"  {result.advice}"
    yield from rejections(result.rejected)


def reviewed(result: "Reviewed") -> Iterator[str]:
    """Say how far people have come."""
    done = f"{count(result.changed, 'article')} changed" if result.changed else "nothing new"
    yield f"review    sentences: {counts(result.sentences)} ({done})"
    if result.changes:
        yield f"          what people changed: {counts(result.changes)}"
    yield from _quality(result.quality)
    yield from looks(result.to_look_at)
    yield from rejections(result.rejected)


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


def run(result: "Run", root: Path) -> Iterator[str]:
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
        yield f"To open the tasks: {typed('studio start', root)}"
        yield f"                   (it says the address; sign in as {result.studio.email} with"
        yield f"                   the password in {near(result.studio.password_file)})"
    else:
        yield f"To open the tasks: {result.studio.url}"
    yield f"When people are done: {typed('run', root)}"
    yield "To load the release:"
    yield "                   from datasets import load_dataset"
    path = near(root / result.release.path)
    yield f'                   load_dataset("{path}", split="train")'
