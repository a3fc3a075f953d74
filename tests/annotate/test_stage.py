"""The stage as a whole, with a spaCy pipeline that fails on one of two articles."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import pytest
import spacy
from click.testing import CliRunner
from spacy.language import Language
from spacy.tokens import Doc, Span

from builder import pipeline
from builder.cli import main
from builder.workspace.folder import Workspace, open_workspace

T = TypeVar("T")
_broken = {"RUSSIA"}


@Language.component("fails_on_a_word", assigns=["doc.ents"])
def _fail(doc: Doc) -> Doc:
    if doc[0].text in _broken:
        raise ValueError("cannot read\nthis word")
    doc.ents = [Span(doc, 0, 1, label="GPE")]
    return doc


@pytest.fixture
def failing(workspace: Workspace) -> Workspace:
    nlp = spacy.blank("en")
    nlp.add_pipe("fails_on_a_word")
    nlp.to_disk(workspace.root / "failing")
    (workspace.root / "builder.toml").write_text('[annotate]\npipeline = "failing"\n')
    made = open_workspace(workspace.root)
    pipeline.ingest(made)
    return made


def test_an_article_on_which_a_pipeline_fails_is_recorded_and_the_others_are_annotated(
    failing: Workspace,
) -> None:
    done = CliRunner().invoke(main, ["annotate", "--workspace", str(failing.root)])
    [record] = failing.rejected.load().values()
    assert (done.exit_code, record.stage) == (1, "annotate")
    assert record.reason == "the pipeline fails: ValueError: cannot read this word"
    assert f"rejected: {record.path}: {record.reason}" in done.output
    annotated = failing.suggestions.load().keys()
    assert len(annotated) == 1 and annotated | {record.path} == failing.articles.load().keys()


def test_progress_is_told_as_articles_are_done_and_not_as_they_are_taken(
    failing: Workspace,
) -> None:
    told: list[object] = []
    told_before: list[int] = []

    def note(doc: Doc) -> Doc:
        told_before.append(len(told))
        return doc

    def track(items: Sequence[T], what: str) -> Iterator[T]:
        for item in items:
            yield item
            told.append(item)

    nlp = spacy.blank("en")
    Language.component("notes_progress", assigns=["doc.ents"], func=note)
    nlp.add_pipe("notes_progress")
    nlp.to_disk(failing.root / "failing")
    pipeline.annotate(failing, track)
    assert told_before == [0, 0] and len(told) == 2


def test_an_article_on_which_a_pipeline_failed_is_tried_again(
    failing: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(pipeline.annotate(failing).rejected) == 1
    monkeypatch.setattr(f"{__name__}._broken", set())
    again = pipeline.annotate(failing)
    assert (again.new, again.articles, again.rejected) == (1, 2, [])
    assert not failing.rejected.load()
