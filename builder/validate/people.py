"""Check what people have done: who they are, in which order, and when."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from builder.corrections import as_suggested
from builder.records import (
    FIRST,
    SECOND,
    Article,
    Correction,
    Deal,
    Gold,
    Person,
    Producer,
    Publication,
    Round,
    Span,
    StoryDecision,
    Suggestion,
    Task,
    Tombstone,
)
from builder.validate.findings import Finding, Placed

Faults = list[tuple[str, str]]
# Clocks differ, and days begin at other times elsewhere.
_SOON = timedelta(days=1)
# Magazines bear the day of an issue to come.
_ISSUE = timedelta(days=366)


# --- who ----------------------------------------------------------------------------------------


def maker_faults(record: Any) -> Faults:
    """Return what is wrong with who made a record: machines suggest, people correct."""
    if isinstance(record, Task):
        return [(f"suggestion.{name}", why) for name, why in maker_faults(record.suggestion)]
    if isinstance(record, Suggestion):
        person = record.producer.kind == "person"
        found = [("producer.kind", "a person's work is no suggestion")] if person else []
        return found + _by_others(enumerate(record.spans), record.producer, "spans.{}")
    if isinstance(record, Gold):
        who = [(f"spans.{i}", span.annotators) for i, span in enumerate(record.spans)]
        who += [(f"status.{i}", status.annotators) for i, status in enumerate(record.status)]
        return _addresses({f"{at}.annotators": name for at, names in who for name in names})
    if isinstance(record, Deal):
        names = {"annotator": record.annotator}
        return _addresses(names | ({"alias": record.alias} if record.alias is not None else {}))
    return _of_correction(record) if isinstance(record, Correction) else []


def _of_correction(record: Correction) -> Faults:
    found: Faults = []
    if record.producer.kind != "person":
        found.append(("producer.kind", "a correction is a person's work"))
    if record.suggested_by is not None and record.suggested_by.kind == "person":
        found.append(("suggested_by.kind", "a person's work is no suggestion"))
    if (record.suggestion is None) != (record.suggested_by is None):
        found.append(("suggestion", "was made by nobody, or nothing by somebody"))
    if record.suggested_by is not None:
        before = [(i, c.before) for i, c in enumerate(record.changes) if c.before is not None]
        found += _by_others(as_suggested(record), record.suggested_by, "spans.{}")
        found += _by_others(before, record.suggested_by, "changes.{}.before")
    names = {"producer.name": record.producer.name}
    if record.producer.alias is not None:
        names["producer.alias"] = record.producer.alias
    return [*found, *_addresses(names)]


def _by_others(spans: Iterable[tuple[int, Span]], producer: Producer, where: str) -> Faults:
    """Return the spans that say that another producer than theirs has made them.

    Those of a pipeline name it with its version, as in ``builder@1.0/rule:date``.
    """
    name = f"{producer.name}@{producer.version}"
    return [
        (f"{where.format(index)}.by", f"{span.by} is not of {name}")
        for index, span in spans
        if "@" in span.by and span.by.partition("/")[0] != name
    ]


def _addresses(names: Mapping[str, str]) -> Faults:
    """Return the fields that hold something else than a pseudonym; ``names`` is by field."""
    return [
        (where, f"{name!r} is no pseudonym")
        for where, name in names.items()
        if "@" in name or not name or name != "".join(name.split())
    ]


def cycles(people: Mapping[str, Placed]) -> Iterator[Finding]:
    """Yield the people whose names are addresses, or who are each the same as another."""
    for name, item in people.items():
        person: Person = item.record
        names = {"name": name} | ({"same_as": person.same_as} if person.same_as else {})
        yield from item.findings("person", _addresses(names))
        seen, now = {name}, person.same_as
        while now is not None and now in people and now not in seen:
            seen.add(now)
            now = people[now].record.same_as
        if now in seen:
            told = f"{', '.join(sorted(seen))} are each the same as another"
            yield from item.findings("person", [("same_as", told)])


# --- when ---------------------------------------------------------------------------------------


@dataclass
class History:
    """The revisions of corrections, the windows that they are of, and to whom these were dealt.

    ``pushed`` tells that windows were recorded at all: older work was done before they were.
    """

    pushed: bool
    windows: dict[str, set[str]] = field(default_factory=dict)
    _revisions: dict[tuple[str, str, int], dict[int, Placed]] = field(default_factory=dict)
    _deals: dict[tuple[str, str], dict[int, Placed]] = field(default_factory=dict)
    _elsewhere: list[Placed] = field(default_factory=list)
    _undealt: list[Placed] = field(default_factory=list)

    def deal(self, item: Placed) -> None:
        """Note to whom a task was dealt."""
        record: Deal = item.record
        of = (record.task, record.annotator)
        self._deals.setdefault(of, {})[record.round] = item.keeping(None)
        if record.task not in self.windows.get(record.article, ()):
            self._elsewhere.append(item.keeping(record.task))

    def add(self, item: Placed, *, carried: bool) -> None:
        """Note a correction; one that was ``carried`` over may be of a window that is to come."""
        record: Correction = item.record
        of = (record.task, record.written_by, record.round)
        self._revisions.setdefault(of, {})[record.revision] = item.keeping(None)
        windows = self.windows.get(record.article, ())
        if self.pushed and record.task not in windows and not carried:
            self._elsewhere.append(item.keeping(record.task))
        dealt = self._deals.get((record.task, record.producer.name), {})
        dealt = {**self._deals.get((record.task, record.written_by), {}), **dealt}
        if record.round > SECOND and record.round not in dealt and not carried:
            self._undealt.append(item.keeping(record.round))

    def problems(self) -> Iterator[Finding]:
        """Yield missing revisions, windows never pushed, and what was dealt twice or to nobody."""
        for there in self._revisions.values():
            for revision, item in there.items():
                if revision > 1 and revision - 1 not in there:
                    told = f"revision {revision - 1} is missing"
                    yield from item.findings("history", [("revision", told)])
        for rounds in self._deals.values():
            if {FIRST, SECOND} <= rounds.keys():
                told = "a first opinion and a second one are asked of one person"
                yield from rounds[SECOND].findings("history", [("round", told)])
        for item in self._undealt:
            told = f"nothing was dealt to them in round {item.record}"
            yield from item.findings("history", [("round", told)])
        for item in self._elsewhere:
            told = f"{item.record} is no window in data/windows"
            yield from item.findings("reference", [("task", told)])


def times(record: Any) -> Faults:
    """Return which of a record's times lie in the future."""
    if isinstance(record, Correction):
        return _too_late("updated", record.updated)
    if isinstance(record, Publication):
        return _too_late("published", record.published)
    if isinstance(record, Tombstone):
        return _too_late("day", record.day)
    if isinstance(record, StoryDecision):
        return _too_late("when", record.when)
    if isinstance(record, Round):
        return _too_late("opened", record.opened)
    if isinstance(record, Article):
        days = enumerate(date.fromisoformat(f.value) for f in record.metadata.published)
        found = [_too_late(f"metadata.published.{i}", day, _ISSUE) for i, day in days]
        return [fault for faults in found for fault in faults]
    return _too_late("left", record.left) if isinstance(record, Person) else []


def _too_late(where: str, when: date | datetime | None, ahead: timedelta = _SOON) -> Faults:
    if when is None:
        return []
    if isinstance(when, datetime) and when.tzinfo is None:
        return [(where, f"{when.isoformat()} does not say in which time zone")]
    day = when.date() if isinstance(when, datetime) else when
    late = day > (datetime.now(UTC) + ahead).date()
    return [(where, f"{day} is in the future")] if late else []
