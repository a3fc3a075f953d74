"""How good suggestions are on documents held out of training, and what each rule earns.

    .venv/bin/python benchmarks/suggestions.py FOLDER [FOLDER ...] [--model FOLDER]
        [--part train|chosen_by|reported] [--rules | --precision]

The folders hold the corpora that the embedded model is trained on; ``builder.training.recipe`` says
which of their documents are held out. Printed are, for each corpus, the strict F1 of names, of
attributed claims and of claims in the newspaper's own voice, by label, with 95% intervals by
bootstrap over documents, and for each label how far its scores are from how often they are right.
``--rules`` prints instead what each rule earns: the strict F1 of its layer with it less that
without, on each corpus, with an interval by the same draws of documents for both. ``--precision``
prints for each producer and label how often its spans are right: with ``--model rules --part
train`` it gives the scores of the rules, which have learned from none of these texts.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from spacy.language import Language
from spacy.tokens import Doc

from builder.annotate import entities, sentences
from builder.annotate.claims import mending
from builder.annotate.claims import pipe as claims
from builder.annotate.claims.drafts import GROUP
from builder.annotate.names import merging
from builder.annotate.pipelines import load_pipeline
from builder.annotate.tagger.spans import Tagged
from builder.training.calibrate import reliability
from builder.training.corpora import Document, coarse, known_spans, layer_of, read_folder
from builder.training.evaluate import Counts, compare, count, exact, gain
from builder.training.recipe import parts

_FEW = 100


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="+")
    parser.add_argument("--model", default="builder")
    parser.add_argument("--part", choices=["train", "chosen_by", "reported"], default="reported")
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--precision", action="store_true")
    given = parser.parse_args()
    corpora = [document for folder in given.folder for document in read_folder(folder)]
    held_out: Sequence[Document] = getattr(parts(corpora), given.part)
    nlp = load_pipeline(given.model)
    sets: dict[str, list[Document]] = defaultdict(list)
    for document in held_out:
        sets[_set_of(document)].append(document)
    for name, documents in sets.items():
        docs = _tagged(nlp, documents)
        if given.rules:
            _print_rules(name, nlp, documents, docs)
        elif given.precision:
            _print_precision(name, documents, _made(nlp, docs))
        else:
            _print_figures(name, documents, _found(nlp, docs))


def _set_of(document: Document) -> str:
    claims = " claims" if "CLAIM" in document.annotates and "GPE" not in document.annotates else ""
    news = " news" if document.name.startswith("GUM_news") else ""
    return f"{document.scheme}{news}{claims}"


def _tagged(nlp: Language, documents: Sequence[Document]) -> list[Doc]:
    """Return the documents with their sentences and what the tagger finds in them."""
    docs = []
    for document in documents:
        doc = nlp.make_doc(document.text)
        sentences.set_sentences(doc, list(document.sentences))
        docs.append(doc)
    if nlp.has_pipe("builder_tagger"):
        tagger: Any = nlp.get_pipe("builder_tagger")
        docs = list(tagger.pipe(docs))
    return docs


def _found(nlp: Language, docs: Sequence[Doc]) -> list[list[Tagged]]:
    """Return all suggestions, with AUTHOR for claims in the newspaper's own voice."""
    return [[span for _, span in spans] for spans in _made(nlp, docs)]


def _made(nlp: Language, docs: Sequence[Doc]) -> list[list[tuple[str, Tagged]]]:
    """Return all suggestions, each after who made it."""
    made = list(docs)
    for name in ("builder_entities", "builder_claims"):
        pipe: Any = nlp.get_pipe(name)
        made = list(pipe.pipe(made))
    return [[*_entities(doc), *_claims(doc)] for doc in made]


def _entities(doc: Doc) -> Iterator[tuple[str, Tagged]]:
    scores = doc.user_data["entity_scores"]
    for span in doc.ents:
        start, end = span.start_char, span.end_char
        yield span.id_, Tagged(span.label_, start, end, scores[f"{start}:{end}"] or 0.0)


def _claims(doc: Doc) -> Iterator[tuple[str, Tagged]]:
    about = doc.spans[GROUP].attrs
    for span in doc.spans[GROUP]:
        author = about["attributes"].get(span.id_, {}).get("attribution") == "author"
        label, score = "AUTHOR" if author else span.label_, about["scores"][span.id_]
        yield about["makers"][span.id_], Tagged(label, span.start_char, span.end_char, score)


# --- figures --------------------------------------------------------------------------------


def _print_figures(
    name: str, documents: Sequence[Document], found: Sequence[Sequence[Tagged]]
) -> None:
    print(f"\n{name}: {len(documents)} documents")
    plain = [coarse(d, spans) for d, spans in zip(documents, found, strict=True)]
    gold = [known_spans(document) for document in documents]
    for layer in ("names", "claims", "author"):
        golds, founds = ([_of(spans, layer) for spans in many] for many in (gold, plain))
        if not any(golds):
            continue
        report = compare(golds, founds, exact)
        _print_row(layer, report["micro"])
        sums = Counter(span[2] for spans in golds for span in spans)
        for label, figures in report["labels"].items():
            mine = [[s for s in spans if s.label == label] for spans in found]
            error: Any = reliability(documents, mine)["error"] if any(mine) else 0.0
            told = f"  calibration {error:.3f}" if any(mine) and sums[label] >= _FEW else ""
            _print_row(f"  {label} ({sums[label]})", figures, told)


