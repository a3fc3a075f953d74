"""Open what was learned, to be run on one core."""

from pathlib import Path
from typing import Any


def open_model(path: Path) -> Any:
    """Return an ONNX model ready to run; onnxruntime is loaded with the first one."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
