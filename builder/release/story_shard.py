"""Hold the stories of one shard of a release, with all that is theirs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from builder.dataset.rows import TokenBounds
from builder.labels import LabelSet
from builder.records import Article, Correction, Gold, Seed, Story
from builder.release.agreed import NOBODY, Agreed
from builder.release.card.agreement import story_agreement
from builder.release.card.origins import Origins, origins
from builder.release.earlier import Earlier
from builder.release.select import Selection, select
from builder.workspace.config import Rights


@dataclass(frozen=True)
class ShardRecords:
    """The records that a shard of a release is made from: some stories with all that is theirs.

    ``pipeline`` names what suggested the spans that nobody has looked at, with its fingerprint;
    ``refused`` says why an article has no gold although people have worked on it, ``agreed`` whose
    opinions and figures of work may be published.
    """

    stories: Sequence[Story]
    articles: Mapping[str, Article]
    gold: Mapping[str, Gold]
    seeds: Sequence[Seed]
    corrections: Sequence[Correction]
    pipeline: str = ""
    agreed: Agreed = NOBODY
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StoryShard:
    """The stories of one shard, which are loaded only if it has to be built.

    ``inputs`` is the digest of everything that the shard is made from. A shard of the release
    before with the same one is copied; an empty one is never the same.
    """

    number: int
    of: int
    inputs: str
    load: Callable[[], ShardRecords]

    def make(
        self, token_bounds: TokenBounds, labels: LabelSet, rights: Rights, earlier: Earlier
    ) -> tuple[Selection, Origins]:
        """Return the rows of the shard, and what lies behind them.

        ``rights`` say which licence texts have; ``earlier`` has the rows of the release before, of
        which some may stay.
        """
        records = self.load()
        chosen = select(
            records.articles,
            records.gold,
            records.stories,
            token_bounds,
            labels,
            refused=records.refused,
            earlier=earlier,
            rights=rights,
            work=records.corrections,
            agreed=records.agreed,
        )
        released = {row["id"] for row in chosen.tables.articles}
        released |= {row["article_id"] for row in chosen.tables.sentences}
        released |= {row["article_id"] for row in chosen.tables.opinions}
        of_them = {i: article for i, article in records.articles.items() if i in released}
        behind = origins(of_them, records.seeds, records.corrections, labels, records.agreed.effort)
        if records.pipeline and any(r["status"] == "machine" for r in chosen.tables.sentences):
            behind += Origins(pipelines=(records.pipeline,))
        # What people differ on may enter no table, and counts here all the same.
        out = {article for story in records.stories for article in story.out()}
        there = {i: article for i, article in records.articles.items() if i not in out}
        behind += Origins(
            agreement=story_agreement(
                there, records.corrections, records.stories, labels, token_bounds
            )
        )
        return chosen, behind
