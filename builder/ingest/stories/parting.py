"""Part a story where people said that its articles do not belong together."""

from collections.abc import Collection, Iterable, Sequence

from builder.ingest.stories.decisions import Decided
from builder.ingest.stories.joining import Released
from builder.ingest.stories.splits import identity_of
from builder.records import Story


def parted(ledger: Iterable[Story], decided: Decided, released: Released) -> list[Story]:
    """Return the ledger in which no story holds articles that are to be kept apart.

    The article that a story has its id from stays; a part that was a story of its own once gets
    its id back. All parts keep the split, unless rows of theirs are still released in another one:
    then a merge is undone before it took effect.
    """
    stories = list(ledger)
    found = []
    for story in stories:
        if not decided.apart(story.articles, story.articles):
            found.append(story)
            continue
        elsewhere = {a for other in stories if other is not story for a in other.articles}
        staying, leaving = _sides(story, list(story.articles), decided)
        found.append(_part(story, staying, released))
        leaving = [article for article in leaving if article not in elsewhere]
        while leaving:
            part, leaving = _sides(story, leaving, decided)
            found.append(_part(story, part, released))
    return found


def _sides(story: Story, articles: list[str], decided: Decided) -> tuple[list[str], list[str]]:
    """Return the articles that stay together with the first one, and the others."""
    anchors = [article for article in articles if identity_of(article) in story.names]
    anchors.sort(key=lambda article: story.names.index(identity_of(article)))
    staying: list[str] = []
    leaving: list[str] = []
    for article in [*anchors[:1], *(a for a in articles if a not in anchors[:1])]:
        (leaving if decided.apart([article], staying) else staying).append(article)
    return sorted(staying), sorted(leaving)


def _part(story: Story, articles: list[str], released: Released) -> Story:
    """Return the part of a story that holds some of its articles."""
    part = named(story, articles, story.names)
    rows = released()
    splits = {rows[article] for article in articles if article in rows}
    if len(splits) == 1 and part.split not in splits:
        (split,) = splits
        kept = tuple(w for w in part.withdrawn if not (w.article in rows and w.by_joining))
        part = part.model_copy(update={"split": split, "withdrawn": kept})
    return part if part.id == story.id else part.model_copy(update={"split_of": story.id})


def named(story: Story, articles: Sequence[str], names: Collection[str]) -> Story:
    """Return a story with some articles, and those names of stories that were made from them."""
    made = [identity_of(article) for article in articles]
    known = [name for name in made if name in names]
    identity = story.id if story.id in made else (known or made)[0]
    return story.model_copy(
        update={
            "id": identity,
            "articles": tuple(articles),
            "aliases": tuple(sorted({*known} - {identity})),
            "withdrawn": tuple(w for w in story.withdrawn if w.article in articles),
        }
    )
