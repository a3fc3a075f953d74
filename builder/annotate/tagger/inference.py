"""Load the tagger's network, and run it over texts to find names and pieces of claims.

The network runs once over a text for all labels. Nothing but onnxruntime, tokenizers and numpy is
needed.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from builder.annotate.tagger.decoding import Floats
from builder.annotate.tagger.model_files import FILES as FILES
from builder.annotate.tagger.model_files import MODEL as MODEL
from builder.annotate.tagger.model_files import broken, meta_of
from builder.annotate.tagger.pieces import CLS, SEP, Bounds, Pieces, cut, windows
from builder.annotate.tagger.spans import TAGS, Tagged, calibrate, raw_spans

# What training adds to meta.json at last, and tagging needs.
_FIELDS = ("name", "version", "tags", "moves", "calibration")
WINDOW = 256
INPUTS = ("ids", "forms", "lengths")


@dataclass(frozen=True)
class Tagger:
    """A network that is ready to run, with what belongs to it.

    ``meta`` is the model's ``meta.json``: its version, labels, calibration and figures.
    """

    session: Any
    tokenizer: Tokenizer
    meta: dict[str, Any]

    def tag(self, texts: Iterable[tuple[str, Sequence[Bounds]]]) -> list[list[Tagged]]:
        """Return for each text its spans, in the order of their starts.

        Args:
            texts: what to read, each with the bounds of its sentences in their order.

        """
        cuts = [cut(self.tokenizer, text, sentences) for text, sentences in texts]
        found = raw_spans(cuts, self.scores(cuts), self.meta["moves"])
        return [calibrate(spans, self.meta["calibration"]) for spans in found]

    def scores(self, cuts: Sequence[Pieces]) -> list[Floats]:
        """Return the tags' scores of all pieces of each text: (pieces, tags).

        Windows run one by one: that is faster on one core than in batches, which leave its cache,
        and activations are quantised by batch, so that a text's spans would depend on its company.
        """
        bounds = [windows(pieces, WINDOW - 2) for pieces in cuts]
        rows = [(one, window) for one, parts in zip(cuts, bounds, strict=True) for window in parts]
        # The network leaves nothing else in the caches: all that can be done beforehand is.
        ready = [batch_of([row]) for row in rows]
        found = iter([self.session.run(None, inputs)[0][0, 1:-1] for inputs in ready])
        nothing = np.zeros((0, len(TAGS)), dtype=np.float32)
        return [np.concatenate([nothing, *islice(found, len(parts))]) for parts in bounds]


def load(folder: Path) -> Tagger:
    """Return the tagger in ``folder``: ``model.onnx``, ``tokenizer.json`` and ``meta.json``.

    Raises:
        BuilderError: a file is missing, or is not the one whose sha256 ``meta.json`` states.

    """
    import onnxruntime

    meta = _checked(folder)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
    )
    return Tagger(session, load_tokenizer(folder), meta)


def load_whole(folder: Path) -> Tagger:
    """Return the tagger in ``folder`` if training has finished it; errors as in ``load``."""
    found = load(folder)
    lacking = [field for field in _FIELDS if field not in found.meta]
    if lacking:
        raise broken(folder / "meta.json", f"lacks {', '.join(lacking)}")
    if found.meta["tags"] != list(TAGS):
        raise broken(folder / "meta.json", "names other tags than this version of the builder")
    return found


def _checked(folder: Path) -> dict[str, Any]:
    """Return a model's meta if all its files are there and the ones that it describes."""
    meta = meta_of(folder)
    sums = dict(meta["sha256"])
    for name in FILES[:2]:
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != sums.get(name):
            raise broken(folder / name, "is cut off or changed: its sha256 is not meta.json's")
    return meta


def load_tokenizer(folder: Path) -> Tokenizer:
    """Return the tokenizer in ``folder``, which neither cuts texts off nor pads them."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def batch_of(rows: Sequence[tuple[Pieces, Bounds]]) -> dict[str, npt.NDArray[np.int32]]:
    """Return the network's inputs for windows of pieces: ``ids``, ``forms`` and ``lengths``."""
    lengths = [end - start + 2 for _, (start, end) in rows]
    ids, forms = np.zeros((2, len(rows), max(lengths)), dtype=np.int32)
    ids[:, 0] = CLS
    for row, (pieces, (start, end)) in enumerate(rows):
        last = end - start + 1
        ids[row, 1:last] = pieces.ids[start:end]
        ids[row, last] = SEP
        forms[row, 1:last] = pieces.forms[start:end]
    return dict(zip(INPUTS, (ids, forms, np.array(lengths, dtype=np.int32)), strict=True))
