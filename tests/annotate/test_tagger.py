import hashlib
import json
import subprocess
import sys

import numpy as np
import pytest

from builder.annotate.boundaries import sentence_bounds
from builder.annotate.tagger import inference
from builder.annotate.tagger.decoding import Floats
from builder.annotate.tagger.inference import MODEL, Tagger
from builder.annotate.tagger.pieces import cut
from builder.annotate.tagger.spans import LAYERS, SLICES, TAGS, Tagged, calibrate, raw_spans

NEWS = (
    "Angela Merkel visited Paris on Monday. The German chancellor said she would meet Emmanuel "
    "Macron at the headquarters of Airbus.\n\n“We have a lot to discuss. It will take time,” said "
    "Merkel."
)


@pytest.fixture(scope="module")
def shipped() -> Tagger:
    return inference.load(MODEL)


def tag(shipped: Tagger, text: str) -> list[Tagged]:
    return shipped.tag([(text, sentence_bounds(text))])[0]


def labelled(text: str, found: list[Tagged]) -> set[tuple[str, str]]:
    return {(span.label, text[span.start : span.end]) for span in found}


def scores_of(count: int, **tags: dict[int, str]) -> Floats:
    """Return scores for ``count`` pieces that make the given tags of each layer likely."""
    made = np.zeros((count, len(TAGS)), dtype=np.float32)
    for layer, part in zip(("names", "source", "cue", "claim", "author"), SLICES, strict=True):
        made[:, part.start] = 3
        for at, name in tags.get(layer, {}).items():
            made[at, part.start + TAGS[part].index(name)] = 6
            made[at, part.start + TAGS[part].index(f"B{name[1:]}")] += 4
    return made


def test_the_shipped_model_finds_people_places_and_firms(shipped: Tagger) -> None:
    found = labelled(NEWS, tag(shipped, NEWS))
    assert {("PERSON", "Angela Merkel"), ("GPE", "Paris"), ("PERSON", "Emmanuel Macron")} <= found
    assert ("ORG", "Airbus") in found


def test_the_shipped_model_finds_who_says_what(shipped: Tagger) -> None:
    found = labelled(NEWS, tag(shipped, NEWS))
    assert ("CUE", "said") in found
    assert any(label == "CLAIM" and "meet Emmanuel" in text for label, text in found)
    assert ("SOURCE", "Merkel") in found


def test_a_texts_spans_depend_on_nothing_but_the_text(shipped: Tagger) -> None:
    alone = tag(shipped, NEWS)
    tag(shipped, "Shares of Siemens fell. " * 40)
    assert tag(shipped, NEWS) == alone


def test_scores_are_probabilities(shipped: Tagger) -> None:
    assert all(0 < span.score < 1 for span in tag(shipped, NEWS))


@pytest.mark.parametrize("text", ["", " ", "\n\n", "…", "x" * 5000, "🎈" * 300, "a.b@c " * 400])
def test_no_text_breaks_it_and_spans_stay_inside(shipped: Tagger, text: str) -> None:
    for span in tag(shipped, text):
        assert 0 <= span.start < span.end <= len(text)


def test_the_model_is_the_one_its_meta_describes(shipped: Tagger) -> None:
    meta = json.loads((MODEL / "meta.json").read_text(encoding="utf-8"))
    for name, expected in meta["sha256"].items():
        assert hashlib.sha256((MODEL / name).read_bytes()).hexdigest() == expected
    assert set(meta["calibration"]) == {label for layer in LAYERS for label in layer}


def test_the_model_fits_into_25_megabytes() -> None:
    assert sum(path.stat().st_size for path in MODEL.iterdir()) <= 25_000_000


def found_in(shipped: Tagger, text: str, **tags: dict[int, str]) -> set[tuple[str, str]]:
    pieces = cut(shipped.tokenizer, text, [(0, len(text))])
    return labelled(text, raw_spans([pieces], [scores_of(len(pieces.ids), **tags)])[0])


def test_texts_read_together_have_the_spans_that_each_has_alone(shipped: Tagger) -> None:
    texts = ["He said “it rains", "“it snows” and", "", "is cold", "\n"]
    cuts = [cut(shipped.tokenizer, text, [(0, len(text))] if text else []) for text in texts]
    goes_on = [dict.fromkeys(range(len(pieces.ids)), "I-CLAIM") for pieces in cuts]
    scores = [scores_of(len(tags), claim=tags) for tags in goes_on]
    costly = [(0.0, -9.0, 0.0)] * len(LAYERS)  # To begin right after another span.
    together = raw_spans(cuts, scores, costly)
    alone = [raw_spans([p], [s], costly)[0] for p, s in zip(cuts, scores, strict=True)]
    assert together == alone
    assert [len(spans) for spans in together] == [1, 1, 0, 1, 0]


