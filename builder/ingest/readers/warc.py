"""Go through a crawl in WARC form: its pages, and why the other records are none."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from builder.ingest.readers.content import MAX_BYTES, Fault, SeedContent, SeedEntry
from builder.ingest.readers.single import html_document, text_document

_PAGES = ("text/html", "application/xhtml+xml")
_GZIP, _ZSTD = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"
_RECORD = b"\r\n\r\nWARC/1"
_CHUNK = 1 << 20
# A file that is damaged more often than this is no crawl any more.
_MAX_DAMAGES = 100
_OK = 200


def items(path: Path) -> Iterator[SeedEntry | Fault]:
    """Yield each page of a crawl in order; ``record`` and ``line`` are the number of the record.

    Behind a damaged record, the next one that is whole is looked for.

    Raises:
        OSError: the file cannot be opened.

    """
    number, damages = 0, 0
    start: int | None = 0
    with path.open("rb") as file:
        while start is not None:
            file.seek(start)
            last = start
            try:
                for record in _records(file):
                    number += 1
                    last = max(last, start + int(record.stream_pos))
                    yield _item(record, number)
            except (OSError, ValueError) as error:
                damages += 1
                yield Fault(f"after {number}", number or None, f"a damaged record: {error}")
            else:
                return
            if damages == _MAX_DAMAGES:
                yield Fault("rest", None, f"damaged in {damages} places: the rest is not read")
                return
            file.seek(0)
            start = _next_record(file, last + 1)


def _records(file: IO[bytes]) -> Iterator[Any]:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    kinds: Any = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
    yield from ArchiveIterator(file, record_types=kinds, parse_http=False)


def _next_record(file: IO[bytes], after: int) -> int | None:
    """Return where the next record may begin, None if none follows."""
    head = file.read(4)
    marks = {_GZIP: 0, _ZSTD: 0} if head[:3] == _GZIP or head == _ZSTD else {_RECORD: 4}
    file.seek(after)
    at, kept = after, b""
    while chunk := file.read(_CHUNK):
        data = kept + chunk
        places = [(data.find(mark), skip) for mark, skip in marks.items()]
        found = [place + skip for place, skip in places if place >= 0]
        if found:
            return at - len(kept) + min(found)
        at += len(chunk)
        kept = data[-len(_RECORD) :]
    return None


def _item(record: Any, number: int) -> SeedEntry | Fault:
    said, name = int(record.headers.get("Content-Length") or 0), str(number)
    url = record.headers.get("WARC-Target-URI")
    where = f" ({url})" if url else ""
    if said > MAX_BYTES:
        return Fault(
            name, number, f"{said:,} bytes is more than a seed may have{where}", expected=True
        )
    data = record.reader.read(said)
    if len(data) < said:
        return Fault(name, number, f"cut off after {len(data):,} of {said:,} bytes{where}")
    kind, charset, status = record.headers.get("Content-Type"), None, _OK
    if record.is_http:
        record.set_bytes_content(data)
        record.parse_http(auto_decode="all")
        data = record.reader.read(MAX_BYTES + 1)
        kind, charset = record.http_content_type, record.http_charset
        status = record.http_headers.status_code if record.http_headers else _OK
    kind = (kind or "").split(";")[0].strip().lower()
    reason = _no_page(kind, status, len(data), url)
    if reason:
        return Fault(name, number, reason + where, expected=True)

    def read() -> SeedContent:
        if kind in _PAGES:
            return html_document(data, charset, url)
        return text_document(data, charset)

    return SeedEntry(name, number, hashlib.sha256(data).hexdigest(), len(data), read)


def _no_page(kind: str, status: int | None, size: int, url: str | None) -> str | None:
    if url and url.startswith(("dns:", "metadata:", "urn:", "whois:")):
        return "no page, but what the crawler notes"
    if status is not None and status != _OK:
        return f"no page, but an answer with HTTP status {status}"
    if kind not in (*_PAGES, "text/plain"):
        return f"no page, but {kind or 'something of no stated kind'}"
    if size > MAX_BYTES:
        return f"more than the {MAX_BYTES:,} bytes that a seed may have"
    return None if size else "an empty answer"
