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
from pathlib import Path

from spacy.language import Language

from builder import offsets, records
from builder.annotate import tagger
from builder.annotate.pieces import cut, windows
from builder.annotate.sentences import sentence_bounds
from builder.annotate.suggest import load_pipeline, suggest
from builder.training.jobs import measure

_ROUNDS = 4
_NETWORK = "bare network"


def main() -> None:
    """Measure and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--task", choices=["entities", "claims"], required=True)
    parser.add_argument("--pipeline", action="append", default=["rules", "builder"])
    given = parser.parse_args()
    lines = given.file.read_text("utf-8").splitlines()
    texts = [_normalised(json.loads(line)["text"]) for line in lines if line.strip()]
    words = sum(len(text.split()) for text in texts)
    jobs = {_NETWORK: _bare_network(texts)}
    jobs |= {name: _annotation(load_pipeline(name), texts) for name in given.pipeline}
    seconds = _best_seconds(jobs, len(texts))
    print(f"{given.file.name}: {len(texts)} texts, {words} words")
    for name, spent in seconds.items():
        ratio = seconds[_NETWORK] / spent
        print(f"{name:<14} {words / spent:8.0f} words/s, {ratio:.2f} of the bare network")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory    {peak:8.0f} MB")
    for name in given.pipeline:
        report = measure(given.file, given.task, name, Path()).report
        exact, partly = (report[kind]["micro"]["f1"] for kind in ("strict", "partial"))
        print(f"{name:<14} {given.task} F1 strict {exact:.3f}, partial {partly:.3f}")


def _normalised(text: str) -> str:
    return offsets.join_paragraphs(text.split("\n\n"))


def _bare_network(texts: list[str]) -> Callable[[int], object]:
    one = tagger.load(tagger.MODEL)
    filled = []
    for text in texts:
        pieces = cut(one.tokenizer, text, sentence_bounds(text))
        bounds = windows(pieces, tagger.WINDOW - 2)
        filled.append([tagger.batch_of([(pieces, window)]) for window in bounds])
    return lambda at: [one.session.run(None, inputs) for inputs in filled[at]]


def _annotation(nlp: Language, texts: list[str]) -> Callable[[int], object]:
    """Return what makes the suggestion for one of ``texts``, an article but for its sentences."""
    nothing = records.Metadata()
    articles = [
        records.Article(
            id=offsets.article_id(text),
            text=text,
            sentences=_bounds(text),
            seeds=(),
            metadata=nothing,
        )
        for text in texts
    ]

    def job(at: int) -> object:
        sentences = _bounds(texts[at])
        return suggest(articles[at].model_copy(update={"sentences": sentences}), nlp)

    return job


def _bounds(text: str) -> tuple[records.Bounds, ...]:
    return tuple(records.Bounds(start=start, end=end) for start, end in sentence_bounds(text))


def _best_seconds(jobs: dict[str, Callable[[int], object]], count: int) -> dict[str, float]:
    """Return for each job the sum of its shortest times for each text, after a round to warm up."""
    best = {name: [float("inf")] * count for name in jobs}
    for lap in range(_ROUNDS + 1):
        for at in range(count):
            for name, job in jobs.items():
                began = time.perf_counter()
                job(at)
                spent = time.perf_counter() - began
                if lap:
                    best[name][at] = min(best[name][at], spent)
    return {name: sum(times) for name, times in best.items()}


if __name__ == "__main__":
    main()
