"""Give stories their splits, and hold back those that would leak."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from builder.ingest.stories.joining import Released
from builder.records import Split, Story
from builder.text import short_hash

STORIES_BEFORE_SPLITTING = 10
_STRICTNESS: tuple[Split, ...] = ("train", "validation", "test")
Beside = Mapping[str, Collection[str]]


def identity_of(first: str) -> str:
    """Return the id of the story that begins with an article."""
    return short_hash("story", first)


def split_of(story: str) -> Split:
    """Return the split that a story's id gives: eight in ten are train."""
    share = int(short_hash("split", story), 16) % 10
    return "train" if share < 8 else "validation" if share == 8 else "test"


def strictest(splits: Collection[Split]) -> Split:
    """Return the split that is nearest to test."""
    return max(splits, key=_STRICTNESS.index)


def problems(story: Story) -> list[tuple[str, str]]:
    """Return what of a story no ``assign`` could have made: fields and reasons."""
    made = {identity_of(article) for article in story.articles}
    found = []
    if story.id not in made:
        found.append(("id", "is made from none of its articles"))
    if story.split not in ("train", split_of(story.id)) and not (story.split_of or story.held):
        found.append(("split", f"{story.split} is not the split that this id gives"))
    found += [
        ("aliases", f"{a} is made from none of its articles") for a in {*story.aliases} - made
    ]
    if list(story.articles) != sorted(set(story.articles)):
        found.append(("articles", "stand twice, or out of order"))
    return found


class Splits:
    """The splits of stories, each known by its root: which are given, and which are still open.

    Args:
        made: the stories by root, each with the split that its id gives or that it has.
        new: the roots whose split is open: newcomers, and stories that were held.
        undecided: the roots that a newcomer may be the same as.
        mentions: the roots of which a story holds pieces.
        released: gives the split of every article that was released.

    """

    def __init__(
        self,
        made: Mapping[str, Story],
        new: Collection[str],
        undecided: Beside,
        mentions: Beside,
        released: Released,
    ) -> None:
        self._made, self._open = dict(made), set(new)
        self._undecided, self._mentions, self._released = undecided, mentions, released
        self._holders: dict[str, set[str]] = defaultdict(set)
        for holder, pieces in mentions.items():
            for piece in pieces:
                self._holders[piece].add(holder)

    def settle(self) -> list[Story]:
        """Return all stories with their splits; pieces come before what holds them.

        A story of which no row is released follows its pieces, too: if one is in another split, the
        story's own split is open again.
        """
        for root in sorted(self._open, key=lambda r: (bool(self._mentions.get(r)), r)):
            self._made[root] = self._settled(root)
            self._open.discard(root)
        for root in sorted(self._mentions):
            if self._leaks(root):
                self._made[root] = self._settled(root)
        return sorted(self._made.values(), key=lambda story: story.id)

    def _settled(self, root: str) -> Story:
        story = self._made[root]
        if self._undecided.get(root):
            told = self._stories(self._undecided[root])
            return _held(story, f"it may be the same as {_listed(told)}: somebody has to decide")
        beside = self._stories(self._near(root))
        splits = {other.split for other in beside}
        if len(splits) > 1:
            return _held(story, "it shares passages with stories of different splits")
        if splits <= {story.split}:
            return story
        return story.model_copy(update={"split": beside[0].split, "split_of": beside[0].id})

    def _stories(self, roots: Iterable[str]) -> list[Story]:
        return sorted((self._made[root] for root in roots), key=lambda story: story.id)

    def _near(self, root: str) -> list[str]:
        """Return the roots that a story shares passages with and whose split counts."""
        beside = {*self._mentions.get(root, ()), *self._holders[root]} - {root}
        return [other for other in beside if other not in self._open and not self._made[other].held]

    def _leaks(self, root: str) -> bool:
        """Tell whether pieces of a story that has no released rows are in another split."""
        story = self._made[root]
        pieces = [self._made[piece] for piece in self._mentions[root]]
        differ = any(piece.split != story.split and not piece.held for piece in pieces)
        return differ and not story.held and not set(story.articles) & self._released().keys()


def _held(story: Story, reason: str) -> Story:
    """Return a story that is held back: annotated blind, it may enter any split later."""
    return story.model_copy(update={"split": "test", "split_of": None, "held": reason})


def _listed(stories: Collection[Story]) -> str:
    told = [f"story {story.id} ({story.split})" for story in stories]
    return ", ".join(told[:3]) + (f" and {len(told) - 3} more" if len(told) > 3 else "")
