"""A folder of JSON lines in, labelled documents out.

A record is ``{"text", "spans": [{"start", "end", "label"}, ...]}`` with code-point offsets, and
may hold ``"meta"`` with the ``doc`` or the ``id`` of the document it is a sentence of. A file
annotates the labels that occur in it and no others: where a file has no MISC, a name that is
none of its labels may well be one.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder import offsets
from builder.annotate.sentences import sentence_bounds
from builder.annotate.tagger import CLAIM_LABELS, NAME_LABELS
from builder.errors import BuilderError

# What other schemes call our labels. Labels that are neither here nor ours are left out.
LABELS = {
    **{label: label for label in (*NAME_LABELS, *CLAIM_LABELS)},
    "PERSON": "PER",
    "GPE": "LOC",
    "FAC": "LOC",
    "PRODUCT": "MISC",
    "EVENT": "MISC",
    "WORK_OF_ART": "MISC",
    "LAW": "MISC",
    "LANGUAGE": "MISC",
    "CONTENT": "CLAIM",
}
# Longer contents are whole sections of a document, not what somebody says.
LONGEST_CLAIM = 600

Labelled = tuple[int, int, str]


@dataclass(frozen=True)
class Document:
    """A text with its sentences, its spans, the labels that were looked for, and its scheme.

    ``scheme`` names the guidelines behind the spans: the file's name up to the first underscore.
    """

    name: str
    scheme: str
    text: str
    sentences: tuple[tuple[int, int], ...]
    spans: tuple[Labelled, ...]
    annotates: frozenset[str]


@dataclass(frozen=True)
class _Line:
    text: str
    spans: tuple[Labelled, ...]
    document: str | None
    begins: bool


def read_folder(folder: Path) -> list[Document]:
    """Return the documents of all ``*.jsonl`` below ``folder``, in the order of their paths.

    Raises:
        BuilderError: there is none, or a line is no record; it names the file and the line.

    """
    paths = sorted(folder.rglob("*.jsonl"))
    if not paths:
        raise BuilderError(f"{folder}: no *.jsonl to train on")
    return [document for path in paths for document in read_file(path)]


def read_file(path: Path, names: Mapping[str, str] | None = LABELS) -> list[Document]:
    """Return the documents of one file; consecutive lines of one document are joined.

    Labels are read as ``names`` says and left out where it says nothing; None keeps them as they
    are.
    """
    lines = list(_lines(path, names))
    annotates = frozenset(label for _, line in lines for *_, label in line.spans)
    scheme = path.stem.split("_")[0]
    groups: list[tuple[str, list[_Line]]] = []
    for number, line in lines:
        if groups and line.document and groups[-1][1][-1].document == line.document:
            groups[-1][1].append(line)
        else:
            groups.append((line.document or f"{path.stem}:{number}", [line]))
    return [_join(name, scheme, group, annotates) for name, group in groups]


def _join(name: str, scheme: str, lines: list[_Line], annotates: frozenset[str]) -> Document:
    """Make one document of its lines; a line on its own is cut into sentences, others are one."""
    spans: list[Labelled] = []
    sentences: list[tuple[int, int]] = []
    text = ""
    for line in lines:
        text += ("\n" if line.begins else " ") if text else ""
        at = len(text)
        text += line.text
        spans += [(at + start, at + end, label) for start, end, label in line.spans]
        sentences.append((at, len(text)))
    if len(lines) == 1:
        sentences = list(_sentences(text))
    return Document(name, scheme, text, tuple(sentences), tuple(spans), annotates)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a text whose lines are its paragraphs."""
    at = 0
    for line in text.split("\n"):
        yield from ((at + start, at + end) for start, end in sentence_bounds(line))
        at += len(line) + 1


def _lines(path: Path, names: Mapping[str, str] | None) -> Iterator[tuple[int, _Line]]:
    for number, record in _records(path):
        with _naming(path, number, "text and spans"):
            yield number, _line(record, names)


def _records(path: Path) -> Iterator[tuple[int, Any]]:
    with path.open(encoding="utf-8") as file:
        for number, raw in enumerate(file, start=1):
            if raw.strip():
                with _naming(path, number, "text and spans"):
                    record = json.loads(raw)
                yield number, record


@contextmanager
def _naming(path: Path, number: int, what: str) -> Iterator[None]:
    """Turn whatever a bad record does into an error that names the line."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BuilderError(
            f"{path}:{number}: not a record of {what} ({type(error).__name__}: {error})"
        ) from error


def _line(record: dict[str, Any], names: Mapping[str, str] | None) -> _Line:
    text = record["text"]
    spans = {
        _checked(text, span["start"], span["end"], (names or {}).get(span["label"], span["label"]))
        for span in record["spans"]
        if names is None or span["label"] in names
    }
    meta = record.get("meta", {})
    document = meta.get("doc") or meta.get("id")
    if "doc" not in meta and document and document.rpartition("-")[2].isdigit():
        document = document.rpartition("-")[0]
    claims = ("CLAIM", "CONTENT")
    kept = [s for s in sorted(spans) if s[2] not in claims or s[1] - s[0] <= LONGEST_CLAIM]
    joined = tuple(kept) if names is None else _joined(kept)
    return _Line(text, joined, document, meta.get("newpar", True))


def _joined(spans: Iterable[Labelled]) -> tuple[Labelled, ...]:
    """Join spans of one label that touch: corpora cut into tokens part "@" from the name."""
    whole: list[Labelled] = []
    for start, end, label in spans:
        if whole and whole[-1][1:] == (start, label):
            whole[-1] = (whole[-1][0], end, label)
        else:
            whole.append((start, end, label))
    return tuple(whole)


def _checked(text: str, start: int, end: int, label: str) -> Labelled:
    if not 0 <= start < end <= len(text):
        raise ValueError(f"span {start}:{end} is not inside the text (0:{len(text)})")
    return start, end, label


def read_sentences(path: Path) -> list[Document]:
    """Return the documents of a file whose records have ``text``, ``starts`` and ``ends``.

    The sentences are the spans, labelled SENTENCE.
    """
    documents = []
    for number, record in _records(path):
        with _naming(path, number, "text, starts and ends"):
            bounds = tuple(zip(record["starts"], record["ends"], strict=True))
            spans = tuple(_checked(record["text"], *bound, "SENTENCE") for bound in bounds)
            name, scheme = f"{path.stem}:{number}", path.stem.split("_")[0]
            documents.append(
                Document(name, scheme, record["text"], bounds, spans, frozenset({"SENTENCE"}))
            )
    return documents


def split(documents: Iterable[Document], share: float) -> tuple[list[Document], list[Document]]:
    """Part documents into (kept, held out) by a hash of their names; ``share`` are held out.

    Documents of one name, such as two annotations of one text, fall on the same side.
    """
    parts: tuple[list[Document], list[Document]] = ([], [])
    for document in documents:
        place = int(offsets.digest("split", document.name)[:8], 16) / 16**8
        parts[place < share].append(document)
    return parts
