"""Seeds are brought from where they lie, once, and nothing that lies in the workspace is lost."""

import json
from pathlib import Path
from typing import Any

import datasets
import pytest

from builder.errors import BuilderError
from builder.ingest import fetching, previewing
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace

TEXT = (
    "The council of Wrenford voted on Tuesday to reopen the ferry, which had been idle for a year."
)


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    """Return a workspace without seeds."""
    init.init(tmp_path / "ws")
    return open_workspace(tmp_path / "ws")


@pytest.fixture
def bucket(s3: Any) -> str:
    """Return a bucket of S3 with a few pages."""
    s3.create_bucket(Bucket="crawl")
    for name in ("day/a.txt", "day/b.txt", "day/c.html"):
        s3.put_object(Bucket="crawl", Key=name, Body=f"{TEXT} {name}".encode())
    return "crawl"


def names(workspace: Workspace) -> list[str]:
    """Return the files in the folder of seeds."""
    folder = workspace.seed_folder
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_files_folders_and_patterns_are_copied_once(empty: Workspace, tmp_path: Path) -> None:
    (tmp_path / "pages" / "sub").mkdir(parents=True)
    for name in ("a.txt", "sub/b.txt", "sub/.hidden"):
        (tmp_path / "pages" / name).write_text(f"{TEXT} {name}")
    fetching.fetch(empty, [str(tmp_path / "pages")])
    assert names(empty) == ["pages/a.txt", "pages/sub/b.txt"]
    again = fetching.fetch(empty, [str(tmp_path / "pages"), str(tmp_path / "pages" / "a.txt")])
    assert (again.new, len(again.there)) == (["seeds/a.txt"], 2)
    fetching.fetch(empty, [str(tmp_path / "pages" / "**" / "*.txt")])
    assert "sub/b.txt" in names(empty)


def test_a_file_of_another_content_is_never_overwritten(empty: Workspace, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    mine = empty.seed_folder / "a.txt"
    mine.write_text("mine")
    with pytest.raises(BuilderError, match=r"seeds/a\.txt: holds other bytes"):
        fetching.fetch(empty, [str(tmp_path / "a.txt")])
    assert (mine.read_text(), names(empty)) == ("mine", ["a.txt"])


def test_what_is_not_there_is_an_error_that_names_it(empty: Workspace) -> None:
    with pytest.raises(BuilderError, match="nothing-here"):
        fetching.fetch(empty, ["nothing-here/*.txt"])
    with pytest.raises(BuilderError, match=r"no-such-file\.txt"):
        fetching.fetch(empty, ["no-such-file.txt"])


def test_pages_come_from_a_bucket_and_no_secret_is_in_an_error(
    empty: Workspace, bucket: str
) -> None:
    done = fetching.fetch(empty, [f"s3://{bucket}/day/*.txt"])
    assert done.new == ["seeds/a.txt", "seeds/b.txt"]
    assert (empty.seed_folder / "a.txt").read_text() == f"{TEXT} day/a.txt"
    with pytest.raises(BuilderError, match="none-there") as caught:
        fetching.fetch(empty, ["s3://none-there/x.txt"])
    assert "not-to-be-printed" not in str(caught.value)


def test_a_saved_dataset_becomes_a_parquet_file_a_split(empty: Workspace, tmp_path: Path) -> None:
    rows = datasets.Dataset.from_list([{"text": f"{TEXT} {i}"} for i in range(3)])
    datasets.DatasetDict(train=rows).save_to_disk(tmp_path / "saved")
    fetching.fetch(empty, [f"datasets:{tmp_path / 'saved'}"])
    (name,) = names(empty)
    assert name.endswith("saved-train.parquet")
    shown = previewing.preview(empty, empty.seed_folder / name)
    assert (shown.reader, shown.articles) == ("parquet", 3)


def test_a_preview_guesses_fields_and_its_toml_makes_the_same_reading(empty: Workspace) -> None:
    rows = [{"Story Text": f"{TEXT} {i} " * 8, "articleTitle": "Ferry", "n": i} for i in range(3)]
    path = empty.seed_folder / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    shown = previewing.preview(empty, path)
    assert (dict(shown.fields), shown.others) == (
        {"text": "Story Text", "headline": "articleTitle"},
        ["n"],
    )
    assert shown.guessed and shown.samples[0].metadata == {"headline": ["Ferry"]}
    with (empty.root / "builder.toml").open("a") as file:
        file.write(shown.toml())
    kept = previewing.preview(open_workspace(empty.root), path)
    assert (kept.fields, kept.samples, kept.guessed) == (shown.fields, shown.samples, False)
    assert not (empty.data / "articles").exists()


def test_a_preview_of_what_is_no_seed_says_why(empty: Workspace, tmp_path: Path) -> None:
    (empty.seed_folder / "a.pdf").write_bytes(b"%PDF")
    with pytest.raises(BuilderError, match="a PDF; save the article"):
        previewing.preview(empty, empty.seed_folder / "a.pdf")
    with pytest.raises(BuilderError, match="put it there first"):
        previewing.preview(empty, tmp_path / "ws" / "builder.toml")
