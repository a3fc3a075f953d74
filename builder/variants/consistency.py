"""Give the identical sentences of a story's articles the same suggestions.

A pipeline sees each article alone, so it may suggest one thing for a sentence in a print and
another for the same sentence on a page. Of what is suggested for it in several articles, that
counts of which the pipeline is surest; where it is as sure of several, or does not say how sure it
is, that which most articles have. What is not the article's own is recorded as made by
``rule:variant``.

Where people have worked on such a sentence in one of the articles, and all who did mark the same,
what they marked is suggested for it in the others, as made by ``rule:spread``; never where somebody
has an opinion of their own.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.corrections import sees
from builder.ingest.stories.groups import Groups
from builder.labels import LabelSet
from builder.records import Annotation, Article, Correction, Layer, Relation, Span, Suggestion
from builder.text import span_id
from builder.variants.spelling import typeset

RULE = "rule:variant"
SPREAD = "rule:spread"
# A sentence of fewer words may stand in two articles by chance, unless its neighbour does too.
_LEAST_WORDS = 4
# How sure it is that there is nothing to mark, or of spans without a score.
_UNSURE = 0.5

_Place = tuple[int, int]
_Content = tuple[Any, ...]


@dataclass(frozen=True)
class _Run:
    """Sentences that follow each other in several articles: how many, and where they begin."""

    length: int
    first: Mapping[str, int]


@dataclass(frozen=True)
class _Whole:
    """Spans of an article that links hold together, and the first and last sentence they are in."""

    spans: Sequence[Span]
    links: Sequence[Relation]
    first: int
    last: int


def consistent(
    articles: Sequence[Article],
    suggestions: Mapping[str, Suggestion],
    labels: LabelSet,
    work: Mapping[str, Sequence[Correction]] | None = None,
) -> dict[str, Suggestion]:
    """Return the suggestions that change where identical sentences are to have the same ones.

    Claims run over sentences: what a claim holds together is taken together, and left as it is
    where it runs on into sentences that are not identical.

    Args:
        articles: the articles of a story.
        suggestions: the suggestion of each of them that has one.
        labels: the workspace's labels.
        work: what people have done that stands, by article.

    """
    there = [article for article in articles if article.id in suggestions]
    read = {a.id: _Suggested(a, suggestions[a.id], labels) for a in there}
    done = {a.id: [_Suggested(a, one, labels) for one in (work or {}).get(a.id, ())] for a in there}
    for run in _runs(there):
        for layer in labels.layers:
            sides = [_RunOfArticle(read[identity], layer, run) for identity in sorted(run.first)]
            theirs = [
                _RunOfArticle(one, layer, run)
                for identity in sorted(run.first)
                for one in done[identity]
            ]
            for piece in _pieces([*sides, *theirs], run.length):
                seen = [side for side in theirs if side.was_seen(piece)]
                by_people = {side.suggested.article.id for side in seen}
                unseen = [side for side in sides if side.suggested.article.id not in by_people]
                _spread(unseen, seen, piece) if seen else _agree(sides, piece)
    return {
        identity: one.changed(suggestions[identity])
        for identity, one in read.items()
        if one.gone or one.new
    }


# --- which sentences are identical ------------------------------------------------------------


def _runs(articles: Sequence[Article]) -> Iterator[_Run]:
    """Yield the runs of identical sentences; one that an article has twice is in none."""
    texts = {a.id: [typeset(a.text[s.start : s.end]) for s in a.sentences] for a in articles}
    places: dict[str, dict[str, int]] = defaultdict(dict)
    for identity, sentences in texts.items():
        once = {text for text, number in Counter(sentences).items() if number == 1}
        for index, text in enumerate(sentences):
            if text in once:
                places[text][identity] = index
    for identity, sentences in texts.items():
        index = 0
        while index < len(sentences):
            first = places.get(sentences[index], {})
            length = 1
            if len(first) > 1 and next(iter(first)) == identity:
                while index + length < len(sentences):
                    following = places.get(sentences[index + length], {})
                    if following != {i: place + length for i, place in first.items()}:
                        break
                    length += 1
                words = sum(len(t.split()) for t in sentences[index : index + length])
                if words >= _LEAST_WORDS:
                    yield _Run(length, first)
            index += length


class _Suggested:
    """What is suggested for an article: by the sentences that it is in, and what changes of it."""

    def __init__(self, article: Article, suggestion: Annotation, labels: LabelSet) -> None:
        self.article, self._suggestion, self._labels = article, suggestion, labels
        self.gone: list[_Whole] = []
        self.new: list[tuple[list[Span], list[Relation]]] = []
        self._touching: dict[tuple[Layer, int], list[_Whole]] = defaultdict(list)
        for layer, whole in _wholes(article, suggestion):
            for number in range(whole.first, whole.last + 1):
                self._touching[layer, number].append(whole)

    def touching(self, layer: Layer, sentences: range) -> list[_Whole]:
        """Return what is in any of some sentences."""
        found = (whole for number in sentences for whole in self._touching[layer, number])
        return list({id(whole): whole for whole in found}.values())

    def was_seen(self, layer: Layer, start: int, end: int) -> bool:
        """Tell whether it is a person's work, who had all of a stretch before them."""
        made = self._suggestion
        return isinstance(made, Correction) and sees(made, layer, start, end)

    def span(self, like: Span, start: int, end: int, rule: str) -> Span:
        """Return a span of another article as it stands in this one, made by a rule."""
        name = self._labels.first_name(like.label)
        return like.model_copy(
            update={
                "id": span_id(self.article.id, like.layer, name, start, end),
                "start": start,
                "end": end,
                "text": self.article.text[start:end],
                "by": self.maker(rule),
            }
        )

    def maker(self, rule: str) -> str:
        """Return who made what a rule takes from another article."""
        made_by = self._suggestion.producer
        return f"{made_by.name}@{made_by.version}/{rule}"

    def changed(self, old: Suggestion) -> Suggestion:
        """Return the suggestion as it is now."""
        spans = {span.id for whole in self.gone for span in whole.spans}
        links = {link.identity for whole in self.gone for link in whole.links}
        kept = [span for span in old.spans if span.id not in spans]
        kept += [span for made, _ in self.new for span in made]
        related = [link for link in old.relations if link.identity not in links]
        related += [link for _, made in self.new for link in made]
        return old.model_copy(
            update={
                "spans": tuple(sorted(kept, key=lambda s: (s.start, s.end, s.layer, s.label))),
                "relations": tuple(related),
            }
        )


