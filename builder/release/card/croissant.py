"""Describe a release in Croissant 1.1.

Croissant is the ML Commons' format for describing datasets to tools, with the vocabulary of
responsible AI (RAI): https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html
"""

from collections.abc import Mapping
from typing import Any

from datasets import ClassLabel, Features, List

from builder.dataset import tables
from builder.dataset.fields import MEANINGS
from builder.release.card.statements import Statements
from builder.workspace.config import Release as ReleaseConfig

FILE_NAME = "croissant.json"
_TYPES = {"string": "sc:Text", "int32": "sc:Integer", "float64": "sc:Float", "date32": "sc:Date"}
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
    files: Mapping[str, Mapping[str, Any]],
    said: Statements,
) -> dict[str, Any]:
    """Return the description as JSON-LD; ``files`` gives bytes and sha256 by path.

    Each Parquet file is a record set of its own, named after its table and split.
    """
    parquet = {path: of for path, of in files.items() if path.endswith(".parquet")}
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
        "license": ["https://creativecommons.org/licenses/by/4.0/", said.rights],
        "citeAs": said.citation,
        "datePublished": said.day,
        "temporalCoverage": said.coverage,
        "isLiveDataset": False,
        **_responsible(said),
        "distribution": [_file(path, of) for path, of in parquet.items()],
        "recordSet": [_tag_names(), *(_record_set(path) for path in parquet)],
    }
    return {name: value for name, value in described.items() if value not in (None, [], "")}


def _responsible(said: Statements) -> dict[str, Any]:
    return {
        "rai:dataCollection": said.collection,
        "rai:dataCollectionType": ["Manual Human Curator"],
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


def _file(path: str, of: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "contentUrl": path,
        "contentSize": f"{of['bytes']} B",
        "encodingFormat": "application/x-parquet",
        "sha256": of["sha256"],
    }


def _tag_names() -> dict[str, Any]:
    """Return the record set that gives the names of the numbers in ``ner_tags``."""
    names = tables.features()["sentences"][_TAGS].feature.names
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
            {f"{_TAGS}/id": number, f"{_TAGS}/name": name} for number, name in enumerate(names)
        ],
    }


def _record_set(path: str) -> dict[str, Any]:
    table, _, file = path.partition("/")
    identity = f"{table}/{file.partition('-')[0]}"
    features: Features = tables.features()[table]
    return {
        "@type": "cr:RecordSet",
        "@id": identity,
        "name": identity,
        "key": {"@id": f"{identity}/id"},
        "field": [
            _field(
                f"{identity}/{name}",
                kind,
                {"fileObject": {"@id": path}, "extract": {"column": name}},
            )
            for name, kind in features.items()
        ],
    }


def _field(identity: str, kind: Any, source: Mapping[str, Any]) -> dict[str, Any]:
    """Return the description of one field; a list of structs has a subfield a member."""
    name = identity.rpartition("/")[2]
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": identity,
        "name": name,
        "description": MEANINGS[name],
        "source": source,
    }
    inner = kind.feature if isinstance(kind, List) else kind
    if isinstance(kind, List):
        field |= {"isArray": True, "arrayShape": "-1"}
    if isinstance(inner, dict):
        field["subField"] = [
            _field(f"{identity}/{member}", of, {**source, "transform": {"jsonPath": member}})
            for member, of in inner.items()
        ]
    elif isinstance(inner, ClassLabel):
        # Its names stand in a record set of their own; readers cannot join a list with it.
        field["dataType"] = "sc:Integer"
    else:
        field["dataType"] = _TYPES[inner.dtype]
    return field
