"""Lines that are spared a pattern because of how they begin or end are none that it would fit."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.ingest.cleaning import captions, furniture, wording
from builder.ingest.cleaning.page_words import PageWords
from builder.ingest.cleaning.word_odds import TokenNumbers, names, tokens

pytestmark = pytest.mark.no_cover

WHOLE = [
    furniture._AD,
    furniture._COMMENTS,
    furniture._SHARE,
    furniture._ACCOUNT_LINKS,
    furniture._RELATED_HEADING,
    furniture._RELATED_LINK,
]


@pytest.mark.parametrize("pattern", WHOLE)
@given(data=st.data())
def test_no_line_that_a_pattern_fits_is_spared_it(
    pattern: re.Pattern[str], data: st.DataObject
) -> None:
    text = wording.plain(data.draw(st.from_regex(pattern, fullmatch=True)))
    if pattern.fullmatch(text):
        assert furniture._may_be_cue(text)


@pytest.mark.parametrize("form", captions._FORMS)
@given(data=st.data())
def test_no_caption_is_spared_the_form_that_it_has(
    form: re.Pattern[str], data: st.DataObject
) -> None:
    text = " ".join(
        data.draw(
            st.from_regex(form, fullmatch=True, alphabet=st.characters(max_codepoint=255))
        ).split()
    )
    if form.fullmatch(text):
        assert form in captions._possible_forms(text)


@given(st.lists(st.text(alphabet="aB1 '’.İß-_²", max_size=20), max_size=5))
def test_words_of_a_page_are_counted_as_those_of_its_lines(texts: list[str]) -> None:
    words = PageWords.of(texts)
    assert words.sizes.tolist() == [len(line) for line in words.lines]
    assert words.counts({"ab", "1"}).tolist() == [
        sum(word in {"ab", "1"} for word in line) for line in words.lines
    ]


WORD = st.sampled_from(["the", "harbour", "board", "said", "unknown", "of"])


@given(st.lists(st.lists(WORD, max_size=6), max_size=6), st.sets(st.integers(0, 40)))
def test_pairs_of_words_have_the_numbers_of_their_names(
    lines: list[list[str]], dropped: set[int]
) -> None:
    words = PageWords.of([" ".join(line) for line in lines])
    known = list(dict.fromkeys(name for line in words.lines[:-1] for name in names(line)))
    known = [name for number, name in enumerate(known) if " " not in name or number not in dropped]
    numbers = {name: number for number, name in enumerate(known)}
    found = tokens(words, TokenNumbers.of(known))
    pairs = [f"{a} {b}" for line in words.lines for a, b in pairwise(line)]
    assert found.words.tolist() == [numbers.get(w, -1) for line in words.lines for w in line]
    assert found.pairs.tolist() == [numbers.get(pair, -1) for pair in pairs]
    assert found.pair_rows.tolist() == [
        row for row, line in enumerate(words.lines) for _ in line[1:]
    ]
