"""Every command helps, exits as it should, and turns what goes wrong into one clear message."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from builder import pipeline
from builder.cli import main
from builder.cli.lines.phrases import first
from builder.workspace import init
from builder.workspace.folder import Workspace
from tests import making
from tests.conftest import Copies

BUILDER = Path(sys.executable).with_name("builder")
STAGES = ("ingest", "annotate", "push", "pull", "review", "release", "validate", "status", "run")


def run(*words: str | Path) -> Result:
    """Run a command in this process; anything but an exit is passed on."""
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def shell(*words: str | Path, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run the command that users run."""
    return subprocess.run(
        [BUILDER, *words], cwd=cwd, capture_output=True, text=True, check=False, timeout=120
    )


def leaves(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, *path, name)
        else:
            yield (*path, name), command


COMMANDS = dict(leaves(main))


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


# --- help -----------------------------------------------------------------------------------


def test_every_command_stands_in_the_help_of_its_group() -> None:
    for group, path in ((main, ()), (main.commands["studio"], ("studio",))):
        assert isinstance(group, click.Group)
        listed = run(*path, "--help").stdout
        for name in group.commands:
            assert re.search(rf"^  {name}\s+\S", listed, re.MULTILINE)
    assert set(STAGES) < set(main.commands)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_help_for_itself_and_for_each_option(path: tuple[str, ...]) -> None:
    done = run(*path, "--help")
    assert done.exit_code == 0
    assert COMMANDS[path].help
    for option in COMMANDS[path].params:
        assert not isinstance(option, click.Option) or option.help


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_is_named_in_the_documentation(path: tuple[str, ...]) -> None:
    root = Path(__file__).parents[1]
    pages = " ".join(p.read_text("utf-8") for p in (root / "README.md", *root.glob("docs/*.md")))
    assert re.search(rf"\bbuilder\s+{' '.join(path)}\b", pages)


@pytest.mark.parametrize("path", [p for p in COMMANDS if p != ("init",)], ids=" ".join)
def test_every_command_takes_a_workspace_and_prints_json_on_demand(path: tuple[str, ...]) -> None:
    assert {"root", "as_json"} <= {option.name for option in COMMANDS[path].params}


def test_the_version_is_that_of_the_distribution() -> None:
    assert run("--version").stdout.split()[-1] == __import__("builder").__version__


# --- exit codes and JSON --------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", [["nothing"], ["ingest", "--nothing"], ["annotate", "extra"], ["studio", "nothing"]]
)
def test_wrong_usage_exits_2_and_says_so_on_stderr(words: list[str]) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Error: " in done.stderr


@pytest.fixture
def suggested(copy_of: Copies) -> Workspace:
    """A workspace with articles and, without a pipeline, suggestions."""
    return copy_of(_suggest)


def _suggest(workspace: Workspace) -> None:
    pipeline.ingest(workspace)
    articles = workspace.articles.load().values()
    making.put_suggestions(
        workspace, (making.suggestion(a, making.span(a, "Russia", "GPE")) for a in articles)
    )


@pytest.mark.parametrize("stage", ["ingest", "review", "release", "validate", "status"])
def test_json_is_all_that_stands_on_stdout(suggested: Workspace, stage: str) -> None:
    if stage == "release":
        pipeline.review(suggested)
    done = run(stage, "--json", "--workspace", suggested.root)
    assert done.exit_code == 0
    assert isinstance(json.loads(done.stdout), dict)


@pytest.mark.parametrize("stage", ["ingest", "review", "validate", "status"])
def test_without_json_a_person_can_read_it(suggested: Workspace, stage: str) -> None:
    done = run(stage, "--workspace", suggested.root)
    assert done.exit_code == 0
    assert "{" not in done.stdout
    assert done.stdout.endswith("\n")


def test_a_rejection_in_json_names_path_line_and_reason(workspace: Workspace) -> None:
    (workspace.seed_folder / "bad.txt").write_bytes(b"one\ncaf\xe9\n")
    found = json.loads(run("ingest", "--json", "--workspace", workspace.root).stdout)
    (rejected,) = found["rejected"]
    assert (rejected["path"], rejected["line"]) == ("seeds/bad.txt", 2)
    assert "save the file as UTF-8" in rejected["reason"]


