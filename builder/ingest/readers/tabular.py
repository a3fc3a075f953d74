"""Go through files of many records: JSON, JSON Lines, CSV, Parquet and Arrow."""

import csv
import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from builder.extras import need
from builder.ingest.readers import decoding, streams
from builder.ingest.readers.content import MAX_BYTES, Fault, SeedError

# A record, the number of the line or row that it stands on, and the bytes that it is known by.
Row = tuple[int, dict[str, Any], bytes]
_BATCH = 64


def rows(path: Path, kind: str) -> Iterator[Row | Fault]:
    """Yield each record of a file, or what is wrong with it.

    Raises:
        SeedError: the file cannot be read at all, or not to its end.
        OSError: it cannot be opened.

    """
    yield from _READERS[kind](path)


def sample(path: Path, kind: str, number: int = 50) -> list[dict[str, Any]]:
    """Return the first records of a file, as many as can be read.

    Raises:
        SeedError: the file cannot be read, and not one record stands before the fault.
        OSError: it cannot be opened.

    """
    found: list[dict[str, Any]] = []
    try:
        for row in rows(path, kind):
            if len(found) == number:
                break
            if not isinstance(row, Fault):
                found.append(row[1])
    except SeedError:
        if not found:
            raise
    return found


def _jsonl(path: Path) -> Iterator[Row | Fault]:
    with streams.opened(path) as stream:
        for number, data in streams.lines(stream):
            if data is None:
                yield Fault(None, number, f"the line has more than {MAX_BYTES:,} bytes; split it")
            elif data.strip():
                yield _record(number, data)


def _record(number: int, data: bytes) -> Row | Fault:
    try:
        text, _ = decoding.decode(data)
        value = json.loads(text)
    except SeedError as error:
        return Fault(None, number, error.reason)
    except (ValueError, RecursionError) as error:
        return Fault(None, number, f"not valid JSON: {error}")
    return _checked(number, value, data)


def _checked(number: int, value: Any, data: bytes) -> Row | Fault:
    if not isinstance(value, dict):
        return Fault(None, number, "a record must be a JSON object with fields")
    try:
        str(value).encode()
    except UnicodeEncodeError:
        return Fault(None, number, "it holds half a surrogate pair, which is no character")
    except RecursionError:
        return Fault(None, number, "it is nested too deeply")
    return number, value, data


def _json(path: Path) -> Iterator[Row | Fault]:
    text, _ = decoding.decode(streams.read_bytes(path))
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SeedError(f"not valid JSON: {error}", getattr(error, "lineno", None)) from None
    many = value if isinstance(value, list) else _inner_list(value)
    for number, item in enumerate(many, 1):
        yield _checked(number, item, _canonical(item))


def _inner_list(value: Any) -> list[Any]:
    """Return the records of an answer such as ``{"articles": [...]}``, or the one record."""
    lists = [v for v in value.values() if isinstance(v, list)] if isinstance(value, dict) else []
    long_texts = isinstance(value, dict) and any(
        isinstance(v, str) and len(v) > 200 for v in value.values()
    )
    records = [v for v in lists if v and all(isinstance(item, dict) for item in v)]
    return records[0] if len(records) == 1 and not long_texts else [value]


def _canonical(value: Any) -> bytes:
    def plain(item: Any) -> Any:
        return item.isoformat() if isinstance(item, date | datetime) else repr(item)

    return json.dumps(value, sort_keys=True, ensure_ascii=True, default=plain).encode()


def _csv(path: Path) -> Iterator[Row | Fault]:
    csv.field_size_limit(MAX_BYTES)
    with streams.opened(path) as stream:
        head = stream.read(1 << 16)
        dialect = _dialect(head, streams.inner_name(path.name))
    with streams.opened(path) as stream:
        reader = csv.reader(_decoded_lines(stream), delimiter=dialect, strict=True)
        try:
            names = next(reader, [])
            yield from _csv_rows(reader, [name.strip() for name in names])
        except csv.Error as error:
            raise SeedError(f"not valid CSV: {error}", reader.line_num) from None


def _csv_rows(reader: Any, names: list[str]) -> Iterator[Row | Fault]:
    if len(set(names)) < len(names) or not all(names):
        raise SeedError("its first line must name each column once", 1)
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise SeedError(f"not valid CSV: {error}; what follows is not read", first) from None
        if cells is None:
            return
        if not any(cells):
            continue
        if len(cells) != len(names):
            yield Fault(None, first, f"{len(cells)} cells in a table of {len(names)} columns")
            continue
        record = dict(zip(names, cells, strict=True))
        yield first, record, _canonical(record)


def _decoded_lines(stream: Any) -> Iterator[str]:
    for number, data in streams.lines(stream):
        if data is None:
            raise SeedError(f"the line has more than {MAX_BYTES:,} bytes", number)
        yield decoding.decode(data)[0] + "\n"


def _dialect(head: bytes, name: str) -> str:
    if name.lower().endswith(".tsv"):
        return "\t"
    first = head.split(b"\n", 1)[0]
    return max(",;\t|", key=lambda sign: first.count(sign.encode()))


def _parquet(path: Path) -> Iterator[Row | Fault]:
    need(f"{path}: Parquet", "dataset")
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            yield from _batches(file.iter_batches(batch_size=_BATCH))
    except pyarrow.ArrowException as error:
        raise SeedError(f"not valid Parquet: {error}") from None


def _arrow(path: Path) -> Iterator[Row | Fault]:
    need(f"{path}: Arrow", "dataset")
    import pyarrow

    try:
        with pyarrow.memory_map(str(path)) as source:
            try:
                reader: Any = pyarrow.ipc.open_stream(source)
                yield from _batches(reader)
            except pyarrow.ArrowInvalid:
                source.seek(0)
                file = pyarrow.ipc.open_file(source)
                yield from _batches(file.get_batch(i) for i in range(file.num_record_batches))
    except pyarrow.ArrowException as error:
        raise SeedError(f"not valid Arrow data: {error}") from None


def _batches(batches: Iterator[Any]) -> Iterator[Row | Fault]:
    number = 0
    for batch in batches:
        for at in range(0, batch.num_rows, _BATCH):
            for record in batch.slice(at, _BATCH).to_pylist():
                number += 1
                clean = {
                    k: None if isinstance(v, float) and math.isnan(v) else v
                    for k, v in record.items()
                }
                yield number, clean, _canonical(clean)


_READERS: Mapping[str, Callable[[Path], Iterator[Row | Fault]]] = {
    "json": _json,
    "jsonl": _jsonl,
    "csv": _csv,
    "parquet": _parquet,
    "arrow": _arrow,
}


#: The kinds of files whose records have fields.
KINDS = frozenset(_READERS)


def digest(data: bytes) -> str:
    """Return the SHA-256 of a record."""
    return hashlib.sha256(data).hexdigest()
