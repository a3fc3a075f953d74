"""Faults of every kind are found; those that are not are none, and it is said why."""

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from builder import pipeline
from builder.records import Deal, Person, Producer, Publication, Round, StoryDecision
from builder.validate.levels import validate
from builder.workspace.folder import Workspace, open_workspace
from builder.workspace.shelves import ALL, PEOPLE
from tests import making
from tests.test_validate import filled  # noqa: F401
from tests.validate import mutations
from tests.validate.mutations import Mutation

pytestmark = pytest.mark.no_cover

# What nobody can tell from the data, by field, and why it is no fault.
_SHOWN = "what a person was shown and did, which nothing else records"
FREE: dict[str, str] = {
    r".*\.reason|rejection\..*": "words for people; nothing follows from them",
    r"article\.metadata\..*\.how|seed\.(mended|reader|record|given).*": "how it was read",
    r"article\.metadata\.\w+|article\.metadata\.captions.*": "values that a page need not have",
    r"seed\.path": "a file may be moved and called anew: it is known by its content",
    r"correction\.(guidelines|interface|seconds|updated|arm|noticed.*|unseen.*|flags.*)": _SHOWN,
    r"correction\.(suggestion|suggested_by.*|producer.version|scope.layers.*)": _SHOWN,
    r"(person|rejection) file|person\.(kept|same_as)": "nothing else names it",
    r"(gold|suggestion|aligned|task) file": "builder run makes it again",
    r"task\.suggestion\.producer\..*": "builder run makes it again",
    r"decision\.(by|why|when|says|others)": "what a person decided, which nothing else records",
    r"round\.(why|by|tasks.*|guidelines|opened|number)|round file": "what somebody asked for",
    r"deal\.(annotator|round|arm|alias)|deal file": "to whom push has dealt, and would deal again",
    r"(correction|publication|decision) file|publication\.(commit|manifest)": "--against finds it",
    r"correction\.producer\.name": "another pseudonym; --against finds it",
    r"article\.seeds": "in whichever order",
    r"imported file|imported\.(producer.*|scope.*|spans(\.\*\.score)?)": "made elsewhere",
}
_SOAK = bool(os.environ.get("BUILDER_SOAK"))
_EVERY = 1 if _SOAK else 9


@pytest.fixture
def full(filled: Workspace) -> Workspace:  # noqa: F811
    """A workspace with records of every kind."""
    when = datetime(2026, 3, 1, 12, tzinfo=UTC)
    filled.shelf(PEOPLE).add(
        [
            Person(name="annotator-2", same_as="annotator-1"),
            Person(name="annotator-3", left=date(2026, 3, 1), kept=True),
        ]
    )
    filled.publications.add(
        [
            Publication(
                target="hf://datasets/org/name", version="0.1.0", manifest="ab" * 32,
                commit="cd" * 20, tag="0.1.0", published=when,
            )
        ]
    )  # fmt: skip
    _align(filled)
    one, other = sorted(filled.articles.load())[:2]
    of = filled.articles.load()[one]
    span = making.at(of, *making.trimmed(of, 0, 5), "ORG", by="llm@1", score=None)
    machine = Producer(kind="model", name="llm", version="1")
    filled.imported.add([making.suggestion(of, span).model_copy(update={"producer": machine})])
    filled.decisions.add(
        [
            StoryDecision(
                says="apart", articles=(one,), others=(other,), by="lead", why="read both",
                when=when,
            )
        ]
    )  # fmt: skip
    window = next(iter(filled.windows.load().values()))
    filled.rounds.add(
        [
            Round(
                number=5, tasks=(window.key,), why="an error report", by="lead", guidelines="1.0",
                opened=when,
            )
        ]
    )  # fmt: skip
    filled.deals.add(
        [
            Deal(
                article=window.article, task=window.key, annotator="annotator-1", round=1,
                arm="assisted",
            )
        ]
    )  # fmt: skip
    third = filled.seed_folder / "third.txt"
    third.write_text("The river rose by a metre on Monday. Two bridges were closed.\n", "utf-8")
    pipeline.ingest(filled)
    pipeline.retract(filled, "seeds/third.txt", "asked to", date(2026, 3, 1))
    third.unlink()
    (filled.seed_folder / "fourth.pdf").write_bytes(b"%PDF-1.4 no text")
    pipeline.ingest(filled)
    return filled


def _align(workspace: Workspace) -> None:
    """Put in two variants, of which one takes a suggestion over from the other."""
    shared = "The river Tana may flood this week, and its farmers moved their goats uphill."
    for number, end in enumerate(("The rain goes on.", "Nobody was hurt so far.")):
        path = workspace.seed_folder / f"variant{number}.txt"
        path.write_text(f"{shared}\n\n{end}\n", "utf-8")
    pipeline.ingest(workspace)
    suggested = workspace.suggestions.load()
    variants = [a for a in workspace.articles.load().values() if shared in a.text]
    made = [making.suggestion(variant) for variant in variants]
    made[0] = making.suggestion(variants[0], making.span(variants[0], "Tana", "LOC", score=0.9))
    making.put_suggestions(workspace, [*suggested.values(), *made])
    pipeline.review(workspace)
    assert len(workspace.aligned.load()) == 1


def every(workspace: Workspace) -> Iterator[Mutation]:
    """Yield the faults of the first and last record of each shelf, and of its first file."""
    for name, row in ALL.items():
        files = sorted((workspace.data / row.folder).glob("*.jsonl"))
        assert files, name
        for path in {files[0], files[-1]}:
            last = len(path.read_bytes().splitlines()) - 1
            for number in {0, last}:
                yield from mutations.of_record(name, path, number)
        yield from mutations.of_file(name, files[0])


def missed(workspace: Workspace, found: list[Mutation]) -> Iterator[Mutation]:
    """Make each fault, and yield those of which nothing is said."""
    for mutation in found:
        path = mutation.path
        before = path.read_bytes()
        mutation.make(path)
        try:
            if not _is(path, before) and not validate(open_workspace(workspace.root)).findings:
                yield mutation
        finally:
            _restore(path, before)


def _is(path: Path, content: bytes) -> bool:
    return path.is_file() and not path.is_symlink() and path.read_bytes() == content


def _restore(path: Path, before: bytes) -> None:
    for other in path.parent.iterdir():
        if other.stem.upper().startswith(path.stem.upper()) and other != path:
            other.unlink()
    if path.is_symlink():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)
    path.write_bytes(before)


def test_faults_of_every_kind_are_found(full: Workspace) -> None:
    assert validate(full).findings == []
    made = list(every(full))[::_EVERY]
    left = list(missed(full, made))
    told = Counter(map(str, left))
    faults = [m for m in left if not any(re.fullmatch(field, m.where) for field in FREE)]
    if _SOAK:
        print(len(made), len(left), len(faults))
        for line, number in sorted(told.items()):
            print(number, line, line not in map(str, faults))
    assert len(faults) <= 0.01 * len(made), sorted(map(str, faults))
