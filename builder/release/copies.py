"""Find the texts of a release without text among the copies that a reader has of its articles."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from builder.dataset import manifest
from builder.dataset.text_sources import (
    Likeness,
    SeedSource,
    TextSource,
    TextSources,
    hashed_paragraphs,
    text_hash,
)
from builder.dataset.word_shapes import votes, votes_of
from builder.ingest.articles import clean, merged, rejected, unreadable
from builder.ingest.folder import check_file, files, seed_name, with_neighbours
from builder.ingest.listing import File
from builder.ingest.readers import contents, kinds, sidecars
from builder.ingest.readers.content import Fault, SeedContent, SeedError
from builder.ingest.readers.contents import Mapped
from builder.ingest.readers.decoding import split_lines
from builder.ingest.seed_cleaning import with_sidecar
from builder.progress import Track, untracked
from builder.records import Metadata, Record, Rejection, Text
from builder.text import TextError, join_paragraphs

# Fewer hashes or runs of words in common, and a text is no copy of an article.
_FEWEST_VOTES = 2
# What is taken of a text, or kept of all articles, to tell whose copy it is.
_MOST_VOTES = 20_000


class Copy(Record):
    """A text that a reader has, with its metadata where the builder's cleaner reads it."""

    seed: str
    text: Text
    metadata: Metadata | None


