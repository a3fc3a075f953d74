"""Split text into tokens as spaCy's English tokenizer does; cut each distinct word only once."""

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, chain
from typing import Any
from weakref import WeakKeyDictionary

import spacy
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import (
    compile_infix_regex,
    compile_prefix_regex,
    compile_suffix_regex,
    registry,
)

from builder.annotate.batches import BATCH
from builder.annotate.remembered import Remembered

# A word and the space after it, or further white space, which is a token of its own. Of longer
# words each part is cut by itself: spaCy takes the square of their length.
_PARTS = re.compile(r"\S{1,300} ?|\s+")


@dataclass(frozen=True)
class Tokens:
    """What rules ask of a Doc's tokens again and again, as lists, which are quicker than a Doc.

    ``starts`` and ``ends`` are in code points of ``text``.
    """

    text: str
    words: list[str]
    lower: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        """Return how many tokens there are."""
        return len(self.words)

    def between(self, start: int, end: int) -> str:
        """Return the text from one token up to another, without the space after it."""
        end = min(end, len(self.words))
        return self.text[self.starts[start] : self.ends[end - 1]] if start < end else ""

    def space_after(self, at: int) -> bool:
        """Tell whether a space follows the token."""
        following = self.starts[at + 1] if at + 1 < len(self.words) else len(self.text)
        return self.ends[at] < following


def tokens_of(doc: Doc) -> Tokens:
    """Return the tokens of a Doc, which are remembered until ``forget`` or as long as it lasts."""
    tokens = _known.get(doc)
    if tokens is None or len(tokens) != len(doc):
        words = [token.text for token in doc]
        lengths = [len(token.text_with_ws) for token in doc]
        tokens = _placed(doc.text, words, [word.lower() for word in words], lengths)
        _known[doc] = tokens
    return tokens


def forget(doc: Doc) -> None:
    """Give the memory free that the tokens of a Doc take, as much again as the Doc itself."""
    _known.pop(doc, None)


def _placed(text: str, words: list[str], lower: list[str], lengths: Iterable[int]) -> Tokens:
    """Return tokens at their places in a text; to their lengths the spaces after them count."""
    *starts, _ = accumulate(lengths, initial=0)
    ends = list(map(operator.add, starts, map(len, words)))
    return Tokens(text, words, lower, starts, ends)


_known = WeakKeyDictionary[Doc, Tokens]()


class WordwiseTokenizer(Tokenizer):  # type: ignore[misc]
    """spaCy's tokenizer without its search for exceptions across words, of which English has none.

    That search takes nine tenths of its time. The norms that go with exceptions ("not" for "n't")
    are left out: nothing here reads them.
    """

    def __call__(self, text: str) -> Doc:
        """Return ``text`` as a Doc with the tokens that spaCy's own tokenizer would give it."""
        # Numbers given in one of spaCy's memory zones are void after it.
        cut = self._cut if self.vocab.in_memory_zone else self._cut_once.__getitem__
        row = list(chain.from_iterable(map(cut, _PARTS.findall(text))))
        numbers, words, lower, spaces, lengths = (row[at::5] for at in range(5))
        # By their numbers spaCy finds words faster than by their letters.
        doc = Doc(self.vocab, words=numbers, spaces=spaces)
        _known[doc] = _placed(text, words, lower, lengths)
        return doc

    @cached_property
    def _cut_once(self) -> Remembered[tuple[Any, ...]]:
        return Remembered(self._cut, 100_000)

    def _cut(self, part: str) -> tuple[Any, ...]:
        """Return five columns for each token of a part of a text, all in one row.

        They are its number in the vocabulary, the word, the word in lower case, whether a space
        follows, and the length with that space.
        """
        if part.isspace():
            return self.vocab.strings.add(part), part, part, False, len(part)
        row: list[Any] = []
        for token in super().__call__(part):
            word, space = token.text, bool(token.whitespace_)
            row += token.orth, word, word.lower(), space, len(word) + space
        return tuple(row)


@registry.tokenizers("builder_tokenizer")  # type: ignore[untyped-decorator]
def make_tokenizer() -> Callable[[Language], Tokenizer]:
    """Return what makes the tokenizer of a pipeline."""

    def make(nlp: Language) -> Tokenizer:
        # From the same as spaCy's own, which is not made first: it reads hundreds of exceptions.
        of: Any = nlp.Defaults
        return WordwiseTokenizer(
            nlp.vocab,
            rules=of.tokenizer_exceptions,
            prefix_search=compile_prefix_regex(of.prefixes).search,
            suffix_search=compile_suffix_regex(of.suffixes).search,
            infix_finditer=compile_infix_regex(of.infixes).finditer,
            token_match=of.token_match,
            url_match=of.url_match,
        )

    return make


def blank() -> Language:
    """Return an English pipeline with this tokenizer and nothing else."""
    settings = {"tokenizer": {"@tokenizers": "builder_tokenizer"}, "batch_size": BATCH}
    return spacy.blank("en", config={"nlp": settings})


@cache
def _tokenizer() -> Tokenizer:
    return blank().tokenizer


def tokenized(text: str) -> Doc:
    """Return a text of any length as a Doc that has tokens and nothing else."""
    doc: Doc = _tokenizer()(text)
    return doc


def token_bounds(text: str) -> list[tuple[int, int]]:
    """Return the bounds of the tokens of ``text`` in code points, white space left out."""
    return [(t.idx, t.idx + len(t)) for t in tokenized(text) if not t.is_space]
