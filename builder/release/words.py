"""Write what says in words what a release holds: card, chart, Croissant and notes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from builder.dataset import notes
from builder.dataset.fields import SPLITS
from builder.dataset.manifest import FileSaid, Manifest
from builder.labels import LabelSet
from builder.release.card import chart, croissant, readme
from builder.release.card.limits import label_counts
from builder.release.card.metadata import Card
from builder.release.card.origins import Origins
from builder.release.card.rights import CITATION_FILE, LICENCE_FILE, citation_file, licence_file
from builder.release.card.statements import statements
from builder.release.tally import SplitSize, Tally
from builder.workspace.config import NOTHING_SAID
from builder.workspace.config import Release as ReleaseConfig


@dataclass(frozen=True)
class Told:
    """What a release tells of itself in words."""

    said: Manifest
    config: ReleaseConfig
    labels: LabelSet
    sizes: Mapping[str, Mapping[str, SplitSize]]
    tally: Tally
    behind: Origins


def write(folder: Path, told: Told, changes: str, files: Mapping[str, FileSaid]) -> None:
    """Write README, LICENSE, CITATION.cff, chart, Croissant description and notes of a release."""
    number, config, labels = told.said.version, told.config, told.labels
    rights = told.said.rights or NOTHING_SAID
    text, licences = told.said.text, told.tally.licences if told.said.text else None
    true = statements(
        config,
        number,
        told.tally,
        told.behind,
        labels,
        rights,
        told.said.reasons(),
        text=text,
        effort=told.said.effort,
    )
    sizes = {name: {s: by[s] for s in SPLITS if s in by} for name, by in told.sizes.items()}
    card = Card(
        config, number, told.said.digest, sizes, told.tally, true, told.behind.quality, labels,
        rights, text, told.said.effort, told.behind.agreement,
    )  # fmt: skip
    _put(folder / "README.md", readme.render(card))
    _put(folder / chart.FILE_NAME, chart.bars(label_counts(told.tally, labels), labels))
    _put(folder / LICENCE_FILE, licence_file(config, rights, licences))
    if cited := citation_file(config, rights, number, licences or {}):
        _put(folder / CITATION_FILE, cited)
    described = croissant.describe(
        config, number, files, true, labels, rights, licences or {}, text=text
    )
    spelled = json.dumps(described, indent=1, ensure_ascii=False)
    _put(folder / croissant.FILE_NAME, spelled + "\n")
    _put(folder / notes.FILE_NAME, changes)


def _put(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))
