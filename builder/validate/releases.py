"""Check the releases: each alone, beside the others, and beside what was published."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from builder.errors import BuilderError
from builder.extras import MissingExtraError, need
from builder.records import Publication, Story
from builder.validate.findings import Finding, Placed
from builder.workspace.folder import Workspace


def release_findings(
    workspace: Workspace,
    folders: Sequence[Path],
    published: Iterable[Placed],
    stories: Iterable[Placed],
) -> Iterator[Finding]:
    """Yield what is wrong with releases, and with what is recorded of their publication."""
    for item in published:
        yield from item.findings("published", _publication_faults(workspace, item.record))
    if not folders:
        return
    try:
        need("builder validate of releases", "dataset")
    except MissingExtraError as error:
        yield Finding("data/releases", 0, "", str(error), "release")
        return
    from builder.dataset.check import problems

    for folder in folders:
        yield from _other_version(workspace, folder)
        for path, field, reason in problems(folder):
            where = path.relative_to(workspace.root).as_posix()
            yield Finding(where, 0, field, reason, "release")
    yield from _moved(workspace, folders, stories)


def _other_version(workspace: Workspace, folder: Path) -> Iterator[Finding]:
    """Yield a release that lies in the folder of another version."""
    from builder.dataset import manifest
    from builder.dataset.text_sources import TEXT_FREE_ENDING

    where = (folder / manifest.FILE_NAME).relative_to(workspace.root).as_posix()
    with suppress(BuilderError):  # the check of the release says so
        said = manifest.read(folder)
        if folder.name != said.version + ("" if said.text else TEXT_FREE_ENDING):
            told = f"is {said.version}{'' if said.text else ' without text'} in {folder.name}"
            yield Finding(where, 0, "version", told, "release")


def _moved(
    workspace: Workspace, folders: Iterable[Path], stories: Iterable[Placed]
) -> Iterator[Finding]:
    """Yield the articles that a release has moved to another split, or the next one would move."""
    from builder.dataset.manifest import FILE_NAME
    from builder.dataset.splits import by_version

    before: dict[str, str] = {}
    newest: dict[str, str] = {}
    for folder, newest in by_version(folders):
        where = (folder / FILE_NAME).relative_to(workspace.root).as_posix()
        for article, split in sorted(newest.items()):
            if before.get(article, split) != split:
                told = f"{article} is in {split}, and was in {before[article]}"
                yield Finding(where, 0, "", told, "split")
        before |= newest
    for item in stories:
        yield from item.findings("split", _other_split(item.record, newest))


def _other_split(story: Story, released: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the articles of a story that would leave the split that they were released in."""
    withdrawn = {w.article for w in story.withdrawn}
    for article in story.articles:
        split = released.get(article, story.split)
        if split != story.split and article not in withdrawn:
            yield "split", f"{article} was released in {split}, and this would move it"


def _publication_faults(workspace: Workspace, record: Publication) -> list[tuple[str, str]]:
    """Return what is wrong with a publication, also if its release here is another one."""
    from builder.dataset.manifest import FILE_NAME, sha256
    from builder.dataset.text_sources import TEXT_FREE_ENDING

    found = []
    if record.tag not in (None, record.version):
        found.append(("tag", f"is not the version, {record.version}"))
    if (record.tag is None) != (record.commit is None):
        found.append(("commit", "stands without a tag, or a tag without it"))
    folder = workspace.releases / record.version
    both = (folder, folder.with_name(f"{folder.name}{TEXT_FREE_ENDING}"))
    there = [form / FILE_NAME for form in both if (form / FILE_NAME).is_file()]
    if len(there) < 2 and not (folder / FILE_NAME).is_file():
        return found
    if any(sha256(path) == record.manifest for path in there):
        return found
    told = f"is not that of {folder.relative_to(workspace.root)}: restore the release from git"
    return [*found, ("manifest", told)]
