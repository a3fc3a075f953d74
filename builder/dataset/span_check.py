"""Check that every span of a release reads in its text what it says it reads."""

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa
from pyarrow import compute

from builder.dataset import variant_check
from builder.text import TextError, check_span

# The number of a row in its table, the field, and what is wrong with it.
Broken = tuple[int, str, str]


def broken(
    config: str, table: pa.Table, articles: Mapping[str, str] | None = None
) -> Iterator[Broken]:
    """Yield what breaks the text contract in a table of a release.

    ``articles`` are texts by id; with them, sentences and contexts are looked up in their article.
    """
    articles = articles or {}
    if config == "variants":
        yield from variant_check.broken(table.to_pylist(), articles)
        return
    if config == "claims":
        yield from _broken_claims(table, articles)
        return
    texts = table.column("text").to_pylist()
    of_sentences = config in ("sentences", "opinions")
    if of_sentences:
        yield from _elsewhere(table, articles, "text", "start")
    for layer in ("entities", "claims"):
        yield from _misread(table, layer, texts, [0] * len(texts))
        if of_sentences:
            yield from _wrong_parts(table, layer)


def _elsewhere(
    table: pa.Table, articles: Mapping[str, str], field: str, start: str
) -> Iterator[Broken]:
    """Yield rows whose text does not stand at its place in the article."""
    columns = (table.column(name).to_pylist() for name in ("article_id", field, start))
    for row, (article, text, begin) in enumerate(zip(*columns, strict=True)):
        whole = articles.get(article)
        if whole is not None and not (begin >= 0 and whole.startswith(text, begin)):
            yield row, field, "is not what the article reads there"


def _broken_claims(table: pa.Table, articles: Mapping[str, str]) -> Iterator[Broken]:
    yield from _elsewhere(table, articles, "context", "context_start")
    contexts, shifts = (table.column(n).to_pylist() for n in ("context", "context_start"))
    for name in ("parts", "sources", "cues"):
        yield from _misread(table, name, contexts, shifts)
    said = (table.column(name).to_pylist() for name in ("text", "start", "end"))
    parts: list[list[tuple[int, int, str]]] = [[] for _ in contexts]
    rows, starts, ends, texts = _spans(table, "parts")
    for row, start, end, text in zip(rows, starts, ends, texts, strict=True):
        parts[row].append((start, end, text))
    for row, (text, start, end) in enumerate(zip(*said, strict=True)):
        if text != " ".join(part for _, _, part in parts[row]):
            yield row, "text", "is not that of its parts"
        last = max((part_end for _, part_end, _ in parts[row]), default=0)
        if not parts[row] or (start, end) != (parts[row][0][0], last):
            yield row, "start", "the bounds are not those of its parts"


def _spans(table: pa.Table, name: str) -> tuple[list[int], list[int], list[int], list[str]]:
    """Return the row, the start, the end and the text of each span in a column."""
    column = table.column(name).combine_chunks()
    rows = compute.list_parent_indices(column).to_pylist()
    flat = compute.list_flatten(column)
    start, end, text = (flat.field(field).to_pylist() for field in ("start", "end", "text"))
    return rows, start, end, text


def _misread(
    table: pa.Table, name: str, texts: Sequence[str], shifts: Sequence[int]
) -> Iterator[Broken]:
    """Yield spans that their text, which begins at its shift, does not read."""
    numbers = _Numbers()
    for row, start, end, said in zip(*_spans(table, name), strict=True):
        number, text, shift = numbers.within(row), texts[row], shifts[row]
        try:
            check_span(text, start - shift, end - shift, said)
        except TextError as error:
            yield row, f"{name}.{number}", str(error)


def _wrong_parts(table: pa.Table, name: str) -> Iterator[Broken]:
    """Yield parts that do not lie in their whole span; one of one is all of it."""
    rows, starts, ends, _ = _spans(table, name)
    flat = compute.list_flatten(table.column(name).combine_chunks())
    more = [flat.field(n).to_pylist() for n in ("parts", "article_start", "article_end")]
    begins, numbers = table.column("start").to_pylist(), _Numbers()
    for row, start, end, parts, first, last in zip(rows, starts, ends, *more, strict=True):
        number, begin, finish = numbers.within(row), begins[row] + start, begins[row] + end
        alike = (first, last) == (begin, finish)
        if not alike and not (parts > 1 and first <= begin < finish <= last):
            yield row, f"{name}.{number}", "is not where its article_start and article_end say"


class _Numbers:
    """Counts the spans of a row, row after row."""

    def __init__(self) -> None:
        self._row, self._number = -1, 0

    def within(self, row: int) -> int:
        """Return the number of the next span of a row, from 0."""
        self._number = self._number + 1 if row == self._row else 0
        self._row = row
        return self._number
