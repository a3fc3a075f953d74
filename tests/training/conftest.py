"""Tests of training the tagger need torch; they are collected where it is installed."""

from importlib.util import find_spec

_WITH_TORCH = [
    "test_embedded.py",
    "test_export.py",
    "test_fit.py",
    "test_models.py",
    "test_train.py",
]
collect_ignore = [] if find_spec("torch") else _WITH_TORCH
