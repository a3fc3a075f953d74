"""Articles, gold and the ledger in, the rows that may be published and what is left out, out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from builder.errors import BuilderError
from builder.records import Article, Gold, Story
from builder.release.rows import Row, TokenBounds, article_row, sentence_rows


@dataclass(frozen=True)
class LeftOut:
    """An article or sentence that is in no table, and why."""

    id: str
    reason: str


def rows_of(
    articles: Mapping[str, Article],
    gold: Mapping[str, Gold],
    stories: Iterable[Story],
    token_bounds: TokenBounds,
) -> tuple[dict[str, list[Row]], list[LeftOut]]:
    """Return each table's rows, sorted by story, article and position, and what is left out.

    Withdrawn articles are left out; so is, in validation and test, whatever nobody has looked at.
    """
    sentences: list[Row] = []
    full: list[Row] = []
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
            row = article_row(article, gold[identity], story)
            rows = sentence_rows(article, gold[identity], story, token_bounds)
            for table, candidates in ((full, [row]), (sentences, rows)):
                for candidate in candidates:
                    if story.split != "train" and candidate["status"] == "machine":
                        reason = f"nobody has looked at it, and its split is {story.split}"
                        left_out.append(LeftOut(candidate["id"], reason))
                    else:
                        table.append(candidate)
    return {"sentences": sentences, "articles": full}, left_out
