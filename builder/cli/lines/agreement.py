"""Say how far people agree who looked at the same passages, and where they differ most."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from builder.phrasing import count
from builder.records import ROUNDS

if TYPE_CHECKING:
    from builder.review.agreement.results import (
        Agreement,
        Contested,
        Figure,
        LinkAgreement,
        PersonView,
        SpanAgreement,
    )

_HOW = {
    "blind": "blind (both without suggestions)",
    "assisted": "assisted (both with suggestions in view: they pull opinions together)",
    "mixed": "mixed (one with suggestions, one without or unknown)",
    "unrecorded": "unrecorded (nobody knows whether suggestions were in view)",
}
_WIDE = 60


def summary(found: "Agreement") -> Iterator[str]:
    """Say in short how far people agree, blind opinions first."""
    if found.why is not None:
        return
    people, passages = count(len(found.people), "person"), count(found.passages, "passage")
    people = people.replace("persons", "people")
    yield f"agreement {passages} that several of {people} looked at"
    if not any(row.arms == "blind" for row in found.figures.layers):
        yield "          blind: no passage has two opinions made without suggestions"
    for row in found.figures.layers:
        stories = count(row.stories or 0, "story")
        yield (
            f"          {row.arms} {row.layer}: F1 exact {_figure(row.exact)}, "
            f"partial {_figure(row.partial)}, alpha-u {_figure(row.alpha_u)} "
            f"({count(row.passages, 'passage')} of {stories})"
        )
        for why in _reasons([row.exact, row.alpha_u]):
            yield f"            {why}"


def whole(found: "Agreement") -> Iterator[str]:
    """Show all tables: by layer and label, by round, the matrix of people, contested places."""
    if found.why is not None:
        yield f"agreement {found.why}"
        return
    figures = found.figures
    arms = list(dict.fromkeys(row.arms for row in figures.layers))
    yield f"{count(found.passages, 'passage')} with several opinions, of {', '.join(found.people)}"
    for one in arms:
        yield ""
        yield f"{_HOW[one][:1].upper()}{_HOW[one][1:]}"
        for row in (r for r in figures.layers if r.arms == one):
            labels = [r for r in figures.labels if (r.arms, r.layer) == (one, row.layer)]
            yield from _spans([row, *labels])
        several = [r for r in figures.rounds if r.arms == one]
        if len({r.rounds for r in several}) > 1:
            yield from _rounds(several)
        yield from _links([r for r in figures.links if r.arms == one])
        for layer in dict.fromkeys(r.layer for r in figures.pairs if r.arms == one):
            yield from _matrix([r for r in figures.pairs if (r.arms, r.layer) == (one, layer)])
    yield ""
    yield f"Where opinions differ most ({count(len(found.contested), 'place')})"
    for place in found.contested:
        yield from _contested(place)


def _spans(rows: "Sequence[SpanAgreement]") -> Iterator[str]:
    """Show the figures of a layer and of its labels."""
    head = ("", "F1 exact", "F1 partial", "label", "token alpha", "alpha-u", "spans", "passages")
    yield from _table(
        [
            head,
            *(
                (
                    row.label or row.layer.upper(),
                    *map(_figure, (row.exact, row.partial, row.labels)),
                    *map(_figure, (row.token_alpha, row.alpha_u)),
                    str(row.marks),
                    f"{row.passages} ({count(row.stories or 0, 'story')})",
                )
                for row in rows
            ),
        ]
    )
    for row in rows:
        figures = (row.exact, row.labels, row.token_alpha, row.alpha_u)
        for why in _reasons(f for f in figures if f.value is None):
            yield f"    {row.label or row.layer}: {why}"
    for why in _reasons(f for f in (rows[0].exact, rows[0].alpha_u) if f.value is not None):
        yield f"    {why}"


def _rounds(rows: "Sequence[SpanAgreement]") -> Iterator[str]:
    """Show the figures by the rounds that the two opinions are of."""
    lines: list[tuple[str, ...]] = [
        ("rounds", "layer", "F1 exact", "F1 partial", "alpha-u", "passages")
    ]
    for row in rows:
        names = [ROUNDS.get(n, f"round {n}") for n in row.rounds or ()]
        figures = map(_figure, (row.exact, row.partial, row.alpha_u))
        lines.append((" + ".join(names), row.layer, *figures, str(row.passages)))
    yield from _table(lines)


def _links(rows: "Sequence[LinkAgreement]") -> Iterator[str]:
    """Show the figures of relations and attributes."""
    if rows:
        head = ("where spans are the same", "", "same", "compared", "passages")
        lines = (
            (row.name, "F1" if row.kind == "relations" else "share", _figure(row.same),
             str(row.compared), str(row.passages))
            for row in rows
        )  # fmt: skip
        yield from _table([head, *lines])


def _matrix(rows: "Sequence[SpanAgreement]") -> Iterator[str]:
    """Show the exact F1 of each two people, and on how many passages it was measured."""
    found = {row.people: f"{_value(row.exact)} ({row.passages})" for row in rows if row.people}
    names = sorted({name for pair in found for name in pair})
    lines = [(f"{rows[0].layer}: F1 exact (passages)", *names[1:])]
    for number, name in enumerate(names[:-1]):
        cells = (found.get((name, other), "-") for other in names[number + 1 :])
        lines.append((name, *[""] * number, *cells))
    yield from _table(lines)


def _contested(place: "Contested") -> Iterator[str]:
    """Show a place where opinions differ: its sentence, and who says what."""
    yield f"  {place.task} {place.layer} {place.start}-{place.end}: {_short(place.text)!r}"
    yield f"    {place.apart} of {count(place.opinions, 'opinion')} apart, in: {place.sentence}"
    if place.link:
        yield f"    {place.link}"
    for view in place.views:
        yield f"    {view.who} ({view.arm}): {_said(view)}"


def _said(view: "PersonView") -> str:
    said = [f"{label} {_short(text)!r} {start}-{end}" for label, start, end, text in view.spans]
    return ", ".join(said) or "nothing"


def _short(text: str) -> str:
    return text if len(text) <= _WIDE else f"{text[: _WIDE - 4]} ..."


def _table(lines: "Sequence[Sequence[str]]") -> Iterator[str]:
    """Show cells in columns as wide as they have to be."""
    wide = [max(len(line[i]) for line in lines if i < len(line)) for i in range(len(lines[0]))]
    yield ""
    for line in lines:
        cells = (cell.ljust(size) for cell, size in zip(line, wide, strict=False))
        yield f"  {'  '.join(cells)}".rstrip()


def _figure(figure: "Figure") -> str:
    interval = "" if figure.low is None else f" ({figure.low:.2f} to {figure.high:.2f})"
    return f"{_value(figure)}{interval}"


def _value(figure: "Figure") -> str:
    return "undefined" if figure.value is None else f"{figure.value:.2f}"


def _reasons(figures: "Iterable[Figure]") -> list[str]:
    return list(dict.fromkeys(figure.why for figure in figures if figure.why))
