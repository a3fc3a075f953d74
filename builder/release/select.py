"""Choose the rows that may be published, and list what is left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from builder.dataset.rows import Row, TokenBounds, article_row, sentence_rows
from builder.errors import BuilderError
from builder.records import Article, Gold, SentenceStatus, Split, Story
from builder.release.claims import claim_rows


@dataclass(frozen=True)
class LeftOut:
    """An article, sentence or claim that is in no table, and why."""

    id: str
    reason: str


def rows_of(
    articles: Mapping[str, Article],
    gold: Mapping[str, Gold],
    stories: Iterable[Story],
    token_bounds: TokenBounds,
) -> tuple[dict[str, list[Row]], list[LeftOut]]:
    """Return each table's rows, sorted by story, article and position, and what is left out.

    Withdrawn articles are left out; so is, in validation and test, whatever nobody has looked at,
    and in test what annotators saw with suggestions: that would favour who made them.
    """
    sentences: list[Row] = []
    full: list[Row] = []
    claims: list[Row] = []
    left_out: list[LeftOut] = []
    for story in sorted(stories, key=lambda s: s.id):
        withdrawn = {w.article: w.reason for w in story.withdrawn}
        for identity in sorted(story.articles):
            if identity in withdrawn:
                left_out.append(LeftOut(identity, withdrawn[identity]))
                continue
            if identity not in articles:
                raise BuilderError(
                    f"data/stories: story {story.id} names article {identity}, which is missing in "
                    "data/articles: restore its file, or run builder ingest"
                )
            if identity not in gold:
                left_out.append(LeftOut(identity, "it has no suggestion and no correction yet"))
                continue
            article = articles[identity]
            made = gold[identity]
            rows = sentence_rows(article, made, story, token_bounds)
            found = [
                (sentences, row, [status]) for row, status in zip(rows, made.status, strict=True)
            ]
            whole = (full, article_row(article, made, story), made.status)
            claimed = [
                (claims, row, _in_context(row, article, made))
                for row in claim_rows(article, made, story)
            ]
            for table, row, status in [whole, *found, *claimed]:
                reason = _not_yet(story.split, status)
                if reason is None:
                    table.append(row)
                else:
                    left_out.append(LeftOut(row["id"], reason))
    return {"sentences": sentences, "articles": full, "claims": claims}, left_out


def _in_context(claim: Row, article: Article, gold: Gold) -> list[SentenceStatus]:
    """Return the status of the sentences that a claim's row shows."""
    start = claim["context_start"]
    end = start + len(claim["context"])
    return [
        status
        for bounds, status in zip(article.sentences, gold.status, strict=True)
        if bounds.start < end and bounds.end > start
    ]


def _not_yet(split: Split, found: Sequence[SentenceStatus]) -> str | None:
    """Return why sentences may not enter their split yet, or None if they may."""
    if split != "train" and any("machine" in (s.entity, s.claim) for s in found):
        return f"nobody has looked at it, and its split is {split}"
    if split == "test" and not all(s.blind for s in found):
        return "it was annotated with suggestions in view, and its split is test"
    return None
