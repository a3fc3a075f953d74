"""Claims: who says what, found from cues, quotation marks, commas and word order."""

import sys
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from builder import labels
from builder.annotate.claims.drafts import GROUP
from builder.annotate.claims.pipe import ClaimsPipe
from builder.annotate.pipelines import load_pipeline
from builder.annotate.sentences import set_sentences


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline("rules", author_claims=False)


def _statements(doc: Doc) -> list[tuple[str | None, str | None, str]]:
    """Return source, cue and claim of every statement."""
    group = doc.spans[GROUP]
    text = {span.id_: span.text for span in group}
    found = []
    for span in group:
        if span.label_ == "CLAIM":
            links = {r: tail for r, head, tail in group.attrs["relations"] if head == span.id_}
            source, cue = links.get("attributed_to"), links.get("introduced_by")
            found.append((text.get(source), text.get(cue), span.text))
    return found


ONE_STATEMENT = [
    ("The mayor said that the bridge was safe.", "The mayor", "said", "that the bridge was safe"),
    ("The mayor said the bridge was safe.", "The mayor", "said", "the bridge was safe"),
    ("Ann Lee has said: “It is safe.”", "Ann Lee", "has said", "“It is safe.”"),
    ('"It is safe," Ann Lee said.', "Ann Lee", "said", '"It is safe,"'),
    ('"It is safe," said Ann Lee, the mayor.', "Ann Lee, the mayor", "said", '"It is safe,"'),
    ("“Is it safe?” she asked.", "she", "asked", "“Is it safe?”"),
    ("The bridge is safe, the report said.", "the report", "said", "The bridge is safe"),
    ("The bridge was closed, documents suggest.", "documents", "suggest", "The bridge was closed"),
    ("The bridge was closed, reports Reuters.", "Reuters", "reports", "The bridge was closed"),
    ("According to the mayor, it is safe.", "the mayor", "According to", "it is safe"),
    ("It is safe, according to a study by the bank.", "a study by the bank", "according to",
     "It is safe"),
    ("She told reporters that it was safe.", "She", "told", "that it was safe"),
    ("The minister told the BBC he would resign.", "The minister", "told", "he would resign"),
    ("The firm denied that it was late.", "The firm", "denied", "that it was late"),
    ("The firm denied it was late.", "The firm", "denied", "it was late"),
    ("The firm denied paying late.", "The firm", "denied", "paying late"),
    ("The head of a bank said on Friday that it was safe.", "The head of a bank",
     "said", "that it was safe"),
    ("In a statement, the bank said it had lost $3 million.", "the bank", "said",
     "it had lost $3 million"),
    ("Officials accused the firm of hiding losses.", "Officials", "accused",
     "the firm of hiding losses"),
    ("Critics have called it “a waste of money”.", "Critics", "have called", "“a waste of money”"),
    ("But letters seen by The Guardian indicate that it closed.", "letters seen by The Guardian",
     "indicate", "that it closed"),
    ("The owner of Brill Ost, a shop known for tea, said it was open.",
     "The owner of Brill Ost, a shop known for tea", "said", "it was open"),
    ("For instance, the shop was closed, according to a list.", "a list", "according to",
     "the shop was closed"),
    ("PARIS, May 3 (AP) - The bridge was closed, the report said.", "the report", "said",
     "The bridge was closed"),
    ("10:15 GMT The bridge was closed, the report said.", "the report", "said",
     "The bridge was closed"),
    ("The bridge was closed, said Ann Lee, who lives there.", "Ann Lee, who lives there", "said",
     "The bridge was closed"),
    ("Her lawyer, Ann Lee, said it was safe.", "Her lawyer, Ann Lee", "said", "it was safe"),
    ("According to a clerk, who gave no name, it was safe.", "a clerk, who gave no name",
     "According to", "it was safe"),
    ("She said it was safe, rejecting calls for an inquiry.", "She", "said", "it was safe"),
    ("She said it was safe and urged people to stay.", "She", "said", "it was safe"),
    ("The firm said earlier that it was safe.", "The firm", "said", "that it was safe"),
    ("Ann Lee felt that it was safe.", "Ann Lee", "felt", "that it was safe"),
    ("Ann Lee told them on a conference call that it was “quite safe”.", "Ann Lee", "told",
     "that it was “quite safe”"),
    ("The study found evidence that sleep helps.", "The study", "found evidence",
     "that sleep helps"),
    ("On Friday, human rights lawyer Ann Lee said it was safe.", "human rights lawyer Ann Lee",
     "said", "it was safe"),
    ("The premier, who denied it was safe, resigned on Friday.", "who", "denied", "it was safe"),
    ("The U.N. has said it was safe, a claim the army disputes.", "The U.N.", "has said",
     "it was safe"),
    ("Peru's state media claimed it was safe.", "Peru's state media", "claimed", "it was safe"),
    ("Critics accused the mayor of theft; his wife left.", "Critics", "accused",
     "the mayor of theft"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "source", "cue", "claim"), ONE_STATEMENT)
