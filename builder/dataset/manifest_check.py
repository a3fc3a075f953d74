"""Check that what a manifest says fits together, and fits the files that it names."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from builder import labels
from builder.dataset import schema, version
from builder.dataset.manifest import LabelsSaid, Manifest
from builder.errors import BuilderError
from builder.labels import LabelSet

# What is wrong: the file, the field and the reason.
Fault = tuple[str, str, str]
# What every release of today's form has beside its tables.
_ALWAYS = ("CHANGES.md", "LICENSE", "README.md", "croissant.json", labels.FILE_NAME)
_MANIFEST = ""


def problems(folder: Path, said: Manifest) -> Iterator[Fault]:
    """Yield the faults of a manifest; the file is empty where that is the manifest itself.

    Older releases say less of themselves, so most is asked of those of today's form alone.
    """
    yield from _of_versions(said)
    if said.text != (said.full is None):
        told = "names the full release, which this one is" if said.text else "is missing"
        yield _MANIFEST, "full", told
    if said.form != schema.VERSION:
        return
    for name in _ALWAYS:
        if name not in said.files:
            yield name, "", "is missing: every release has one"
    yield from _of_configs(said)
    if isinstance(said.labels, LabelsSaid) and (folder / labels.FILE_NAME).is_file():
        try:
            own = labels.read(folder / labels.FILE_NAME)
        except BuilderError as error:
            yield labels.FILE_NAME, "", str(error).partition(": ")[2]
            return
        for field in _other_labels(said.labels, own):
            yield _MANIFEST, f"labels.{field}", f"is not that of {labels.FILE_NAME}"


def _of_versions(said: Manifest) -> Iterator[Fault]:
    if not 1 <= said.form <= schema.VERSION:
        told = f"is {said.form}, and this builder knows up to {schema.VERSION}: take a newer one"
        yield _MANIFEST, "form", told
    if not version.is_version(said.version):
        yield _MANIFEST, "version", f"{said.version[:40]!r} is no version"
        return
    if said.previous is None:
        return
    before = said.previous.version
    if not version.is_version(before) or version.parse(before) >= version.parse(said.version):
        yield _MANIFEST, "previous.version", f"{before[:40]!r} does not come before {said.version}"


def _of_configs(said: Manifest) -> Iterator[Fault]:
    wanted = schema.configs_of(name for name, rows in said.rows.items() if any(rows.values()))
    if said.configs is None or said.configs.keys() != {*wanted}:
        yield _MANIFEST, "configs", f"are not {', '.join(wanted)}"
        return
    there = Counter(name.partition("/")[0] for name in said.files)
    for name, config in said.configs.items():
        if config.files != there[name]:
            yield _MANIFEST, f"configs.{name}.files", f"are {config.files}, and {there[name]} lie"
    if ("text" in said.configs["sentences"].features) != said.text:
        yield _MANIFEST, "text", f"is {str(said.text).lower()}, and the features say otherwise"


def _other_labels(said: LabelsSaid, own: LabelSet) -> list[str]:
    """Return the fields in which a manifest says something else than the labels do."""
    known = {label.name for label in own.labels}
    wrong = {
        "version": said.version != own.version,
        "active": not known.issuperset(name for name in said.active if "=" not in name),
        "retired": not known.issuperset(said.retired),
    }
    return [name for name, is_wrong in wrong.items() if is_wrong]
