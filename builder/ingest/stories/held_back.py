"""Say which stories are held back, and by which passages."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from builder.ingest.held import known_seeds
from builder.ingest.stories.contradictions import Contradiction, beside_decisions
from builder.records import Article, Story
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
    """A story that waits for somebody or enters no release, and what it shares with others.

    ``undecided`` are the stories that it may be the same as: somebody has to say so. ``others`` is
    the number of stories that it names, of which ``passages`` tell the first ones.
    ``contradictions`` are decisions on it and another story that say both.
    """

    story: str
    reason: str
    undecided: list[str]
    others: int
    passages: list[SharedPassage]
    contradictions: list[Contradiction]


def held_back(workspace: Workspace, ledger: Iterable[Story], of: Iterable[Story]) -> list[HeldBack]:
    """Return of some stories which are held back, with the passages that they share."""
    waiting = ((story, story.waits()) for story in of)
    held = [(story, reason) for story, reason in waiting if reason]
    if not held:
        return []
    passages = Passages(workspace, ledger)
    # Each is told once, beside the first of its stories.
    disputed: dict[str, list[Contradiction]] = defaultdict(list)
    for one in beside_decisions(workspace).contradictions:
        disputed[one.stories[0]].append(one)
    return [
        HeldBack(
            story=story.id,
            reason=reason,
            undecided=list(story.undecided),
            others=len({*story.undecided, *story.mentions}),
            passages=list(passages.of(story)),
            contradictions=disputed[story.id],
        )
        for story, reason in held
    ]


class Passages:
    """What stories share with those that they name."""

    def __init__(self, workspace: Workspace, ledger: Iterable[Story]) -> None:
        self._named = {name: story for story in ledger for name in story.names}
        self._workspace = workspace

    def of(self, story: Story) -> Iterator[SharedPassage]:
        """Yield the longest passage that a story shares with each of the first that it names."""
        names = (name for name in (*story.undecided, *story.mentions) if name in self._named)
        others = {self._named[name].id: self._named[name] for name in names}
        for other in [*others.values()][:_MOST_TOLD]:
            pairs = (
                (mine, its, self._shared(mine, its))
                for mine in story.articles
                for its in other.articles
                if mine in self._texts and its in self._texts
            )
            mine, its, found = max(pairs, key=lambda pair: len(pair[2]), default=("", "", ""))
            if found:
                yield SharedPassage(
                    seed=self._paths.get(mine, mine),
                    other_seed=self._paths.get(its, its),
                    story=other.id,
                    split=other.split,
                    words=_beginning(found),
                )

    def _shared(self, one: str, other: str) -> str:
        from builder.ingest.stories.likeness import longest_passage

        text = self._texts[one].text
        bounds = longest_passage(text, self._texts[other].text)
        return text[slice(*bounds)] if bounds else ""

    @cached_property
    def _texts(self) -> View[Article]:
        return View(self._workspace.articles)

    @cached_property
    def _paths(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for seed in known_seeds(self._workspace).values():
            found.setdefault(seed.article, seed.path)
        return found


def _beginning(passage: str) -> str:
    words = passage.split()
    return " ".join(words[:_MOST_WORDS]) + (" ..." if len(words) > _MOST_WORDS else "")
