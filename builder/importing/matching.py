"""Find the article that each text of a file is of: by its id, its hash, or words in a row."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from builder.formats.foreign import ForeignText
from builder.importing.alignment import Laid, Signs, lay, signs_of
from builder.records import Article, Rejection
from builder.text import TextError, article_id, join_paragraphs, normalise
from builder.workspace.store import Shelf, View

_WORD = re.compile(r"[^\W_]+")
# So many words in a row tell a text, and so many places of it are looked at.
_ROW, _PLACES = 4, 12
# What as many texts share tells none of them.
_COMMON = 200
# So many articles are laid beside a text.
_TRIED = 5
_SIGNS_KEPT = 64
# So many signs have to stand in both where a text was edited.
_FEWEST = 20


@dataclass(frozen=True)
class Match:
    """A document beside the article that it is of."""

    document: ForeignText
    article: Article
    laid: Laid


@dataclass
class Matched:
    """How many texts were found, and how; ``several`` are those that stand in other articles too.

    ``hash`` are whole articles as they are, ``alike`` differ in white space and signs or are parts,
    ``edited`` in words.
    """

    hash: int = 0
    alike: int = 0
    edited: int = 0
    several: int = 0


@dataclass
class _Wanted:
    """The words in a row by which documents are looked for, and where these were found.

    Documents that read the same share a number.
    """

    texts: dict[str, int] = field(default_factory=dict)
    rows: dict[str, list[int]] = field(default_factory=dict)
    found: list[Counter[str]] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Note the words by which a text is known."""
        if text in self.texts:
            return
        number = self.texts[text] = len(self.found)
        self.found.append(Counter())
        words = _words(text)
        last = max(len(words) - _ROW, 0)
        steps = min(_PLACES - 1, last)
        places = {round(i * last / steps) for i in range(steps + 1)} if steps else {0}
        for place in sorted(places):
            row = self.rows.setdefault(" ".join(words[place : place + _ROW]), [])
            if len(row) <= _COMMON:
                row.append(number)

    def look(self, article: Article) -> None:
        """Note which texts an article shares words with."""
        words = _words(article.text)
        rows = {" ".join(words[i : i + _ROW]) for i in range(len(words) - _ROW + 1)}
        # Of shorter texts, whole sentences are found.
        for bounds in article.sentences:
            sentence = _words(article.text[bounds.start : bounds.end])
            if 0 < len(sentence) < _ROW:
                rows.add(" ".join(sentence))
        for row in rows & self.rows.keys():
            if len(self.rows[row]) <= _COMMON:
                for number in self.rows[row]:
                    self.found[number][article.id] += 1

    def candidates(self, text: str) -> list[str]:
        """Return the articles that share most with a text, the first of them first."""
        counted = self.found[self.texts[text]] if text in self.texts else Counter[str]()
        return [i for i, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def match(
    documents: Sequence[ForeignText],
    shelf: Shelf[Article],
    taken_out: Mapping[str, str],
    told: Matched,
) -> Iterator[Match | Rejection]:
    """Yield each document with its article, or why it has none; ``told`` counts them.

    Args:
        documents: the documents, in the order of their files.
        shelf: the articles of the workspace.
        taken_out: articles that no release holds any more, each with what has its place.
        told: what is counted.

    """
    articles = View(shelf)
    live = articles.places.keys() - taken_out.keys()
    wanted = _Wanted()
    for document in documents:
        if not (_named(document, taken_out) in live or _of_hash(document.text) in live):
            wanted.add(document.text)
    if wanted.texts:
        for path in shelf.files():
            for article in shelf.read(path).values():
                if article.id in live:
                    wanted.look(article)
    finder = _Finder(articles, live, taken_out, wanted, told)
    yield from map(finder.find, documents)


def _named(document: ForeignText, taken_out: Mapping[str, str]) -> str | None:
    """Return the article that a document names, or the one that has its place now."""
    name, seen = document.article, set[str]()
    while name is not None and taken_out.get(name) and name not in seen:
        seen.add(name)
        name = taken_out[name]
    return name


def _of_hash(text: str) -> str | None:
    """Return the id that an article of this text has."""
    try:
        return article_id(join_paragraphs(normalise(text).split("\n\n")))
    except TextError:
        return None


def _is_most(laid: Laid) -> bool:
    """Tell whether enough stands in both for a text to be that of an article, or a part of it."""
    shorter = min(len(laid.ours.signs), len(laid.theirs.signs))
    return laid.size >= max(_FEWEST, shorter / 2)


class _Finder:
    """Finds the articles of documents one by one, in the order of their file."""

    def __init__(
        self,
        articles: View[Article],
        live: Iterable[str],
        taken_out: Mapping[str, str],
        wanted: _Wanted,
        told: Matched,
    ) -> None:
        self._articles, self._live = articles, {*live}
        self._taken_out, self._wanted, self._told = taken_out, wanted, told
        self._signs = lru_cache(maxsize=_SIGNS_KEPT)(lambda i: signs_of(articles[i].text))
        # Where the last text of a file was found, and how far each article was read.
        self._last: tuple[str, str] = ("", "")
        self._reached: dict[tuple[str, str], int] = {}

    def find(self, document: ForeignText) -> Match | Rejection:
        """Return a document with its article, or why it has none."""
        ours = signs_of(document.text)
        if not ours.signs:
            return document.fault("its text is empty", "text")
        named, of_hash = _named(document, self._taken_out), _of_hash(document.text)
        sure = [i for i in (named, of_hash) if i in self._live]
        tried = sure[:1] or self._in_order(document)
        laid = [(i, self._lay(document, ours, i)) for i in tried if i is not None]
        whole = [(i, one) for i, one in laid if one.whole]
        best = max(laid, key=lambda item: item[1].size, default=None)
        found = whole[0] if whole else best
        if found is None or not (whole or _is_most(found[1])):
            return document.fault(self._why_not(document, named), "text")
        self._count(found[0] == of_hash, bool(whole), len(whole) > 1)
        self._last = (document.file, found[0])
        if whole:
            self._reached[self._last] = found[1].blocks[0][1] + found[1].blocks[0][2]
        return Match(document, self._articles[found[0]], found[1])

    def _in_order(self, document: ForeignText) -> list[str]:
        """Return the articles to try: that of the text before it in its file comes first."""
        found = self._wanted.candidates(document.text)
        file, before = self._last
        first = [before] if file == document.file and before in found else []
        return [*first, *(i for i in found[:_TRIED] if i not in first)]

    def _lay(self, document: ForeignText, ours: Signs, article: str) -> Laid:
        return lay(ours, self._signs(article), self._reached.get((document.file, article), 0))

    def _count(self, by_hash: bool, whole: bool, several: bool) -> None:
        self._told.hash += by_hash
        self._told.alike += whole and not by_hash
        self._told.edited += not (whole or by_hash)
        self._told.several += several

    def _why_not(self, document: ForeignText, named: str | None) -> str:
        if named in self._taken_out:
            return f"its article {named} was taken out of the dataset"
        if named in self._live:
            return f"its text is not that of the article {named} that it names"
        opening = " ".join(document.text[:200].split())[:60]
        return f"no article holds this text: {opening}"
