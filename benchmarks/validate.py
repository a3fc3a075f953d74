"""How fast records are checked, beside checkers that know their schema alone.

    .venv/bin/python -m benchmarks.validate [--records 100000] [--spans 3] [--broken 100]

Suggestions with so many spans each are written, one in so many of them broken: a span that ends
before it starts, a field too many, a label that is no name. ``builder validate FILE`` reads lines,
checks schema, record, order and place, and locates every finding; jsonschema-rs and msgspec (where
it is installed) say of each line whether its fields have the right types. CPU seconds of one
process, and its peak memory.
"""

import argparse
import importlib
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs

from builder.records import LAYERS, Producer, Scope, Span, Suggestion
from builder.text import span_id
from builder.validate.findings import Finding
from builder.validate.json_schema import schema
from builder.validate.targets import validate_targets
from builder.workspace.store import dump

_WORDS = ("The", "river", "rose", "by", "a", "metre", "on", "Monday", "as", "Ann", "Lee", "said.")


def main() -> None:
    """Write the records, check them in each way, print a line each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--spans", type=int, default=3)
    parser.add_argument("--broken", type=int, default=100, help="one record in so many")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "suggestions.jsonl"
        with path.open("wb") as file:
            for line in _lines(given.records, given.spans, given.broken):
                file.write(line)
        size = path.stat().st_size / 1e6
        print(f"{given.records} records of {given.spans} spans, {size:.0f} MB")
        ours = _measured("builder", given.records, lambda: _findings(path))
        for name, check in _others(path):
            _measured(name, given.records, check, ours)


def _lines(records: int, spans: int, broken: int) -> Iterator[bytes]:
    text = " ".join(_WORDS)
    for number in range(records):
        article = f"{number:016x}"
        line = dump([_suggestion(article, text, spans)])
        if number % broken == broken - 1:
            kind = number // broken % 3
            said = json.loads(line)
            if kind == 0:
                said["spans"][0]["end"] = 0
            elif kind == 1:
                said["more"] = 1
            else:
                said["spans"][0]["label"] = "A B"
            line = json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        yield line


def _suggestion(article: str, text: str, number: int) -> Suggestion:
    spans, start = [], 0
    for word in _WORDS[:number]:
        end = start + len(word)
        spans.append(
            Span(
                id=span_id(article, "entity", "ORG", start, end), layer="entity", label="ORG",
                start=start, end=end, text=word, by="words@1/rule:word", score=0.5,
            )
        )  # fmt: skip
        start = end + 1
    return Suggestion(
        article=article,
        scope=Scope(start=0, end=len(text), layers=LAYERS),
        producer=Producer(kind="rule", name="words", version="1", fingerprint="ab" * 8),
        spans=tuple(spans),
        relations=(),
    )


def _findings(path: Path) -> int:
    found: list[Finding] = validate_targets([str(path)]).findings
    assert all(finding.line for finding in found)
    return len({finding.line for finding in found})


def _others(path: Path) -> Iterator[tuple[str, Callable[[], int]]]:
    rust = jsonschema_rs.validator_for(json.loads(schema(Suggestion)))

    def by_schema() -> int:
        with path.open("rb") as file:
            return sum(not rust.is_valid(json.loads(line)) for line in file)

    yield "jsonschema-rs", by_schema
    if find_spec("msgspec"):
        yield "msgspec", _by_msgspec(path)


def _by_msgspec(path: Path) -> Callable[[], int]:
    msgspec = importlib.import_module("msgspec")

    def struct(name: str, model: Any, **inner: Any) -> Any:
        fields = [(field, inner.get(field, Any)) for field in model.model_fields]
        return msgspec.defstruct(name, fields, forbid_unknown_fields=True)

    typed = {"id": str, "layer": str, "label": str, "start": int, "end": int, "text": str}
    span = struct("Span", Span, **typed, by=str, attributes=dict[str, str])
    fields = {
        "article": str,
        "spans": list.__class_getitem__(span),
        "relations": list[Any],
        "left_out": dict[str, int],
    }
    kinds: list[Any] = [
        (name, fields.get(name, Any)) if name != "left_out" else (name, fields[name], {})
        for name in Suggestion.model_fields
    ]
    decoder = msgspec.json.Decoder(
        msgspec.defstruct("Suggestion", kinds, forbid_unknown_fields=True, kw_only=True)
    )

    def check() -> int:
        wrong = 0
        with path.open("rb") as file:
            for line in file:
                try:
                    decoder.decode(line)
                except msgspec.ValidationError:
                    wrong += 1
        return wrong

    return check


def _measured(
    name: str, records: int, check: Callable[[], int], ours: float | None = None
) -> float:
    began = time.process_time()
    wrong = check()
    seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ratio = "" if ours is None else f", {ours / seconds:.1f} times as fast"
    print(
        f"{name:14} {seconds:6.2f} CPU-s, {records / seconds:9.0f} records a second{ratio}; "
        f"{wrong} records wrong; peak {peak:.0f} MB"
    )
    return seconds


if __name__ == "__main__":
    main()
