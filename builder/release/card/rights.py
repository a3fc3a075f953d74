"""Say what licence a release's labels and texts have: in the card, LICENSE, CITATION.cff.

All of it is what builder.toml and the rows say; where they say nothing, it says that.
"""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from builder.dataset.rights import terms_of
from builder.licences import OTHER, UNKNOWN
from builder.phrasing import count, most_first
from builder.workspace.config import Licence, Rights
from builder.workspace.config import Release as ReleaseConfig

LICENCE_FILE, CITATION_FILE = "LICENSE", "CITATION.cff"
# What the Hub knows as the licence of a dataset, of the ids of SPDX in lower case; the list stands
# in docs/hub/repositories-licenses.md of github.com/huggingface/hub-docs (Apache-2.0).
HUB = frozenset((
    "apache-2.0", "mit", "afl-3.0", "artistic-2.0", "bsl-1.0", "bsd-2-clause", "bsd-3-clause",
    "bsd-3-clause-clear", "c-uda", "cc0-1.0", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0",
    "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0",
    "cc-by-nd-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0",
    "cc-by-nc-sa-4.0", "cdla-sharing-1.0", "cdla-permissive-1.0", "cdla-permissive-2.0",
    "wtfpl", "ecl-2.0", "epl-1.0", "epl-2.0", "etalab-2.0", "eupl-1.1", "agpl-3.0", "gpl-2.0",
    "gpl-3.0", "lgpl-2.1", "lgpl-3.0", "isc", "lppl-1.3c", "ms-pl", "mpl-2.0", "odc-by", "odbl",
    "osl-3.0", "postgresql", "ofl-1.1", "ncsa", "unlicense", "zlib", "pddl",
))  # fmt: skip
_HUB_SAYS = {"odc-by-1.0": "odc-by", "odbl-1.0": "odbl", "pddl-1.0": "pddl"}
_NO_TEXT = "The texts are not part of it."
_NONE_KNOWN = "no licence is known, and this dataset gives none: ask who published it"


def sentences(rights: Rights, texts: Mapping[str, int] | None) -> str:
    """Return what licence labels and texts have; ``texts`` counts articles by licence.

    The empty name stands for texts whose licence nobody knows; None for texts that are not there.
    """
    if texts is None:
        return f"{_labels(rights.labels)} {_NO_TEXT}"
    return " ".join([_labels(rights.labels), *(_texts(rights, *one) for one in _counted(texts))])


def _labels(labels: Licence) -> str:
    if labels.called is None:
        return (
            "Under which licence the labels are is not said (`[rights]` in `builder.toml` would)."
        )
    return f"The labels (spans, attributes, links) are licensed under {_named(labels)}."


def _texts(rights: Rights, name: str, number: int) -> str:
    of = f"Of the text of {count(number, 'article')}"
    if not name:
        return f"{of}, {_NONE_KNOWN}."
    where = terms_of(name, rights).address
    return f"{of}, the licence is {name}{f' ({where})' if where else ''}."


def _named(licence: Licence) -> str:
    return f"{licence.called} ({licence.address})"


def _counted(texts: Mapping[str, int]) -> list[tuple[str, int]]:
    return list(most_first(texts).items())


def addresses(rights: Rights, texts: Mapping[str, int]) -> list[str]:
    """Return where the licences of labels and texts can be read."""
    of_texts = (terms_of(name or None, rights).address for name, _ in _counted(texts))
    return list(dict.fromkeys(a for a in (rights.labels.address, *of_texts) if a))


def hub_metadata(rights: Rights, texts: Mapping[str, int]) -> dict[str, str]:
    """Return what the card's metadata say of the licence.

    The Hub has ids for licences, and none for a dataset whose parts are under several.
    """
    labels = rights.labels.called
    one = only(rights, texts)
    if one is not None:
        known = _HUB_SAYS.get(one.lower(), one.lower())
        if known in HUB:
            return {"license": known}
    if labels is None and set(texts) <= {""}:
        return {"license": UNKNOWN}
    names = [name or UNKNOWN for name, _ in _counted(texts)]
    of_texts = " and ".join(names) if len(names) < 4 else "several"
    name = one or f"labels {labels or UNKNOWN} texts {of_texts or UNKNOWN}"
    slug = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-") or OTHER
    return {"license": OTHER, "license_name": slug, "license_link": LICENCE_FILE}


def only(rights: Rights, texts: Mapping[str, int]) -> str | None:
    """Return the licence of all there is, labels and texts; None if there is no such one."""
    labels = rights.labels.called
    return labels if labels is not None and set(texts) <= {labels} else None


def licence_file(config: ReleaseConfig, rights: Rights, texts: Mapping[str, int] | None) -> str:
    """Return the file LICENSE; ``texts`` is None where the texts are not there."""
    lines = [config.title]
    lines += [f"by {rights.creator}"] if rights.creator else []
    lines += ["", "Labels (spans, attributes, links)"]
    if rights.labels.called is None:
        lines.append("  no licence is said")
    else:
        lines += [f"  {rights.labels.called}", f"  {rights.labels.address}"]
    if texts is None:
        return "\n".join([*lines, "", _NO_TEXT]) + "\n"
    for name, number in _counted(texts):
        lines += ["", f"The text of {count(number, 'article')}"]
        if name:
            where = terms_of(name, rights).address
            lines += [f"  {name}", *([f"  {where}"] if where else [])]
        else:
            lines.append(f"  {_NONE_KNOWN}")
    lines += ["", "Each row names the licence of its article's text in the column `licence`."]
    return "\n".join(lines) + "\n"


def citation_file(
    config: ReleaseConfig, rights: Rights, number: str, texts: Mapping[str, int]
) -> str:
    """Return the file CITATION.cff; empty where no creator is known, whom the format asks for."""
    if not rights.creator:
        return ""
    one = only(rights, texts)
    said: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it.",
        "type": "dataset",
        "title": config.title,
        "version": number,
        "authors": [{"name": rights.creator}],
    }
    # The format takes ids of SPDX alone.
    said |= {"license": one} if one and rights.labels.licence == one else {}
    said |= {"url": rights.homepage} if rights.homepage else {}
    return yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=1000)


def citation(config: ReleaseConfig, rights: Rights, number: str) -> str:
    """Return how the release is cited."""
    by = f"{rights.creator}: " if rights.creator else ""
    at = f" {rights.homepage}" if rights.homepage else ""
    return f"{by}{config.title}, version {number}.{at}"
