"""Find a story of a workspace by what a person calls it."""

from pathlib import Path

from builder.errors import BuilderError
from builder.ingest.held import known_seeds
from builder.records import Story
from builder.workspace.folder import Workspace

_FEW = 5


def find_story(workspace: Workspace, name: str) -> Story:
    """Return the story of that id, of an article of that id, or of a seed of that name.

    An id may be cut short as long as it tells one story from the others.

    Raises:
        BuilderError: no story is called so, or several are.

    """
    if not name.strip():
        raise BuilderError("an empty name: give the id of a story or article, or a seed's path")
    stories = list(workspace.stories.records())
    named = articles_of_seed(workspace, name)
    found = {story.id: story for story in stories if named & {*story.articles}}
    if not found:
        found = {story.id: story for story in stories if _begins(story, name)}
    if len(found) == 1:
        return next(iter(found.values()))
    if not found:
        raise BuilderError(
            f"{name}: no story, article or seed is called so; data/stories names all stories, and "
            "builder ingest reads new seeds"
        )
    some = ", ".join(sorted(found)[:_FEW])
    raise BuilderError(f"{name}: may be any of {len(found)} stories ({some}); give more of the id")


def articles_of_seed(workspace: Workspace, name: str) -> set[str]:
    """Return the articles of the seeds with that SHA-256, path or file name.

    A path is one from the workspace, or one that leads there from where the command is called.
    """
    seeds = known_seeds(workspace).values()
    place = Path(name).resolve()
    names = {name}
    if place.is_relative_to(workspace.root.resolve()):
        names.add(place.relative_to(workspace.root.resolve()).as_posix())
    return {
        s.article for s in seeds if not names.isdisjoint((s.id, s.path, s.path.rpartition("/")[2]))
    }


def _begins(story: Story, name: str) -> bool:
    return any(identity.startswith(name) for identity in (*story.names, *story.articles))
