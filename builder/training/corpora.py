"""Read labelled documents from folders and files of JSON Lines.

A record is ``{"text", "spans": [{"start", "end", "label"}, ...]}`` with code-point offsets, and
may hold ``"meta"`` with the ``doc`` or the ``id`` of the document it is a sentence of. A file
annotates the labels that occur in it and no others: where a file has no MISC, a name that is
none of its labels may well be one.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from builder.annotate.boundaries import sentence_bounds
from builder.annotate.tagger.spans import CLAIM_LABELS, NAME_LABELS, Tagged
from builder.errors import BuilderError

# What other schemes call our labels. Labels that are neither here nor ours are left out.
LABELS = {
    **{label: label for label in (*NAME_LABELS, *CLAIM_LABELS)},
    "PER": "PERSON",
    "MISC": "MISC",
    "CONTENT": "CLAIM",
}
# Labels of coarser schemes, and which of ours each may be. A file without GPE has one label LOC for
# all places. UNSURE marks what may be a name or not.
COARSE = {
    "PLACE": ("GPE", "LOC", "FAC"),
    "MISC": ("NORP", "FAC", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE"),
    "UNSURE": (),
}
_VAGUE = frozenset({"MISC", "UNSURE"})
# What the finer labels of some corpora (CrossNER, MEN, MEANTIME) say of a coarse one.
_FINE = {
    **{label: label for label in ("FAC", "NORP", "PRODUCT", "EVENT", "LAW", "WORK_OF_ART")},
    **dict.fromkeys(("award", "book", "song", "album", "poem"), "WORK_OF_ART"),
    **dict.fromkeys(("election", "event", "conference"), "EVENT"),
    **{"country": "GPE", "product": "PRODUCT", "astronomicalobject": "LOC"},
    **{"magazine": "ORG", "academicjournal": "ORG", "FIN": "UNSURE"},
    **dict.fromkeys(("algorithm", "chemicalcompound", "chemicalelement", "enzyme"), "UNSURE"),
    **dict.fromkeys(("discipline", "field", "literarygenre", "metrics", "theory"), "UNSURE"),
    **dict.fromkeys(("musicalinstrument", "musicgenre", "protein", "task"), "UNSURE"),
    "programlang": "UNSURE",
}
# Longer contents are whole sections of a document, not what somebody says.
LONGEST_CLAIM = 600
_CLAIMS = frozenset({"CLAIM", "CONTENT", "AUTHOR"})

LabelledSpan = tuple[int, int, str]


@dataclass(frozen=True)
class Document:
    """A text with its sentences, its spans, the labels that were looked for, and its scheme.

    ``scheme`` names the guidelines behind the spans: the file's name up to the first underscore.
    """

    name: str
    scheme: str
    text: str
    sentences: tuple[tuple[int, int], ...]
    spans: tuple[LabelledSpan, ...]
    annotates: frozenset[str]


@dataclass(frozen=True)
class _Line:
    text: str
    spans: tuple[LabelledSpan, ...]
    document: str | None
    begins: bool


def read_folder(folder: Path) -> list[Document]:
    """Return the documents of all ``*.jsonl`` below ``folder``, in the order of their paths.

    Raises:
        BuilderError: there is none, or a line is no record; it names file, line and field.

    """
    return [document for path in files(folder) for document in read_file(path)]


def files(folder: Path) -> list[Path]:
    """Return the paths of all ``*.jsonl`` below ``folder`` in order; BuilderError if none is."""
    paths = sorted(folder.rglob("*.jsonl"))
    if not paths:
        raise BuilderError(f"{folder}: no *.jsonl to train on")
    return paths


def read_file(path: Path, names: Mapping[str, str] | None = LABELS) -> list[Document]:
    """Return the documents of one file; consecutive lines of one document are joined.

    Labels are read as ``names`` says and left out where it says nothing; None keeps them as they
    are.

    Raises:
        BuilderError: the file is empty, or a line is no record; it names file, line and field.

    """
    lines = list(_lines(path, names))
    if names and not any(label == "GPE" for _, line in lines for *_, label in line.spans):
        lines = [(number, _with_places(line)) for number, line in lines]
    annotates = frozenset(label for _, line in lines for *_, label in line.spans)
    scheme = path.stem.split("_")[0]
    groups: list[tuple[str, list[_Line]]] = []
    for number, line in lines:
        if groups and line.document and groups[-1][1][-1].document == line.document:
            groups[-1][1].append(line)
        else:
            groups.append((line.document or f"{path.stem}:{number}", [line]))
    return [_join(name, scheme, group, annotates) for name, group in groups]


def _with_places(line: _Line) -> _Line:
    """Return the line of a file that has one label for all places."""
    return replace(
        line,
        spans=tuple((a, b, "PLACE" if label == "LOC" else label) for a, b, label in line.spans),
    )


def long_claims(path: Path) -> int:
    """Return how many claims of a file ``read_file`` leaves out, as longer than LONGEST_CLAIM."""
    return sum(
        span["label"] in _CLAIMS and span["end"] - span["start"] > LONGEST_CLAIM
        for _, record in _records(path, "spans")
        for span in record["spans"]
    )


def layer_of(label: str) -> str:
    """Return under which name a label is measured: names, claims, or author claims."""
    if label == "AUTHOR":
        return "author"
    return "claims" if label in CLAIM_LABELS else "names"


def known_spans(document: Document) -> list[LabelledSpan]:
    """Return a document's spans whose labels may be held against others' readings of it."""
    return [span for span in document.spans if span[2] not in _VAGUE]


def coarse(document: Document, found: Iterable[Tagged]) -> list[LabelledSpan]:
    """Return what was found in a document under the labels that it annotates; the rest is left."""
    labels = {name: name for name in document.annotates}
    for label in sorted(document.annotates - _VAGUE):
        for name in COARSE.get(label, ()):
            labels.setdefault(name, label)
    return [(s.start, s.end, labels[s.label]) for s in found if s.label in labels]


def label_counts(path: Path) -> Counter[str]:
    """Return how many spans of each label a file holds, known or not."""
    found: Counter[str] = Counter()
    for _, record in _records(path, "spans"):
        spans = {(span["start"], span["end"], span["label"]) for span in record["spans"]}
        found.update(label for *_, label in spans)
    return found


def _join(name: str, scheme: str, lines: list[_Line], annotates: frozenset[str]) -> Document:
    """Make one document of its lines; a line on its own is cut into sentences, others are one."""
    spans: list[LabelledSpan] = []
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
    for number, record in _records(path, "spans"):
        yield number, _line(record, names)


def _records(path: Path, *fields: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the number and the record of each line; records hold ``text`` and these fields."""
    number = 0
    for number, raw in _numbered(path):
        try:
            record = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
        except UnicodeDecodeError as error:
            raise BuilderError(
                f"{path}:{number}: not UTF-8 at byte {error.start + 1} of the line; convert it"
            ) from None
        except (ValueError, RecursionError) as error:
            raise BuilderError(f"{path}:{number}: not JSON ({error})") from None
        fault = _fault(record, fields)
        if fault:
            raise BuilderError(f"{path}:{number}: {fault}")
        yield number, record
    if number == 0:
        raise BuilderError(f"{path}: is empty; it has to hold a JSON object a line")


