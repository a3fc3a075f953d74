"""Write Label Studio's labelling interface (XML) for a label set.

One text carries both layers. The column at its left stays in view while it scrolls: labels with
their hotkeys, attributes of the selected region, flags of the task.
"""

from xml.etree import ElementTree as Xml

from builder.label_set import Attribute, AttributeValue, Flag, LabelSet
from builder.studio.style import in_reach, style
from builder.text import short_hash

TEXT = "text"
FLAGS = "flags"

# Without a hotkey, Label Studio finds a label one of its own, which somebody may hit.
_NO_KEY = "ctrl+alt+shift+f19"

_KEYS = """
Key, then drag (or double-click a word). u lets go, Alt+. next region.
"""


def interface(labels: LabelSet) -> str:
    """Return the labelling interface for the labels that annotators may still use.

    Retired labels are in it, out of sight, so that what was marked with them still shows.
    Controls are named after what they write: one ``Labels`` a layer, one ``Choices`` an attribute,
    and ``flags`` for the whole task. Attributes show for the regions that carry their label alone,
    and none is required, so that no region ever keeps a task from being submitted.
    """
    page = Xml.Element("View", className="page")
    Xml.SubElement(page, "Style").text = style(labels)
    tools = Xml.SubElement(page, "View", className="tools")
    for layer in labels.layers:
        _add_layer(tools, labels, layer)
    for attribute in labels.attributes:
        _add_attribute(tools, attribute)
    if labels.flags:
        _add_flags(tools, labels)
    keys = {"className": "keys", "visibleWhen": "no-region-selected"}
    Xml.SubElement(tools, "Markdown", keys).text = _KEYS
    _add_article(page)
    if labels.relations:
        relations = Xml.SubElement(page, "Relations")
    for relation in labels.relations:
        Xml.SubElement(relations, "Relation", value=relation.name)
    Xml.indent(page)
    return Xml.tostring(page, encoding="unicode") + "\n"


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


def _add_article(parent: Xml.Element) -> None:
    article = Xml.SubElement(parent, "View", className="article")
    Xml.SubElement(article, "Header", value="$title", size="4")
    source = Xml.SubElement(article, "View", className="source")
    Xml.SubElement(source, "Text", name="source", value="$source_line", selectionEnabled="false")
    story = Xml.SubElement(article, "View", className="story")
    Xml.SubElement(story, "Text", name=TEXT, value="$text", granularity="symbol", showLabels="true")


def _add_layer(parent: Xml.Element, labels: LabelSet, layer: str) -> None:
    group = Xml.SubElement(parent, "View", className=layer)
    control = Xml.SubElement(
        group, "Labels", name=layer, toName=TEXT, choice="single", showInline="true"
    )
    for label in in_reach(labels, layer):
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


def _add_attribute(parent: Xml.Element, attribute: Attribute) -> None:
    when = {
        "visibleWhen": "region-selected",
        "whenTagName": "claim",
        "whenLabelValue": attribute.label,
    }
    group = Xml.SubElement(parent, "View", when)
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
