"""Tell in which language a text is written."""

from functools import cache
from tempfile import gettempdir
from typing import Any

from builder.errors import BuilderError

# A shorter text may be a list of names, which belong to any language.
_ENOUGH = 100
_READ = 5000
_SURE = 0.99


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    try:
        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    except OSError as error:
        # It unpacks its model into a temporary file.
        raise BuilderError(f"{gettempdir()}: cannot be written: {error.strerror}") from None


def other_language(text: str, expected: str, declared: str | None = None) -> str | None:
    """Return the code of the language of a text that is surely not in the ``expected`` one.

    Languages are ISO 639-1 codes, with or without a region (``en``, ``en-GB``). None is returned
    for a text that is too short to tell, and for an expected language that py3langid does not know.
    A text is believed to be in the language that its page declares where it seems to be, too.
    """
    wanted = base(expected)
    if len(text) < _ENOUGH or wanted not in _identifier().labels:
        return None
    found, probability = _identifier().classify(text[:_READ])
    sure = probability > _SURE or (declared is not None and found == base(declared))
    return str(found) if found != wanted and sure else None


def base(language: str) -> str:
    """Return a language's code without its region, in small letters."""
    return language.lower().replace("_", "-").split("-")[0]
