"""Measure what a copy of an article is taken to say by the lengths of its words alone.

    python -m benchmarks.text_free CORPUS [NUMBER]

CORPUS is a file of JSON Lines with articles in the field ``text``. Two questions, without hashes of
paragraphs, which would only help: how many pairs of unrelated articles are taken to share words
(none should); and of the names in an article, of which one long word in a hundred lost a letter in
a copy, how many are found rightly or wrongly in that copy, and how many are lost.
"""

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from builder.dataset.text_sources import ParagraphSource
from builder.dataset.word_shapes import ShapeAligned, shape
from builder.text import join_paragraphs, paragraph_bounds

_SHORTEST, _LONGEST, _PAIRS = 1500, 20_000, 400
_NAME = re.compile(r"[A-Z]\w+(?: [A-Z]\w+)*")
_LONG_WORD = re.compile(r"[a-z]{5,}")


def texts(path: Path) -> Iterator[str]:
    """Yield the articles of a corpus that are neither very short nor very long."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            text = join_paragraphs(json.loads(line)["text"].split("\n"))
            if _SHORTEST < len(text) < _LONGEST:
                yield text


def known(text: str) -> list[ParagraphSource]:
    """Return what a release without text says of an article, but for its hashes."""
    return [
        ParagraphSource(start=a, end=b, shape=shape(text[a:b])) for a, b in paragraph_bounds(text)
    ]


def mended(text: str, chance: random.Random) -> str:
    """Return a text in which one long word in a hundred has a letter less."""

    def drop(word: re.Match[str]) -> str:
        return word[0][:2] + word[0][3:] if chance.random() < 0.01 else word[0]

    return _LONG_WORD.sub(drop, text)


def names_found(text: str, copy: str) -> Counter[str]:
    """Count the names of an article that are found in a copy of it, and whether rightly."""
    found, counted = ShapeAligned(known(text), copy), Counter[str]()
    for name in _NAME.finditer(text):
        place = found.place(*name.span())
        if place is None:
            counted["lost"] += 1
        else:
            counted["right" if copy[place[0] : place[1]] == name[0] else "wrong"] += 1
    return counted


def main() -> None:
    """Print both figures."""
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    articles = [text for text, _ in zip(texts(Path(sys.argv[1])), range(number), strict=False)]
    chance = random.Random(1)
    shares = []
    for _ in range(_PAIRS):
        one, other = chance.sample(articles, 2)
        shares.append(ShapeAligned(known(one), other).share)
    print(f"{_PAIRS} pairs of unrelated articles: {sum(s > 0 for s in shares)} share any words")
    counted = sum((names_found(text, mended(text, chance)) for text in articles), Counter[str]())
    print(f"names of {len(articles)} mended articles: {dict(counted)}")


if __name__ == "__main__":
    main()