def _wholes(article: Article, suggestion: Annotation) -> Iterator[tuple[Layer, _Whole]]:
    """Yield the spans that links hold together, each with its layer; most stand alone."""
    groups, starts = Groups(), [bounds.start for bounds in article.sentences]
    for link in suggestion.relations:
        groups.join(link.head, link.tail)
    spans: dict[str, list[Span]] = defaultdict(list)
    links: dict[str, list[Relation]] = defaultdict(list)
    for span in suggestion.spans:
        spans[groups.root(span.id)].append(span)
    for link in suggestion.relations:
        links[groups.root(link.head)].append(link)
    for root, held in spans.items():
        first = bisect_right(starts, min(span.start for span in held)) - 1
        last = bisect_right(starts, max(span.end for span in held) - 1) - 1
        yield held[0].layer, _Whole(held, links[root], max(first, 0), max(last, 0))


class _RunOfArticle:
    """An article's part of a run."""

    def __init__(self, suggested: _Suggested, layer: Layer, run: _Run) -> None:
        self.suggested, self._layer = suggested, layer
        self._first = run.first[suggested.article.id]
        self._sentences = range(self._first, self._first + run.length)
        bounds = suggested.article.sentences[self._sentences.start : self._sentences.stop]
        self._starts = [sentence.start for sentence in bounds]

    def was_seen(self, piece: range) -> bool:
        """Tell whether who made it had all of some sentences of the run before them."""
        inside = self._sentences[piece.start : piece.stop]
        bounds = [self.suggested.article.sentences[number] for number in inside]
        return all(self.suggested.was_seen(self._layer, b.start, b.end) for b in bounds)

    def joints(self) -> Iterator[tuple[int, int]]:
        """Yield the first and the last sentence of what hangs together, as the run counts.

        What runs over the edges of the run has a number outside of it.
        """
        for whole in self.suggested.touching(self._layer, self._sentences):
            yield whole.first - self._first, whole.last - self._first

    def said(self, piece: range) -> "_MarkedPiece":
        """Return what is suggested for some sentences of the run."""
        inside = self._sentences[piece.start : piece.stop]
        wholes = self.suggested.touching(self._layer, inside)
        return _MarkedPiece(self, wholes)

    def content(self, span: Span) -> _Content:
        """Return what a span marks, counted from the beginning of the sentences it is in."""
        marks = (span.layer, span.label, *sorted(span.attributes.items()))
        return (self._place(span.start), self._place(span.end - 1), *marks)

    def _place(self, at: int) -> _Place:
        number = bisect_right(self._starts, at) - 1
        return number, at - self._starts[number]

    def at(self, place: _Place) -> int:
        """Return a place in this article's text."""
        number, offset = place
        return self.suggested.article.sentences[self._first + number].start + offset


