"""The network in torch: build it, run it, and move its weights to and from plain arrays.

The network is a BERT encoder (Devlin et al. 2019) of MiniLM's size (Wang et al. 2020) with one
more embedding, of the pieces' forms. Each scheme of annotation has a head of its own on top of a
shared one ("frustratingly easy domain adaptation", Daume 2007): corpora disagree on what a
location is, and a shared head alone would learn the mean of them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from builder.annotate.tagger.decoding import Floats
from builder.annotate.tagger.pieces import FORMS, SHAPES
from builder.annotate.tagger.spans import SLICES, TAGS
from builder.errors import BuilderError

# model.safetensors of the official all-MiniLM-L6-v2 (Apache-2.0).
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WIDTH, HEADS, LAYERS, INNER, POSITIONS, VOCABULARY = 384, 12, 6, 1536, 512, 30522
EPSILON = 1e-12
# Our names of a layer's matrices and norms, and torch's.
_MATRICES = {
    "attention": "self_attn.in_proj_",
    "output": "self_attn.out_proj.",
    "inner": "linear1.",
    "outer": "linear2.",
}
_NORMS = ("norm1", "norm2")
# The base model's names of the same.
_EMBEDDINGS = ("word", "position", "token_type")
_ATTENTION = ("query", "key", "value")
_BASE_MATRICES = {
    "attention.output.dense": "output",
    "intermediate.dense": "inner",
    "output.dense": "outer",
}


def new_network(schemes: int) -> Any:
    """Return a network with weights at random and ``schemes`` heads beside the shared one.

    The index of a scheme that is one beyond the last stands for the shared head alone. Nothing is
    dropped out: in the few rounds of a training little is learned by heart, and it takes a tenth of
    the time.
    """
    layers = [
        nn.TransformerEncoderLayer(
            WIDTH, HEADS, INNER, 0.0, "gelu", layer_norm_eps=EPSILON, batch_first=True
        )
        for _ in range(LAYERS)
    ]
    network = nn.ModuleDict(
        {
            "words": nn.Embedding(VOCABULARY, WIDTH),
            "positions": nn.Embedding(POSITIONS, WIDTH),
            "forms": nn.Embedding(len(SHAPES) + 2, WIDTH),
            "norm": nn.LayerNorm(WIDTH, eps=EPSILON),
            "layers": nn.ModuleList(layers),
            "head": nn.Linear(WIDTH, len(TAGS)),
            "schemes": nn.Embedding(schemes + 1, WIDTH * len(TAGS), schemes),
        }
    )
    nn.init.zeros_(network["forms"].weight)
    nn.init.zeros_(network["schemes"].weight)
    nn.init.normal_(network["head"].weight, std=0.02)
    nn.init.zeros_(network["head"].bias)
    return network


def scores(network: Any, ids: Any, forms: Any, lengths: Any, schemes: Any) -> Any:
    """Return the tags' scores for a batch: (texts, pieces, tags).

    Args:
        network: as ``new_network`` makes it.
        ids: vocabulary ids, (texts, pieces).
        forms: forms as ``pieces`` defines them, (texts, pieces).
        lengths: how many pieces of each row are no padding.
        schemes: the index of each text's scheme.

    """
    size = ids.shape[1]
    marks = network["forms"].weight
    quoted = (forms // len(SHAPES) % 2).unsqueeze(-1) * marks[-2]
    begins = (forms // len(SHAPES) // 2).unsqueeze(-1) * marks[-1]
    x = network["words"](ids) + network["positions"].weight[:size]
    x = x + network["forms"](forms % len(SHAPES)) + quoted + begins
    x = network["norm"](x)
    padding = torch.arange(size)[None, :] >= lengths[:, None]
    for layer in network["layers"]:
        x = layer(x, src_key_padding_mask=padding)
    own = network["schemes"](schemes).view(-1, WIDTH, len(TAGS))
    return network["head"](x) + torch.bmm(x, own)


def weights_of(network: Any, readers: Sequence[int]) -> dict[str, Floats]:
    """Return the weights by name, each matrix as its input is multiplied by it.

    Args:
        network: as ``new_network`` makes it.
        readers: for each layer of tags the scheme in which it is to be read from now on; its own
            head is added to the shared one.

    """
    state = {name: value.detach().float().numpy() for name, value in network.state_dict().items()}
    weights = {name: state[f"{name}.weight"] for name in ("words", "positions")}
    shape, quoted, begins = np.split(state["forms.weight"], [len(SHAPES), len(SHAPES) + 1])
    form = np.arange(FORMS)[:, None]
    weights["forms"] = (
        np.tile(shape, (FORMS // len(SHAPES), 1))
        + (form // len(SHAPES) % 2) * quoted
        + (form // len(SHAPES) // 2) * begins
    ).astype(np.float32)
    own = state["schemes.weight"].reshape(-1, WIDTH, len(TAGS))
    weights["head"], weights["head.bias"] = state["head.weight"].T.copy(), state["head.bias"]
    for part, reader in zip(SLICES, readers, strict=True):
        weights["head"][:, part] += own[reader][:, part]
    for ours, theirs in _linear_names():
        weights[ours] = state[f"{theirs}weight"].T
        weights[f"{ours}.bias"] = state[f"{theirs}bias"]
    for name in _norm_names():
        weights[name] = state[name]
    return weights


def fill(network: Any, weights: Mapping[str, Floats]) -> None:
    """Set the network's weights; those that ``weights`` has no name for stay as they are."""
    state = {"words.weight": weights["words"]}
    positions = network["positions"].weight.detach().numpy().copy()
    positions[: len(weights["positions"])] = weights["positions"]
    state["positions.weight"] = positions
    for ours, theirs in _linear_names():
        state[f"{theirs}weight"] = weights[ours].T
        state[f"{theirs}bias"] = weights[f"{ours}.bias"]
    state.update({name: weights[name] for name in _norm_names()})
    if "head" in weights:
        forms, size = weights["forms"], len(SHAPES)
        marks = [forms[size] - forms[0], forms[2 * size] - forms[0]]
        state["forms.weight"] = np.concatenate([forms[:size], marks])
        state["head.weight"], state["head.bias"] = weights["head"].T, weights["head.bias"]
    tensors = {name: torch.from_numpy(np.array(value)) for name, value in state.items()}
    network.load_state_dict(tensors, strict=False)


