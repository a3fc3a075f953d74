"""What people did on a server becomes revisions: the same, however often and when it is pulled."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from builder.corrections import latest, standing
from builder.records import Correction
from builder.studio import revisions
from builder.studio.revisions import Read
from builder.studio.seen import Mark
from tests import making

_ARTICLE = making.article("Russia has hired Kim.")
_SUGGESTED = making.suggestion(_ARTICLE, making.span(_ARTICLE, "Kim", "PERSON"))
_SAYS = {
    "nothing": making.correction(_SUGGESTED, ()),
    "Kim": making.correction(_SUGGESTED, _SUGGESTED.spans),
    "Russia": making.correction(_SUGGESTED, [making.span(_ARTICLE, "Russia", "GPE")]),
    "skip": making.correction(_SUGGESTED, (), skipped=True),
}
_WORDS = sorted(_SAYS)
_PEOPLE = ("annotator-1", "annotator-2")


def _minute(number: int) -> datetime:
    return datetime(2026, 3, 1, 9, tzinfo=UTC) + timedelta(minutes=number)


@dataclass
class Server:
    """A task on a server: its annotations, made, edited and deleted minute by minute."""

    clock: int = 0
    last_id: int = 0
    annotations: dict[int, Read] = field(default_factory=dict)

    def make(self, who: str, word: str) -> int:
        self.clock += 1
        self.last_id += 1
        self.annotations[self.last_id] = Read(
            self.last_id, _minute(self.clock), self._said(who, word)
        )
        return self.last_id

    def edit(self, number: int, word: str) -> None:
        self.clock += 1
        old = self.annotations[number]
        who = old.correction.producer.name
        self.annotations[number] = replace(old, correction=self._said(who, word))

    def delete(self, number: int) -> None:
        self.clock += 1
        del self.annotations[number]

    def _said(self, who: str, word: str) -> Correction:
        said = _SAYS[word]
        producer = said.producer.model_copy(update={"name": who})
        return said.model_copy(update={"producer": producer, "updated": _minute(self.clock)})

    def stands(self) -> dict[str, tuple[str, object]]:
        """Return what each person's latest annotation says."""
        last = sorted(self.annotations.values(), key=lambda r: (r.correction.updated, r.id))
        return {r.correction.producer.name: _what(r.correction) for r in last}


@dataclass
class Files:
    """A workspace's corrections, and what its last pull saw of the server."""

    corrections: list[Correction] = field(default_factory=list)
    marks: dict[int, Mark] = field(default_factory=dict)

    def pull(self, server: Server, *, state_is_kept: bool = True) -> int:
        """Pull; a pull that was killed keeps the corrections and not what it saw."""
        gone = {i: m for i, m in self.marks.items() if i not in server.annotations}
        left: dict[int, Mark] = {}
        found = 0
        for who in _PEOPLE:
            held = [r for r in server.annotations.values() if r.correction.producer.name == who]
            lost = {i: m for i, m in gone.items() if m.by == who}
            history = [c for c in self.corrections if c.producer.name == who]
            new, marks = revisions.added(held, self.marks, lost, history, _minute(server.clock))
            self.corrections += new
            left |= marks
            found += len(new)
        self.marks = left if state_is_kept else self.marks
        return found

    def stands(self) -> dict[str, tuple[str, object]]:
        last = standing(self.corrections)
        return {c.producer.name: _what(c) for c in last if c.state != "withdrawn"}


def _what(correction: Correction) -> tuple[str, object]:
    return correction.state, [s.content() for s in correction.spans]


def _once(files: Files, server: Server) -> None:
    """Pull, and pull again: the second time finds nothing."""
    files.pull(server)
    keys = [c.key for c in files.corrections]
    assert len(set(keys)) == len(keys)
    assert files.pull(server) == 0
    assert [c.key for c in files.corrections] == keys


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["make", "make", "edit", "edit", "delete"]),
        st.sampled_from(_PEOPLE),
        st.sampled_from(_WORDS),
        st.integers(0, 9),
        st.booleans(),
        st.booleans(),
    ),
    max_size=12,
)


@given(_STEPS)
def test_whatever_was_done_and_whenever_it_was_pulled_the_servers_last_word_stands(
    steps: Sequence[tuple[str, str, str, int, bool, bool]],
) -> None:
    server, now_and_then, always, killed = Server(), Files(), Files(), Files()
    for what, who, word, number, pull, kill in steps:
        some = sorted(server.annotations)
        if what == "make" or not some:
            server.make(who, word)
        elif what == "edit":
            server.edit(some[number % len(some)], word)
        else:
            server.delete(some[number % len(some)])
        _once(always, server)
        if pull:
            _once(now_and_then, server)
        if kill and what != "delete":
            killed.pull(server, state_is_kept=False)
    _once(now_and_then, server)
    _once(always, server)
    killed.pull(server)
    assert always.stands() == now_and_then.stands() == server.stands()
    if all(step[0] != "delete" for step in steps):
        assert killed.stands() == server.stands()
        times = {c.producer.name: c.updated for c in standing(always.corrections)}
        for files in (now_and_then, killed):
            assert {c.producer.name: c.updated for c in standing(files.corrections)} == times