def test_a_statement_is_found_with_its_source_and_its_cue(
    nlp: Language, text: str, source: str, cue: str, claim: str
) -> None:
    assert _statements(nlp(text)) == [(source, cue, claim)]


@pytest.mark.parametrize(
    "text",
    [
        "The report was published on Monday.",
        "The firm denied the claims.",
        "The United States sold its estimates of the state of the sea.",
        "She was told that the shop would close.",
        "He read a book called “The Long Road”.",
        "It raises doubts that he paid.",
        "He said nothing.",
        "A man accused of theft left the country.",
        "The firm denied wrongdoing and blamed the weather.",
        "It should be noted that the shop was closed.",
    ],
)
def test_what_only_looks_like_a_statement_is_none(nlp: Language, text: str) -> None:
    assert _statements(nlp(text)) == []


@pytest.mark.parametrize(
    "text", ["It has been alleged that it was safe.", "It is said that it was safe."]
)
def test_what_nobody_is_said_to_say_has_a_cue_and_no_source(nlp: Language, text: str) -> None:
    doc = nlp(text)
    [(source, cue, claim)] = _statements(doc)
    assert (source, claim) == (None, "that it was safe")
    assert cue
    assert [span.label_ for span in doc.spans[GROUP]] == ["CLAIM", "CUE"]


def test_two_statements_of_one_sentence_do_not_run_into_each_other(nlp: Language) -> None:
    doc = nlp("A spokeswoman denied the firm was late, saying it had paid in May.")

    assert _statements(doc) == [
        ("A spokeswoman", "denied", "the firm was late"),
        ("A spokeswoman", "saying", "it had paid in May"),
    ]


def test_what_a_source_says_more_in_the_same_sentence_is_a_statement_of_its_own(
    nlp: Language,
) -> None:
    assert _statements(nlp("The mayor said it was safe but warned that it would close.")) == [
        ("The mayor", "said", "it was safe"),
        ("The mayor", "warned", "that it would close"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "“We won,” Ann Lee said.\n\n“It was hard.”",
        "“We won,” Ann Lee said.\n\nIt was late. “It was hard.”",
        "“We won,” Ann Lee said. “It was hard” is a song of the club.",
    ],
)
def test_a_quotation_that_does_not_go_on_is_nobodys(nlp: Language, text: str) -> None:
    assert _statements(nlp(text)) == [("Ann Lee", "said", "“We won,”")]


def test_a_quotation_goes_on_in_the_next_paragraph_if_it_was_not_closed(nlp: Language) -> None:
    doc = nlp("Ann Lee said: “We won. It was hard.\n\n“We had to run.”")
    assert _statements(doc) == [
        ("Ann Lee", "said", "“We won. It was hard."),
        ("Ann Lee", None, "“We had to run.”"),
    ]


def test_a_quotation_after_a_statement_in_the_papers_words_is_its_speakers(nlp: Language) -> None:
    doc = nlp("Ann Lee said the bridge was closed. “We had to run.”")
    assert _statements(doc)[1] == ("Ann Lee", None, "“We had to run.”")
    assert "continues" not in {r for r, _, _ in doc.spans[GROUP].attrs["relations"]}


def test_a_quotation_that_goes_on_is_linked_to_its_beginning(nlp: Language) -> None:
    doc = nlp("“We won,” Ann Lee said. “It was hard.”\n\n“Was it?” asked Bo Chan.")
    group = doc.spans[GROUP]
    text = {span.id_: span.text for span in group}

    links = [(text[head], text[tail]) for r, head, tail in group.attrs["relations"]
             if r == "continues"]  # fmt: skip

    assert links == [("“It was hard.”", "“We won,”")]
    assert ("Ann Lee", None, "“It was hard.”") in _statements(doc)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ann Lee said: “It is safe.”", "direct"),
        ("Ann Lee said it was safe.", "indirect"),
        ("Ann Lee said it was “quite safe” in May.", "mixed"),
    ],
)
def test_a_claim_says_whose_words_it_is_in(nlp: Language, text: str, kind: str) -> None:
    doc = nlp(text)
    group = doc.spans[GROUP]
    (claim,) = (span.id_ for span in group if span.label_ == "CLAIM")

    assert group.attrs["attributes"][claim]["quote_type"] == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ann Lee said it was safe.", "named"),
        ("The police chief Ann Lee said it was safe.", "named"),
        ("The UN said it was safe.", "named"),
        ("US officials said it was safe.", "unnamed"),
        ("A friend of Ann Lee said it was safe.", "unnamed"),
        ("She said it was safe.", "pronoun"),
        ("The bridge is safe, according to BridgeSet.", "named"),
        ("The bridge is safe, according to the Council.", "unnamed"),
    ],
)
def test_a_source_says_how_well_it_is_known(nlp: Language, text: str, kind: str) -> None:
    doc = nlp(text)
    group = doc.spans[GROUP]
    (source,) = (span.id_ for span in group if span.label_ == "SOURCE")

    assert group.attrs["attributes"][source]["source_type"] == kind


