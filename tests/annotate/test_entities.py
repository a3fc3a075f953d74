"""Entities: what the rules find in short texts, label by label. Brackets mark the gold."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from builder import labels
from builder.annotate import entities
from builder.annotate.pipelines import load_pipeline
from builder.annotate.tokens import blank, tokens_of
from builder.annotate.values.finder import find_values
from builder.annotate.values.patterns import ALONE, PATTERNS

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
It paid [$2.3bn]MONEY, [£5m]MONEY, [10 million yuan]MONEY and [Rs 500 crore]MONEY.
It lost [a million dollars]MONEY.
Rates rose [4.5 per cent]PERCENT between [3% and 5%]PERCENT, a [2.5-percent]PERCENT rise.
In [mid-2018]DATE, on [Tuesday night]TIME at [9.30am]TIME, a [six-month]DATE deal failed.
The [20-year-old]DATE grew up in [the twenty-first century]DATE, in the [2016-17 season]DATE.
In [the first quarter of 2019]DATE and [the summer of 2016]DATE they rested for [decades]DATE.
At [8 o'clock]TIME, at [half past nine]TIME and by [midday]TIME they ate [a dozen]CARDINAL eggs.
He is [5ft 10in]QUANTITY and came [twenty-first]ORDINAL with [several hundred]CARDINAL others.
The [First Amendment]LAW and [three quarters]CARDINAL of them survived [9/11]EVENT.
It went on at [1842 GMT]TIME, [7:15 p.m. ET]TIME and [9-11 p.m.]TIME on [Good Friday]DATE.
It took [eight years and 10 months]DATE or [two hours and 15 minutes]TIME.
A years-long feud went on for [half a century]DATE.
He left at the age of [19]DATE; men aged [25]DATE and [31]DATE, or in their [30s]DATE, stayed.
Rates rose by [a quarter of a percentage point]PERCENT, or by [a third]CARDINAL.
It was a [third]ORDINAL title.
It runs from [5 to 8 March]DATE, [10-12 April 2023]DATE and [3 to 5 May]DATE.
By [the end of the year]DATE, or [the middle of the week]DATE, it ends.
It is [a quarter]CARDINAL of [$8 MILLION]MONEY, or [11 million Swedish kronor]MONEY.
It took [tens of millions of dollars]MONEY: [two-million-dollar]MONEY houses.
They have [500 US dollars]MONEY.
Call 1-800-555-0199, 020 7946 0000 or 555-0100.
It was [9-of-15]CARDINAL and [7-6]CARDINAL [6-4]CARDINAL.
In [fiscal 2024]DATE and the [2024/25 tax year]DATE, [third-quarter]DATE profit fell.
They met on [Nov. 5-7]DATE.
At first the first lady was the [second]ORDINAL-largest owner, a one-time clerk.
He won the [100m]QUANTITY final at [30C]QUANTITY and [100 km/h]QUANTITY, [2m]QUANTITY above it.
A [Boeing 737-800]PRODUCT, [F-16s]PRODUCT and [PlayStation 5]PRODUCT sets crossed the [M25]FAC.
[Chapter 11]LAW and [Title IX]LAW bind them.
A Category 4 storm hit Flight 752 on Day 5.
On [Friday]DATE [12]CARDINAL people left, and [12]CARDINAL stayed.
It took [three and a half hours]TIME at [1.5C]QUANTITY for a [third]ORDINAL, [six-year]DATE term.
They are [12-4-1]CARDINAL and carry [3lb 2oz]QUANTITY, then [300 metric tons]QUANTITY.
It is [6m]QUANTITY ([20ft]QUANTITY) deep, the worst in [decades]DATE.
"""
NAMES = """
[WHO]ORG chief [Ann Lee]PERSON praised the [Good Friday Agreement]LAW.
The [Nobel Prizes]WORK_OF_ART are gold.
The [U.N. General Assembly]ORG met near [Bryce Canyon]LOC.
WHO WILL WIN THE CUP?
The [Reserve Bank of Australia]ORG and Westpac paid, as did the [Bank of Bosnia and Herzegovina]ORG.
[RUSSIA]GPE and [North Korea]GPE signed; the [US]GPE told us nothing.
The [Russian]NORP minister met [North Koreans]NORP and [Democrats]NORP.
[Anglo-American]NORP talks with a pro-[Russian]NORP group and [Asian-Americans]NORP went on.
[Sunni Muslims]NORP, [Druze]NORP, [Bosnian Serbs]NORP and [New Yorkers]NORP met them.
The [Irishmen]NORP and a [Middle Eastern]NORP envoy speak [Arabic]LANGUAGE.
After [World War II]EVENT a [Western]NORP envoy left.
The [UN]ORG, the [European Commission]ORG and [NATO]ORG agreed.
[Harbour Foods Ltd]ORG sued the [University of Auckland]ORG and the [Ministry of Defence]ORG.
He reads [The Northern Telegraph]ORG and [The Guardian]ORG.
He reads [The Harbour Street Journal]ORG, the [Daily Mail]ORG and [The Times of India]ORG.
Rev. [Bill Okafor]PERSON and President [Bill Marsh]PERSON fought the [Clean Water Bill]LAW.
[Brill Ost]ORG, a construction company, hired a firm called [Zelko]ORG.
Mr [Okafor]PERSON met president [Elena Marsh]PERSON and activist [Jarek Wolny]PERSON.
“No,” said [Ilmari Aaltonen]PERSON, and [Kim Jae-un]PERSON nodded.
Talks in [Wellington]GPE, [Washington, D.C.]GPE and the [Otago]GPE region failed.
[Russia]GPE's border and [Anna Schmidt]PERSON's house are far apart.
They crossed [Lake Taupo]LOC, the [Tasman Sea]LOC and the [Middle East]LOC.
They landed at [Heathrow Airport]FAC for the [World Cup]EVENT.
They hired [Korean]LANGUAGE-language translators and speak [French]LANGUAGE.
[Resolution 2375]LAW and the [Clean Air Act]LAW bind them.
The [Clean Air Act of 1970]LAW and the [Human Rights Act 1998]LAW bind them.
They broke the [Computer Fraud and Abuse Act]LAW and the [Espionage Act]LAW.
[Ana Torres]PERSON of the [Max Planck Institute of Optics]ORG won a [Nobel Prize]WORK_OF_ART.
They saw "[Poor Old Things]WORK_OF_ART," boarded [USS Harbour]PRODUCT and said "Stop That Noise".
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


def test_peoples_are_told_from_the_names_that_begin_with_one() -> None:
    gold = (
        "[Democrats]NORP and [Republicans]NORP met near the [Syrian]NORP border, "
        "and saw the [Iraqi Security Forces]ORG."
    )
    tagged = load_pipeline("builder", author_claims=False)

    assert _marked(tagged, _MARK.sub(r"\1", gold)) == gold


@pytest.mark.parametrize(
    "gold",
    [
        "They met [Bank of England]ORG Governor [Ann Lee]PERSON.",
        "Then [House of Representatives]ORG Speaker [Ann Lee]PERSON left.",
    ],
)
def test_an_organisation_ends_before_the_title_of_somebody(nlp: Language, gold: str) -> None:
    assert _marked(nlp, _MARK.sub(r"\1", gold)) == gold


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
    declared = labels.default().names("entity")
    for entity in nlp(text).ents:
        assert entity.label_ in declared
        assert entity.id_ in entities.SCORES
        assert entity.text == entity.text.strip()


_BLANK = blank()
_BEGINNINGS = st.sampled_from(
    sorted(word.removesuffix(ALONE) for _, words, _ in PATTERNS for word in words)
)
_VALUES = st.one_of(*(st.from_regex(pattern, fullmatch=True) for *_, pattern in PATTERNS))
_REST = st.sampled_from(
    re.split(
        " ",
        "million bn % per cent dollars $3 5 2018 1990s 12:30 9.30pm - to of ago later . km hours "
        "day days year old century night a few couple third 1,200.5 3rd 4/5/2018 aged GMT 10in",
    )
)


@pytest.mark.no_cover
@given(
    st.lists(
        st.tuples(
            st.one_of(_VALUES, _BEGINNINGS, _BEGINNINGS.map(str.title), _REST),
            st.sampled_from(" -"),
        )
    )
)
def test_no_value_is_missed_where_patterns_are_tried_only_at_words_they_can_begin_with(
    parts: list[tuple[str, str]],
) -> None:
    text = " ".join(word + gap for word, gap in parts)
    everywhere = [m.span() for *_, pattern in PATTERNS for m in re.finditer(pattern, text)]
    found = find_values(tokens_of(_BLANK.make_doc(text)))

    for start, end in everywhere:
        one = text[start:end].lower() == "one"
        assert one or any(value.start < end and start < value.end for value in found)
