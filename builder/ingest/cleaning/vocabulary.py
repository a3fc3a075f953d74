"""The words that the packaged model knows: those that stand on pages of five outlets or more."""

import gzip
import json
from functools import cache

from builder.ingest.cleaning.model_files import FOLDER, ODDS


@cache
def common_words() -> frozenset[str]:
    """Return the words, in small letters."""
    with gzip.open(FOLDER / ODDS, "rt", encoding="utf-8") as file:
        return frozenset(token for token in json.load(file) if token.isalpha())
