"""Say in a release's card how far people agree who looked at the same passages."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from builder.dataset.rows import TokenBounds
from builder.labels import LabelSet
from builder.phrasing import count
from builder.records import Article, Correction, Layer, Story
from builder.review.agreement.opinions import Arms, passages

if TYPE_CHECKING:
    from builder.review.agreement.results import Figure, SpanAgreement


@dataclass(frozen=True)
class StoryAgreement:
    """The sums of one story that figures of agreement are made of; it names nobody.

    Of opinions that were made alike, of a layer, and of one label or, without ``name``, of all.
    """

    story: str
    arms: Arms
    layer: Layer
    name: str
    sums: dict[str, float]


def story_agreement(
    articles: dict[str, Article],
    corrections: Iterable[Correction],
    stories: Iterable[Story],
    labels: LabelSet,
    token_bounds: TokenBounds,
) -> tuple[StoryAgreement, ...]:
    """Return the sums of the stories in which people looked at the same passages."""
    story_of = {article: story.id for story in stories for article in story.articles}
    together = list(passages(map(labels.read, corrections), articles, story_of))
    if not together:
        return ()
    from builder.review.agreement.sums import summed

    found = summed(together, token_bounds, people=False)
    return tuple(
        StoryAgreement(
            story, row.arms, row.layer, row.name,
            dict(sorted(sums.items())),
        )
        for story, rows in sorted(found.items())
        for row, sums in sorted(rows.items())
        if row.kind == "spans" and not row.rounds
    )  # fmt: skip


def section(agreement: Sequence[StoryAgreement]) -> str:
    """Return the card's section on agreement, empty where no two people looked at the same."""
    if not agreement:
        return ""
    from builder.review.agreement.figures import figures
    from builder.review.agreement.sums import ByStory, SumRow

    sums: ByStory = {}
    for one in agreement:
        sums.setdefault(one.story, {})[SumRow(one.arms, one.layer, name=one.name)] = one.sums
    found = figures(sums)
    rows = [
        row
        for whole in found.layers
        for row in (whole, *(r for r in found.labels if _with(r) == _with(whole)))
    ]
    lines = "\n".join(f"| {' | '.join(_cells(row))} |" for row in rows)
    return f"""
### How far people agree

Opinions are what people, each on their own, marked in the same passage. Blind ones were made
without suggestions. Assisted ones were made with suggestions in view, which pull people together,
so that they flatter agreement. Mixed are pairs of one of each; of unrecorded ones nobody knows.
Passages count also where people differ so that their sentences are in no split.
{_of_blind(rows)}
F1 exact counts spans with the same bounds and label, F1 partial those with the same label that
share a character, over all pairs of opinions. Alpha-u is the unitising alpha of
Krippendorff, Mathet, Bouvry and Widlöcher (2016): 1 where people agree wholly, 0 where they do no
better than chance. In brackets: what 95 of 100 draws of stories lie between.

| opinions | spans | F1 exact | F1 partial | alpha-u | measured on |
|---|---|---|---|---|---|
{lines}
{_reasons(rows)}"""


def _with(row: "SpanAgreement") -> tuple[str, str]:
    return row.arms, row.layer


def _of_blind(rows: "Sequence[SpanAgreement]") -> str:
    if any(row.arms == "blind" for row in rows):
        return ""
    return "Here no passage has two blind opinions.\n"


def _cells(row: "SpanAgreement") -> Iterator[str]:
    yield row.arms
    yield row.label or f"**{row.layer}**"
    yield from map(_figure, (row.exact, row.partial, row.alpha_u))
    yield f"{count(row.passages, 'passage')} of {count(row.stories or 0, 'story')}"


def _figure(figure: "Figure") -> str:
    if figure.value is None:
        return "undefined"
    interval = "" if figure.low is None else f" ({figure.low:.2f} to {figure.high:.2f})"
    return f"{figure.value:.2f}{interval}"


def _reasons(rows: "Sequence[SpanAgreement]") -> str:
    """Return why figures or their intervals are undefined, each reason once."""
    of_rows = (f for row in rows for f in (row.exact, row.alpha_u))
    reasons = dict.fromkeys(figure.why for figure in of_rows if figure.why)
    return "".join(f"\n- {why[:1].upper()}{why[1:]}." for why in reasons) + "\n" * bool(reasons)
