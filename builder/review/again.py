"""Open a round of tasks that somebody should look at again: by what they hold, or row by row."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion

from builder.corrections import last_of_each_round, latest, settle, standing
from builder.errors import BuilderError
from builder.ingest.held import of_test_split
from builder.records import (
    ADJUDICATION,
    CALIBRATION,
    Article,
    Correction,
    Deal,
    Gold,
    Round,
    Status,
    Window,
)
from builder.review.contradicted import contradicted
from builder.tasks import dealing
from builder.tasks.dealing import counted
from builder.text import sentence_id
from builder.workspace.folder import Workspace
from builder.workspace.ledger import taken_out
from builder.workspace.store import View


@dataclass(frozen=True)
class Query:
    """Which tasks are looked at again: those that fit all that is asked for.

    ``label`` stands in their gold, ``status`` is that of one of their sentences, somebody has set
    ``flag``, ``guidelines`` is a range of versions under which the work on them was done that
    stands, such as ``<1.1``. ``ids`` are rows of a release (sentences or articles) or tasks.
    ``contradicted`` is the number of tasks whose names most speak against what a model, or a
    variant, says; those that were dealt to be looked at again are not among them.
    """

    label: str | None = None
    status: Status | None = None
    flag: str | None = None
    guidelines: str | None = None
    ids: tuple[str, ...] = ()
    contradicted: int = 0


@dataclass(frozen=True)
class Opened:
    """A round that was opened: its number and tasks, and how many each person was dealt."""

    round: int
    tasks: list[str]
    dealt: dict[str, int] = field(default_factory=dict)


def read_ids(path: Path) -> tuple[str, ...]:
    """Return the ids in a file, one a line.

    Raises:
        BuilderError: it is no UTF-8, or holds none.

    """
    try:
        found = tuple(path.read_text("utf-8").split())
    except UnicodeDecodeError:
        raise BuilderError(f"{path}: is no UTF-8 text; write one id a line") from None
    if not found:
        raise BuilderError(f"{path}: holds no id; write one a line")
    return found


def open_round(workspace: Workspace, query: Query, why: str, by: str, when: datetime) -> Opened:
    """Open a round of the tasks that a query finds, and deal them; the next push sends them.

    Each goes to one person: to somebody who has not had it, where there is anybody.

    Raises:
        BuilderError: there is no team, nothing is asked for or found, an id is unknown, or nobody
            can be dealt to.

    """
    if workspace.config.team is None:
        raise BuilderError(
            "builder.toml has no [team]: without one, builder push deals nothing to anybody, and "
            "so would not send these tasks"
        )
    if query == Query():
        raise BuilderError("say which tasks: by label, status, flag, guidelines or ids")
    windows = {w.key: w for w in workspace.windows.records()}
    found = _found(workspace, query, windows)
    people = _people(workspace)
    if not people:
        raise BuilderError(
            "nobody is known who could look at them: name people in [team] annotators in "
            "builder.toml"
        )
    number = max([CALIBRATION, *(r.number for r in workspace.rounds.records())]) + 1
    opened = Round(
        number=number,
        tasks=tuple(found),
        why=why,
        by=by,
        guidelines=workspace.labels.version,
        opened=when,
    )
    deals = _dealt(workspace, found, number, people)
    workspace.rounds.add([opened])
    workspace.deals.add(deals)
    mine = {p: sum(d.annotator == p and d.round == number for d in deals) for p in people}
    return Opened(number, list(found), {p: n for p, n in mine.items() if n})


def _found(workspace: Workspace, query: Query, windows: Mapping[str, Window]) -> list[str]:
    _check(workspace, query)
    wanted = set(query.ids)
    named = _named(workspace, wanted, windows) if wanted else None
    work = workspace.corrections_by_prefix()
    of_file: dict[str, list[tuple[str, Window]]] = {}
    for key, window in windows.items():
        of_file.setdefault(key[: workspace.form.digits], []).append((key, window))
    gone = taken_out(workspace)
    tasks = []
    for name in workspace.prefixes():
        articles = workspace.articles.read(workspace.articles.file(name))
        gold = workspace.gold.read(workspace.gold.file(name))
        deals = workspace.deals.read(workspace.deals.file(name)).values()
        counting = counted(workspace.corrections.read(*work.get(name, ())).values(), deals)
        flagged, stands = _of_tasks(standing(counting)), _of_tasks(settle(latest(counting))[0])
        again = {d.task for d in deals if d.round > CALIBRATION}
        tasks += [
            key
            for key, window in of_file.get(name, ())
            if window.article in articles
            and window.article not in gone
            and (named is None or key in named)
            and _fits(query, window, articles[window.article], gold.get(window.article))
            and (query.flag is None or any(query.flag in c.flags for c in flagged.get(key, ())))
            and (query.guidelines is None
                 or any(_under(query.guidelines, c) for c in stands.get(key, ())))
            and not (query.contradicted and key in again)
        ]  # fmt: skip
    if query.contradicted:
        tasks = _most_contradicted(workspace, tasks, windows)[: query.contradicted]
    if not tasks:
        raise BuilderError("no task is so: nothing was opened")
    return sorted(tasks)


def _most_contradicted(
    workspace: Workspace, tasks: Iterable[str], windows: Mapping[str, Window]
) -> list[str]:
    """Return the tasks against whose gold something speaks, the most doubtful ones first."""
    of_article: dict[str, list[str]] = {}
    for task in tasks:
        of_article.setdefault(windows[task].article, []).append(task)
    doubts: dict[str, float] = {}
    articles, gold = View(workspace.articles), View(workspace.gold)
    suggestions = View(workspace.suggestions)
    for story in workspace.stories.records():
        mine = [i for i in story.articles if i in articles]
        for one in contradicted(
            {i: articles[i] for i in mine},
            {i: gold[i] for i in mine if i in gold},
            {i: suggestions[i] for i in mine if i in suggestions},
        ):
            for task in of_article.get(one.article, ()):
                if _inside(windows[task], one.start):
                    doubts[task] = max(doubts.get(task, 0.0), one.doubt)
    return sorted(doubts, key=lambda task: (-doubts[task], task))


def _check(workspace: Workspace, query: Query) -> None:
    """Raise BuilderError if something is asked for that there cannot be."""
    known = {label.name for label in workspace.labels.labels}
    if query.label is not None and query.label not in known:
        raise BuilderError(f"{query.label}: no label of labels.toml")
    flags = {flag.name for flag in workspace.labels.flags}
    if query.flag is not None and query.flag not in flags:
        raise BuilderError(f"{query.flag}: no flag of labels.toml ({', '.join(sorted(flags))})")
    if query.guidelines is not None:
        try:
            SpecifierSet(query.guidelines)
        except InvalidSpecifier:
            raise BuilderError(
                f"{query.guidelines}: no range of versions; write one such as '<1.1'"
            ) from None


def _named(
    workspace: Workspace, wanted: Collection[str], windows: Mapping[str, Window]
) -> set[str]:
    """Return the tasks that ids name: their own keys, those of articles, or of sentences."""
    found = {key for key in windows if key in wanted}
    of_article: dict[str, list[Window]] = {}
    for window in windows.values():
        of_article.setdefault(window.article, []).append(window)
    known = set(found)
    for article in workspace.articles.records():
        mine = of_article.get(article.id, [])
        if article.id in wanted:
            known.add(article.id)
            found |= {w.key for w in mine}
        for bounds in article.sentences:
            identity = sentence_id(article.id, bounds.start, bounds.end)
            if identity in wanted:
                known.add(identity)
                found |= {w.key for w in mine if w.start <= bounds.start < w.end}
    unknown = sorted(set(wanted) - known)
    if unknown:
        raise BuilderError(
            f"{unknown[0]}: no row, article or task of this workspace"
            f"{f', nor {len(unknown) - 1} others' if unknown[1:] else ''}; nothing was opened"
        )
    return found


def _of_tasks(work: Iterable[Correction]) -> dict[str, list[Correction]]:
    found: dict[str, list[Correction]] = {}
    for one in work:
        found.setdefault(one.task, []).append(one)
    return found


def _fits(query: Query, window: Window, article: Article, gold: Gold | None) -> bool:
    """Tell whether the gold of a task is what a query asks for."""
    if query.label is not None:
        spans = gold.spans if gold else ()
        if not any(s.label == query.label and _inside(window, s.start) for s in spans):
            return False
    if query.status is not None:
        pairs = zip(article.sentences, gold.status, strict=True) if gold else ()
        if not any(
            query.status in (s.entity, s.claim) and _inside(window, bounds.start)
            for bounds, s in pairs
        ):
            return False
    return True


def _inside(window: Window, place: int) -> bool:
    return window.start <= place < window.end


def _under(guidelines: str, correction: Correction) -> bool:
    """Tell whether work was done under a version of the guidelines that is in a range."""
    try:
        return correction.guidelines in SpecifierSet(guidelines)
    except InvalidVersion:
        return False


def _people(workspace: Workspace) -> list[str]:
    """Return who can be dealt to: who the team names, else who was dealt to or has worked."""
    team = workspace.config.team
    if team is not None and team.annotators != "all":
        names = {workspace.people.name(name) for name in team.annotators}
    else:
        work = [c for c in workspace.corrections.records() if c.round != ADJUDICATION]
        asked = dealing.asked_here(workspace.deals.records(), work)
        names = {d.annotator for d in asked if d.round != ADJUDICATION}
        names |= {c.producer.name for c in work if not c.imported}
    return sorted(name for name in names if not workspace.people.has_left(name))


def _dealt(
    workspace: Workspace, tasks: Sequence[str], number: int, people: Sequence[str]
) -> list[Deal]:
    """Return the deals of a new round, and those that acknowledge what was done before."""
    deals = list(workspace.deals.records())
    work = list(workspace.corrections.records())
    team = workspace.config.team
    blind = 0.0 if team is None else team.blind
    test = of_test_split(workspace)
    deals += dealing.acknowledged(last_of_each_round(work), deals, set(tasks))
    return [
        *deals,
        *dealing.dealt_again(
            tasks,
            deals,
            people,
            dealing.done_places(work),
            number,
            lambda task, person: dealing.arm_of(
                task, person, blind, test=task.partition(":")[0] in test
            ),
        ),
    ]
