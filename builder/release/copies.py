"""Find the texts of a release without text among the copies that a reader has of its articles."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from builder.dataset import manifest
from builder.dataset.text_sources import SeedSource, TextSource, TextSources, text_hash
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

    ``exact`` are the articles whose very text is there, ``unread`` is what could not be read.
    """

    def __init__(self, place: Path, sources: TextSources) -> None:
        self._path, self._sources = place / "copies.jsonl", sources
        self._seeds: dict[str, int] = {}
        self._texts: dict[str, int] = {}
        self._near: dict[str, tuple[int, int]] = {}
        self.unread: list[Rejection] = []

    def read(self, given: Path, track: Track = untracked) -> None:
        """Read what lies in a folder, or the records of a file, and note whose text is what.

        Raises:
            BuilderError: the folder is not there.

        """
        wanted: dict[str, list[tuple[str, SeedSource]]] = defaultdict(list)
        by_text = {source.sha256: source.article for source in self._sources}
        for source in self._sources:
            for seed in source.seeds:
                wanted[seed.sha256].append((source.article, seed))
        language = next((source.language for source in self._sources), "en")
        paths = [given] if given.is_file() else files(given)
        with self._path.open("wb") as out:
            for file, document in self._documents(paths, given, wanted, track):
                self._keep(out, file, document, wanted.get(file.id, ()), by_text, language)
        self._find_near()

    def _keep(
        self,
        out: BinaryIO,
        file: File,
        document: SeedContent,
        sources: Sequence[tuple[str, SeedSource]],
        by_text: Mapping[str, str],
        language: str,
    ) -> None:
        """Keep a text, as its source says it is cut out, or as it is cleaned now."""
        cleaned = clean(file, document, language)
        texts = [] if isinstance(cleaned, Rejection) else [cleaned.text]
        for _, seed in sources:
            texts += [text] if (text := _cut(document, seed)) is not None else []
        if isinstance(cleaned, Rejection):
            if not texts:
                self.unread.append(cleaned)
                return
            metadata = None
        else:
            metadata = cleaned.metadata
        known = [text for text in dict.fromkeys(texts) if text_hash(text) in by_text]
        for text in known or texts[:1]:
            at = out.tell()
            out.write(Copy(seed=file.id, text=text, metadata=metadata).model_dump_json().encode())
            out.write(b"\n")
            self._seeds.setdefault(file.id, at)
            if text_hash(text) in by_text:
                self._texts.setdefault(by_text[text_hash(text)], at)

    # --- files ------------------------------------------------------------------------------

    def _documents(
        self,
        paths: Sequence[Path],
        given: Path,
        wanted: Mapping[str, Sequence[tuple[str, SeedSource]]],
        track: Track,
    ) -> Iterator[tuple[File, SeedContent]]:
        root = given.parent if given.is_file() else given
        ways = _ways(wanted)
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
                    yield from self._of_many(File(path, name, "", kind, sidecar=sidecar), ways)
            except OSError as error:
                self.unread.append(unreadable(name, error))
            except SeedError as error:
                self.unread.append(rejected(name, error.reason, error.line))

    def _of_many(
        self, file: File, ways: Mapping[str, Mapped | None]
    ) -> Iterator[tuple[File, SeedContent]]:
        """Yield the articles of a file of many, each read as its source was.

        Records that are no seed of the release are read as their fields let us guess.
        """
        faults, read = [], False
        for way in [None, *_distinct(ways)]:
            for item in contents.items(file.path, file.kind, way):
                if isinstance(item, Fault):
                    if way is None and not item.expected:
                        faults.append(rejected(file.name, item.reason, item.line))
                elif ways.get(item.id) == way:
                    name = f"{file.name}#{item.record}"
                    one = File(
                        file.path, name, item.id, file.kind, item.record, item.line, item.size,
                        file.sidecar,
                    )  # fmt: skip
                    read = True
                    try:
                        yield one, with_sidecar(one, item.read())
                    except SeedError as error:
                        self.unread.append(rejected(name, error.reason, item.line))
        # Fields that nothing lets us guess are no fault where a source says which they are.
        self.unread += [] if read and all(fault.line is None for fault in faults) else faults

    # --- whose copy a text is ---------------------------------------------------------------

    def _find_near(self) -> None:
        """Note which text is likest to each article whose very text is not there."""
        index: dict[int, list[str]] = defaultdict(list)
        for source in self._sources:
            if source.article not in self._texts:
                for vote, _ in zip(votes_of(source.paragraphs), range(_MOST_VOTES), strict=False):
                    index[hash(vote)].append(source.article)
        if not index:
            return
        for at, copy in self._all():
            counted: Counter[str] = Counter()
            for vote, _ in zip(votes(copy.text), range(_MOST_VOTES), strict=False):
                counted.update(index.get(hash(vote), ()))
            for article, number in counted.items():
                if number > max(_FEWEST_VOTES - 1, self._near.get(article, (0, 0))[0]):
                    self._near[article] = (number, at)

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

    def text_of(self, article: str) -> tuple[str, bool] | None:
        """Return an article's text, or the likest one, and whether it is the very text."""
        if article in self._texts:
            return self._at(self._texts[article]).text, True
        if article in self._near:
            return self._at(self._near[article][1]).text, False
        return None

    def metadata_of(self, source: TextSource) -> Metadata:
        """Return what those of an article's seeds that are there say about it."""
        found = Metadata()
        for seed in source.seeds:
            if seed.sha256 in self._seeds:
                stated = self._at(self._seeds[seed.sha256]).metadata
                found = found if stated is None else merged(found, stated)
        return found


def _ways(wanted: Mapping[str, Sequence[tuple[str, SeedSource]]]) -> dict[str, Mapped | None]:
    """Return by seed which of its record's fields was what, None where that was guessed."""
    return {
        seed: None if (of := sources[0][1]).fields is None else Mapped(of.fields, of.given or {})
        for seed, sources in wanted.items()
    }


def _distinct(ways: Mapping[str, Mapped | None]) -> list[Mapped]:
    found: list[Mapped] = []
    for way in ways.values():
        if way is not None and way not in found:
            found.append(way)
    return found


def _cut(document: SeedContent, seed: SeedSource) -> str | None:
    """Return the text in the lines of a seed that were its body, None if there are no such."""
    if document.form == "html":
        from builder.ingest.html.page import read_page

        try:
            lines: Sequence[str] = read_page(document.content, document.url).lines
        except SeedError:
            return None
    else:
        lines = split_lines(document.content)
    if any(last > len(lines) for _, last in seed.lines):
        return None
    try:
        return join_paragraphs(" ".join(lines[first - 1 : last]) for first, last in seed.lines)
    except TextError:
        return None
