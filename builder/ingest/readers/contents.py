"""Find the articles in a file: one, or one for each of its records."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from builder.ingest.readers import feeds, mapping, single, tabular, warc
from builder.ingest.readers.content import Fault, SeedContent, SeedEntry, SeedError

_SINGLE: Mapping[str, Callable[[Path], SeedContent]] = {
    "text": single.read_text,
    "html": single.read_html,
    "mhtml": single.read_mhtml,
    "eml": single.read_eml,
}
_OWN: Mapping[str, Callable[[Path], Iterator[SeedEntry | Fault]]] = {
    "warc": warc.items,
    "feed": feeds.items,
}


@dataclass(frozen=True)
class Mapped:
    """Which field of a file's records is what, and the metadata that all of them share."""

    fields: Mapping[str, str]
    given: Mapping[str, str] = field(default_factory=dict)


def read_single(path: Path, kind: str) -> SeedContent:
    """Return the article of a file that holds one.

    Raises:
        SeedError: it cannot be read; the reason says what to do.
        OSError: it cannot be opened.

    """
    return _SINGLE[kind](path)


def holds_one(kind: str) -> bool:
    """Tell whether files of a kind hold one article."""
    return kind in _SINGLE


def items(path: Path, kind: str, mapped: Mapped | None) -> Iterator[SeedEntry | Fault]:
    """Yield each article of a file of many records, and what is wrong with other records.

    Where the file cannot be read to its end, the last thing says so. ``mapped`` is None where
    nobody has said which field is what: it is then guessed from the first records.

    Raises:
        OSError: the file cannot be opened.

    """
    try:
        yield from _OWN[kind](path) if kind in _OWN else _records(path, kind, mapped)
    except SeedError as error:
        yield Fault("rest" if error.line else None, error.line, error.reason)


def fields_of(path: Path, kind: str, mapped: Mapped | None) -> Mapped:
    """Return which field is what in a file of records, guessed unless somebody has said it.

    Raises:
        SeedError: no field is known as the article's text, or builder.toml names one that is not
            there.
        OSError: the file cannot be opened.

    """
    if mapped is not None and mapped.fields:
        _check_named(path, kind, mapped)
        return mapped
    first = tabular.sample(path, kind)
    guessed = mapping.guess(first)
    if not any(target in guessed for target in mapping.CONTENT):
        there = ", ".join(dict.fromkeys(name for record in first for name in record)) or "none"
        raise SeedError(
            f"no field is known as the article's text; it has: {there[:300]}. Say in builder.toml "
            f"which one it is: builder ingest --preview {path.name} shows how"
        )
    return Mapped(guessed, mapped.given if mapped else {})


def _records(path: Path, kind: str, mapped: Mapped | None) -> Iterator[SeedEntry | Fault]:
    chosen = fields_of(path, kind, mapped)
    seen: dict[str, tuple[int, str]] = {}
    for row in tabular.rows(path, kind):
        if isinstance(row, Fault):
            yield row
            continue
        number, record, data = row
        name, identity = _name(record, chosen, number), tabular.digest(data)
        before = seen.get(name) if "id" in chosen.fields else None
        if before is not None and before[1] != identity:
            yield Fault(
                f"{name}@{number}",
                number,
                f"its id {name!r} stands on {before[0]} with another content, which is read",
            )
            continue
        if "id" in chosen.fields:
            seen[name] = (number, identity)
        if before is not None:
            name = f"{name}@{number}"
        read = partial(mapping.document, record, chosen.fields, number, chosen.given)
        yield SeedEntry(name, number, identity, len(data), read)


def _check_named(path: Path, kind: str, chosen: Mapped) -> None:
    """Raise SeedError if none of the first records has the field that holds the text."""
    first = tabular.sample(path, kind)
    field = next(chosen.fields[target] for target in mapping.CONTENT if target in chosen.fields)
    if first and all(mapping.value_at(record, field) is None for record in first):
        there = ", ".join(dict.fromkeys(name for record in first for name in record))
        raise SeedError(
            f"builder.toml maps its text to field {field!r}, which none of its first records has; "
            f"they have: {there[:300]}"
        )


def _name(record: Mapping[str, object], chosen: Mapped, number: int) -> str:
    """Return what tells a record from the others of its file: its id, or its number."""
    value = mapping.value_at(record, chosen.fields["id"]) if "id" in chosen.fields else None
    text = " ".join(str(value).split()) if isinstance(value, str | int) else ""
    printable = "".join(c if c.isprintable() else "?" for c in text)
    return printable[:200] or str(number)
