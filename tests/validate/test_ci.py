"""The guard of another repository: the command's options, the GitHub Action, the pre-commit hook.

``docs/ci.md`` shows what a pull request with three faults is told, and a test holds the page
against what the builder prints. Where a change is meant, write it into the page:

    python -m tests.validate.test_ci
"""

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
import yaml
from click.testing import CliRunner, Result

from builder import pipeline
from builder.cli import main
from builder.validate.rules import RULES, ValidationRule
from builder.workspace import init
from builder.workspace.folder import open_workspace

_ROOT = Path(__file__).parents[2]
_PAGE = _ROOT / "docs" / "ci.md"
_ACTION: dict[str, Any] = yaml.safe_load((_ROOT / "action.yml").read_text("utf-8"))
_STEPS: list[dict[str, Any]] = _ACTION["runs"]["steps"]
_HOOKS = _ROOT / ".pre-commit-hooks.yaml"
_BIN = Path(sys.executable).parent
_EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_RULE_ROW = re.compile(r"^\| `\w+` \| (?:schema|contract|whole) \|.*\|$", re.MULTILINE)
_TABLE_HEAD = "| Rule | Level | It asks | If it is broken |\n|---|---|---|---|\n"
# The workspace lies in a folder of the repository, as a dataset's may.
_FOLDER = "news"
_SEED = """Harbour bridge to close for repairs

The harbour bridge in Ashby will close on Monday, the council said.

"It will take four weeks," said Mayor Ana Costa. The repairs cost $2 million.
"""


def git(repository: Path, *words: str) -> str:
    known = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    command = ["git", "-C", str(repository), *known, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def make_repository(folder: Path) -> Path:
    """Make a repository whose folder ``news`` is a small workspace; return the repository."""
    root = folder / _FOLDER
    init.init(root)
    (root / "seeds" / "bridge.txt").write_text(_SEED, "utf-8")
    pipeline.ingest(open_workspace(root))
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "A dataset")
    return folder


def spoil(repository: Path) -> None:
    """Make the three faults of the page: a word of a text, a line cut off, a file too many."""
    data = repository / _FOLDER / "data"
    [article] = (data / "articles").glob("*.jsonl")
    article.write_text(article.read_text("utf-8").replace("Monday", "Sunday"), "utf-8")
    [story] = (data / "stories").glob("*.jsonl")
    story.write_text(story.read_text("utf-8")[:-20], "utf-8")
    (data / "notes.txt").write_text("call the council\n", "utf-8")
    git(repository, "add", ".")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository")


@pytest.fixture
def spoilt(repository: Path) -> Path:
    spoil(repository)
    return repository


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        monkeypatch.delenv(name, raising=False)


def validate(repository: Path, *words: str, **environment: str) -> Result:
    words = ("validate", "--workspace", str(repository / _FOLDER), *words)
    return CliRunner().invoke(main, words, env=environment, catch_exceptions=False)


# --- the command ----------------------------------------------------------------------------


def test_the_exit_code_is_0_without_findings_1_with_and_2_for_wrong_usage(
    repository: Path,
) -> None:
    for form in ("text", "json", "github", "junit", "sarif"):
        assert validate(repository, "--format", form).exit_code == 0
    assert validate(repository, "--format", "yaml").exit_code == 2
    assert validate(repository, "--most", "-1").exit_code == 2
    spoil(repository)
    for form in ("text", "json", "github", "junit", "sarif"):
        assert validate(repository, "--format", form).exit_code == 1


def test_json_is_a_form_like_the_others_and_two_forms_at_once_are_wrong_usage(
    spoilt: Path,
) -> None:
    assert validate(spoilt, "--json").stdout == validate(spoilt, "--format", "json").stdout
    assert validate(spoilt, "--json", "--format", "json").exit_code == 1
    done = validate(spoilt, "--json", "--format", "sarif")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--json and --format sarif" in done.stderr


def test_most_says_how_many_findings_are_shown_and_none_is_lost_silently(spoilt: Path) -> None:
    number = len(json.loads(validate(spoilt, "--json").stdout)["findings"])
    lines = validate(spoilt, "--most", "1").stdout.splitlines()
    assert f"{number - 1} more finding" in lines[1]
    assert lines[-1].endswith(f": {number} findings")


def test_a_workspace_without_data_is_a_finding_unless_it_may_be_empty(tmp_path: Path) -> None:
    init.init(tmp_path / _FOLDER)
    done = validate(tmp_path)
    assert done.exit_code == 1
    assert "(empty)" in done.stdout
    assert validate(tmp_path, "--allow-empty").exit_code == 0


