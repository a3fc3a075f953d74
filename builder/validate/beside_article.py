"""Check records beside the article that they are about: text, labels, ids, changes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from builder import contract
from builder.corrections import as_suggested
from builder.labels import LabelSet
from builder.records import Annotation, Article, Correction, Gold, Span, Suggestion, Task, Window
from builder.text import span_id
from builder.validate.lines import Fault

About = Annotation | Gold | Window


def faults(record: About, article: Article, labels: LabelSet, *, carried: bool) -> list[Fault]:
    """Return what is wrong with a record beside its article: rules, fields and reasons.

    ``carried`` tells that work may have been carried over from another article: then ids of spans
    are made from that one.
    """
    return [
        *_by("text", contract.text_problems(record, article)),
        *_by("labels", contract.label_problems(record, labels)),
        *_by("span", _span_problems(record, labels, carried=carried)),
        *_by("changes", _change_problems(record) if isinstance(record, Correction) else ()),
        *_by("text", _outside(record, article) if isinstance(record, Correction) else ()),
    ]


def _by(rule: str, found: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    return ((rule, field, reason) for field, reason in found)


# --- spans ----------------------------------------------------------------------------------


def _span_problems(record: About, labels: LabelSet, *, carried: bool) -> Iterator[tuple[str, str]]:
    if isinstance(record, Task):
        for field, reason in _span_problems(record.suggestion, labels, carried=carried):
            yield f"suggestion.{field}", reason
    if isinstance(record, Window):
        return
    yield from _twice(record.spans)
    links = Counter((link.head, link.label, link.tail) for link in record.relations)
    for (head, label, tail), number in links.items():
        if number > 1:
            yield "relations", f"{head} {label} {tail} stands here {number} times"
    if isinstance(record, Suggestion):
        yield from _other_ids(record.article, "spans.{}", enumerate(record.spans), labels)
    elif isinstance(record, Correction) and not carried:
        yield from _other_suggested(record, labels)


def _twice(spans: Sequence[Span]) -> Iterator[tuple[str, str]]:
    number = Counter(span.content() for span in spans)
    if len(number) == len(spans):
        return
    seen = set()
    for index, span in enumerate(spans):
        if span.content() in seen:
            yield f"spans.{index}", f"{span.label} {span.start}:{span.end} stands here twice"
        seen.add(span.content())


def _other_ids(
    article: str, where: str, spans: Iterable[tuple[int, Span]], labels: LabelSet
) -> Iterator[tuple[str, str]]:
    """Yield the spans that were suggested otherwise than they are, by their ids."""
    for index, span in spans:
        if not _is_first(article, span, labels):
            told = f"{span.id} is not the id of {span.label} {span.start}:{span.end}"
            yield where.format(index), told


def _is_first(article: str, span: Span, labels: LabelSet) -> bool:
    names = {labels.first_name(span.label), span.label}
    made = {span_id(article, span.layer, name, span.start, span.end) for name in names}
    return span.id in made


def _other_suggested(record: Correction, labels: LabelSet) -> Iterator[tuple[str, str]]:
    """Yield the spans of a correction that stand as suggested, and never were suggested so."""
    before = [(i, c.before) for i, c in enumerate(record.changes) if c.before is not None]
    yield from _other_ids(record.article, "changes.{}.before", before, labels)
    yield from _other_ids(record.article, "spans.{}", as_suggested(record), labels)


# --- changes --------------------------------------------------------------------------------


def _change_problems(record: Correction) -> Iterator[tuple[str, str]]:
    there = {span.id: span for span in record.spans}
    own = {record.producer.name, record.written_by}
    ids = []
    for index, change in enumerate(record.changes):
        where, before, after = f"changes.{index}", change.before, change.after
        known = after or before
        if known is None:
            yield where, "says neither what was nor what is"
            continue
        ids.append(known.id)
        if before is not None and record.suggestion is None:
            yield f"{where}.before", "was suggested, and nothing was shown"
        if before is not None and after is not None:
            if before.id != after.id:
                yield where, f"{before.id} became another span, {after.id}"
            elif before.same_as(after):
                yield where, "changes nothing"
        if after is None and known.id in there:
            yield where, f"{known.id} was removed, and is there"
        elif after is not None and there.get(after.id) != after:
            yield f"{where}.after", f"is not the span {after.id} of the correction"
        elif after is not None and after.by not in own:
            yield f"{where}.after.by", f"{after.by} is not who made the correction"
    if ids != sorted(set(ids)):
        yield "changes", "name a span twice, or are out of order"
    if record.arm is not None and (record.arm == "blind") != (record.suggestion is None):
        shown = "nothing was" if record.suggestion is None else "a suggestion was"
        yield "arm", f"is {record.arm}, and {shown} shown"
    start, end = record.scope.start, record.scope.end
    if record.task != f"{record.article}:{start}-{end}":
        yield "task", f"{record.task} is not the task of {record.article}:{start}-{end}"


def _outside(record: Correction, article: Article) -> Iterator[tuple[str, str]]:
    """Yield what a correction says of stretches that are none of the text."""
    last = len(article.text)
    for index, noticed in enumerate(record.noticed):
        if not noticed.start <= noticed.end <= last:
            yield f"noticed.{index}", f"{noticed.start}:{noticed.end} is not inside 0:{last}"
    known = {(bounds.start, bounds.end) for bounds in article.sentences} if record.unseen else ()
    for index, bounds in enumerate(record.unseen):
        if (bounds.start, bounds.end) not in known:
            yield f"unseen.{index}", f"{bounds.start}:{bounds.end} is no sentence of the article"
    if len(set(record.scope.layers)) < len(record.scope.layers):
        yield "scope.layers", "name one twice"
