"""Commands, edits, deletions and kills in any order: status is true, releases hold and reproduce.

A random walk over a small workspace. After every step the whole of it is held against what the
stages promise: what ``status`` says is what running a stage shows, people's work and releases are
as they were, and the newest release is built again from what is in git alone.
"""

import contextlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pyarrow import parquet

from builder import labels, pipeline
from builder.cli import main
from builder.dataset import check, left_out, manifest
from builder.errors import BuilderError
from builder.progress import untracked
from builder.records import Correction
from builder.status import status
from builder.validate.levels import validate
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace
from builder.workspace.store import View
from tests import making
from tests.test_faults import Killed, Killer, contents

_OFFLINE = [stage for stage in pipeline.STAGES if not stage.server]
_DERIVED = ("suggestions", "gold", "tasks", "rejected")
_BY_HAND = "by-hand"
_SHARED = (
    "Officials in Kenya warned on Monday that the river Tana may flood this week, and that "
    "families who live along its banks should move their goats to higher ground."
)
_SEEDS = (
    "Maria Lopez said on Monday that Acme Corp. will open a plant in Norway.\n\n"
    "The mayor of Oslo, Ivar Berg, said the plan is good for the city and for its people.\n",
    f"{_SHARED}\n\nJohn Otieno, a farmer, told Reuters that he has lost his maize and two goats.\n",
    f"{_SHARED}\n\nThe Red Cross says that 300 people have left Garissa for camps in the hills.\n",
    "The central bank of Chile kept its rate at 5 percent, and said that prices are calm.\n\n"
    "Analysts at Banco Sur had expected the bank to wait until the new year, they said.\n",
)
_BAD_SEED = b"caf\xe9"
_COMMANDS = st.sampled_from(["ingest", "annotate", "review", "release", "status", "validate"])
_WRITING = st.sampled_from(["ingest", "annotate", "review", "release"])
_NUMBER = st.integers(0, 7)
_WORD = re.compile(r"\b[A-Z]\w+")


def _copied(root: Path, *without: str) -> Iterator[Workspace]:
    """Yield a copy of a workspace, which is removed afterwards."""
    with tempfile.TemporaryDirectory() as place:
        there = Path(place) / "copy"
        shutil.copytree(root, there)
        for name in without:
            shutil.rmtree(there / name, ignore_errors=True)
        yield open_workspace(there)


def _rows(release: Path) -> dict[str, dict[str, str]]:
    """Return article and split of each row of a release by its id."""
    found = {}
    for path in release.glob("*/*.parquet"):
        for row in parquet.read_table(path).to_pylist():
            article = row.get("article_id", row["id"])
            found[row["id"]] = {"article": article, "split": row["split"]}
    return found


