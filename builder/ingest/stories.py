"""Group articles into stories: each article in one, and no story ever parted."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from builder.records import Split, Story, Withdrawal
from builder.text import short_hash

STORIES_BEFORE_SPLITTING = 10
_STRICTNESS: tuple[Split, ...] = ("train", "validation", "test")


def assign(
    ledger: Iterable[Story], articles: Collection[str], links: Iterable[tuple[str, str]]
) -> list[Story]:
    """Return the ledger with every article (by id) in exactly one story; ``links`` join two.

    No story is parted and no split changes, except where new articles join two stories: then the
    stricter split wins, and the articles of the looser one are withdrawn. A merge in git may leave
    a story in the ledger twice, or an article in two stories; they are joined in the same way.
    """
    old = _joined_by_id(ledger)
    groups = _components([story.articles for story in old], links, articles)
    stories_of: dict[str, list[Story]] = defaultdict(list)
    for story in old:
        for article in story.articles:
            stories_of[article].append(story)
    stories, fresh = [], []
    for group in groups:
        joined = {story.id: story for a in group for story in stories_of.get(a, ())}
        if joined:
            stories.append(_extended([joined[i] for i in sorted(joined)], group))
        else:
            fresh.append(group)
    small = len(stories) + len(fresh) < STORIES_BEFORE_SPLITTING
    stories.extend(_minted(group, small) for group in fresh)
    return sorted(stories, key=lambda story: story.id)


def _joined_by_id(ledger: Iterable[Story]) -> list[Story]:
    """Return the ledger with each story once."""
    lines: dict[str, list[Story]] = defaultdict(list)
    for story in ledger:
        lines[story.id].append(story)
    return [
        _extended(same, sorted({a for story in same for a in story.articles}))
        if len(same) > 1
        else same[0]
        for same in lines.values()
    ]


def problems(story: Story) -> list[tuple[str, str]]:
    """Return what of a story no ``assign`` could have made: fields and reasons."""
    made = {_identity(article) for article in story.articles}
    found = []
    if story.id not in made:
        found.append(("id", "is made from none of its articles"))
    if story.split not in ("train", _split(story.id)):
        found.append(("split", f"{story.split} is not the split that this id gives"))
    found += [
        ("aliases", f"{a} is made from none of its articles") for a in {*story.aliases} - made
    ]
    if list(story.articles) != sorted(set(story.articles)):
        found.append(("articles", "stand twice, or out of order"))
    return found


def _identity(first: str) -> str:
    return short_hash("story", first)


def _minted(group: Sequence[str], small: bool) -> Story:
    identity = _identity(group[0])
    return Story(id=identity, articles=tuple(group), split="train" if small else _split(identity))


def _split(story: str) -> Split:
    share = int(short_hash("split", story), 16) % 10
    return "train" if share < 8 else "validation" if share == 8 else "test"


def _extended(joined: Sequence[Story], group: Sequence[str]) -> Story:
    """Return the story that takes in ``group``; of several stories the strictest one survives."""
    survivor = max(joined, key=lambda s: (_STRICTNESS.index(s.split), -joined.index(s)))
    withdrawn = {w.article: w for story in joined for w in story.withdrawn}
    for story in joined:
        if story.split != survivor.split:
            reason = f"story {story.id} ({story.split}) joined {survivor.id} ({survivor.split})"
            for article in story.articles:
                withdrawn.setdefault(article, Withdrawal(article=article, reason=reason))
    aliases = {a for s in joined for a in (s.id, *s.aliases)} - {survivor.id}
    return Story(
        id=survivor.id,
        articles=tuple(sorted(group)),
        split=survivor.split,
        aliases=tuple(sorted(aliases)),
        withdrawn=tuple(withdrawn[a] for a in sorted(withdrawn)),
    )


def _components(
    together: Iterable[Sequence[str]], links: Iterable[tuple[str, str]], all_ids: Iterable[str]
) -> list[list[str]]:
    """Return the connected groups of ids, each sorted, in the order of their first id."""
    parent: dict[str, str] = {}

    def root(identity: str) -> str:
        parent.setdefault(identity, identity)
        while parent[identity] != identity:
            parent[identity] = parent[parent[identity]]
            identity = parent[identity]
        return identity

    for group in together:
        for identity in group:
            parent[root(identity)] = root(group[0])
    for one, other in links:
        parent[root(one)] = root(other)
    groups: dict[str, list[str]] = defaultdict(list)
    for identity in sorted({*parent, *all_ids}):
        groups[root(identity)].append(identity)
    return list(groups.values())
