"""Take an article back: find it, make its tombstone, and withdraw it from the ledger."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from builder.errors import BuilderError
from builder.records import Seed, Story, Tombstone, Withdrawal


def article_of(
    target: str,
    root: Path,
    seeds: Mapping[str, Seed],
    known: Iterable[str],
    replaced: Mapping[str, str],
) -> str:
    """Return the id of the article that ``target`` names.

    Args:
        target: an article's id, a seed's SHA-256, or a seed's path, as records call it or as seen
            from the current folder.
        root: the workspace's folder.
        seeds: the map of seeds by SHA-256.
        known: the ids of all articles, retracted ones included.
        replaced: what was frozen anew as what; a path names the article that its seed has now.

    Raises:
        BuilderError: it names no article, or more than one.

    """
    if target in known:
        return target
    if target in seeds:
        return seeds[target].article
    place = Path(target).resolve()
    found = {s.article for s in seeds.values() if target == s.path or place == root / s.path}
    found -= {old for old in found if replaced.get(old) in found}
    if len(found) != 1:
        raise BuilderError(
            f"{target}: {'several seeds were' if found else 'no article or seed is'} called so; "
            "name an article's id (data/articles), or a seed's SHA-256 or path (data/seeds)"
        )
    return found.pop()


def tombstone(article: str, seeds: Iterable[Seed], reason: str, day: date) -> Tombstone:
    """Return the tombstone of an article and the seeds that it comes from.

    Raises:
        BuilderError: no reason is given, or it is not UTF-8.

    """
    mine = tuple(sorted(seed.id for seed in seeds if seed.article == article))
    try:
        return Tombstone(article=article, seeds=mine, reason=reason.strip(), day=day)
    except ValidationError as error:
        raise BuilderError(f"--reason: {error.errors()[0]['msg']}") from None


def with_replaced(article: str, replaced: Mapping[str, str]) -> list[str]:
    """Return an article after all those that hold an older or a newer text of the same seed."""
    family, size = {article}, 0
    while len(family) > size:
        size = len(family)
        for old, new in replaced.items():
            family |= {old, new} if family & {old, new} else set()
    return [*sorted(family - {article}), article]


def withdrawn(ledger: Iterable[Story], stone: Tombstone) -> list[Story]:
    """Return the ledger in which the retracted article is withdrawn; its story keeps its id."""
    gone = Withdrawal(article=stone.article, reason=stone.told())
    return [
        story.model_copy(update={"withdrawn": _with(story.withdrawn, gone)})
        if stone.article in story.articles
        else story
        for story in ledger
    ]


def _with(old: Sequence[Withdrawal], gone: Withdrawal) -> tuple[Withdrawal, ...]:
    others = [w for w in old if w.article != gone.article]
    successor = next((w.successor for w in old if w.article == gone.article), None)
    gone = gone.model_copy(update={"successor": successor})
    return tuple(sorted([*others, gone], key=lambda w: w.article))
