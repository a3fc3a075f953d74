"""Say which articles a story has."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from builder.phrasing import count

if TYPE_CHECKING:
    from builder.variants.shown import StoryArticle, StoryShown


def shown(result: "StoryShown") -> Iterator[str]:
    """List the articles of a story."""
    yield f"Story {result.id} ({result.split}): {count(len(result.articles), 'article')}"
    for article in result.articles:
        yield from _article(article)
    for identity in result.missing:
        yield f"{identity}: missing in data/articles; restore its file, or run builder ingest"


def _article(article: "StoryArticle") -> Iterator[str]:
    where = ", ".join(x for x in (article.outlet, article.published) if x)
    yield f"{article.id}: {where or 'unknown outlet'}"
    if article.headline:
        yield f"  {article.headline}"
    yield f"  from {', '.join(article.seeds)}"
    if article.out:
        yield f"  leaves all releases: {article.out}"
