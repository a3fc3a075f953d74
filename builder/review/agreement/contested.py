"""Find the places where most opinions differ."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from builder.corrections import sees
from builder.records import LAYERS, Correction, Layer, Span
from builder.review.agreement.opinions import Passage, arm_of
from builder.review.agreement.results import Contested, PersonView

# So many places are named.
MOST = 50


def contested(
    passages: Iterable[Passage], links: Mapping[str, str], most: int = MOST
) -> list[Contested]:
    """Return the most contested places, first those where most opinions differ.

    Among equals come first those with more different views, then those that fewer people saw, then
    in the order of articles.

    Args:
        passages: what several people looked at.
        links: what opens a task, by its key.
        most: how many places to return.

    """
    found: list[Contested] = []
    for passage in passages:
        found += _of_passage(passage, links.get(passage.task))
        # So that no more than a few passages' places are held.
        if len(found) > 20 * most:
            found = sorted(found, key=_order)[:most]
    return sorted(found, key=_order)[:most]


def _order(place: Contested) -> tuple[int, int, int, str, int, int, str]:
    different = len({view.spans for view in place.views})
    where = (place.article, place.start, place.end, place.layer)
    return (-place.apart, -different, place.opinions, *where)


def _of_passage(passage: Passage, link: str | None) -> Iterator[Contested]:
    text = passage.article.text
    for layer in LAYERS:
        for start, end in _places(s for o in passage.opinions for s in o.spans if s.layer == layer):
            saw = [o for o in passage.opinions if sees(o, layer, start, end)]
            views = tuple(_view(o, layer, start, end) for o in saw)
            counted = Counter(view.spans for view in views)
            if len(counted) > 1:
                yield Contested(
                    article=passage.article.id,
                    task=passage.task,
                    layer=layer,
                    start=start,
                    end=end,
                    text=text[start:end],
                    sentence=_sentences(passage, start, end),
                    opinions=len(saw),
                    apart=len(saw) - max(counted.values()),
                    views=views,
                    link=link,
                )


def _places(spans: Iterable[Span]) -> list[tuple[int, int]]:
    """Return the stretches that spans cover which lie over each other."""
    found: list[tuple[int, int]] = []
    for start, end in sorted({(s.start, s.end) for s in spans}):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _view(opinion: Correction, layer: Layer, start: int, end: int) -> PersonView:
    spans = sorted(
        (s.start, s.end, s.label, s.text)
        for s in opinion.spans
        if s.layer == layer and s.start < end and start < s.end
    )
    shown = tuple((label, begins, ends, text) for begins, ends, label, text in spans)
    return PersonView(opinion.producer.name, arm_of(opinion), shown)


def _sentences(passage: Passage, start: int, end: int) -> str:
    """Return the sentences that a stretch lies in."""
    touched: Sequence[str] = [
        passage.article.text[s.start : s.end]
        for s in passage.article.sentences
        if s.start < end and start < s.end
    ]
    return " ".join(touched)
