"""What differs between two releases is found row by row, and told in the right order."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from builder import labels
from builder.dataset import compare, fields, manifest, notes
from builder.dataset.compare_tables import Moved
from builder.dataset.left_out import LeftOut
from builder.errors import BuilderError
from tests import making
from tests.making import Row
from tests.release.conftest import CONFIG

Made = tuple[dict[str, list[Row]], list[LeftOut]]
Rows = dict[str, list[Row]]


@pytest.fixture
def changed(released: Path, dataset: Made, tmp_path: Path) -> Callable[..., compare.Diff]:
    """Return what differs in a release whose rows were edited, from that of the dataset."""

    def edited(edit: Callable[[Rows], object], left_out: tuple[LeftOut, ...] = ()) -> compare.Diff:
        rows: Rows = json.loads(json.dumps(dataset[0]))
        edit(rows)
        after = making.write(tmp_path / "9.0.0", rows, left_out, CONFIG)
        return compare.diff(released, after)

    return edited


def _named(found: compare.Diff) -> list[tuple[str, str]]:
    return [(reason.bump, reason.what) for reason in found.reasons]


def test_a_release_does_not_differ_from_itself(released: Path) -> None:
    found = compare.diff(released, released)
    assert (found.bump, found.reasons) == ("patch", [])
    assert list(notes.lines(found))[-1] == "Nothing differs: the same rows, fields and labels."


def test_the_order_of_rows_is_no_difference(changed: Callable[..., compare.Diff]) -> None:
    assert changed(lambda rows: [table.reverse() for table in rows.values()]).reasons == []


def test_an_added_row_is_a_minor_change(
    changed: Callable[..., compare.Diff], released: Path, dataset: Made
) -> None:
    row = next(r for r in dataset[0]["sentences"] if r["split"] == "train")
    found = changed(lambda rows: rows["sentences"].append({**row, "id": "f" * 16}))
    assert found.tables["sentences"].added == ["f" * 16]
    assert (found.bump, _named(found)) == ("minor", [("minor", "1 row of sentences added")])


def test_a_row_in_another_story_is_told_by_a_reason_of_its_own(
    changed: Callable[..., compare.Diff], dataset: Made
) -> None:
    row = dataset[0]["sentences"][0]

    def edit(rows: Rows) -> None:
        rows["sentences"][0]["story_id"] = "e" * 16

    found = changed(edit)
    assert ("patch", "1 row of sentences in another story") in _named(found)
    (told,) = [r for r in found.reasons if "another story" in r.what]
    assert told.names == [row["id"]]


def test_a_removed_row_is_a_major_change_with_its_articles_reason(
    changed: Callable[..., compare.Diff], dataset: Made
) -> None:
    row = next(r for r in dataset[0]["sentences"] if r["split"] == "test")
    gone = [r["id"] for r in dataset[0]["sentences"] if r["article_id"] == row["article_id"]]

    def edit(rows: Rows) -> None:
        rows["sentences"] = [r for r in rows["sentences"] if r["id"] not in gone]

    found = changed(edit, (LeftOut(row["article_id"], "its publisher asked"),))
    assert found.tables["sentences"].splits_removed == ["test"]
    assert ("major", "1 split of sentences removed") in _named(found)
    assert [r.id for r in found.tables["sentences"].removed] == gone
    assert {r.reason for r in found.tables["sentences"].removed} == {"its publisher asked"}
    assert found.bump == "major"
    report = notes.text(found)
    assert f"- its publisher asked: {len(gone)} rows of sentences" in report
    assert row["text"] not in report, "notes repeat a text that was withdrawn"


def test_a_moved_row_and_a_changed_text_are_major_changes(
    changed: Callable[..., compare.Diff], dataset: Made
) -> None:
    row = dataset[0]["articles"][0]["id"]

    def edit(rows: Rows) -> None:
        rows["articles"][0].update(split="validation", text="Something else.")

    found = changed(edit)
    was = dataset[0]["articles"][0]["split"]
    assert found.tables["articles"].moved == [Moved(row, was, "validation")]
    assert found.tables["articles"].changed_text == [row]
    assert [b for b, _ in _named(found)] == ["major", "major", "minor", "patch"]


def _spans(rows: Rows) -> list[Row]:
    found: list[Row] = next(r["entities"] for r in rows["articles"] if len(r["entities"]) > 2)
    return found


def _relabel(rows: Rows) -> None:
    _spans(rows)[0]["label"] = "FAC"


def _move(rows: Rows) -> None:
    _spans(rows)[0]["end"] += 1


def _remove(rows: Rows) -> None:
    _spans(rows).pop(0)


def _add(rows: Rows) -> None:
    _spans(rows).append({**_spans(rows)[0], "id": "f" * 16})


def _say_otherwise(rows: Rows) -> None:
    claims = next(c for r in rows["articles"] if (c := r["claims"]))
    next(c for c in claims if c["label"] == "CLAIM")["quote_type"] = "mixed"


@pytest.mark.parametrize(
    ("edit", "field", "label", "action"),
    [
        (_relabel, "entities", "ORG", "relabelled"),
        (_move, "entities", "ORG", "moved"),
        (_remove, "entities", "ORG", "removed"),
        (_add, "entities", "ORG", "added"),
        (_say_otherwise, "claims", "CLAIM", "attributes"),
    ],
)
def test_a_changed_span_is_a_patch_told_by_label(
    changed: Callable[..., compare.Diff],
    edit: Callable[[Rows], None],
    field: str,
    label: str,
    action: str,
) -> None:
    found = changed(edit)
    table = found.tables["articles"]
    assert table.labels == {label: {action: 1}}
    assert (table.spans[0].field, table.spans[0].action) == (field, action)
    assert (found.bump, table.fields, table.provenance) == ("patch", {field: 1}, {})
    assert any(line.startswith(f"- {action}: {label} “") for line in notes.lines(found))


def test_what_an_attribute_was_and_is_stands_in_the_notes(
    changed: Callable[..., compare.Diff],
) -> None:
    assert "quote_type: direct -> mixed" in notes.text(changed(_say_otherwise))


def test_spans_that_only_come_from_elsewhere_are_no_changed_labels(
    changed: Callable[..., compare.Diff],
) -> None:
    found = changed(lambda rows: _spans(rows)[0].update(by="builder@9", score=0.25))
    table = found.tables["articles"]
    assert (table.fields, table.provenance, table.spans) == ({"entities": 1}, {"entities": 1}, [])
    assert found.bump == "patch"


def test_a_field_that_is_new_is_minor_and_hides_no_other_change(
    dataset: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: Rows = json.loads(json.dumps(dataset[0]))
    for span in (span for row in rows["articles"] for span in row["entities"]):
        del span["score"]
    with monkeypatch.context() as patched:
        making.without(patched, "articles", "entities", "score")
        before = making.write(tmp_path / "0.1.0", rows, [], CONFIG)
    rows = json.loads(json.dumps(dataset[0]))
    same = making.write(tmp_path / "0.2.0", rows, [], CONFIG)
    _relabel(rows)
    after = making.write(tmp_path / "0.3.0", rows, [], CONFIG)
    found = compare.diff(before, same)
    assert (found.bump, found.schema.added) == ("minor", ["articles.entities[].score"])
    assert found.tables["articles"].changed == [], "a field that is new is no change of old rows"
    assert compare.diff(before, after).tables["articles"].labels == {"ORG": {"relabelled": 1}}
    back = compare.diff(same, before)
    assert (back.bump, back.schema.removed) == ("major", ["articles.entities[].score"])


def test_a_field_of_another_type_is_major(
    released: Path, dataset: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = {**dataset[0], "sentences": [{**r, "index": "x"} for r in dataset[0]["sentences"]]}
    text = replace(fields.FIELDS["index"], kind="string")
    monkeypatch.setitem(fields.FIELDS, "index", text)
    found = compare.diff(released, making.write(tmp_path / "0.2.0", rows, [], CONFIG))
    assert (found.bump, found.schema.retyped) == ("major", ["sentences.index"])


def _retired(old: tuple[labels.Label, ...]) -> tuple[labels.Label, ...]:
    return tuple(replace(x, retired=x.name == "FAC") for x in old)


def _retired_in_use(old: tuple[labels.Label, ...]) -> tuple[labels.Label, ...]:
    return tuple(replace(x, retired=x.name == "ORG") for x in old)


def _appended(old: tuple[labels.Label, ...]) -> tuple[labels.Label, ...]:
    return (*old, replace(old[0], name="VESSEL"))


def _turned(old: tuple[labels.Label, ...]) -> tuple[labels.Label, ...]:
    return (old[1], old[0], *old[2:])


@pytest.mark.parametrize(
    ("change", "bump", "what"),
    [
        (_retired, "minor", "1 label retired that no span has"),
        (_retired_in_use, "major", "1 label retired that spans have"),
        (_appended, "minor", "1 label added"),
        (_turned, "major", "1 label list in another order"),
    ],
)
def test_labels_make_the_version_grow(
    released: Path,
    dataset: Made,
    tmp_path: Path,
    change: Callable[[Any], Any],
    bump: str,
    what: str,
) -> None:
    declared = labels.default()
    other = replace(declared, labels=change(declared.labels))
    after = making.write(tmp_path / "9.0.0", *dataset, CONFIG, declared=other)
    found = compare.diff(released, after)
    assert (found.bump, _named(found)) == (bump, [(bump, what)])


def test_a_value_of_an_attribute_that_is_no_longer_declared_is_retired(
    released: Path, dataset: Made, tmp_path: Path
) -> None:
    declared = labels.default()
    quote = next(a for a in declared.attributes if a.name == "quote_type")
    fewer = labels.Attribute(quote.name, quote.label, quote.hint, quote.values[:-1])
    others = tuple(fewer if a is quote else a for a in declared.attributes)
    other = replace(declared, attributes=others)
    after = making.write(tmp_path / "9.0.0", *dataset, CONFIG, declared=other)
    found = compare.diff(released, after)
    gone = f"CLAIM.quote_type={quote.values[-1].name}"
    assert (found.schema.retired, found.schema.retired_in_use) == ([gone], [])
    assert found.bump == "minor", "no span has it"


def test_another_description_of_the_dataset_is_a_patch(
    released: Path, dataset: Made, tmp_path: Path
) -> None:
    other = CONFIG.model_copy(update={"title": "Another title"})
    found = compare.diff(released, making.write(tmp_path / "9.0.0", *dataset, other))
    assert (found.bump, found.about) == ("patch", ["title"])


def test_a_release_from_before_manifests_listed_labels_can_be_compared(
    released: Path, dataset: Made, tmp_path: Path
) -> None:
    older = making.write(tmp_path / "0.1.0", *dataset, CONFIG)
    said = making.said(older) | {"labels": "1.0"}
    (older / manifest.FILE_NAME).write_text(json.dumps(said))
    assert compare.diff(older, released).reasons == []


def test_rows_with_one_id_cannot_be_compared(dataset: Made, released: Path, tmp_path: Path) -> None:
    rows = {**dataset[0], "articles": [dataset[0]["articles"][0]] * 2}
    twice = making.write(tmp_path / "0.1.0", rows, [], CONFIG)
    with pytest.raises(BuilderError, match=r"articles: the id .* stands twice"):
        compare.diff(released, twice)


def test_a_damaged_release_is_an_error_that_names_it(released: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "sentences" / "train-00000-of-00001.parquet"
    damaged.parent.mkdir()
    damaged.write_bytes(b"PAR1 no table")
    (tmp_path / manifest.FILE_NAME).write_bytes((released / manifest.FILE_NAME).read_bytes())
    with pytest.raises(BuilderError, match="cannot be read as Parquet"):
        compare.diff(released, tmp_path)
    with pytest.raises(BuilderError, match="no release; name a folder that holds one"):
        manifest.find("7.7.7", tmp_path)


def test_the_diff_is_json_with_the_documented_keys(
    changed: Callable[..., compare.Diff],
) -> None:
    found = json.loads(json.dumps(asdict(changed(_relabel))))
    assert list(found) == ["old", "new", "bump", "reasons", "schema", "about", "left", "rounds",
                           "tables"]  # fmt: skip
    assert found["tables"]["articles"]["spans"][0]["new"]["label"] == "FAC"
    documented = (Path(__file__).parents[2] / "docs" / "releases.md").read_text("utf-8")
    keys = {*found, *found["tables"]["articles"], *found["schema"], *found["reasons"][0]}
    keys |= set(found["tables"]["articles"]["spans"][0])
    assert [key for key in sorted(keys) if f'"{key}"' not in documented] == []


def test_a_table_that_is_new_is_one_name_and_not_all_its_fields(
    released: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    shutil.copytree(released, old)
    shutil.rmtree(old / "claims")
    said = making.said(old)
    del said["configs"]["claims"]
    (old / manifest.FILE_NAME).write_text(json.dumps(said))
    assert compare.diff(old, released).schema.added == ["claims"]
    assert compare.diff(released, old).schema.removed == ["claims"]
