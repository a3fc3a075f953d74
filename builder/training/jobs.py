"""The work behind ``builder evaluate`` and ``builder train``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from builder.annotate.claims.drafts import GROUP
from builder.annotate.label_map import ontonotes_name
from builder.annotate.pipelines import layers_of, load_pipeline
from builder.annotate.tagger import inference
from builder.annotate.tagger.spans import LAYERS
from builder.errors import BuilderError
from builder.extras import command
from builder.text import trim_bounds
from builder.training.corpora import Document, LabelledSpan
from builder.training.evaluate import Evaluation, evaluate
from builder.training.gold import SCHEME
from builder.training.material import Material
from builder.training.numbered import next_folder
from builder.workspace.folder import Workspace

if TYPE_CHECKING:
    from builder.training.fit import Progress

_LAYERS = {"entities": "entity", "claims": "claim", "author": "claim"}
_WARM_UP = "Ann Lee said on Friday that Oslo had paid $3 million. “It is late,” she said."


def measure(path: Path, task: str, pipeline: str, root: Path) -> Evaluation:
    """Compare a pipeline with the gold in a file; a folder is looked for from ``root`` on.

    Claims in the newspaper's own voice are a task of their own, "author": corpora of attribution
    hold none.

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


def _find(nlp: Language, task: str, documents: Sequence[Document]) -> list[list[LabelledSpan]]:
    texts = (document.text for document in documents)
    return [_spans(doc, task) for doc in nlp.pipe(texts)]


def _spans(doc: Doc, task: str) -> list[LabelledSpan]:
    if task == "sentences":
        text = doc.text  # Put together anew whenever a Doc is asked for it.
        bounds = (trim_bounds(text, s.start_char, s.end_char) for s in doc.sents)
        return [(start, end, "SENTENCE") for start, end in bounds if start < end]
    if task == "author":
        return [(span.start_char, span.end_char, "AUTHOR") for span in _claims(doc, own=True)]
    spans = doc.ents if task == "entities" else _claims(doc, own=False)
    return [(span.start_char, span.end_char, ontonotes_name(span.label_)) for span in spans]


def _claims(doc: Doc, own: bool) -> list[Span]:
    """Return the claims in the newspaper's own voice, or else the others, sources and cues."""
    group = doc.spans.get(GROUP, ())
    said_of = getattr(group, "attrs", {}).get("attributes", {})
    return [s for s in group if (said_of.get(s.id_, {}).get("attribution") == "author") == own]


@dataclass(frozen=True)
class Trained:
    """A new model: its folder, which builder.toml can name, and its evaluation.

    It is ``better`` than the model it started from if on the held-out documents the whole 95%
    interval of the gain in strict F1 is above zero in one layer, and in none below; ``worse`` if
    it is below in one. The gains stand in the evaluation.
    """

    folder: str
    train_documents: int
    held_out_documents: int
    better: bool
    worse: bool
    evaluation: dict[str, Any]


@dataclass(frozen=True)
class Curve:
    """F1 on the held-out documents for growing shares of the training documents."""

    rows: list[dict[str, float]]


def train(
    workspace: Workspace,
    material: Material,
    seed: int,
    epochs: float,
    report: "Callable[[Progress], None]",
) -> Trained:
    """Train from the embedded model on and write the result to ``models/tagger-N``.

    Needs no lock on the workspace: the number N is taken by making a folder.

    Args:
        workspace: where the model goes.
        material: what to learn from and what to hold out.
        seed: the same seed and documents give the same model on the same kind of processor.
        epochs: how often each document is read.
        report: called now and then with how far training has come.

    Raises:
        BuilderError: torch or onnx is not installed.

    """
    models, settings = _torch_rooms(seed, epochs)
    base = inference.load(inference.MODEL).meta
    learned, held_out = material.learned, material.held_out
    with next_folder(workspace.root / "models", "tagger") as (name, folder):
        about = {
            "name": "tagger",
            "version": name.rpartition("-")[2],
            "licence": base["licence"],
            "started_from": f"{base['name']}-{base['version']}",
            "sources": [*base["sources"], *material.sources],
        }
        readers = _readers(learned)
        meta = models.train_model(
            learned, held_out, inference.MODEL, readers, about, settings, report, folder
        )
    done = meta["evaluation"]
    ends = [gain["ci95"] for gain in done["gain"].values()]
    worse = any(high < 0 for _, high in ends)
    better = not worse and any(low > 0 for low, _ in ends)
    return Trained(f"models/{name}", len(learned), len(held_out), better, worse, done)


def curve(
    material: Material, seed: int, epochs: float, report: "Callable[[Progress], None]"
) -> Curve:
    """Train on growing shares of the documents, to see whether more annotation still pays.

    Arguments and errors are those of ``train``; nothing is kept.
    """
    models, settings = _torch_rooms(seed, epochs)
    learned, held_out = material.learned, material.held_out
    readers = _readers(learned)
    rows = models.learning_curve(learned, held_out, inference.MODEL, readers, settings, report)
    return Curve(rows)


def _readers(documents: Sequence[Document]) -> list[str]:
    """Return whose guidelines each layer follows: those of the gold, if there is any."""
    schemes = {document.scheme for document in documents}
    return [SCHEME if SCHEME in schemes else ""] * len(LAYERS)


def _torch_rooms(seed: int, epochs: float) -> tuple[Any, Any]:
    """Import what needs torch, or say how to get it."""
    try:
        from builder.training import models
        from builder.training.fit import Settings
    except ImportError as error:
        raise BuilderError(
            f"training needs torch and onnx ({error}). In a clone: .venv/bin/uv pip install "
            "--python .venv/bin/python --torch-backend cpu torch onnx safetensors; "
            f"elsewhere: {command('train')}"
        ) from None
    return models, Settings(seed=seed, epochs=epochs)
