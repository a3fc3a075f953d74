import numpy as np
import pytest
from tokenizers import Tokenizer

from builder.annotate.tagger.decoding import Floats
from builder.annotate.tagger.inference import MODEL, load_tokenizer
from builder.annotate.tagger.pieces import Pieces, cut
from builder.annotate.tagger.spans import LAYERS, SLICES, TAGS, Tagged, calibrate, raw_spans
from builder.training.calibrate import ENOUGH, best_moves, calibration, reliability
from builder.training.corpora import Document, LabelledSpan, coarse

PLAIN = {"PERSON": (1.0, 0.0)}


def marked(*spans: LabelledSpan, text: str = "x") -> Document:
    labels = frozenset({"PERSON", "CLAIM"})
    return Document("d", "s", text, ((0, len(text)),), spans, labels)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return load_tokenizer(MODEL)


def outcomes(score: float, right: int, wrong: int) -> tuple[list[Document], list[list[Tagged]]]:
    gold = [marked((0, 1, "PERSON"))] * right + [marked()] * wrong
    return gold, [[Tagged("PERSON", 0, 1, score)]] * (right + wrong)


def test_scores_that_are_too_high_are_brought_down() -> None:
    gold, found = outcomes(0.95, 60, 40)
    more_gold, more_found = outcomes(0.99, 80, 20)
    gold, found = gold + more_gold, found + more_found
    learned = calibration(gold, found, PLAIN)
    fixed = [calibrate(spans, learned) for spans in found]
    assert reliability(gold, fixed)["error"] < 0.05  # type: ignore[operator]
    assert reliability(gold, found)["error"] > 0.2  # type: ignore[operator]


def test_a_label_that_was_never_found_keeps_its_scores() -> None:
    assert calibration([marked()], [[]], {"ORG": (0.5, -1.0)}) == {"ORG": [0.5, -1.0]}


def test_a_label_that_was_found_too_seldom_keeps_its_calibration() -> None:
    usual = {"PERSON": (0.5, -1.0)}
    assert calibration(*outcomes(0.9, 10, 19), usual, ENOUGH) == {"PERSON": [0.5, -1.0]}
    assert calibration(*outcomes(0.9, 10, 20), usual, ENOUGH) != {"PERSON": [0.5, -1.0]}


def test_a_label_that_is_always_right_does_not_break_the_fit() -> None:
    slope, intercept = calibration(*outcomes(0.999999, 500, 0), PLAIN)["PERSON"]
    assert np.isfinite([slope, intercept]).all()


@pytest.fixture
def broken_claim(tokenizer: Tokenizer) -> tuple[list[Pieces], list[Floats]]:
    """A claim of four words whose second and third word look like beginnings."""
    text = "they won the game"
    pieces = cut(tokenizer, text, [(0, len(text))])
    scores = np.zeros((len(pieces.ids), len(TAGS)), dtype=np.float32)
    for part in SLICES:
        scores[:, part.start] = 9
    claim = SLICES[LAYERS.index(("CLAIM",))].start
    scores[:, claim] = [0, 0, 1, 0]
    scores[:, claim + 1] = [5, 0, 0, 2]
    scores[:, claim + 2] = [0, 5, 0, 1.5]
    assert len(raw_spans([pieces], [scores])[0]) == 2
    return [pieces], [scores]


def whole(broken_claim: tuple[list[Pieces], list[Floats]]) -> Document:
    text = broken_claim[0][0].text
    return marked((0, len(text), "CLAIM"), text=text)


def test_a_claim_that_falls_apart_is_joined_where_that_is_more_often_right(
    broken_claim: tuple[list[Pieces], list[Floats]],
) -> None:
    gold = whole(broken_claim)
    moves = best_moves([gold], broken_claim)
    assert [s[:2] for s in coarse(gold, raw_spans(*broken_claim, moves)[0])] == [
        (0, len(gold.text))
    ]


def test_a_layer_with_too_little_to_judge_by_keeps_its_moves(
    broken_claim: tuple[list[Pieces], list[Floats]],
) -> None:
    gold = whole(broken_claim)
    usual = [[0.5, -1.0, 0.0]] * 3 + [[0.0, 0.0, 0.0]] * 2
    few = best_moves([gold], broken_claim, usual, ENOUGH)
    thirty = (broken_claim[0] * 30, broken_claim[1] * 30)
    many = best_moves([gold] * 30, thirty, usual, ENOUGH)
    assert few == usual
    assert many[:3] == usual[:3] and many[3] != usual[3] and many[4] == usual[4]


def test_moves_that_are_no_better_than_the_usual_ones_are_not_taken(
    broken_claim: tuple[list[Pieces], list[Floats]],
) -> None:
    usual = [[0.0, 0.0, 0.0]] * 3 + [[-0.5, -8.0, -2.0], [0.0, 0.0, 0.0]]
    assert best_moves([whole(broken_claim)], broken_claim, usual) == usual