class _MarkedPiece:
    """What is suggested for some sentences: spans and links by what they mark."""

    def __init__(self, side: _RunOfArticle, wholes: Sequence[_Whole]) -> None:
        self.side, self.wholes = side, wholes
        content = {span.id: side.content(span) for whole in wholes for span in whole.spans}
        self.spans = {content[span.id]: span for whole in wholes for span in whole.spans}
        self.links = {
            (link.label, content[link.head], content[link.tail]): link
            for whole in wholes
            for link in whole.links
        }
        self.content = frozenset(self.spans), frozenset(self.links)

    def score(self) -> float:
        """Return how sure the pipeline is: the mean over the scored spans."""
        scores = [span.score for span in self.spans.values() if span.score is not None]
        return sum(scores) / len(scores) if scores else _UNSURE

    def take(self, other: "_MarkedPiece", rule: str = RULE) -> None:
        """Put into the article what is marked in the same sentences of another one."""
        mine = self.side.suggested
        mine.gone += self.wholes
        made = {
            content: self.spans.get(content)
            or mine.span(span, self.side.at(content[0]), self.side.at(content[1]) + 1, rule)
            for content, span in other.spans.items()
        }
        links = [
            Relation(label=link.label, head=made[head].id, tail=made[tail].id, by=mine.maker(rule))
            for (_, head, tail), link in other.links.items()
        ]
        own_links = {link.identity: link for whole in self.wholes for link in whole.links}
        mine.new.append(([*made.values()], [own_links.get(link.identity, link) for link in links]))


def _pieces(sides: Sequence[_RunOfArticle], length: int) -> Iterator[range]:
    """Yield the sentences of a run that can be looked at by themselves in all articles."""
    joined, runs_on = [False] * length, [False] * length
    for first, last in (joint for side in sides for joint in side.joints()):
        inside = range(max(first, 0), min(last, length - 1) + 1)
        for number in inside[:-1]:
            joined[number] = True
        if first < 0 or last >= length:
            runs_on[inside[0]] = True
    start = 0
    for number in range(length):
        if not joined[number]:
            piece = range(start, number + 1)
            if not any(runs_on[n] for n in piece):
                yield piece
            start = number + 1


def _spread(sides: Sequence[_RunOfArticle], seen: Sequence[_RunOfArticle], piece: range) -> None:
    """Suggest in all articles what people marked in some sentences of others, if all do alike."""
    marked = [side.said(piece) for side in seen]
    if len({one.content for one in marked}) > 1:
        return
    for side in sides:
        own = side.said(piece)
        if own.content != marked[0].content:
            own.take(marked[0], SPREAD)


def _agree(sides: Sequence[_RunOfArticle], piece: range) -> None:
    """Give all articles the suggestions that count for some sentences."""
    said = [side.said(piece) for side in sides]
    number = Counter(one.content for one in said)
    if len(number) == 1:
        return
    counting = max(said, key=lambda one: (one.score(), number[one.content]))
    for own in said:
        if own.content != counting.content:
            own.take(counting)
