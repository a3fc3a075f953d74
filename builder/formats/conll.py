"""Read CoNLL-2003 and CoNLL-U, and write the sentences of a release as CoNLL-2003.

One file a split, of four columns, of which part of speech and chunk are unknown; ``-DOCSTART-``
opens each article. The format holds one flat layer: entities that have tags, and nothing of claims.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, cast

from builder.formats.converted import Part
from builder.formats.foreign import ForeignMark, ForeignText, Read, fault, shown, text_of
from builder.labels import LabelSet

if TYPE_CHECKING:
    from builder.dataset.row_types import SentenceRow

SUFFIXES = (".conll", ".conllu", ".bio", ".iob", ".txt", ".tsv")

_REASONS = (
    "entities inside longer ones",
    "entities widened to whole tokens",
    "claims, sources and cues",
)
_DOCUMENT = "-DOCSTART- -X- O O\n\n"


def export(release: Path, labels: LabelSet) -> Iterator[Part]:
    """Yield the articles of one file a split."""
    from builder.dataset.read import rows_of

    tags = labels.bio_tags()
    rows = cast("Iterable[SentenceRow]", rows_of(release, "sentences"))
    for _, sentences in groupby(rows, key=lambda row: row["article_id"]):
        found = list(sentences)
        lines = [_DOCUMENT, *(_sentence(row, tags) for row in found)]
        yield Part(f"{found[0]['split']}.conll", "".join(lines).encode(), _left_out(found))


def _sentence(row: "SentenceRow", names: list[str]) -> str:
    lines = zip(row["tokens"], row["ner_tags"], strict=True)
    return "".join(f"{token} -X- _ {names[tag]}\n" for token, tag in lines) + "\n"


def _left_out(rows: "Iterable[SentenceRow]") -> Counter[str]:
    left_out = Counter[str]()
    for row in rows:
        fits = Counter(entity["alignment"] for entity in row["entities"])
        left_out[_REASONS[0]] += fits["nested"]
        left_out[_REASONS[1]] += fits["expanded"]
        left_out[_REASONS[2]] += sum(part["part"] == 0 for part in row["claims"])
    return left_out


# --- reading ----------------------------------------------------------------------------------

_OUTSIDE = ("O", "_", "-", "")
_OPENS, _CLOSES = ("B", "S", "U"), ("S", "U", "E", "L")
_PREFIXES = frozenset("BIESLUM")
_COLUMNS = 10


@dataclass
class _Token:
    """A word with its tag, whether a space follows, and the line that it stands in."""

    text: str
    tag: str
    line: int
    space: bool = True


@dataclass
class _Begun:
    """The document that is being read: its text so far, and its entities.

    ``open`` is the entity that the next word may go on: label, start, end, line.
    """

    line: int
    text: str = ""
    marks: list[ForeignMark] = field(default_factory=list)
    open: tuple[str, int, int, int] | None = None

    def add(self, sentence: Iterable[_Token]) -> None:
        """Add a sentence; no entity goes on over its end."""
        pieces, at = [self.text], len(self.text)
        for token in sentence:
            prefix, label = _parted(token.tag)
            if self.open and (not label or prefix in _OPENS or label != self.open[0]):
                self.close()
            if label:
                _, start, _, line = self.open or (label, at, at, token.line)
                self.open = (label, start, at + len(token.text), line)
                if prefix in _CLOSES:
                    self.close()
            pieces.append(token.text + " " * token.space)
            at += len(pieces[-1])
        self.close()
        self.text = "".join([*pieces, "\n"])

    def close(self) -> None:
        """End the entity that is open, if one is."""
        if self.open:
            label, start, end, line = self.open
            self.marks.append(ForeignMark(label, start, end, line=line))
        self.open = None

    def document(self, file: str) -> ForeignText:
        """Return what was read."""
        return ForeignText(file, self.text, tuple(self.marks), line=self.line, layers=("entity",))


def read(path: Path, *, machine: bool) -> Read:
    """Yield the documents of a file; where it does not say where they begin, its sentences."""
    file, lines = shown(path), text_of(path).split("\n")
    whole = any(_opens_document(line) for line in lines)
    begun: _Begun | None = None
    sentence: list[_Token] = []
    inside = 0  # the last word of a token of several
    for number, line in enumerate([*lines, ""], start=1):
        opens = _opens_document(line)
        if sentence and (opens or not line.strip()):
            begun = begun or _Begun(sentence[0].line)
            begun.add(sentence)
            sentence, inside = [], 0
        if begun and (opens or not (whole or sentence)):
            yield begun.document(file)
            begun = None
        if opens or not line.strip() or line.startswith("#"):
            continue
        cells = line.rstrip("\r").split("\t")
        if len(cells) == _COLUMNS and cells[0][:1].isdigit():
            inside = _of_conll_u(cells, number, sentence, inside)
        elif len(cells := line.split()) > 1:
            sentence.append(_Token(cells[0], cells[-1], number))
        else:
            yield fault(file, "has one column: a word and its tag are needed", line=number)
    if begun:
        yield begun.document(file)


def _opens_document(line: str) -> bool:
    return line.startswith(("-DOCSTART-", "# newdoc"))


def _of_conll_u(cells: list[str], line: int, sentence: list[_Token], inside: int) -> int:
    """Add a row of CoNLL-U, its tag from ``NER=`` among the last cell's features.

    Words that a token is made of give it their tag. Returns the last word of such a token.
    """
    features = dict(part.partition("=")[::2] for part in cells[9].split("|"))
    tag = next((v for k, v in features.items() if k.casefold() in ("ner", "name")), "O")
    first, _, last = cells[0].partition("-")
    if last:
        sentence.append(_Token(cells[1], tag, line, features.get("SpaceAfter") != "No"))
        return int(last) if last.isdigit() else 0
    if "." in first or not first.isdigit():  # a word that is not in the text
        return inside
    if int(first) <= inside:
        if sentence[-1].tag in _OUTSIDE:
            sentence[-1].tag = tag
        return inside
    sentence.append(_Token(cells[1], tag, line, features.get("SpaceAfter") != "No"))
    return 0


def _parted(tag: str) -> tuple[str, str]:
    """Return a tag's prefix and its label: BIO in both kinds, BILOU, BIOES, and bare labels."""
    if tag in _OUTSIDE:
        return "", ""
    prefix, dash, label = tag.partition("-")
    return (prefix, label) if dash and prefix in _PREFIXES else ("I", tag)
