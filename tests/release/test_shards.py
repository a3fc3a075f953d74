"""A release in shards: what has not changed is copied, and every way to it gives the same bytes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import mlcroissant
import pytest
from datasets import load_dataset
from hypothesis import given, settings
from hypothesis import strategies as st

from builder import labels
from builder.dataset import check, compare, manifest
from builder.dataset.shards import shard_count, shard_of
from builder.errors import BuilderError
from builder.release import write
from builder.release.content import due
from builder.release.story_shard import StoryShard
from builder.review import gold
from tests import making
from tests.making import read_rows
from tests.release.conftest import CONFIG, parts


def _part(number: int, label: str = "GPE", split: str = "train") -> making.Part:
    """Return an article with a name and a claim that a person marked; a label is another gold."""
    article = making.article(f"Kim said Russia hired {number} men.", f"Nobody spoke {number}.")
    spans = [making.span(article, "Russia", label), making.span(article, "Kim", "SOURCE")]
    claim = making.span(article, f"Russia hired {number} men", "CLAIM")
    link = making.link(claim, "attributed_to", spans[1])
    suggested = making.suggestion(article)
    work = making.correction(suggested, [*spans, claim], relations=[link])
    made = gold.build(article, suggested, [work], labels.default())
    return article, made, making.story(article, split=split)  # type: ignore[arg-type]


def _release(releases: Path, shards: Sequence[StoryShard]) -> write.Released:
    return write.release(
        releases, shards, CONFIG, labels.default(), inputs={}, token_bounds=making.token_bounds
    )


def _bytes(release: Path) -> dict[str, bytes]:
    return {str(p.relative_to(release)): p.read_bytes() for p in release.rglob("*") if p.is_file()}


_MANY = [_part(number) for number in range(12)]


def test_the_number_of_shards_follows_from_the_number_of_articles() -> None:
    assert [shard_count(n) for n in (0, 1, 100, 101, 400, 401, 20_000)] == [1, 1, 1, 4, 4, 16, 256]
    assert all(n / shard_count(n) <= 100 for n in range(0, 100_000, 997))


def test_a_story_lies_in_the_shard_of_the_first_bits_of_its_id() -> None:
    assert [shard_of("0" * 16, n) for n in (1, 4, 256)] == [0, 0, 0]
    assert [shard_of("f" * 16, n) for n in (1, 4, 256)] == [0, 3, 255]
    assert shard_of("7" + "0" * 15, 4) == 1


def test_shards_load_as_one_table_although_some_of_them_have_no_rows(tmp_path: Path) -> None:
    few = [*_MANY[:3], parts()["agreed"]]
    done = Path(_release(tmp_path, making.story_shards(*few, of=16)).path)
    names = sorted(path.name for path in (done / "articles").iterdir())
    assert 0 < len(names) < 16
    assert all(name.endswith("-of-00016.parquet") for name in names)
    loaded = load_dataset(str(done), "articles")
    assert {row["id"] for part in loaded.values() for row in part} == {a.id for a, _, _ in few}
    assert list(check.problems(done)) == []


def test_shards_hold_the_rows_that_one_table_would_hold(tmp_path: Path) -> None:
    one = _release(tmp_path / "one", making.story_shards(*_MANY))
    four = _release(tmp_path / "four", making.story_shards(*_MANY, of=4))
    found = [
        {name: sorted(table, key=lambda row: str(row["id"])) for name, table in read.items()}
        for read in (read_rows(Path(one.path)), read_rows(Path(four.path)))
    ]
    assert found[0] == found[1]
    assert one.rows == four.rows
    assert compare.diff(Path(one.path), Path(four.path)).reasons == []


@pytest.mark.no_cover
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_croissant_reads_a_split_from_all_its_files(tmp_path: Path) -> None:
    done = Path(_release(tmp_path, making.story_shards(*_MANY, of=4)).path)
    described = mlcroissant.Dataset(jsonld=str(done / "croissant.json"))
    found = [record["articles/train/id"].decode() for record in described.records("articles/train")]
    assert sorted(found) == sorted(article.id for article, _, _ in _MANY)


# --- what has not changed ------------------------------------------------------------------


def test_an_unchanged_dataset_loads_no_shard(tmp_path: Path) -> None:
    first, loads = _release(tmp_path, making.story_shards(*_MANY, of=4)), list[int]()
    before = _bytes(tmp_path)
    again = _release(tmp_path, making.story_shards(*_MANY, of=4, loads=loads))
    assert (again.new, again.digest, again.rows) == (False, first.digest, first.rows)
    assert loads == []
    assert _bytes(tmp_path) == before


def test_only_the_shard_of_a_changed_story_is_loaded_and_the_others_are_copied(
    tmp_path: Path,
) -> None:
    _release(tmp_path, making.story_shards(*_MANY, of=4))
    loads = list[int]()
    after = [_part(0, "NORP"), *_MANY[1:]]
    done = _release(tmp_path, making.story_shards(*after, of=4, loads=loads))
    changed = shard_of(_MANY[0][2].id, 4)
    assert (loads, done.version) == ([changed], "0.1.1")
    old, new = _bytes(tmp_path / "0.1.0"), _bytes(tmp_path / "0.1.1")
    others = [n for n in old if n.endswith(".parquet") and f"-{changed:05d}-of-" not in n]
    assert others and all(old[name] == new[name] for name in others)
    assert list(check.problems(tmp_path / "0.1.1")) == []


def test_shards_of_another_form_or_label_set_are_built_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _release(tmp_path, making.story_shards(*_MANY, of=4))
    loads = list[int]()
    monkeypatch.setattr("builder.dataset.schema.VERSION", 99)
    done = _release(tmp_path, making.story_shards(*_MANY, of=4, loads=loads))
    assert (loads, done.new) == ([0, 1, 2, 3], True)


def test_a_damaged_shard_is_never_copied(tmp_path: Path) -> None:
    _release(tmp_path, making.story_shards(*_MANY, of=4))
    same = shard_of(_MANY[1][2].id, 4)
    (path,) = (tmp_path / "0.1.0" / "articles").glob(f"train-{same:05d}-*")
    path.write_bytes(path.read_bytes() + b"x")
    other = next(p for p in _MANY if shard_of(p[2].id, 4) != same)
    new = next(p for p in map(_part, range(50, 99)) if shard_of(p[2].id, 4) != same)
    after = [new, *(p for p in _MANY if p is not other)]
    with pytest.raises(BuilderError, match=rf"{path.name}: was changed after the release"):
        _release(tmp_path, making.story_shards(*after, of=4))
    assert [p.name for p in tmp_path.iterdir()] == ["0.1.0"], "something was left behind"


def test_a_release_is_due_when_gold_has_changed_and_not_when_only_inputs_have(
    tmp_path: Path,
) -> None:
    _release(tmp_path, making.story_shards(*_MANY, of=4))
    said = manifest.read(tmp_path / "0.1.0")
    other = making.story_shards(*_MANY, of=4, inputs="other ")
    assert not due(tmp_path / "0.1.0", said, making.content(other, CONFIG))
    changed = making.story_shards(*_MANY[1:], of=4)
    assert due(tmp_path / "0.1.0", said, making.content(changed, CONFIG))
    title = CONFIG.model_copy(update={"title": "Another"})
    assert due(tmp_path / "0.1.0", said, making.content(making.story_shards(*_MANY, of=4), title))


_STATE = st.dictionaries(st.integers(0, 15), st.sampled_from(["GPE", "NORP", "ORG"]), min_size=1)


@settings(max_examples=300 if os.environ.get("BUILDER_SOAK") else 6)
@given(states=st.lists(_STATE, min_size=2, max_size=4), of=st.sampled_from([1, 4]))
def test_a_release_grown_step_by_step_is_that_made_from_scratch_byte_for_byte(
    states: list[dict[int, str]], of: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    releases = tmp_path_factory.mktemp("grown")
    for state in states:
        shards = making.story_shards(*(_part(n, label) for n, label in state.items()), of=of)
        before = manifest.latest(releases)
        done = _release(releases, shards)
        if done.new:
            again = tmp_path_factory.mktemp("scratch") / done.version
            write.write(again, making.content(shards, CONFIG), before)
            assert _bytes(again) == _bytes(Path(done.path))


# --- how releases with different shards differ -----------------------------------------------


def _kinds(old: Path, new: Path) -> list[str]:
    return [reason.what for reason in compare.diff(old, new).reasons]


@pytest.mark.no_cover
@pytest.mark.parametrize(("before", "after"), [(1, 4), (4, 1), (1, 16), (16, 4), (4, 4)])
def test_a_diff_finds_the_same_whatever_the_numbers_of_shards(
    before: int, after: int, tmp_path: Path
) -> None:
    changed = [_part(0, "NORP"), *_MANY[1:-1], _part(50)]
    one = _release(tmp_path / "a", making.story_shards(*_MANY, of=before))
    other = _release(tmp_path / "b", making.story_shards(*changed, of=after))
    plain = [
        Path(_release(tmp_path / name, making.story_shards(*of)).path)
        for name, of in (("c", _MANY), ("d", changed))
    ]
    found = compare.diff(Path(one.path), Path(other.path))
    wanted = compare.diff(*plain)
    assert [r.what for r in found.reasons] == [r.what for r in wanted.reasons]
    for name, table in wanted.tables.items():
        assert sorted(found.tables[name].added) == sorted(table.added)
        assert {r.id for r in found.tables[name].removed} == {r.id for r in table.removed}
        assert found.tables[name].labels == table.labels
        assert (found.tables[name].old_rows, found.tables[name].new_rows) == (
            table.old_rows,
            table.new_rows,
        )


def test_rows_whose_story_was_joined_with_one_in_another_shard_are_changed_and_not_replaced(
    tmp_path: Path,
) -> None:
    homes = {shard_of(part[2].id, 4): part for part in _MANY}
    one, other = list(homes.values())[:2]
    before = _release(tmp_path / "a", making.story_shards(one, other, of=4))
    joined = other[2].model_copy(update={"id": one[2].id})
    after = _release(tmp_path / "b", making.story_shards(one, (other[0], other[1], joined), of=4))
    found = compare.diff(Path(before.path), Path(after.path)).tables["articles"]
    assert (found.added, found.removed, found.changed) == ([], [], [other[0].id])
    assert found.fields == {"story_id": 1}


def test_the_reasons_for_what_is_gone_are_found_in_shards_too(tmp_path: Path) -> None:
    _release(tmp_path, making.story_shards(*_MANY, of=4))
    article, made, story = _MANY[0]
    gone = making.story(article, withdrawn={article.id: "its publisher asked"})
    done = _release(tmp_path, making.story_shards((article, made, gone), *_MANY[1:], of=4))
    assert (done.version, list(done.left_out.values())) == ("1.0.0", [1])
    notes = (tmp_path / "1.0.0" / "CHANGES.md").read_text("utf-8")
    assert "its publisher asked: 1 row of articles" in notes
    assert story.id == gone.id


def test_a_copied_shard_keeps_what_it_leaves_out(tmp_path: Path) -> None:
    test = _part(70, split="test")
    first = _release(tmp_path, making.story_shards(*_MANY, test, of=4))
    same = [_part(0, "NORP"), *_MANY[1:], test]
    if shard_of(test[2].id, 4) == shard_of(_MANY[0][2].id, 4):
        same = [_MANY[0], _part(1, "NORP"), *_MANY[2:], test]
    second = _release(tmp_path, making.story_shards(*same, of=4))
    assert (first.left_out, second.new) == (second.left_out, True)
    assert sum(first.left_out.values()) == 4, "the article, its two sentences and its claim"
    shutil.rmtree(tmp_path / "0.1.0")


def test_releasing_and_comparing_import_neither_spacy_nor_datasets() -> None:
    """They take seconds to import, and what has not changed needs neither."""
    code = (
        "import sys, builder.release.write, builder.release.verify, builder.dataset.check, "
        "builder.dataset.read; sys.exit(', '.join({'spacy', 'datasets'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
