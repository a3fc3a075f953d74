"""What the labels of a pipeline become in a workspace."""

from dataclasses import replace

import pytest

from builder import labels
from builder.annotate.label_map import LabelMap, ontonotes_name
from builder.annotate.tagger.spans import NAME_LABELS
from builder.errors import BuilderError
from builder.training.gold import learned


def _set(*names: str) -> labels.LabelSet:
    made = tuple(labels.Label("entity", name, "#000000", "One.") for name in names)
    return replace(labels.default(), layers={"entity": ""}, labels=made)


@pytest.mark.parametrize(
    ("label", "ours"),
    [
        ("PERSON", "PERSON"),
        ("PER", "PERSON"),
        ("person", "PERSON"),
        ("work of art", "WORK_OF_ART"),
        ("Work-Of-Art", "WORK_OF_ART"),
        ("ORGANISATION", "ORG"),
        ("MISC", None),
        ("CLAIM", None),
        ("", None),
    ],
)
def test_labels_of_other_schemes_are_known_by_their_names(label: str, ours: str | None) -> None:
    assert LabelMap(labels.default()).of(label, "entity") == ours


def test_an_alias_holds_only_where_its_label_is_in_the_set() -> None:
    assert LabelMap(_set("PLACE")).of("PER", "entity") is None
    assert LabelMap(_set("PER")).of("PER", "entity") == "PER"
    assert LabelMap(_set("Person")).of("PER", "entity") == "Person"


def test_the_mapping_of_the_workspace_comes_first_and_may_drop_a_label() -> None:
    mapped = LabelMap(_set("PERSON", "PLACE"), {"GPE": "PLACE", "PERSON": False, "Per": "PERSON"})
    assert [mapped.of(x, "entity") for x in ("GPE", "PERSON", "Per", "LOC")] == [
        "PLACE", None, "PERSON", None,
    ]  # fmt: skip
    assert mapped.drops("PERSON") and not mapped.drops("LOC")


def test_a_mapping_to_a_label_that_is_not_there_is_named() -> None:
    with pytest.raises(BuilderError, match=r"labels\.map\.GPE: 'PLAICE' is no label of labels"):
        LabelMap(_set("PLACE"), {"GPE": "PLAICE"})


def test_a_renamed_label_is_found_under_its_new_name_and_a_retired_one_is_not_suggested() -> None:
    old, gone = _set("ORG", "GPE").labels
    new = replace(old, name="COMPANY", alias_of="ORG")
    several = (replace(old, retired=True), replace(gone, retired=True), new)
    later = replace(_set(), labels=several)
    for mapped in (LabelMap(later), LabelMap(later, {"ORGS": "ORG"})):
        assert mapped.of("ORG", "entity") == "COMPANY"
        assert mapped.of("GPE", "entity") is None
    assert LabelMap(later, {"ORGS": "ORG"}).of("ORGS", "entity") == "COMPANY"


def test_ontonotes_calls_the_labels_of_others_by_its_own_names() -> None:
    assert [ontonotes_name(x) for x in ("per", "Location", "gpe", "x y")] == [
        "PERSON", "LOC", "GPE", "X_Y",
    ]  # fmt: skip


def test_the_tagger_learns_the_labels_that_its_own_become() -> None:
    every = learned(LabelMap(labels.default()))
    assert set(every["entity"].values()) == set(NAME_LABELS)
    assert every["claim"] == {"CLAIM": "CLAIM", "SOURCE": "SOURCE", "CUE": "CUE"}
    own = LabelMap(_set("Human", "Place", "Thing"), {"PERSON": "Human", "GPE": "Place"})
    assert learned(own) == {"entity": {"Human": "PERSON", "Place": "GPE"}}
    both = LabelMap(_set("Name"), {"PERSON": "Name", "ORG": "Name"})
    assert learned(both) == {"entity": {}}, "who is whom cannot be told"
