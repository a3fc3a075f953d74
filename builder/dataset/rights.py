"""Say which licence an article's text has, and which texts of a release may not be given away."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.dataset import manifest
from builder.dataset.schema import CONFIGS
from builder.licences import address, keeps_text, spdx_id
from builder.records import Metadata
from builder.text import normalise
from builder.workspace.config import NOTHING_SAID, Rights, TextLicence

_COLUMNS = ("id", "article_id", "outlet", "headline", "licence")
_HOW = "say which one under [rights] in builder.toml, or in a sidecar"


@dataclass(frozen=True)
class Terms:
    """What a text may be used under; ``licence`` is None where nobody knows.

    ``redistribute`` tells that builder.toml allows the text to be given away.
    """

    licence: str | None
    address: str = ""
    redistribute: bool = False

    def kept_back(self) -> str:
        """Return why the text may not be given away; empty if it may."""
        if self.licence is None:
            return f"its licence is not known: {_HOW}"
        if self.redistribute:
            return ""
        known = spdx_id(self.licence)
        why = keeps_text(known) if known == self.licence else "builder.toml does not say it may be"
        if not why:
            return ""
        return (
            f"its licence is {self.licence}: {why}; if it allows what you do, say "
            "`redistribute = true` beside it under [rights] in builder.toml"
        )


def licence_of(metadata: Metadata, rights: Rights) -> str | None:
    """Return the licence of an article's text: an SPDX id or a name, None where nobody knows.

    What somebody states beside its seeds counts before what builder.toml says of its outlet, and
    that before what it says of all texts. Where seeds state several, one that keeps the text back
    counts. What a page says of itself does not count: it may mean a picture in it.
    """
    outlet = metadata.first("outlet")
    stated = (found.value for found in metadata.licence if found.given)
    terms = [terms_of(spdx_id(value) or value, rights) for value in dict.fromkeys(stated)]
    if not terms:
        return _by_default(outlet, rights).called
    return next((one for one in terms if one.kept_back()), terms[0]).licence


def kept_back(metadata: Metadata, rights: Rights) -> str:
    """Return why an article's text may not be given away; empty if it may."""
    return terms_of(licence_of(metadata, rights), rights).kept_back()


def _by_default(outlet: str | None, rights: Rights) -> TextLicence:
    name = _named(outlet or "")
    return next((one for one in rights.outlets if _named(one.outlet) == name), rights.text)


def _named(outlet: str) -> str:
    """Return by what an outlet is known, however it is typed."""
    return normalise(outlet).strip().casefold()


def unknown_outlets(rights: Rights, outlets: Iterable[str]) -> list[str]:
    """Return the outlets that builder.toml gives a licence, and that no article has."""
    there = {_named(outlet) for outlet in outlets}
    return [one.outlet for one in rights.outlets if _named(one.outlet) not in there]


def terms_of(licence: str | None, rights: Rights) -> Terms:
    """Return what builder.toml, or else the list of licences, says of a licence that a row names.

    The same licence is allowed wherever builder.toml allows it.
    """
    if licence is None:
        return Terms(None)
    said = [one for one in (rights.text, *rights.outlets) if one.called == licence]
    if said:
        return Terms(licence, said[0].address, any(one.redistribute for one in said))
    return Terms(licence, address(licence) if spdx_id(licence) == licence else "")


def unpublishable(folder: Path) -> list[str]:
    """Return the articles of a release whose text may not be given away, each with the reason.

    Everything is read from the release alone. In one of an older form no licence is known, in one
    without text none is needed.

    Raises:
        BuilderError: the folder is no release.

    """
    said = manifest.read(folder)
    if not said.text:
        return []
    rights = said.rights or NOTHING_SAID
    found = {}
    for row in _rows(folder):
        why = terms_of(row["licence"], rights).kept_back()
        identity = row["article_id"] or row["id"]
        if why and identity not in found:
            outlet, headline = row["outlet"] or "unknown outlet", row["headline"] or "no headline"
            found[identity] = f"{outlet}: “{headline}” ({identity}): {why}"
    return [found[identity] for identity in sorted(found)]


def _rows(folder: Path) -> Iterator[dict[str, Any]]:
    from pyarrow import parquet

    # An article that is not there whole may have rows in the other tables. A pair of articles has
    # no licence of its own; both have rows elsewhere.
    of_one = [name for name, layout in CONFIGS.items() if "licence" in layout]
    paths = [path for name in of_one for path in sorted((folder / name).glob("*.parquet"))]
    for path in paths:
        there = set(parquet.read_schema(path).names)
        table = parquet.ParquetFile(path).read(columns=[n for n in _COLUMNS if n in there])
        for row in table.to_pylist():
            yield {name: row.get(name) for name in _COLUMNS}
