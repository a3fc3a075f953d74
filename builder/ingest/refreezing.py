"""Freeze seeds anew: the new article takes the old one's place in its story.

The ledger is the first to say so, and what it says counts once the new article stands in the story
too. So whatever a killed command leaves is finished, or taken back, by the next one.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from builder.errors import BuilderError
from builder.ingest.articles import Cleaned
from builder.ingest.edits import Frozen, likest
from builder.ingest.folder import KnownSeed, Survey
from builder.ingest.held import successors_begun
from builder.ingest.listing import File
from builder.records import Story, Withdrawal
from builder.workspace.folder import Workspace
from builder.workspace.ledger import read_ledger, taken_out


@dataclass(frozen=True)
class Refrozen:
    """A seed that was to be frozen anew: the article it had, and the one it has now.

    They are the same where nothing of the text has changed.
    """

    path: str
    old: str
    new: str


def asked(workspace: Workspace, targets: Iterable[str], found: Survey) -> dict[str, File]:
    """Return the files that paths name, by how records call them.

    Raises:
        BuilderError: a path names no seed.

    """
    files = {file.name: file for file in (*found.new, *found.read)}
    named = {}
    for target in targets:
        place = Path(target).resolve()
        file = files.get(target) or next((f for f in files.values() if f.path == place), None)
        if file is None:
            raise BuilderError(
                f"{target}: no seed is called so; name the path of a file in "
                f"{workspace.seed_folder} that is no copy of another one"
            )
        named[file.name] = file
    return named


def old_article(
    workspace: Workspace,
    there: Frozen,
    file: File,
    cleaned: Cleaned,
    known: Mapping[str, KnownSeed],
) -> str:
    """Return the article that a seed has now, which a new text is to replace.

    Raises:
        BuilderError: nothing is frozen of the seed, or its article is out of the dataset.

    """
    live = there.live.get(file.name, [])
    like = likest(workspace, live, cleaned.text)
    mine = known[file.id].article if file.id in known else None
    if mine is not None and mine in there.replaced:
        mine = None if live else there.heir(mine)
    # An edit may have made a second article before edits were told from new texts.
    choice = [like, mine] if mine == cleaned.seed.article else [mine, like]
    article = next((i for i in (*choice, *reversed(live)) if i in there.articles), None)
    if article is None:
        raise BuilderError(f"{file.name}: nothing is frozen of it yet: builder ingest reads it")
    if article in taken_out(workspace):
        raise BuilderError(
            f"{file.name}: its article {article} is out of the dataset; data/stories says why"
        )
    return article


def begin(workspace: Workspace, replaced: Mapping[str, str]) -> None:
    """Say in the ledger which articles are about to be replaced by which."""
    if replaced:
        workspace.stories.save(_replacing(story, replaced) for story in read_ledger(workspace))


def _replacing(story: Story, replaced: Mapping[str, str]) -> Story:
    mine = {old: new for old, new in replaced.items() if old in story.articles}
    if not mine:
        return story
    # An article that was replaced, and whose text is taken again, is in once more.
    others = [
        w
        for w in story.withdrawn
        if w.article not in mine and not (w.successor and w.article in mine.values())
    ]
    new = [Withdrawal(article=a, reason=f"refrozen as {b}", successor=b) for a, b in mine.items()]
    return story.model_copy(
        update={"withdrawn": tuple(sorted([*others, *new], key=lambda w: w.article))}
    )


def drop_unfrozen(workspace: Workspace, articles: Collection[str]) -> None:
    """Take back what the ledger says of articles that were never frozen."""
    if successors_begun(workspace) - set(articles):
        workspace.stories.save(_without(story, articles) for story in read_ledger(workspace))


def _without(story: Story, articles: Collection[str]) -> Story:
    lost = [w for w in story.begun() if w.successor not in articles]
    kept = tuple(w for w in story.withdrawn if w not in lost)
    return story.model_copy(update={"withdrawn": kept}) if lost else story
