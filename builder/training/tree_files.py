"""Write boosted trees in the form that onnxruntime reads."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

_OPSET, _ML_OPSET, _VERSION = 17, 3, 8


def to_onnx(booster: Any) -> bytes:
    """Return the trees of a LightGBM booster as an ONNX model that gives logits."""
    from onnx import TensorProto, helper

    nodes = _Nodes()
    dumped = booster.dump_model()
    for number, tree in enumerate(dumped["tree_info"]):
        nodes.add(number, tree["tree_structure"])
    trees = helper.make_node(
        "TreeEnsembleRegressor", ["lines"], ["logits"], domain="ai.onnx.ml",
        n_targets=1, aggregate_function="SUM", post_transform="NONE", **nodes.attributes(),
    )  # fmt: skip
    lines = helper.make_tensor_value_info("lines", TensorProto.FLOAT, [None, booster.num_feature()])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [None, 1])
    graph = helper.make_graph([trees], "lines", [lines], [logits])
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid("ai.onnx.ml", _ML_OPSET)]
    model = helper.make_model(graph, opset_imports=opsets, producer_name="builder")
    model.ir_version = _VERSION
    written: bytes = model.SerializeToString()
    return written


class _Nodes:
    """The nodes of all trees, as the operator wants them: lists of the same length."""

    def __init__(self) -> None:
        self._nodes: list[tuple[int, int, str, int, float, int, int]] = []
        self._leaves: list[tuple[int, int, float]] = []

    def add(self, tree: int, root: Mapping[str, Any]) -> None:
        """Add a tree, its root first."""
        waiting: list[tuple[Mapping[str, Any], int]] = [(root, 0)]
        following = 1
        while waiting:
            node, number = waiting.pop()
            if "leaf_value" in node:
                self._nodes.append((tree, number, "LEAF", 0, 0.0, 0, 0))
                self._leaves.append((tree, number, float(node["leaf_value"])))
                continue
            left, right = following, following + 1
            following += 2
            limit = _below(float(node["threshold"]))
            self._nodes.append(
                (tree, number, "BRANCH_LEQ", int(node["split_feature"]), limit, left, right)
            )
            waiting += [(node["right_child"], right), (node["left_child"], left)]

    def attributes(self) -> dict[str, Any]:
        """Return the attributes of the operator."""
        trees, numbers, modes, features, limits, yes, no = zip(*self._nodes, strict=True)
        leaf_trees, leaves, weights = zip(*self._leaves, strict=True)
        return {
            "nodes_treeids": trees,
            "nodes_nodeids": numbers,
            "nodes_modes": modes,
            "nodes_featureids": features,
            "nodes_values": limits,
            "nodes_truenodeids": yes,
            "nodes_falsenodeids": no,
            "target_treeids": leaf_trees,
            "target_nodeids": leaves,
            "target_ids": [0] * len(leaves),
            "target_weights": weights,
        }


def _below(limit: float) -> float:
    """Return the largest number of single precision that is not above the limit."""
    single = np.float32(limit)
    return float(np.nextafter(single, np.float32(-math.inf)) if single > limit else single)
