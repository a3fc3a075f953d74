"""Keep the ledger of stories: each article in one, no story parted, no released row moved.

A newcomer that would join stories whose released rows are in different splits is held until
somebody decides. So is a digest of which pieces are in different splits: it would leak.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import cache

from builder.ingest.stories.decisions import Decided
from builder.ingest.stories.joining import Joined, Joining, Released
from builder.ingest.stories.linked import Links
from builder.ingest.stories.parting import named, parted
from builder.ingest.stories.splits import (
    STORIES_BEFORE_SPLITTING,
    Splits,
    identity_of,
    split_of,
    strictest,
)
from builder.records import Story, Withdrawal

_MOST_ROUNDS = 10


def assign(
    ledger: Iterable[Story],
    articles: Collection[str],
    links: Links,
    decided: Decided | None = None,
    released: Released = dict,
    anew: Iterable[tuple[str, str]] = (),
) -> list[Story]:
    """Return the ledger with every article (by id) in exactly one story.

    Only what people decided parts a story, or joins stories at the cost of released rows. Stories
    that turn out to be one are joined if no released row moves by that. A merge in git may leave a
    story in the ledger twice, or an article in two stories; they are joined in the same way.

    Args:
        ledger: the stories so far.
        articles: the ids of all articles.
        links: which articles tell the same, and which hold pieces of others.
        decided: what people decided.
        released: gives the split of every article of which a release has rows; it is asked only
            where something hangs on it.
        anew: articles, each with the one that takes its place and stays in its story.

    """
    decided, released = decided or Decided(), cache(released)
    found = _assigned(ledger, articles, links, decided, released, anew)
    # A story that is held now may be what another one waited for.
    for _ in range(_MOST_ROUNDS):
        again = _assigned(found, articles, Links(), decided, released, ())
        if again == found:
            break
        found = again
    return found


def _assigned(
    ledger: Iterable[Story],
    articles: Collection[str],
    links: Links,
    decided: Decided,
    released: Released,
    anew: Iterable[tuple[str, str]],
) -> list[Story]:
    old = parted(_joined_by_id(ledger, released), decided, released)
    joining = Joining(old, articles, decided, released)
    joining.join(links.variants, anew)
    groups = _each_in_one(joining.result(), released)
    small = len(groups) < STORIES_BEFORE_SPLITTING
    names = {name for story in old for name in story.names}
    pending = {group.root for group in groups if _is_open(group, released)}
    made = {g.root: _made(g, names, small, released, g.root in pending) for g in groups}
    mentions = _mentions(groups, joining, links.pieces)
    for group in groups:
        told = {
            "undecided": tuple(sorted(made[root].id for root in group.undecided)),
            "mentions": tuple(sorted(made[root].id for root in mentions[group.root])),
        }
        made[group.root] = made[group.root].model_copy(update=told)
    return Splits(
        made=made,
        new=pending,
        undecided={group.root: group.undecided for group in groups},
        mentions=mentions,
        released=released,
    ).settle()


def _each_in_one(groups: Sequence[Joined], released: Released) -> list[Joined]:
    """Return the groups with each article in one of them, the one in whose split it was released.

    A merge in git may leave an article in two stories that cannot be one.
    """
    places: dict[str, list[Joined]] = defaultdict(list)
    for group in groups:
        for article in group.articles:
            places[article].append(group)
    home: dict[str, Joined] = {}
    for article, found in places.items():
        if len(found) > 1:
            split = released().get(article)
            home[article] = min(found, key=lambda group: _rank(group, split))
    if not home:
        return list(groups)
    chosen = [
        replace(group, articles=[a for a in group.articles if home.get(a, group) is group])
        for group in groups
    ]
    there = {group.root for group in chosen if group.articles}
    return [
        replace(group, undecided=there & {*group.undecided})
        for group in chosen
        if group.root in there
    ]


def _rank(group: Joined, split: str | None) -> tuple[bool, bool, str]:
    splits = {story.split for story in group.stories if not story.held}
    return split not in splits, not splits, group.root


def _is_open(group: Joined, released: Released) -> bool:
    """Tell whether a group still has to get its split.

    One that people disagree on, and of which nothing is released, waits until they agree.
    """
    if all(story.held for story in group.stories):
        return True
    return group.disputed and released().keys().isdisjoint(group.articles)


def _made(
    group: Joined, names: Collection[str], small: bool, released: Released, pending: bool
) -> Story:
    """Return the story of a group, with the split that its id gives or that it has."""
    if group.stories:
        story = _extended(group.stories, group.articles, released)
        story = named(story, group.articles, names)
    else:
        identity = identity_of(group.articles[0])
        story = Story(id=identity, articles=tuple(group.articles), split="train")
    if not pending:
        return story.model_copy(update={"held": None})
    split = "train" if small else split_of(story.id)
    return story.model_copy(update={"split": split, "split_of": None, "held": None})


def _joined_by_id(ledger: Iterable[Story], released: Released) -> list[Story]:
    """Return the ledger with each story once."""
    lines: dict[str, list[Story]] = defaultdict(list)
    for story in ledger:
        lines[story.id].append(story)
    return [
        _extended(same, sorted({a for story in same for a in story.articles}), released)
        if len(same) > 1
        else same[0]
        for same in lines.values()
    ]


def _extended(joined: Sequence[Story], articles: Sequence[str], released: Released) -> Story:
    """Return the story that takes in all articles; of several stories one survives.

    Its split is that of the released rows, the stricter one if there are two such; the rows of the
    looser one are withdrawn then, as people asked for.
    """
    counting = [story for story in joined if not story.held] or list(joined)
    survivor, withdrawn = counting[0], {w.article: w for s in joined for w in s.withdrawn}
    if len({story.split for story in counting}) > 1:
        rows = released()
        moving = [s.split for s in counting if any(rows.get(a) == s.split for a in s.articles)]
        split = strictest(moving or [s.split for s in counting])
        survivor = next(story for story in counting if story.split == split)
        for story in counting:
            reason = f"story {story.id} ({story.split}) joined {survivor.id} ({split})"
            for article in story.articles:
                if rows.get(article, split) != split:
                    withdrawn.setdefault(article, Withdrawal(article=article, reason=reason))
    aliases = {a for s in joined for a in s.names} - {survivor.id}
    told = {name for story in joined for name in story.mentions} - aliases - {survivor.id}
    return Story(
        id=survivor.id,
        articles=tuple(articles),
        split=survivor.split,
        aliases=tuple(sorted(aliases)),
        withdrawn=tuple(withdrawn[a] for a in sorted(withdrawn)),
        mentions=tuple(sorted(told)),
        undecided=tuple(sorted({i for story in joined for i in story.undecided})),
        held=survivor.held,
        split_of=survivor.split_of,
    )


def _mentions(
    groups: Iterable[Joined], joining: Joining, pieces: Iterable[tuple[str, str]]
) -> dict[str, set[str]]:
    """Return by root of which other roots a story holds pieces."""
    names = {
        name: group.root for group in groups for story in group.stories for name in story.names
    }
    pairs = [
        (group.root, names[name])
        for group in groups
        for story in group.stories
        for name in story.mentions
        if name in names
    ]
    pairs += [(joining.root_of(one), joining.root_of(other)) for one, other in pieces]
    found: dict[str, set[str]] = {group.root: set() for group in groups}
    for holder, piece in pairs:
        if holder != piece and not joining.apart(holder, piece):
            found[holder].add(piece)
    return found
