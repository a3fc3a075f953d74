"""Describe a release in Croissant 1.1: its files, its fields and what is said of it.

Croissant is the ML Commons' format for describing datasets to tools, with the vocabulary of
responsible AI (RAI): https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html
"""

from collections.abc import Mapping
from typing import Any

from builder.dataset.fields import FIELDS
from builder.dataset.manifest import FileSaid
from builder.dataset.schema import Layout
from builder.dataset.worded import layouts
from builder.labels import LabelSet
from builder.release.card.rights import addresses
from builder.release.card.statements import Statements
from builder.workspace.config import Release as ReleaseConfig
from builder.workspace.config import Rights

FILE_NAME = "croissant.json"
_TYPES = {
    "string": "sc:Text",
    "int32": "sc:Integer",
    "float64": "sc:Float",
    "date32": "sc:Date",
    # Its names stand in a record set of their own; readers cannot join a list with it.
    "tag": "sc:Integer",
}
_TAGS = "ner_tags"
# The context of the specification, version 1.1.
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def describe(
    config: ReleaseConfig,
    number: str,
    files: Mapping[str, FileSaid],
    said: Statements,
    labels: LabelSet,
    rights: Rights,
    texts: Mapping[str, int],
    *,
    text: bool = True,
) -> dict[str, Any]:
    """Return the description as JSON-LD; ``files`` gives bytes and SHA-256 by path.

    ``texts`` counts articles by the licence of their text; without ``text`` rows hold none.

    Each split of a config is a record set, named after both. One that lies in several files is
    read from all of them.
    """
    splits: dict[str, list[str]] = {}
    for path in (path for path in files if path.endswith(".parquet")):
        splits.setdefault(path.partition("-")[0], []).append(path)
    described = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": [
            "http://mlcommons.org/croissant/1.1",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
        "name": config.name,
        "description": said.summary,
        "version": number,
        "inLanguage": [config.language],
        "creator": {"@type": "sc:Organization", "name": rights.creator} if rights.creator else "",
        "url": rights.homepage,
        "license": [*addresses(rights, texts), said.rights],
        "citeAs": said.citation,
        "dateModified": said.day,
        "temporalCoverage": said.coverage,
        "isLiveDataset": False,
        **_responsible(said),
        "distribution": [
            *(_file(paths[0], files[paths[0]]) for paths in splits.values() if len(paths) == 1),
            *(_file_set(name) for name, paths in splits.items() if len(paths) > 1),
        ],
        "recordSet": [
            _tag_names(labels),
            *(_record_set(name, paths, layouts(text=text)) for name, paths in splits.items()),
        ],
    }
    return {name: value for name, value in described.items() if value not in (None, [], "")}


def _responsible(said: Statements) -> dict[str, Any]:
    return {
        "rai:dataCollection": said.collection,
        "rai:dataPreprocessingProtocol": [said.preprocessing],
        "rai:dataAnnotationProtocol": [said.labelling],
        "rai:dataAnnotationPlatform": ["Label Studio"] if said.tasks else [],
        "rai:dataAnnotationAnalysis": [said.agreement, said.quality, said.effort],
        "rai:annotationsPerItem": said.per_item,
        "rai:annotatorDemographics": [said.annotators],
        "rai:machineAnnotationTools": said.machines,
        "rai:dataBiases": said.biases,
        "rai:dataUseCases": said.uses,
        "rai:dataLimitations": said.limits,
        "rai:personalSensitiveInformation": [said.personal],
        "rai:dataReleaseMaintenancePlan": said.maintenance,
    }


def _file(path: str, of: FileSaid) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "contentUrl": path,
        "contentSize": f"{of.bytes} B",
        "encodingFormat": "application/x-parquet",
        "sha256": of.sha256,
    }


def _file_set(name: str) -> dict[str, Any]:
    """Return the description of the files of one split; the manifest has their hashes."""
    return {
        "@type": "cr:FileSet",
        "@id": f"{name}-files",
        "name": f"{name}-files",
        "encodingFormat": "application/x-parquet",
        "includes": f"{name}-*.parquet",
    }


def _tag_names(labels: LabelSet) -> dict[str, Any]:
    """Return the record set that gives the names of the numbers in ``ner_tags``."""
    return {
        "@type": "cr:RecordSet",
        "@id": _TAGS,
        "name": _TAGS,
        "dataType": "sc:Enumeration",
        "key": {"@id": f"{_TAGS}/id"},
        "field": [
            {"@type": "cr:Field", "@id": f"{_TAGS}/{name}", "name": name, "dataType": kind}
            for name, kind in (("id", "sc:Integer"), ("name", "sc:Text"))
        ],
        "data": [
            {f"{_TAGS}/id": number, f"{_TAGS}/name": name}
            for number, name in enumerate(labels.bio_tags())
        ],
    }


def _record_set(identity: str, paths: list[str], declared: Mapping[str, Layout]) -> dict[str, Any]:
    if len(paths) == 1:
        source: dict[str, Any] = {"fileObject": {"@id": paths[0]}}
    else:
        source = {"fileSet": {"@id": f"{identity}-files"}}
    layout = declared[identity.partition("/")[0]]
    return {
        "@type": "cr:RecordSet",
        "@id": identity,
        "name": identity,
        "key": {"@id": f"{identity}/id"},
        "field": [
            _field(f"{identity}/{name}", inner, {**source, "extract": {"column": name}})
            for name, inner in layout.items()
        ],
    }


def _field(identity: str, inner: Layout | None, source: Mapping[str, Any]) -> dict[str, Any]:
    """Return the description of one field; a list of structs has a subfield a member."""
    name = identity.rpartition("/")[2]
    declared = FIELDS[name]
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": identity,
        "name": name,
        "description": declared.meaning,
        "source": source,
    }
    if inner is not None or declared.many:
        field |= {"isArray": True, "arrayShape": "-1"}
    if inner is not None:
        field["subField"] = [
            _field(f"{identity}/{member}", of, {**source, "transform": {"jsonPath": member}})
            for member, of in inner.items()
        ]
    else:
        field["dataType"] = _TYPES[declared.kind]
    return field
