"""Three people with accounts on a server, two of them annotators and one who decides."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from builder import pipeline
from builder.records import FIRST, SECOND, Deal
from builder.studio.people import Annotators
from builder.studio.projects import title_of
from builder.studio.server import Running
from builder.workspace.folder import Workspace, open_workspace
from tests.studio.people import user_of

_PEOPLE = ("ann", "ben", "cleo")


def _email(who: str, title: str) -> str:
    return f"{who}-{title.replace(' ', '')}@example.org".lower()


_TEAM = """
[team]
annotators = [{annotators}]
adjudicators = [{adjudicators}]
overlap = {overlap}
blind = {blind}
"""


@dataclass
class Crew:
    """A workspace with three people who have accounts on the server, by first name."""

    workspace: Workspace
    lead: Any
    people: dict[str, Any]
    names: dict[str, str]
    title: str

    def email(self, who: str) -> str:
        """Return the address of a person."""
        return _email(who, self.title)

    def set(
        self, *, overlap: float = 1.0, blind: float = 0.0, who: str = "ann ben", more: str = ""
    ) -> None:
        """Write who is on the team and how tasks are dealt into builder.toml."""
        config = self.workspace.root / "builder.toml"
        text = config.read_text("utf-8").partition("\n[team]")[0]
        quoted = ", ".join(f'"{self.names[one]}"' for one in who.split())
        team = _TEAM.format(
            annotators=quoted, adjudicators=f'"{self.names["cleo"]}"', overlap=overlap, blind=blind
        )
        config.write_text(text + team + more + "\n", "utf-8")
        self.workspace = open_workspace(self.workspace.root)

    def deals(self, who: str, number: int) -> list[Deal]:
        deals = self.workspace.deals.load().values()
        return [d for d in deals if (d.annotator, d.round) == (self.names[who], number)]

    def tasks(self, who: str, number: int) -> dict[str, Any]:
        """Return the tasks in a person's project of a round, by key; none if there is none."""
        wanted = title_of(self.title, number, self.names[who])
        found = [p.id for p in self.lead.projects.list() if p.title == wanted]
        if not found:
            return {}
        (project,) = found
        return {t.data["task_key"]: t for t in self.lead.tasks.list(project=project, fields="all")}

    def submit(self, who: str, task: Any, result: list[Any] | None = None) -> None:
        """Submit a task as a person does: what is suggested, unless a result is given."""
        predictions = self.lead.predictions.list(task=task.id)
        shown = predictions[0].result if predictions else []
        self.people[who].annotations.create(
            task.id, result=shown if result is None else result, lead_time=30.0
        )

    def differ(self) -> str:
        """Deal all tasks to both annotators, let them differ on a name of one, and pull; say which.

        The first keeps what is suggested, the second all but one name.
        """
        self.set(overlap=1.0)
        self.push()
        key = next(iter(self.opinions("ann")))
        for who in ("ann", "ben"):
            mine = self.opinions(who)[key]
            shown = self.lead.predictions.list(task=mine.id)[0].result
            self.submit(who, mine, shown if who == "ann" else without_first_entity(shown))
        self.pull()
        return key

    def opinions(self, who: str) -> dict[str, Any]:
        """Return the tasks on which a person is asked for an opinion, by key."""
        return {**self.tasks(who, FIRST), **self.tasks(who, SECOND)}

    def push(self) -> Any:
        return pipeline.push(self.workspace)

    def pull(self) -> Any:
        return pipeline.pull(self.workspace)


def without_first_entity(result: list[Any]) -> list[Any]:
    """Return a result without its first name or value."""
    first = next(r["id"] for r in result if r.get("from_name") == "entity")
    return [r for r in result if r.get("id") != first]


@contextmanager
def signed_up(workspace: Workspace, running: Running, sdk: Any, title: str) -> Iterator[Crew]:
    """Yield the people, who have signed up; ``title`` is that of the workspace's project."""
    with ExitStack() as stack:
        mails = {who: _email(who, title) for who in _PEOPLE}
        people = {who: stack.enter_context(user_of(running, m)) for who, m in mails.items()}
        names = {who: Annotators(workspace).pseudonym(mail) for who, mail in mails.items()}
        yield Crew(workspace, sdk, people, names, title)
