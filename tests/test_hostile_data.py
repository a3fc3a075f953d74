"""Records made to do harm: refused by file, line and field before anything is written."""

import json
from pathlib import Path

import pytest

from builder import labels, pipeline
from builder.errors import BuilderError
from builder.studio.project import guidelines
from builder.validate.levels import validate
from builder.workspace.folder import Workspace
from tests.conftest import Copies

_UP = "../../../pwned"


@pytest.fixture
def filled(copy_of: Copies) -> Workspace:
    return copy_of(_fill)


def _fill(workspace: Workspace) -> None:
    pipeline.ingest(workspace)
    pipeline.annotate(workspace)
    pipeline.review(workspace)


def _spoil(path: Path, field: str, value: object) -> None:
    first, *others = path.read_text("utf-8").splitlines()
    record = json.loads(first)
    assert field in record
    record[field] = value
    path.write_text("\n".join([json.dumps(record), *others, ""]), "utf-8")


@pytest.mark.parametrize(
    ("shelf", "field"),
    [
        ("seeds", "id"),
        ("seeds", "article"),
        ("articles", "id"),
        ("stories", "id"),
        ("suggestions", "article"),
        ("gold", "article"),
    ],
)
@pytest.mark.parametrize("value", [_UP, "/tmp/pwned", "a" * 16 + "\n", "", None])
def test_an_id_that_is_a_path_is_refused_and_no_file_is_written_elsewhere(
    filled: Workspace, shelf: str, field: str, value: object
) -> None:
    path = next((filled.data / shelf).glob("*.jsonl"))
    _spoil(path, field, value)
    assert any(f.line == 1 and f.field == field for f in validate(filled).findings)
    for stage in (pipeline.ingest, pipeline.review):
        try:
            stage(filled)
        except BuilderError as error:
            assert str(path) in str(error)
    assert not list(filled.root.parent.parent.rglob("pwned*"))


def test_a_rejections_stage_is_no_way_out_of_the_data(filled: Workspace) -> None:
    (filled.seed_folder / "bad.txt").write_bytes(b"\xff")
    pipeline.ingest(filled)
    path = filled.data / "rejected" / "ingest.jsonl"
    _spoil(path, "stage", _UP)
    # What ingest has rejected is worked out anew, whatever the file says.
    assert [refused.stage for refused in pipeline.ingest(filled).rejected] == ["ingest"]
    assert {refused.stage for refused in filled.rejected.records()} == {"ingest"}
    assert not list(filled.root.parent.parent.rglob("pwned*"))


def test_markup_in_labels_toml_is_shown_to_annotators_as_it_is_written(tmp_path: Path) -> None:
    declared = (labels.SCHEMAS / labels.FILE_NAME).read_text("utf-8")
    hint = labels.default().labels[0].hint
    assert f'"{hint}"' in declared
    hostile = declared.replace(f'"{hint}"', "'<script>alert(1)</script> & <img src=x>'")
    (tmp_path / labels.FILE_NAME).write_text(hostile, "utf-8")
    shown = guidelines(labels.read(tmp_path / labels.FILE_NAME))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;img src=x&gt;" in shown
    assert "<script" not in shown
