"""News and its variants, among what only looks like variants, are put into the right stories."""

import random
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

import pytest

from builder.training.story_pairs import figures, grouped
from tests.ingest.story_texts import MadeText, mixed

_SEEDS = (101, 102, 103)


@pytest.fixture(scope="module")
def told() -> tuple[list[MadeText], list[str]]:
    """Return texts of several seeds, and the story that each is put into by itself."""
    texts: list[MadeText] = []
    groups: list[str] = []
    for seed in _SEEDS:
        made = mixed(random.Random(seed), count=90)
        texts += [MadeText(one.text, f"{seed} {one.story}", one.kind) for one in made]
        groups += [f"{seed} {group}" for group in grouped([one.text for one in made])]
    return texts, groups


def test_hardly_a_pair_is_joined_wrongly_or_missed(told: tuple[list[MadeText], list[str]]) -> None:
    texts, groups = told
    found = figures([one.story for one in texts], groups)
    assert found["pairs"] > 200
    assert found["precision"] >= 0.99, _wrong(texts, groups)
    assert found["recall"] >= 0.95


@pytest.mark.parametrize(
    "kind",
    ["brief", "bond", "match", "weather", "fixtures", "digest of 16"],
)
def test_what_is_no_variant_is_a_story_of_its_own(
    told: tuple[list[MadeText], list[str]], kind: str
) -> None:
    texts, groups = told
    assert any(one.kind == kind for one in texts)
    assert not [pair for pair in _wrong(texts, groups) if kind in pair]


def _wrong(texts: Sequence[MadeText], groups: Sequence[str]) -> list[tuple[str, str]]:
    """Return the kinds of the pairs that were joined wrongly."""
    members: dict[str, list[MadeText]] = defaultdict(list)
    for one, group in zip(texts, groups, strict=True):
        members[group].append(one)
    return [
        (one.kind, other.kind)
        for some in members.values()
        for one, other in combinations(some, 2)
        if one.story != other.story
    ]
