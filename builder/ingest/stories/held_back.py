"""Say which stories are held back, and by which passages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from builder.ingest.held import known_seeds
from builder.records import Story
from builder.workspace.folder import Workspace
from builder.workspace.store import View

# Of a digest of very many articles, not each passage is told.
_MOST_TOLD = 5
_MOST_WORDS = 15


@dataclass(frozen=True)
class SharedPassage:
    """A passage of an article that stands in an article of another story too.

    Articles are called by the path of a seed; ``words`` are the passage's first ones.
    """

    seed: str
    other_seed: str
    story: str
    split: str
    words: str


@dataclass(frozen=True)
class HeldBack:
    """A story of which no row enters a release, and what it shares with which others.

    ``undecided`` are the stories that it may be the same as: somebody has to say so. ``others`` is
    the number of stories that it names, of which ``passages`` tell the first ones.
    """

    story: str
    reason: str
    undecided: list[str]
    others: int
    passages: list[SharedPassage]


def held_back(workspace: Workspace, ledger: Iterable[Story], of: Iterable[Story]) -> list[HeldBack]:
    """Return of some stories which are held back, with the passages that they share."""
    named = {name: story for story in ledger for name in (story.id, *story.aliases)}
    return [
        HeldBack(
            story=story.id,
            reason=story.held,
            undecided=list(story.undecided),
            others=len({*story.undecided, *story.mentions}),
            passages=list(shared_passages(workspace, story, named.values())),
        )
        for story in of
        if story.held
    ]


def shared_passages(
    workspace: Workspace, story: Story, ledger: Iterable[Story]
) -> Iterator[SharedPassage]:
    """Yield the longest passages that a story shares with those that it names."""
    from builder.ingest.stories.likeness import longest_passage

    named = {name: other for other in ledger for name in (other.id, *other.aliases)}
    others = {named[i].id: named[i] for i in (*story.undecided, *story.mentions) if i in named}
    texts, paths = View(workspace.articles), dict[str, str]()
    for seed in known_seeds(workspace).values():
        paths.setdefault(seed.article, seed.path)
    for other in [*others.values()][:_MOST_TOLD]:
        best = ("", "", "")
        for mine in (article for article in story.articles if article in texts):
            for its in (article for article in other.articles if article in texts):
                bounds = longest_passage(texts[mine].text, texts[its].text)
                found = texts[mine].text[slice(*bounds)] if bounds else ""
                if len(found) > len(best[2]):
                    best = (mine, its, found)
        mine, its, found = best
        if found:
            yield SharedPassage(
                seed=paths.get(mine, mine),
                other_seed=paths.get(its, its),
                story=other.id,
                split=other.split,
                words=_beginning(found),
            )


def _beginning(passage: str) -> str:
    words = passage.split()
    return " ".join(words[:_MOST_WORDS]) + (" ..." if len(words) > _MOST_WORDS else "")
