"""How fast and how good suggestions are, in one run: the tagger's bare network, the pipelines.

    taskset -c 0 .venv/bin/python benchmarks/annotate.py FILE.jsonl --task entities
        [--pipeline NAME ...]

FILE is what ``builder evaluate`` reads. The bare network's rate is that of onnxruntime alone, one
window after another, all of them cut and filled beforehand. Every pipeline goes from text to
records: sentences, entities and claims together, made into a Suggestion. The network and the
pipelines take turns, text by text, so that what else the machine does slows all of them down alike;
of some rounds each one's best counts, text by text. Quality is strict and partial micro F1.
"""

import argparse
import json
import resource
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from spacy.language import Language

from builder.annotate import tagger
from builder.annotate.pieces import cut
from builder.annotate.sentences import sentence_bounds
from builder.annotate.suggest import load_pipeline
from builder.training.jobs import measure

_TIMES = 3


def main() -> None:
    """Measure and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--task", choices=["entities", "claims"], required=True)
    parser.add_argument("--pipeline", action="append", default=["rules", "builder"])
    given = parser.parse_args()
    lines = given.file.read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines if line.strip()]
    words = sum(len(text.split()) for text in texts)
    bare = words / _best(_bare_network(texts))
    print(f"{given.file.name}: {len(texts)} texts, {words} words")
    print(f"bare network   {bare:8.0f} words/s")
    for name in given.pipeline:
        nlp = load_pipeline(name)
        rate = words / _best(partial(_run, nlp, texts))
        report = measure(given.file, given.task, name).report
        exact, partly = (report[kind]["micro"]["f1"] for kind in ("strict", "partial"))
        print(
            f"{name:<14} {rate:8.0f} words/s, {rate / bare:.2f} of the bare network; "
            f"{given.task} F1 strict {exact:.3f}, partial {partly:.3f}"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory    {peak:8.0f} MB")


def _run(nlp: Language, texts: list[str]) -> None:
    for text in texts:
        nlp(text)


def _bare_network(texts: list[str]) -> Callable[[], object]:
    one = tagger.load(tagger.MODEL)
    pieces = [cut(one.tokenizer, text, sentence_bounds(text)) for text in texts]
    return lambda: [one.scores(piece) for piece in pieces]


def _best(job: Callable[[], object]) -> float:
    """Return the shortest time in seconds of a few runs, after one to warm up."""
    job()
    times = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        job()
        times.append(time.perf_counter() - began)
    return min(times)


if __name__ == "__main__":
    main()
