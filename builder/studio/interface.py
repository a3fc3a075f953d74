"""Write Label Studio's labelling interface (XML) for a label set.

One text carries both layers. The bar above it stays in view while the text scrolls: headline,
labels with their hotkeys, flags of the task, attributes of the selected region.
"""

from xml.etree import ElementTree as Xml

from builder.label_set import Attribute, AttributeValue, Flag, Label, LabelSet
from builder.text import short_hash

TEXT = "text"
FLAGS = "flags"

# Without a hotkey, Label Studio finds a label one of its own, which somebody may hit.
_NO_KEY = "ctrl+alt+shift+f19"
_KEYBOARD = "1234567890qwertyuiopasdfghjklzxcvbnm"

# Built on Label Studio's own colours, so that it follows the light and the dark theme.
_STYLE = """
.about { flex: 1 1 100%; display: flex; align-items: baseline; gap: 12px; }
.about h3 { margin: 0 !important; font-size: 18px; line-height: 1.3; }
.about .lsf-richtext { flex: none; font-size: 13px; opacity: .75; }
.bar { position: sticky; top: 0; z-index: 101; padding: 4px 0;
       display: flex; flex-wrap: wrap; align-items: center; gap: 4px 24px;
       background: var(--color-neutral-background);
       border-bottom: 1px solid var(--color-neutral-border); }
.bar .lsf-labels { margin: 0; gap: 4px; }
.about + .lsf-labels { flex: 1 1 100%; }
.bar .lsf-label { margin: 0; height: 24px; padding: 0 6px; font-size: 13px; }
.bar .lsf-label__hotkey { margin-left: 6px; font-size: 12px; }
.bar .lsf-label_selected { color: inherit; box-shadow: 0 0 0 2px var(--color);
       background: color-mix(in srgb, var(--color) 40%, var(--color-neutral-background)); }
.bar .lsf-label_selected .lsf-label__hotkey { color: inherit; }
.bar .lsf-choices { margin: 0; }
.bar .lsf-choice__checkbox { margin: 0; font-size: 13px; font-weight: 400; }
.attributes { flex: 1 1 100%; min-height: 26px;
       display: flex; flex-wrap: wrap; align-items: center; gap: 0 16px; }
.attribute { display: flex; align-items: center; gap: 4px; }
.attribute h4 { margin: 0 !important; font-size: 13px; font-weight: 600; }
.story { max-width: 100ch; padding-left: 48px; }
.story .lsf-htx-richtext { white-space: pre-wrap; font-size: 16px; line-height: 2.2; }
.story area { display: inline; }
.relations-overlay path { stroke-opacity: .5; }
.relations-overlay g g { display: none; }
"""


def interface(labels: LabelSet) -> str:
    """Return the labelling interface for the labels that annotators may still use.

    Retired labels are in it, out of sight, so that what was marked with them still shows.
    Controls are named after what they write: one ``Labels`` a layer, one ``Choices`` an attribute,
    and ``flags`` for the whole task. Attributes show for the regions that carry their label alone,
    and none is required, so that no region ever keeps a task from being submitted.
    """
    view = Xml.Element("View")
    Xml.SubElement(view, "Style").text = _STYLE
    bar = Xml.SubElement(view, "View", className="bar")
    about = Xml.SubElement(bar, "View", className="about")
    Xml.SubElement(about, "Header", value="$title", size="4")
    Xml.SubElement(about, "Text", name="source", value="$source_line", selectionEnabled="false")
    for layer in labels.layers:
        _add_layer(bar, labels, layer)
    if labels.flags:
        _add_flags(bar, labels)
    if labels.attributes:
        attributes = Xml.SubElement(bar, "View", className="attributes")
        for attribute in labels.attributes:
            _add_attribute(attributes, attribute)
    story = Xml.SubElement(view, "View", className="story")
    Xml.SubElement(story, "Text", name=TEXT, value="$text", granularity="symbol", showLabels="true")
    if labels.relations:
        relations = Xml.SubElement(view, "Relations")
    for relation in labels.relations:
        Xml.SubElement(relations, "Relation", value=relation.name)
    Xml.indent(view)
    return Xml.tostring(view, encoding="unicode") + "\n"


def controls(xml: str) -> set[str]:
    """Return what annotators can choose in an interface, each as its control and its name.

    Raises:
        ValueError: the interface is no XML.

    """
    try:
        view = Xml.fromstring(xml)
    except Xml.ParseError as error:
        raise ValueError(f"is no XML: {error}") from None
    return {
        f"{control.get('name')} {choice.get('value')}"
        for kind, inner in (("Labels", "Label"), ("Choices", "Choice"))
        for control in view.iter(kind)
        for choice in control.iter(inner)
    }


def differences(theirs: str, ours: str) -> list[str]:
    """Return how an interface on a server differs from ours in what annotators can choose."""
    try:
        there = controls(theirs)
    except ValueError as error:
        return [f"the interface there {error}"]
    here = controls(ours)
    found = [f"{name} is there alone" for name in sorted(there - here)]
    return found + [f"{name} is missing there" for name in sorted(here - there)]


def interface_version(xml: str) -> str:
    """Return a short hash that tells one interface from another."""
    # The server keeps it without the line end.
    return short_hash(xml.strip() + "\n")


def _add_layer(parent: Xml.Element, labels: LabelSet, layer: str) -> None:
    control = Xml.SubElement(
        parent, "Labels", name=layer, toName=TEXT, choice="single", showInline="true"
    )
    for label in sorted(labels.active(layer), key=_reach):
        Xml.SubElement(
            control,
            "Label",
            value=label.name,
            hotkey=label.hotkey or _NO_KEY,
            background=label.color,
            hint=label.hint,
        )
    for label in labels.labels:
        if label.layer == layer and label.retired:
            Xml.SubElement(
                control,
                "Label",
                value=label.name,
                hotkey=_NO_KEY,
                background=label.color,
                visible="false",
            )


def _reach(label: Label) -> tuple[int, int]:
    """Order labels as their hotkeys lie on the keyboard, single keys first, those without last."""
    if not label.hotkey:
        return len(_NO_KEY), 0
    return len(label.hotkey), _KEYBOARD.index(label.hotkey[-1])


def _add_attribute(parent: Xml.Element, attribute: Attribute) -> None:
    when = {
        "visibleWhen": "region-selected",
        "whenTagName": "claim",
        "whenLabelValue": attribute.label,
    }
    group = Xml.SubElement(parent, "View", when, className="attribute")
    Xml.SubElement(group, "Header", value=attribute.name, size="6")
    control = Xml.SubElement(
        group,
        "Choices",
        when,
        name=attribute.name,
        toName=TEXT,
        perRegion="true",
        choice="single-radio",
        showInline="true",
    )
    for value in attribute.values:
        _add_choice(control, value)


def _add_flags(parent: Xml.Element, labels: LabelSet) -> None:
    control = Xml.SubElement(
        parent, "Choices", name=FLAGS, toName=TEXT, choice="multiple", showInline="true"
    )
    for flag in labels.flags:
        _add_choice(control, flag)


def _add_choice(parent: Xml.Element, choice: AttributeValue | Flag) -> None:
    key = choice.hotkey or _NO_KEY
    Xml.SubElement(parent, "Choice", value=choice.name, hotkey=key, hint=choice.hint)
