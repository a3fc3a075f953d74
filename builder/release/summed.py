"""Add up what the shards of a release come to, and say it in its manifest."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from builder.dataset import manifest, schema
from builder.dataset.digest import composed
from builder.dataset.fields import SPLITS
from builder.dataset.left_out import Refused
from builder.dataset.manifest import ConfigSaid, FileSaid, LabelsSaid, Manifest, Previous, ShardSaid
from builder.release.card.origins import UNKNOWN, Origins
from builder.release.content import Content, labels_digest, tools
from builder.release.shards import Written
from builder.release.tally import SplitSize, Tally


@dataclass
class Summed:
    """What the shards of a release come to together."""

    shards: list[ShardSaid] = field(default_factory=list)
    files: dict[str, FileSaid] = field(default_factory=dict)
    sizes: dict[str, dict[str, SplitSize]] = field(
        default_factory=lambda: {name: {} for name in schema.configs_of(())}
    )
    tally: Tally = field(default_factory=Tally)
    behind: Origins = UNKNOWN
    left_out: Counter[str] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)

    def add(self, shard: Written) -> None:
        """Add what a shard comes to."""
        self.shards.append(shard.said)
        self.files |= shard.files
        for config, by in shard.sums.sizes.items():
            for split, size in by.items():
                of_config = self.sizes.setdefault(config, {})
                of_config[split] = of_config.get(split, SplitSize(0, 0)) + size
        self.tally += shard.sums.tally
        self.behind += shard.sums.behind
        self.left_out.update(item.reason for item in shard.left_out)
        self.refused += shard.sums.refused


def manifest_of(content: Content, made: Summed, previous: Path | None) -> Manifest:
    """Return all that the manifest says but the version and the hashes of the files."""
    labels, tally = content.labels, made.tally
    before = None if previous is None else manifest.read(previous)
    counted = Counter(path.partition("/")[0] for path in made.files)
    return Manifest(
        name=content.config.name,
        version="",
        previous=None
        if before is None
        else Previous(version=before.version, digest=before.digest),
        digest=composed([shard.digest for shard in made.shards]),
        lasting=composed([shard.lasting for shard in made.shards]),
        about=content.config.model_dump(),
        rights=content.rights,
        inputs=dict(content.inputs),
        labels=LabelsSaid(
            version=labels.version,
            active=tuple(labels.usable()),
            retired=tuple(label.name for label in labels.labels if label.retired),
            used={**tally.spans, **tally.values},
            rows=labels_digest(labels),
        ),
        tools=tools(),
        models=tuple(m for m in sorted({*tally.made_by, *tally.suggested_by}) if "@" in m),
        pipelines=made.behind.pipelines,
        left=content.left,
        rounds=content.rounds,
        effort=content.effort,
        form=schema.VERSION,
        configs={
            name: ConfigSaid(features=schema.features(name, labels), files=counted[name])
            for name in schema.configs_of(made.sizes)
        },
        rows={name: {s: by[s].rows for s in SPLITS if s in by}
              for name, by in made.sizes.items()},
        left_out=dict(sorted(made.left_out.items())),
        refused=tuple(made.refused),
        shards=tuple(made.shards),
        files={},
    )  # fmt: skip
