"""Make the suggestion of an article with a spaCy pipeline."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import minibatch

from builder import records
from builder.annotate import sentences
from builder.annotate.batches import BATCH
from builder.annotate.claims.drafts import GROUP
from builder.annotate.label_map import LabelMap
from builder.annotate.pipelines import PipelineError, layers_of, producer
from builder.text import span_id, trim_bounds

_LONGEST_REASON = 200

Fields = dict[str, Any]


def suggest(
    article: records.Article, nlp: Language, labels: LabelMap, fingerprint: str | None = None
) -> records.Suggestion:
    """Return what ``nlp`` suggests for the article, on the layers that it fills.

    The article's frozen sentences are used, not the pipeline's. Spans are trimmed, doubles are
    dropped; labels that become none of the workspace's are counted. ``fingerprint`` is that of
    the pipeline.
    """
    return _record(article, nlp(_doc_of(article, nlp)), nlp, labels, fingerprint)


def suggest_all(
    articles: Iterable[records.Article],
    nlp: Language,
    labels: LabelMap,
    fingerprint: str | None = None,
) -> Iterator[records.Suggestion | records.Rejection]:
    """Return for each article, in their order, its suggestion or why there is none.

    The pipeline gets a batch of articles at once, and one at a time where it fails on a batch.
    """
    for batch in minibatch(articles, BATCH):
        try:
            made = _suggested(batch, nlp, labels, fingerprint)
        except Exception:
            yield from (
                _suggested_or_rejected(article, nlp, labels, fingerprint) for article in batch
            )
        else:
            yield from made


def _suggested_or_rejected(
    article: records.Article, nlp: Language, labels: LabelMap, fingerprint: str | None
) -> records.Suggestion | records.Rejection:
    try:
        return suggest(article, nlp, labels, fingerprint)
    except Exception as error:  # Any spaCy package may run; the other articles go on.
        told = " ".join(str(error).split())[:_LONGEST_REASON]
        reason = f"the pipeline fails: {type(error).__name__}: {told}"
        return records.Rejection(stage="annotate", path=article.id, reason=reason)


def _suggested(
    articles: Sequence[records.Article],
    nlp: Language,
    labels: LabelMap,
    fingerprint: str | None = None,
) -> list[records.Suggestion]:
    docs = [_doc_of(article, nlp) for article in articles]
    read = list(nlp.pipe(docs, batch_size=BATCH))
    # A pipe may make new documents; to ask one for its text is dear.
    pairs = zip(docs, read, strict=True)
    if any(new is not old and new.text != old.text for old, new in pairs):
        raise PipelineError("the pipeline does not give back the documents in their order")
    return [
        _record(article, doc, nlp, labels, fingerprint)
        for article, doc in zip(articles, read, strict=True)
    ]


def _doc_of(article: records.Article, nlp: Language) -> Doc:
    doc = nlp.make_doc(article.text)
    sentences.set_sentences(doc, [(s.start, s.end) for s in article.sentences])
    return doc


def _record(
    article: records.Article,
    doc: Doc,
    nlp: Language,
    labels: LabelMap,
    fingerprint: str | None = None,
) -> records.Suggestion:
    """Return the record of what a pipeline found in an article."""
    made_by = producer(nlp).model_copy(update={"fingerprint": fingerprint})
    layers = tuple(layer for layer in layers_of(nlp) if layer in labels.labels.layers)
    maker = f"{made_by.name}@{made_by.version}"
    made: list[Fields] = []
    relations: tuple[Fields, ...] = ()
    unknown: Counter[str] = Counter()
    if "entity" in layers:
        made += _entities(article, doc, maker, labels, unknown)
    if "claim" in layers:
        spans, relations = _claims(article, doc, maker, labels, unknown)
        made += spans
    unique = {span["id"]: span for span in made}
    in_order = sorted(unique.values(), key=itemgetter("start", "end", "layer", "label"))
    # The spans are checked here, once: a record inside a record would be checked a second time.
    return records.Suggestion.model_validate(
        {
            "article": article.id,
            "scope": records.Scope(start=0, end=len(article.text), layers=layers),
            "producer": made_by,
            "spans": tuple(in_order),
            "relations": relations,
            "left_out": dict(sorted(unknown.items())),
        }
    )


def _entities(
    article: records.Article, doc: Doc, maker: str, labels: LabelMap, unknown: Counter[str]
) -> list[Fields]:
    """Return the entities as the fields of spans."""
    spans = []
    scores = doc.user_data.get("entity_scores", {})
    for span in doc.ents:
        rule = span.id_
        by = _by(maker, rule) if rule.startswith(("rule:", "model:")) else maker
        score = scores.get(f"{span.start_char}:{span.end_char}")
        made = _fields(article, "entity", span, by, score, labels, unknown, {})
        if made:
            spans.append(made)
    return spans


def _claims(
    article: records.Article, doc: Doc, maker: str, labels: LabelMap, unknown: Counter[str]
) -> tuple[list[Fields], tuple[Fields, ...]]:
    """Return claims, sources and cues as the fields of spans, and the fields of their relations."""
    group = doc.spans.get(GROUP, [])
    about = getattr(group, "attrs", {})
    rules, scores = about.get("makers", {}), about.get("scores", {})
    attributes = about.get("attributes", {})
    made: dict[str, Fields] = {}
    for number, span in enumerate(group):
        key = span.id_ or str(number)
        by = _by(maker, rules.get(key, ""))
        said_of = attributes.get(key, {})
        fields = _fields(article, "claim", span, by, scores.get(key), labels, unknown, said_of)
        if fields:
            made[key] = fields
    links = {tuple(link) for link in about.get("relations", ())}
    relations = (
        {"label": label, "head": made[head]["id"], "tail": made[tail]["id"]}
        for label, head, tail in sorted(links)
        if head in made and tail in made
    )
    return list(made.values()), tuple(relations)


def _by(maker: str, rule: str) -> str:
    """Return how a span names who made it: pipeline, version and, where known, the rule."""
    return f"{maker}/{rule}" if rule else maker


def _fields(
    article: records.Article,
    layer: records.Layer,
    span: Span,
    by: str,
    score: float | None,
    labels: LabelMap,
    unknown: Counter[str],
    attributes: Mapping[str, str],
) -> Fields | None:
    """Return the fields of a span's record; None if its label is unknown or it is all space."""
    label = labels.of(span.label_, layer)
    if label is None:
        if not labels.drops(span.label_):
            unknown[span.label_] += 1
        return None
    start, end = trim_bounds(article.text, span.start_char, span.end_char)
    if start == end:
        return None
    return {
        "id": span_id(article.id, layer, labels.labels.first_name(label), start, end),
        "layer": layer,
        "label": label,
        "start": start,
        "end": end,
        "text": article.text[start:end],
        "attributes": _declared(label, attributes) if attributes else {},
        "by": by,
        "score": score,
    }


def _declared(label: str, attributes: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes that a span with this label may have, with the values allowed."""
    allowed = records.ATTRIBUTES.get(label, {})
    return {k: v for k, v in sorted(attributes.items()) if v in allowed.get(k, ())}
