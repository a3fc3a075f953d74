"""Say what became of releases."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from builder.cli.lines.phrases import counts, in_bytes
from builder.phrasing import count

if TYPE_CHECKING:
    from builder.formats.files import Export
    from builder.ingest.retracting import Retracted
    from builder.publish.plan import Plan, Published
    from builder.release.hydrate import Hydrated
    from builder.release.text_free import TextFree
    from builder.release.verify import Verified
    from builder.release.write import Released

# So many files are named one by one.
_FEW = 6

_VERDICTS = {
    "identical": "built again, every file is the same byte for byte",
    "same rows": "built again with other tools, the rows are the same (their digest is equal); "
    "the files differ, as those tools may spell them otherwise",
    "made otherwise": "it cannot be built again here, as it was made from or with something else",
    "different": "built again from the same, it differs",
}


def released(result: "Released") -> Iterator[str]:
    """Say what was released."""
    done = "new" if result.new else "nothing has changed since"
    yield f"release   {result.path}: {counts(result.rows)} ({done})"
    yield f"          sha256:{result.digest}"
    for reason, number in result.left_out.items():
        yield f"  left out: {number}: {reason} (each stands in its left_out.jsonl)"
    for what in result.waiting:
        yield f"  not in it: {what}"
    for outlet in result.unknown_outlets:
        yield f"  no article is of outlet {outlet!r}, which [rights] of builder.toml names"
    for item in result.refused:
        span = f" span {item.span}" if item.span else ""
        yield f"  refused: article {item.article}{span}: {item.reason}"


def text_free(result: "TextFree") -> Iterator[str]:
    """Say where the form without text of a release lies."""
    there = "" if result.new else "; it was there already"
    yield f"release   {result.path}: {counts(result.rows)}, without text{there}"
    yield f"          of release {result.version}, sha256:{result.full}"


def hydrated(result: "Hydrated") -> Iterator[str]:
    """Say how much of a release was filled in, and what was not."""
    yield f"hydrate   {result.path}: {_by_how(result.articles)}"
    yield from (f"          {name}: {_by_how(rows)}" for name, rows in result.rows.items())
    if result.same:
        yield "          every row is that of the release with text"
    for config, number in result.lost.items():
        yield f"  lost: {number} in {config} (each stands in hydrated.jsonl)"
    for field, number in result.unknown.items():
        yield f"  not known: {field} of {count(number, 'article')}"
    for item in result.unread:
        yield f"  not read: {item.path}: {item.reason}"


def _by_how(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {how}" for how, number in counted.items())


def planned(result: "Plan") -> Iterator[str]:
    """Say what a publication would do, in the order in which it would."""
    yield (
        f"publish   {result.version} to {result.target} ({_READERS[result.visibility]}); "
        "nothing was done yet"
    )
    if result.published:
        yield "          is there already, with every file as it is here"
    elif result.commit is not None:
        yield f"          its files are there already, as commit {result.commit[:12]}"
    if result.new_place and result.tag:
        then = "" if result.visibility == "private" else ", opened when all is checked"
        yield f"  make    the repository, private{then}"
    for name, size in sorted(result.send.items()):
        yield f"  send    {name} ({in_bytes(size)})"
    if result.there and not result.published:
        yield f"  keep    {count(len(result.there), 'file')} that would not change"
    yield from (f"  delete  {name} (of the version before)" for name in result.delete)
    yield from _replaced(result)
    if result.tag and not result.published:
        yield f"  tag     {result.tag}"
    if result.send:
        yield f"          {count(len(result.send), 'file')}, {in_bytes(result.bytes)} to send"
    yield from _history(result)


_READERS = {
    "private": "private",
    "public": "public",
    "gated": "public, and readers ask for access",
    "as the folder is": "a folder",
}


def published(result: "Published") -> Iterator[str]:
    """Say what was published, what was checked of it, and how others load it."""
    plan = result.plan
    done = "published" if result.new else "was published already"
    yield f"publish   {plan.version} to {plan.target}: {done} ({_READERS[plan.visibility]})"
    if result.commit is not None:
        yield f"          commit {result.commit}, tag {result.tag}"
    kept = f", {count(len(plan.there), 'file')} were there already" if plan.there else ""
    gone = f", {len(plan.delete)} of the version before deleted" if plan.delete else ""
    yield f"          {count(len(plan.send), 'file')} sent ({in_bytes(result.bytes)}){kept}{gone}"
    yield from _replaced(plan)
    yield from (f"  checked: {what}" for what in result.checked)
    yield f"  recorded in {result.record}: commit it with git"
    yield f"  load it: {_loading(plan)}"
    if plan.no_text:
        yield "  without text; whoever has the articles fills it in with builder hydrate"
    yield from _history(plan)


def _replaced(plan: "Plan") -> Iterator[str]:
    if plan.replaced:
        yield "  replaced, as --overwrite says:"
        yield from plan.replaced


def _loading(plan: "Plan") -> str:
    if plan.tag is not None:
        name = plan.target.removeprefix("hf://datasets/")
        return f'load_dataset("{name}", revision="{plan.tag}")'
    return f'load_release("{plan.target}", version="{plan.version}")'


def _history(plan: "Plan") -> Iterator[str]:
    if plan.history:
        yield "  older versions there:"
        yield from (f"    {what}" for what in plan.history)
        yield "    how to take that out, and what cannot be undone: docs/publishing.md, Retractions"


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


def retracted(result: "Retracted") -> Iterator[str]:
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
