"""Accept in bulk what the rules of merging are certain of, where a person asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from builder.corrections import compare, latest, settle, unsuggested
from builder.errors import BuilderError
from builder.records import (
    ADJUDICATION,
    CALIBRATION,
    Article,
    Correction,
    Producer,
    Relation,
    Span,
    Task,
)
from builder.review.disputes import disputes
from builder.review.merging import merged
from builder.tasks.dealing import counted
from builder.tasks.deciding import OPINIONS, ToDecide, to_decide
from builder.tasks.windows import part
from builder.workspace.folder import Workspace

# What made a decision of which somebody asked that rules make it.
_RULES = "merge-rules@1"


@dataclass(frozen=True)
class Settled:
    """The tasks that were settled, and the disputed ones of which the rules are not certain."""

    tasks: list[str]
    left: list[str]


def settle_certain(workspace: Workspace, by: str, when: datetime) -> Settled:
    """Decide on every disputed task of which the rules of merging are certain, for a person.

    The decisions are those of ``by``, and say that rules made them; all opinions stay.

    Raises:
        BuilderError: nobody of that name has worked here.

    """
    known = {c.producer.name for c in workspace.corrections.records()}
    team = workspace.config.team
    known |= {*team.adjudicators} if team else set()
    if by not in known:
        raise BuilderError(f"{by}: nobody of that name has worked here: see builder people list")
    tasks, left = [], []
    for path in workspace.corrections.files():
        name = path.stem[: workspace.form.digits]
        article = workspace.articles.read(workspace.articles.file(name)).get(path.stem)
        if article is None:
            continue
        everything = list(workspace.corrections.read(path).values())
        deals = workspace.deals.read(workspace.deals.file(name)).values()
        read = map(workspace.labels.read, latest(counted(everything, deals)))
        stands = [c for c in settle(list(read))[0] if c.round not in (ADJUDICATION, CALIBRATION)]
        for task in sorted({c.task for c in stands}):
            opinions = [c for c in stands if c.task == task]
            if not disputes(article, opinions).sentences:
                continue
            decided = _decided(workspace, article, opinions, by, when)
            if decided is None:
                left.append(task)
                continue
            mine = [c for c in everything if c.task == task and c.written_by == by]
            number = max((c.revision for c in mine if c.round == ADJUDICATION), default=0) + 1
            workspace.corrections.add([decided.model_copy(update={"revision": number})])
            tasks.append(task)
    return Settled(tasks, left)


def _decided(
    workspace: Workspace,
    article: Article,
    opinions: Sequence[Correction],
    by: str,
    when: datetime,
) -> Correction | None:
    """Return the decision that the rules come to, or None where they are not certain."""
    proposed = merged(article, opinions)
    shown = to_decide(_task(workspace, article, opinions[0]), opinions)
    places = {(p.span.layer, p.span.label, p.span.start, p.span.end): p.span for p in proposed}
    spans = [
        _with_attributes(span, places[place], by)
        for span in shown.suggestion.spans
        if (place := (span.layer, span.label, span.start, span.end)) in places
    ]
    relations = _agreed_links(shown, spans, opinions)
    if not all(p.certain for p in proposed) or relations is None:
        return None
    scope = opinions[0].scope
    return Correction(
        article=article.id,
        scope=scope,
        producer=Producer(kind="person", name=by, version=_RULES),
        spans=tuple(sorted(spans, key=lambda s: (s.start, -s.end, s.layer, s.id))),
        relations=relations,
        task=opinions[0].task,
        round=ADJUDICATION,
        arm="assisted",
        revision=1,
        state="submitted",
        suggestion=shown.suggestion.digest(),
        suggested_by=OPINIONS,
        changes=tuple(compare(shown.suggestion.spans, spans)),
        interface=opinions[0].interface,
        guidelines=workspace.labels.version,
        seconds=None,
        # After all of them, though the clock of the server be ahead.
        updated=max(when, *(c.updated + timedelta(microseconds=1) for c in opinions)),
    )


def _task(workspace: Workspace, article: Article, opinion: Correction) -> Task:
    """Return the task that an opinion is on, with nothing suggested."""
    start, end = opinion.scope.start, opinion.scope.end
    return Task(
        article=article.id,
        start=start,
        end=end,
        text=article.text[start:end],
        title="",
        source_line="",
        suggestion=part(unsuggested(article, workspace.labels), start, end),
    )


def _with_attributes(span: Span, taken: Span, by: str) -> Span:
    """Return a span with the attributes that the rules take; it is then its maker's own."""
    if span.attributes == taken.attributes:
        return span
    return span.model_copy(update={"attributes": taken.attributes, "by": by, "score": None})


def _agreed_links(
    shown: ToDecide, spans: Sequence[Span], opinions: Sequence[Correction]
) -> tuple[Relation, ...] | None:
    """Return the links between spans that are kept; None if somebody has not drawn one of them."""
    kept = {s.id: (s.layer, s.label, s.start, s.end) for s in spans}
    links = [r for r in shown.suggestion.relations if r.head in kept and r.tail in kept]
    wanted = {(r.label, kept[r.head], kept[r.tail]) for r in links}
    for opinion in opinions:
        place = {s.id: (s.layer, s.label, s.start, s.end) for s in opinion.spans}
        drawn = {(r.label, place[r.head], place[r.tail]) for r in opinion.relations}
        ends = set(place.values())
        if any(link not in drawn and {*link[1:]} <= ends for link in wanted):
            return None
    return tuple(links)
