"""Read an article as units that can be compared: words, names, amounts, dates, attributions."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal

from builder.annotate.claims.cue_words import words as claim_words
from builder.annotate.claims.quotes import find_quotations
from builder.annotate.tokens import Tokens, forget, tokenized, tokens_of
from builder.annotate.values.finder import FoundValue, find_values
from builder.variants.amounts import Amount, Bound, read_amount
from builder.variants.days import Day, read_day
from builder.variants.lists import table
from builder.variants.spelling import spelled
from builder.variants.word_lists import is_function_word, words

Kind = Literal["word", "function", "sign", "name", "amount", "date", "negation", "hedge", "cue"]
Stance = Literal["", "doubting", "telling", "vouching", "denying"]


def _phrases(kind: str) -> dict[tuple[str, ...], Bound]:
    """Return how exactly an amount is given, by the words before or after it that say so."""
    bounds: dict[Bound, list[str]] = table(kind)  # type: ignore[assignment]
    return {tuple(said.split()): bound for bound, told in bounds.items() for said in told}


_DATES = ("DATE", "TIME")
_AMOUNTS = ("MONEY", "PERCENT", "QUANTITY", "CARDINAL", "ORDINAL", "DATE", "TIME")
_BEFORE = _phrases("before_amounts")
_AFTER = _phrases("after_amounts")
_INSIDE_NAMES = ("of", "de", "van", "von", "der", "bin", "al")
_NO_NAMES = words("doubting_adverbs") | words("negations")
_BE = ("is", "are", "was", "were", "be", "been", "being")
_HYPHENS = ("-", "–", "‑")


@dataclass(frozen=True)
class Unit:
    """A word, or words that are compared as one; bounds are those in the article's text.

    ``key`` is the same for what says the same, ``quoted`` tells that it stands in a quotation,
    ``set_off`` that nothing but a sign, "that" or "to" follows.
    """

    kind: Kind
    start: int
    end: int
    key: str
    quoted: bool = False
    name: tuple[str, ...] = ()
    amount: Amount | None = None
    day: Day | None = None
    stance: Stance = ""
    set_off: bool = False

    @property
    def has_meaning(self) -> bool:
        """Tell whether it carries a meaning of its own."""
        return self.kind not in ("function", "sign")

    @property
    def value(self) -> str | None:
        """Return the amount or the date in one spelling, None of all else."""
        found = self.amount or self.day
        return None if found is None else str(found) or None


class ReadArticle:
    """An article's text read for comparing: its tokens, values and quotations.

    ``published`` is the day on which it was published, None if nobody knows.
    """

    def __init__(self, text: str, published: date | None = None) -> None:
        self.text, self.published = text, published
        doc = tokenized(text)
        self._tokens: Tokens = tokens_of(doc)
        self._quotations = find_quotations(doc)
        self._values = find_values(self._tokens)
        forget(doc)

    @cached_property
    def in_small_letters(self) -> frozenset[str]:
        """The words that stand in small letters somewhere."""
        return frozenset(word for word in self._tokens.words if word.islower())

    @cached_property
    def _quoted(self) -> tuple[list[int], list[int]]:
        tokens = self._tokens
        starts = [tokens.starts[first] for first, _ in self._quotations]
        return starts, [tokens.ends[last - 1] for _, last in self._quotations]

    def is_quoted(self, at: int) -> bool:
        """Tell whether a place of the text lies in a quotation."""
        starts, ends = self._quoted
        number = bisect_right(starts, at) - 1
        return number >= 0 and at < ends[number]

    def units(self, start: int, end: int, other: "ReadArticle") -> list[Unit]:
        """Return the units of a stretch of the text.

        A word at the beginning of a sentence is no name if this article or the ``other`` one has it
        in small letters.
        """
        in_small_letters = (self.in_small_letters, other.in_small_letters)
        tokens = self._tokens
        first, last = bisect_left(tokens.starts, start), bisect_left(tokens.starts, end)
        values = {
            bisect_left(tokens.starts, value.start): value
            for value in _between(self._values, start, end)
        }
        return list(_Stretch(self, tokens, first, last, values, in_small_letters).units())


def _between(values: Sequence[FoundValue], start: int, end: int) -> Sequence[FoundValue]:
    first = bisect_left(values, start, key=lambda value: value.start)
    return values[first : bisect_left(values, end, key=lambda value: value.start)]


@dataclass
class _Stretch:
    """The tokens of a stretch, of which units are made one after the other."""

    article: ReadArticle
    tokens: Tokens
    first: int
    last: int
    values: dict[int, FoundValue]
    in_small_letters: tuple[frozenset[str], frozenset[str]]

    def units(self) -> Iterator[Unit]:
        at = self.first
        while at < self.last:
            if self.tokens.words[at].isspace():
                at += 1
                continue
            unit, after = self._valued(at) or self._named(at) or (self._word(at), at + 1)
            yield unit
            at = max(after, at + 1)

    def _unit(self, kind: Kind, first: int, after: int, key: str) -> Unit:
        start, end = self.tokens.starts[first], self.tokens.ends[after - 1]
        return Unit(kind, start, end, key, self.article.is_quoted(start))

    # --- amounts and dates --------------------------------------------------------------------

    def _valued(self, at: int) -> tuple[Unit, int] | None:
        """Return the amount or the date that begins here, with the words on how exact it is."""
        bound, length = self._leading(at)
        value = self.values.get(at + length)
        if value is None or value.label not in _AMOUNTS:
            return None
        tokens = self.tokens
        after = bisect_left(tokens.starts, value.end)
        text = tokens.text[value.start : value.end]
        if value.label in _DATES and not length:
            day = read_day(text, self.article.published)
            if day is not None:
                # What both papers say alike is no difference, whatever day each of them is from.
                said = text.lower() if day.counted else str(day)
                key = f"date {said or text.lower()}"
                unit = self._unit("date", at, after, key)
                return replace(unit, day=day, end=value.end), after
        following = tuple(tokens.lower[after : after + 2])
        if following in _AFTER:
            bound, after = bound or _AFTER[following], after + 2
        amount = read_amount(text, value.label, bound)
        if amount is None:
            return None
        return replace(self._unit("amount", at, after, f"amount {amount}"), amount=amount), after

    def _leading(self, at: int) -> tuple[Bound, int]:
        lower = self.tokens.lower
        for length in (4, 3, 2, 1):
            found = _BEFORE.get(tuple(lower[at : at + length]))
            if found is not None and at + length in self.values:
                return found, length
        return "", 0

    # --- names --------------------------------------------------------------------------------

    def _named(self, at: int) -> tuple[Unit, int] | None:
        """Return the name that begins here: words with capitals, and what stands between them."""
        if not self._is_capital(at) or (self._begins_sentence(at) and not self._is_name(at)):
            return None
        tokens, after = self.tokens, at + 1
        while after < self.last:
            step = self._further(after)
            if not step:
                break
            after += step
        listed = [w for w in tokens.lower[at:after] if w not in (*_HYPHENS, ".")]
        before = tokens.lower[at - 1] if at > self.first else ""
        name = ("the", *listed) if before == "the" and listed[:1] != ["the"] else tuple(listed)
        unit = self._unit("name", at, after, f"name {' '.join(listed)}")
        return replace(unit, name=name), after

    def _further(self, at: int) -> int:
        """Return how many tokens from here belong to the name before."""
        words = self.tokens.words
        if at in self.values:
            return 0
        if self._is_capital(at):
            return 1
        glued = not self.tokens.space_after(at - 1)
        if words[at] in _HYPHENS and glued and at + 1 < self.last:
            return 2 if not self.tokens.space_after(at) and words[at + 1].isalpha() else 0
        joined = words[at] in _INSIDE_NAMES
        more = at + 1 < self.last and self._is_capital(at + 1) and at + 1 not in self.values
        return 2 if joined and more else 0

    def _is_capital(self, at: int) -> bool:
        word = self.tokens.words[at]
        if not word[0].isupper() or at in self.values or word == "I":
            return False
        # RUSSIA at the beginning of a report is set so by some papers.
        return not is_function_word(spelled(word)) or (word.isupper() and len(word) > 1)

    def _begins_sentence(self, at: int) -> bool:
        if at == self.first:
            return True
        before = self.tokens.words[at - 1]
        return before in '."“”!?:‘' or before.isspace() or before[-1] in ".!?"

    def _is_name(self, at: int) -> bool:
        """Tell whether a word at the beginning of a sentence is a name all the same."""
        word = self.tokens.words[at]
        key = spelled(word)
        if any(word.lower() in known for known in self.in_small_letters):
            return False
        if is_function_word(key) or _stance(key) or key in _NO_NAMES:
            return False
        follows = at + 1 < self.last and self._is_capital(at + 1)
        return follows or not word.endswith(("ly", "ing", "ed", "s"))

    # --- words --------------------------------------------------------------------------------

    def _word(self, at: int) -> Unit:
        word = self.tokens.words[at]
        key = spelled(word)
        if not any(c.isalnum() for c in word):
            return self._unit("sign", at, at + 1, key)
        following = self.tokens.lower[at + 1] if at + 1 < self.last else ""
        if key in words("negations") or (key in words("not_doing") and following == "to"):
            return self._unit("negation", at, at + 1, key)
        if self._hedges(at, key, following):
            return replace(self._unit("hedge", at, at + 1, key), stance="doubting")
        if key == "according" and following == "to":
            return replace(self._unit("cue", at, at + 1, key), stance="telling")
        if _is_set_off(following) and key in claim_words("that_verbs"):
            told = self._unit("cue", at, at + 1, key)
            return replace(told, stance=_stance(key) or "telling", set_off=True)
        if (stance := _stance(key)) and not is_function_word(key):
            set_off = _is_set_off(following)
            return replace(self._unit("cue", at, at + 1, key), stance=stance, set_off=set_off)
        kind: Kind = "function" if is_function_word(key) else "word"
        return self._unit(kind, at, at + 1, key)

    def _hedges(self, at: int, key: str, following: str) -> bool:
        """Tell whether a word says that what is told may not be so."""
        if key in words("doubting_modals"):
            return self.tokens.words[at].islower() and following != "not"
        before = self.tokens.lower[at - 1] if at > self.first else ""
        heard = key in words("hearsay") and following == "to" and before in _BE
        return heard or key in words("doubting_adverbs")


def _is_set_off(following: str) -> bool:
    """Tell whether what follows a verb begins what is said, or is a sign: documents suggest."""
    return following in ("that", "to", "") or not following[0].isalnum()


def _stance(key: str) -> Stance:
    """Return how whoever writes a verb stands to what it introduces; empty for other words."""
    for stance, listed in (
        ("doubting", "doubting_verbs"),
        ("vouching", "vouching_verbs"),
        ("denying", "denying_verbs"),
    ):
        if key in words(listed):
            return stance  # type: ignore[return-value]
    told = key in claim_words("statement_verbs") and key not in claim_words("verbs_or_nouns")
    return "telling" if told else ""
