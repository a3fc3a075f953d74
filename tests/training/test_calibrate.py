import numpy as np
import pytest
from tokenizers import Tokenizer

from builder.annotate import tagger
from builder.annotate.pieces import cut
from builder.annotate.tagger import LAYERS, MODEL, SLICES, TAGS, Tagged, load_tokenizer
from builder.training.calibrate import best_moves, calibration, reliability
from builder.training.corpora import Labelled


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return load_tokenizer(MODEL)


def outcomes(
    score: float, right: int, wrong: int
) -> tuple[list[list[Labelled]], list[list[Tagged]]]:
    gold: list[list[Labelled]] = [[(0, 1, "PER")]] * right + [[]] * wrong
    return gold, [[Tagged("PER", 0, 1, score)]] * (right + wrong)


def test_scores_that_are_too_high_are_brought_down() -> None:
    gold, found = outcomes(0.95, 60, 40)
    more_gold, more_found = outcomes(0.99, 80, 20)
    gold, found = gold + more_gold, found + more_found
    learned = calibration(gold, found, ["PER"])
    fixed = [tagger.calibrate(spans, learned) for spans in found]
    assert reliability(gold, fixed)["error"] < 0.05  # type: ignore[operator]
    assert reliability(gold, found)["error"] > 0.2  # type: ignore[operator]


def test_a_label_that_was_never_found_keeps_its_scores() -> None:
    assert calibration([[]], [[]], ["ORG"]) == {"ORG": [1.0, 0.0]}


def test_a_label_that_is_always_right_does_not_break_the_fit() -> None:
    slope, intercept = calibration(*outcomes(0.999999, 500, 0), ["PER"])["PER"]
    assert np.isfinite([slope, intercept]).all()


def test_a_claim_that_falls_apart_is_joined_where_that_is_more_often_right(
    tokenizer: Tokenizer,
) -> None:
    text = "they won the game"
    pieces = cut(tokenizer, text, [(0, len(text))])
    scores = np.zeros((len(pieces.ids), len(TAGS)), dtype=np.float32)
    for part in SLICES:
        scores[:, part.start] = 9
    claim = SLICES[LAYERS.index(("CLAIM",))].start
    scores[:, claim] = [0, 0, 1, 0]
    scores[:, claim + 1] = [5, 0, 0, 2]
    scores[:, claim + 2] = [0, 5, 0, 1.5]
    assert len(tagger.raw_spans(pieces, scores)) == 2
    gold = [[(0, len(text), "CLAIM")]]
    moves = best_moves(gold, [(pieces, scores)], [{"CLAIM"}])
    assert [(s.start, s.end) for s in tagger.raw_spans(pieces, scores, moves)] == [(0, len(text))]
