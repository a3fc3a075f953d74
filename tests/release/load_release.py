"""Read releases with some version of ``datasets`` and print what they hold.

Run by that version's Python.
Prints JSON: for each release, table and way to load, the version, types and rows of every split;
and what a program that it is given on stdin prints, or why it fails.
"""

import contextlib
import io
import json
import sys
import traceback

import datasets


def read(path: str, table: str, streaming: bool) -> dict[str, object]:
    loaded = datasets.load_dataset(path, table, streaming=streaming)
    return {
        split: {
            "version": str(part.info.version),
            "rows": [{name: row[name] for name in sorted(row)} for row in part],
            "types": {name: kind(of) for name, of in part.features.items()},
        }
        for split, part in loaded.items()
    }


def kind(of: object) -> object:
    """Return a type in words that are the same for all versions; a ClassLabel's are its names."""
    inner = getattr(of, "feature", None) or (of[0] if isinstance(of, list) else None)
    if inner is not None:
        return [kind(inner)]
    if isinstance(of, dict):
        return {name: kind(member) for name, member in of.items()}
    return of.names if isinstance(of, datasets.ClassLabel) else of.dtype  # type: ignore[attr-defined]


def run(program: str) -> list[str]:
    """Return what a program prints, and its traceback if it fails."""
    printed, failed = io.StringIO(), ""
    with contextlib.redirect_stdout(printed):
        try:
            exec(program, {"__name__": "program"})
        except Exception:
            failed = traceback.format_exc()
    return [printed.getvalue(), failed]


if __name__ == "__main__":
    datasets.disable_progress_bars()
    found = {
        path: {
            table: [read(path, table, streaming) for streaming in (False, True)]
            for table in ("sentences", "articles", "claims")
        }
        for path in sys.argv[1:]
    }
    # Each once more: what the cache holds by now must not be taken for another release.
    again = {path: read(path, "sentences", False) for path in found}
    ran = run(sys.stdin.read())
    print(json.dumps([datasets.__version__, found, again, ran], default=str))
