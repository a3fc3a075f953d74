"""Open seeds, compressed ones too, and read no more of them than a seed may have."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from builder.extras import need
from builder.ingest.readers.content import MAX_BYTES, SeedError

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
ENDINGS = (".gz", ".zst")
_CHUNK, _LITTLE = 1 << 20, 1 << 12


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
                yield cast("IO[bytes]", io.BufferedReader(_Zstandard(path), _CHUNK))
            else:
                yield raw
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise _damaged(error) from None


class _Zstandard(io.RawIOBase):
    """What is compressed in a file by zstandard; data that end too early are noticed."""

    def __init__(self, path: Path) -> None:
        need(f"{path}: what zstandard has compressed", "dataset")
        import pyarrow

        self._stream = pyarrow.CompressedInputStream(pyarrow.OSFile(str(path)), "zstd")

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with the next bytes; return how many there were."""
        try:
            # Little at once: what stands before the damage is not lost with it.
            data = self._stream.read(min(len(buffer), _LITTLE))
        except OSError as error:
            raise _damaged(error) from None
        buffer[: len(data)] = data
        return len(data)


def _damaged(error: Exception) -> SeedError:
    return SeedError(f"the compressed data are damaged: {error}; fetch the file again")


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
