"""Train the embedded model from public files: ``python -m builder.training.embedded``.

    python -m builder.training.embedded FOLDER [FOLDER ...] --base FOLDER [--tagger FOLDER]
        --out FOLDER [--seed 1] [--epochs 6]

The folders hold the corpora as JSON Lines (``recipe`` says how they are parted and mixed),
``--base`` the ``model.safetensors`` and ``tokenizer.json`` of all-MiniLM-L6-v2. ``--tagger`` names
a model of ours to begin with, be it one of version 1, which knew four kinds of names; without it
the base alone is begun with.
Interrupted, the same command goes on from the last checkpoint in ``--out``.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from builder.annotate.tagger import inference
from builder.annotate.tagger.decoding import Floats
from builder.annotate.tagger.spans import LAYERS, SLICES, TAGS
from builder.training import export
from builder.training.corpora import read_folder
from builder.training.fit import Progress, Settings, fit
from builder.training.material import source_of
from builder.training.models import write_model
from builder.training.network import base_weights
from builder.training.recipe import WHOLE, parts, rounds

# One corpus' guidelines are followed in all layers.
_READERS = (WHOLE,) * len(LAYERS)
_FIRST_LABELS = ("PER", "ORG", "LOC", "MISC")
_FIRST_TAGS = 1 + 2 * len(_FIRST_LABELS)
# Which label of version 1 a name's head begins with, and how much rarer it is (in log odds).
_BEGIN_WITH = {
    **{"PERSON": ("PER", 0.0), "ORG": ("ORG", 0.0), "GPE": ("LOC", 0.0), "LOC": ("LOC", 2.0)},
    **{"FAC": ("LOC", 2.0), "NORP": ("MISC", 1.0), "PRODUCT": ("MISC", 2.0), "LAW": ("MISC", 2.0)},
    **{"EVENT": ("MISC", 1.5), "WORK_OF_ART": ("MISC", 2.0)},
}
_RARE = -5.0


def main() -> None:
    """Read the command line, train, and say how far it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="+")
    for name in ("--base", "--out"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--tagger", type=Path)
    parser.add_argument("--version", default="2")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=float, default=6.0)
    given = parser.parse_args()
    torch.set_num_threads(1)  # As many threads as elsewhere, for the same weights.
    weights = first_weights(given.base, given.tagger)
    settings = Settings(seed=given.seed, epochs=given.epochs, rate=3e-4, checks=1)
    about = {"name": "builder-tagger", "version": given.version, "licence": "CC-BY-SA-4.0"}
    made = train(given.folder, given.base, weights, about, settings, given.out)
    print(f"{given.out}: strict F1 {made['evaluation']['strict']['micro']['f1']:.3f}")


def train(
    corpora: Sequence[Path],
    base: Path,
    weights: dict[str, Floats],
    about: Mapping[str, Any],
    settings: Settings,
    out: Path,
) -> dict[str, Any]:
    """Train on folders of corpora from ``weights`` on, write the model to ``out``; return its meta.

    It is chosen and calibrated by the held-out articles of the whole scheme, and evaluated on
    others of them.
    """
    found = parts([document for folder in corpora for document in read_folder(folder)])
    chosen_by, reported = (
        [document for document in part if document.scheme == WHOLE]
        for part in (found.chosen_by, found.reported)
    )
    out.mkdir(parents=True, exist_ok=True)
    fitted = fit(
        rounds(found.train, settings.seed),
        chosen_by,
        inference.load_tokenizer(base),
        weights,
        _READERS,
        settings,
        _tell,
        out / "checkpoint.pt",
    )
    numbers = {"train": len(found.train), "held_out": len(chosen_by), "reported": len(reported)}
    told = {**about, "sources": [source_of(folder) for folder in corpora], "documents": numbers}
    return write_model(fitted, chosen_by, reported, base / "tokenizer.json", told, settings, out)


def _tell(progress: Progress) -> None:
    told = "" if progress.f1 is None else f", F1 {progress.f1:.3f}"
    print(f"step {progress.step} of {progress.steps}, loss {progress.loss:.3f}{told}", flush=True)


def first_weights(base: Path, tagger: Path | None) -> dict[str, Floats]:
    """Return the weights to begin with: the base's, or a tagger's with heads for all tags."""
    weights = base_weights(base / "model.safetensors")
    if tagger is None:
        return weights
    ours = export.read(tagger / "model.onnx")
    if ours["head"].shape[1] != len(TAGS):
        ours["head"], ours["head.bias"] = _widened(ours["head"], ours["head.bias"])
    # It may have been made for shorter windows.
    positions = weights["positions"].copy()
    positions[: len(ours["positions"])] = ours["positions"]
    return {**ours, "positions": positions}


def _widened(head: Floats, bias: Floats) -> tuple[Floats, Floats]:
    """Return the head of version 1 with a column for every tag."""
    wide = np.zeros((len(head), len(TAGS)), dtype=np.float32)
    low = np.zeros(len(TAGS), dtype=np.float32)
    wide[:, 0], low[0] = head[:, 0], bias[0]
    for place, label in enumerate(LAYERS[0]):
        for inside in (0, 1):
            at = 1 + 2 * place + inside
            low[at] = _RARE
            if label in _BEGIN_WITH:
                name, rarer = _BEGIN_WITH[label]
                there = 1 + 2 * _FIRST_LABELS.index(name) + inside
                wide[:, at], low[at] = head[:, there], bias[there] - rarer
    rest = head.shape[1] - _FIRST_TAGS
    begin = SLICES[1].start
    wide[:, begin : begin + rest] = head[:, _FIRST_TAGS:]
    low[begin : begin + rest] = bias[_FIRST_TAGS:]
    return wide, low


if __name__ == "__main__":
    main()
