"""A release without text gives no word away, and its readers fill it in from their own copies."""

import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mlcroissant
import pytest
from click.testing import CliRunner, Result
from datasets import load_dataset

from builder import pipeline
from builder.cli import main
from builder.dataset import check, manifest, tables
from builder.dataset.read import load_release
from builder.dataset.rights import unpublishable
from builder.dataset.schema import CONFIGS
from builder.dataset.text_sources import SHORTEST_HASHED, ParagraphSource, TextSources
from builder.dataset.word_shapes import ShapeAligned, shape
from builder.ingest.articles import rejected
from builder.ingest.listing import File
from builder.records import Rejection
from builder.release import copies as copies_module
from builder.text import paragraph_bounds
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace
from tests.making import Row

pytestmark = pytest.mark.no_cover

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "examples" / "pages"
WIRE = {
    "guid": "w-7",
    "doc": {
        "head": "Oakham library opens its doors at night",
        "body": "OAKHAM - The town library will stay open until midnight from May, the council of "
        "Oakham said on Thursday.\n\nShort word.\n\n“Students have asked us for years, and they "
        "were right to ask,” said Clara Whitfield, who runs it with a staff of eleven people. "
        "She expects 300 readers a night.\n\nThe opposition warned that Oakham has no money for "
        "guards, and Peter Lund called the plan reckless in a letter to the Oakham Courier.",
    },
    "paper": "Rutland Daily",
}  # fmt: skip
PRINT = """\
The Harbour Times

Divers find the bell of the Aurelia off Skagen

By Nina Holt

3 May 2022

Divers have found the bell of the steamer Aurelia, which sank off Skagen in 1911, the museum of \
Frederikshavn said on Monday.

“It lay under two metres of sand, and nobody had touched it since,” said Jonas Friis, who led the \
dive. The bell weighs 90 kilograms.

The museum claims that the wreck belongs to Denmark, but the family of Captain Elias Moor says \
that he owned the Aurelia himself, according to a letter of 1909.
"""
TOML = """\
[annotate]
pipeline = "rules"
[[records]]
files = "seeds/wire.jsonl"
fields = { text = "doc.body", id = "guid", headline = "doc.head", outlet = "paper" }
given = { language = "en" }
"""
FREE = "0.1.0-no-text"


