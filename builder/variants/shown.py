"""Tell of a story which articles it has and where they come from."""

from dataclasses import dataclass

from builder.ingest.held import known_seeds
from builder.records import Article
from builder.variants.finding import find_story
from builder.workspace.folder import Workspace
from builder.workspace.store import View


@dataclass(frozen=True)
class StoryArticle:
    """An article of a story: where it was published and which seeds it was read from.

    ``out`` says why it leaves all future releases, None where it stays.
    """

    id: str
    outlet: str | None
    headline: str | None
    published: str | None
    seeds: list[str]
    out: str | None


@dataclass(frozen=True)
class StoryShown:
    """A story and what is known of its articles; of a ``missing`` one there is no text."""

    id: str
    split: str
    articles: list[StoryArticle]
    missing: list[str]


def show(workspace: Workspace, name: str) -> StoryShown:
    """Return what there is to say of a story.

    Raises:
        BuilderError: no story is called so, or several are.

    """
    story = find_story(workspace, name)
    there, seeds = View(workspace.articles), known_seeds(workspace)
    names = {identity: seed.path for identity, seed in seeds.items()}
    out = {article: w.reason for article, w in story.out().items()}
    return StoryShown(
        id=story.id,
        split=story.split,
        articles=[_article(there[i], names, out.get(i)) for i in story.articles if i in there],
        missing=[i for i in story.articles if i not in there],
    )


def _article(article: Article, names: dict[str, str], out: str | None) -> StoryArticle:
    meta = article.metadata
    return StoryArticle(
        id=article.id,
        outlet=meta.first("outlet"),
        headline=meta.first("headline"),
        published=meta.first("published"),
        seeds=[names.get(seed, seed) for seed in article.seeds],
        out=out,
    )