def test_github_is_given_a_summary_of_the_job_beside_what_stood_there(
    spoilt: Path, tmp_path: Path
) -> None:
    file = tmp_path / "summary.md"
    file.write_text("Before\n", "utf-8")
    validate(spoilt, "--format", "text", GITHUB_STEP_SUMMARY=str(file))
    assert file.read_text("utf-8") == "Before\n"
    validate(spoilt, "--format", "github", GITHUB_STEP_SUMMARY=str(file))
    assert file.read_text("utf-8").startswith("Before\n### builder validate\n")
    assert f"{_FOLDER}/data/notes.txt" in file.read_text("utf-8")


# --- the GitHub Action ----------------------------------------------------------------------


def filled(text: str, known: Mapping[str, str]) -> str:
    """Return text with GitHub's expressions replaced, each by a value that must be known."""
    return _EXPRESSION.sub(lambda match: known[match[1]], text)


def stand_in_for_python(folder: Path) -> Path:
    """Return a Python that makes an environment which has the builder, and a pip that takes notes.

    So the steps run without fetching a gigabyte.
    """
    script = folder / "python"
    script.write_text(
        '#!/bin/sh\nset -e\ntest "$1 $2" = "-m venv"\nmkdir -p "$3/bin"\n'
        f'ln -sf {shlex.quote(str(_BIN / "builder"))} "$3/bin/builder"\n'
        'printf \'#!/bin/sh\\necho "$@" >> "$RUNNER_TEMP/pip"\\n\' > "$3/bin/pip"\n'
        'chmod +x "$3/bin/pip"\n',
        "utf-8",
    )
    script.chmod(0o755)
    return script


class ActionRun:
    """The action's own steps, run one after the other as GitHub's runner does."""

    def __init__(self, repository: Path, temp: Path, **inputs: str) -> None:
        temp.mkdir()
        given = {name: one["default"] for name, one in _ACTION["inputs"].items()}
        assert inputs.keys() <= given.keys()
        self.temp = temp
        self.known = {f"inputs.{name}": value for name, value in (given | inputs).items()}
        self.known |= {"runner.temp": str(temp), "runner.os": "Linux", "runner.arch": "X64"}
        self.known["steps.python.outputs.python-version"] = "3.12.1"
        self.known["steps.python.outputs.python-path"] = str(stand_in_for_python(temp))
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(_ROOT),
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(_ROOT),
            "GITHUB_WORKSPACE": str(repository),
            "GITHUB_OUTPUT": str(temp / "output"),
            "GITHUB_STEP_SUMMARY": str(temp / "summary.md"),
            "RUNNER_TEMP": str(temp),
        }
        self.exit_code = 0
        self.stdout = self.stderr = ""
        for step in _STEPS:
            if self.exit_code == 0:
                self.step(step, repository)

    def step(self, step: dict[str, Any], repository: Path) -> None:
        given: dict[str, Any] = step.get("env") or step.get("with") or {}
        values = {name: filled(str(value), self.known) for name, value in given.items()}
        if "uses" in step:
            return
        (self.temp / "output").write_text("")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=repository,
            env=self.environment | values,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        self.exit_code = done.returncode
        self.stdout += done.stdout
        self.stderr += done.stderr
        for line in (self.temp / "output").read_text("utf-8").splitlines():
            name, value = line.split("=", 1)
            self.known[f"steps.{step['id']}.outputs.{name}"] = value


def test_the_action_passes_a_valid_workspace_and_says_what_it_read(
    repository: Path, tmp_path: Path
) -> None:
    done = ActionRun(repository, tmp_path / "temp", workspace=_FOLDER)
    assert (done.exit_code, done.stderr) == (0, "")
    assert re.fullmatch(r"\d records in \d files and 0 releases: 0 findings\n", done.stdout)


def test_the_action_fails_annotates_and_sums_up_what_is_wrong(spoilt: Path, tmp_path: Path) -> None:
    done = ActionRun(spoilt, tmp_path / "temp", workspace=_FOLDER)
    assert done.exit_code == 1
    assert f"::error file={_FOLDER}/data/notes.txt,title=builder validate%3A file::" in done.stdout
    assert f"{_FOLDER}/data/notes.txt" in (tmp_path / "temp" / "summary.md").read_text("utf-8")


