"""Turn a workspace's gold into documents to learn from and documents to check by."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from builder.annotate.tagger.spans import CLAIM_LABELS, NAME_LABELS
from builder.records import Article, Gold, Layer, Story
from builder.training.corpora import LABELS, Document, LabelledSpan

SCHEME = "gold"
_ANNOTATES: dict[Layer, frozenset[str]] = {
    "entity": frozenset(NAME_LABELS),
    "claim": frozenset(CLAIM_LABELS),
}


def gold_documents(
    articles: Mapping[str, Article], stories: Iterable[Story], gold: Mapping[str, Gold]
) -> tuple[list[Document], list[Document]]:
    """Return the documents of the train and of the validation split; test is never touched.

    A document is a run of sentences of one article that people looked at, for one layer; it
    bears its story's name, so that no split of documents parts a story. Claims in the
    newspaper's own voice are left out: the network learns what is attributed to somebody.
    """
    parts: dict[str, list[Document]] = {"train": [], "validation": [], "test": []}
    for story in stories:
        for identity in story.articles:
            if identity in gold:
                article = articles[identity]
                for layer in _ANNOTATES:
                    parts[story.split] += _runs(article, gold[identity], layer, story.id)
    return parts["train"], parts["validation"]


def _runs(article: Article, gold: Gold, layer: Layer, story: str) -> Iterable[Document]:
    pairs = zip(article.sentences, gold.status, strict=True)
    for seen, group in groupby(pairs, key=lambda pair: getattr(pair[1], layer) != "machine"):
        if seen:
            sentences = [(bounds.start, bounds.end) for bounds, _ in group]
            first, last = sentences[0][0], sentences[-1][1]
            spans = (span for span in _spans(gold, layer) if first <= span[0] < span[1] <= last)
            yield Document(
                story,
                SCHEME,
                article.text[first:last],
                tuple((start - first, end - first) for start, end in sentences),
                tuple(sorted((start - first, end - first, name) for start, end, name in spans)),
                _ANNOTATES[layer],
            )


def _spans(gold: Gold, layer: Layer) -> Iterable[LabelledSpan]:
    for span in gold.spans:
        attributed = span.attributes.get("attribution") != "author"
        if span.layer == layer and span.label in LABELS and attributed:
            yield span.start, span.end, LABELS[span.label]
