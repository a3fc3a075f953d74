import random

import pytest

from builder.training.corpora import Document, LabelledSpan
from builder.training.replace import NamePool, name_pool, with_other_names

TEXT = "Ann left Oslo. Ann met Bo."
SPANS: tuple[LabelledSpan, ...] = (
    *((0, 3, "PERSON"), (9, 13, "PLACE")),
    *((15, 18, "PERSON"), (23, 25, "PERSON")),
)


def document(*spans: LabelledSpan) -> Document:
    return Document("d", "s", TEXT, ((0, 14), (15, 26)), spans, frozenset({"PERSON", "PLACE"}))


def pool(*names: str, label: str = "PERSON") -> NamePool:
    by_words = {(label, len(name.split(" "))): [name] for name in names}
    return NamePool(by_words, {1: ["Rome"]}, given=["Ida"], surnames=["Moss"])


@pytest.mark.parametrize("seed", range(40))
def test_spans_and_sentences_follow_the_new_names(seed: int) -> None:
    made = with_other_names(document(*SPANS), pool("Li"), random.Random(seed))
    names = [made.text[a:b] for a, b, _ in made.spans]
    assert names[0] == names[2] and names[0] in {"Ann", "Li", "Ida", "Moss"}
    assert names[1] in {"Oslo", "Rome"}
    assert [made.text[a:b] for a, b in made.sentences] == [
        f"{names[0]} left {names[1]}.",
        f"{names[2]} met {names[3]}.",
    ]


def test_a_name_is_swapped_for_one_of_as_many_words() -> None:
    rng = random.Random(1)
    swapped = {pool("Li", "Bo Ek").other("PERSON", "Jo Lund", rng) for _ in range(100)}
    assert swapped == {"Jo Lund", "Bo Ek", "Ida Moss"}


@pytest.mark.parametrize("name", ["@ann", "#ann"])
def test_handles_are_no_names_to_swap(name: str) -> None:
    assert pool("Li").other("PERSON", name, random.Random(1)) == name


def test_names_that_overlap_are_left_alone() -> None:
    nested = document((0, 13, "PERSON"), (9, 13, "PLACE"))
    assert with_other_names(nested, pool("Li"), random.Random(0)) == nested


@pytest.mark.parametrize("seed", range(20))
def test_claims_follow_the_new_names_that_they_hold_or_begin_with(seed: int) -> None:
    claims: tuple[LabelledSpan, ...] = ((0, 3, "SOURCE"), (0, 13, "CLAIM"), (4, 8, "CUE"))
    made = with_other_names(document(*SPANS, *claims), pool("Li"), random.Random(seed))
    name, place = (made.text[a:b] for a, b, _ in made.spans[:2])
    found = {label: made.text[a:b] for a, b, label in made.spans[4:]}
    assert found == {"SOURCE": name, "CLAIM": f"{name} left {place}", "CUE": "left"}


def test_a_name_in_which_a_claim_ends_is_left_alone() -> None:
    torn = document((9, 13, "PLACE"), (4, 11, "CLAIM"))
    made = [with_other_names(torn, pool("Li"), random.Random(seed)) for seed in range(20)]
    assert all(one == torn for one in made)


def test_the_pool_holds_each_name_once_by_label_and_words() -> None:
    found = name_pool([document(*SPANS)])
    assert found.names == {("PERSON", 1): ["Ann", "Bo"], ("PLACE", 1): ["Oslo"]}
    assert "Paris" in found.places[1] and "New York" in found.places[2]
