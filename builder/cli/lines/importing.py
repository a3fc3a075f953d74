"""Say what was taken in of existing work."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from builder.cli.lines.phrases import counts, first
from builder.phrasing import count

if TYPE_CHECKING:
    from builder.importing.stage import Imported

_HOW = {
    "hash": "whole articles",
    "alike": "alike but for spaces and signs, or parts",
    "edited": "edited",
}


def imported(result: "Imported") -> Iterator[str]:
    """Say what became of the texts and their marks."""
    done = [f"{result.new - result.changed} new"] if result.new > result.changed else []
    done += [f"{result.changed} changed"] if result.changed else []
    done += [f"{result.unchanged} there already"] if result.unchanged else []
    yield (
        f"import    {result.kind} of {result.by} on {count(result.articles, 'article')} "
        f"({', '.join(done) or 'nothing new'})"
    )
    found = {_HOW[how]: n for how, n in result.texts.items() if n and how in _HOW}
    yield f"          texts in {count(result.files, 'file')}: {counts(found)}"
    if result.texts.get("several"):
        number = count(result.texts["several"], "text")
        yield f"          {number} stand in several articles; each went to one of them"
    if result.new:
        yield f"          spans: {counts(result.spans)}"
    if result.dropped:
        yield f"          dropped, as [labels.map] says: {counts(result.dropped)}"
    if result.never_marked:
        names = ", ".join(result.never_marked)
        yield f"          looked for and not found, as nothing is marked so: {names}"
    yield from first([f"  newer: {what}" for what in result.newer], "newer")
    yield from _left_out(result)
    if result.kind == "suggestions" and result.new:
        yield f'To show them to people: [annotate] pipeline = "import:{result.by}"'


def _left_out(result: "Imported") -> Iterator[str]:
    told = []
    for item in result.rejected:
        line = f":{item.line}" if item.line else ""
        where = f" {item.field}:" if item.field else ""
        told.append(f"  left out: {item.path}{line}:{where} {item.reason}")
    yield from first(told, "left out")
