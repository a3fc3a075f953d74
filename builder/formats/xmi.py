"""Read INCEpTION's UIMA CAS XMI: named entities, span layers of its own, and relations.

The type system lies beside the file, as INCEpTION exports it.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from builder.formats.documents import Document, Link, Mark, Read, article_named, content, shown

SUFFIXES = (".xmi",)
_NAMED = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
_OWN = "webanno.custom."
# What holds a span's label, if it is not the name of its layer.
_LABELS = ("label", "value")
_ENDS = ("Governor", "Dependent")
_TYPES = ("TypeSystem.xml", "typesystem.xml")


def read(path: Path, *, machine: bool) -> Read:
    """Yield the text of a file with its spans and relations."""
    import cassis

    types = next((found for n in _TYPES if (found := path.with_name(n)).is_file()), None)
    if types is None:
        raise ValueError(f"has no {_TYPES[0]} beside it: INCEpTION exports it with the file")
    content(types), content(path)  # neither is too large
    with types.open("rb") as file:
        system = cassis.load_typesystem(file)
    with path.open("rb") as file:
        cas = cassis.load_cas_from_xmi(file, typesystem=system, lenient=True)
    links: list[tuple[Any, set[str]]] = []
    spans: list[tuple[Any, set[str]]] = []
    for kind in sorted(system.get_types(), key=lambda t: str(t.name)):
        if kind.name == _NAMED or kind.name.startswith(_OWN):
            features = {feature.name for feature in kind.all_features}
            (links if {*_ENDS} <= features else spans).append((kind, features))
    yield Document(
        shown(path),
        cas.sofa_string or "",
        tuple(m for kind, features in spans for m in _marks(cas.select(kind.name), features)),
        tuple(r for kind, features in links for r in _links(cas.select(kind.name), features)),
        article=article_named(path.stem),
    )


def _marks(found: Iterable[Any], features: set[str]) -> Iterator[Mark]:
    for one in found:
        said = _said(one, features)
        yield Mark(
            _label(one, said),
            one.begin,
            one.end,
            key=str(one.xmiID),
            attributes={n: v for n, v in sorted(said.items()) if n not in _LABELS},
            where=f"xmi:id {one.xmiID}",
        )


def _links(found: Iterable[Any], features: set[str]) -> Iterator[Link]:
    for one in found:
        head, tail = (str(getattr(getattr(one, end), "xmiID", "")) for end in _ENDS)
        yield Link(_label(one, _said(one, features)), head, tail, f"xmi:id {one.xmiID}")


def _said(one: Any, features: Iterable[str]) -> dict[str, str]:
    """Return the features of a span or relation that are text, but for its identity in the tool."""
    values = ((n, getattr(one, n, None)) for n in features if n not in ("identifier", "id"))
    return {name: value for name, value in values if isinstance(value, str) and value}


def _label(one: Any, said: Mapping[str, str]) -> str:
    """Return the label: what a feature says, or else the layer's name."""
    named = next((said[name] for name in _LABELS if name in said), "")
    return named or str(one.type.name).removeprefix(_OWN).rpartition(".")[2]
