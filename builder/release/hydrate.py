"""Fill a release without text with the words of a reader's own copies of its articles."""

import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from builder.dataset import check, manifest, schema
from builder.dataset.manifest import Manifest
from builder.dataset.row_types import Tables
from builder.dataset.rows import TokenBounds, tag_numbers
from builder.dataset.text_sources import TEXT_FREE_ENDING, TextSources
from builder.errors import BuilderError
from builder.labels import LabelSet
from builder.progress import Track, untracked
from builder.records import Rejection
from builder.release.copies import Copies
from builder.release.filling import Filler, Lost
from builder.release.filling_variants import filled_pair
from builder.release.shards import FILE_NAME as SUMS_FILE
from builder.release.shards import ShardSums, read_sums
from builder.release.summed import Summed
from builder.release.tally import Tally
from builder.release.text_free import release_labels
from builder.release.whole import finish, rows_without_words, write_shard
from builder.release.write import LABELS_FILE, refuse_taken, sync
from builder.workspace.store import partial_folder

FILE_NAME = "hydrated.jsonl"
ENDING = "-hydrated"
Row = dict[str, Any]
How = Literal["exact", "carried", "missing"]


@dataclass(frozen=True)
class ArticleFilled:
    """What became of one article: a line of hydrated.jsonl.

    ``exact``: its very text was there; ``carried``: another copy of it, to which rows and spans
    were carried over but for the ``lost`` ones; ``missing``: no copy. ``rows`` counts what it has
    in each config, ``unknown`` names the metadata whose values were not found.
    """

    article: str
    how: How
    rows: dict[str, int]
    unknown: tuple[str, ...]
    lost: tuple[Lost, ...]


@dataclass(frozen=True)
class Hydrated:
    """A release filled in, on disk.

    ``articles`` and ``rows`` count by exact, carried and missing; ``lost`` counts spans, sentences
    and claims by config that have no place in the copies. ``same`` tells that all rows are those of
    the release with text. ``unread`` is what could not be read among the copies.
    """

    path: str
    version: str
    digest: str
    same: bool
    articles: dict[str, int]
    rows: dict[str, dict[str, int]]
    lost: dict[str, int]
    unknown: dict[str, int]
    unread: list[Rejection]


def hydrate(
    folder: Path,
    copies: Path,
    out: Path | None = None,
    *,
    token_bounds: TokenBounds,
    track: Track = untracked,
) -> Hydrated:
    """Fill in a release without text from a folder of seeds, or from a file of articles.

    Articles are filled in shard by shard; one without a copy has no rows in what is written.

    Args:
        folder: the release without text.
        copies: a folder with the seeds, or a file of records that hold articles.
        out: the folder to write; beside the release if None.
        token_bounds: cuts a sentence into tokens.
        track: shows progress.

    Raises:
        BuilderError: the folder is no intact release without text, or no article of it is there.

    """
    said = manifest.read(folder)
    if said.text or said.form != schema.VERSION:
        raise BuilderError(f"{folder}: is no release without text in the form of this builder")
    for path, field, reason in check.problems(folder):
        raise BuilderError(f"{path}: {field}: {reason}; get the release again")
    out = out or folder.parent / f"{folder.name.removesuffix(TEXT_FREE_ENDING)}{ENDING}"
    refuse_taken(out)
    with tempfile.TemporaryDirectory() as place, partial_folder(out.parent, out) as partial:
        sources = TextSources(folder)
        found = Copies(Path(place), sources)
        found.read(copies, track)
        job = _Job(folder, said, sources, found, token_bounds)
        made = job.write(partial, track)
        written = job.finish(partial, made)
        sync(partial)
        partial.rename(out)
    return Hydrated(
        path=out.as_posix(),
        version=written.version,
        digest=written.digest,
        same=written.digest == said.full,
        articles=_in_order(job.articles),
        rows={name: _in_order(counted) for name, counted in job.rows.items()},
        lost=dict(sorted(job.lost.items())),
        unknown=dict(sorted(job.unknown.items())),
        unread=found.unread,
    )


def _in_order(counted: Mapping[str, int]) -> dict[str, int]:
    return {how: counted.get(how, 0) for how in ("exact", "carried", "missing")}


