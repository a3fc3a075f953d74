"""Sentences of two articles that say the same are found, and no others."""

import random
import time
from collections.abc import Sequence

import pytest

from builder.variants.alignment import align
from tests.variants import generator

Pairs = list[tuple[tuple[int, ...], tuple[int, ...]]]


def aligned(left: Sequence[str], right: Sequence[str]) -> Pairs:
    found = align(*generator.joined(left), *generator.joined(right))
    return [(pair.left, pair.right) for pair in found]


FERRY = "The ferry from Port Calder sank on Monday with eleven sailors on board."
DIVERS = "Divers searched the cold water of the bay until the early morning."
OWNER = "Its owner, a family firm, had asked for new engines three years ago."
MAYOR = "The mayor of Westmere called the accident the worst since the war."


def test_sentences_are_found_in_another_order() -> None:
    found = aligned([FERRY, DIVERS, OWNER, MAYOR], [OWNER, MAYOR, FERRY, DIVERS])
    assert found == [((0,), (2,)), ((1,), (3,)), ((2,), (0,)), ((3,), (1,))]


def test_a_sentence_that_one_article_has_alone_is_aligned_with_none() -> None:
    assert aligned([FERRY, MAYOR], [FERRY, DIVERS, OWNER, MAYOR]) == [((0,), (0,)), ((1,), (3,))]


def test_a_split_sentence_is_aligned_with_both_parts() -> None:
    whole = f"{FERRY[:-1]}, and divers searched the cold water of the bay until the early morning."
    assert aligned([whole, MAYOR], [FERRY, DIVERS, MAYOR]) == [((0,), (0, 1)), ((1,), (2,))]


def test_two_sentences_that_were_merged_are_aligned_with_the_one() -> None:
    whole = f"{FERRY[:-1]}, and divers searched the cold water of the bay until the early morning."
    assert aligned([FERRY, DIVERS, MAYOR], [whole, MAYOR]) == [((0, 1), (0,)), ((2,), (1,))]


def test_of_two_equal_sentences_the_one_beside_aligned_ones_is_chosen() -> None:
    left = [FERRY, "He said nothing.", DIVERS, MAYOR, "He said nothing.", OWNER]
    right = [MAYOR, "He said nothing.", OWNER, FERRY, "He said nothing.", DIVERS]
    assert ((1,), (4,)) in aligned(left, right)
    assert ((4,), (1,)) in aligned(left, right)


def test_short_sentences_of_the_same_form_are_not_aligned() -> None:
    assert aligned(["He will go home."], ["She will go away."]) == []


@pytest.mark.no_cover
@pytest.mark.parametrize("share", [0.05, 0.1, 0.2])
def test_reworded_articles_are_aligned_with_hardly_a_mistake(share: float) -> None:
    rng = random.Random(11)
    right = found = wanted = 0
    for _ in range(60):
        made = generator.variants(rng, share=share)
        told = {
            (a, b) for left, there in aligned(made.left, made.right) for a in left for b in there
        }
        true = {(a, b) for left, there in made.pairs for a in left for b in there}
        right, found, wanted = right + len(told & true), found + len(told), wanted + len(true)
    assert right / found >= 0.98
    assert right / wanted >= 0.95


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "sentence",
    ["a b c d e f g h.", "The dog saw the cat.", "x" * 5000 + "."],
    ids=["same words", "short", "long words"],
)
def test_very_many_equal_sentences_take_bounded_time(sentence: str) -> None:
    start = time.process_time()
    align(*generator.joined([sentence] * 1500), *generator.joined([sentence] * 1500))
    assert time.process_time() - start < 20


def test_an_article_without_sentences_is_aligned_with_nothing() -> None:
    assert aligned([], [FERRY]) == [] == aligned([FERRY], [])