def _linear_names() -> list[tuple[str, str]]:
    return [
        (f"layers.{number}.{ours}", f"layers.{number}.{theirs}")
        for number in range(LAYERS)
        for ours, theirs in _MATRICES.items()
    ]


def _norm_names() -> list[str]:
    norms = ["norm", *(f"layers.{number}.{norm}" for number in range(LAYERS) for norm in _NORMS)]
    return [f"{norm}.{kind}" for norm in norms for kind in ("weight", "bias")]


def base_weights(path: Path) -> dict[str, Floats]:
    """Return the weights by name in the base model's ``model.safetensors``; heads and forms lack.

    Raises:
        BuilderError: the file is not the one that was published.

    """
    from safetensors.numpy import load

    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != BASE_SHA256:
        raise BuilderError(f"{path}: sha256 is {found}, not {BASE_SHA256}: not the base weights")
    theirs = load(content)
    embeddings = {name: theirs[f"embeddings.{name}_embeddings.weight"] for name in _EMBEDDINGS}
    weights = {
        "words": embeddings["word"],
        "positions": embeddings["position"] + embeddings["token_type"][0],
    }
    for kind in ("weight", "bias"):
        weights[f"norm.{kind}"] = theirs[f"embeddings.LayerNorm.{kind}"]
    for number in range(LAYERS):
        there, here = f"encoder.layer.{number}", f"layers.{number}"
        for kind, name in (("weight", ""), ("bias", ".bias")):
            parts = [theirs[f"{there}.attention.self.{part}.{kind}"] for part in _ATTENTION]
            weights[f"{here}.attention{name}"] = np.concatenate(parts).T
            for theirs_name, ours in _BASE_MATRICES.items():
                weights[f"{here}.{ours}{name}"] = theirs[f"{there}.{theirs_name}.{kind}"].T
            for norm, dense in zip(_NORMS, ("attention.output", "output"), strict=True):
                weights[f"{here}.{norm}.{kind}"] = theirs[f"{there}.{dense}.LayerNorm.{kind}"]
    return weights
