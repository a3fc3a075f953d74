"""Tests of training proper need the extra ``train``; they are collected where it is installed."""

from importlib.util import find_spec

_WITH_TORCH = ["test_export.py", "test_fit.py", "test_models.py", "test_train.py"]
_WITH_TREES = ["test_cleaner.py"]
collect_ignore = [
    *([] if find_spec("torch") else _WITH_TORCH),
    *([] if find_spec("lightgbm") and find_spec("onnx") else _WITH_TREES),
]
