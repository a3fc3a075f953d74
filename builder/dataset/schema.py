"""Declare where every field of a release stands: the layout of each config.

Hugging Face features, the card's metadata, Croissant, the JSON Schema of rows and the checks of a
release are all made from these tables.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from builder.dataset.fields import (
    FIELDS,
    Field,
)
from builder.labels import LabelSet

# Raise it whenever fields change, or what builder.dataset.rows and builder.release make of gold:
# shards of a release with another number are built again, not copied.
VERSION = 5
# Configs of which all that they say follows from the other configs.
DERIVED = ("claims", "variants")
# Configs that are in a release only if they have rows: their features are not declared otherwise.
OPTIONAL = ("opinions",)

Layout = Mapping[str, "Layout | None"]


def _layout(names: str, **structs: Layout) -> Layout:
    """Return fields in their order; those that hold structs are given with what is in them."""
    return {name: structs.get(name) for name in names.split()}


_SPAN = "id label start end text origin by suggested_by score annotators status"
_PLACE = "part parts article_start article_end"
_PART = f"{_SPAN} {_PLACE}"
_OF_PERSON = f"id label start end text origin by suggested_by score {_PLACE}"
_OF_CLAIM = "attribution quote_type check_worthy"
_OF_SOURCE = "source_type speaker"
_LINKS = "attributed_to introduced_by continues"
_CLAIM_LAYER = f"{_OF_CLAIM} {_OF_SOURCE} {_LINKS}"
_SIDES = "left_start left_end left_text right_start right_end right_text"
_ABOUT = "headline outlet published licence"

CONFIGS: dict[str, Layout] = {
    "sentences": _layout(
        "id story_id split article_id index start end text tokens ner_tags entities claims "
        f"status entity_status claim_status annotators {_ABOUT}",
        entities=_layout(f"{_PART} alignment"),
        claims=_layout(f"{_PART} {_CLAIM_LAYER}"),
    ),
    "articles": _layout(
        "id story_id split text headline authors place published outlet syndicated_from section "
        "url language licence captions sentences entities claims status seeds metadata_sources",
        captions=_layout("text credit"),
        sentences=_layout("id start end entity_status claim_status annotators"),
        entities=_layout(_SPAN),
        claims=_layout(f"{_SPAN} {_CLAIM_LAYER}"),
        metadata_sources=_layout("field value seed line how"),
    ),
    "claims": _layout(
        f"id story_id split article_id start end text {_OF_CLAIM} parts sources cues sentence_ids "
        f"context context_start origin by suggested_by score annotators status {_ABOUT}",
        parts=_layout(f"{_SPAN} {_OF_CLAIM}"),
        sources=_layout(f"{_SPAN} {_OF_SOURCE}"),
        cues=_layout(_SPAN),
    ),
    "variants": _layout(
        f"id story_id split left_article_id right_article_id left_sentence_ids right_sentence_ids "
        f"kind {_SIDES} differences aligned_claims left_outlet right_outlet",
        differences=_layout(f"type kind only_in {_SIDES} left_value right_value"),
        aligned_claims=_layout("left_claim_id right_claim_id"),
    ),
    "opinions": _layout(
        "id story_id split article_id sentence_id index start end text annotator round arm task "
        "layers entities claims flags seconds guidelines status entity_status claim_status "
        "licence",
        entities=_layout(_OF_PERSON),
        claims=_layout(f"{_OF_PERSON} {_CLAIM_LAYER}"),
    ),
}


def configs_of(filled: Iterable[str]) -> list[str]:
    """Return the configs that a release has whose rows are in these ones."""
    there = {*filled}
    return [name for name in CONFIGS if name in there or name not in OPTIONAL]


def article_of(row: Mapping[str, Any]) -> str:
    """Return the article that a row of any config is of; of a pair of articles, the left one."""
    found: str = row.get("article_id") or row.get("left_article_id") or row["id"]
    return found


def attributes_of(label: str) -> tuple[str, ...]:
    """Return the fields that hold the attributes of a claim layer's span with this label."""
    names = {"CLAIM": _OF_CLAIM, "SOURCE": _OF_SOURCE}.get(label, "")
    return tuple(names.split())


LINKS = tuple(_LINKS.split())


# --- what is made from the table --------------------------------------------------------------

# The type of a field as the JSON of ``datasets`` has it (``Features.to_dict``).
Node = dict[str, Any]
Features = dict[str, Node]


def features(config: str, labels: LabelSet, *, of: Mapping[str, Layout] = CONFIGS) -> Features:
    """Return the typed features of a config, which ``datasets.Features.from_dict`` reads."""
    return _features(of[config], tuple(labels.bio_tags()))


@cache
def _tag_node(tags: tuple[str, ...]) -> Node:
    return {"names": [*tags], "_type": "ClassLabel"}


def _features(layout: Layout, tags: tuple[str, ...]) -> Features:
    return {name: _node(FIELDS[name], inner, tags) for name, inner in layout.items()}


def _node(field: Field, inner: Layout | None, tags: tuple[str, ...]) -> Node:
    if inner is not None:
        return {"feature": _features(inner, tags), "_type": "List"}
    one: Node = {"dtype": field.kind, "_type": "Value"}
    if field.kind == "tag":
        one = _tag_node(tags)
    return {"feature": one, "_type": "List"} if field.many else one
