"""Refuse gold that breaks the text contract or the label set, and keep the rest."""

from collections.abc import Iterator

from builder.dataset.left_out import Refused
from builder.labels import LabelSet
from builder.records import Article, Gold, GoldSpan
from builder.text import TextError, check_span


def kept_gold(article: Article, gold: Gold, labels: LabelSet) -> tuple[Gold | None, list[Refused]]:
    """Return an article's gold without what breaks the contract, and what that is.

    A span is refused alone, with the relations that name it. If sentences and their statuses do
    not match, all of the article is.
    """
    if len(gold.status) != len(article.sentences):
        reason = (
            f"its gold has {len(gold.status)} statuses for {len(article.sentences)} sentences; "
            "run builder review"
        )
        return None, [Refused(article.id, "", reason)]
    known = {layer: frozenset(labels.names(layer)) for layer in ("entity", "claim")}
    refused = []
    for span in gold.spans:
        reasons = list(_wrong(article, span, known[span.layer], labels))
        if reasons:
            refused.append(Refused(article.id, span.id, reasons[0]))
    if not refused:
        return gold, []
    gone = {item.span for item in refused}
    kept = gold.model_copy(
        update={
            "spans": tuple(s for s in gold.spans if s.id not in gone),
            "relations": tuple(r for r in gold.relations if not {r.head, r.tail} & gone),
        }
    )
    return kept, refused


def _wrong(
    article: Article, span: GoldSpan, known: frozenset[str], labels: LabelSet
) -> Iterator[str]:
    try:
        check_span(article.text, span.start, span.end, span.text)
    except TextError as error:
        yield f"its gold breaks the text contract: {error}"
    if span.label not in known:
        yield f"{span.label} is no label of the layer {span.layer} in labels.toml"
        return
    allowed = labels.attributes_of(span.label)
    for name, value in span.attributes.items():
        if value not in allowed.get(name, ()):
            yield f"{span.label} has no attribute {name} = {value} in labels.toml"
