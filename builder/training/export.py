"""Write a network as a folder that the tagger loads, and read such a network's weights back.

The graph is written node by node with onnxruntime's fused operators (attention, skip and layer
norm, GELU with bias), so that nothing depends on what an exporter or a graph optimiser makes of
it. Weights are quantised per output channel to 7 bits, which leaves room for the sums of two
products in 16 bits on processors without VNNI (``reduce_range`` in onnxruntime's tools).
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from builder.annotate.tagger.decoding import Floats
from builder.annotate.tagger.inference import WINDOW
from builder.annotate.tagger.spans import TAGS

_CONTRIB = "com.microsoft"
_EPSILON = 1e-12
_HEADS = 12
_STEPS = 63


class _Graph:
    """Gathers nodes and constants; each method returns the name of its node's output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def node(self, kind: str, name: str, *inputs: str, domain: str = "", **settings: Any) -> str:
        made = helper.make_node(kind, list(inputs), [name], name=name, domain=domain, **settings)
        self.nodes.append(made)
        return name

    def matmul(self, name: str, x: str, weights: Floats, bias: Floats) -> str:
        """Multiply by a matrix in int8; the left side is quantised as it comes."""
        quantised, scale = quantise_columns(weights)
        inputs = [
            x,
            self.constant(f"{name}.weight", quantised),
            self.constant(f"{name}.scale", scale),
            self.constant(f"{name}.zero", np.zeros(len(scale), dtype=np.int8)),
            self.constant(f"{name}.bias", bias),
        ]
        return self.node("DynamicQuantizeMatMul", name, *inputs, domain=_CONTRIB)

    def add_norm(self, name: str, x: str, skip: str, weight: Floats, bias: Floats) -> str:
        """Add and normalise; onnxruntime's node that does both at once is much slower."""
        total = self.node("Add", f"{name}.sum", x, skip)
        gamma, beta = self.constant(f"{name}.gamma", weight), self.constant(f"{name}.beta", bias)
        return self.node("LayerNormalization", name, total, gamma, beta, axis=-1, epsilon=_EPSILON)


def quantise_columns(weights: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Return (integers from -63 to 63, the scale of each column); integers * scale ~ weights."""
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-12) / _STEPS
    return np.rint(weights / scale).astype(np.int8), scale.astype(np.float32)


def build(weights: Mapping[str, Floats]) -> onnx.ModelProto:
    """Return the graph: ``ids``, ``forms`` (texts, pieces) and ``lengths`` (texts) to ``tags``."""
    g = _Graph()
    x = _embedded(g, weights)
    for number in range(_layers(weights)):
        x = _layer(g, f"layers.{number}", x, weights)
    g.matmul("tags", x, weights["head"], weights["head.bias"])
    grid = ["texts", "pieces"]
    graph = helper.make_graph(
        g.nodes,
        "tagger",
        [
            helper.make_tensor_value_info("ids", TensorProto.INT32, grid),
            helper.make_tensor_value_info("forms", TensorProto.INT32, grid),
            helper.make_tensor_value_info("lengths", TensorProto.INT32, ["texts"]),
        ],
        [helper.make_tensor_value_info("tags", TensorProto.FLOAT, [*grid, len(TAGS)])],
        list(g.constants.values()),
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_CONTRIB, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="builder")


def _layers(weights: Mapping[str, Any]) -> int:
    return sum(name.endswith(".attention") for name in weights)


def _embedded(g: _Graph, weights: Mapping[str, Floats]) -> str:
    quantised, scale = quantise_columns(weights["words"].T)
    rows = g.node("Gather", "words.row", g.constant("words.table", quantised.T), "ids")
    scales = g.node("Gather", "words.scale", g.constant("words.scales", scale[:, None]), "ids")
    words = g.node("Mul", "words.value", g.node("Cast", "words.float", rows, to=1), scales)
    forms = g.node("Gather", "forms.value", g.constant("forms.table", weights["forms"]), "forms")
    one, two = g.constant("one", np.array([1])), g.constant("two", np.array([2]))
    zero = g.constant("zero", np.array([0]))
    size = g.node("Slice", "size", g.node("Shape", "shape", "ids"), one, two)
    positions = g.constant("positions", weights["positions"][:WINDOW])
    place = g.node("Slice", "place", positions, zero, size, zero)
    seen = g.node("Add", "seen", words, forms)
    return g.add_norm("norm", seen, place, weights["norm.weight"], weights["norm.bias"])


def _layer(g: _Graph, name: str, x: str, weights: Mapping[str, Floats]) -> str:
    def matmul(part: str, x: str) -> str:
        return g.matmul(
            f"{name}.{part}", x, weights[f"{name}.{part}"], weights[f"{name}.{part}.bias"]
        )

    def add_norm(part: str, x: str, skip: str) -> str:
        weight, bias = weights[f"{name}.{part}.weight"], weights[f"{name}.{part}.bias"]
        return g.add_norm(f"{name}.{part}", x, skip, weight, bias)

    x = add_norm("norm1", matmul("output", _attention(g, f"{name}.attention", x, weights)), x)
    inner = g.node("Gelu", f"{name}.gelu", matmul("inner", x), domain=_CONTRIB)
    return add_norm("norm2", matmul("outer", inner), x)


def _attention(g: _Graph, name: str, x: str, weights: Mapping[str, Floats]) -> str:
    """Quantise ``x`` and run the fused attention on the integers."""
    quantised, scale = quantise_columns(weights[name])
    outputs = [f"{name}.x", f"{name}.x.scale", f"{name}.x.zero"]
    g.nodes.append(helper.make_node("DynamicQuantizeLinear", [x], outputs, name=f"{name}.quantise"))
    inputs = [
        outputs[0],
        g.constant(f"{name}.weight", quantised),
        g.constant(f"{name}.bias", weights[f"{name}.bias"]),
        outputs[1],
        g.constant(f"{name}.scale", scale),
        "lengths",
        outputs[2],
        g.constant(f"{name}.zero", np.zeros(len(scale), dtype=np.int8)),
    ]
    return g.node("QAttention", name, *inputs, domain=_CONTRIB, num_heads=_HEADS)


def read(path: Path) -> dict[str, Floats]:
    """Return the weights by name in a ``model.onnx`` that ``build`` made, as exact as int8 is."""
    tensors = {
        tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(path).graph.initializer
    }
    weights: dict[str, Floats] = {
        "words": tensors["words.table"] * tensors["words.scales"],
        "forms": tensors["forms.table"],
        "positions": tensors["positions"],
    }
    names = {"tags": "head"}
    for name, value in tensors.items():
        stem, _, kind = name.rpartition(".")
        ours = names.get(stem, stem)
        if kind == "scale":
            weights[ours] = tensors[f"{stem}.weight"] * value
            weights[f"{ours}.bias"] = tensors[f"{stem}.bias"]
        elif kind == "gamma":
            weights[f"{stem}.weight"], weights[f"{stem}.bias"] = value, tensors[f"{stem}.beta"]
    return weights


def save(
    model: onnx.ModelProto, tokenizer: Path, meta: Mapping[str, Any], folder: Path
) -> dict[str, Any]:
    """Write the model, the tokenizer and ``meta.json`` with the sha256 of both; return the meta."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    sums = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("model.onnx", "tokenizer.json")
    }
    whole = {**meta, "sha256": sums}
    text = json.dumps(whole, indent=2, ensure_ascii=False, sort_keys=True)
    (folder / "meta.json").write_text(text + "\n", encoding="utf-8")
    return whole
