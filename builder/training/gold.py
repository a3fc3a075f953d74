"""Make documents to learn from and to check by of a workspace's gold."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import groupby

from builder.annotate.label_map import LabelMap
from builder.annotate.tagger.spans import CLAIM_LABELS
from builder.records import Article, Gold, GoldSpan, Layer, Story
from builder.training.corpora import LABELS, Document, LabelledSpan

SCHEME = "gold"


def gold_documents(
    articles: Mapping[str, Article],
    stories: Iterable[Story],
    gold: Mapping[str, Gold],
    labels: LabelMap,
) -> tuple[list[Document], list[Document]]:
    """Return the documents of the train and of the validation split; test is never touched.

    A document is a run of sentences of one article that people looked at, for one layer; it
    bears its story's name, so that no split of documents parts a story. Claims in the
    newspaper's own voice are looked for if anybody marked one. Labels of the workspace that
    ``learned`` does not name are left out.
    """
    names = learned(labels)
    voices = any(_is_own_voice(span) for one in gold.values() for span in one.spans)
    parts: dict[str, list[Document]] = {"train": [], "validation": [], "test": []}
    for story in stories:
        for identity in story.articles:
            if identity in gold and identity not in story.out():
                article = articles[identity]
                for layer, known in names.items():
                    looked_for = set(known.values())
                    if voices and "CLAIM" in looked_for:
                        looked_for.add("AUTHOR")
                    parts[story.split] += [
                        replace(one, name=story.id, annotates=frozenset(looked_for))
                        for one in _runs(article, gold[identity], layer, known)
                    ]
    return parts["train"], parts["validation"]


def learned(labels: LabelMap) -> dict[Layer, dict[str, str]]:
    """Return what the tagger calls the workspace's labels, by layer; others it cannot learn.

    A label is what the tagger's label becomes in the workspace, read the other way round. One that
    several of the tagger's labels become is left out.
    """
    found: dict[Layer, dict[str, set[str]]] = {}
    for label, name in LABELS.items():
        layer: Layer = "claim" if name in CLAIM_LABELS else "entity"
        ours = labels.of(label, layer)
        if ours is not None:
            found.setdefault(layer, {}).setdefault(ours, set()).add(name)
    return {
        layer: {ours: name for ours, names in of_layer.items() if len(names) == 1 for name in names}
        for layer, of_layer in found.items()
    }


def _runs(
    article: Article, gold: Gold, layer: Layer, names: Mapping[str, str]
) -> Iterable[Document]:
    pairs = zip(article.sentences, gold.status, strict=True)
    for seen, group in groupby(pairs, key=lambda pair: getattr(pair[1], layer) != "machine"):
        if seen:
            sentences = [(bounds.start, bounds.end) for bounds, _ in group]
            first, last = sentences[0][0], sentences[-1][1]
            spans = (
                span for span in _spans(gold, layer, names) if first <= span[0] < span[1] <= last
            )
            yield Document(
                article.id,
                SCHEME,
                article.text[first:last],
                tuple((start - first, end - first) for start, end in sentences),
                tuple(sorted((start - first, end - first, name) for start, end, name in spans)),
                frozenset(names.values()),
            )


def _spans(gold: Gold, layer: Layer, names: Mapping[str, str]) -> Iterable[LabelledSpan]:
    for span in gold.spans:
        if span.layer == layer and span.label in names:
            name = "AUTHOR" if _is_own_voice(span) else names[span.label]
            yield span.start, span.end, name


def _is_own_voice(span: GoldSpan) -> bool:
    return span.attributes.get("attribution") == "author"
