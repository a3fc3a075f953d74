"""Record what a person decides on stories, and group the articles by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from pydantic import ValidationError

from builder.errors import BuilderError
from builder.ingest.stories.contradictions import Contradiction, compared, successors
from builder.ingest.stories.decisions import Decided
from builder.ingest.stories.finding import articles_of_seed, find_story
from builder.ingest.stories.grouping import grouped
from builder.records import Story, StoryDecision, Withdrawal
from builder.workspace.folder import Workspace
from builder.workspace.ledger import read_ledger


@dataclass(frozen=True)
class DecisionMade:
    """What was decided, in which files it stands, and the stories as they are now.

    ``overruled`` are the earlier decisions that said otherwise, ``contradictions`` what is said
    both ways still; ``withdrawn`` are the released articles that the next release leaves out
    because of it.
    """

    says: str
    files: list[str]
    overruled: list[StoryDecision]
    contradictions: list[Contradiction]
    stories: list[Story]
    withdrawn: list[Withdrawal]


@dataclass(frozen=True)
class Grounds:
    """Who decides, why and when."""

    by: str
    why: str
    when: datetime


def merge(workspace: Workspace, names: Sequence[str], grounds: Grounds) -> DecisionMade:
    """Say that stories are one.

    The stricter split wins; released rows of the looser one are withdrawn.

    Raises:
        BuilderError: a name calls no story or several, or all call the same one.

    """
    stories = _several(workspace, names)
    articles = sorted({article for story in stories for article in story.articles})
    return _decided(workspace, [("same", articles, [])], grounds)


def keep_apart(workspace: Workspace, names: Sequence[str], grounds: Grounds) -> DecisionMade:
    """Say that stories are not the same, whatever they share.

    Raises:
        BuilderError: a name calls no story or several, or all call the same one.

    """
    pairs = combinations(_several(workspace, names), 2)
    return _decided(
        workspace, [("apart", list(a.articles), list(b.articles)) for a, b in pairs], grounds
    )


def split(
    workspace: Workspace, name: str, articles: Sequence[str], grounds: Grounds
) -> DecisionMade:
    """Say that some articles of a story do not belong to it; both parts keep the split.

    Args:
        workspace: the workspace.
        name: what the story is called.
        articles: ids of articles of the story, or their beginnings, or paths of seeds.
        grounds: who decides, why and when.

    Raises:
        BuilderError: the story or an article is not found, or no article would be left.

    """
    story = find_story(workspace, name)
    leaving = sorted({_article_of(workspace, story, article) for article in articles})
    staying = [article for article in _texts_in(story) if article not in leaving]
    if not staying:
        raise BuilderError(f"{name}: these are all its articles; name those that are to leave it")
    return _decided(workspace, [("apart", leaving, sorted(staying))], grounds)


def _several(workspace: Workspace, names: Sequence[str]) -> list[Story]:
    found = {story.id: story for story in (find_story(workspace, name) for name in names)}
    if len(found) < 2:
        raise BuilderError(f"{', '.join(names)}: name two stories at least; this is one")
    return [found[identity] for identity in sorted(found)]


def _article_of(workspace: Workspace, story: Story, name: str) -> str:
    """Return the article of a story that is called so."""
    there = _texts_in(story)
    found = articles_of_seed(workspace, name) & there
    found = found or {i for i in there if name.strip() and i.startswith(name)}
    if len(found) != 1:
        told = "several articles are" if found else "no article is"
        raise BuilderError(f"{name}: {told} called so in story {story.id}: builder story show")
    return found.pop()


def _texts_in(story: Story) -> set[str]:
    """Return the articles of a story but those that were frozen anew: they go with the new ones."""
    return {*story.articles} - {w.article for w in story.out().values() if w.successor}


def _decided(
    workspace: Workspace, told: Sequence[tuple[str, list[str], list[str]]], grounds: Grounds
) -> DecisionMade:
    """Write decisions, and return how stories stand with them."""
    if "@" in grounds.by:
        raise BuilderError("--by: an e-mail address does not belong into data; give a name or role")
    for option, words in (("by", grounds.by), ("why", grounds.why)):
        if not words.strip() or not words.isprintable():
            raise BuilderError(f"--{option}: is empty or holds a sign that cannot be printed")
    try:
        records = [
            StoryDecision.model_validate(
                {"says": says, "articles": articles, "others": others, **vars(grounds)},
                strict=False,
            )
            for says, articles, others in told
        ]
    except ValidationError as error:
        field = ".".join(map(str, error.errors()[0]["loc"]))
        raise BuilderError(f"--{field}: {error.errors()[0]['msg']}") from None
    before = read_ledger(workspace)
    out = {w.article for story in before for w in story.withdrawn}
    decided = Decided(workspace.decisions.load().values(), successors(before))
    overruled = {record.key: decided.against(record) for record in records}
    records = [
        record.model_copy(update={"overrules": tuple(sorted(d.key for d in overruled[record.key]))})
        for record in records
    ]
    workspace.decisions.add(records)
    ledger = grouped(workspace, before)
    concerned = {article for record in records for article in (*record.articles, *record.others)}
    stories = [story for story in ledger if concerned & {*story.articles}]
    ids = {story.id for story in stories}
    found = compared(ledger, workspace.decisions.load().values()).contradictions
    return DecisionMade(
        says=records[0].says,
        files=[f"data/decisions/{record.key}.jsonl" for record in records],
        overruled=list({old.key: old for olds in overruled.values() for old in olds}.values()),
        contradictions=[one for one in found if ids.issuperset(one.stories)],
        stories=stories,
        withdrawn=[w for story in stories for w in story.withdrawn if w.article not in out],
    )
