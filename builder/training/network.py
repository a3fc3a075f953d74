"""Base weights in, a network out that gives every piece of a text scores for names and claims.

The network is a BERT encoder (Devlin et al. 2019) of MiniLM's size (Wang et al. 2020) with one
more embedding, of the pieces' forms. Each scheme of annotation has a head of its own on top of a
shared one ("frustratingly easy domain adaptation", Daume 2007): corpora disagree on what a
location is, and a shared head would learn the mean of them.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from builder.annotate.pieces import SHAPES
from builder.annotate.tagger import TAGS
from builder.errors import BuilderError

# The official all-MiniLM-L6-v2 weights (Apache-2.0), as model.safetensors.
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WIDTH, HEADS, LAYERS, INNER, POSITIONS, VOCABULARY = 384, 12, 6, 1536, 512, 30522


def new_network(schemes: Sequence[str]) -> Any:
    """Return a network with weights at random, one head more for each of ``schemes``.

    The last index of a scheme, one beyond ``schemes``, stands for the shared head alone.
    """
    layers = [
        nn.TransformerEncoderLayer(
            WIDTH, HEADS, INNER, 0.1, "gelu", layer_norm_eps=1e-12, batch_first=True
        )
        for _ in range(LAYERS)
    ]
    network = nn.ModuleDict(
        {
            "words": nn.Embedding(VOCABULARY, WIDTH),
            "positions": nn.Embedding(POSITIONS, WIDTH),
            "forms": nn.Embedding(len(SHAPES) + 2, WIDTH),
            "norm": nn.LayerNorm(WIDTH, eps=1e-12),
            "dropout": nn.Dropout(0.1),
            "layers": nn.ModuleList(layers),
            "head": nn.Linear(WIDTH, len(TAGS)),
            "schemes": nn.Embedding(len(schemes) + 1, WIDTH * len(TAGS), len(schemes)),
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
    x = network["dropout"](network["norm"](x))
    padding = torch.arange(size)[None, :] >= lengths[:, None]
    for layer in network["layers"]:
        x = layer(x, src_key_padding_mask=padding)
    x = network["dropout"](x)
    own = network["schemes"](schemes).view(-1, WIDTH, len(TAGS))
    return network["head"](x) + torch.bmm(x, own)


def load_base(network: Any, path: Path) -> None:
    """Fill the encoder of ``network`` with the base weights at ``path`` (safetensors).

    Raises:
        BuilderError: the file is not the one that was published.

    """
    from safetensors.numpy import load

    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != BASE_SHA256:
        raise BuilderError(f"{path}: sha256 is {found}, not {BASE_SHA256}: not the base weights")
    weights = load(content)
    state = {"words.weight": weights["embeddings.word_embeddings.weight"]}
    state["positions.weight"] = (
        weights["embeddings.position_embeddings.weight"]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    for kind in ("weight", "bias"):
        state[f"norm.{kind}"] = weights[f"embeddings.LayerNorm.{kind}"]
        for number in range(LAYERS):
            theirs, ours = f"encoder.layer.{number}", f"layers.{number}"
            parts = [weights[f"{theirs}.attention.self.{n}.{kind}"] for n in _ATTENTION]
            state[f"{ours}.self_attn.in_proj_{kind}"] = np.concatenate(parts)
            for there, here in _LAYER_NAMES.items():
                state[f"{ours}.{here}.{kind}"] = weights[f"{theirs}.{there}.{kind}"]
    tensors = {name: torch.from_numpy(np.array(value)) for name, value in state.items()}
    missing = network.load_state_dict(tensors, strict=False).missing_keys
    unfilled = {name.split(".")[0] for name in missing} - {"forms", "head", "schemes"}
    if unfilled:
        raise BuilderError(f"{path}: lacks weights of {sorted(unfilled)}")


_ATTENTION = ("query", "key", "value")
_LAYER_NAMES = {
    "attention.output.dense": "self_attn.out_proj",
    "attention.output.LayerNorm": "norm1",
    "intermediate.dense": "linear1",
    "output.dense": "linear2",
    "output.LayerNorm": "norm2",
}
