"""Suggestions: what a pipeline finds, as records that hold."""

from collections.abc import Callable, Iterable, Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc, Span

from builder import records
from builder.annotate.batches import BATCH
from builder.annotate.boundaries import sentence_bounds
from builder.annotate.pipelines import PipelineError, load_pipeline
from builder.annotate.suggest import suggest, suggest_all
from builder.text import article_id, join_paragraphs
from tests import making


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline("builder")


def _article(text: str) -> records.Article:
    text = join_paragraphs(text.split("\n\n"))
    bounds = tuple(records.Bounds(start=a, end=b) for a, b in sentence_bounds(text))
    return making.article(text).model_copy(
        update={"text": text, "id": article_id(text), "sentences": bounds}
    )


def _read(found: records.Suggestion) -> set[tuple[str, str]]:
    return {(span.label, span.text) for span in found.spans}


def test_both_layers_are_suggested_with_rule_version_and_score(nlp: Language) -> None:
    article = making.article("On Friday Ann Lee said Fiji had paid $3 million.")

    found = suggest(article, nlp, making.LABELS)

    assert _read(found) == {
        ("DATE", "Friday"),
        ("PERSON", "Ann Lee"),
        ("GPE", "Fiji"),
        ("MONEY", "$3 million"),
        ("SOURCE", "Ann Lee"),
        ("CUE", "said"),
        ("CLAIM", "Fiji had paid $3 million"),
    }
    assert found.scope == records.Scope(start=0, end=len(article.text), layers=records.LAYERS)
    assert found.producer == records.Producer(
        kind="model", name="builder", version=nlp.meta["version"]
    )
    makers = {span.text: span.by.partition("/")[2] for span in found.spans}
    assert makers["Friday"] == "rule:date"
    assert makers["Ann Lee"].startswith("model:builder-tagger-")
    assert all(span.score for span in found.spans)
    assert {relation.label for relation in found.relations} == {"attributed_to", "introduced_by"}


def test_the_same_article_gives_the_same_suggestion_in_another_pipeline(nlp: Language) -> None:
    article = making.article("Ann Lee said Fiji had paid.", "“No,” said Bo Chan.")

    assert suggest(article, nlp, making.LABELS) == suggest(
        article, load_pipeline("builder"), making.LABELS
    )


def test_the_frozen_sentences_are_used_and_not_split_anew() -> None:
    nlp = load_pipeline("rules")
    apart = making.article("Ann Lee said it was late. Fiji paid.")
    joined = apart.model_copy(update={"sentences": (records.Bounds(start=0, end=len(apart.text)),)})

    assert ("CLAIM", "it was late") in _read(suggest(apart, nlp, making.LABELS))
    assert ("CLAIM", "it was late. Fiji paid") in _read(suggest(joined, nlp, making.LABELS))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_article_gets_a_suggestion_that_reads_as_it_says(nlp: Language, text: str) -> None:
    article = _article(text)

    found = suggest(article, nlp, making.LABELS)

    making.check_spans(article, found.spans)
    assert records.Suggestion.model_validate_json(found.model_dump_json()) == found


def test_suggestions_do_not_depend_on_which_articles_are_read_together(nlp: Language) -> None:
    paragraphs = ["Ann Lee said Fiji had paid $3 million.", "“No,” said Bo Chan of Oslo.", "-"]
    several = list(permutations(paragraphs)) * 7
    articles = [_article("\n\n".join(some[: 1 + n % 3])) for n, some in enumerate(several)]
    assert len(articles) > BATCH

    assert list(suggest_all(articles, nlp, making.LABELS)) == [
        suggest(article, nlp, making.LABELS) for article in articles
    ]


class _Shuffling:
    """A pipe of somebody else's that finds the first word, and changes the stream as it is told."""

    def __init__(self, change: Callable[[list[Doc]], list[Doc]]) -> None:
        self.change = change

    def __call__(self, doc: Doc) -> Doc:
        doc.ents = [Span(doc, 0, 1, "GPE")]
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int) -> Iterator[Doc]:
        yield from self.change([self(doc) for doc in stream])


@Language.factory("shuffling", assigns=["doc.ents"])
def _make_shuffling(nlp: Language, name: str, change: str) -> _Shuffling:
    changes = {"reverse": lambda d: d[::-1], "drop": lambda d: d[1:], "double": lambda d: d + d}
    return _Shuffling(changes[change])


@pytest.mark.parametrize("change", ["reverse", "drop", "double"])
def test_a_pipe_that_mixes_documents_up_gives_no_article_what_another_says(change: str) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("shuffling", config={"change": change})
    articles = [_article(f"{place} is far away.") for place in ("Fiji", "Oslo", "Montevideo")]

    found = list(suggest_all(articles, nlp, making.LABELS))

    assert [one.spans[0].text for one in found if isinstance(one, records.Suggestion)] == [
        "Fiji",
        "Oslo",
        "Montevideo",
    ]


