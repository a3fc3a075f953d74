"""Seeds made to do harm: each is read or rejected with a reason, and nothing else happens."""

import gzip
import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from builder import pipeline
from builder.ingest.readers.content import MAX_BYTES
from builder.records import Rejection
from builder.validate import levels
from builder.workspace import freshness
from builder.workspace.folder import Workspace

pytestmark = pytest.mark.no_cover

_PROSE = (
    "The minister said on Friday that the government would spend more money on the railways. "
    "Nobody in the north of the country had expected this, and the unions were glad of it."
)
_NAMES = [
    "line\nbreak.txt",
    "-rf.txt",
    "--workspace=.txt",
    "a..b.txt",
    "$(touch pwned).txt",
    "`touch pwned`; touch pwned #.txt",
    "\u202etxt.exe.txt",
    "e\u0301\u200bte\u0301.txt",
    "tab\tand\x1b[31mred.txt",
    "a" * 250 + ".txt",
    "%2e%2e%2f.txt",
    "a..%5c..\\windows.txt",
]


def _outside(workspace: Workspace) -> set[str]:
    """Return what lies beside the workspace."""
    return {path.name for path in workspace.root.parent.iterdir()}


def _ingested(workspace: Workspace) -> list[Rejection]:
    done = pipeline.ingest(workspace)
    assert levels.validate(workspace).findings == []
    return done.rejected


@pytest.mark.parametrize("name", _NAMES)
def test_a_name_made_to_do_harm_is_only_a_name(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(workspace.root)
    before = _outside(workspace)
    (workspace.seed_folder / name).write_text(_PROSE, "utf-8")
    assert _ingested(workspace) == []
    seeds = [seed.path for seed in workspace.seeds.load().values()]
    assert len(seeds) == 4
    assert all(path.isprintable() for path in seeds)  # a terminal obeys what is not
    assert _outside(workspace) == before
    assert not list(workspace.root.rglob("pwned"))


def test_a_link_out_of_the_seeds_gives_nothing_away(workspace: Workspace) -> None:
    secret = workspace.state / "annotators.json"
    secret.parent.mkdir(exist_ok=True)
    secret.write_text(_PROSE.replace("railways", "SECRET"), "utf-8")
    (workspace.seed_folder / "link.txt").symlink_to(secret)
    (workspace.seed_folder / "home").symlink_to(workspace.state)
    assert {r.path for r in _ingested(workspace)} == {"seeds/link.txt", "seeds/home"}
    written = [p.read_bytes() for p in workspace.data.rglob("*") if p.is_file()]
    assert not any(b"SECRET" in content for content in written)


def test_a_huge_file_is_rejected_without_being_read(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (workspace.seed_folder / "huge.txt").open("wb") as file:
        file.truncate(1 << 40)
    hashed: list[int] = []
    digest = freshness.hashlib.file_digest  # type: ignore[attr-defined]

    def counted(file: object, name: str) -> object:
        hashed.append(os.fstat(file.fileno()).st_size)  # type: ignore[attr-defined]
        return digest(file, name)

    monkeypatch.setattr(freshness.hashlib, "file_digest", counted)  # type: ignore[attr-defined]
    (rejected,) = _ingested(workspace)
    assert "1,099,511,627,776 bytes is more than the 20,000,000" in rejected.reason
    assert max(hashed) <= MAX_BYTES


def test_folders_deeper_than_any_path_may_be_do_not_hide_the_good_seeds(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace.seed_folder)
    for _ in range(2500):
        Path("d").mkdir()
        os.chdir("d")
    Path("seed.txt").write_text(_PROSE, "utf-8")
    monkeypatch.chdir(workspace.root)
    try:
        done = pipeline.ingest(workspace)
        assert (done.seeds, done.articles) == (3, 2)
        assert [r.reason for r in done.rejected] == ["cannot be read: File name too long"]
    finally:
        # What is too deep for a path is too deep for Python's rmtree as well.
        subprocess.run(["rm", "-rf", str(workspace.seed_folder / "d")], check=True)


def _bomb() -> bytes:
    return gzip.compress(_PROSE.encode() * 150_000)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (_bomb(), "unpacked, it is more than the 20,000,000 bytes"),
        (b"PK\x03\x04" + _bomb(), "an archive; unpack it here"),
        (_PROSE.encode() + b"\0" + _PROSE.encode(), "NUL character on line 1"),
        ("é".encode() * 9 + _PROSE.encode() + b"\xed\xa0\x80", "not valid UTF-8"),
        ((_PROSE + " " + "'" * 100_000).encode(), "100,000 signs without a space on line 1"),
        ((_PROSE + " " + "’s" * 50_000).encode(), "50,000 signs without a space on line 1"),
        ((_PROSE + " ").encode() * 4_000, "more than the 500,000"),
        (_PROSE.encode() * 20_000, "more than the 2,000,000 that the text of a page may have"),
        (b"a\n" * 20_000, "no body text found"),
        (b"\xff\xfe" + "\ud800".encode("utf-16-le", "surrogatepass") * 9, "not valid UTF-16"),
    ],
    ids=[
        "gzip",
        "zip",
        "nul",
        "surrogate",
        "quotes",
        "clitics",
        "long line",
        "huge line",
        "lines",
        "utf-16",
    ],
)
def test_content_made_to_do_harm_is_rejected_with_a_reason(
    workspace: Workspace, content: bytes, reason: str
) -> None:
    (workspace.seed_folder / "bad.txt").write_bytes(content)
    (rejected,) = _ingested(workspace)
    assert rejected.path == "seeds/bad.txt"
    assert reason in rejected.reason


