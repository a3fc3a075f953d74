"""What each extra brings is what its commands need, and a command says which one it lacks."""

import ast
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import Distribution
from pathlib import Path

import pytest

import builder
from builder import extras
from builder.cli import main
from builder.workspace import init
from builder.workspace.folder import open_workspace
from tests import bare_site
from tests.bare_site import ROOT, command

pytestmark = pytest.mark.no_cover

_EXTRAS = ("annotate", "dataset", "ingest", "publish", "studio")
# The extras of which the packages may be imported in a room; in all others, none.
_ROOMS = {
    "annotate": {"annotate"},
    "cli": {"annotate"},
    "dataset": {"dataset"},
    "formats": {"annotate", "dataset"},
    "ingest": {"ingest"},
    "publish": {"publish"},
    "release": {"annotate", "dataset"},
    "review": {"annotate"},
    "studio": {"studio"},
    "training": {"annotate", "train"},
    "variants": {"annotate"},
}
# What is asked of each command that needs an extra; all else of it is right.
_ASKED = {
    "ingest": ["ingest"],
    "story": ["story", "show", "35"],
    "annotate": ["annotate"],
    "studio": ["studio", "status"],
    "round": ["round", "list"],
    "push": ["push"],
    "pull": ["pull"],
    "review": ["review"],
    "reopen": ["reopen", "35", "--by", "lead", "--why", "an error report"],
    "release": ["release"],
    "hydrate": ["hydrate", "1.0.0-no-text", "--seeds", "."],
    "diff": ["diff", "1.0.0", "1.0.1"],
    "publish": ["publish", "copies"],
    "export": ["export", "conll", "out"],
    "evaluate": ["evaluate", "gold.jsonl", "--task", "entities"],
    "train": ["train"],
    "status": ["status"],
    "run": ["run"],
}
_PAGE = """<html lang="en"><head><title>Rates rise - The Wrenford Post</title></head><body><article>
<h1>Rates rise</h1><p>The Bank of England raised interest rates on Thursday, its third rise this
year, and said that more may follow.</p><p>“Prices are still rising too fast,” Governor Andrew
Bailey told reporters in London after the bank had met.</p></article></body></html>
"""


@pytest.fixture(scope="module")
def metadata_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("metadata")


@pytest.fixture(scope="module")
def metadata(metadata_folder: Path) -> Distribution:
    """The package's metadata as pyproject.toml has it now, whatever is installed."""
    return bare_site.write_metadata(metadata_folder)


@pytest.fixture
def declared(metadata: Distribution, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(extras, "requires", lambda _: metadata.requires)
    extras.packages_of.cache_clear()
    yield
    extras.packages_of.cache_clear()


@pytest.fixture(scope="module")
def site(
    metadata_folder: Path, metadata: Distribution, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Path]:
    """Return a folder of packages by the extras that are installed there, each made once."""
    made: dict[tuple[str, ...], Path] = {}
    place = tmp_path_factory.mktemp("sites")

    def of(*names: str) -> Path:
        if names not in made:
            made[names] = bare_site.fill(
                place / ("-".join(names) or "none"), metadata_folder, names
            )
        return made[names]

    return of


# --- the table of extras against the imports -------------------------------------------------


@cache
def _imported(path: Path) -> frozenset[str]:
    """Return the packages that a module imports, wherever in it, but for its types alone."""
    found: set[str] = set()
    ahead: list[ast.AST] = [ast.parse(path.read_text("utf-8"))]
    while ahead:
        node = ahead.pop()
        if isinstance(node, ast.If) and _name(node.test) == "TYPE_CHECKING":
            ahead += node.orelse
            continue
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).split(".")[0])
        ahead += (n for n in ast.iter_child_nodes(node) if not isinstance(n, ast.expr))
    return frozenset(found - sys.stdlib_module_names - {"builder"})