def test_the_action_writes_sarif_too_if_asked_and_fails_all_the_same(
    spoilt: Path, tmp_path: Path
) -> None:
    done = ActionRun(spoilt, tmp_path / "temp", workspace=_FOLDER, sarif="found.sarif")
    assert done.exit_code == 1
    assert "::error " in done.stdout
    log = json.loads((spoilt / "found.sarif").read_text("utf-8"))
    places = {
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for one in log["runs"][0]["results"]
    }
    assert f"{_FOLDER}/data/notes.txt" in places
    assert filled(_ACTION["outputs"]["sarif"]["value"], done.known) == "found.sarif"


def test_the_action_fails_before_anything_is_uploaded_where_there_is_no_workspace(
    repository: Path, tmp_path: Path
) -> None:
    done = ActionRun(repository, tmp_path / "temp", workspace="nothing", sarif="found.sarif")
    assert done.exit_code == 1
    assert "nothing/builder.toml: not found" in done.stderr
    assert (repository / "found.sarif").read_text() == ""


def test_the_action_takes_other_options_and_forms(spoilt: Path, tmp_path: Path) -> None:
    words = {"workspace": _FOLDER, "format": "text", "args": "--most 1 --allow-empty"}
    done = ActionRun(spoilt, tmp_path / "temp", **words)
    assert done.exit_code == 1
    assert " not shown: --most " in done.stdout


def test_the_action_installs_the_builder_at_its_own_version_locked_by_hashes(
    repository: Path, tmp_path: Path
) -> None:
    done = ActionRun(repository, tmp_path / "temp", workspace=_FOLDER)
    packages, own = (done.temp / "pip").read_text("utf-8").splitlines()
    lock = Path(packages.split()[-1])
    assert "--require-hashes" in packages
    assert "--hash=sha256:" in lock.read_text("utf-8")
    assert own.split()[-1] == str(_ROOT)
    assert re.fullmatch(r"[0-9a-f]{40}", done.known["steps.lock.outputs.digest"])


def test_no_input_of_the_action_is_read_as_a_line_of_the_shell() -> None:
    assert [step["run"] for step in _STEPS if "${{" in step.get("run", "")] == []
    assert all(step["shell"] == "bash" for step in _STEPS if "run" in step)