class _Job:
    """The filling in of one release, and what it comes to."""

    def __init__(
        self,
        folder: Path,
        said: Manifest,
        sources: TextSources,
        copies: Copies,
        token_bounds: TokenBounds,
    ) -> None:
        self._folder, self._said, self._sources, self._copies = folder, said, sources, copies
        self._labels: LabelSet = release_labels(folder)
        self._tags, self._token_bounds = tag_numbers(self._labels), token_bounds
        self.articles = Counter[str]()
        self._configs = schema.configs_of(said.rows)
        self.rows: dict[str, Counter[str]] = {name: Counter() for name in self._configs}
        self.lost = Counter[str]()
        self.unknown = Counter[str]()

    def write(self, partial: Path, track: Track) -> Summed:
        """Write the rows, shard by shard, and what became of each article."""
        made = Summed()
        sums_of = {sums.number: sums for sums in read_sums(self._folder)}
        with (
            (partial / SUMS_FILE).open("w", encoding="utf-8") as sums_file,
            (partial / FILE_NAME).open("w", encoding="utf-8") as told,
        ):
            for number, shard in enumerate(track(self._said.shards, "Filling in")):
                rows, filled = self._shard(number)
                for article in filled:
                    told.write(json.dumps(asdict(article), separators=(",", ":")) + "\n")
                place = (number, self._said.shard_count)
                sums = _counted(sums_of[number], rows)
                made.add(
                    write_shard(
                        partial, sums_file, place, rows, self._labels, sums,
                        inputs=shard.inputs, text=True,
                    )
                )  # fmt: skip
        if not made.tally.articles:
            raise BuilderError(
                f"{self._folder}: no article of it is among the copies: nothing is written"
            )
        return made

    def _shard(self, number: int) -> tuple[dict[str, list[Row]], list[ArticleFilled]]:
        """Return the filled rows of a shard by config, in their order, and what became of each."""
        rows: dict[str, list[Row]] = {name: [] for name in self._configs}
        free = {n: list(rows_without_words(self._folder, n, number)) for n in self._configs}
        fillers: dict[str, Filler | None] = {}
        for name, table in free.items():
            for row in table:
                for article in _articles_of(row):
                    if article not in fillers:
                        fillers[article] = self._filler(article)
                filled = _filled(name, row, fillers)
                rows[name] += [] if filled is None else [filled]
        for name, table in rows.items():
            rows[name] = [_unlinked(row, fillers) for row in table]
        before, after = _by_article(free), _by_article(rows)
        done = [self._told(a, fillers[a], before[a], after[a]) for a in sorted(fillers)]
        return rows, done

    def _filler(self, article: str) -> Filler | None:
        if article not in self._sources:
            return None
        found, source = self._copies.text_of(article), self._sources[article]
        if found is None:
            return None
        text, likeness = found
        metadata = self._copies.metadata_of(source)
        return Filler(text, likeness, source, metadata, self._token_bounds, self._tags)

    def _told(
        self,
        article: str,
        filler: Filler | None,
        before: Mapping[str, int],
        after: Mapping[str, int],
    ) -> ArticleFilled:
        how: How = "missing" if filler is None else "exact" if filler.exact else "carried"
        self.articles[how] += 1
        there = {name: after.get(name, 0) for name in self._configs}
        for name in self._configs:
            self.rows[name][how] += there[name]
            self.rows[name]["missing"] += before.get(name, 0) - there[name]
        lost = () if filler is None else tuple(filler.lost)
        unknown = () if filler is None else tuple(sorted(filler.missing))
        self.lost.update(item.config for item in lost)
        self.unknown.update(unknown)
        return ArticleFilled(article, how, there, unknown, lost)

    def finish(self, partial: Path, made: Summed) -> Manifest:
        """Write all that the release says in words."""
        if (self._folder / LABELS_FILE).exists():
            (partial / LABELS_FILE).write_bytes((self._folder / LABELS_FILE).read_bytes())
        said = self._said
        features = {name: schema.features(name, self._labels) for name in self._configs}
        files = Counter(name.partition("/")[0] for name in made.files)
        configs = {
            name: of.model_copy(update={"features": features[name], "files": files[name]})
            for name, of in (said.configs or {}).items()
        }
        now = said.model_copy(update={"text": True, "full": None, "configs": configs})
        how = ", ".join(f"{number} {name}" for name, number in _in_order(self.articles).items())
        notes = (
            f"# {said.version}, filled in\n\nRelease {said.version} without text, filled in with "
            f"a reader's copies of its articles: {how}. `{FILE_NAME}` says what became of each.\n"
        )
        return finish(partial, now, made, self._labels, notes)


def _counted(sums: ShardSums, rows: Mapping[str, Sequence[Any]]) -> ShardSums:
    """Return what is counted over a shard once it is filled in."""
    return sums.model_copy(update={"tally": Tally.of(Tables(**{n: [*t] for n, t in rows.items()}))})


def _by_article(rows: Mapping[str, Sequence[Row]]) -> dict[str, Counter[str]]:
    """Count the rows of each article by config."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for name, table in rows.items():
        for row in table:
            found[schema.article_of(row)][name] += 1
    return found


def _unlinked(row: Row, fillers: Mapping[str, Filler | None]) -> Row:
    for article in _articles_of(row):
        filler = fillers[article]
        row = row if filler is None else filler.unlinked(row)
    return row


def _filled(config: str, row: Row, fillers: Mapping[str, Filler | None]) -> Row | None:
    """Return a row with the words of its article, or of both its articles."""
    if config == "variants":
        return filled_pair(row, *(fillers[article] for article in _articles_of(row)))
    filler = fillers[schema.article_of(row)]
    filled: Row | None = None if filler is None else getattr(filler, config)(row)
    return filled


def _articles_of(row: Row) -> tuple[str, ...]:
    """Return the article of a row, or the two of a pair, the left one first."""
    first = schema.article_of(row)
    return (first, row["right_article_id"]) if "right_article_id" in row else (first,)