@pytest.mark.parametrize(
    ("text", "worthy"),
    [
        ("The bank said it had lost $3 million in May.", "yes"),
        ("The bank hopes it will be better in May.", "no"),
        ("She said: “You need to call Ann Lee.”", "no"),
        ("She said it was lovely.", "no"),
    ],
)
def test_a_claim_is_check_worthy_if_it_is_factual_and_names_or_counts_something(
    nlp: Language, text: str, worthy: str
) -> None:
    doc = nlp(text)
    group = doc.spans[GROUP]
    (claim,) = (span.id_ for span in group if span.label_ == "CLAIM")

    assert group.attrs["attributes"][claim]["check_worthy"] == worthy


def test_claims_are_saved_with_their_document(nlp: Language) -> None:
    doc = nlp("Ann Lee said the bridge was safe.")

    read = Doc(load_pipeline("rules", author_claims=False).vocab).from_bytes(doc.to_bytes())

    assert _statements(read) == _statements(doc) != []
    assert read.spans[GROUP].attrs == doc.spans[GROUP].attrs


_WORD = st.sampled_from(
    ["said", "that", "Kim", "he", ",", ".", '"', "“", "”", ":", "told", "according", "to", "the",
     "report", "called", "as", "by", "accused", "of", "is", "saying", "\n\n", "Friday", "on", "and",
     "\U0001f600", "who", "denied", "US", "in", "a", "statement"]
)  # fmt: skip


@given(st.lists(_WORD).map(" ".join))
def test_claims_of_any_text_hold_together(nlp: Language, text: str) -> None:
    doc = nlp(text)
    group = doc.spans[GROUP]
    label = {span.id_: span.label_ for span in group}

    assert len(label) == len(group)
    for name, head, tail in group.attrs["relations"]:
        ends = {r.name: (r.head, r.tail) for r in labels.default().relations}[name]
        assert (label[head], label[tail]) == ends
    for key, attributes in group.attrs["attributes"].items():
        allowed = labels.default().attributes_of(label[key])
        assert all(value in allowed[name] for name, value in attributes.items())
    for span in group:
        assert span.text.strip() == span.text


_loaded = cache(load_pipeline)


def _steps(doc: Doc) -> int:
    """Count the calls that the search for claims makes."""
    steps = 0

    def count(*_: object) -> None:
        nonlocal steps
        steps += 1

    pipe = ClaimsPipe(author=True)
    sys.setprofile(count)
    try:
        pipe(doc)
    finally:
        sys.setprofile(None)
    return steps


@pytest.mark.parametrize("name", ["rules", "builder"])
@pytest.mark.parametrize(
    "unit",
    ["“A,” said A. ", "A said B, ", "he said that ", "said “a b c” said ", "accused ",
     "Mr Kim and Mr Lee said ", ", according to A ", "Ann said 5 and ", "it said: “A b c.” "],
)  # fmt: skip
def test_a_paragraph_twice_as_long_takes_twice_the_work(name: str, unit: str) -> None:
    nlp = _loaded(name)
    once, twice = nlp.make_doc(unit * 400), nlp.make_doc(unit * 800)
    for doc in (once, twice):
        # One sentence, which is the worst case.
        set_sentences(doc, [(0, len(doc.text))])
        with nlp.select_pipes(disable="builder_claims"):
            nlp(doc)

    # The tagger does not find quite twice as much in twice the text; a square would be four times.
    assert _steps(twice) < 2.5 * _steps(once)


def test_a_statement_of_the_newspapers_own_leaves_its_full_stop_outside_at_a_paragraphs_end() -> (
    None
):
    own = load_pipeline("rules", author_claims=True)
    doc = own(
        "Russia approved only 806 foreign workers in 2018.\n\nAt least 12 firms in Rome hired more."
    )
    assert [c for _, _, c in _statements(doc)] == [
        "Russia approved only 806 foreign workers in 2018",
        "At least 12 firms in Rome hired more",
    ]


def test_a_statement_of_the_newspapers_own_is_check_worthy_and_begins_after_the_dateline() -> None:
    own = load_pipeline("rules", author_claims=True)
    doc = own("PARIS, May 3 (AP) - Russia expects 806 workers from Rome and hopes for more.")
    group = doc.spans[GROUP]
    assert [c for _, _, c in _statements(doc)] == [
        "Russia expects 806 workers from Rome and hopes for more"
    ]
    assert group.attrs["attributes"][group[0].id_]["check_worthy"] == "yes"