def test_validate_exits_1_on_findings_and_prints_them(suggested: Workspace) -> None:
    (suggested.data / "stray.txt").write_text("x")
    done = run("validate", "--workspace", suggested.root)
    assert done.exit_code == 1
    assert done.stdout.startswith("data/stray.txt: no stage writes this file")
    found: dict[str, Any] = json.loads(
        run("validate", "--json", "--workspace", suggested.root).stdout
    )
    assert [finding["path"] for finding in found["findings"]] == ["data/stray.txt"]


# --- what goes wrong ------------------------------------------------------------------------


def failed(done: Result, *parts: str) -> None:
    """Check that a command ended with exit 1 and one message that holds these parts."""
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr
    for part in parts:
        assert part in done.stderr


@pytest.mark.parametrize("stage", STAGES)
def test_a_missing_workspace_is_an_error_that_says_what_to_do(tmp_path: Path, stage: str) -> None:
    done = run(stage, "--json", "--workspace", tmp_path / "nothing")
    failed(done, "nothing/builder.toml: not found", "builder init")
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[studio]\nprot = 1", "studio.prot: unknown key"),
        ("[studio]\nport = 'x'", "studio.port: Input should be a valid integer"),
        ("[studio", "Expected ']' at the end of a table declaration"),
    ],
)
def test_a_bad_configuration_is_named_with_its_key(
    workspace: Workspace, content: str, message: str
) -> None:
    (workspace.root / "builder.toml").write_text(content)
    for stage in ("ingest", "status", "validate"):
        failed(run(stage, "--workspace", workspace.root), "builder.toml", message)


def _binary(folder: Path) -> None:
    (folder / "bad.txt").write_bytes(bytes(range(256)))


def _latin(folder: Path) -> None:
    (folder / "bad.txt").write_bytes("Café news".encode("latin-1"))


def _dangling(folder: Path) -> None:
    (folder / "bad.txt").symlink_to("nothing")


def _directory(folder: Path) -> None:
    (folder / "bad.txt").symlink_to(folder)


@pytest.mark.parametrize("make", [_binary, _latin, _dangling, _directory])
def test_an_unreadable_seed_exits_1_with_its_name_and_the_good_seeds_are_ingested(
    workspace: Workspace, make: Any
) -> None:
    make(workspace.seed_folder)
    done = run("ingest", "--workspace", workspace.root)
    assert done.exit_code == 1
    assert re.search(r"^  rejected: seeds/bad\.txt(:\d)?: ", done.stdout, re.MULTILINE)
    assert len(workspace.articles.load()) == 2
    assert run("validate", "--workspace", workspace.root).exit_code == 0


def test_a_copy_of_a_seed_is_no_failure(workspace: Workspace) -> None:
    shutil.copy(next(workspace.seed_folder.glob("000_*")), workspace.seed_folder / "copy.txt")
    done = run("ingest", "--workspace", workspace.root)
    assert done.exit_code == 0
    assert "  copy: seeds/copy.txt: the same bytes as seeds/000_" in done.stdout
    assert "rejected:" not in done.stdout


def test_a_damaged_file_is_named_with_line_and_field(suggested: Workspace) -> None:
    path = suggested.articles.files()[0]
    path.write_text('{"id": 3}\n')
    for stage in ("ingest", "annotate", "review", "release", "status"):
        failed(run(stage, "--workspace", suggested.root), f"{path}:1: id: Input should be a valid")


def test_a_pipeline_that_is_not_installed_is_named(suggested: Workspace) -> None:
    config = suggested.root / "builder.toml"
    config.write_text('[annotate]\npipeline = "xx_nothing"\n')
    failed(run("annotate", "--workspace", suggested.root), "'xx_nothing'", "install its package")


def test_a_second_command_on_one_workspace_is_refused(workspace: Workspace) -> None:
    with workspace.lock():
        failed(run("ingest", "--workspace", workspace.root), "another builder command is at work")
        assert run("status", "--workspace", workspace.root).exit_code == 0
    assert names(workspace.data) == {"format"}