# Every kind of character, and pairs that the patterns of the cleaner look for.
_UNITS = [
    *"aA1 \t.-'\"([!*_#>/|,:;@&%$©“”’é中\u00a0\u200d\u0301\u202e…–€😀",
    "a ", "A ", "1 ", "By A ", "and A, ", "(a) ", "[a](", "![", "**", "Photo: ", "(Photo ", "(AP ",
    "in this ", "1 Jan ", "12:30 ", "share ", "subscribe ", "more a ", "updated - ", "AB, ",
    "<!-- ", "sign up to ", "van ", "M.", "comments ", "• ", "“A,” said A. ", "twenty-", "A.B.",
]  # fmt: skip
_WORK = """
import sys, time
from builder import labels
from builder.annotate.label_map import LabelMap
from builder.annotate.pipelines import load_pipeline
from builder.annotate.suggest import suggest
from builder.annotate.boundaries import sentence_bounds
from builder.ingest import articles
from builder.ingest.listing import File
from builder.ingest.readers import single
from builder.ingest.readers.content import SeedError
from pathlib import Path
from builder.records import Rejection
nlp = load_pipeline("rules")
for path in sorted(Path(sys.argv[1]).glob("*.txt")):
    print(path.name, flush=True)
    try:
        cleaned = articles.clean(File(path, path.name, "0" * 64), single.read_text(path), "en")
    except SeedError:
        continue
    if not isinstance(cleaned, Rejection):
        for article in articles.freeze([cleaned], [], sentence_bounds):
            suggest(article, nlp, LabelMap(labels.default()))
"""


def _shapes(unit: str, size: int) -> list[str]:
    """Return a long line, a line in prose, and very many lines and paragraphs of one unit."""
    long = (unit * (size // len(unit) + 1))[:size]
    short = (unit * 4).strip()
    many = max(1, size // (4 * (len(short) + 1)))
    return [
        f"{_PROSE}\n{long}\n{_PROSE}\n",
        f"{_PROSE} The minister said {long} on Friday.\n",
        f"{_PROSE}\n" + f"{short}\n" * many + f"{_PROSE}\n",
        "\n\n".join([_PROSE, *([f"{short} said the man."] * (many // 8)), _PROSE]),
    ]


@pytest.mark.parametrize(
    ("size", "step"), [(2_000, 6), pytest.param(100_000, 1, marks=pytest.mark.soak)]
)
def test_no_repeated_character_keeps_the_cleaner_or_the_rules_busy(
    tmp_path: Path, size: int, step: int
) -> None:
    shapes = [shape for unit in _UNITS[::step] for shape in _shapes(unit, size)]
    for number, shape in enumerate(shapes):
        (tmp_path / f"{number:04d}.txt").write_text(shape, "utf-8", newline="")
    command = [sys.executable, "-c", _WORK, str(tmp_path)]
    # What is cubic, or square with a large factor, takes hours; the rest a few seconds a text.
    limit = 60 + len(shapes) * size / 10_000
    try:
        done = subprocess.run(command, timeout=limit, capture_output=True, text=True, check=False)
    except subprocess.TimeoutExpired as late:
        last = (late.stdout or b"").decode().split()[-1]
        shape = (tmp_path / last).read_text("utf-8")
        name = unicodedata.name(shape[len(_PROSE) + 50], "a control character")
        pytest.fail(f"{last} ({name} and so on) takes too long: {shape[200:300]!r}")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == len(shapes)
    shutil.rmtree(tmp_path)
