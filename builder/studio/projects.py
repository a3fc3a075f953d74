"""Find a workspace's projects on a server: the one for everybody, and those of a team's rounds."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from builder.records import ROUNDS
from builder.text import short_hash

if TYPE_CHECKING:
    from builder.studio.client import Client, Project

# Pseudonyms made here are not longer; Label Studio's titles are of 50 characters at most.
_LONGEST = 15


def title_of(project: str, number: int, person: str) -> str:
    """Return the title of the project of a person and a round."""
    return f"{project}: {name_of(number)} {_short(person)}"


def name_of(number: int) -> str:
    """Return what a round is called."""
    return ROUNDS.get(number, f"round {number}")


def titles_of(project: str) -> Callable[[str], bool]:
    """Return what tells whether a title is that of one of a workspace's projects."""
    names = "|".join(map(re.escape, ROUNDS.values()))
    ours = re.compile(rf"{re.escape(project)}(: ({names}|round \d+) \S+)?")
    return lambda title: ours.fullmatch(title) is not None


def of_team(client: "Client", project: str) -> dict[str, "Project"]:
    """Return the projects of all people and rounds that the server has, by title."""
    found = client.called(f"{project}: ", titles_of(project))
    return dict(sorted(found.items()))


def round_of(title: str, project: str) -> int:
    """Return the number of the round in the title of a team's project."""
    name = title.removeprefix(f"{project}: ").rpartition(" ")[0]
    known = {called: number for number, called in ROUNDS.items()}
    return known[name] if name in known else int(name.removeprefix("round "))


def of_workspace(client: "Client", project: str) -> Iterator[tuple["Project", int]]:
    """Yield all projects with a workspace's tasks, and the round of each."""
    for title, one in sorted(client.called(project, titles_of(project)).items()):
        yield one, 1 if title == project else round_of(title, project)


def _short(person: str) -> str:
    short = person.removeprefix("annotator-")
    return short if len(short) <= _LONGEST and " " not in short else short_hash(person)[:8]