@pytest.fixture
def busy(workspace: Workspace) -> Iterator["subprocess.Popen[str]"]:
    """A second process that holds the lock until its input ends."""
    code = (
        "import sys\n"
        "from builder.workspace.folder import open_workspace\n"
        "with open_workspace(sys.argv[1]).lock():\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(workspace.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_command_waits_for_another_one_as_long_as_it_is_told(
    workspace: Workspace, busy: "subprocess.Popen[str]"
) -> None:
    words = ("ingest", "--workspace", str(workspace.root))
    refused = shell(*words)
    assert (refused.returncode, "--wait SECONDS" in refused.stderr) == (1, True)
    for_a_while = shell(*words, "--wait", "1")
    assert for_a_while.returncode == 1
    assert "it is waited for" in for_a_while.stderr
    assert "and was so for 1 second. Wait longer" in for_a_while.stderr
    assert names(workspace.data) == {"format"}
    waiting = subprocess.Popen(
        [BUILDER, *words, "--wait", "100"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with waiting:
        assert waiting.stderr is not None
        assert "it is waited for" in waiting.stderr.readline()
        assert waiting.poll() is None
        busy.communicate("")
        assert waiting.wait(60) == 0
    assert workspace.articles.files()


@pytest.mark.parametrize("path", sorted(COMMANDS), ids=" ".join)
def test_every_command_that_writes_a_workspace_can_be_told_to_wait(path: tuple[str, ...]) -> None:
    people = ("people merge", "people forget", "studio key import")
    others = ("import", "publish", "retract", "train", *people)
    decisions = (
        "round new",
        "round deal",
        "round settle",
        "reopen",
        "story merge",
        "story split",
        "story keep-apart",
    )
    writing = {*STAGES, *others, *decisions} - {"validate", "status"}
    takes = "--wait" in {name for param in COMMANDS[path].params for name in param.opts}
    assert takes == (" ".join(path) in writing)


def test_a_file_where_a_folder_belongs_is_named(workspace: Workspace) -> None:
    shutil.rmtree(workspace.data)
    workspace.data.write_text("x")
    failed(run("ingest", "--workspace", workspace.root), str(workspace.data))


def test_init_twice_is_an_error_and_changes_nothing(tmp_path: Path) -> None:
    assert run("init", tmp_path).exit_code == 0
    (tmp_path / "builder.toml").write_text("")
    failed(run("init", tmp_path), "is there already")
    assert (tmp_path / "builder.toml").read_text() == ""


# --- the real thing -------------------------------------------------------------------------


def test_a_newcomer_gets_from_an_empty_folder_to_articles(tmp_path: Path) -> None:
    made = shell("init", "news", cwd=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    root = tmp_path / "news"
    for seed in (Path(__file__).parents[1] / "seeds").glob("*.txt"):
        shutil.copy(seed, root / "seeds")
    done = shell("ingest", "--json", cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["articles"] == 2
    again = shell("ingest", cwd=root)
    assert "3 seeds -> 2 articles in 1 story (nothing new)" in again.stdout
    assert names(root / "data") == {"format"} | {
        path.relative_to(root / "data").as_posix()
        for kind in ("articles", "seeds", "stories")
        for path in (root / "data" / kind).glob("*.jsonl")
    } | {"format"}


def test_outside_a_workspace_a_command_exits_1_without_traceback(tmp_path: Path) -> None:
    done = shell("ingest", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: builder.toml: not found")
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_goes_away_is_no_traceback(workspace: Workspace) -> None:
    with subprocess.Popen(
        [BUILDER, "ingest", "--workspace", workspace.root],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


@pytest.mark.parametrize("spare", [4, 10])
def test_a_full_disk_is_an_error_and_leaves_nothing_half_written(
    tmp_path: Path, spare: int
) -> None:
    """The system lets the process write only files of this many kilobytes."""
    init.init(tmp_path)
    for seed in (Path(__file__).parents[1] / "seeds").glob("*.txt"):
        shutil.copy(seed, tmp_path / "seeds")
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from builder.ingest.language import other_language\n"
        "other_language('a model is unpacked into a temporary file ' * 9, 'en')\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)\n"
        "from builder.cli import main; main(['ingest', '--workspace', sys.argv[2]])"
    )
    command = [sys.executable, "-c", limited, str(spare * 1024), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.match(r"Error: .*\.jsonl: cannot be written: File too large\n", done.stderr)
    others = {name for name in names(tmp_path / "data") if not name.endswith(".jsonl")}
    assert others == {"format"}
    for path in (tmp_path / "data").rglob("*.jsonl"):
        assert path.read_bytes().endswith(b"}\n")
    assert run("ingest", "--workspace", tmp_path).exit_code == 0
    assert run("validate", "--workspace", tmp_path).exit_code == 0


def test_of_many_variants_the_first_are_named_and_the_rest_are_counted() -> None:
    told = list(first([f"  variant: {number}" for number in range(25)], "variants"))
    assert told[19:] == ["  variant: 19", "  and 5 more variants: --json names them all"]
    assert list(first(["one"], "variants")) == ["one"]
