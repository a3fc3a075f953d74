"""Make the project on the server that shows annotators the labels in use."""

from dataclasses import dataclass
from html import escape

from builder.labels import Label, LabelSet
from builder.studio.asking import persistently
from builder.studio.client import Client
from builder.studio.interface import differences, interface, interface_version


@dataclass(frozen=True)
class ReadyProject:
    """A project ready for annotators: its id, and whether they had another interface until now.

    ``overwritten`` says how that one differed in what could be chosen.
    """

    id: int
    updated: bool
    overwritten: tuple[str, ...] = ()


def ensure_project(
    client: Client, title: str, labels: LabelSet, description: str = ""
) -> ReadyProject:
    """Return the project called ``title``; made, or given the current interface, where needed.

    ``description`` is what people read of it in the list of projects.
    """
    xml, text = interface(labels), guidelines(labels)

    def ensure() -> ReadyProject:
        # Looked up each time: a request that failed may have made it.
        found = client.project(title)
        if found is None:
            return ReadyProject(client.create_project(title, xml, text, description), updated=False)
        updated = interface_version(found.interface) != interface_version(xml)
        if updated:
            client.update_project(found.id, xml, text)
        before = tuple(differences(found.interface, xml)) if updated else ()
        return ReadyProject(found.id, updated, before)

    return persistently(ensure)


def guidelines(labels: LabelSet) -> str:
    """Return the version of the guidelines and each label's line of them, as HTML.

    Label Studio shows it on demand, beside every task.
    """
    rows = "".join(
        f"<li><b>{escape(label.name)}</b>{_key(label)}: {escape(label.hint)}</li>"
        for layer in labels.layers
        for label in labels.active(layer)
    )
    return f"<p>Guidelines {escape(labels.version)}</p><ul>{rows}</ul>"


def _key(label: Label) -> str:
    return f" ({escape(label.hotkey)})" if label.hotkey else ""