def test_each_revision_of_work_that_was_pulled_stays_on_record() -> None:
    server, files = Server(), Files()
    number = server.make("annotator-1", "Kim")
    for word in ("Russia", "Kim", "skip"):
        files.pull(server)
        server.edit(number, word)
    files.pull(server)
    said = [_what(c) for c in files.corrections]
    assert said == [_what(_SAYS[word]) for word in ("Kim", "Russia", "Kim", "skip")]
    assert [c.revision for c in files.corrections] == [1, 2, 3, 4]


def test_a_person_who_deletes_their_work_has_withdrawn_it_and_the_work_stays_on_record() -> None:
    server, files = Server(), Files()
    number = server.make("annotator-1", "Kim")
    files.pull(server)
    server.delete(number)
    _once(files, server)
    done, withdrawn = files.corrections
    assert (done.state, withdrawn.state) == ("submitted", "withdrawn")
    assert (withdrawn.revision, withdrawn.spans, withdrawn.changes) == (2, (), ())
    assert latest(files.corrections) == []


def test_what_was_never_pulled_from_this_server_is_never_withdrawn() -> None:
    full, empty, files = Server(), Server(), Files()
    full.make("annotator-1", "Kim")
    files.pull(full)
    other = Files(list(files.corrections))
    assert other.pull(empty) == 0
    assert other.stands() == files.stands()


def test_of_two_annotations_the_other_stands_when_the_latest_is_deleted() -> None:
    server, files = Server(), Files()
    server.make("annotator-1", "Kim")
    latest = server.make("annotator-1", "Russia")
    files.pull(server)
    server.delete(latest)
    _once(files, server)
    assert files.stands() == {"annotator-1": _what(_SAYS["Kim"])}
    assert [c.state for c in files.corrections] == ["submitted"] * 3


def test_deleting_an_annotation_that_no_longer_stood_changes_nothing() -> None:
    server, files = Server(), Files()
    first = server.make("annotator-1", "Kim")
    server.make("annotator-1", "Russia")
    files.pull(server)
    server.delete(first)
    assert files.pull(server) == 0


def test_deleting_on_one_server_does_not_withdraw_later_work_from_elsewhere() -> None:
    server, files = Server(), Files()
    number = server.make("annotator-1", "Kim")
    files.pull(server)
    later = Server(clock=9)
    later.make("annotator-1", "Russia")
    elsewhere = Files(files.corrections)
    elsewhere.pull(later)
    server.delete(number)
    assert files.pull(server) == 0
    assert files.stands() == {"annotator-1": _what(_SAYS["Russia"])}


def test_a_server_that_was_filled_from_the_files_adds_nothing_until_somebody_works_there() -> None:
    first, files = Server(), Files()
    for who, word in zip(_PEOPLE, ("Kim", "Russia"), strict=True):
        first.make(who, word)
    files.pull(first)
    filled = Server(clock=100)
    filled.annotations = {
        number: Read(number, _minute(100), correction)
        for number, correction in enumerate(reversed(files.corrections), start=1)
    }
    refilled = Files(list(files.corrections))
    assert refilled.pull(filled) == 0
    assert refilled.pull(filled) == 0
    filled.edit(2, "skip")
    assert refilled.pull(filled) == 1
    assert refilled.stands() == filled.stands()
    filled.delete(1)
    assert refilled.pull(filled) == 1
    assert refilled.stands() == filled.stands()


def test_older_work_that_is_read_late_is_kept_and_does_not_replace_later_work() -> None:
    late, files = Server(), Files()
    late.make("annotator-1", "Kim")
    later = Server(clock=9)
    later.make("annotator-1", "Russia")
    files.pull(later)
    files = Files(files.corrections)
    assert files.pull(late) == 1
    assert files.stands() == {"annotator-1": _what(_SAYS["Russia"])}


def test_an_edit_counts_though_the_servers_clock_was_set_back() -> None:
    server, files = Server(clock=50), Files()
    number = server.make("annotator-1", "Kim")
    files.pull(server)
    server.clock = 1
    server.edit(number, "Russia")
    _once(files, server)
    assert files.stands() == {"annotator-1": _what(_SAYS["Russia"])}


def test_work_that_was_sent_again_unchanged_counts_as_looked_at_again() -> None:
    server, files = Server(), Files()
    number = server.make("annotator-1", "Kim")
    server.make("annotator-2", "Russia")
    files.pull(server)
    server.edit(number, "Kim")
    assert files.pull(server) == 1
    assert [c.producer.name for c in standing(files.corrections)] == [*reversed(_PEOPLE)]
