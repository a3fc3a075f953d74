"""The screen's style sheet follows any label set, and Label Studio's escaping kills none of it."""

from dataclasses import replace
from xml.etree import ElementTree as Xml

import pytest

from builder import labels
from builder.label_set import Label, LabelSet
from builder.studio.interface import interface
from builder.studio.style import short_names, style

_DEFAULT = labels.default()


def _label(name: str, **more: str | bool) -> Label:
    return Label(layer="entity", name=name, color="#0072B2", hint=f"A {name}.", **more)  # type: ignore[arg-type]


def _entities(*found: Label) -> LabelSet:
    return LabelSet(version="1", layers={"entity": "Names"}, labels=found)


def _shown(declared: LabelSet) -> str:
    """Return the style sheet as Label Studio is given it."""
    text = Xml.fromstring(interface(declared)).findtext("Style")
    assert text is not None
    return text


@pytest.mark.parametrize("hint", ["<b> & 'so' > é", 'a "word"', "back\\slash"])
def test_no_sign_that_label_studio_escapes_gets_into_the_style_sheet(hint: str) -> None:
    odd = _entities(replace(_label("Person"), hint=hint))
    for declared in (_DEFAULT, odd):
        assert not set("<>&") & set(style(declared))
    assert _shown(odd) == style(odd)
    assert style(odd).count('"') % 2 == 0


def test_every_label_has_its_tag_and_each_in_use_its_hint() -> None:
    gone = replace(_DEFAULT.labels[0], retired=True)
    sheet = style(replace(_DEFAULT, labels=(gone, *_DEFAULT.labels[1:])))
    for label in _DEFAULT.labels:
        assert f'[data-label$=":{label.name}"]' in sheet
        assert (label.hint in sheet) == (label.name != gone.name)


def test_a_workspace_without_claims_has_no_rules_for_theirs() -> None:
    sheet = style(_entities(_label("Person", hotkey="1"), _label("Place")))
    assert '":CLAIM"' not in sheet
    assert ".tools:has(.entity .lsf-label_selected:nth-child(2))" in sheet
    assert "Relation" not in interface(_entities(_label("Person")))


@pytest.mark.parametrize(
    "names",
    [
        ["PERSON", "PER", "Person", "Personality"],
        ["Organisation", "Organ", "Organs"],
        [f"Label_{number}" for number in range(60)],
        [label.name for label in _DEFAULT.labels],
    ],
)
def test_no_two_labels_share_a_tag(names: list[str]) -> None:
    tags = short_names(map(_label, names))
    assert list(tags) == names
    assert len(set(tags.values())) == len(names)