def test_labels_left_out_are_counted_once_although_another_article_of_the_batch_fails() -> None:
    @Language.component("unknown_label", assigns=["doc.ents"])
    def unknown_label(doc: Doc) -> Doc:
        if doc[0].text == "Bad":
            raise ValueError("bad")
        doc.ents = [Span(doc, 0, 1, "XYZ")]
        return doc

    nlp = spacy.blank("en")
    nlp.add_pipe("unknown_label")
    both = [_article("Fiji is far."), _article("Bad it is.")]
    good, bad = suggest_all(both, nlp, making.LABELS)

    assert isinstance(good, records.Suggestion) and isinstance(bad, records.Rejection)
    assert good.left_out == {"XYZ": 1}


def _ruler(nlp: Language, name: str, **config: str) -> Any:
    return nlp.add_pipe(name, config=config)


def _package(folder: Path, nlp: Language) -> str:
    nlp.to_disk(folder)
    return str(folder)


def test_a_package_with_entities_alone_suggests_no_claims(tmp_path: Path) -> None:
    made = spacy.blank("en")
    patterns = [{"label": "PER", "pattern": "Ann Lee"}, {"label": "MISC", "pattern": "Fiji"}]
    _ruler(made, "entity_ruler").add_patterns(patterns)
    nlp = load_pipeline(_package(tmp_path / "package", made))

    found = suggest(making.article("Ann Lee said Fiji had paid."), nlp, making.LABELS)

    assert _read(found) == {("PERSON", "Ann Lee")}
    assert found.scope.layers == ("entity",)
    assert found.producer.kind == "model"
    assert found.spans[0].by.startswith(found.producer.name)
    assert found.left_out == {"MISC": 1}


def test_a_package_with_claims_alone_suggests_them_without_attributes(tmp_path: Path) -> None:
    made = spacy.blank("en")
    ruler = _ruler(made, "span_ruler", spans_key="claim")
    ruler.add_patterns([{"label": "CUE", "pattern": "said"}])
    nlp = load_pipeline(_package(tmp_path / "package", made))

    found = suggest(making.article("Ann Lee said Fiji had paid. He said so."), nlp, making.LABELS)

    assert [(span.label, span.start) for span in found.spans] == [("CUE", 8), ("CUE", 31)]
    assert found.scope.layers == ("claim",)


def test_spans_lose_the_white_space_at_their_edges_and_doubles_are_dropped() -> None:
    @Language.component("sloppy", assigns=["doc.spans"])
    def sloppy(doc: Doc) -> Doc:
        doc.spans["claim"] = [
            Span(doc, 2, 4, "CLAIM"),
            Span(doc, 2, 3, "CLAIM"),
            Span(doc, 3, 4, "CLAIM"),
        ]
        return doc

    nlp = spacy.blank("en")
    nlp.add_pipe("sloppy")

    found = suggest(making.article("It rains.", "It snows."), nlp, making.LABELS)

    assert [(span.text, span.start) for span in found.spans] == [(".", 8)]


@pytest.mark.parametrize("name", ["no_such_pipeline", "/nowhere"])
def test_a_pipeline_that_is_not_installed_is_named(name: str) -> None:
    with pytest.raises(PipelineError, match=name):
        load_pipeline(name)


def test_a_pipeline_without_entities_and_claims_is_refused(tmp_path: Path) -> None:
    made = spacy.blank("en")
    made.add_pipe("sentencizer")

    with pytest.raises(PipelineError, match="sentencizer"):
        load_pipeline(_package(tmp_path / "package", made))


def test_labels_of_any_case_are_ours_and_a_silent_component_is_taken_for_entities() -> None:
    @Language.component("silent")
    def silent(doc: Doc) -> Doc:
        doc.ents = [
            Span(doc, 0, 2, "person"),
            Span(doc, 3, 4, "geo-political thing"),
            Span(doc, 6, 7, "work of art"),
        ]
        return doc

    nlp = spacy.blank("en")
    nlp.add_pipe("silent")

    found = suggest(making.article("Ann Lee said Fiji had paid."), nlp, making.LABELS)

    assert found.scope.layers == ("entity",)
    assert _read(found) == {("PERSON", "Ann Lee"), ("WORK_OF_ART", ".")}


def test_spacys_own_silent_components_are_not_taken_for_entities(tmp_path: Path) -> None:
    made = spacy.blank("en")
    made.add_pipe("attribute_ruler")

    with pytest.raises(PipelineError, match="attribute_ruler"):
        load_pipeline(_package(tmp_path / "package", made))
