"""Say which of the workspace's labels a label of a pipeline becomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from builder.errors import BuilderError
from builder.labels import LabelSet

# What pipelines trained on CoNLL-2003 and its like, and GLiNER's, call the labels of OntoNotes.
_OTHER_NAMES = {
    "PER": "PERSON",
    "ORGANIZATION": "ORG",
    "ORGANISATION": "ORG",
    "LOCATION": "LOC",
    "WORK": "WORK_OF_ART",
}


def ontonotes_name(label: str) -> str:
    """Return what OntoNotes calls a label of any pipeline: PERSON for person and for PER."""
    name = _plain(label)
    return _OTHER_NAMES.get(name, name)


def _plain(label: str) -> str:
    return label.upper().replace(" ", "_").replace("-", "_")


@dataclass(frozen=True)
class LabelMap:
    """The labels of a workspace as a pipeline's labels are read into them.

    A label that ``given`` names (``[labels.map]`` in builder.toml) becomes what it says there, and
    is dropped where that is False. Any other is the label of its own name, however it is written,
    or of the name that OntoNotes has for it.
    """

    labels: LabelSet
    given: Mapping[str, str | bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = {label.name for label in self.labels.labels}
        for label, wanted in self.given.items():
            if isinstance(wanted, str) and wanted not in names:
                raise BuilderError(
                    f"builder.toml: labels.map.{label}: {wanted!r} is no label of labels.toml; "
                    "name one, or drop the pipeline's label with false"
                )

    def drops(self, label: str) -> bool:
        """Tell whether a pipeline's label is not wanted."""
        return self.given.get(label) is False

    def of(self, label: str, layer: str) -> str | None:
        """Return the label in use that a pipeline's label on a layer becomes, or None."""
        known = self._memory.setdefault(layer, {})
        if label not in known:
            known[label] = self._find(label, layer)
        return known[label]

    @cached_property
    def _memory(self) -> dict[str, dict[str, str | None]]:
        """What was found before, by layer and label: it is asked for every span."""
        return {}

    def _find(self, label: str, layer: str) -> str | None:
        wanted = self.given.get(label)
        if wanted is None:
            wanted = self._alike(label, self.labels.names(layer))
        name = self.labels.current(wanted) if isinstance(wanted, str) else None
        return name if name in self.labels.names(layer) else None

    def _alike(self, label: str, names: Sequence[str]) -> str | None:
        """Return the first of several names that is written like a label, or like its alias."""
        if label in names:
            return label
        plain = {_plain(name): name for name in reversed(names)}
        return plain.get(_plain(label)) or plain.get(ontonotes_name(label))
