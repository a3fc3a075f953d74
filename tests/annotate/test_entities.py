"""Entities: what the rules find in short texts, label by label. Brackets mark the gold."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from builder import labels
from builder.annotate import entities
from builder.annotate.suggest import load_pipeline

_MARK = re.compile(r"\[([^]]+)\]([A-Z_]+)")


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline("rules", author_claims=False)


def _marked(nlp: Language, text: str) -> str:
    """Return the text with its entities in brackets."""
    for entity in reversed(nlp(text).ents):
        marked = f"[{entity.text}]{entity.label_}"
        text = text[: entity.start_char] + marked + text[entity.end_char :]
    return text


VALUES = """
[Last September]DATE it rained; on [December 6]DATE and [Dec 6]DATE it snowed.
[Yesterday]DATE it closed; on [Friday, Aug. 3, 2018]DATE it had opened, as in [2017]DATE.
She was born in [the 1990s]DATE and moved [two years ago]DATE, in [early May]DATE.
It may rain in [May]DATE, they say, and they march in [March]DATE.
They work [six or more days a week]DATE and rest for [a year]DATE.
The train left at [9.30pm]TIME and came back [two hours later]TIME, [last night]TIME.
It cost [$2.3 billion]MONEY, or [£230]MONEY ([NZ$443]MONEY), not [5 million rubles]MONEY.
Up to [80 per cent]PERCENT stayed; [3.5%]PERCENT left.
The truck carried [3 tonnes]QUANTITY over [20 km]QUANTITY.
The [first]ORDINAL of [1,237]CARDINAL came with [two]CARDINAL others and [hundreds]CARDINAL more.
No one knows the one who did it; one must ask.
There were 2000 people and [12,000]CARDINAL horses.
"""
NAMES = """
[RUSSIA]GPE and [North Korea]GPE signed; the [US]GPE told us nothing.
The [Russian]NORP minister met [North Koreans]NORP and [Democrats]NORP.
The [UN]ORG, the [European Commission]ORG and [NATO]ORG agreed.
[Harbour Foods Ltd]ORG sued the [University of Auckland]ORG and the [Ministry of Defence]ORG.
He reads [The Northern Telegraph]ORG and [The Guardian]ORG.
[Brill Ost]ORG, a construction company, hired a firm called [Zelko]ORG.
Mr [Okafor]PERSON met president [Elena Marsh]PERSON and activist [Jarek Wolny]PERSON.
“No,” said [Ilmari Aaltonen]PERSON, and [Kim Jae-un]PERSON nodded.
Talks in [Wellington]GPE, [Washington, D.C.]GPE and the [Otago]GPE region failed.
[Russia]GPE's border and [Anna Schmidt]PERSON's house are far apart.
They crossed [Lake Taupo]LOC, the [Tasman Sea]LOC and the [Middle East]LOC.
They landed at [Heathrow Airport]FAC for the [World Cup]EVENT.
They hired [Korean]LANGUAGE-language translators and speak [French]LANGUAGE.
[Resolution 2375]LAW and the [Clean Air Act]LAW bind them.
They flew on a [Boeing 737]PRODUCT to see the film "[A Long Road]WORK_OF_ART".
[Ana Torres]PERSON, [34]DATE, won.
Asked about it, Contractors said nothing.
"""


@pytest.mark.parametrize("gold", [line for line in VALUES.split("\n") if line])
def test_values_are_found_whole_and_nothing_else_is_taken_for_one(nlp: Language, gold: str) -> None:
    expected = gold.replace("2000 people", "[2000]CARDINAL people")

    assert _marked(nlp, _MARK.sub(r"\1", gold)) == expected


@pytest.mark.parametrize("gold", [line for line in NAMES.split("\n") if line])
def test_names_are_found_whole_without_titles_and_genitives(nlp: Language, gold: str) -> None:
    assert _marked(nlp, _MARK.sub(r"\1", gold)) == gold


def test_a_surname_alone_is_a_person_where_the_text_gives_the_whole_name(nlp: Language) -> None:
    gold = "Ask Torvik again.\n\n[Anna Torvik]PERSON left, and [Torvik]PERSON's dog stayed."

    assert _marked(nlp, _MARK.sub(r"\1", gold)) == gold.replace("Ask Torvik", "Ask [Torvik]PERSON")


def test_a_headline_in_capitals_is_no_row_of_organisations(nlp: Language) -> None:
    assert nlp("MAN BITES DOG IN OUR TOWN").ents == ()


def test_every_rule_that_marks_an_entity_has_a_score(nlp: Language) -> None:
    texts = [_MARK.sub(r"\1", line) for line in (VALUES + NAMES).split("\n")]

    rules = {entity.id_ for doc in nlp.pipe(texts) for entity in doc.ents}

    assert len(rules) > 20
    assert rules <= set(entities.SCORES)


_WORD = st.sampled_from(
    re.split(
        " ",
        "Mr Kim said $5 million in May - of the US UN's Jong un , . \" “ ” ( ) 3 km per cent "
        "2018 \n\n Lake Bank University a the \U0001f600 e\u0301 St. D.C. & # 1,000 one first",
    )
)


@given(st.lists(_WORD).map(" ".join))
def test_entities_of_any_text_are_declared_and_have_no_space_at_an_edge(
    nlp: Language, text: str
) -> None:
    declared = labels.load().names("entity")
    for entity in nlp(text).ents:
        assert entity.label_ in declared
        assert entity.id_ in entities.SCORES
        assert entity.text == entity.text.strip()
