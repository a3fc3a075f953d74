"""Read seeds and clean them, file by file, so that a file of many is gone through once."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from builder.ingest.articles import Cleaned, clean, rejected, unreadable
from builder.ingest.cleaning.model_files import model_of
from builder.ingest.listing import File, mapped
from builder.ingest.readers import contents, sidecars
from builder.ingest.readers.content import Fault, SeedContent, SeedEntry, SeedError
from builder.records import Rejection
from builder.workspace.folder import Workspace


def cleaned(
    workspace: Workspace, files: Iterable[File]
) -> Iterator[tuple[File, Cleaned | Rejection]]:
    """Yield each seed with what cleaning made of it, in the order given.

    Seeds of one file must follow each other, in the order in which they stand in it.
    """
    language, model = workspace.config.release.language, line_model_folder(workspace)
    for file, read in contents_of(workspace, files):
        if isinstance(read, OSError):
            yield file, unreadable(file.name, read)
        elif isinstance(read, SeedError):
            line = read.line if file.line is None else file.line
            yield file, rejected(file.name, read.reason, line)
        else:
            yield file, clean(file, read, language, model)


def line_model_folder(workspace: Workspace) -> Path:
    """Return where the model of lines lies that cleans the workspace's seeds."""
    return model_of(workspace.config.ingest.cleaner, workspace.root)


def contents_of(
    workspace: Workspace, files: Iterable[File]
) -> Iterator[tuple[File, SeedContent | SeedError | OSError]]:
    """Yield each seed with what it holds, or with what is wrong with it, in the order given.

    Seeds of one file must follow each other, in the order in which they stand in it.
    """
    for path, group in groupby(files, key=lambda file: file.path):
        wanted = list(group)
        if wanted[0].record is None:
            for file in wanted:
                yield file, _read(file)
        else:
            items = contents.items(path, wanted[0].kind, mapped(workspace, wanted[0].file_name))
            yield from _of_many(items, wanted)


def _read(file: File) -> SeedContent | SeedError | OSError:
    try:
        return with_sidecar(file, contents.read_single(file.path, file.kind))
    except (SeedError, OSError) as error:
        return error


def with_sidecar(file: File, read: SeedContent) -> SeedContent:
    """Return what a seed holds with the metadata of its sidecar, which a record goes before."""
    if file.sidecar is None:
        return read
    given = sidecars.read(file.sidecar)
    first, then = (read.given, given) if file.record is not None else (given, read.given)
    return replace(read, given=sidecars.merged(first, then))


def _of_many(
    items: Iterator[SeedEntry | Fault], wanted: list[File]
) -> Iterator[tuple[File, SeedContent | SeedError | OSError]]:
    left = {(file.record, file.id): file for file in wanted}
    try:
        for item in items:
            if isinstance(item, Fault) or (item.record, item.id) not in left:
                continue
            file = left.pop((item.record, item.id))
            try:
                yield file, with_sidecar(file, item.read())
            except (SeedError, OSError) as error:
                yield file, error
            if not left:
                return
    except OSError as error:
        for file in left.values():
            yield file, error
        return
    for file in left.values():
        yield file, SeedError("the file has changed while it was read; run the command again")
