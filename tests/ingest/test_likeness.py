"""Two texts are variants if they tell the same, whatever else they share or do not share."""

import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.ingest.stories.likeness import compare, likeness, longest_passage
from builder.ingest.stories.words import words_of
from builder.training.story_pairs import grouped
from tests.ingest import made_news
from tests.ingest.story_texts import FURNITURE, NOTICES, SIGN_OFFS, TAILS, edit, formulas, mixed


def articles(count: int, seed: int = 1, paragraphs: int = 0) -> list[str]:
    rng = random.Random(seed)
    return [made_news.article(rng, paragraphs=paragraphs) for _ in range(count)]


def briefs(count: int, seed: int = 1) -> list[str]:
    rng = random.Random(seed)
    return [made_news.sentence(rng, made_news.Subject.drawn(rng)) for _ in range(count)]


def edited(text: str, share: float) -> str:
    return edit(text, share, rng=random.Random(5), words=articles(1, 9)[0].lower().split())


def stories(texts: Sequence[str]) -> int:
    return len(set(grouped(texts)))


# --- the same story ----------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.05, 0.1, 0.2])
def test_an_edited_article_is_the_same_story(share: float) -> None:
    for text in articles(5):
        assert stories([text, edited(text, share)]) == 1


def cut_lead(text: str) -> str:
    return "\n\n".join(text.split("\n\n")[1:])


def first_half(text: str) -> str:
    return text[: len(text) // 2]


def second_half(text: str) -> str:
    return text[len(text) // 2 :]


def dumped(text: str) -> str:
    return f"{FURNITURE[0]}\n\n{text}\n\n{NOTICES[0]}\n\n{TAILS[0]}"


@pytest.mark.parametrize("changed", [cut_lead, first_half, second_half, dumped, str.upper])
def test_a_part_of_an_article_and_the_text_of_its_page_are_the_same_story(
    changed: Callable[[str], str],
) -> None:
    for text in articles(5, paragraphs=8):
        assert stories([text, changed(text)]) == 1


@pytest.mark.no_cover
def test_what_sixty_outlets_print_of_an_agency_is_one_story() -> None:
    (text,) = articles(1, paragraphs=6)
    ends = briefs(60)
    assert stories([f"{edited(text, 0.05)}\n\n{end}\n\n{NOTICES[0]}" for end in ends]) == 1


# --- other stories -----------------------------------------------------------------------------


@pytest.mark.parametrize("end", [*NOTICES, *SIGN_OFFS])
def test_briefs_with_the_same_notice_or_sign_off_are_stories_of_their_own(end: str) -> None:
    assert stories([f"{brief}\n\n{end}" for brief in briefs(2)]) == 2
    assert stories([f"{brief}\n\n{end}" for brief in briefs(30)]) == 30


@pytest.mark.parametrize("notice", NOTICES)
def test_articles_with_the_same_notice_are_stories_of_their_own(notice: str) -> None:
    assert stories([f"{text}\n\n{notice}" for text in articles(30)]) == 30
    assert stories([f"{notice}\n\n{text}" for text in articles(30)]) == 30


@pytest.mark.parametrize("kind", ["bond", "match", "weather", "fixtures"])
def test_a_formula_with_other_names_and_figures_is_another_story(kind: str) -> None:
    texts = [made.text for made in formulas(random.Random(2), 20) if made.kind == kind]
    assert stories(texts) == 20


def test_follow_ups_that_repeat_the_background_are_stories_of_their_own() -> None:
    (background,) = articles(1, 7, paragraphs=1)
    news = articles(8, paragraphs=5)
    assert stories([f"{text}\n\n{background}" for text in news]) == 8


def test_a_digest_of_sixteen_joins_nothing() -> None:
    news = articles(16)
    digest = "\n\n".join(text.split("\n\n")[0] for text in news)
    assert stories([*news, digest]) == 17


@pytest.mark.parametrize("seed", range(5))
def test_a_short_digest_of_long_articles_is_not_the_story_of_the_short_one_among_them(
    seed: int,
) -> None:
    news = articles(3, seed, paragraphs=12)
    lead, rest = (article.split("\n\n")[0] for article in articles(2, seed + 50))
    short = f"{lead}\n\n{rest}"
    digest = "\n\n".join([*(text.split("\n\n")[0] for text in news), lead])
    assert stories([*news, short, digest]) == 5


# --- what two texts share ----------------------------------------------------------------------


def test_texts_that_share_nothing_are_not_alike() -> None:
    one, other = briefs(2)
    assert compare(words_of(one), words_of(other)) is None
    assert likeness(one, other) == 0.0
    assert longest_passage(one, other) is None
    assert likeness(one, one) == 1.0


@pytest.mark.parametrize("text", ["", "one", "one two three", "…", "\ud800"])
def test_a_text_of_no_or_few_words_is_like_nothing(text: str) -> None:
    assert compare(words_of(text), words_of(text)) is None


@given(st.integers(0, 10_000))
@settings(max_examples=4, deadline=None)
def test_two_texts_are_as_alike_as_the_other_way_round(seed: int) -> None:
    made = [one.text for one in mixed(random.Random(seed), count=12)]
    words = [words_of(text) for text in made]
    for one in words[:24]:
        for other in words[:24]:
            there, back = compare(one, other), compare(other, one)
            if len(one.ids) == len(other.ids):
                continue
            assert (there is None) == (back is None)
            if there and back:
                assert (there.kind, there.holder) == (back.kind, 1 - back.holder)
                assert there.parts == back.parts[::-1]
                assert there.places == back.places[::-1]
                assert np.array_equal(there.shared, back.shared)


def test_the_longest_passage_is_the_one_that_both_texts_have() -> None:
    one, other = articles(2)
    brief = briefs(1, 3)[0]
    bounds = longest_passage(f"{one}\n\n{brief}", f"{other}\n\n{brief}")
    assert bounds is not None
    assert f"{one}\n\n{brief}"[slice(*bounds)] == brief.strip("“.")


def test_a_word_that_is_repeated_a_hundred_thousand_times_is_compared_like_any_text() -> None:
    flood = "harbour " * 100_000
    found = compare(words_of(flood), words_of("harbour " * 90_000))
    assert found is not None
    assert len(found.shared) == 1
    assert likeness(flood, articles(1)[0]) == 0.0


def test_two_halves_of_a_million_letters_are_compared() -> None:
    text = "".join(f"n{n % 5000} Name{n % 70} " for n in range(50_000))
    assert len(text) > 500_000
    assert likeness(text, text[: len(text) // 2]) == 1.0
