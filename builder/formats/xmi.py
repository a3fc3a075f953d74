"""Read and write INCEpTION's UIMA CAS XMI: named entities, span layers of its own, and relations.

The type system lies beside the file, as INCEpTION exports it. An article is a file.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder.extras import need
from builder.formats.converted import Part
from builder.formats.foreign import (
    ForeignLink,
    ForeignMark,
    ForeignText,
    Read,
    article_named,
    content,
    shown,
)
from builder.formats.labelled import Labelled, articles
from builder.labels import LabelSet

if TYPE_CHECKING:
    from cassis import TypeSystem

SUFFIXES = (".xmi",)
_NAMED = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
_OWN = "webanno.custom."
# What holds a span's label, if it is not the name of its layer.
_LABELS = ("label", "value")
_ENDS = ("Governor", "Dependent")
_TYPES = ("TypeSystem.xml", "typesystem.xml")
_CLAIM, _LINK, _TEXT = f"{_OWN}Claim", f"{_OWN}ClaimRelation", "uima.cas.String"


def export(release: Path, labels: LabelSet) -> Iterator[Part]:
    """Yield a file an article, in a folder a split with the type system."""
    need("the format xmi", "xmi")
    system = _type_system(labels)
    begun: set[str] = set()
    for article in articles(release, labels):
        if article.split not in begun:
            begun.add(article.split)
            yield Part(f"{article.split}/{_TYPES[0]}", system.to_xml().encode())
        yield Part(f"{article.split}/{article.id}.xmi", _cas(article, system).encode())


def _type_system(labels: LabelSet) -> "TypeSystem":
    import cassis

    system = cassis.TypeSystem()
    annotation = "uima.tcas.Annotation"
    entity = system.create_type(_NAMED, annotation)
    system.create_feature(entity, "value", _TEXT)
    claim, link = system.create_type(_CLAIM, annotation), system.create_type(_LINK, annotation)
    for name in ("label", *dict.fromkeys(a.name for a in labels.attributes)):
        system.create_feature(claim, name, _TEXT)
    system.create_feature(link, "label", _TEXT)
    for end in _ENDS:
        system.create_feature(link, end, claim)
    return system


def _cas(article: Labelled, system: "TypeSystem") -> str:
    import cassis

    cas = cassis.Cas(typesystem=system, lenient=True)
    cas.sofa_string, cas.sofa_mime = article.text, "text/plain"
    entity, claim, link = map(system.get_type, (_NAMED, _CLAIM, _LINK))
    made: dict[str, Any] = {}
    for span in article.spans:
        place = {"begin": span.start, "end": span.end}
        if span.layer == "entity":
            made[span.id] = entity(**place, value=span.label)
        else:
            made[span.id] = claim(**place, label=span.label, **span.attributes)
        cas.add(made[span.id])
    for relation in article.relations:
        head, tail = made[relation.head], made[relation.tail]
        ends = {"Governor": head, "Dependent": tail}
        cas.add(link(begin=tail.begin, end=tail.end, label=relation.label, **ends))
    return str(cas.to_xmi(pretty_print=True))


# --- reading ----------------------------------------------------------------------------------


def read(path: Path, *, machine: bool) -> Read:
    """Yield the text of a file with its spans and relations."""
    need("the format xmi", "xmi")
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
    yield ForeignText(
        shown(path),
        cas.sofa_string or "",
        tuple(m for kind, features in spans for m in _marks(cas.select(kind.name), features)),
        tuple(r for kind, features in links for r in _links(cas.select(kind.name), features)),
        article=article_named(path.stem),
    )


def _marks(found: Iterable[Any], features: set[str]) -> Iterator[ForeignMark]:
    for one in found:
        said = _said(one, features)
        yield ForeignMark(
            _label(one, said),
            one.begin,
            one.end,
            key=str(one.xmiID),
            attributes={n: v for n, v in sorted(said.items()) if n not in _LABELS},
            where=f"xmi:id {one.xmiID}",
        )


def _links(found: Iterable[Any], features: set[str]) -> Iterator[ForeignLink]:
    for one in found:
        head, tail = (str(getattr(getattr(one, end), "xmiID", "")) for end in _ENDS)
        yield ForeignLink(_label(one, _said(one, features)), head, tail, f"xmi:id {one.xmiID}")


def _said(one: Any, features: Iterable[str]) -> dict[str, str]:
    """Return the features of a span or relation that are text, but for its identity in the tool."""
    values = ((n, getattr(one, n, None)) for n in features if n not in ("identifier", "id"))
    return {name: value for name, value in values if isinstance(value, str) and value}


def _label(one: Any, said: Mapping[str, str]) -> str:
    """Return the label: what a feature says, or else the layer's name."""
    named = next((said[name] for name in _LABELS if name in said), "")
    return named or str(one.type.name).removeprefix(_OWN).rpartition(".")[2]
