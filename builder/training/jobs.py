"""A file or a workspace in, figures or a model out: ``builder evaluate`` and ``builder train``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from builder import offsets
from builder.annotate import tagger
from builder.annotate.drafts import GROUP
from builder.annotate.suggest import layers_of, load_pipeline, our_name
from builder.errors import BuilderError
from builder.store import Workspace
from builder.training.corpora import Document, Labelled, read_folder, split
from builder.training.evaluate import Evaluation, evaluate
from builder.training.gold import SCHEME, gold_documents

if TYPE_CHECKING:
    from builder.training.fit import Progress

_HELD_OUT = 0.1
_LAYERS = {"entities": "entity", "claims": "claim"}
_WARM_UP = "Ann Lee said on Friday that Oslo had paid $3 million. “It is late,” she said."


def measure(path: Path, task: str, pipeline: str, root: Path) -> Evaluation:
    """Compare a pipeline with the gold in a file; a folder is looked for from ``root`` on.

    Claims in the newspaper's own voice are left out: corpora of attribution hold none.

    Raises:
        BuilderError: the pipeline does not do the task, or the file cannot be read.

    """
    nlp = load_pipeline(pipeline, root=root)
    pipes = f"the pipes of {pipeline!r} are {', '.join(nlp.pipe_names)}"
    layer = _LAYERS.get(task)
    if layer and layer not in layers_of(nlp):
        raise BuilderError(f"the pipeline suggests no {task}: {pipes}")
    # Word lists are loaded with the first text: no time that the file takes.
    read = nlp(_WARM_UP)
    if task == "sentences" and not read.has_annotation("SENT_START"):
        raise BuilderError(f"the pipeline sets no sentence boundaries: {pipes}")
    return evaluate(path, task, partial(_find, nlp, task))


def _find(nlp: Language, task: str, documents: Sequence[Document]) -> list[list[Labelled]]:
    return [_spans(nlp, task, document.text) for document in documents]


def _spans(nlp: Language, task: str, text: str) -> list[Labelled]:
    doc = nlp(text)
    if task == "sentences":
        bounds = (offsets.trim(text, s.start_char, s.end_char) for s in doc.sents)
        return [(start, end, "SENTENCE") for start, end in bounds if start < end]
    spans = doc.ents if task == "entities" else _attributed(doc)
    return [(span.start_char, span.end_char, our_name(span.label_)) for span in spans]


def _attributed(doc: Doc) -> list[Span]:
    """Return the claims, sources and cues without what the newspaper says in its own voice."""
    group = doc.spans.get(GROUP, ())
    said_of = getattr(group, "attrs", {}).get("attributes", {})
    return [s for s in group if said_of.get(s.id_, {}).get("attribution") != "author"]


@dataclass(frozen=True)
class Trained:
    """A new model: its folder, which builder.toml can name, and its evaluation."""

    folder: str
    train_documents: int
    held_out_documents: int
    evaluation: dict[str, Any]


@dataclass(frozen=True)
class Curve:
    """F1 on the held-out documents for growing shares of the training documents."""

    rows: list[dict[str, float]]


def documents(workspace: Workspace, folder: Path | None) -> tuple[list[Document], list[Document]]:
    """Return the documents to train on and to hold out: the workspace's gold and ``folder``'s.

    Raises:
        BuilderError: there is nothing to train on, or nothing to hold out.

    """
    train, held_out = gold_documents(
        workspace.articles.load(), workspace.stories.load().values(), workspace.gold.load()
    )
    if train and not held_out:
        train, held_out = split(train, _HELD_OUT)
    if folder is not None:
        kept, checked = split(read_folder(folder), _HELD_OUT)
        train, held_out = [*train, *kept], [*held_out, *checked]
    if not train or not held_out:
        raise BuilderError(
            "there is too little to train on: people have to correct articles of several stories "
            "first, so that some can be held out; or name a folder of labelled JSON Lines"
        )
    return train, held_out


def train(
    workspace: Workspace,
    folder: Path | None,
    seed: int,
    epochs: float,
    report: "Callable[[Progress], None]",
) -> Trained:
    """Train from the embedded model on and write the result to ``models/tagger-N``."""
    models, settings = _torch_rooms(seed, epochs)
    learned, held_out = documents(workspace, folder)
    place = _next_folder(workspace.root / "models")
    base = tagger.load(tagger.MODEL).meta
    about = {
        "name": "tagger",
        "version": place.name.rpartition("-")[2],
        "licence": base["licence"],
        "started_from": f"{base['name']}-{base['version']}",
        "sources": [*base["sources"], {"name": "this workspace's gold and the folder given"}],
    }
    partial_place = place.with_name(f".{place.name}.partial")
    meta = models.train_model(
        learned, held_out, tagger.MODEL, _readers(learned), about, settings, report, partial_place
    )
    partial_place.rename(place)
    relative = place.relative_to(workspace.root).as_posix()
    return Trained(relative, len(learned), len(held_out), meta["evaluation"])


def curve(
    workspace: Workspace,
    folder: Path | None,
    seed: int,
    epochs: float,
    report: "Callable[[Progress], None]",
) -> Curve:
    """Tell whether more annotation still pays: train on growing shares of the documents."""
    models, settings = _torch_rooms(seed, epochs)
    learned, held_out = documents(workspace, folder)
    readers = _readers(learned)
    rows = models.learning_curve(learned, held_out, tagger.MODEL, readers, settings, report)
    return Curve(rows)


def _readers(documents: Sequence[Document]) -> list[str]:
    """Return whose guidelines each layer follows: those of the gold, if there is any."""
    schemes = {document.scheme for document in documents}
    return [SCHEME if SCHEME in schemes else ""] * len(tagger.LAYERS)


def _torch_rooms(seed: int, epochs: float) -> tuple[Any, Any]:
    """Import what needs torch, or say how to get it."""
    try:
        from builder.training import models
        from builder.training.fit import Settings
    except ImportError as error:
        raise BuilderError(
            f"training needs the extra 'train' ({error}): "
            "pip install 'labelled-dataset-builder[train]'"
        ) from None
    return models, Settings(seed=seed, epochs=epochs)


def _next_folder(models: Path) -> Path:
    taken = [int(p.name.rpartition("-")[2]) for p in models.glob("tagger-[0-9]*") if p.is_dir()]
    return models / f"tagger-{max(taken, default=0) + 1}"
