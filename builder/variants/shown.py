"""Tell of a story which articles it has, and what they say differently."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builder.ingest.held import known_seeds
from builder.ingest.stories.finding import find_story
from builder.ingest.stories.held_back import Passages, SharedPassage
from builder.records import Article
from builder.variants.comparing import Comparable, ComparedSentences, compare_articles, pairs_of
from builder.workspace.folder import Workspace
from builder.workspace.store import View

# Of a story with more articles, each is laid beside the first alone.
_MOST_COMPARED = 3
_NOT_THERE = "missing in data/articles: restore its file from git, or run builder ingest"


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
class ShownDifference:
    """What differs between two sentences; bounds count from the beginning of each ``text``.

    Where one side alone says it, ``only_in`` names that side, and the other words are all there.
    """

    type: str
    kind: str
    only_in: str | None
    left: tuple[int, int]
    right: tuple[int, int]
    left_words: str
    right_words: str
    left_value: str | None
    right_value: str | None


@dataclass(frozen=True)
class ShownSentences:
    """Sentences of two articles that say the same: their numbers, from 1, and their words."""

    kind: str
    left: list[int]
    right: list[int]
    left_text: str
    right_text: str
    differences: list[ShownDifference]


@dataclass(frozen=True)
class ShownSentence:
    """A sentence that one of two articles alone has."""

    number: int
    text: str


@dataclass(frozen=True)
class SideBySide:
    """Two articles of a story, by their ids: what both say, and what one alone does."""

    left: str
    right: str
    both: list[ShownSentences]
    only_left: list[ShownSentence]
    only_right: list[ShownSentence]


@dataclass(frozen=True)
class StoryShown:
    """A story and what is known of its articles; ``missing`` says why there is no text of some.

    ``held`` says why no row of it enters a release, ``passages`` what it shares with other stories
    that it names.
    """

    id: str
    split: str
    held: str | None
    passages: list[SharedPassage]
    articles: list[StoryArticle]
    missing: dict[str, str]
    compared: list[SideBySide]


def show(workspace: Workspace, name: str) -> StoryShown:
    """Return what there is to say of a story.

    Raises:
        BuilderError: no story is called so, or several are.

    """
    story = find_story(workspace, name)
    view, seeds = View(workspace.articles), known_seeds(workspace)
    names = {identity: seed.path for identity, seed in seeds.items()}
    out = {article: w.reason for article, w in story.out().items()}
    there = {i: view[i] for i in story.articles if i in view}
    return StoryShown(
        id=story.id,
        split=story.split,
        held=story.held,
        passages=list(Passages(workspace, workspace.stories.records()).of(story)),
        articles=[_article(article, names, out.get(i)) for i, article in there.items()],
        missing={i: out.get(i, _NOT_THERE) for i in story.articles if i not in there},
        compared=list(_side_by_side(list(there.values()))),
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


def _side_by_side(articles: Sequence[Article]) -> Iterator[SideBySide]:
    read = {article.id: Comparable.of(article) for article in articles}
    for left, right in pairs_of([*read], _MOST_COMPARED):
        ours, theirs = read[left], read[right]
        found = compare_articles(ours, theirs)
        yield SideBySide(
            left=left,
            right=right,
            both=[_sentences(pair, ours.text, theirs.text) for pair in found],
            only_left=_others(ours, {number for pair in found for number in pair.left}),
            only_right=_others(theirs, {number for pair in found for number in pair.right}),
        )


def _others(article: Comparable, aligned: set[int]) -> list[ShownSentence]:
    return [
        ShownSentence(number + 1, article.text[start:end])
        for number, (start, end) in enumerate(article.sentences)
        if number not in aligned
    ]


def _sentences(pair: ComparedSentences, left: str, right: str) -> ShownSentences:
    ours, theirs = pair.left_bounds, pair.right_bounds
    return ShownSentences(
        kind=pair.kind,
        left=[number + 1 for number in pair.left],
        right=[number + 1 for number in pair.right],
        left_text=left[slice(*ours)],
        right_text=right[slice(*theirs)],
        differences=[
            ShownDifference(
                type=one.type,
                kind=one.kind,
                only_in=one.only_in,
                left=(one.left[0] - ours[0], one.left[1] - ours[0]),
                right=(one.right[0] - theirs[0], one.right[1] - theirs[0]),
                left_words=left[slice(*one.left)],
                right_words=right[slice(*one.right)],
                left_value=one.left_value,
                right_value=one.right_value,
            )
            for one in pair.differences
        ],
    )
