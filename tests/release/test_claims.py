"""A claim's row holds all of it: its parts, sources and cues, and the sentences around them."""

import pytest

from builder import labels
from builder.records import Article, Gold, Span
from builder.release.claims import claim_rows, joined
from builder.review import gold
from tests import making
from tests.making import Row


def _rows(of: Article, built: Gold) -> list[Row]:
    return [{**row} for row in claim_rows(making.marked(of, built, making.story(of)))]


_HUNG = making.article("Prices rose. “We,” said Kim of the bank, “will not wait.” Nobody spoke.",
                       headline="H", outlet="O", published="2018-09-07")  # fmt: skip
_WE = making.span(_HUNG, "“We,”", "CLAIM", quote_type="direct", check_worthy="no")
_WAIT = making.span(_HUNG, "“will not wait.”", "CLAIM", quote_type="mixed")
_KIM = making.span(_HUNG, "Kim of the bank", "SOURCE", source_type="named")
_SAID = making.span(_HUNG, "said", "CUE")


def _hung() -> Row:
    links = [
        making.link(_WE, "attributed_to", _KIM),
        making.link(_WAIT, "continues", _WE),
        making.link(_WAIT, "introduced_by", _SAID),
    ]
    built = making.machine_gold(_HUNG, _WE, _WAIT, _KIM, _SAID, relations=links)
    (row,) = _rows(_HUNG, built)
    return row


def test_an_interrupted_quote_is_one_claim_with_parts() -> None:
    row = _hung()
    assert [part["text"] for part in row["parts"]] == ["“We,”", "“will not wait.”"]
    assert row["text"] == "“We,” “will not wait.”"
    assert (row["start"], row["end"]) == (_WE.start, _WAIT.end)


def test_id_attributes_and_provenance_are_those_of_the_first_part() -> None:
    row = _hung()
    assert (row["id"], row["quote_type"], row["check_worthy"]) == (_WE.id, "direct", "no")
    assert (row["attribution"], row["by"], row["origin"]) == (None, "names", "suggested")
    assert row["parts"][1]["quote_type"] == "mixed"


def test_sources_and_cues_of_every_part_are_in_the_row_with_their_attributes() -> None:
    row = _hung()
    assert [(s["text"], s["source_type"]) for s in row["sources"]] == [("Kim of the bank", "named")]
    assert [cue["text"] for cue in row["cues"]] == ["said"]
    assert "source_type" not in row["cues"][0]


def test_every_span_is_read_in_the_context_and_in_the_article() -> None:
    row = _hung()
    assert row["context"] == "“We,” said Kim of the bank, “will not wait.”"
    for span in (*row["parts"], *row["sources"], *row["cues"]):
        start, end = span["start"], span["end"]
        assert _HUNG.text[start:end] == span["text"]
        shift = row["context_start"]
        assert row["context"][start - shift : end - shift] == span["text"]
    assert (row["headline"], row["outlet"], row["published"]) == ("H", "O", "2018-09-07")


def test_the_context_reaches_to_a_source_in_another_sentence() -> None:
    article = making.article("Kim spoke. It was late. All is lost, he said. We go.")
    claim, kim = making.span(article, "All is lost", "CLAIM"), making.span(article, "Kim", "SOURCE")
    link = making.link(claim, "attributed_to", kim)
    (row,) = _rows(article, making.machine_gold(article, claim, kim, relations=[link]))
    assert row["context"] == "Kim spoke. It was late. All is lost, he said."
    assert len(row["sentence_ids"]) == 1, "those of the claim alone"


def test_sentence_ids_are_those_of_the_sentence_rows() -> None:
    article = making.article("He said: “All is lost. We go.” Nobody ran.")
    claim = making.span(article, "“All is lost. We go.”", "CLAIM")
    tables, _ = making.rows((article, making.machine_gold(article, claim), making.story(article)))
    assert tables["claims"][0]["sentence_ids"] == [r["id"] for r in tables["sentences"][:2]]


@pytest.mark.parametrize("turned", [False, True])
def test_a_quote_in_three_parts_is_one_claim_however_its_parts_are_linked(turned: bool) -> None:
    article = making.article("“A,” he said, “b,” and then: “c.” “D,” she said.")
    a, b, c, d = (making.span(article, w, "CLAIM") for w in ("“A,”", "“b,”", "“c.”", "“D,”"))
    links = [making.link(b, "continues", a), making.link(c, "continues", a)]
    if turned:
        links = [making.link(a, "continues", b), making.link(b, "continues", c),
                 making.link(c, "continues", a)]  # fmt: skip
    built = making.machine_gold(article, d, c, b, a, relations=links)
    assert [[s.text for s in parts] for parts in joined(built)] == [
        ["“A,”", "“b,”", "“c.”"],
        ["“D,”"],
    ]


def test_a_claim_is_as_far_as_the_sentence_in_its_context_that_people_looked_at_least() -> None:
    article = making.article("Kim spoke.", "“All is lost.” Nobody ran.")
    claim = making.span(article, "“All is lost.”", "CLAIM")
    kim = making.span(article, "Kim", "SOURCE")

    def row(*links: object) -> Row:
        suggested = making.suggestion(article, claim, kim, relations=links)  # type: ignore[arg-type]
        work = making.correction(suggested, [claim], window=(12, len(article.text)))
        (found,) = _rows(article, gold.build(article, suggested, [work], labels.default()))
        return found

    assert (row()["status"], row()["annotators"]) == ("single", ["annotator-1"])
    far = row(making.link(claim, "attributed_to", kim))
    assert (far["status"], far["parts"][0]["status"]) == ("machine", "single")
    assert far["sources"][0]["status"] == "machine"


def test_claims_that_nobody_has_looked_at_never_enter_validation_or_test() -> None:
    article = making.article("He said all is lost.")
    claim = making.span(article, "all is lost", "CLAIM")
    built = making.machine_gold(article, claim)
    tables, left_out = making.rows((article, built, making.story(article, split="test")))
    assert tables["claims"] == []
    assert claim.id in {item.id for item in left_out}


def test_claims_of_two_articles_that_read_the_same_have_ids_of_their_own() -> None:
    def part(*paragraphs: str) -> making.Part:
        article = making.article(*paragraphs)
        claim: Span = making.span(article, "it rained", "CLAIM")
        return article, making.machine_gold(article, claim), making.story(article)

    tables, _ = making.rows(part("She said it rained."), part("She said it rained.", "More."))
    assert len({row["id"] for row in tables["claims"]}) == 2
