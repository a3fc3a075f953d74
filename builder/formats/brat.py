"""Write the articles of a release as brat's stand-off files: a text and an .ann file each.

Offsets are code points, as brat counts them. A span that runs over a paragraph's end is written
in fragments, since brat keeps one line for each span.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from builder.formats.converted import Part
from builder.formats.labelled import Labelled, articles
from builder.labels import LabelSet
from builder.records import Span

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