def test_what_the_action_uses_is_pinned_to_a_version() -> None:
    uses = [step["uses"] for step in _STEPS if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", one) for one in uses)
    assert len(uses) == 2


# --- the pre-commit hook --------------------------------------------------------------------


def pre_commit(repository: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = {
        **os.environ,
        "PATH": f"{_BIN}:{os.environ['PATH']}",
        "PYTHONPATH": str(_ROOT),
        "PRE_COMMIT_HOME": str(repository.with_name("pre-commit")),
    }
    command = [str(_BIN / "pre-commit"), *words]
    return subprocess.run(
        command, cwd=repository, env=environment, capture_output=True, text=True, check=False
    )


def use_hook(repository: Path, *args: str) -> None:
    """Have the repository use the hook, from this environment in place of one of its own."""
    [hook] = yaml.safe_load(_HOOKS.read_text("utf-8"))
    here = {**hook, "language": "system", "args": list(args), "additional_dependencies": []}
    settings = {"repos": [{"repo": "local", "hooks": [here]}]}
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(settings), "utf-8")
    git(repository, "add", ".pre-commit-config.yaml")


def test_the_hook_is_declared_as_pre_commit_asks(repository: Path) -> None:
    done = pre_commit(repository, "validate-manifest", str(_HOOKS))
    assert (done.returncode, done.stderr) == (0, "")
    [hook] = yaml.safe_load(_HOOKS.read_text("utf-8"))
    assert hook["language"] == "python"
    assert (
        hook["entry"].split()[0]
        in tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    )


def test_the_hook_stops_a_commit_of_faults_and_lets_others_pass(repository: Path) -> None:
    use_hook(repository, "--workspace", _FOLDER)
    assert pre_commit(repository, "run", "--all-files").returncode == 0
    spoil(repository)
    done = pre_commit(repository, "run")
    assert done.returncode == 1
    assert "data/notes.txt: " in done.stdout


@pytest.mark.parametrize(
    ("path", "runs"),
    [
        ("data/articles/0f.jsonl", True),
        ("news/data/format", True),
        ("builder.toml", True),
        ("news/labels.toml", True),
        ("README.md", False),
        ("docs/database/x.md", False),
        ("xbuilder.toml", False),
    ],
)
def test_the_hook_runs_where_data_or_settings_change(path: str, runs: bool) -> None:
    [hook] = yaml.safe_load(_HOOKS.read_text("utf-8"))
    assert bool(re.search(hook["files"], path)) == runs


# --- the page -------------------------------------------------------------------------------


def _shown(repository: Path) -> dict[str, str]:
    """Return what the builder prints of the page's faults, by the command that the page names."""

    def said(form: str) -> str:
        return validate(repository, "--format", form).stdout

    [run] = json.loads(said("sarif"))["runs"]
    results = [one for one in run["results"] if one["ruleId"] == "file"]
    finding = json.loads(said("json"))["findings"][0]
    failed = [case for case in Xml.fromstring(said("junit")).iter("testcase") if len(case)]
    summary = repository.with_name("summary.md")
    validate(repository, "--format", "github", GITHUB_STEP_SUMMARY=str(summary))
    return {
        "builder validate": said("text"),
        "builder validate --format github": said("github"),
        'cat "$GITHUB_STEP_SUMMARY"': summary.read_text("utf-8"),
        "builder validate --format json | jq '.findings[0]'": _pretty(finding),
        "builder validate --format junit | xmllint --xpath '//testcase[failure]' -": "".join(
            Xml.tostring(case, "unicode").strip() + "\n" for case in failed
        ),
        "builder validate --format sarif | jq '.runs[0].results[] | select(.ruleId == \"file\")'": (
            "".join(map(_pretty, results))
        ),
    }


def _pretty(content: Any) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _row(rule: ValidationRule) -> str:
    return f"| `{rule.id}` | {rule.level} | {rule.asks} | {rule.do} |"


def _blocks(*languages: str) -> list[str]:
    found = _BLOCK.findall(_PAGE.read_text("utf-8"))
    return [block for language, block in found if language in languages]


def test_the_page_shows_what_the_builder_prints(spoilt: Path) -> None:
    printed = [f"$ {command}\n{output}" for command, output in _shown(spoilt).items()]
    assert _blocks("console") == printed


def test_the_page_lists_every_rule_as_it_is() -> None:
    assert _RULE_ROW.findall(_PAGE.read_text("utf-8")) == [_row(rule) for rule in RULES.values()]


def test_the_page_lists_every_input_of_the_action_and_every_option_of_the_command() -> None:
    page = _PAGE.read_text("utf-8")
    assert set(re.findall(r"^\| `([\w-]+)` \| `", page, re.MULTILINE)) == set(_ACTION["inputs"])
    options = [name for one in main.commands["validate"].params for name in one.opts if "-" in name]
    assert [name for name in options if name not in page] == []


def test_what_the_page_uses_is_there_in_the_version_of_this_builder() -> None:
    settings = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = re.findall(r"(?:dataset-builder@|rev: )v([\d.]+)", _PAGE.read_text("utf-8"))
    assert set(pinned) == {settings["version"]}
    jobs = [
        job for text in _blocks("yaml") for job in yaml.safe_load(text).get("jobs", {}).values()
    ]
    own = [s for job in jobs for s in job["steps"] if "dataset-builder@" in s.get("uses", "")]
    assert len(own) == len(jobs)
    assert all(step.get("with", {}).keys() <= _ACTION["inputs"].keys() for step in own)
    [hook] = yaml.safe_load(_HOOKS.read_text("utf-8"))
    [used] = [yaml.safe_load(text) for text in _blocks("yaml") if "rev: " in text]
    assert [one["id"] for repo in used["repos"] for one in repo["hooks"]] == [hook["id"]]


def test_every_call_of_the_command_on_the_page_is_one_that_it_takes() -> None:
    shown = [block.splitlines()[0] for block in _blocks("console")]
    text = "\n".join([*shown, *_blocks("sh", "yaml")])
    calls = re.findall(r"builder validate\b([^|>#\n]*)", text)
    assert len(calls) > 6
    for words in calls:
        main.commands["validate"].make_context("validate", shlex.split(words))


def rewrite_page() -> None:
    """Write into the page what the builder prints, and the table of rules."""
    with tempfile.TemporaryDirectory() as folder:
        repository = make_repository(Path(folder) / "repository")
        spoil(repository)
        outputs = iter(_shown(repository).items())

    def printed(match: re.Match[str]) -> str:
        if match[1] != "console":
            return match[0]
        command, output = next(outputs)
        return f"```console\n$ {command}\n{output}```"

    page = _BLOCK.sub(printed, _PAGE.read_text("utf-8"))
    head, _, rest = page.partition(_TABLE_HEAD)
    rows = "".join(f"{_row(rule)}\n" for rule in RULES.values())
    _PAGE.write_text(head + _TABLE_HEAD + rows + _RULE_ROW.sub("", rest).lstrip("\n"), "utf-8")


if __name__ == "__main__":
    rewrite_page()