def _name(node: ast.expr) -> str:
    """Return the name that an expression is or ends in."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _needed_where_it_stands(path: Path) -> set[str]:
    """Return the extras that a module looks for itself, before it imports what they bring."""
    calls = (n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call))
    needs = (call for call in calls if _name(call.func) == "need")
    names = (name for call in needs for name in call.args[1:])
    return {str(name.value) for name in names if isinstance(name, ast.Constant)}


def _modules(names: tuple[str, ...]) -> set[str]:
    return {extras.IMPORTED_AS.get(name, name.replace("-", "_")) for name in names}


def _base(metadata: Distribution) -> set[str]:
    told = (line for line in metadata.requires or () if "extra ==" not in line)
    return _modules(tuple(re.match(r"[\w-]+", line)[0] for line in told))  # type: ignore[index]


def _places() -> list[str]:
    return sorted(p.relative_to(ROOT / "builder").as_posix() for p in _sources())


def _sources() -> Iterator[Path]:
    return (ROOT / "builder").rglob("*.py")


@pytest.mark.usefixtures("declared")
def test_a_module_imports_only_what_the_extras_of_its_room_bring(metadata: Distribution) -> None:
    base, told = _base(metadata), []
    for path in _sources():
        room = path.relative_to(ROOT / "builder").parts[0].removesuffix(".py")
        brought = _ROOMS.get(room, set()) | _needed_where_it_stands(path)
        allowed = base.union(*(_modules(extras.packages_of(extra)) for extra in brought))
        told += [f"{path}: {name}" for name in sorted(_imported(path) - allowed)]
    assert told == []


@pytest.mark.usefixtures("declared")
def test_no_extra_brings_a_package_that_nothing_imports(metadata: Distribution) -> None:
    imported = set().union(*map(_imported, _sources()))
    # That of the names of people is imported by a name that is put together; s3fs by fsspec.
    imported |= {"faker"}
    brought = {name for extra in (*_EXTRAS, "train", "xmi") for name in extras.packages_of(extra)}
    assert _modules(tuple(brought)) | _base(metadata) == imported


@pytest.mark.usefixtures("declared")
def test_progress_can_be_shown_wherever_a_command_shows_it() -> None:
    for extra in ("annotate", "dataset", "ingest"):
        assert "rich" in extras.packages_of(extra)


@pytest.mark.usefixtures("declared")
def test_all_brings_what_every_command_needs_and_all_of_it_is_found_by_its_name() -> None:
    brought = {name for extra in _EXTRAS for name in extras.packages_of(extra)}
    assert set(extras.packages_of("all")) == brought
    assert extras.missing("all") == ()


def test_every_command_and_every_public_function_says_what_it_needs() -> None:
    public = set(builder.__all__) - {"__version__"}
    assert public | set(main.commands) == set(extras.NEEDS)
    assert {name for needs in extras.NEEDS.values() for name in needs} == set(_EXTRAS)


def test_the_page_on_installing_names_what_each_command_and_function_needs() -> None:
    page = (ROOT / "docs" / "installing.md").read_text("utf-8")
    told = dict(re.findall(r"^\| `([\w-]+)` \| (.*?) \|$", page, re.MULTILINE))
    by_name = {name: set(re.findall(r"`(\w+)`", told[name])) for name in told}
    assert by_name == {name: set(needs) for name, needs in extras.NEEDS.items()}


# --- without any -----------------------------------------------------------------------------


def _workspace(folder: Path, *kept: str) -> Path:
    """Copy what a clone of this repository holds into a folder."""
    folder.mkdir()
    shutil.copy(ROOT / "builder.toml", folder)
    for name in ("articles", "corrections", "seeds", "stories", "windows", *kept):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    return folder


def test_data_are_validated_without_any_extra(site: Callable[..., Path], tmp_path: Path) -> None:
    workspace = _workspace(tmp_path / "news")
    done = command(site(), "validate", "--json", cwd=workspace)
    assert (done.returncode, json.loads(done.stdout)["findings"]) == (0, [])
    broken = next((workspace / "data" / "articles").glob("*.jsonl"))
    broken.write_text(broken.read_text("utf-8").replace('"text":"', '"text":"x', 1), "utf-8")
    done = command(site(), "validate", "--json", cwd=workspace)
    assert done.returncode == 1
    assert json.loads(done.stdout)["findings"]


@pytest.mark.parametrize("there", ["releases", "gold"])
def test_what_cannot_be_validated_without_its_extra_is_told_and_fails(
    site: Callable[..., Path], tmp_path: Path, there: str
) -> None:
    workspace = _workspace(tmp_path / "news")
    (workspace / "data" / there / "0.1.0").mkdir(parents=True)
    if there == "gold":
        (workspace / "data/gold/35.jsonl").write_bytes(b"{}\n")
    done = command(site(), "validate", "--json", cwd=workspace)
    told = [finding["reason"] for finding in json.loads(done.stdout)["findings"]]
    assert done.returncode == 1 and any("pip install" in one for one in told)


@pytest.mark.parametrize("words", [["--help"], ["ingest", "--help"], ["init", "new"]])
def test_help_and_init_work_without_any_extra(
    words: list[str], site: Callable[..., Path], tmp_path: Path
) -> None:
    assert command(site(), *words, cwd=tmp_path).returncode == 0


def test_people_are_listed_and_articles_retracted_without_any_extra(
    site: Callable[..., Path], tmp_path: Path
) -> None:
    workspace = _workspace(tmp_path / "news")
    article = json.loads(next((workspace / "data/articles").glob("*.jsonl")).read_text("utf-8"))
    retract = ["retract", article["id"], "--reason", "asked for"]
    for done in bare_site.commands(site(), [["people", "list"], retract, ["validate"]], workspace):
        assert done.exit_code == 0, done


def test_a_command_without_its_extras_names_them_and_what_brings_them(
    site: Callable[..., Path], tmp_path: Path
) -> None:
    assert {name for name in main.commands if extras.NEEDS[name]} == _ASKED.keys()
    told = [*bare_site.commands(site(), _ASKED.values(), tmp_path)]
    assert [done.words for done in told] == [*_ASKED.values()]
    for (name, *_), exit_code, _, error in told:
        assert exit_code == 1
        assert error.startswith(f"Error: {name} needs ")
        assert error.endswith(f"not installed): {extras.command(*extras.NEEDS[name])}\n")


def test_a_public_function_without_its_extras_says_the_same(
    site: Callable[..., Path], tmp_path: Path
) -> None:
    code = (
        "import json, builder\n"
        "from builder.errors import BuilderError\n"
        "for name in builder.__all__:\n"
        "    try: getattr(builder, name)\n"
        "    except BuilderError as error: print(json.dumps([name, str(error)]))\n"
    )
    done = bare_site.run(site(), code, cwd=tmp_path)
    told = dict(json.loads(line) for line in done.stdout.splitlines())
    public = set(builder.__all__) - {"__version__"}
    assert told.keys() == {name for name in public if extras.NEEDS[name]}
    for name, error in told.items():
        assert error.startswith(f"{name} needs ")
        assert error.endswith(extras.command(*extras.NEEDS[name]))
    assert command(site(), "diff", "a", "b", cwd=tmp_path).stderr == f"Error: {told['diff']}\n"


# --- each extra alone ------------------------------------------------------------------------


def test_the_extras_that_a_command_names_are_enough_for_it(
    site: Callable[..., Path], tmp_path: Path
) -> None:
    def does(names: str, *asked: str) -> None:
        of = site(*names.split())
        for done in bare_site.commands(of, [words.split() for words in asked], tmp_path):
            assert done.exit_code == 0, done

    does("", "init .")
    (tmp_path / "seeds" / "page.html").write_text(_PAGE, encoding="utf-8")
    record = {"id": "1", "title": "Snow", "text": "Snow fell in Paris. The mayor said it helped."}
    (tmp_path / "seeds" / "wire.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    does("ingest", "ingest")
    does("annotate", "annotate", "review", "status")
    does("studio", "studio status")
    # Suggestions and gold are there, which what makes them checks.
    does("annotate dataset", "release", "release --verify 0.1.0", "validate")
    does("dataset", "diff 0.1.0 0.1.0", "export conll out")
    hydrate = "hydrate 0.1.0-no-text --seeds seeds"
    does("annotate dataset ingest", "release --no-text", hydrate)
    does("publish", "publish --no-text copies")
    assert len(open_workspace(tmp_path).suggestions.load()) == 2
    code = "from builder import load_release; print(load_release('data/releases/0.1.0'))"
    assert bare_site.run(site("dataset"), code, cwd=tmp_path).stdout.startswith("DatasetDict")


@pytest.mark.parametrize(
    ("words", "seed", "lacking"),
    [
        (["ingest"], "a.parquet", "dataset"),
        (["ingest"], "a.arrow", "dataset"),
        (["ingest", "datasets:a/b"], "", "dataset"),
        (["ingest", "s3://bucket/a.html"], "", "s3"),
    ],
)
def test_a_seed_that_takes_another_extra_names_it(
    words: list[str], seed: str, lacking: str, site: Callable[..., Path], tmp_path: Path
) -> None:
    init.init(tmp_path)
    if seed:
        (tmp_path / "seeds" / seed).write_bytes(b"PAR1")
    done = command(site("ingest"), *words, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert extras.command(lacking) in done.stderr


def test_an_export_in_the_form_of_spacy_names_the_extra_that_it_takes(
    site: Callable[..., Path], tmp_path: Path
) -> None:
    workspace = _workspace(tmp_path / "news", "releases")
    done = command(site("dataset"), "export", "spacy", "out", cwd=workspace)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: export spacy needs the extra annotate ")
    assert extras.command("annotate") in done.stderr
