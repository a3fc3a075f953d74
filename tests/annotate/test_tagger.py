import hashlib
import json
import subprocess
import sys

import numpy as np
import pytest

from builder.annotate import tagger
from builder.annotate.pieces import cut
from builder.annotate.sentences import sentence_bounds
from builder.annotate.tagger import MODEL, SLICES, TAGS, Tagged, Tagger

NEWS = (
    "Angela Merkel visited Paris on Monday. The German chancellor said she would meet Emmanuel "
    "Macron at the headquarters of Airbus.\n\n“We have a lot to discuss. It will take time,” said "
    "Merkel."
)


@pytest.fixture(scope="module")
def shipped() -> Tagger:
    return tagger.load(MODEL)


def tag(shipped: Tagger, *texts: str) -> list[list[Tagged]]:
    return shipped.tag(texts, [sentence_bounds(text) for text in texts])


def labelled(text: str, found: list[Tagged]) -> set[tuple[str, str]]:
    return {(span.label, text[span.start : span.end]) for span in found}


def scores_of(tags: dict[int, str], count: int, layer: int = 0) -> np.ndarray:
    """Return scores for ``count`` pieces that make the tags at these places all but certain."""
    made = np.zeros((count, len(TAGS)), dtype=np.float32)
    for part in SLICES:
        made[:, part.start] = 5
    for at, name in tags.items():
        column = SLICES[layer].start + TAGS[SLICES[layer]].index(name)
        made[at, column] = 10
    return made


def test_the_shipped_model_finds_people_places_and_firms(shipped: Tagger) -> None:
    found = labelled(NEWS, tag(shipped, NEWS)[0])
    assert {("PER", "Angela Merkel"), ("LOC", "Paris"), ("PER", "Emmanuel Macron")} <= found
    assert ("ORG", "Airbus") in found


def test_the_shipped_model_finds_who_says_what(shipped: Tagger) -> None:
    found = labelled(NEWS, tag(shipped, NEWS)[0])
    assert ("CUE", "said") in found
    assert any(label == "CLAIM" and "meet Emmanuel" in text for label, text in found)
    assert ("SOURCE", "Merkel") in found


def test_texts_do_not_change_each_others_spans(shipped: Tagger) -> None:
    other = "Shares of Siemens fell. " * 40
    alone = tag(shipped, NEWS)[0]
    together = tag(shipped, other, NEWS, "Hi.")[1]
    assert [(s.label, s.start, s.end) for s in together] == [
        (s.label, s.start, s.end) for s in alone
    ]


def test_the_same_text_gets_the_same_scores_every_time(shipped: Tagger) -> None:
    assert tag(shipped, NEWS) == tag(shipped, NEWS)


def test_scores_are_probabilities(shipped: Tagger) -> None:
    assert all(0 < span.score < 1 for span in tag(shipped, NEWS)[0])


@pytest.mark.parametrize("text", ["", " ", "\n\n", "…", "x" * 5000, "🎈" * 300, "a.b@c " * 400])
def test_no_text_breaks_it_and_spans_stay_inside(shipped: Tagger, text: str) -> None:
    for span in tag(shipped, text)[0]:
        assert 0 <= span.start < span.end <= len(text)


def test_the_model_is_the_one_its_meta_describes(shipped: Tagger) -> None:
    meta = json.loads((MODEL / "meta.json").read_text(encoding="utf-8"))
    for name, expected in meta["sha256"].items():
        assert hashlib.sha256((MODEL / name).read_bytes()).hexdigest() == expected
    assert set(meta["calibration"]) == {label for layer in tagger.LAYERS for label in layer}


def test_the_model_fits_into_25_megabytes() -> None:
    assert sum(path.stat().st_size for path in MODEL.iterdir()) <= 25_000_000


def test_an_inside_tag_on_its_own_still_makes_a_span(shipped: Tagger) -> None:
    pieces = cut(shipped.tokenizer, "they met in Oslo today", [(0, 22)])
    found = tagger.raw_spans(pieces, scores_of({3: "I-LOC"}, 5))
    assert [(s.label, s.start, s.end) for s in found] == [("LOC", 12, 16)]


def test_two_names_side_by_side_stay_two(shipped: Tagger) -> None:
    pieces = cut(shipped.tokenizer, "they told Ann Ben today", [(0, 23)])
    found = tagger.raw_spans(pieces, scores_of({2: "B-PER", 3: "B-PER"}, 5))
    assert [(s.start, s.end) for s in found] == [(10, 13), (14, 17)]


def test_a_name_does_not_change_its_label_halfway(shipped: Tagger) -> None:
    pieces = cut(shipped.tokenizer, "the Bank of Japan said", [(0, 22)])
    scores = scores_of({1: "B-ORG", 2: "I-ORG", 3: "I-LOC"}, 5)
    found = tagger.raw_spans(pieces, scores)
    assert len({s.label for s in found}) == len(found) == 1 or found[0].end <= found[1].start
    assert [(s.label, s.start) for s in found][0] == ("ORG", 4)


def test_a_cue_inside_a_claim_is_found_with_it(shipped: Tagger) -> None:
    pieces = cut(shipped.tokenizer, "Ann said Ben said no", [(0, 20)])
    scores = scores_of({2: "B-CLAIM", 3: "I-CLAIM", 4: "I-CLAIM"}, 5, layer=3)
    scores += scores_of({3: "B-CUE"}, 5, layer=2)
    found = {(s.label, s.start, s.end) for s in tagger.raw_spans(pieces, scores)}
    assert found == {("CLAIM", 9, 20), ("CUE", 13, 17)}


def test_calibration_moves_scores_and_keeps_their_order() -> None:
    spans = [Tagged("PER", 0, 1, 0.9), Tagged("PER", 2, 3, 0.99)]
    low, high = tagger.calibrate(spans, {"PER": [0.5, -0.2]})
    assert 0.5 < low.score < high.score < 0.99


def test_reading_needs_no_torch() -> None:
    code = "import sys, builder.annotate.tagger as t; t.load(t.MODEL); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
