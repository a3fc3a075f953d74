"""Say what is dealt to whom."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from builder.phrasing import count

if TYPE_CHECKING:
    from builder.review.again import Opened
    from builder.studio.dealt import DealtByHand, Shares
    from builder.studio.team import Dealing


def shares(result: "Shares") -> Iterator[str]:
    """Say what is dealt to whom, round by round, and what does not count."""
    if not result.shares:
        yield "Nothing is dealt: builder.toml has no [team], or nothing was pushed since."
    for one in result.shares:
        blind = f", {one.blind} without suggestions" if one.blind else ""
        right = "" if one.right is None else f", F1 {one.right:.2f} against the gold"
        yield f"{one.round}  {one.annotator}: {one.done} of {one.dealt} done{blind}{right}"
    for where in result.undealt:
        yield f"  not dealt to them, does not count: {where}"


def by_hand(result: "DealtByHand") -> Iterator[str]:
    """Say what was dealt by hand."""
    yield f"{result.round}: {count(len(result.tasks), 'task')} dealt to {result.annotator}"


def opened(result: "Opened") -> Iterator[str]:
    """Say which round was opened, and who is to look at how much."""
    dealt = ", ".join(f"{person} {number}" for person, number in sorted(result.dealt.items()))
    yield f"round {result.round}: {count(len(result.tasks), 'task')} dealt: {dealt}"
    yield "builder push puts them on the server"


def dealing(result: "Dealing") -> Iterator[str]:
    """Say what a push has dealt, and what nobody may do."""
    done = [f"{count(result.new, 'task')} newly dealt"] if result.new else ["nothing new dealt"]
    done += [f"{result.taken_back} dealt again"] if result.taken_back else []
    done += [f"{result.taken_off} taken off the server"] if result.taken_off else []
    projects = count(result.projects, "project")
    yield f"          {result.people} people in {projects}: {', '.join(done)}"
    if result.beginning:
        yield f"          calibrate first: {', '.join(result.beginning)}"
    if result.unfilled:
        yield (
            f"  {count(result.unfilled, 'task')} cannot get all opinions: there are not enough "
            "people ([team] annotators, overlap and opinions in builder.toml)"
        )
    if result.undecided:
        yield (
            f"  {count(result.undecided, 'disputed task')} nobody may decide on: name somebody in "
            "[team] adjudicators who has no opinion on them"
        )
