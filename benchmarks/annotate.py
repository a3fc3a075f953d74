"""How fast and how good suggestions are, in one run: the tagger's bare network, the pipelines.

    taskset -c 0 .venv/bin/python benchmarks/annotate.py FILE.jsonl --task entities
        [--pipeline NAME ...]

FILE is what ``builder evaluate`` reads. The bare network's rate is that of onnxruntime alone, one
window after another, all of them cut and filled beforehand. Every pipeline goes from text to
records: sentences, entities and claims together, made into a Suggestion. The network and the
pipelines take turns, batch by batch (as many texts as ``builder annotate`` takes at once), so that
what else the machine does slows all of them down alike; of some rounds each one's best counts,
batch by batch. Quality is strict and partial micro F1.
"""

import argparse
import json
import resource
import time
from collections.abc import Callable
from pathlib import Path

from spacy.language import Language
from spacy.util import minibatch

from builder import labels, records
from builder.annotate.batches import BATCH
from builder.annotate.boundaries import sentence_bounds
from builder.annotate.label_map import LabelMap
from builder.annotate.pipelines import load_pipeline
from builder.annotate.suggest import suggest_all
from builder.annotate.tagger import inference
from builder.annotate.tagger.pieces import cut, windows
from builder.text import article_id, join_paragraphs
from builder.training.jobs import measure

_ROUNDS = 8
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
    batches = list(minibatch(texts, BATCH))
    jobs = {_NETWORK: _bare_network(batches)}
    jobs |= {name: _annotation(load_pipeline(name), batches) for name in given.pipeline}
    seconds = _best_seconds(jobs, len(batches))
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
    return join_paragraphs(text.split("\n\n"))


def _bare_network(batches: list[list[str]]) -> Callable[[int], object]:
    one = inference.load(inference.MODEL)
    filled = []
    for batch in batches:
        cuts = [cut(one.tokenizer, text, sentence_bounds(text)) for text in batch]
        rows = [(p, window) for p in cuts for window in windows(p, inference.WINDOW - 2)]
        filled.append([inference.batch_of([row]) for row in rows])
    return lambda at: [one.session.run(None, inputs) for inputs in filled[at]]


def _annotation(nlp: Language, batches: list[list[str]]) -> Callable[[int], object]:
    """Return what makes the suggestions for one of the batches, articles but for sentences."""
    made = [[_article(text) for text in batch] for batch in batches]

    def job(at: int) -> object:
        articles = (one.model_copy(update={"sentences": _bounds(one.text)}) for one in made[at])
        return list(suggest_all(articles, nlp, LabelMap(labels.default())))

    return job


def _article(text: str) -> records.Article:
    return records.Article(
        id=article_id(text),
        text=text,
        sentences=_bounds(text),
        seeds=(),
        metadata=records.Metadata(),
    )


def _bounds(text: str) -> tuple[records.Bounds, ...]:
    return tuple(records.Bounds(start=start, end=end) for start, end in sentence_bounds(text))


def _best_seconds(jobs: dict[str, Callable[[int], object]], count: int) -> dict[str, float]:
    """Return for each job the sum of its shortest times for all batches; a first round warms up."""
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
