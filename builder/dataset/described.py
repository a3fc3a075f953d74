"""Check what a release says of itself in its card and in its Croissant description."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml
from pyarrow import parquet

from builder.dataset import features, manifest
from builder.dataset.manifest import Manifest
from builder.errors import BuilderError

Problem = tuple[Path, str, str]
README, CROISSANT = "README.md", "croissant.json"
# The loader in C is some ten times as fast, where PyYAML has it.
_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# A card's features are some ten deep.
_DEEPEST = 100


def problems(folder: Path, said: Manifest) -> Iterator[Problem]:
    """Yield file, field and reason of what the card and Croissant say otherwise than it is."""
    yield from _other_previous(folder, said)
    yield from _untrue_readme(folder, said)
    if (folder / CROISSANT).exists():
        yield from _untrue_croissant(folder, said)


def _other_previous(folder: Path, said: Manifest) -> Iterator[Problem]:
    if said.previous is None:
        return
    before = folder.parent / said.previous.version / manifest.FILE_NAME
    with suppress(BuilderError):  # the check of that release says so
        if not before.exists() or manifest.read(before.parent).digest == said.previous.digest:
            return
        told = f"is not the digest of {said.previous.version}"
        yield folder / manifest.FILE_NAME, "previous.digest", told


# --- the card -----------------------------------------------------------------------------------


def _untrue_readme(folder: Path, said: Manifest) -> Iterator[Problem]:
    """The README's features beat those in the Parquet files silently, so they must be the same."""
    readme = folder / README
    try:
        _, head, _ = readme.read_text(encoding="utf-8").split("---\n", 2)
        _check_depth(head)
        card = yaml.load(head, _YAML)
        infos = {info["config_name"]: info for info in card["dataset_info"]}
        configs = {config["config_name"]: config for config in card["configs"]}
        for name, config in configs.items():
            yield from _other_files(folder, name, config)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        yield readme, "dataset_info", f"cannot be read: {error}"
        return
    filled = {name for name, splits in said.rows.items() if any(splits.values())}
    for field, named in (("configs", configs.keys()), ("dataset_info", infos.keys())):
        if set(named) != filled:
            told = f"names {', '.join(sorted(named))}, and there are {', '.join(sorted(filled))}"
            yield readme, field, told
    for name, config in configs.items():
        if str(config.get("version", said.version)) != said.version:
            yield readme, f"configs.{name}.version", f"is not {said.version}"
    for name, info in infos.items():
        yield from _other_info(folder, name, info)


def _check_depth(text: str) -> None:
    """Raise ValueError for YAML so deep that its loader in C would end the process."""
    depth = 0
    for event in yaml.parse(text, _YAML):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise ValueError(f"is nested more than {_DEEPEST} deep")


def _other_files(folder: Path, name: str, config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the splits that the card looks for where their files do not lie."""
    there = _files_by_split(folder, name)
    named = {of["split"]: of["path"] for of in config["data_files"]}
    if named.keys() != there.keys():
        told = f"name {', '.join(sorted(named))}, and there are {', '.join(sorted(there))}"
        yield folder / README, f"configs.{name}.data_files", told
    for split, pattern in named.items():
        patterns = [pattern] if isinstance(pattern, str) else pattern
        found = {path for one in patterns for path in folder.glob(one)}
        if split in there and found != {*there[split]}:
            told = f"{split}: {pattern} names other files"
            yield folder / README, f"configs.{name}.data_files", told


def _files_by_split(folder: Path, config: str) -> dict[str, list[Path]]:
    """Return the Parquet files of a config by the split that begins their names."""
    found: dict[str, list[Path]] = {}
    for path in (folder / config).glob("*.parquet"):
        found.setdefault(path.name.partition("-")[0], []).append(path)
    return found


def _other_info(folder: Path, name: str, info: Mapping[str, Any]) -> Iterator[Problem]:
    readme, there = folder / README, _files_by_split(folder, name)
    try:
        for path in sorted(path for paths in there.values() for path in paths):
            if features.to_yaml(features.read(path)) != info["features"]:
                yield readme, f"dataset_info.{name}.features", f"differ from those of {path.name}"
        named = {split["name"]: split["num_examples"] for split in info["splits"]}
    except (KeyError, TypeError) as error:
        yield readme, f"dataset_info.{name}", f"cannot be read: {error}"
        return
    for split in sorted(there.keys() - named.keys()):
        yield readme, f"dataset_info.{name}.splits", f"do not name {split}"
    for split, number in named.items():
        rows = sum(parquet.read_metadata(path).num_rows for path in there.get(split, ()))
        if rows != number:
            yield readme, f"dataset_info.{name}.splits", f"{split} has {rows} rows"


# --- Croissant ----------------------------------------------------------------------------------


def _untrue_croissant(folder: Path, said: Manifest) -> Iterator[Problem]:
    path = folder / CROISSANT
    try:
        described = json.loads(path.read_bytes())
        files = {of["@id"]: of for of in described["distribution"]}
        records = {of["@id"]: of for of in described["recordSet"]}
        yield from _other_distribution(path, files, said)
        yield from _other_fields(path, records, said)
        about = (("name", said.name), ("version", said.version))
        for field, wanted in about:
            if described.get(field) != wanted:
                yield path, field, f"is not {wanted}"
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        yield path, "", f"cannot be read as Croissant: {error!r}"


def _other_distribution(
    path: Path, files: Mapping[str, Mapping[str, Any]], said: Manifest
) -> Iterator[Problem]:
    splits: dict[str, list[str]] = {}
    for name in said.files:
        if name.endswith(".parquet"):
            splits.setdefault(name.partition("-")[0], []).append(name)
    alone = {names[0] for names in splits.values() if len(names) == 1}
    sets = {name for name, names in splits.items() if len(names) > 1}
    for name in sorted(alone - files.keys()):
        yield path, "distribution", f"does not name {name}"
    objects = {n: of for n, of in files.items() if of["@type"] == "cr:FileObject"}
    for name, of in sorted(objects.items()):
        there = said.files.get(str(of["contentUrl"]))
        if there is None:
            yield path, f"distribution.{name}", f"{of['contentUrl']} is no file of the release"
        elif (of["contentSize"], of["sha256"]) != (f"{there.bytes} B", there.sha256):
            yield path, f"distribution.{name}", "has another size or SHA-256"
    if len(files) - len(objects) < len(sets):
        yield path, "distribution", "lacks a set of files"


def _other_fields(
    path: Path, records: Mapping[str, Mapping[str, Any]], said: Manifest
) -> Iterator[Problem]:
    """Yield the record sets that are not a split of a config with its columns."""
    if said.configs is None:
        return
    wanted = {
        f"{config}/{split}": set(said.configs[config].features)
        for config, splits in said.rows.items()
        for split, rows in splits.items()
        if rows and config in said.configs
    }
    for name in sorted(wanted.keys() - records.keys()):
        yield path, "recordSet", f"has none for {name}"
    for name in sorted(wanted.keys() & records.keys()):
        columns = {str(field["name"]) for field in records[name]["field"]}
        if columns != wanted[name]:
            yield path, f"recordSet.{name}", f"has other columns: {sorted(columns ^ wanted[name])}"
