"""Find decisions on stories that contradict each other, and such as the ledger does not follow."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from builder.ingest.stories.decisions import Decided
from builder.records import Story, StoryDecision
from builder.workspace.folder import Workspace
from builder.workspace.ledger import read_ledger


@dataclass(frozen=True)
class Contradiction:
    """Decisions of which some join two stories and some keep them apart, unknown to each other."""

    stories: tuple[str, str]
    decisions: list[StoryDecision]

    def told(self) -> str:
        """Say who decided what, and how it is decided once more."""
        one, other = self.stories
        return (
            f"decisions on stories contradict each other: {'; '.join(map(told, self.decisions))}. "
            f"They stay apart until somebody decides: builder story merge or keep-apart "
            f"{one} {other}"
        )


@dataclass(frozen=True)
class LedgerBesideDecisions:
    """Where decisions contradict each other, and the keys of those the ledger does not follow."""

    contradictions: list[Contradiction]
    unapplied: list[str]


def told(decision: StoryDecision) -> str:
    """Say in words what somebody decided."""
    what = "are one story" if decision.says == "same" else "are to be kept apart"
    return f"{decision.by} said on {decision.when:%Y-%m-%d} that they {what} ({decision.why})"


def beside_decisions(workspace: Workspace) -> LedgerBesideDecisions:
    """Look at the ledger of a workspace beside what people decided."""
    if not workspace.decisions.files():
        return LedgerBesideDecisions([], [])

    def look() -> LedgerBesideDecisions:
        return compared(read_ledger(workspace), workspace.decisions.load().values())

    return workspace.freshness.once("ledger beside decisions", look)


def compared(ledger: Iterable[Story], decisions: Iterable[StoryDecision]) -> LedgerBesideDecisions:
    """Look at a ledger beside decisions."""
    stories = list(ledger)
    decided = Decided(decisions, successors(stories))
    home = {article: story for story in stories for article in story.articles}
    named = {name: story.id for story in stories for name in story.names}
    asked = {(s.id, named.get(other, other)) for s in stories for other in s.undecided}
    found: dict[tuple[str, str], Contradiction] = {}
    unapplied: dict[str, None] = {}
    for one, other in decided.same():
        if one not in home or other not in home:
            continue
        first, second = sorted((home[one], home[other]), key=lambda story: story.id)
        key, parted = (first.id, second.id), first.id != second.id
        contradicting = decided.apart(first.articles, second.articles) if parted else False
        if parted and contradicting and key not in found:
            between = decided.between(first.articles, second.articles)
            found[key] = Contradiction(key, between)
        if parted and not (contradicting and key in asked):
            unapplied.update(dict.fromkeys(_keys(decided, one, other, "same")))
    for story in stories:
        if decided.apart(story.articles, story.articles):
            unapplied.update(dict.fromkeys(_apart_inside(decided, story.articles)))
    return LedgerBesideDecisions(list(found.values()), list(unapplied))


def successors(ledger: Iterable[Story]) -> list[tuple[str, str]]:
    """Return the articles that were frozen anew, each with the one that has its place."""
    return [(w.article, w.successor) for s in ledger for w in s.withdrawn if w.successor]


def _keys(decided: Decided, one: str, other: str, says: str) -> Iterator[str]:
    return (d.key for d in decided.between([one], [other]) if d.says == says)


def _apart_inside(decided: Decided, articles: Sequence[str]) -> Iterator[str]:
    return (d.key for d in decided.between(articles, articles) if d.says == "apart")
