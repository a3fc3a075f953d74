"""Suggest for a name wherever a story has it what a person has made of it in one place.

Only what somebody has added or relabelled counts, where nobody in the story says otherwise of the
same words. Nothing is suggested where somebody has looked.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from builder.labels import LabelSet
from builder.records import Article, Correction, Span, Suggestion
from builder.text import span_id
from builder.variants.consistency import SPREAD

# Of shorter words, other ones read the same too often.
_SHORTEST = 3


def same_names(
    articles: Iterable[Article],
    suggestions: Mapping[str, Suggestion],
    labels: LabelSet,
    work: Mapping[str, Sequence[Correction]],
) -> dict[str, Suggestion]:
    """Return the suggestions that change where names are to be marked as people have marked them.

    Args:
        articles: the articles of a story.
        suggestions: the suggestion of each of them that has one.
        labels: the workspace's labels.
        work: what people have done that stands, by article.

    """
    said = _said(one for of_article in work.values() for one in of_article)
    if not said:
        return {}
    longest_first = sorted(said, key=lambda name: (-len(name), name))
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    found = {}
    for article in articles:
        if article.id in suggestions:
            own = suggestions[article.id]
            new = _marked(article, own, said, pattern, labels, work.get(article.id, ()))
            if new.spans != own.spans:
                found[article.id] = new
    return found


def _said(work: Iterable[Correction]) -> dict[str, str]:
    """Return by name the label that people gave it, where all who marked it gave the same."""
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    changed: set[str] = set()
    for one in work:
        for span in one.spans:
            if span.layer == "entity":
                labels[span.text][span.label] += 1
        for change in one.changes:
            after, before = change.after, change.before
            if after is None or after.layer != "entity" or not _is_name(after.text):
                continue
            if before is None or before.label != after.label:
                changed.add(after.text)
    return {name: next(iter(labels[name])) for name in changed if len(labels[name]) == 1}


def _is_name(text: str) -> bool:
    return len(text) >= _SHORTEST and text[0].isupper()


def _marked(
    article: Article,
    own: Suggestion,
    said: Mapping[str, str],
    pattern: re.Pattern[str],
    labels: LabelSet,
    work: Sequence[Correction],
) -> Suggestion:
    """Return an article's suggestion with names as people have marked them elsewhere."""
    entities = [s for s in own.spans if s.layer == "entity"]
    gone, new = set[str](), list[Span]()
    for start, end in _places(article, pattern, work):
        label = said[article.text[start:end]]
        over = [s for s in entities if s.start < end and start < s.end]
        exact = [s for s in over if (s.start, s.end) == (start, end)]
        if over != exact or any(s.label == label for s in exact):
            continue
        gone |= {s.id for s in exact}
        name = labels.first_name(label)
        made = own.producer
        new.append(
            Span(
                id=span_id(article.id, "entity", name, start, end),
                layer="entity",
                label=label,
                start=start,
                end=end,
                text=article.text[start:end],
                by=f"{made.name}@{made.version}/{SPREAD}",
            )
        )
    kept = [s for s in own.spans if s.id not in gone]
    ordered = sorted([*kept, *new], key=lambda s: (s.start, s.end, s.layer, s.label))
    return own.model_copy(update={"spans": tuple(ordered)}) if new else own


def _places(
    article: Article, pattern: re.Pattern[str], work: Sequence[Correction]
) -> Iterator[tuple[int, int]]:
    """Yield where the names stand and nobody has looked."""
    for match in pattern.finditer(article.text):
        start, end = match.span()
        if not any(_saw(one, start, end) for one in work):
            yield start, end


def _saw(one: Correction, start: int, end: int) -> bool:
    if any(start < b.end and b.start < end for b in one.unseen):
        return False
    return "entity" in one.scope.layers and one.scope.start < end and start < one.scope.end
