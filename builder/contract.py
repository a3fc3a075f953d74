"""Check a record against its article: what the record alone cannot know."""

from collections.abc import Iterator

from builder.records import Annotation, Article, Correction, Gold, Span
from builder.text import TextError, check_span


def problems(record: Annotation | Gold, article: Article | None) -> Iterator[tuple[str, str]]:
    """Yield field and reason of everything in which a record does not fit its article.

    Spans have to read in the article what they say they read, a scope has to lie inside the text,
    and gold has to have a status for each sentence.
    """
    if article is None:
        yield "article", f"{record.article} is no article here"
        return
    if isinstance(record, Gold):
        if len(record.status) != len(article.sentences):
            yield "status", f"{len(record.status)} for {len(article.sentences)} sentences"
    elif record.scope.end > len(article.text):
        yield "scope.end", f"{record.scope.end} is outside the text (0:{len(article.text)})"
    for index, span in enumerate(record.spans):
        yield from _span(f"spans.{index}", span, article)
    if isinstance(record, Correction):
        for index, change in enumerate(record.changes):
            for side, changed in (("before", change.before), ("after", change.after)):
                if changed is not None:
                    yield from _span(f"changes.{index}.{side}", changed, article)


def _span(field: str, span: Span, article: Article) -> Iterator[tuple[str, str]]:
    try:
        check_span(article.text, span.start, span.end, span.text)
    except TextError as error:
        yield field, str(error)
