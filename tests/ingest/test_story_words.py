"""The words of a text are told apart as a reader would, however many texts are read at once."""

import random
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.ingest.stories.likeness import likeness
from builder.ingest.stories.words import words_of, words_of_all

_WORD = re.compile(r"\w+(?:['’]\w+)*")
# Letters of Latin, Greek and Cyrillic script, digits, apostrophes, marks and signs beyond.
_text = st.text(st.sampled_from("abAZzéÉßØøñλΛжЖ019_'’-.,\n “”€é😀𝒳\ud800"), max_size=60)


@given(_text)
def test_words_begin_and_end_where_letters_do(text: str) -> None:
    found = words_of(text)
    bounds = list(zip(found.starts.tolist(), found.ends.tolist(), strict=True))
    assert bounds == [match.span() for match in _WORD.finditer(text)]


@given(st.lists(_text, max_size=6))
def test_two_words_have_one_hash_if_they_are_the_same_whatever_their_capitals(
    texts: list[str],
) -> None:
    known: dict[str, int] = {}
    for text, found in zip(texts, words_of_all(texts), strict=True):
        for match, identity in zip(_WORD.finditer(text), found.ids.tolist(), strict=True):
            word = "".join(c.lower()[0] for c in match[0]).replace("’", "'")
            assert known.setdefault(word, identity) == identity
    assert len(set(known.values())) == len(known)


@given(st.lists(_text, max_size=6))
def test_many_texts_at_once_are_read_as_one_by_one(texts: list[str]) -> None:
    for text, found in zip(texts, words_of_all(texts), strict=True):
        alone = words_of(text)
        for name in ("ids", "named", "content", "grams", "starts", "ends"):
            assert np.array_equal(getattr(found, name), getattr(alone, name)), name


def test_names_begin_with_a_capital_and_are_no_stop_words() -> None:
    text = "The mayor of Ålesund, O'Brien, met 27 men at a small Über-café"
    found = words_of(text)
    named = [text[s:e] for s, e in zip(found.starts, found.ends, strict=True)]
    assert [w for w, is_name in zip(named, found.named, strict=True) if is_name] == [
        "Ålesund", "O'Brien", "27", "Über",
    ]  # fmt: skip


def _chinese(seed: int, sentences: int = 12) -> list[str]:
    chosen = random.Random(seed)
    signs = [chr(0x4E00 + chosen.randrange(2000)) for _ in range(400)]
    return ["".join(chosen.choices(signs, k=30)) + "。" for _ in range(sentences)]


@pytest.mark.parametrize("script", ["ideographs", "kana"])
def test_two_prints_in_a_script_without_spaces_that_differ_in_each_sentence_are_one_story(
    script: str,
) -> None:
    def written(sentences: list[str]) -> str:
        text = "".join(sentences)
        if script == "kana":
            text = "".join(c if c == "。" else chr(0x3041 + ord(c) % 85) for c in text)
        return text

    one = _chinese(1)
    other = [sentence[:11] + "他" + sentence[12:] for sentence in one]
    assert likeness(written(one), written(other)) > 0.9
    assert likeness(written(one), written(_chinese(2))) == 0


def test_ten_million_letters_without_a_space_are_one_word() -> None:
    assert len(words_of("a" * 10_000_000).ids) == 1