def _numbered(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            if raw.strip(b"\xef\xbb\xbf \t\r\n"):
                yield number, raw


def _fault(record: Any, fields: Sequence[str]) -> str | None:
    """Return which field of a record is wrong and how; None if it may be read."""
    if not isinstance(record, dict):
        return "not a JSON object"
    for field in ("text", *fields):
        if field not in record:
            return f"{field}: is missing"
    text, meta = record["text"], record.get("meta") or {}
    if not isinstance(text, str):
        return "text: is no string"
    if any("\ud800" <= c <= "\udfff" for c in text):
        return "text: holds half of a surrogate pair"
    if not isinstance(meta, dict):
        return "meta: is no object; leave it out if there is none"
    for field in ("doc", "id"):
        if not isinstance(meta.get(field) or "", str):
            return f"meta.{field}: is no string"
    for field in fields:
        if not isinstance(record[field], list):
            return f"{field}: is no list"
    if "spans" in fields:
        faults = (_span_fault(text, at, span) for at, span in enumerate(record["spans"]))
        return next(filter(None, faults), None)
    return _bounds_fault(text, record["starts"], record["ends"])


def _span_fault(text: str, at: int, span: Any) -> str | None:
    if not isinstance(span, dict):
        return f"spans[{at}]: is no object"
    if not isinstance(span.get("label"), str):
        return f"spans[{at}].label: is no string"
    fault = _place_fault(text, span.get("start"), span.get("end"))
    return f"spans[{at}]: {fault}" if fault else None


def _bounds_fault(text: str, starts: list[Any], ends: list[Any]) -> str | None:
    if len(starts) != len(ends):
        return f"starts, ends: {len(starts)} starts, but {len(ends)} ends"
    faults = (
        (at, _place_fault(text, *bound)) for at, bound in enumerate(zip(starts, ends, strict=True))
    )
    return next((f"starts[{at}], ends[{at}]: {fault}" for at, fault in faults if fault), None)


def _place_fault(text: str, start: Any, end: Any) -> str | None:
    if type(start) is not int or type(end) is not int:
        return f"start and end have to be whole numbers, not {start!r} and {end!r}"
    if not 0 <= start < end <= len(text):
        return f"start {start}, end {end} is not inside the text (0 to {len(text)})"
    return None


def _line(record: dict[str, Any], names: Mapping[str, str] | None) -> _Line:
    text = record["text"]
    spans = {
        (span["start"], span["end"], _label(span, names))
        for span in record["spans"]
        if names is None or span["label"] in names
    }
    meta = record.get("meta") or {}
    document = meta.get("doc") or meta.get("id")
    if not meta.get("doc") and document and document.rpartition("-")[2].isdigit():
        document = document.rpartition("-")[0]
    kept = [s for s in sorted(spans) if s[2] not in _CLAIMS or s[1] - s[0] <= LONGEST_CLAIM]
    joined = tuple(kept) if names is None else _joined(kept)
    return _Line(text, joined, document, meta.get("newpar", True))


def _label(span: Mapping[str, Any], names: Mapping[str, str] | None) -> str:
    """Return a span's label by ``names``: the finer one of its corpus, or of a claim's voice."""
    label = str(span["label"])
    if span.get("attribution") == "author":
        return "AUTHOR"
    return label if names is None else _FINE.get(str(span.get("fine")), names[label])


def _joined(spans: Iterable[LabelledSpan]) -> tuple[LabelledSpan, ...]:
    """Join spans of one label that touch: corpora cut into tokens part "@" from the name."""
    whole: list[LabelledSpan] = []
    for start, end, label in spans:
        if whole and whole[-1][1:] == (start, label):
            whole[-1] = (whole[-1][0], end, label)
        else:
            whole.append((start, end, label))
    return tuple(whole)


def read_sentences(path: Path) -> list[Document]:
    """Return the documents of a file whose records have ``text``, ``starts`` and ``ends``.

    The sentences are the spans, labelled SENTENCE; errors as in ``read_file``.
    """
    documents = []
    scheme, annotates = path.stem.split("_")[0], frozenset({"SENTENCE"})
    for number, record in _records(path, "starts", "ends"):
        bounds = tuple(zip(record["starts"], record["ends"], strict=True))
        spans = tuple((start, end, "SENTENCE") for start, end in bounds)
        name = f"{path.stem}:{number}"
        documents.append(Document(name, scheme, record["text"], bounds, spans, annotates))
    return documents
