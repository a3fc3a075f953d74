"""Files made to take long take no longer than others of their length."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from builder.importing import alignment
from builder.workspace.folder import Workspace
from tests.importing.conftest import TEXTS, corrections, lines, marked, reasons, work

NORWAY = TEXTS[0].strip()
# Seconds of the processor; each is done in a small part of it.
_LONG = 20


@pytest.fixture
def in_time() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < _LONG


@pytest.mark.usefixtures("in_time")
def test_many_texts_that_read_the_same(held: Workspace, tmp_path: Path) -> None:
    sentence = NORWAY.split("\n\n")[1]
    file = lines(tmp_path / "x.jsonl", *[marked(sentence, ("Oslo", "GPE"))] * 3000)
    done = corrections(held, file)
    assert (done.new, done.rejected) == (1, [])


@pytest.mark.usefixtures("in_time")
def test_many_texts_that_share_their_words_with_every_article(
    held: Workspace, tmp_path: Path
) -> None:
    shared = TEXTS[1].split("\n\n")[0]
    file = lines(tmp_path / "x.jsonl", *[marked(f"{shared} {n} of them.") for n in range(1500)])
    assert len(corrections(held, file).rejected) == 1500


@pytest.mark.usefixtures("in_time")
def test_many_marks_whose_words_are_wrong_in_a_long_text(held: Workspace, tmp_path: Path) -> None:
    text = NORWAY + " 🇺🇸 more" * 30_000
    record = marked(text, ("Oslo", "GPE"))
    wrong = {"start": 1, "end": len(text), "label": "ORG", "text": "nothing of it"}
    record["spans"] += [{**wrong, "start": n} for n in range(15_000)]
    done = corrections(held, lines(tmp_path / "x.jsonl", record))
    assert len(done.rejected) == 15_000
    assert [s.text for c in work(held) for s in c.spans] == ["Oslo"]


@pytest.mark.usefixtures("in_time")
def test_many_marks_of_the_same_words(held: Workspace, tmp_path: Path) -> None:
    record = marked(NORWAY, *[("Oslo", "GPE")] * 15_000)
    done = corrections(held, lines(tmp_path / "x.jsonl", record))
    assert (done.spans, done.rejected) == ({"GPE": 1}, [])


def test_a_text_longer_than_any_article_is_taken_only_as_a_whole(
    held: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alignment, "LONGEST", 300)
    file = lines(tmp_path / "x.jsonl", marked(NORWAY + " and more" * 50, ("Oslo", "GPE")))
    assert "no article holds this text" in reasons(corrections(held, file))[0]
    assert corrections(held, lines(tmp_path / "y.jsonl", marked(NORWAY, ("Oslo", "GPE")))).new == 1
