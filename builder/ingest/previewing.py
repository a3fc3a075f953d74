"""Show how a file would be read: its reader, its fields and its first articles."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from builder.ingest.articles import Cleaned
from builder.ingest.listing import mapped
from builder.ingest.looking import one_file
from builder.ingest.readers import contents, mapping, tabular
from builder.ingest.seed_cleaning import cleaned
from builder.records import Metadata
from builder.workspace.folder import Workspace

_SHOWN = 3


@dataclass(frozen=True)
class Sample:
    """An article that the file would give: its name, how its text begins, and its metadata.

    ``reason`` says why it would be rejected instead.
    """

    name: str
    words: int = 0
    opening: str = ""
    metadata: Mapping[str, Sequence[str]] = field(default_factory=dict)
    reason: str | None = None


@dataclass(frozen=True)
class Preview:
    """How a file would be read.

    ``fields`` says which of the file's fields is what, and ``guessed`` whether that is a guess;
    ``others`` are fields that nothing is made of. ``articles`` and ``faults`` count what it holds.
    """

    file: str
    reader: str
    articles: int
    faults: list[str]
    samples: list[Sample]
    fields: Mapping[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    guessed: bool = False

    def toml(self) -> str:
        """Return the section of builder.toml that keeps this reading of the fields."""
        inside = ", ".join(f"{target} = {json.dumps(name)}" for target, name in self.fields.items())
        return f"[[records]]\nfiles = {json.dumps(self.file)}\nfields = {{ {inside} }}\n"


def preview(workspace: Workspace, path: Path) -> Preview:
    """Return how a file of the folder of seeds would be read; nothing is written.

    Raises:
        BuilderError: it does not lie there, or it is not article text.

    """
    path = path.resolve()
    name, found = one_file(workspace, path)
    kind = found.seeds[0].kind if found.seeds else "none"
    samples = [
        _sample(file.name, result.text, result.metadata)
        if isinstance(result, Cleaned)
        else Sample(file.name, reason=result.reason)
        for file, result in cleaned(workspace, islice(found.seeds, _SHOWN))
    ]
    faults = [f"{fault.path}:{fault.line or ''} {fault.reason}" for fault in found.faults]
    shown = Preview(name, kind, len(found.seeds), faults, samples)
    return _with_fields(workspace, path, shown) if kind in tabular.KINDS else shown


def _with_fields(workspace: Workspace, path: Path, shown: Preview) -> Preview:
    said = mapped(workspace, shown.file)
    chosen = contents.fields_of(path, shown.reader, said)
    there = dict.fromkeys(name for record in tabular.sample(path, shown.reader) for name in record)
    others = [name for name in there if name not in chosen.fields.values()]
    guessed = said is None or not said.fields
    return Preview(
        shown.file, shown.reader, shown.articles, shown.faults, shown.samples,
        {t: chosen.fields[t] for t in mapping.TARGETS if t in chosen.fields}, others, guessed,
    )  # fmt: skip


def _sample(name: str, text: str, metadata: Metadata) -> Sample:
    values = {
        field: [found.value for found in getattr(metadata, field)] for field in mapping.METADATA
    }
    return Sample(
        name, len(text.split()), text[:160].split("\n")[0], {f: v for f, v in values.items() if v}
    )
