"""Say in YAML what the Hub and ``datasets`` want to know of a release, for the top of its card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.dataset.effort_said import EffortSaid
from builder.dataset.features import to_yaml
from builder.dataset.schema import configs_of, features
from builder.dataset.worded import layouts
from builder.labels import LabelSet
from builder.release.card.agreement import StoryAgreement
from builder.release.card.rights import hub_metadata
from builder.release.card.statements import Statements
from builder.release.tally import SplitSize, Tally
from builder.review.quality import LabelQuality
from builder.workspace.config import Release as ReleaseConfig
from builder.workspace.config import Rights

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


@dataclass(frozen=True)
class Card:
    """What a card is written from; ``sizes`` says for each config and split how large it is.

    ``text`` tells whether rows hold the words of the articles, ``effort`` what is told of people's,
    ``agreement`` is what figures of agreement are made of.
    """

    config: ReleaseConfig
    number: str
    digest: str
    sizes: Mapping[str, Mapping[str, SplitSize]]
    tally: Tally
    said: Statements
    quality: Sequence[LabelQuality]
    labels: LabelSet
    rights: Rights
    text: bool = True
    effort: EffortSaid | None = None
    agreement: Sequence[StoryAgreement] = ()

    def empty(self) -> list[str]:
        """Return the configs that have no rows."""
        return [name for name in configs_of(self.sizes) if not self.sizes.get(name)]


def metadata(card: Card) -> dict[str, Any]:
    """Return the metadata of a card."""
    tally, sizes = card.tally, card.sizes
    rows = sum(size.rows for size in sizes.get("sentences", {}).values())
    entities, claims = (bool(card.labels.names(layer)) for layer in ("entity", "claim"))
    licence = hub_metadata(card.rights, tally.licences if card.text else {})
    creators = [
        *(["machine-generated"] if any("@" in maker for maker in tally.made_by) else []),
        # The Hub asks what people they are; nobody knows that here.
        *(["other"] if tally.looked_at else []),
    ]
    said_of_all = {
        # datasets caches by this: a rebuild with other rows is not mistaken for this one.
        "description": f"sha256:{card.digest}",
        "license": licence.get("license_name", licence["license"]),
        "citation": card.said.citation,
        **({"homepage": card.rights.homepage} if card.rights.homepage else {}),
    }
    return {
        "pretty_name": card.config.title + ("" if card.text else " (without text)"),
        "language": [card.config.language],
        "multilinguality": ["monolingual"],
        **licence,
        "task_categories": ["token-classification"],
        **({"task_ids": ["named-entity-recognition"]} if entities else {}),
        "tags": ["news", *(["claims", "attribution"] if claims else []), "croissant"],
        "annotations_creators": creators,
        "size_categories": [next((name for n, name in _SIZES if rows < n), "1M<n<10M")],
        "configs": [
            {
                "config_name": name,
                "version": card.number,
                **({"default": True} if name == "sentences" else {}),
                "data_files": [
                    {"split": split, "path": f"{name}/{split}-*.parquet"} for split in splits
                ],
            }
            for name, splits in sizes.items()
            if splits
        ],
        "dataset_info": [
            {
                "config_name": name,
                **said_of_all,
                "features": to_yaml(features(name, card.labels, of=layouts(text=card.text))),
                "splits": [
                    {"name": split, "num_bytes": size.nbytes, "num_examples": size.rows}
                    for split, size in splits.items()
                ],
            }
            for name, splits in sizes.items()
            if splits
        ],
    }
