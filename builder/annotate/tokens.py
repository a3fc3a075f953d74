"""Text in, its tokens out: spaCy's English tokenizer, which cuts each distinct word only once."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import Any

import spacy
from spacy.language import Language, create_tokenizer
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import registry

# A word and the space after it, or further white space, which is a token of its own.
_PARTS = re.compile(r"\S+ ?|\s+")
_Part = tuple[tuple[str, ...], tuple[bool, ...]]
_REMEMBERED = 100_000


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
    """Return the tokens of a Doc; those of the latest one are remembered."""
    return _tokens_of(doc, len(doc))


@lru_cache(maxsize=1)
def _tokens_of(doc: Doc, _: int) -> Tokens:
    strings = doc.vocab.strings
    table: Any = doc.to_array(["ORTH", "IDX", "SPACY"])
    numbers, starts, spaces = table.T.tolist()
    words: list[str] = [strings.as_string(number) for number in numbers]
    ends = [start + len(word) for start, word in zip(starts, words, strict=True)]
    # Quicker than doc.text.
    text = "".join(
        [word + " " if space else word for word, space in zip(words, spaces, strict=True)]
    )
    return Tokens(text, words, [word.lower() for word in words], starts, ends)


class WordwiseTokenizer(Tokenizer):  # type: ignore[misc]
    """spaCy's tokenizer without its search for exceptions across words, of which English has none.

    That search takes nine tenths of its time. The norms that go with exceptions ("not" for "n't")
    are left out: nothing here reads them.
    """

    def __call__(self, text: str) -> Doc:
        """Return ``text`` as a Doc with the tokens that spaCy's own tokenizer would give it."""
        known: dict[str, _Part] = self.__dict__.setdefault("_known", {})
        if len(known) > _REMEMBERED:
            known.clear()
        texts = _PARTS.findall(text)
        for part in set(texts).difference(known):
            known[part] = self._cut(part)
        parts = [known[part] for part in texts]
        words = list(chain.from_iterable(words for words, _ in parts))
        return Doc(
            self.vocab, words=words, spaces=list(chain.from_iterable(spaces for _, spaces in parts))
        )

    def _cut(self, part: str) -> _Part:
        """Return the tokens of a part of a text, and which of them a space follows."""
        if part.isspace():
            return (part,), (False,)
        words = tuple(token.text for token in super().__call__(part.removesuffix(" ")))
        return words, (False,) * (len(words) - 1) + (part.endswith(" "),)


@registry.tokenizers("builder_tokenizer")  # type: ignore[untyped-decorator]
def make_tokenizer() -> Callable[[Language], Tokenizer]:
    """Return what makes the tokenizer of a pipeline."""
    usual = create_tokenizer()

    def make(nlp: Language) -> Tokenizer:
        base = usual(nlp)
        return WordwiseTokenizer(
            base.vocab,
            rules=base.rules,
            prefix_search=base.prefix_search,
            suffix_search=base.suffix_search,
            infix_finditer=base.infix_finditer,
            token_match=base.token_match,
            url_match=base.url_match,
        )

    return make


def blank() -> Language:
    """Return an English pipeline with this tokenizer and nothing else."""
    return spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "builder_tokenizer"}}})


@cache
def _tokenizer() -> Tokenizer:
    return blank().tokenizer


def token_bounds(text: str) -> list[tuple[int, int]]:
    """Return the bounds of the tokens of ``text`` in code points, white space left out."""
    return [(t.idx, t.idx + len(t)) for t in _tokenizer()(text) if not t.is_space]