def _of(spans: Sequence[tuple[int, int, str]], layer: str) -> list[tuple[int, int, str]]:
    return [span for span in spans if layer_of(span[2]) == layer]


def _print_row(name: str, figures: dict[str, Any], more: str = "") -> None:
    low, high = figures["ci95"]
    shares = " ".join(f"{figures[key]:.3f}" for key in ("f1", "precision", "recall"))
    print(f"{name:<22} {shares}  {low:.3f}-{high:.3f}{more}")


def _print_precision(
    name: str, documents: Sequence[Document], made: Sequence[Sequence[tuple[str, Tagged]]]
) -> None:
    right: Counter[tuple[str, str]] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    said: dict[tuple[str, str], float] = defaultdict(float)
    for document, spans in zip(documents, made, strict=True):
        gold = set(document.spans)
        for maker, span in spans:
            if span.label in document.annotates:
                key = maker, span.label
                found[key] += 1
                said[key] += span.score
                right[key] += (span.start, span.end, span.label) in gold
    print(f"\n{name}: {len(documents)} documents; spans, how often right, their mean score")
    for key, number in sorted(found.items()):
        print(f"{' '.join(key):<44} {number:>5} {right[key] / number:.2f} {said[key] / number:.2f}")


# --- rules ----------------------------------------------------------------------------------


@contextmanager
def _without_rule(rule: str) -> Iterator[None]:
    """Drop the names and values of one rule."""
    finders = {name: vars(entities)[name] for name in ("find_names", "_value_spans")}

    def without(find: Any) -> Callable[..., Any]:
        return lambda *given: [span for span in find(*given) if span.id_ != rule]

    with ExitStack() as stack:
        for name, find in finders.items():
            stack.enter_context(patch.object(entities, name, without(find)))
        yield


# What is switched off, by name, and how.
_SWITCHES: dict[str, Callable[[], Any]] = {
    "names: one label in a document": lambda: patch.object(
        merging, "_kinds", lambda tokens, tagged, rules: _own_kinds(tokens, tagged)
    ),
    "names: rules vote": lambda: patch.object(merging, "_RULE_VOTE", 0.0),
    "names: missed mentions": lambda: patch.object(
        merging, "with_missed", lambda doc, tagged, closed: tagged
    ),
    "names: bounds by words": lambda: patch.object(
        merging, "name_bounds", lambda doc, tokens, label, start, end: (start, end)
    ),
    "names: bounds by known names": lambda: patch.object(merging, "_KNOWING", set()),
    "names: no titles alone": lambda: patch.object(merging, "_only_titles", lambda *_: False),
    "names: known names added": lambda: patch.object(merging, "_is_sure", lambda _: False),
    "values: rules first": lambda: patch.multiple(
        entities, _BY_RULES=set(), _RULES_FIRST=set(), _ADDED=entities.VALUES
    ),
    "values: rules add": lambda: patch.object(entities, "_ADDED", set()),
    "claims: mending": lambda: patch.object(claims, "mended", lambda _, pieces: list(pieces)),
    "claims: whole sources": lambda: patch.object(
        mending, "whole_source", lambda s, source, limit: source
    ),
    "claims: quotations that go on": lambda: patch.object(
        claims, "_add_continuations", lambda _: None
    ),
}


def _own_kinds(tokens: Any, tagged: Any) -> dict[str, str]:
    return {tokens.between(span.start, span.end): span.label_ for span, _ in tagged}


def _print_rules(
    name: str, nlp: Language, documents: Sequence[Document], docs: Sequence[Doc]
) -> None:
    print(f"\n{name}: {len(documents)} documents; F1 with a rule less F1 without, 95% interval")
    with_all = _counts(documents, _found(nlp, docs))
    for layer, rows in with_all.items():
        print(f"{layer:<46} {sum(rows, Counts()).figures()['f1']:.4f}")
    used = Counter(span.id_ for doc in docs for span in doc.ents if span.id_.startswith("rule:"))
    switches = {rule: (lambda rule=rule: _without_rule(rule)) for rule in sorted(used)}
    for rule, switch in {**_SWITCHES, **switches}.items():
        with switch():
            without = _counts(documents, _found(nlp, docs))
        told = f" ({used[rule]} spans)" if rule in used else ""
        for layer, rows in with_all.items():
            if rows != without[layer]:
                found = gain(rows, without[layer])
                low, high = found["ci95"]
                print(f"{rule + told:<46} {layer:<7} {found['f1']:+.4f}  {low:+.4f} to {high:+.4f}")


def _counts(
    documents: Sequence[Document], found: Sequence[Sequence[Tagged]]
) -> dict[str, list[Counts]]:
    """Return for each layer the counts of each document."""
    sums: dict[str, list[Counts]] = {}
    for at, (document, spans) in enumerate(zip(documents, found, strict=True)):
        counted = count(known_spans(document), coarse(document, spans), exact)
        for label, counts in counted.items():
            rows = sums.setdefault(layer_of(label), [Counts()] * len(documents))
            rows[at] += counts
    return sums


if __name__ == "__main__":
    main()
