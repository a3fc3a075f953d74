"""Say what people's work took, and how far each person has come."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from builder.cli.lines.phrases import counts
from builder.phrasing import count
from builder.records import ROUNDS
from builder.review.worked import UNKNOWN_ARM

if TYPE_CHECKING:
    from builder.review.blind import AgainstBlind
    from builder.review.effort import EffortFigures, PersonEffort
    from builder.review.people import PersonProgress, TeamProgress

_EVERYBODY = "everybody"


def figures(of: "EffortFigures") -> Iterator[str]:
    """Say how long people took, what they changed, and what suggestions did."""
    yield f"effort    {_timed(of)}"
    if not of.tasks:
        return
    yield from _table(
        ("person", "round", "arm", "tasks", "words", "s/100 words", "tasks/h", "kept", "edits"),
        [_person(row) for row in of.people],
    )
    if of.labels:
        yield ""
        yield from _table(("label", "edits"), [(row.label, counts(row.edits)) for row in of.labels])
    if of.accepted:
        yield ""
        yield from _table(
            ("suggested by", "score", "spans", "kept"),
            [(row.producer, row.score, row.shown, f"{row.share:.0%}") for row in of.accepted],
        )
    yield ""
    yield from against_blind(of.against_blind)


def _timed(of: "EffortFigures") -> str:
    told = [count(of.tasks, "task")]
    told += [f"{of.untimed} without a time"] if of.untimed else []
    told += [f"{count(of.skipped, 'task')} skipped"] if of.skipped else []
    if of.capped_share is not None:
        told.append(
            f"{of.capped} cut to the {of.quantile:.0%} quantile of their round and arm, "
            f"{of.capped_share:.1%} of all time"
        )
    return "; ".join(told)


def _person(row: "PersonEffort") -> tuple[object, ...]:
    return (
        row.person or _EVERYBODY,
        _round(row.round),
        row.arm or UNKNOWN_ARM,
        row.tasks,
        row.words,
        _one(row.per_100_words),
        _one(row.tasks_an_hour),
        f"{row.kept / row.shown:.0%}" if row.shown else "-",
        counts(row.edits),
    )


def _round(number: int) -> str:
    return ROUNDS.get(number, f"round {number}")


def _one(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def against_blind(of: "AgainstBlind") -> Iterator[str]:
    """Say what suggestions did to time and labels, each with its interval."""
    yield f"with and without suggestions: seconds for 100 words: {of.seconds.told()}"
    for layer, found in of.kept.items():
        yield f"  {layer}: share of suggested spans that stand: {found.told(percent=True)}"
    for layer, found in of.added.items():
        yield f"  {layer}: own spans for 100 words: {found.told()}"


def people(of: "TeamProgress") -> Iterator[str]:
    """Show how far each person has come, one a line."""
    if not of.people:
        yield "Nobody has worked here yet, and nothing is dealt."
        return
    yield from _table(
        ("person", "dealt", "done", "waiting", "skipped", "tasks/h", "words/h", "agreement",
         "flags"),
        [_progress(person) for person in of.people],
    )  # fmt: skip
    for person in of.people:
        if person.undealt:
            yield f"  {person.person}: {count(person.undealt, 'task')} done that was not dealt"


def _progress(person: "PersonProgress") -> tuple[object, ...]:
    paces = person.pace.items()
    return (
        person.person + (" (has left)" if person.left else ""),
        "-" if person.dealt is None else person.dealt,
        person.done,
        "-" if person.waiting is None else person.waiting,
        person.skipped,
        ", ".join(f"{arm} {pace.tasks_an_hour:.1f}" for arm, pace in paces) or "-",
        ", ".join(f"{arm} {pace.words_an_hour:.0f}" for arm, pace in paces) or "-",
        "-" if person.agreement is None else f"{person.agreement:.2f}",
        counts(person.flags),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield lines with the cells of a column below each other; numbers stand to the right."""
    lines = [tuple(head), *(tuple(str(cell) for cell in row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for line in lines:
        cells = (
            cell.rjust(width) if cell[:1].isdigit() or cell == "-" else cell.ljust(width)
            for cell, width in zip(line, widths, strict=True)
        )
        yield f"  {'  '.join(cells).rstrip()}"
