"""Group articles into stories: each article in one, and no story ever parted.

Two articles tell the same story when they share enough word 4-grams, measured by containment: a
reprint is often a part of a longer article, which Jaccard similarity misses.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from builder.records import Split, Story, Withdrawal
from builder.text import short_hash

_GRAM = 4
_MIN_CONTAINMENT = 0.3
_MIN_SHARED = 4
# A 4-gram is looked up in the first articles that hold it: all reprints of a story meet there,
# and a stock phrase in very many articles costs no more than this.
_MAX_ARTICLES = 40
_STORIES_BEFORE_SPLITTING = 10
_STRICTNESS: tuple[Split, ...] = ("train", "validation", "test")
_WORD = re.compile(r"\w+(?:['’]\w+)?")


def assign(ledger: Iterable[Story], texts: Mapping[str, str]) -> list[Story]:
    """Return the ledger with every article of ``texts`` (by id) in exactly one story.

    No story is parted and no split changes, except where new articles join two stories: then the
    stricter split wins, and the articles of the looser one are withdrawn. A merge in git may leave
    a story in the ledger twice, or an article in two stories; they are joined in the same way.
    """
    old = _joined_by_id(ledger)
    groups = _components([story.articles for story in old], _links(texts), texts)
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
    small = len(stories) + len(fresh) < _STORIES_BEFORE_SPLITTING
    stories.extend(_minted(group, small) for group in fresh)
    return sorted(stories, key=lambda story: story.id)


def state(ledger: Iterable[Story], articles: Iterable[str]) -> str:
    """Return a hash of all that the stories follow from: ledger, ids of articles, thresholds."""
    told = sorted((story.id, story.articles, story.split) for story in ledger)
    rule = (_GRAM, _MIN_CONTAINMENT, _MIN_SHARED, _MAX_ARTICLES)
    return short_hash(told, sorted(articles), rule)


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


def _minted(group: Sequence[str], small: bool) -> Story:
    identity = short_hash("story", group[0])
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


def _grams(text: str) -> set[int]:
    words = [w.replace("’", "'") for w in _WORD.findall(text.casefold())]
    return {hash(tuple(words[i : i + _GRAM])) for i in range(len(words) - _GRAM + 1)}


def _links(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the pairs of articles that share enough of the shorter one."""
    grams = {identity: _grams(text) for identity, text in texts.items()}
    holders: dict[int, list[str]] = defaultdict(list)
    for identity, found in sorted(grams.items()):
        for gram in found:
            holders[gram].append(identity)
    links = []
    for identity, found in grams.items():
        shared = Counter(
            other for gram in found for other in holders[gram][:_MAX_ARTICLES] if other < identity
        )
        for other, count in shared.items():
            shorter = min(len(found), len(grams[other]))
            if count >= _MIN_SHARED and count / shorter >= _MIN_CONTAINMENT:
                links.append((other, identity))
    return links


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
