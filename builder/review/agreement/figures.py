"""Turn sums into figures of agreement, each with an interval or the reason why it has none."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from builder.records import LAYERS
from builder.review.agreement import bootstrap
from builder.review.agreement.alpha import alpha
from builder.review.agreement.opinions import ARMS
from builder.review.agreement.results import Figure, Figures, LinkAgreement, SpanAgreement
from builder.review.agreement.sums import NO_STORY, TOKENS, UNITS, ByStory, SumRow, Sums, add

Array = npt.NDArray[np.float64]
_DIGITS = 4


def figures(sums: ByStory) -> Figures:
    """Return the figures that sums come to, blind opinions first."""
    of_row: dict[SumRow, list[Sums]] = {}
    for story in sorted(sums.keys() - {NO_STORY}):
        for row, of_story in sums[story].items():
            of_row.setdefault(row, []).append(of_story)
    rows = sorted(of_row, key=_order)
    spans = [row for row in rows if row.kind == "spans"]
    whole = [row for row in spans if not (row.people or row.rounds)]
    some = sums.get(NO_STORY, {})
    by_people = _alphas_of_people(some)
    return Figures(
        layers=tuple(_spans(row, of_row[row]) for row in whole if not row.name),
        labels=tuple(_spans(row, of_row[row]) for row in whole if row.name),
        rounds=tuple(_spans(row, of_row[row]) for row in spans if row.rounds),
        pairs=tuple(_spans(row, of_row[row], by_people.get(row)) for row in spans if row.people),
        details=tuple(_spans(row, None, some[row]) for row in sorted(some, key=_order)),
        links=tuple(_links(row, of_row[row]) for row in rows if row.kind != "spans"),
    )


def _order(row: SumRow) -> tuple[int, int, SumRow]:
    return ARMS.index(row.arms), LAYERS.index(row.layer), row


def _alphas_of_people(rows: Mapping[SumRow, Sums]) -> dict[SumRow, Sums]:
    """Return the sums of each pair of people over all rounds, with what alpha needs."""
    found: dict[SumRow, Sums] = {}
    for row, sums in rows.items():
        if not row.name:
            add(found.setdefault(row._replace(rounds=()), {}), sums)
    return found


def _spans(row: SumRow, stories: Sequence[Sums] | None, total: Sums | None = None) -> SpanAgreement:
    """Return the figures of one row; those that only ``total`` has the sums of get no interval."""
    if total is None:
        total = {}
        for sums in stories or ():
            add(total, sums)
    what = row.name or f"the layer {row.layer}"
    nothing = f"nobody marked any {row.name}" if row.name else f"nobody marked any {row.layer}"
    low, high = (*row.people, "", "")[:2]
    begun, ended = (*row.rounds, 0, 0)[:2]
    table = _Table(stories, total)
    return SpanAgreement(
        arms=row.arms,
        layer=row.layer,
        label=row.name or None,
        people=(low, high) if row.people else None,
        rounds=(begun, ended) if row.rounds else None,
        passages=int(total["passages"]),
        stories=None if stories is None else len(stories),
        pairs=int(total["pairs"]),
        marks=int(total["marks"]),
        exact=table.share("exact", "marks", nothing),
        partial=table.share("partial", "marks", nothing),
        labels=table.share("same", "bounds", f"no bounds of {what} were marked by both"),
        token_alpha=table.alpha(TOKENS, row.layer, row.name),
        alpha_u=table.alpha(UNITS, row.layer, row.name),
    )


def _links(row: SumRow, stories: Sequence[Sums]) -> LinkAgreement:
    total: Sums = {}
    for sums in stories:
        add(total, sums)
    nothing = f"nobody gave any {row.name} to spans that both marked"
    return LinkAgreement(
        arms=row.arms,
        kind=row.kind,
        name=row.name,
        passages=int(total["passages"]),
        stories=len(stories),
        compared=int(total["compared"]),
        same=_Table(stories, total).share("same", "compared", nothing),
    )


class _Table:
    """The sums of one row: in all, and story by story where stories were told apart."""

    def __init__(self, stories: Sequence[Sums] | None, total: Sums) -> None:
        self._stories, self._total = stories, total

    def share(self, part: str, whole: str, nothing: str) -> Figure:
        """Return one sum divided by another."""
        if not self._total[whole]:
            return Figure(None, why=nothing)
        value = self._total[part] / self._total[whole]
        return self._figure(value, (part, whole), _share)

    def alpha(self, kind: str, layer: str, label: str) -> Figure:
        """Return alpha of one kind."""
        values = sorted(name for name in self._total if name.startswith(f"{kind}:"))
        columns = (f"{kind} differing", f"{kind} squares", *values)
        # Sums of thirds hang on the order in which they are added up, in their last digits.
        whole = np.array([round(self._total.get(name, 0), 6) for name in columns], dtype=np.float64)
        value = float(_alpha(whole))
        if not np.isnan(value):
            return self._figure(value, columns, _alpha)
        if {f"{kind}:", f"{kind}:0"}.issuperset(values):
            why = f"nobody marked any {label or layer}, so that all values are the same"
        else:
            why = "all that both saw is marked alike everywhere, so that chance cannot differ"
        return Figure(None, why=why)

    def _figure(
        self, value: float, columns: Sequence[str], statistic: Callable[[Array], Array]
    ) -> Figure:
        """Return a figure with its interval over stories."""
        value = round(value, _DIGITS) + 0.0
        if self._stories is None or not any(columns[0] in sums for sums in self._stories):
            return Figure(value, why="no interval: not computed for single pairs of people")
        table = np.array([[sums.get(name, 0) for name in columns] for sums in self._stories])
        found = bootstrap.interval(table, statistic)
        if found is None:
            return Figure(value, why=_too_few(len(self._stories)))
        low, high = (round(end, _DIGITS) + 0.0 for end in found)
        return Figure(value, low, high)


def _share(table: Array) -> Array:
    whole = table[..., 1]
    return np.where(whole > 0, table[..., 0] / np.where(whole > 0, whole, 1), np.nan)


def _alpha(table: Array) -> Array:
    return alpha(table[..., 0], table[..., 1], table[..., 2:])


def _too_few(stories: int) -> str:
    if stories < bootstrap.FEWEST:
        return f"no interval: fewer than {bootstrap.FEWEST} stories (n = {stories})"
    return "no interval: undefined for most draws of stories"
