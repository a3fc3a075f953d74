"""Small opinions for tests of agreement, and literal versions of what they are measured with."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from builder.records import Arm, Article, Bounds, Correction, Span
from builder.review.agreement import figures, sums
from builder.review.agreement.opinions import Passage, passages
from builder.review.agreement.results import Figures, SpanAgreement
from tests import making

# A stretch that somebody marks, with its label.
Mark = tuple[int, int, str]


def opinion(
    of: Article,
    spans: Sequence[Span],
    by: str,
    *,
    arm: Arm | None = "blind",
    turn: int = 1,
    window: tuple[int, int] | None = None,
    unseen: Iterable[tuple[int, int]] = (),
) -> Correction:
    """Return one person's work on an article or on a window of it."""
    made = making.correction(
        making.suggestion(of), spans, by=by, window=window, blind=arm == "blind"
    )
    not_seen = tuple(Bounds(start=start, end=end) for start, end in unseen)
    return made.model_copy(update={"arm": arm, "round": turn, "unseen": not_seen})


def marked(
    of: Article, marks: Iterable[Mark], by: str, *, arm: Arm | None = "blind", turn: int = 1
) -> Correction:
    """Return the opinion of a person who marked these stretches."""
    return opinion(of, [making.at(of, *mark) for mark in marks], by, arm=arm, turn=turn)


def shared(*work: Correction, articles: Sequence[Article]) -> list[Passage]:
    """Return the passages that several people have an opinion on; each article is a story."""
    return list(passages(work, {a.id: a for a in articles}, {}))


def measured(*work: Correction, articles: Sequence[Article], people: bool = True) -> Figures:
    """Return all figures of some work."""
    found = sums.summed(shared(*work, articles=articles), making.token_bounds, people=people)
    return figures.figures(found)


def of_layer(
    *work: Correction, articles: Sequence[Article], layer: str = "entity"
) -> SpanAgreement:
    """Return the figures of a layer, of opinions that were all made alike."""
    [row] = [r for r in measured(*work, articles=articles).layers if r.layer == layer]
    return row


def units(marks: Iterable[Mark], end: int) -> list[tuple[int, int, str | None]]:
    """Return marks that do not overlap with the gaps between them."""
    found: list[tuple[int, int, str | None]] = []
    at = 0
    for begins, ends, label in sorted(marks):
        if at < begins:
            found.append((at, begins, None))
        found.append((begins, ends, label))
        at = ends
    return found if at == end else [*found, (at, end, None)]


def literal_alpha_u(marks: Sequence[Iterable[Mark]], end: int) -> float:
    """Return the unitising alpha of one text by coincidence matrices, as the paper writes it."""
    parts = [units(of, end) for of in marks]
    values = sorted({str(v) for of in parts for *_, v in of})
    observed = dict.fromkeys(product(values, values), 0.0)
    for i, j in product(range(len(parts)), repeat=2):
        if i != j:
            for (a, b, c), (x, y, k) in product(parts[i], parts[j]):
                shared = max(0, min(b, y) - max(a, x))
                observed[str(c), str(k)] += shared / (len(parts) - 1)
    sums = {c: sum(observed[c, k] for k in values) for c in values}
    total = sum(sums.values())
    squares = dict.fromkeys(values, 0.0)
    for a, b, c in (unit for of in parts for unit in of):
        squares[str(c)] += b - a if c is None else (b - a) ** 2
    rest = total**2 - sum(squares.values())
    agreeing = sum(observed[c, c] for c in values)
    expected = sum(total * (sums[c] ** 2 - squares[c]) / rest for c in values)
    return 1 - (total - agreeing) / (total - expected)


def literal_partial(one: Iterable[Span], other: Iterable[Span]) -> float | None:
    """Return the share of two people's spans that share a character with a like one."""
    sides = (list(one), list(other))
    marks = sides[0] + sides[1]
    found = sum(
        any(s.label == t.label and s.start < t.end and t.start < s.end for t in theirs)
        for mine, theirs in (sides, sides[::-1])
        for s in mine
    )
    return found / len(marks) if marks else None


def values_of_tokens(
    marks: Iterable[Mark], tokens: Sequence[tuple[int, int]], codes: Mapping[str, int]
) -> list[int]:
    """Return the code of each token's label, 0 where no mark touches it."""
    found = [0] * len(tokens)
    for begins, ends, label in marks:
        for number, (start, end) in enumerate(tokens):
            if start < ends and begins < end:
                found[number] = codes[label]
    return found