class Copies:
    """The copies that a reader has, in a file; in memory is where in it each of them stands.

    ``unread`` is what could not be read.
    """

    def __init__(self, place: Path, sources: TextSources) -> None:
        self._path, self._sources = place / "copies.jsonl", sources
        self._wanted: dict[str, list[str]] = defaultdict(list)
        self._by_text: dict[str, str] = {}
        # How the fields of each seed's record were read; None stands for a guess.
        self._distinct: list[Mapped | None] = [None]
        self._ways: dict[str, int] = {}
        self._seeds: dict[str, int] = {}
        self._texts: dict[str, int] = {}
        self._near: dict[str, tuple[int, int]] = {}
        self.unread: list[Rejection] = []

    def read(self, given: Path, track: Track = untracked) -> None:
        """Read what lies in a folder, or the records of a file, and note whose text is what.

        Raises:
            BuilderError: the folder is not there.

        """
        language = "en"
        for source in self._sources:
            language = source.language
            self._by_text[source.sha256] = source.article
            for seed in source.seeds:
                self._wanted[seed.sha256].append(source.article)
                self._ways[seed.sha256] = self._number_of(_way(seed))
        paths = [given] if given.is_file() else files(given)
        with self._path.open("wb") as out:
            for file, document in self._documents(paths, given, track):
                self._keep(out, file, document, language)
        self._find_near()

    def _number_of(self, way: Mapped | None) -> int:
        if way not in self._distinct:
            self._distinct.append(way)
        return self._distinct.index(way)

    def _keep(self, out: BinaryIO, file: File, document: SeedContent, language: str) -> None:
        """Keep a text as it is cleaned now, or else as its source says that it is cut out."""
        cleaned = clean(file, document, language)
        texts = [] if isinstance(cleaned, Rejection) else [cleaned.text]
        if not any(text_hash(text) in self._by_text for text in texts):
            texts = [*self._cut_out(file, document), *texts]
        if not texts:
            if isinstance(cleaned, Rejection):
                self.unread.append(cleaned)
            return
        metadata = None if isinstance(cleaned, Rejection) else cleaned.metadata
        known = [text for text in dict.fromkeys(texts) if text_hash(text) in self._by_text]
        for text in known or texts[-1:]:
            at = out.tell()
            out.write(Copy(seed=file.id, text=text, metadata=metadata).model_dump_json().encode())
            out.write(b"\n")
            self._seeds.setdefault(file.id, at)
            if (article := self._by_text.get(text_hash(text))) is not None:
                self._texts.setdefault(article, at)

    def _cut_out(self, file: File, document: SeedContent) -> Iterator[str]:
        for article in self._wanted.get(file.id, ()):
            for seed in self._sources[article].seeds:
                if seed.sha256 == file.id:
                    yield from _cut(document, seed)

    # --- files ------------------------------------------------------------------------------

    def _documents(
        self,
        paths: Sequence[Path],
        given: Path,
        track: Track,
    ) -> Iterator[tuple[File, SeedContent]]:
        root = given.parent if given.is_file() else given
        for path, beside in with_neighbours(paths, track):
            name = seed_name(path, root)
            try:
                check_file(path)
                kind = kinds.by_name(path) or kinds.by_content(path)
                sidecar = sidecars.beside(path, beside)
                if contents.holds_one(kind):
                    file = File(path, name, manifest.sha256(path), kind, sidecar=sidecar)
                    yield file, with_sidecar(file, contents.read_single(path, kind))
                else:
                    yield from self._of_many(File(path, name, "", kind, sidecar=sidecar))
            except OSError as error:
                self.unread.append(unreadable(name, error))
            except SeedError as error:
                self.unread.append(rejected(name, error.reason, error.line))

    def _of_many(self, file: File) -> Iterator[tuple[File, SeedContent]]:
        """Yield the articles of a file of many, each read as its source was.

        Records that are no seed of the release are read as most of the others in the file, or else
        as their fields let us guess.
        """
        known = Counter(
            number
            for number, way in enumerate(self._distinct)
            if len(self._distinct) > 1  # with one way there is nothing to choose
            for item in contents.items(file.path, file.kind, way)
            if not isinstance(item, Fault) and self._ways.get(item.id) == number
        )
        usual = known.most_common(1)[0][0] if known else 0
        faults: list[Rejection] = []
        read: set[int | None] = set()
        for number in sorted({usual, *known}):
            for item in contents.items(file.path, file.kind, self._distinct[number]):
                if isinstance(item, Fault):
                    if number == usual and not item.expected:
                        faults.append(rejected(file.name, item.reason, item.line))
                elif self._ways.get(item.id, usual) == number:
                    read.add(item.line)
                    name = f"{file.name}#{item.record}"
                    one = File(
                        file.path, name, item.id, file.kind, item.record, item.line, item.size,
                        file.sidecar,
                    )  # fmt: skip
                    try:
                        yield one, with_sidecar(one, item.read())
                    except SeedError as error:
                        self.unread.append(rejected(name, error.reason, item.line))
        self.unread += [fault for fault in faults if fault.line is None or fault.line not in read]

    # --- whose copy a text is ---------------------------------------------------------------

    def _find_near(self) -> None:
        """Note which text is likest to each article whose very text is not there."""
        if all(source.article in self._texts for source in self._sources):
            return
        index: dict[int, list[str]] = defaultdict(list)
        for source in self._sources:
            for vote, _ in zip(votes_of(source.paragraphs), range(_MOST_VOTES), strict=False):
                index[hash(vote)].append(source.article)
        for at, copy in self._all():
            counted: Counter[str] = Counter()
            for vote, _ in zip(votes(copy.text), range(_MOST_VOTES), strict=False):
                counted.update(index.get(hash(vote), ()))
            for article in self._may_be(copy.text, counted):
                if counted[article] > max(_FEWEST_VOTES - 1, self._near.get(article, (0, 0))[0]):
                    self._near[article] = (counted[article], at)

    def _may_be(self, text: str, counted: Counter[str]) -> list[str]:
        """Return the articles of which a text may be a copy, however alike others are.

        The very text of one article may hold paragraphs of its variants; any other text is a copy
        of the likeliest article alone, and of none if two are as likely.
        """
        own = self._by_text.get(text_hash(text))
        if own is None:
            first, second, *_ = [*counted.most_common(2), ("", 0), ("", 0)]
            return [first[0]] if first[1] > second[1] else []
        there = {known for _, known in hashed_paragraphs(text) if known is not None}
        return [
            article
            for article in counted
            if article != own
            and not there.isdisjoint(p.sha256 for p in self._sources[article].paragraphs)
        ]

    def _all(self) -> Iterator[tuple[int, Copy]]:
        with self._path.open("rb") as file:
            at = 0
            for line in file:
                yield at, Copy.model_validate_json(line)
                at += len(line)

    def _at(self, place: int) -> Copy:
        with self._path.open("rb") as file:
            file.seek(place)
            return Copy.model_validate_json(file.readline())

    def text_of(self, article: str) -> tuple[str, Likeness] | None:
        """Return an article's text, or the likest one, and how like it is."""
        if article in self._texts:
            return self._at(self._texts[article]).text, "exact"
        if article in self._near:
            text = self._at(self._near[article][1]).text
            return text, "variant" if text_hash(text) in self._by_text else "edited"
        return None

    def metadata_of(self, source: TextSource) -> Metadata:
        """Return what those of an article's seeds that are there say about it."""
        found = Metadata()
        for seed in source.seeds:
            if seed.sha256 in self._seeds:
                stated = self._at(self._seeds[seed.sha256]).metadata
                found = found if stated is None else merged(found, stated)
        return found


def _way(seed: SeedSource) -> Mapped | None:
    """Return which of a record's fields was what, None where that was guessed."""
    return None if seed.fields is None else Mapped(seed.fields, seed.given or {})


def _cut(document: SeedContent, seed: SeedSource) -> Iterator[str]:
    """Yield the texts that the lines of a seed's body may have given.

    Older cleaners joined them by spaces; now a hyphen at a line's end joins too, and the marks of
    links come off the text of a page.
    """
    if document.form == "html":
        from builder.ingest.html.page import read_page

        try:
            lines: Sequence[str] = read_page(document.content, document.url).lines
        except SeedError:
            return
    else:
        lines = split_lines(document.content)
    if any(last > len(lines) for _, last in seed.lines):
        return
    ways = [[" ".join(lines[first - 1 : last]) for first, last in seed.lines]]
    if document.form != "html":
        from builder.ingest.cleaning import wrapping

        found = wrapping.stretches(lines, seed.lines)
        ways += [[one.text for one in found], [one.raw for one in found]]
    for paragraphs in ways:
        with suppress(TextError):
            yield join_paragraphs(paragraphs)
