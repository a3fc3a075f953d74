"""Push to a team: deal what is new, write it down, and fill everybody's projects."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.errors import BuilderError
from builder.people import People
from builder.records import Article, Correction, Suggestion, Window
from builder.studio import refill
from builder.studio.client import Client, Project
from builder.studio.push import Sent, fixed_windows
from builder.studio.refrozen import delete_fetched
from builder.studio.rounds import deal, people_of, push_rounds, ranks
from builder.tasks.dealing import asked_here
from builder.tasks.windows import tasks_of
from builder.workspace.config import Team
from builder.workspace.folder import Workspace


@dataclass(frozen=True)
class Member:
    """The account of somebody on the server: its number and address."""

    user: int
    email: str


@dataclass(frozen=True)
class Dealing:
    """What a team is asked: new deals, deals taken back, projects, and what nobody may do.

    ``unfilled`` counts tasks that want more opinions than there are people, ``undecided`` disputed
    ones on which nobody may decide; ``beginning`` names newcomers who calibrate first, and
    ``taken_off`` counts tasks that were taken off the server, as they are asked of nobody there.
    """

    new: int
    taken_back: int
    projects: int
    people: int
    unfilled: int
    undecided: int
    beginning: list[str]
    taken_off: int


def present(team: Team, people: People) -> Team:
    """Return a team without who has left, all of it under the pseudonyms that count.

    Raises:
        BuilderError: all who might decide on disputes have left.

    """

    def named(names: Iterable[str]) -> list[str]:
        return sorted({n for n in map(people.name, names) if not people.has_left(n)})

    annotators = team.annotators if team.annotators == "all" else named(team.annotators)
    adjudicators = named(team.adjudicators)
    if team.adjudicators and not adjudicators:
        raise BuilderError(
            "builder.toml: [team] adjudicators: all of them have left; name somebody who is here"
        )
    return team.model_copy(update={"annotators": annotators, "adjudicators": adjudicators})


def push_team(
    workspace: Workspace,
    client: Client,
    articles: Sequence[Article],
    suggestions: Mapping[str, Suggestion],
    corrections: Sequence[Correction],
    accounts: Mapping[str, Member],
    own: str | None,
    test: set[str],
) -> tuple[Sent, Dealing]:
    """Deal the tasks of these articles, and put on the server what everybody is asked.

    Windows and deals are written down before anything is sent: what was dealt stays so, whenever
    the command is killed.

    Args:
        workspace: the workspace, which has a team.
        client: its server.
        articles: the articles in the order of stories.
        suggestions: what annotators are shown, by article.
        corrections: people's work.
        accounts: the server's accounts by pseudonym.
        own: the pseudonym of the embedded server's own account.
        test: the articles of the test split.

    """
    team = workspace.config.team
    if team is None:
        raise ValueError("the workspace has no team")
    recorded = workspace.windows.load().values()
    fixed = fixed_windows([*(w.key for w in recorded), *refill.latest(corrections)])
    tasks = {
        task.key: task
        for article in articles
        for task in tasks_of(article, suggestions[article.id], fixed.get(article.id, ()))
    }
    known = {window.key for window in recorded}
    workspace.windows.add(
        Window(article=t.article, start=t.start, end=t.end)
        for t in tasks.values()
        if t.key not in known
    )
    by_id = {article.id: article for article in articles}
    before = workspace.deals.load()
    team = present(team, workspace.people)
    asked = asked_here(before.values(), corrections)
    here = [
        person
        for person in people_of(team, accounts, own, asked)
        if not workspace.people.has_left(person)
    ]
    gold = workspace.gold.load()
    opened = workspace.rounds.load().values()
    dealt = deal(team, here, tasks, before.values(), corrections, gold, by_id, test, opened)
    workspace.deals.save(dealt.deals)

    def clear(project: Project | None, old: Sequence[Mapping[str, Any]]) -> Collection[str]:
        if project is None:
            return ()
        return delete_fetched(workspace, client, project, old, corrections)[1]

    done = push_rounds(
        client,
        workspace.config.studio.project,
        dealt,
        tasks,
        corrections,
        gold,
        ranks(team, tasks, by_id),
        {name: account.user for name, account in accounts.items()},
        {name: account.email for name, account in accounts.items()},
        workspace.labels,
        clear,
    )
    kept = Counter[str]()
    for sent in done.values():
        kept.update(sent.kept)
    whole = Sent(
        tasks=tuple(tasks.values()),
        created=tuple(key for sent in done.values() for key in sent.created),
        refreshed=sum(sent.refreshed for sent in done.values()),
        in_work=sum(sent.in_work for sent in done.values()),
        refilled=sum(sent.refilled for sent in done.values()),
        removed=sum(sent.removed for sent in done.values()),
        interface_updated=any(sent.interface_updated for sent in done.values()),
        overwritten=tuple(sorted({what for sent in done.values() for what in sent.overwritten})),
        kept=dict(kept),
    )
    return whole, Dealing(
        new=dealt.new,
        taken_back=dealt.taken_back,
        projects=len(done),
        people=len({person for _, person in done} & {*here, *team.adjudicators}),
        unfilled=dealt.unfilled,
        undecided=dealt.undecided,
        beginning=dealt.beginning,
        taken_off=sum(sent.taken_off for sent in done.values()),
    )
