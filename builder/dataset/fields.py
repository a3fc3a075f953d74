"""Declare every field of a release, once: its name, its type, what it means, its values."""

from dataclasses import dataclass
from typing import Literal, get_args

from builder.records import LAYERS, Arm, DifferenceKind, DifferenceType, Origin, Split, Status

SPLITS: tuple[str, ...] = get_args(Split)
ORIGINS: tuple[str, ...] = get_args(Origin)
STATUSES: tuple[str, ...] = get_args(Status)
DIFFERENCE_TYPES: tuple[str, ...] = get_args(DifferenceType)
DIFFERENCE_KINDS: tuple[str, ...] = get_args(DifferenceKind)
ARMS: tuple[str, ...] = get_args(Arm)
ALIGNMENTS = ("exact", "expanded", "nested")
Kind = Literal["string", "int32", "float64", "date32", "tag", "struct"]


@dataclass(frozen=True)
class Field:
    """One field: its type, what it means, and which values it may take.

    ``many`` is a list of that type, ``optional`` may be null. A struct is always a list of
    structs; what is in it stands in ``CONFIGS``.
    """

    name: str
    kind: Kind
    meaning: str
    many: bool = False
    optional: bool = False
    values: tuple[str, ...] = ()


_FIELDS = (
    Field("id", "string", "Stable id: it stays the same from release to release."),
    Field("article_id", "string", "The article that the row is from."),
    Field(
        "story_id", "string", "The story, which is all articles that tell the same: group by it."
    ),
    Field(
        "split",
        "string",
        "train, validation or test; the same for all rows of a story, for ever.",
        values=SPLITS,
    ),
    Field("index", "int32", "The sentence's place in its article, from 0."),
    Field(
        "start",
        "int32",
        "Where it begins, in code points: spans of a sentence in it, else in the article.",
    ),
    Field("end", "int32", "Where it ends, exclusive: text[start:end] is the span."),
    Field(
        "text",
        "string",
        "The words; of a claim with several parts, all of them with a space between.",
    ),
    Field("tokens", "string", "The sentence's tokens, by spaCy's English tokenizer.", many=True),
    Field(
        "ner_tags",
        "tag",
        "BIO tags of the tokens, from the entities; the record set ner_tags names them.",
        many=True,
    ),
    Field("entities", "struct", "Spans of the entity layer: names and values, as in OntoNotes 5."),
    Field("claims", "struct", "Spans of the claim layer: CLAIM, SOURCE and CUE."),
    Field("label", "string", "The span's label."),
    Field(
        "origin",
        "string",
        "suggested (a person may have confirmed it), changed by a person, or manual.",
        values=ORIGINS,
    ),
    Field(
        "by",
        "string",
        "Who made the span as it is: a rule or model with its version, or an annotator.",
    ),
    Field(
        "suggested_by",
        "string",
        "The rule or model whose suggestion the span comes from; null: none.",
        optional=True,
    ),
    Field(
        "score",
        "float64",
        "How sure the machine was, from 0 to 1; null where it did not say.",
        optional=True,
    ),
    Field(
        "annotators",
        "string",
        "Pseudonyms: in whose work a span stands as it is; who looked at a sentence.",
        many=True,
    ),
    Field(
        "status",
        "string",
        "How far people have come, at the least: machine, disputed, single, agreed or adjudicated.",
        values=STATUSES,
    ),
    Field(
        "entity_status",
        "string",
        "The status of the entity layer; null if the labels have none.",
        optional=True,
        values=STATUSES,
    ),
    Field(
        "claim_status",
        "string",
        "The status of the claim layer; null if the labels have none.",
        optional=True,
        values=STATUSES,
    ),
    Field("part", "int32", "Which part of the whole span lies in this sentence, from 0."),
    Field(
        "parts",
        "int32",
        "In sentences, in how many the span lies; in claims, the CLAIM spans that make it up.",
    ),
    Field("article_start", "int32", "Where the whole span begins in the article."),
    Field("article_end", "int32", "Where the whole span ends in the article."),
    Field(
        "alignment",
        "string",
        "exact, expanded (tagged over whole tokens) or nested (not in ner_tags).",
        values=ALIGNMENTS,
    ),
    Field(
        "attribution",
        "string",
        "attributed to somebody in the text, or author: the newspaper's own voice.",
        optional=True,
    ),
    Field("quote_type", "string", "direct, indirect or mixed.", optional=True),
    Field("check_worthy", "string", "yes or no: would a fact-checker look at it?", optional=True),
    Field("source_type", "string", "named, unnamed or pronoun.", optional=True),
    Field(
        "speaker",
        "string",
        "Reserved, null for now: the id of the span that a pronoun stands for.",
        optional=True,
    ),
    Field("attributed_to", "string", "Ids of the SOURCE spans of a CLAIM.", many=True),
    Field("introduced_by", "string", "Ids of the CUE spans of a CLAIM.", many=True),
    Field(
        "continues",
        "string",
        "Ids of the CLAIM spans that this one continues: an interrupted quote.",
        many=True,
    ),
    Field("sources", "struct", "Who asserts the claim, as spans."),
    Field("cues", "struct", "The words that attribute the claim, as spans."),
    Field(
        "sentence_ids",
        "string",
        "The sentences in which the claim lies, as in the table of sentences.",
        many=True,
    ),
    Field("context", "string", "The sentences that hold the claim, its sources and its cues."),
    Field(
        "context_start",
        "int32",
        "Where the context begins in the article: take it off an offset first.",
    ),
    Field("context_end", "int32", "Where the context ends in the article, exclusive."),
    Field("sentences", "struct", "The article's sentences, with what people have looked at."),
    Field("headline", "string", "The article's headline.", optional=True),
    Field("outlet", "string", "Who published the article.", optional=True),
    Field(
        "published",
        "date32",
        "The day the article was published, where a seed says so.",
        optional=True,
    ),
    Field(
        "licence",
        "string",
        "The licence of the article's text, an SPDX id or a name; null: nobody knows.",
        optional=True,
    ),
    Field("url", "string", "Where the article can be read, where a seed says so.", optional=True),
    Field("language", "string", "The article's language, where a seed says so.", optional=True),
    Field("authors", "string", "The names in the byline.", many=True),
    Field("place", "string", "The place in the dateline.", optional=True),
    Field(
        "syndicated_from",
        "string",
        "The outlet that the article was taken over from.",
        optional=True,
    ),
    Field("section", "string", "The outlet's section.", optional=True),
    Field("captions", "struct", "Captions that were taken out of the text."),
    Field("credit", "string", "The picture's credit.", optional=True),
    Field("seeds", "string", "SHA-256 of the files that the article was cleaned from.", many=True),
    Field("metadata_sources", "struct", "Where each value of the metadata was found."),
    Field("field", "string", "The field that the value is for."),
    Field("value", "string", "What a seed says."),
    Field("seed", "string", "SHA-256 of that seed."),
    Field("line", "int32", "The line of that seed, from 1."),
    Field("how", "string", "The rule that found it."),
    Field("left_article_id", "string", "One article of the pair: that whose id comes first."),
    Field("right_article_id", "string", "The other article of the pair."),
    Field(
        "left_sentence_ids",
        "string",
        "Its sentences that say the same as those of the other one, neighbours of each other.",
        many=True,
    ),
    Field("right_sentence_ids", "string", "The sentences of the other article.", many=True),
    Field("left_start", "int32", "Where it begins in the article on the left."),
    Field("left_end", "int32", "Where it ends there, exclusive."),
    Field("left_text", "string", "The words there."),
    Field("right_start", "int32", "Where it begins in the article on the right."),
    Field("right_end", "int32", "Where it ends there, exclusive."),
    Field("right_text", "string", "The words there."),
    Field("left_outlet", "string", "Who published the article on the left.", optional=True),
    Field("right_outlet", "string", "Who published the article on the right.", optional=True),
    Field(
        "kind",
        "string",
        "identical, reworded, refined (one says more) or conflicting; the strongest there is.",
        values=DIFFERENCE_KINDS,
    ),
    Field("differences", "struct", "What differs between both, in the order of the left text."),
    Field("type", "string", "What it is that differs.", values=DIFFERENCE_TYPES),
    Field(
        "only_in",
        "string",
        "left or right, where one of them alone says it: the other bounds are its sentences'.",
        optional=True,
        values=("left", "right"),
    ),
    Field(
        "left_value",
        "string",
        "The number or the date on the left in one spelling; null of all else.",
        optional=True,
    ),
    Field("right_value", "string", "The same on the right.", optional=True),
    Field("aligned_claims", "struct", "Claims of both sentences with the same content."),
    Field("left_claim_id", "string", "The claim on the left, as in the table of claims."),
    Field("right_claim_id", "string", "The claim on the right."),
    Field("sentence_id", "string", "The sentence that the opinion is on."),
    Field("annotator", "string", "The pseudonym of the person whose opinion it is."),
    Field("round", "int32", "1: first opinion, 2: second opinion; 5 and more: a later look."),
    Field(
        "arm",
        "string",
        "assisted: the person was shown suggestions; blind: none; null: nobody knows.",
        optional=True,
        values=ARMS,
    ),
    Field("task", "string", "The passage that the person had before them, shared by its rows."),
    Field("layers", "string", "Which layers the person looked at.", many=True, values=LAYERS),
    Field("flags", "string", "What the person flagged the passage with.", many=True),
    Field(
        "seconds",
        "float64",
        "Label Studio's lead time for the whole task; null: not known, or not to be published.",
        optional=True,
    ),
    Field("guidelines", "string", "The version of the guidelines that the person worked by."),
)
FIELDS: dict[str, Field] = {field.name: field for field in _FIELDS}