def test_no_texts_have_no_spans(shipped: Tagger) -> None:
    assert shipped.tag([]) == []


def test_a_name_that_seems_to_begin_inside_is_a_name(shipped: Tagger) -> None:
    found = found_in(shipped, "they met in Oslo today", names={3: "I-LOC"})
    assert found == {("LOC", "Oslo")}


def test_two_names_side_by_side_stay_two(shipped: Tagger) -> None:
    found = found_in(shipped, "they told Ann Ben today", names={2: "B-PERSON", 3: "B-PERSON"})
    assert found == {("PERSON", "Ann"), ("PERSON", "Ben")}


def test_a_name_does_not_go_on_in_the_next_line(shipped: Tagger) -> None:
    found = found_in(shipped, "regards, Mark\nHere is more", names={2: "B-PERSON", 3: "I-PERSON"})
    assert found == {("PERSON", "Mark"), ("PERSON", "Here")}


def test_a_name_does_not_change_its_label_halfway(shipped: Tagger) -> None:
    tags = {1: "B-ORG", 2: "I-ORG", 3: "I-LOC"}
    found = found_in(shipped, "the Bank of Japan said", names=tags)
    assert found == {("ORG", "Bank of"), ("LOC", "Japan")}


@pytest.mark.parametrize(
    ("text", "label", "surface"),
    [
        ("It rose by 12 percent, to $3 million, on Friday.", "PERCENT", "12 percent"),
        ("It rose by 12 percent, to $3 million, on Friday.", "MONEY", "$3 million"),
        ("It rose by 12 percent, to $3 million, on Friday.", "DATE", "Friday"),
        ("The French president met three ministers.", "NORP", "French"),
        ("The French president met three ministers.", "CARDINAL", "three"),
    ],
)
def test_the_shipped_model_finds_values_and_peoples(
    shipped: Tagger, text: str, label: str, surface: str
) -> None:
    assert (label, surface) in labelled(text, tag(shipped, text))


def test_a_cue_inside_a_claim_is_found_with_it(shipped: Tagger) -> None:
    claim = {2: "B-CLAIM", 3: "I-CLAIM", 4: "I-CLAIM"}
    found = found_in(shipped, "Ann said Ben said no", claim=claim, cue={3: "B-CUE"})
    assert found == {("CLAIM", "Ben said no"), ("CUE", "said")}


@pytest.mark.parametrize(
    "text, claims",
    [
        ("Ann said it rained. Ben left", {"it rained.", "Ben left"}),
        ("Ann said “it rained. Ben left”", {"“it rained. Ben left”"}),
    ],
)
def test_only_a_quoted_claim_goes_on_in_the_next_sentence(
    shipped: Tagger, text: str, claims: set[str]
) -> None:
    pieces = cut(shipped.tokenizer, text, sentence_bounds(text))
    count = len(pieces.ids)
    tags = {2: "B-CLAIM"} | dict.fromkeys(range(3, count), "I-CLAIM")
    [spans] = raw_spans([pieces], [scores_of(count, claim=tags)])
    assert {text for _, text in labelled(text, spans)} == claims


@pytest.mark.parametrize(
    "text, words, claim",
    [
        ("He said “no way.”", range(2, 5), "“no way.”"),
        ("He said “no way.”", range(3, 7), "“no way.”"),
        ('He said "no way!"', range(2, 5), '"no way!"'),
        ("He said, no way.", range(2, 5), "no way"),
        ("He said “no” and left.", range(2, 5), "“no”"),
    ],
)
def test_a_claim_has_both_its_quotation_marks_and_no_comma_in_front(
    shipped: Tagger, text: str, words: range, claim: str
) -> None:
    tags = dict.fromkeys(words, "I-CLAIM") | {words[0]: "B-CLAIM"}
    assert found_in(shipped, text, claim=tags) == {("CLAIM", claim)}


def test_calibration_moves_scores_and_keeps_their_order() -> None:
    spans = [Tagged("PERSON", 0, 1, 0.9), Tagged("PERSON", 2, 3, 0.99)]
    low, high = calibrate(spans, {"PERSON": [0.5, -0.2]})
    assert 0.5 < low.score < high.score < 0.99


def test_reading_needs_no_torch() -> None:
    code = (
        "import sys; from builder.annotate.tagger import inference\n"
        "inference.load(inference.MODEL); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert b"torch" not in done.stdout.split()
