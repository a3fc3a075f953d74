"""Tell what a line is by its wording alone: its words, a list item, prose."""

import re
from functools import lru_cache
from typing import NamedTuple

_LIST_ITEM = re.compile(r"\s*(?:[•·▪▸►‣◦○●*+»›-]\s+\S|\d{1,2}[.)]\s+\S)")
_SENTENCE_ENDS = frozenset(".!?…:;。！？؟۔।॥։።")
_CLOSING_QUOTES = frozenset('"”»')
_CLOSERS = "\"'”’»)]*_"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_TOKEN = re.compile(r"\w+")
_SOUND = re.compile(r"[^\W_]")
_IDEOGRAM = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_MARKUP = re.compile(
    r"!?\[([^\[\]]*)\]\([^)]{0,2000}\)?|^\s*(?:#{1,6}|>)\s+|\*\*|__|\\(?=[-.!#*_+])"
)
_MARK = re.compile(r"[\[#>*_\\]")
_BULLETS = "•·▪▸►‣◦○●*+»›-"
_BULLET = re.compile(r"^\s*[•·▪▸►‣◦○●*+»›-]\s+")
_GLUED = re.compile(r"[a-z][A-Z]")

# The commonest words of running text; names, link texts and tables hold few of them.
_COMMON = """
a about after all also an and any are as at be because been before but by can could did do does
for from had has have he her his how i if in into is it its just like me more my no not now of
on one only or our out over said say she so some such than that the their them then there these
they this those to two up us was we were what when where which while who will with would you
your al c'est con da das dans de dei del della den der des di die do du e ein eine el en es est
et il im in la las le les lo los mit na ne nicht no non o os ou par para pas per por pour que
qui se si son sur te ti um una und une uma von y zu à é
"""
COMMON = frozenset(_COMMON.split())
_LATIN = re.compile(r"[A-Za-z]")
_MIN_PROSE_WORDS = 4
# Not every script marks the end of a sentence; a line this long is text in any of them.
_LONG_LINE = 80


class Shape(NamedTuple):
    """Counts over one line: words, and the share of them that are stop words or glued together."""

    words: int
    stop_share: float
    glued_share: float


@lru_cache(maxsize=4096)
def plain(line: str) -> str:
    """Return the line without markdown, list mark and superfluous white space."""
    if _MARK.search(line):
        line = _MARKUP.sub(r"\1", line)
    if line.lstrip()[:1] in _BULLETS:
        line = _BULLET.sub("", line)
    return " ".join(line.split())


@lru_cache(maxsize=4096)
def bare(line: str) -> str:
    """Return the line's letters and digits in lower case, by which two lines are compared."""
    return " ".join(_TOKEN.findall(line.lower()))


def is_list_item(line: str) -> bool:
    """Tell whether the line starts with a bullet or a number, as items of a list do."""
    return _LIST_ITEM.match(line) is not None


def ends_sentence(line: str) -> bool:
    """Tell whether the line ends as a sentence does, closing quotes and brackets included."""
    end = line.rstrip()
    return end[-1:] in _CLOSING_QUOTES or end.rstrip(_CLOSERS)[-1:] in _SENTENCE_ENDS


@lru_cache(maxsize=4096)
def shape(line: str) -> Shape:
    """Return the line's counts; two ideograms count as one word."""
    words = _WORD.findall(line)
    ideograms = 0 if line.isascii() else len(_IDEOGRAM.findall(line))
    count = len(words) + ideograms // 2
    if not words:
        return Shape(count, 0.0, 0.0)
    stops = sum(map(COMMON.__contains__, map(str.lower, words)))
    # Titles and lines in small letters are most of a page, and have none.
    glued = 0 if line.islower() or not _GLUED.search(line) else sum(map(_is_glued, words))
    return Shape(count, stops / len(words), glued / len(words))


def _is_glued(word: str) -> bool:
    return _GLUED.search(word) is not None


@lru_cache(maxsize=4096)
def is_prose(line: str) -> bool:
    """Tell whether the line reads as whole sentences rather than a title, a link or a name."""
    counts = shape(line)
    # The stop words are those of languages in Latin letters.
    runs = counts.stop_share > 0 or not _LATIN.search(line)
    return (
        counts.words >= _MIN_PROSE_WORDS
        and ends_sentence(line)
        and not is_list_item(line)
        and (runs or counts.words >= 3 * _MIN_PROSE_WORDS)
    )


def is_text(line: str) -> bool:
    """Tell whether the line is prose, or so long that it can hardly be anything else."""
    return is_prose(line) or (len(line) >= _LONG_LINE and not is_list_item(line))


def has_words(line: str) -> bool:
    """Tell whether the line holds a letter or a digit at all."""
    return _SOUND.search(line) is not None


@lru_cache(maxsize=4096)
def content_words(line: str) -> frozenset[str]:
    """Return the line's words without stop words, in lower case."""
    return frozenset(map(str.lower, _WORD.findall(plain(line)))) - COMMON