def builder(root: Path, *words: str | Path) -> Result:
    given = [str(word) for word in words]
    return CliRunner().invoke(main, [*given, "--workspace", str(root)], catch_exceptions=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace of print text, pages with a sidecar and a record, released with and without."""
    root = tmp_path_factory.mktemp("made")
    init.init(root)
    (root / "builder.toml").write_text(TOML, encoding="utf-8")
    for path in PAGES.glob("*.*"):
        shutil.copy(path, root / "seeds")
    (root / "seeds" / "print.txt").write_text(PRINT, encoding="utf-8")
    (root / "seeds" / "wire.jsonl").write_text(json.dumps(WIRE) + "\n", encoding="utf-8")
    workspace = open_workspace(root)
    pipeline.ingest(workspace)
    pipeline.release(workspace)
    pipeline.release_without_text(workspace)
    return workspace


@pytest.fixture(scope="module")
def free(made: Workspace) -> Path:
    return made.releases / FREE


def rows_of(release: Path) -> dict[str, list[Row]]:
    return {
        name: [r for path in sorted((release / name).glob("*")) for r in tables.read(path)]
        for name in CONFIGS
    }


def fill(free: Path, copies: Path, out: Path) -> dict[str, Any]:
    """Fill in a release and return what the command says; what it wrote is sound."""
    given = "--articles" if copies.is_file() else "--seeds"
    done = builder(free.parents[2], "hydrate", free, given, copies, "--out", out, "--json")
    assert done.stdout, done.output
    assert list(check.problems(out)) == []
    assert done.exit_code == bool(json.loads(done.stdout)["articles"]["missing"])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def told(out: Path) -> dict[str, dict[str, Any]]:
    lines = (out / "hydrated.jsonl").read_text("utf-8").splitlines()
    return {line["article"]: line for line in map(json.loads, lines)}


def spans(row: Row) -> Iterator[Row]:
    for name in ("entities", "claims", "parts", "sources", "cues"):
        yield from row.get(name, ())


def article_with(release: Path, words: str) -> Row:
    [found] = [row for row in rows_of(release)["articles"] if words in row["text"]]
    return found


# --- no words -------------------------------------------------------------------------------


def _everything(folder: Path) -> str:
    """Return all that a folder says, with the rows of its tables as JSON."""
    said = [json.dumps(rows_of(folder), default=str, ensure_ascii=False)]
    said += [p.read_text("utf-8") for p in folder.rglob("*.*") if p.suffix != ".parquet"]
    return "\n".join([*said, (folder / "LICENSE").read_text("utf-8")])


def _phrases(text: str, longest: int = 40) -> set[str]:
    """Return the names in a text, and all that stands in it of three words and more."""
    found = set(re.findall(r"\b[A-Z]\w{4,}", text))
    words = re.findall(r"\w+", text)
    for length in (3, longest):
        found |= {" ".join(words[n : n + length]) for n in range(len(words) - length + 1)}
    return found


def test_no_words_of_an_article_stand_anywhere_in_its_folder(made: Workspace, free: Path) -> None:
    full = rows_of(made.releases / "0.1.0")
    said = _phrases(_everything(free))
    known = _phrases((made.root / "labels.toml").read_text("utf-8"))
    for row in full["articles"]:
        assert row["text"] and row["headline"]
        known |= _phrases(row["outlet"] or "")
    captions = [caption["text"] for row in full["articles"] for caption in row["captions"]]
    texts = [f"{row['text']} {row['headline']}" for row in full["articles"]]
    words = set[str]().union(*map(_phrases, [*texts, *captions]))
    assert len(words) > 200
    assert words & said - known <= {"Nobody"}, "which the card itself says"
    assert "plums" not in _everything(free), "the name of a file may say what it is about"
    raw = b"".join(path.read_bytes() for path in free.rglob("*.parquet"))
    surfaces = {span["text"] for row in full["articles"] for span in spans(row)}
    outlets = " ".join(row["outlet"] or "" for row in full["articles"])
    for words_of in surfaces | {row["headline"] for row in full["articles"]}:
        if len(words_of) > 7 and words_of not in outlets:
            assert words_of.encode() not in raw


def test_hashes_are_of_whole_articles_files_and_long_paragraphs_alone(
    made: Workspace, free: Path
) -> None:
    texts = [row["text"] for row in rows_of(made.releases / "0.1.0")["articles"]]
    hashed = {hashlib.sha256(text.encode()).hexdigest() for text in texts}
    hashed |= {seed for source in TextSources(free) for seed in (s.sha256 for s in source.seeds)}
    long = [t[a:b] for t in texts for a, b in paragraph_bounds(t) if b - a >= SHORTEST_HASHED]
    hashed |= {hashlib.sha256(paragraph.encode()).hexdigest() for paragraph in long}
    said = (free / "sources.jsonl").read_text("utf-8")
    assert set(re.findall(r"[0-9a-f]{64}", said)) == hashed
    assert "Short word." in "".join(texts) and any(
        p.sha256 is None for source in TextSources(free) for p in source.paragraphs
    )


def test_it_says_what_it_is_and_loads_like_any_release(free: Path, tmp_path: Path) -> None:
    said = manifest.read(free)
    full = manifest.read(free.parent / "0.1.0")
    assert (said.text, said.full, said.version) == (False, full.digest, "0.1.0")
    assert list(check.problems(free)) == []
    for config in (name for name in CONFIGS if full.rows.get(name)):
        loaded = load_dataset(str(free), config, split="train", cache_dir=str(tmp_path))
        assert len(loaded) == full.rows[config]["train"]
        assert not {"text", "tokens", "headline", "context"} & set(loaded.column_names)
        assert len(load_release(free, config, "train")) == len(loaded)
    card = (free / "README.md").read_text("utf-8")
    assert "No row holds words of the articles" in card and "hydrate 0.1.0-no-text" in card
    assert "The texts are not part of it." in (free / "LICENSE").read_text("utf-8")
    assert unpublishable(free) == [] and len(unpublishable(free.parent / "0.1.0")) == 4


def test_croissant_reads_it_without_the_fields_that_are_missing(free: Path) -> None:
    described = mlcroissant.Dataset(jsonld=str(free / "croissant.json"))
    assert not described.metadata.ctx.issues.errors
    row = next(iter(described.records("claims/train")))
    assert "claims/train/context_end" in row and "claims/train/context" not in row


def test_it_is_no_version_of_its_own(made: Workspace, free: Path) -> None:
    assert manifest.latest(made.releases) == made.releases / "0.1.0"
    assert builder(made.root, "validate").exit_code == 0
    assert not json.loads(builder(made.root, "release", "--json").stdout)["new"]


def test_metadata_that_builder_toml_gives_all_records_is_no_way_for_words_to_stay(
    tmp_path: Path,
) -> None:
    folder = _of_records(tmp_path, ["Oakham"], ', section = "Night life", place = "Oakhamshire"')
    said = _everything(folder)
    assert "Night life" not in said and "Oakhamshire" not in said
    assert '"given":{"language":"en"}' in (folder / "sources.jsonl").read_text("utf-8")


# --- filled in ------------------------------------------------------------------------------


def _of_records(root: Path, towns: list[str], given: str = "") -> Path:
    """Return a release without text of articles that differ in the names of towns alone."""
    init.init(root)
    toml = TOML.replace('given = { language = "en" }', f'given = {{ language = "en"{given} }}')
    (root / "builder.toml").write_text(toml, encoding="utf-8")
    bodies = [WIRE["doc"]["body"].replace("Oakham", town) for town in towns]  # type: ignore[index]
    records = [{"guid": town, "doc": {"body": b}} for town, b in zip(towns, bodies, strict=True)]
    lines = "".join(json.dumps(record) + "\n" for record in records)
    (root / "seeds" / "wire.jsonl").write_text(lines, encoding="utf-8")
    workspace = open_workspace(root)
    pipeline.ingest(workspace)
    pipeline.release(workspace)
    pipeline.release_without_text(workspace)
    return workspace.releases / FREE


@pytest.mark.parametrize("change", ["", "nobdoy"], ids=["the very text", "an edited copy"])
def test_the_copy_of_one_article_is_never_taken_for_another_one_like_it(
    tmp_path: Path, change: str
) -> None:
    free = _of_records(tmp_path / "made", ["Oakham", "Wexley", "Tornby"])
    seeds = tmp_path / "made" / "seeds" / "wire.jsonl"
    copies = tmp_path / "mine.jsonl"
    body = json.loads(seeds.read_text("utf-8").splitlines()[0])["doc"]["body"]
    record = {"text": body.replace("eleven", change or "eleven")}
    copies.write_text(json.dumps(record) + "\n", encoding="utf-8")
    done = fill(free, copies, tmp_path / "out")
    assert done["articles"]["exact" if not change else "carried"] >= 1
    full = rows_of(free.parent / "0.1.0")
    oakham = {row["id"] for row in full["articles"] if "Oakham" in row["text"]}
    assert {row["id"] for row in rows_of(tmp_path / "out")["articles"]} == oakham
    # What another article has in a paragraph that both have may be filled in.
    words = {s["id"]: s["text"] for row in full["sentences"] for s in spans(row)}
    for row in rows_of(tmp_path / "out")["sentences"]:
        assert all(words[s["id"]] == s["text"].replace("nobdoy", "eleven") for s in spans(row))


def test_it_is_known_how_much_of_a_copy_is_something_else() -> None:
    paragraph = "The mayor of Oakham said on Monday that the old bridge over the river must go."
    others = (f"{'A ' + 'very ' * n}long way off, nobody had heard of it." for n in range(40))
    known = [ParagraphSource(start=0, end=len(paragraph), shape=shape(paragraph))]
    aligned = ShapeAligned(known, "\n\n".join([paragraph, *others]))
    assert aligned.share > 0.5 and aligned.own_share < 0.05


def test_an_edited_record_is_read_as_those_beside_it_and_a_broken_one_is_named(
    tmp_path: Path,
) -> None:
    towns = ["Oakham", "Wexley", "Tornby Haven"]
    free = _of_records(tmp_path / "made", towns)
    lines = (tmp_path / "made" / "seeds" / "wire.jsonl").read_text("utf-8").splitlines()
    copies = tmp_path / "wire.jsonl"
    copies.write_text(f"{lines[0]}\n{lines[1][:-3]}\n{lines[2].replace('eleven', 'twelve')}\n")
    done = fill(free, copies, tmp_path / "out")
    # Of the one whose record is broken, a paragraph may stand that the others have too.
    assert done["articles"]["exact"] == 1 and done["articles"]["carried"] >= 1
    texts = [row["text"] for row in rows_of(tmp_path / "out")["articles"]]
    assert sorted(town for town in towns for text in texts if town in text) == [
        "Oakham",
        "Tornby Haven",
    ]
    (fault,) = done["unread"]
    assert (fault["path"], fault["line"]) == ("wire.jsonl", 2)


def test_filled_in_from_its_own_seeds_it_is_the_full_release_row_for_row(
    made: Workspace, free: Path, tmp_path: Path
) -> None:
    done = fill(free, made.seed_folder, tmp_path / "out")
    assert done["same"] and done["articles"] == {"exact": 5, "carried": 0, "missing": 0}
    full = made.releases / "0.1.0"
    assert rows_of(tmp_path / "out") == rows_of(full)
    assert manifest.read(tmp_path / "out").digest == manifest.read(full).digest
    assert len(load_release(tmp_path / "out")["train"]) == done["rows"]["sentences"]["exact"]
    assert done["lost"] == done["unknown"] == {}


def test_it_needs_no_workspace_and_no_name_that_seeds_had(
    made: Workspace, free: Path, tmp_path: Path
) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    for number, path in enumerate(sorted(made.seed_folder.glob("*"))):
        alone = path.suffix not in (".html", ".toml")
        shutil.copy(path, copies / (f"my-{number}{path.suffix}" if alone else path.name))
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(free, elsewhere / FREE)
    out = tmp_path / "out"
    done = builder(tmp_path, "hydrate", elsewhere / FREE, "--seeds", copies, "--out", out, "--json")
    assert json.loads(done.stdout)["same"], done.stdout


def edited(made: Workspace, folder: Path, change: Callable[[str], str]) -> Path:
    folder.mkdir()
    (folder / "copy.txt").write_text(change(PRINT), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("steamer", "steamship"),
        lambda text: text.replace("“", '"').replace("”", '"'),
        lambda text: text.replace("nobody", "nobdoy"),
    ],
    ids=["another word", "straight quotes", "a typo"],
)
def test_what_an_edited_copy_still_says_is_carried_over_and_the_rest_is_listed(
    made: Workspace, free: Path, tmp_path: Path, change: Callable[[str], str]
) -> None:
    out = tmp_path / "out"
    done = fill(free, edited(made, tmp_path / "copies", change), out)
    assert done["articles"] == {"exact": 0, "carried": 1, "missing": 4}
    was = article_with(made.releases / "0.1.0", "Aurelia")
    now = article_with(out, "Aurelia")
    before = {span["id"]: span for span in spans(was)}
    line = told(out)[was["id"]]
    lost = {item["id"] for item in line["lost"] if item["config"] == "articles"}
    assert (line["how"], line["rows"]["articles"]) == ("carried", 1)
    assert {span["id"] for span in spans(now)} | lost == before.keys()
    assert len(lost) < len(before) / 2
    assert all(item["reason"] for item in line["lost"])
    straight = str.maketrans({"“": '"', "”": '"'})
    for span in spans(now):
        words = before[span["id"]]["text"]
        if "nobody" not in words:
            assert span["text"].translate(straight) == words.translate(straight)
        assert now["text"][span["start"] : span["end"]] == span["text"]
    for row in rows_of(out)["claims"]:
        there = {span["id"] for span in spans(now)}
        assert {span["id"] for span in spans(row)} <= there


def test_links_to_lost_spans_go_with_them(made: Workspace, free: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    copies = edited(made, tmp_path / "copies", lambda text: text.replace("Jonas Friis", "He"))
    fill(free, copies, out)
    now = article_with(out, "Aurelia")
    was = article_with(made.releases / "0.1.0", "Aurelia")
    ids = {span["id"] for span in spans(now)}
    linked = {i for span in now["claims"] for i in span["attributed_to"]}
    assert linked <= ids
    assert linked < {i for span in was["claims"] for i in span["attributed_to"]}


def test_articles_that_somebody_else_extracted_are_taken_from_a_file_of_records(
    made: Workspace, free: Path, tmp_path: Path
) -> None:
    body = article_with(made.releases / "0.1.0", "Wren")["text"]
    copies = tmp_path / "mine.jsonl"
    records = [
        {"text": body, "title": "Mine"},
        {"text": WIRE["doc"]["body"].replace("eleven", "twelve")},  # type: ignore[index]
        {"text": "Quite another story, about a mill that burnt down in 1870 near Hull."},
    ]
    copies.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    done = fill(free, copies, tmp_path / "out")
    assert done["articles"] == {"exact": 1, "carried": 1, "missing": 3}
    assert done["unknown"]["headline"] == 2, "a title in another's file is not the one released"
    assert not done["same"]
    assert article_with(tmp_path / "out", "Wren")["text"] == body


def test_a_text_is_cut_out_where_it_stood_even_if_it_would_be_cleaned_otherwise_today(
    made: Workspace, free: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(file: File, *_: object) -> Rejection:
        return rejected(file.name, "cleaned by another version")

    monkeypatch.setattr(copies_module, "clean", refuse)
    done = fill(free, made.seed_folder, tmp_path / "out")
    assert done["articles"] == {"exact": 5, "carried": 0, "missing": 0}
    assert not done["same"] and done["unknown"]["headline"] == 5


def test_an_article_without_a_copy_has_no_rows_and_is_named(
    made: Workspace, free: Path, tmp_path: Path
) -> None:
    copies = edited(made, tmp_path / "copies", str)
    done = fill(free, copies, tmp_path / "out")
    assert done["articles"] == {"exact": 1, "carried": 0, "missing": 4}
    gone = [line for line in told(tmp_path / "out").values() if line["how"] == "missing"]
    assert len(gone) == 4 and all(set(line["rows"].values()) == {0} for line in gone)


def test_written_again_it_stays_as_it_is_and_a_changed_one_is_refused(
    made: Workspace, free: Path, tmp_path: Path
) -> None:
    root = tmp_path / "again"
    shutil.copytree(made.root, root)
    there = root / free.relative_to(made.root)
    again = builder(root, "release", "--no-text")
    assert (again.exit_code, "it was there already" in again.output) == (0, True)
    (there / "README.md").write_text("changed")
    again = builder(root, "release", "--no-text")
    assert (again.exit_code, "is there already" in again.output) == (1, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("hydrate", "0.1.0", "--seeds", "{seeds}"), "is no release without text"),
        (("hydrate", FREE, "--seeds", "{empty}"), "no article of it is among the copies"),
        (("hydrate", FREE), "give one of --seeds and --articles"),
        (("release", "--no-text", "--version", "9.9.9"), "no release; name a folder"),
        (("release", "--no-text", "--dry-run"), "takes no --verify"),
        (("release", "--verify", FREE), "has no text, and is not built again"),
        (("diff", "0.1.0", FREE), "has no text"),
        (("export", "conll", "{empty}/out", "--release", FREE), "has no text to export"),
    ],
)
def test_what_cannot_be_done_says_why(
    made: Workspace, free: Path, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    (tmp_path / "empty").mkdir()
    given = [w.format(seeds=made.seed_folder, empty=tmp_path / "empty") for w in words]
    if given[0] == "hydrate":
        given += ["--out", str(tmp_path / "out")]
    done = builder(made.root, *given)
    assert done.exit_code != 0 and message in done.output
    assert not (tmp_path / "out").exists()


def test_a_release_without_text_that_was_changed_is_not_filled_in(
    made: Workspace, free: Path, tmp_path: Path
) -> None:
    copy = tmp_path / FREE
    shutil.copytree(free, copy)
    (copy / "sources.jsonl").write_text("{}\n")
    done = builder(made.root, "hydrate", copy, "--seeds", made.seed_folder)
    assert done.exit_code == 1 and "sources.jsonl" in done.output


# --- lengths of words -----------------------------------------------------------------------


def aligned(old: str, new: str) -> ShapeAligned:
    known = [
        ParagraphSource(start=a, end=b, shape=shape(old[a:b])) for a, b in paragraph_bounds(old)
    ]
    return ShapeAligned(known, new)


def test_an_article_does_not_stand_in_another_one() -> None:
    other = WIRE["doc"]["body"]  # type: ignore[index]
    assert aligned(PRINT, str(other)).share == 0


def test_words_beside_a_change_are_not_taken_for_others_of_the_same_length() -> None:
    head = "The council of the town wants to build a tunnel below the river, which may cost up to "
    tail = " billion of public money, and nobody in the whole town knows who is to pay for it yet."
    old, new = f"{head}$2{tail}", f"{head}$2.3{tail}"
    found = aligned(old, new)
    start = old.index("$2")
    assert found.place(start, start + len("$2 billion")) is None
    at = old.index("whole town")
    place = found.place(at, at + len("whole town"))
    assert place is not None and new[place[0] : place[1]] == "whole town"


@pytest.mark.parametrize("unit", ["a ", "ab. ", "x", "a\n\n"])
def test_hostile_texts_are_laid_side_by_side_in_time_linear_in_them(unit: str) -> None:
    def seconds(times: int) -> float:
        text = (unit * times).strip()
        begin = time.perf_counter()
        aligned(text, f"{text}b")
        return time.perf_counter() - begin

    assert min(seconds(24_000) for _ in range(2)) < 20 * max(seconds(4_000), 0.01)


# --- the seeds of this repository -----------------------------------------------------------


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The newest release of the seeds' data in the form without text."""
    root = tmp_path_factory.mktemp("own")
    shutil.copy(ROOT / "builder.toml", root)
    for name in ("seeds", "articles", "stories", "releases"):
        shutil.copytree(ROOT / "data" / name, root / "data" / name)
    shutil.copy(ROOT / "data" / "format", root / "data")
    workspace = open_workspace(root)
    return root / pipeline.release_without_text(workspace).path


def test_the_seeds_release_filled_in_from_its_seeds_is_the_full_one(
    own: Path, tmp_path: Path
) -> None:
    done = fill(own, ROOT / "seeds", tmp_path / "out")
    assert done["same"] and not done["unread"]
    full = own.with_name(own.name.removesuffix("-no-text"))
    assert rows_of(tmp_path / "out") == rows_of(full)


@pytest.mark.parametrize("seed", sorted(path.name for path in (ROOT / "seeds").iterdir()))
def test_filled_in_from_one_variant_alone_it_has_what_that_says(
    own: Path, tmp_path: Path, seed: str
) -> None:
    (tmp_path / "copies").mkdir()
    shutil.copy(ROOT / "seeds" / seed, tmp_path / "copies")
    done = fill(own, tmp_path / "copies", tmp_path / "out")
    assert done["articles"]["exact"] == 1
    full = {row["id"]: row for row in rows_of(own.with_name(own.name[:-8]))["sentences"]}
    for row in rows_of(tmp_path / "out")["sentences"]:
        words = {s["id"]: s["text"] for s in spans(full[row["id"]])}
        assert all(words[s["id"]] == s["text"] for s in spans(row))
