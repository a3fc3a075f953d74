"""Remember what files held, so that what has not changed is not read or made again.

As git does, a file is taken for unchanged where its size, its times and its place on the disk are
those of the last look; everything else follows from the digests of contents. All of it lies in
``.builder/cache`` and can be removed at any time: it is then found out anew.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from builder.workspace.store import write_bytes

T = TypeVar("T")
# A file that is changed right after the look may keep its time stamp: such a look is not trusted.
_SETTLED_NS = 2_000_000_000
_ABSENT = ""
# What is remembered of a file.
_SEEN = ("size", "mtime", "ctime", "inode", "sha256")


class Freshness:
    """Digests of files, what was worked out from them, and what stages have made of them."""

    def __init__(self, root: Path, folder: Path, *, strict: bool = False) -> None:
        """Remember the files below ``root`` in ``folder``.

        If ``strict``, sizes and times of the last look are not trusted: every file is read once.
        """
        self._folder = folder
        self._tables: dict[str, dict[str, Any]] = {"files": {}} if strict else {}
        self._changed: set[str] = set()
        self._prefix = f"{root}{os.sep}"
        self._looked: dict[Path, str] | None = None
        self._results: dict[str, Any] = {}

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Look at each file once, for as long as nothing is written."""
        self._looked = {}
        try:
            yield
        finally:
            self._looked = None
            self._results.clear()

    def once(self, what: str, work_out: Callable[[], T]) -> T:
        """Return what is worked out from several files; while nothing is written, work it out once.

        Callers share what is returned and must not change it.
        """
        if self._looked is None:
            return work_out()
        if what not in self._results:
            self._results[what] = work_out()
        value: T = self._results[what]
        return value

    def digest(self, path: Path) -> str:
        """Return the SHA-256 of a file's content; an empty string where there is none.

        The file is read only if it may have changed since it was last read.
        """
        if self._looked is None:
            return self._digest(path)
        if path not in self._looked:
            self._looked[path] = self._digest(path)
        return self._looked[path]

    def _digest(self, path: Path) -> str:
        try:
            stat = path.stat()
        except FileNotFoundError:
            return _ABSENT
        seen = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
        table, name = self._table("files"), self._name(path)
        known = table.get(name)
        if known is not None and known[:4] == seen:
            return str(known[4])
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if time.time_ns() - max(seen[1], seen[2]) > _SETTLED_NS:
            table[name] = [*seen, found]
            self._changed.add("files")
        elif known is not None:
            del table[name]
            self._changed.add("files")
        return found

    def digests(self, paths: Iterable[Path]) -> str:
        """Return one digest over the names and contents of several files."""
        return joined(f"{path.name} {self.digest(path)}" for path in paths)

    def known(self, what: str, name: str, inputs: str) -> Any:
        """Return what was worked out from these inputs before, None if nothing was."""
        found = self._table(what).get(name)
        return found[1] if found is not None and found[0] == inputs else None

    def worked_out(self, what: str, name: str, inputs: str, work_out: Callable[[], T]) -> T:
        """Return what was worked out from these inputs before, or work it out and remember it.

        Args:
            what: what it is, with the version of the rule; it names the file of the cache.
            name: which one it is, such as the name of a file of records.
            inputs: a digest of everything that it follows from.
            work_out: returns it, as JSON can hold it.

        """
        table = self._table(what)
        known = table.get(name)
        if known is not None and known[0] == inputs:
            value: T = known[1]
            return value
        value = work_out()
        table[name] = [inputs, value]
        self._changed.add(what)
        return value

    def made(self, stage: str, name: str) -> tuple[str, str] | None:
        """Return the digests of what a stage last made a file from, and of the file as made."""
        known = self._table(f"made-{stage}").get(name)
        return None if known is None else (str(known[0]), str(known[1]))

    def make(self, stage: str, name: str, inputs: str, output: str) -> None:
        """Remember what a stage has made a file from, and the file's digest."""
        self._table(f"made-{stage}")[name] = [inputs, output]
        self._changed.add(f"made-{stage}")

    def forget(self, stage: str, keep: Iterable[str] = ()) -> None:
        """Forget what a stage has made, but for the files to keep."""
        table, kept = self._table(f"made-{stage}"), set(keep)
        for name in table.keys() - kept:
            del table[name]
            self._changed.add(f"made-{stage}")

    def save(self) -> None:
        """Write down what is new; what another command wrote meanwhile is found out again."""
        for what in sorted(self._changed):
            content = json.dumps(self._table(what), separators=(",", ":"), sort_keys=True)
            write_bytes(self._folder / f"{what}.json", content.encode())
        self._changed.clear()

    def _table(self, what: str) -> dict[str, Any]:
        if what not in self._tables:
            try:
                found = json.loads((self._folder / f"{what}.json").read_bytes())
            except (OSError, ValueError):
                found = {}
            rows = found.items() if isinstance(found, dict) else ()
            width = len(_SEEN) if what == "files" else 2
            # Whatever else stands there is found out anew.
            self._tables[what] = {
                name: row for name, row in rows if isinstance(row, list) and len(row) == width
            }
        return self._tables[what]

    def _name(self, path: Path) -> str:
        name = os.fspath(path)
        if not name.startswith(self._prefix):
            raise ValueError(f"{path} is not below {self._prefix}")
        return name[len(self._prefix) :].replace(os.sep, "/")


def joined(parts: Iterable[str]) -> str:
    """Return one SHA-256 over several texts, in their order."""
    sha = hashlib.sha256()
    for part in parts:
        sha.update(part.encode() + b"\n")
    return sha.hexdigest()
