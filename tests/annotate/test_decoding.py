from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.annotate.tagger.decoding import Floats, best_tags, spans

COSTS = ((0.5, -1.0, 0.25), (-0.5, -2.0, 0.0))


def move(before: int, tag: int, costs: tuple[float, float, float]) -> float:
    """Return what a move adds; nothing leads to an inside tag but its own label."""
    begin, again, end = costs
    if tag and tag % 2 == 0:
        return 0.0 if before in (tag - 1, tag) else -1e4
    if tag:
        return again if before else begin
    return end if before else 0.0


def worth(path: tuple[int, ...], chances: Floats, costs: tuple[float, float, float]) -> float:
    of_words = sum(float(np.log(row[tag])) for row, tag in zip(chances, path, strict=True))
    return of_words + sum(move(a, b, costs) for a, b in pairwise((0, *path, 0)))


@st.composite
def layers(draw: st.DrawFn) -> Floats:
    """Draw the chances of two layers of two labels, now and then with a word that is sure."""
    count = draw(st.integers(1, 4))
    cell = st.sampled_from((0.01, 0.1, 0.3, 1.0, 90.0))
    rows = st.lists(cell, min_size=5, max_size=5)
    drawn = draw(st.lists(rows, min_size=2 * count, max_size=2 * count))
    made = np.array(drawn, dtype=np.float32).reshape(2, count, 5)
    return np.asarray(made / made.sum(axis=2, keepdims=True), dtype=np.float32)


@given(layers())
def test_no_other_tags_are_likelier(chances: Floats) -> None:
    chances[:, :, 0] = np.minimum(chances[:, :, 0], 0.97)  # no word is outside beyond doubt
    for of_layer, tags, costs in zip(chances, best_tags(chances, COSTS), COSTS, strict=True):
        paths = product(range(5), repeat=len(of_layer))
        best = max(worth(path, of_layer, costs) for path in paths)
        assert worth(tuple(tags.tolist()), of_layer, costs) == pytest.approx(best, abs=1e-3)


@given(layers())
def test_a_word_that_is_outside_beyond_doubt_is_in_no_span(chances: Floats) -> None:
    tags = best_tags(chances, COSTS)
    assert not tags[chances[:, :, 0] > 0.98].any()


@given(layers())
def test_spans_begin_with_a_begin_and_hold_all_words_inside(chances: Floats) -> None:
    tags = best_tags(chances, COSTS)
    covered = np.zeros_like(tags)
    for layer, label, first, last, share in spans(chances, tags):
        assert tags[layer, first] == 2 * label + 1
        assert (tags[layer, first + 1 : last + 1] == 2 * label + 2).all()
        assert share == pytest.approx(
            float(np.mean([chances[layer, at, tags[layer, at]] for at in range(first, last + 1)])),
            abs=1e-5,
        )
        covered[layer, first : last + 1] += 1
    assert (covered == (tags > 0)).all()


def test_a_long_claim_stays_one_however_sure_its_words_are() -> None:
    chances = np.full((1, 200, 3), 1e-4, dtype=np.float32)
    chances[0, 0, 1] = chances[0, 1:, 2] = 1
    assert [
        (first, last) for _, _, first, last, _ in spans(chances, best_tags(chances, COSTS[:1]))
    ] == [(0, 199)]
