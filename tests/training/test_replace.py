import random

import pytest

from builder.training.corpora import Document, Labelled
from builder.training.replace import name_pool, with_other_names

TEXT = "Ann left Oslo. Ann met Bo."
SPANS: tuple[Labelled, ...] = ((0, 3, "PER"), (9, 13, "LOC"), (15, 18, "PER"), (23, 25, "PER"))


def document(*spans: Labelled) -> Document:
    return Document("d", "s", TEXT, ((0, 14), (15, 26)), spans, frozenset({"PER", "LOC"}))


@pytest.mark.parametrize("seed", range(20))
def test_spans_and_sentences_follow_the_new_names(seed: int) -> None:
    pool = {"PER": ["Maximilian Schmidt", "Li"], "LOC": ["Rio de Janeiro"], "ORG": []}
    made = with_other_names(document(*SPANS), pool, random.Random(seed))
    names = [made.text[a:b] for a, b, _ in made.spans]
    assert names[0] == names[2] and set(names) <= {"Maximilian Schmidt", "Li", "Rio de Janeiro"}
    assert [made.text[a:b] for a, b in made.sentences] == [
        f"{names[0]} left Rio de Janeiro.",
        f"{names[2]} met {names[3]}.",
    ]


def test_names_that_overlap_are_left_alone() -> None:
    nested = document((0, 13, "PER"), (9, 13, "LOC"))
    assert with_other_names(nested, {"PER": ["X"], "LOC": ["Y"]}, random.Random(0)) == nested


def test_the_pool_holds_each_name_once_under_its_label() -> None:
    assert name_pool([document(*SPANS)]) == {"PER": ["Ann", "Bo"], "ORG": [], "LOC": ["Oslo"]}
