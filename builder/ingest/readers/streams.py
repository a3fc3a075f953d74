"""Open seeds, compressed ones too, and read no more of them than a seed may have."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from builder.ingest.readers.document import MAX_BYTES, SeedError

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
ENDINGS = (".gz", ".zst")
_CHUNK = 1 << 20


def inner_name(name: str) -> str:
    """Return the name of what is compressed in a file, or its own name if nothing is."""
    return name[: name.rindex(".")] if name.lower().endswith(ENDINGS) else name


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading; one that is compressed, as its first bytes say, is unpacked.

    Raises:
        SeedError: the compressed data are damaged or end too early, here or while they are read.
        OSError: the file cannot be opened.

    """
    with path.open("rb") as raw:
        start = raw.read(4)
        raw.seek(0)
        try:
            if start.startswith(_GZIP):
                with gzip.GzipFile(fileobj=raw) as stream:
                    yield cast("IO[bytes]", stream)
            elif start == _ZSTD:
                import zstandard

                with zstandard.ZstdDecompressor().stream_reader(
                    raw, read_across_frames=True
                ) as stream:
                    yield cast("IO[bytes]", _Whole(stream, raw))
            else:
                yield raw
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise SeedError(
                f"the compressed data are damaged: {error}; fetch the file again"
            ) from None


class _Whole:
    """A stream of zstandard data that notices when they end too early, and has lines."""

    def __init__(self, stream: IO[bytes], raw: IO[bytes]) -> None:
        self._stream, self._raw = stream, raw
        self._buffer = b""

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, no more than ``size``."""
        while size < 0 or len(self._buffer) < size:
            more = self._next()
            if not more:
                break
            self._buffer += more
        size = len(self._buffer) if size < 0 else size
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def readline(self, size: int) -> bytes:
        """Return the bytes up to the next line end, no more than ``size``."""
        at = self._buffer.find(b"\n")
        while at < 0 and len(self._buffer) < size:
            before, more = len(self._buffer), self._next()
            if not more:
                break
            self._buffer += more
            at = self._buffer.find(b"\n", before)
        end = min(at + 1 if at >= 0 else len(self._buffer), size)
        data, self._buffer = self._buffer[:end], self._buffer[end:]
        return data

    def _next(self) -> bytes:
        import zstandard

        try:
            return self._stream.read(_CHUNK)
        except zstandard.ZstdError as error:
            raise SeedError(
                f"the compressed data are damaged: {error}; fetch the file again"
            ) from None


def check_size(path: Path) -> None:
    """Raise SeedError if the file is larger than MAX_BYTES."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise SeedError(f"{size:,} bytes is more than the {MAX_BYTES:,} that a seed may have")


def read_bytes(path: Path) -> bytes:
    """Return a file's content, unpacked.

    Raises:
        SeedError: it is larger than MAX_BYTES, also once it is unpacked, or damaged.
        OSError: the file cannot be opened.

    """
    check_size(path)
    with opened(path) as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise SeedError(f"unpacked, it is more than the {MAX_BYTES:,} bytes that a seed may have")
    return data


def lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Yield number and content of each line without its end; None for one above MAX_BYTES."""
    number = 0
    while data := stream.readline(MAX_BYTES + 1):
        number += 1
        if len(data) > MAX_BYTES and not data.endswith(b"\n"):
            while data and not data.endswith(b"\n"):
                data = stream.readline(_CHUNK)
            yield number, None
        else:
            yield number, data.rstrip(b"\r\n")
