"""schemas/labels.toml holds together, and annotators can reach everything it declares."""

import re
from collections import Counter
from dataclasses import replace

from builder import labels
from builder.records import LAYERS

ALL = labels.default()

# Positions of released labels never change; add new ones at the end of their layer.
ENTITIES = (
    "PERSON", "NORP", "FAC", "ORG", "GPE", "LOC", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW",
    "LANGUAGE", "DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL",
)  # fmt: skip


def test_no_label_has_moved_or_gone() -> None:
    assert ALL.names("entity")[: len(ENTITIES)] == ENTITIES
    assert ALL.names("claim")[:3] == ("CLAIM", "SOURCE", "CUE")


def test_tags_start_with_o_and_keep_their_positions() -> None:
    tags = ALL.bio_tags()
    assert tags[:5] == ["O", "B-PERSON", "I-PERSON", "B-NORP", "I-NORP"]
    assert len(tags) == len(set(tags)) == 1 + 2 * len(ALL.names("entity"))


def test_every_label_belongs_to_a_known_layer_and_has_a_name_of_its_own() -> None:
    assert tuple(ALL.layers) == LAYERS
    assert {label.layer for label in ALL.labels} == set(LAYERS)
    assert max(Counter(label.name for label in ALL.labels).values()) == 1


def test_no_two_things_share_a_hotkey() -> None:
    keys = [label.hotkey for label in ALL.labels if not label.retired]
    keys += [value.hotkey for attribute in ALL.attributes for value in attribute.values]
    assert [key for key, times in Counter(keys).items() if times > 1] == []


def test_the_frequent_labels_sit_on_single_keys() -> None:
    of = {label.name: label.hotkey for label in ALL.labels}
    for name in ("PERSON", "ORG", "GPE", "DATE", "CLAIM", "SOURCE", "CUE"):
        assert len(of[name]) == 1


def test_every_label_has_a_colour_of_its_own_and_a_hint_on_one_line() -> None:
    colours = [label.color for label in ALL.labels]
    assert all(re.fullmatch(r"#[0-9A-F]{6}", colour) for colour in colours)
    assert len(set(colours)) == len(colours)
    assert all(label.hint and "\n" not in label.hint for label in ALL.labels)


def test_attributes_and_relations_name_labels_that_exist() -> None:
    names = {label.name for label in ALL.labels}
    assert {attribute.label for attribute in ALL.attributes} <= names
    assert {end for r in ALL.relations for end in (r.head, r.tail)} <= names
    aliases = {label.alias_of for label in ALL.labels} - {None}
    assert aliases <= names


def test_a_retired_label_keeps_its_position_but_is_offered_to_nobody() -> None:
    old = labels.Label("entity", "OLD", "#000000", "Gone.", retired=True)
    new = labels.Label("entity", "NEW", "#000001", "Here.", alias_of="OLD")
    some = labels.LabelSet("1.0", {"entity": ""}, (old, new), (), (), ())
    assert some.names("entity") == ("OLD", "NEW")
    assert [label.name for label in some.active("entity")] == ["NEW"]
    assert some.bio_tags() == ["O", "B-OLD", "I-OLD", "B-NEW", "I-NEW"]


def test_a_label_is_known_by_its_newest_name_until_it_is_retired_for_good() -> None:
    one, *others = labels.default().labels
    old = replace(one, name="OLD", retired=True)
    newer = replace(one, name="NEWER", retired=True, alias_of="OLD")
    newest = replace(one, name="NEWEST", alias_of="NEWER")
    gone = replace(one, name="GONE", retired=True)
    declared = replace(labels.default(), labels=(old, newer, newest, gone, *others))
    names = ("OLD", "NEWER", "NEWEST", "GONE", others[0].name)
    assert [declared.current(name) for name in names] == [
        "NEWEST", "NEWEST", "NEWEST", None, others[0].name,
    ]  # fmt: skip
