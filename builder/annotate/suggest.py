"""An article and a spaCy pipeline in, a suggestion out."""

import logging
from collections import Counter

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

import builder
from builder import labels, offsets, records
from builder.annotate import claims, entities, sentences

BUILDER = "builder"
_PIPES = ("builder_sentences", "builder_entities", "builder_claims")
# What pipelines trained on CoNLL-2003 and its like call the labels of OntoNotes.
_OTHER_NAMES = {"PER": "PERSON", "ORGANIZATION": "ORG", "LOCATION": "LOC", "WORK": "WORK_OF_ART"}
_log = logging.getLogger(__name__)


class PipelineError(Exception):
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
