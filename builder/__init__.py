"""Turn raw news articles into a versioned, human-corrected Hugging Face dataset.

The page to read first is ``builder.pipeline``; what flows is in ``builder.records``.
"""

from importlib.metadata import version

__version__ = version("labelled-dataset-builder")
__all__ = ["__version__"]
