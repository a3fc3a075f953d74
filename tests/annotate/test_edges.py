"""Where a tagged name begins and ends: brackets mark what the tagger found."""

import pytest

from builder.annotate import tokens
from builder.annotate.boundaries import sentence_bounds
from builder.annotate.names import edges
from builder.annotate.sentences import set_sentences

NLP = tokens.blank()


def _bounded(marked: str, label: str) -> str:
    text = marked.replace("[", "").replace("]", "")
    doc = NLP.make_doc(text)
    set_sentences(doc, sentence_bounds(text))
    span = doc.char_span(marked.index("["), marked.index("]") - 1)
    assert span is not None
    start, end = edges.name_bounds(doc, tokens.tokens_of(doc), label, span.start, span.end)
    return str(doc[start:end].text)


@pytest.mark.parametrize(
    ("label", "marked", "name"),
    [
        ("PERSON", "They met [Dr. Anna Kovač] there.", "Anna Kovač"),
        ("PERSON", "They met the [sheik Omar Said] there.", "Omar Said"),
        ("PERSON", "They met [MP Ann Lee] there.", "Ann Lee"),
        ("PERSON", "They met [Grand Ayatollah Ali Said].", "Ali Said"),
        ("PERSON", "They met [Tan Mei]-fen in Seoul.", "Tan Mei-fen"),
        ("PERSON", "They met [Tan Mei-]fen in Seoul.", "Tan Mei-fen"),
        ("PERSON", "A [Tan Mei]-led group came.", "Tan Mei"),
        ("PERSON", "A [Mei]-run group came.", "Mei"),
        ("PERSON", "They met [Ann Lee of DAB] again.", "Ann Lee"),
        ("PERSON", "They met the [Duke of Sussex] again.", "Duke of Sussex"),
        ("PERSON", "The [Duke and Duchess of Sussex] left.", "Duke and Duchess of Sussex"),
        ("PERSON", "They met [Louis XV of France] again.", "Louis XV"),
        ("PERSON", "They met [Omar of Kufa] again.", "Omar of Kufa"),
        ("PERSON", "They met [Ludwig van Beek] again.", "Ludwig van Beek"),
        ("ORG", "Members of the [House of] Representatives left.", "House of Representatives"),
        ("ORG", "They left the [House of] and wept.", "House"),
        ("ORG", "The [Thai navy] and others came.", "Thai navy"),
        ("ORG", "The [Zelko mine] was closed.", "Zelko"),
        ("ORG", "They saw [al-Wafa] and others.", "al-Wafa"),
        ("ORG", "They said The [Onion] was first.", "The Onion"),
        ("ORG", "It fell. The [Onion] was first.", "Onion"),
        ("ORG", "The [Likud party] and others came.", "Likud"),
        ("ORG", "The [Scottish National party] came.", "Scottish National party"),
        ("GPE", "The [Newark field office] was closed.", "Newark"),
        ("GPE", "Then [U.S. District] Judge Ann Lee came.", "U.S."),
        ("GPE", "They crossed [northern Utah] by car.", "Utah"),
        ("GPE", "They left the [Zagreb stadium] by car.", "Zagreb"),
        ("GPE", "They crossed the [Amur region] by car.", "Amur region"),
        ("LOC", "They crossed the [Kerch peninsula] by car.", "Kerch peninsula"),
        ("GPE", "They live in [los angeles] now.", "los angeles"),
    ],
)
def test_a_name_has_the_bounds_that_the_guidelines_want(label: str, marked: str, name: str) -> None:
    assert _bounded(marked, label) == name


@pytest.mark.parametrize("label", ["PERSON", "ORG", "GPE"])
@pytest.mark.parametrize("marked", ["[of]", "[The]", "[-]", "[Dr.]", "x [-]", "[A-]", "[the of]"])
def test_a_name_keeps_a_word_at_least(label: str, marked: str) -> None:
    assert _bounded(marked, label)