class AnyOrder(RuleBasedStateMachine):
    """A workspace on which anything may happen, and what has to be true of it all the same."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(prefix="stages-"))
        self.root = self.place / "workspace"
        self.author_claims, self.title, self.renamed = True, "News", False
        self.work: dict[str, bytes] = {}
        self.retracted: set[str] = set()
        self.releases: dict[str, dict[str, bytes]] = {}
        self.held: set[str] = set()

    def teardown(self) -> None:
        shutil.rmtree(self.place)

    @property
    def workspace(self) -> Workspace:
        """The workspace as a command would open it now."""
        return open_workspace(self.root)

    @initialize(first=st.sampled_from(_SEEDS), released=st.booleans())
    def begin(self, first: str, released: bool) -> None:
        init.init(self.root)
        self._configure()
        (self.root / "seeds" / "first.txt").write_text(first)
        if released:
            self.everything()

    # --- commands ---------------------------------------------------------------------------

    def _run(self, *words: str) -> int:
        """Run a command; whatever it says, it says with an exit code and not with a traceback."""
        done = CliRunner().invoke(main, [*words, "--workspace", str(self.root)])
        unforeseen = done.exception if not isinstance(done.exception, SystemExit) else None
        if unforeseen is not None:
            raise unforeseen
        assert done.exit_code in (0, 1), done.output
        return int(done.exit_code)

    @rule(command=_COMMANDS)
    def command(self, command: str) -> None:
        self._run(command)

    @rule()
    def everything(self) -> None:
        """After seeds are read and a release is written, all is said to be up to date."""
        self._run("ingest")
        if self._run("release"):
            return
        due = {s.name: s.due for s in status(self.workspace).stages if s.name != "push"}
        assert not any(due.values()), due
        assert [str(finding) for finding in validate(self.workspace).findings] == []

    @precondition(lambda self: self._seeds())
    @rule(number=_NUMBER)
    def refreeze(self, number: int) -> None:
        self._run("ingest", "--refreeze", self._seed(number))

    @precondition(lambda self: self._seeds())
    @rule(number=_NUMBER, move=st.integers(1, 16), when=st.sampled_from(["before", "after"]))
    def killed_refreeze(self, number: int, move: int, when: str) -> None:
        self._killed(move, when, "ingest", "--refreeze", self._seed(number))

    @precondition(lambda self: self.releases)
    @rule()
    def verify(self) -> None:
        newest = manifest.latest(self.workspace.releases)
        assert newest is not None
        self._run("release", "--verify", newest.name)

    @precondition(lambda self: len(self._articles()) > 1)
    @rule(number=_NUMBER)
    def retract(self, number: int) -> None:
        article = self._article(number)
        self.retracted.add(article)
        assert self._run("retract", article, "--reason", "asked to") == 0

    @rule(command=_WRITING, move=st.integers(1, 12), when=st.sampled_from(["before", "after"]))
    def killed(self, command: str, move: int, when: str) -> None:
        self._killed(move, when, command)

    @precondition(lambda self: len(self._articles()) > 1)
    @rule(number=_NUMBER, move=st.integers(1, 9), when=st.sampled_from(["before", "after"]))
    def killed_retract(self, number: int, move: int, when: str) -> None:
        article = self._article(number)
        self.retracted.add(article)
        self._killed(move, when, "retract", article, "--reason", "asked to")

    def _killed(self, move: int, when: str, *words: str) -> None:
        with pytest.MonkeyPatch.context() as patch:
            Killer(patch).fatal = (move, when)
            with contextlib.suppress(Killed):
                self._run(*words)

    # --- edits ------------------------------------------------------------------------------

    @rule(text=st.sampled_from(_SEEDS), number=_NUMBER)
    def new_seed(self, text: str, number: int) -> None:
        (self.root / "seeds" / f"{number % 4}.txt").write_text(text)

    @rule()
    def bad_seed(self) -> None:
        (self.root / "seeds" / "bad.txt").write_bytes(_BAD_SEED)

    @precondition(lambda self: self._seeds())
    @rule(number=_NUMBER)
    def edited_seed(self, number: int) -> None:
        path = self._seeds()[number % len(self._seeds())]
        if path.read_bytes() != _BAD_SEED and path.stat().st_size < 600:
            path.write_text(path.read_text() + "\nThe story was told again later on Tuesday.\n")

    @precondition(lambda self: self._seeds())
    @rule(number=_NUMBER, word=st.sampled_from(["said", "bank", "Kenya", "people"]))
    def mended_seed(self, number: int, word: str) -> None:
        """A word is taken out of a seed, or put back."""
        path = self._seeds()[number % len(self._seeds())]
        if path.read_bytes() != _BAD_SEED:
            text = path.read_text()
            path.write_text(
                text.replace(f"{word} ", f"{word}x ")
                if f"{word}x " not in text
                else text.replace(f"{word}x ", f"{word} ")
            )

    @precondition(lambda self: self._seeds())
    @rule(number=_NUMBER)
    def removed_seed(self, number: int) -> None:
        self._seeds()[number % len(self._seeds())].unlink()

    @precondition(lambda self: self._articles())
    @rule(
        number=_NUMBER,
        person=st.sampled_from(["annotator-1", "annotator-2"]),
        label=st.sampled_from(["PERSON", "GPE", "ORG", None]),
        whole=st.booleans(),
        skipped=st.booleans(),
    )
    def correction(
        self, number: int, person: str, label: str | None, whole: bool, skipped: bool
    ) -> None:
        """A person submits a task or submits it anew, and it is written as pull writes it."""
        workspace, identity = self.workspace, self._article(number)
        article = View(workspace.articles)[identity]
        if label == "ORG" and self.renamed:
            label = "COMPANY"
        words = list(_WORD.finditer(article.text))
        word = words[number % len(words)]
        shown = making.suggestion(article, making.at(article, *word.span(), "GPE"))
        window = (0, len(article.text) if whole else article.sentences[0].end)
        spans = [making.at(article, *word.span(), label)] if label else []
        inside = [s for s in spans if s.end <= window[1] and not skipped]
        made = making.correction(shown, inside, by=person, window=window, skipped=skipped)
        before = [c for c in workspace.corrections.load().values() if _of_same(c, made)]
        made = made.model_copy(update={"revision": len(before) + 1})
        later = made.updated.replace(hour=10 + len(self.work) % 12)
        made = made.model_copy(update={"updated": later})
        workspace.corrections.add([made])
        self.work[made.key] = _line(made)

    @rule(
        folder=st.sampled_from(["gold", "suggestions", "tasks"]),
        number=_NUMBER,
        how=st.sampled_from(["marked", "other text", "cut", "garbage", "empty"]),
    )
    def edited_by_hand(self, folder: str, number: int, how: str) -> None:
        path = self._chosen(folder, number)
        if path is not None:
            path.write_bytes(_EDITS[how](path.read_bytes()))

    @rule()
    def other_option(self) -> None:
        self.author_claims = not self.author_claims
        self._configure()

    @rule(title=st.sampled_from(["News", "Other news"]))
    def other_title(self, title: str) -> None:
        self.title = title
        self._configure()

    @precondition(lambda self: not self.renamed)
    @rule()
    def renamed_label(self) -> None:
        self.renamed = True
        path = self.root / labels.FILE_NAME
        old = path.read_text("utf-8")
        blocks = old.split("\n\n")
        (org,) = (block for block in blocks if 'name = "ORG"' in block)
        new = re.sub(r"hotkey = .*\n", "", org).replace('"ORG"', '"COMPANY"\nalias_of = "ORG"')
        retired = org.replace('name = "ORG"', 'name = "ORG"\nretired = true')
        path.write_text(old.replace(org, f"{retired}\n\n{new}"), "utf-8")

    @rule()
    def added_label(self) -> None:
        path = self.root / labels.FILE_NAME
        old = path.read_text("utf-8")
        if '"RIVER"' not in old:
            new = '[[labels]]\nlayer = "entity"\nname = "RIVER"\ncolor = "#112233"\nhint = "One."\n'
            path.write_text(f"{old}\n{new}", "utf-8")

    # --- deletions --------------------------------------------------------------------------

    @rule(name=st.sampled_from([*(f"data/{name}" for name in _DERIVED), ".builder/cache"]))
    def deleted(self, name: str) -> None:
        shutil.rmtree(self.root / name, ignore_errors=True)

    @rule()
    def deleted_state(self) -> None:
        shutil.rmtree(self.root / ".builder", ignore_errors=True)

    @rule(folder=st.sampled_from(["gold", "suggestions"]), number=_NUMBER)
    def deleted_file(self, folder: str, number: int) -> None:
        path = self._chosen(folder, number)
        if path is not None:
            path.unlink()

    # --- what has to be true ----------------------------------------------------------------

    @invariant()
    def work_is_as_people_left_it(self) -> None:
        if not self.root.exists():
            return
        lying = {c.key: c for c in self.workspace.corrections.load().values()}
        theirs = {k: line for k, line in self.work.items() if k[:16] not in self._taken_back()}
        assert {k: _line(lying[k]) for k in theirs.keys() & lying.keys()} == theirs
        # Whatever else lies there was carried over from an article that was frozen anew.
        times = {Correction.model_validate_json(line).updated for line in self.work.values()}
        assert {c.updated for k, c in lying.items() if k not in self.work} <= times

    @invariant()
    def releases_are_intact_and_never_change(self) -> None:
        if not self.root.exists():
            return
        folder = self.root / "data" / "releases"
        there = {p.name: p for p in folder.glob("*") if (p / manifest.FILE_NAME).exists()}
        for name, files in self.releases.items():
            assert contents(there[name]) == files, f"{name} was changed"
        for name in sorted(there.keys() - self.releases.keys()):
            assert list(check.problems(there[name])) == []
            self._check_new(there[name])
            self.releases[name] = contents(there[name])

    def _check_new(self, release: Path) -> None:
        """Check what a release holds: nothing made by hand or taken back, and no row vanished."""
        for path in release.glob("*/*.parquet"):
            assert _BY_HAND not in str(parquet.read_table(path).to_pylist())
        rows, said = _rows(release), manifest.read(release)
        stones = {p.stem for p in (self.root / "data" / "tombstones").glob("*.jsonl")}
        assert not stones & {row["article"] for row in rows.values()}
        if said.previous is None:
            return
        before = _rows(release.with_name(said.previous.version))
        gone = {item.id for _, item in left_out.read(release) if item.reason}
        for identity, row in before.items():
            if identity in rows:
                assert rows[identity] == row, f"{identity} was moved"
            elif row["article"] not in gone | {identity}:
                # Claims come and go with what is said of them; articles and sentences stay.
                assert identity in gone or _is_claim(release, identity), f"{identity} vanished"
            else:
                assert gone & {identity, row["article"]}, f"{identity} vanished"

    @invariant()
    def status_is_true_and_the_newest_release_reproduces(self) -> None:
        if not self.root.exists():
            return
        state = str(hash(tuple(sorted(contents(self.root).items()))))
        if state in self.held:
            return
        self.held.add(state)
        due = {s.name: s.due for s in status(self.workspace).stages}
        for stage in _OFFLINE:
            for copy in _copied(self.root):
                _check_stage(copy, stage, due[stage.name])
        newest = manifest.latest(self.workspace.releases)
        if newest is not None and not any(due[stage.name] for stage in _OFFLINE):
            # As in a new clone: what is not in git is not there.
            for copy in _copied(self.root, ".builder", *(f"data/{name}" for name in _DERIVED)):
                _check_newest(copy, newest.name)

    # --- what there is to choose from -------------------------------------------------------

    def _seeds(self) -> list[Path]:
        return sorted((self.root / "seeds").glob("*.txt"))

    def _seed(self, number: int) -> str:
        return self._seeds()[number % len(self._seeds())].relative_to(self.root).as_posix()

    def _taken_back(self) -> set[str]:
        """Return the articles that were taken back, with what their seeds were frozen as before."""
        stones = self.root / "data" / "tombstones"
        return self.retracted | {path.stem for path in stones.glob("*.jsonl")}

    def _articles(self) -> list[str]:
        if not self.root.exists():
            return []
        return sorted(self.workspace.articles.load())

    def _article(self, number: int) -> str:
        articles = self._articles()
        return articles[number % len(articles)]

    def _chosen(self, folder: str, number: int) -> Path | None:
        files = sorted((self.root / "data" / folder).glob("*.jsonl"))
        return files[number % len(files)] if files else None

    def _configure(self) -> None:
        claims = str(self.author_claims).lower()
        (self.root / "builder.toml").write_text(
            f'[annotate]\npipeline = "rules"\nauthor_claims = {claims}\n'
            f'[release]\ntitle = "{self.title}"\n'
        )


def _of_same(one: Correction, other: Correction) -> bool:
    return (one.task, one.producer.name) == (other.task, other.producer.name)


def _line(correction: Correction) -> bytes:
    return correction.model_dump_json().encode()


def _is_claim(release: Path, identity: str) -> bool:
    said = manifest.read(release).previous
    assert said is not None
    folder = release.with_name(said.version) / "claims"
    return any(
        identity in parquet.read_table(path)["id"].to_pylist() for path in folder.glob("*.parquet")
    )


def _marked(content: bytes) -> bytes:
    """Say of every span that a hand has made it."""
    found = []
    for line in content.splitlines():
        record = json.loads(line)
        for span in record.get("spans") or record.get("suggestion", {}).get("spans", ()):
            span["by"] = _BY_HAND
            if "suggested_by" in span:
                span["suggested_by"] = _BY_HAND
        found.append(json.dumps(record, separators=(",", ":")).encode() + b"\n")
    return b"".join(found)


def _other_text(content: bytes) -> bytes:
    """Let the first span say another text than the one that it lies over."""
    return re.sub(rb'("start":\d+,"end":\d+,"text":")[^"]*', rb"\1by-hand", content, count=1)


_EDITS: dict[str, Callable[[bytes], bytes]] = {
    "marked": _marked,
    "other text": _other_text,
    "cut": lambda content: b"".join(content.splitlines(keepends=True)[1:]),
    "garbage": lambda content: content + b'{"what": ',
    "empty": lambda _: b"",
}


def _settled(data: Path) -> dict[str, bytes]:
    """Return what lies in data/ but for what is told of this run: rejections, paths of seeds.

    An empty file is none.
    """
    return {
        name: re.sub(rb'"path":"[^"]*"', b"", content) if name.startswith("seeds/") else content
        for name, content in contents(data).items()
        if content and not name.startswith("rejected/") and not name.endswith(".partial")
    }


def _check_stage(workspace: Workspace, stage: pipeline.Stage, due: str) -> None:
    """Run a stage: it does something, or says why not, exactly if it was said to be due."""
    before = _settled(workspace.data)
    try:
        with workspace.lock():
            done = stage.run(workspace, untracked, False)
    except BuilderError as error:
        assert due, f"{stage.name} is not due, and fails: {error}"
        return
    changed = {n for n, c in _settled(workspace.data).items() if before.get(n) != c}
    changed |= before.keys() - _settled(workspace.data).keys()
    rejected = getattr(done, "rejected", None) or getattr(done, "refused", None)
    if not due:
        assert not changed - {"format"}, f"{stage.name} is not due, and changes {sorted(changed)}"
    else:
        new = [getattr(done, name, 0) for name in ("new", "new_seeds", "changed")]
        assert changed or rejected or any(new), f"{stage.name} does nothing, but: {due}"
    if not rejected:
        again = stage.due(open_workspace(workspace.root))
        assert not again, f"{stage.name} has run, and is due again: {again}"


def _check_newest(workspace: Workspace, name: str) -> None:
    """Build the newest release again: nothing is due, so it is the same."""
    with workspace.lock():
        found = pipeline.verify(workspace, name)
    assert found.intact
    said = manifest.read(workspace.releases / name)
    if found.verdict != "identical":
        # Work that changes no row, such as a skipped task, makes no new release.
        assert found.verdict == "made otherwise", found
        assert found.inputs and found.digest == found.rebuilt_digest, (found, said.inputs)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = (
    settings(max_examples=60, stateful_step_count=40)
    if os.environ.get("BUILDER_SOAK")
    else settings(max_examples=6, stateful_step_count=10)
)
