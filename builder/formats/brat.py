"""Read and write brat's stand-off files: a text and an .ann file for each article.

Offsets are code points, as brat counts them. A span that runs over a paragraph's end is written
in fragments, since brat keeps one line for each span.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from builder.formats.converted import Part
from builder.formats.foreign import (
    ForeignLink,
    ForeignMark,
    ForeignText,
    Read,
    article_named,
    fault,
    shown,
    text_of,
)
from builder.formats.labelled import Labelled, articles
from builder.labels import LabelSet
from builder.records import Span

SUFFIXES = (".ann",)
_BREAK = re.compile(r"\s*\n\s*")


def export(release: Path, labels: LabelSet) -> Iterator[Part]:
    """Yield two files an article, in a folder a split, and the configuration that brat needs."""
    yield Part("annotation.conf", _configuration(labels).encode())
    for article in articles(release, labels):
        name = f"{article.split}/{article.id}"
        yield Part(f"{name}.txt", article.text.encode())
        yield Part(f"{name}.ann", "".join(f"{line}\n" for line in _lines(article)).encode())


def _lines(article: Labelled) -> Iterator[str]:
    names = {span.id: f"T{number}" for number, span in enumerate(article.spans, start=1)}
    for span in article.spans:
        yield f"{names[span.id]}\t{span.label} {_place(span)}\t{_BREAK.sub(' ', span.text)}"
    for number, r in enumerate(article.relations, start=1):
        yield f"R{number}\t{r.label} Arg1:{names[r.head]} Arg2:{names[r.tail]}"
    attributes = [(s, n, v) for s in article.spans for n, v in sorted(s.attributes.items())]
    for number, (span, name, value) in enumerate(attributes, start=1):
        yield f"A{number}\t{name} {names[span.id]} {value}"


def _place(span: Span) -> str:
    """Return the bounds of a span's fragments, one a paragraph."""
    edges = [0, *(edge for m in _BREAK.finditer(span.text) for edge in m.span()), len(span.text)]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return ";".join(f"{span.start + start} {span.start + end}" for start, end in pairs)


def _configuration(declared: LabelSet) -> str:
    lines = ["[entities]", *(label.name for label in declared.labels), "", "[relations]"]
    lines += [f"{r.name}\tArg1:{r.head}, Arg2:{r.tail}" for r in declared.relations]
    lines += ["<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>", "", "[events]", ""]
    lines += ["[attributes]"]
    for attribute in declared.attributes:
        values = "|".join(value.name for value in attribute.values)
        lines.append(f"{attribute.name}\tArg:{attribute.label}, Value:{values}")
    return "\n".join(lines) + "\n"


# --- reading ----------------------------------------------------------------------------------

_SPAN = re.compile(r"(\S{1,200}) (\d{1,9} \d{1,9}(?:;\d{1,9} \d{1,9})*)")
_RELATION = re.compile(r"(\S{1,200}) Arg1:(T\w{1,20}) Arg2:(T\w{1,20})\s*")
_KINDS = {
    "E": "an event",
    "*": "an equivalence",
    "#": "a note",
    "N": "a link to a database",
    "A": "an attribute without a value",
    "M": "an attribute without a value",
}


def read(path: Path, *, machine: bool) -> Read:
    """Yield the text beside an .ann file with its spans, relations and attributes."""
    file, text = shown(path), text_of(path.with_suffix(".txt"))
    attributes: list[tuple[int, str, str, str]] = []
    spans: list[ForeignMark] = []
    links: list[ForeignLink] = []
    for number, line in enumerate(text_of(path).split("\n"), start=1):
        if not line.strip():
            continue
        key, _, rest = line.rstrip("\r").partition("\t")
        said, _, surface = rest.partition("\t")
        kind, words = key[:1], said.split()
        reason = ""
        if kind == "T" and (found := _SPAN.fullmatch(said)):
            edges = [tuple(map(int, pair.split())) for pair in found[2].split(";")]
            start, end = edges[0][0], edges[-1][1]
            if _has_gaps(text, edges):
                reason = "is a span in pieces: mark each of them"
            else:
                reads = surface if len(edges) == 1 and surface else None
                spans.append(ForeignMark(found[1], start, end, key, reads, where=key, line=number))
        elif kind == "R" and (found := _RELATION.fullmatch(said)):
            links.append(ForeignLink(found[1], found[2], found[3], key, number))
        elif kind == "A" and len(words) == 3:
            attributes.append((number, words[1], words[0], words[2]))
        else:
            reason = f"is {_KINDS.get(kind, 'no line of brat')}: there is no place for it"
        if reason:
            yield fault(file, reason, key[:40], number)
    known = {span.key for span in spans}
    of_span: dict[str, dict[str, str]] = {}
    for number, target, name, value in attributes:
        of_span.setdefault(target, {})[name] = value
        if target not in known:
            yield fault(file, f"is an attribute of {target[:40]}, which is no span", "", number)
    marks = tuple(replace(span, attributes=of_span.get(span.key, {})) for span in spans)
    yield ForeignText(file, text, marks, tuple(links), article=article_named(path.stem))


def _has_gaps(text: str, edges: list[tuple[int, ...]]) -> bool:
    """Tell whether there are words between the fragments of a span."""
    between = pairwise(edges)
    return any(start < end or text[end:start].strip() for (_, end), (start, _) in between)
