"""The rows of the two tables: every offset reads its text, every span is where it says."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import labels
from builder.dataset.rows import article_row, tag, tag_numbers, weakest
from builder.records import Article, Bounds, Span
from builder.text import check_span, sentence_id
from tests import making
from tests.making import Row

_TAGS = labels.default().bio_tags()


def _sentences(of: Article, *spans: Span, **more: Any) -> list[Row]:
    built = making.machine_gold(of, *spans, **more)
    return making.sentence_rows(of, built, making.story(of))


def _tags(row: Row) -> list[str]:
    return [_TAGS[number] for number in row["ner_tags"]]


def _by_text(spans: list[Row]) -> dict[str, Row]:
    return {span["text"]: span for span in spans}


# --- sentences ------------------------------------------------------------------------------


def test_each_sentence_is_a_row_with_its_place_and_its_kin() -> None:
    article = making.article("One is here. Two is here.", "Three.", headline="H", outlet="O",
                             published="2018-09-07")  # fmt: skip
    story = making.story(article, split="test")
    rows = making.sentence_rows(article, making.machine_gold(article), story)
    assert [r["text"] for r in rows] == ["One is here.", "Two is here.", "Three."]
    assert [r["index"] for r in rows] == [0, 1, 2]
    assert len({r["id"] for r in rows}) == 3
    assert rows[1]["id"] == sentence_id(article.id, rows[1]["start"], rows[1]["end"])
    for row in rows:
        assert article.text[row["start"] : row["end"]] == row["text"]
        assert (row["article_id"], row["story_id"]) == (article.id, story.id)
        assert (row["split"], row["headline"], row["outlet"]) == ("test", "H", "O")
        assert row["published"] == "2018-09-07"


def test_offsets_of_later_sentences_count_from_the_sentence() -> None:
    article = making.article("👩🏽\u200d🚀 flew. Then Kim left 🇭🇷 Zagreb.")
    spans = [making.span(article, "Kim", "PERSON"), making.span(article, "Zagreb", "GPE")]
    (_, row) = _sentences(article, *spans)
    for span, whole in zip(row["entities"], spans, strict=True):
        assert row["text"][span["start"] : span["end"]] == span["text"] == whole.text
        assert (span["article_start"], span["article_end"]) == (whole.start, whole.end)
        assert (span["part"], span["parts"]) == (0, 1)


def test_a_claim_that_crosses_sentences_stands_in_each_with_its_part() -> None:
    article = making.article("He said: “All is lost. We go now. It is over,” and went. Nobody ran.")
    claim = making.span(article, "“All is lost. We go now. It is over,”", "CLAIM")
    rows = _sentences(article, claim)
    found = [row["claims"] for row in rows]
    assert [len(claims) for claims in found] == [1, 1, 1, 0]
    parts = [claims[0] for claims in found[:3]]
    assert [p["text"] for p in parts] == ["“All is lost.", "We go now.", "It is over,”"]
    assert [(p["part"], p["parts"]) for p in parts] == [(0, 3), (1, 3), (2, 3)]
    assert {(p["id"], p["article_start"], p["article_end"]) for p in parts} == {
        (claim.id, claim.start, claim.end)
    }


def test_a_span_that_ends_where_a_sentence_ends_is_not_in_the_next() -> None:
    article = making.article("All is lost. Go.")
    first, second = _sentences(article, making.span(article, "All is lost.", "CLAIM"))
    assert (len(first["claims"]), len(second["claims"])) == (1, 0)


def test_a_span_is_not_in_a_sentence_that_it_only_touches() -> None:
    article = making.article("No.”She left.")
    bounds = (Bounds(start=0, end=4), Bounds(start=4, end=len(article.text)))
    touching = article.model_copy(update={"sentences": bounds})
    rows = _sentences(
        touching, making.at(touching, 0, 4, "CLAIM"), making.at(touching, 4, 7, "SOURCE")
    )
    assert [[c["text"] for c in row["claims"]] for row in rows] == [["No.”"], ["She"]]


def test_links_and_attributes_of_a_claim_are_in_its_row() -> None:
    article = making.article("She said it rained.")
    claim = making.span(article, "it rained", "CLAIM", quote_type="indirect", check_worthy="no")
    source = making.span(article, "She", "SOURCE", source_type="pronoun")
    cue = making.span(article, "said", "CUE")
    links = [making.link(claim, "attributed_to", source), making.link(claim, "introduced_by", cue)]
    (row,) = _sentences(article, claim, source, cue, relations=links)
    claims = _by_text(row["claims"])
    marked = claims["it rained"]
    assert marked["attributed_to"] == [source.id]
    assert (marked["introduced_by"], marked["continues"]) == ([cue.id], [])
    assert (marked["quote_type"], marked["check_worthy"]) == ("indirect", "no")
    assert (marked["attribution"], marked["source_type"]) == (None, None)
    assert claims["She"]["source_type"] == "pronoun"
    assert claims["She"]["attributed_to"] == []


def test_a_link_to_a_span_of_another_sentence_is_kept() -> None:
    article = making.article("She spoke. It rained.")
    claim, source = (
        making.span(article, "It rained", "CLAIM"),
        making.span(article, "She", "SOURCE"),
    )
    link = making.link(claim, "attributed_to", source)
    rows = _sentences(article, claim, source, relations=[link])
    assert rows[1]["claims"][0]["attributed_to"] == [source.id]


def test_a_sentence_has_the_status_of_its_weaker_layer() -> None:
    article = making.article("Russia has hired Kim.")
    story, built = making.story(article), making.machine_gold(article)
    status = built.status[0].model_copy(update={"entity": "agreed", "claim": "single",
                                                "annotators": ("annotator-1",)})  # fmt: skip
    built = built.model_copy(update={"status": (status,)})
    (row,) = making.sentence_rows(article, built, story)
    assert (row["status"], row["entity_status"], row["claim_status"]) == (
        "single", "agreed", "single",
    )  # fmt: skip
    assert row["annotators"] == ["annotator-1"]


def test_the_weakest_status_is_the_one_that_holds_for_all() -> None:
    assert weakest(["adjudicated", "agreed", "single"]) == "single"
    assert weakest(["agreed", "machine"]) == "machine"


# --- tags -----------------------------------------------------------------------------------


def _tagged(text: str, *spans: tuple[str, str]) -> tuple[list[str], list[str]]:
    """Return the tags of a one-sentence article, and the alignment of its spans in order."""
    article = making.article(text)
    (row,) = _sentences(article, *(making.span(article, words, label) for words, label in spans))
    found = _by_text(row["entities"])
    return _tags(row), [found[words]["alignment"] for words, _ in spans]


def test_tags_begin_and_continue_a_name() -> None:
    tags, fits = _tagged("Kim of New York left", ("Kim", "PERSON"), ("New York", "GPE"))
    assert tags == ["B-PERSON", "O", "B-GPE", "I-GPE", "O"]
    assert fits == ["exact", "exact"]


def test_neighbouring_names_begin_anew() -> None:
    assert _tagged("Kim Putin", ("Kim", "PERSON"), ("Putin", "PERSON"))[0] == ["B-PERSON"] * 2


@pytest.mark.parametrize("order", [1, -1])
def test_of_nested_names_the_longest_is_tagged_and_the_inner_flagged(order: int) -> None:
    spans = [("Bank of New York", "ORG"), ("New York", "GPE"), ("York", "PERSON")][::order]
    tags, fits = _tagged("The Bank of New York fell", *spans)
    assert tags == ["O", "B-ORG", "I-ORG", "I-ORG", "I-ORG", "O"]
    assert fits == ["exact", "nested", "nested"][::order]


def test_of_overlapping_names_of_one_length_the_first_is_tagged() -> None:
    tags, fits = _tagged("Kim Lee Roy", ("Lee Roy", "PERSON"), ("Kim Lee", "PERSON"))
    assert tags == ["B-PERSON", "I-PERSON", "O"]
    assert fits == ["nested", "exact"]


def test_a_name_that_cuts_a_token_is_tagged_over_all_of_it_and_flagged() -> None:
    tags, fits = _tagged("The Koreans left", ("Korea", "GPE"))
    assert tags == ["O", "B-GPE", "O"]
    assert fits == ["expanded"]


def test_two_names_in_one_token_leave_the_shorter_to_the_spans() -> None:
    tags, fits = _tagged("The KoreaRussia deal", ("Korea", "GPE"), ("Russia", "NORP"))
    assert tags == ["O", "B-NORP", "O"]
    assert fits == ["nested", "expanded"]


def test_a_name_over_no_token_is_flagged_and_tags_nothing() -> None:
    entity: Row = {"start": 4, "end": 5, "label": "ORG"}
    numbers = tag_numbers(labels.default())
    assert tag([(0, 3), (6, 9)], [entity], numbers) == [0, 0]  # type: ignore[list-item]
    assert entity["alignment"] == "nested"


# --- articles -------------------------------------------------------------------------------


def test_an_article_holds_its_layers_whole_and_where_its_metadata_was_found() -> None:
    article = making.article("Kim said: “It is over. We go.”", "More.", headline="Over",
                             published="2018-09-07")  # fmt: skip
    claim = making.span(article, "“It is over. We go.”", "CLAIM")
    kim = making.span(article, "Kim", "PERSON")
    made = making.machine_gold(article, claim, kim)
    row = article_row(making.marked(article, made, making.story(article)))
    for span in (*row["claims"], *row["entities"]):
        assert row["text"][span["start"] : span["end"]] == span["text"]
    assert [c["text"] for c in row["claims"]] == [claim.text]
    assert [row["text"][s["start"] : s["end"]] for s in row["sentences"]] == [
        "Kim said: “It is over.", "We go.”", "More.",
    ]  # fmt: skip
    assert {"field": "headline", "value": "Over", "seed": making.SEED, "line": 1,
            "how": "test"} in row["metadata_sources"]  # fmt: skip
    assert (row["headline"], row["status"], row["seeds"]) == ("Over", "machine", [making.SEED])


def test_the_sentences_of_both_tables_have_the_same_ids() -> None:
    article = making.article("One. Two.", "Three.")
    built, story = making.machine_gold(article), making.story(article)
    rows = making.sentence_rows(article, built, story)
    sentences = article_row(making.marked(article, built, story))["sentences"]
    assert [r["id"] for r in rows] == [s["id"] for s in sentences]


# --- any article ----------------------------------------------------------------------------

_WORDS = ["Kim", "said.", "👩🏽\u200d🚀", "🇭🇷", "e\u0301x", "שלום", "is", "over.", "“go”", "US-led"]
_LABELS = st.sampled_from(["PERSON", "GPE", "ORG", "CLAIM", "SOURCE"])


@st.composite
def _marked(draw: st.DrawFn) -> tuple[Article, list[Span]]:
    words = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=12)
    article = making.article(*(" ".join(p) for p in draw(st.lists(words, min_size=1, max_size=3))))
    size = len(article.text)
    spans = {}
    for _ in range(draw(st.integers(0, 8))):
        first = draw(st.integers(0, size - 1))
        start, end = making.trimmed(article, first, draw(st.integers(first + 1, size)))
        if start < end:
            span = making.at(article, start, end, draw(_LABELS))
            spans[span.id] = span
    return article, list(spans.values())


@given(_marked())
def test_parts_of_any_span_read_their_sentence_and_together_make_the_span(
    made: tuple[Article, list[Span]],
) -> None:
    article, spans = made
    rows = _sentences(article, *spans)
    found: dict[str, list[tuple[Row, Row]]] = {s.id: [] for s in spans}
    for row in rows:
        for part in (*row["entities"], *row["claims"]):
            check_span(row["text"], part["start"], part["end"], part["text"])
            found[part["id"]].append((row, part))
    for span in spans:
        parts = [part for _, part in found[span.id]]
        assert [p["part"] for p in parts] == list(range(len(parts)))
        assert {p["parts"] for p in parts} == {len(parts)}
        bounds = [(row["start"] + p["start"], row["start"] + p["end"]) for row, p in found[span.id]]
        assert (bounds[0][0], bounds[-1][1]) == (span.start, span.end)
        whole = "".join(span.text.split())
        assert "".join("".join(p["text"].split()) for p in parts) == whole


@given(_marked())
def test_tags_of_any_sentence_are_one_a_token_and_begin_before_they_continue(
    made: tuple[Article, list[Span]],
) -> None:
    article, spans = made
    for row in _sentences(article, *spans):
        tags = _tags(row)
        assert len(tags) == len(row["tokens"])
        before = "O"
        for name in tags:
            assert not name.startswith("I-") or before[1:] == name[1:]
            before = name
        tagged = [e for e in row["entities"] if e["alignment"] != "nested"]
        assert sum(t.startswith("B-") for t in tags) == len(tagged)
        tokens = making.token_bounds(row["text"])
        for entity in tagged:
            inside = [i for i, (s, e) in enumerate(tokens)
                      if s < entity["end"] and e > entity["start"]]  # fmt: skip
            assert [tags[i][0] for i in inside] == ["B", *"I" * (len(inside) - 1)]
            assert {tags[i][2:] for i in inside} == {entity["label"]}
            exact = (tokens[inside[0]][0], tokens[inside[-1]][1]) == (
                entity["start"],
                entity["end"],
            )
            assert entity["alignment"] == ("exact" if exact else "expanded")
