"""Write the form of a release that holds no words of its articles.

Rows keep ids, places, labels and who made them; ``sources.jsonl`` says how each text is found
again, and ``builder hydrate`` fills it in from the reader's own copies.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

from builder import labels
from builder.dataset import check, manifest, schema, text_sources, word_shapes
from builder.dataset.left_out import Refused
from builder.dataset.manifest import ConfigSaid, Manifest
from builder.dataset.text_sources import (
    FILE_NAME,
    TEXT_FREE_ENDING,
    CaptionSource,
    ParagraphSource,
    SeedSource,
    TextSource,
    ValueSource,
    told_how,
)
from builder.dataset.worded import TEXT_FREE, WORDED
from builder.errors import BuilderError
from builder.extras import need
from builder.ingest.listing import mapped
from builder.labels import LabelSet
from builder.progress import Track, untracked
from builder.records import Article, Metadata, Seed
from builder.release.shards import FILE_NAME as SUMS_FILE
from builder.release.shards import ShardSums, read_sums
from builder.release.summed import Summed
from builder.release.whole import finish, rows_without_words, write_shard
from builder.release.write import LABELS_FILE, refuse_taken, sync
from builder.text import NORMALISATION, paragraph_bounds
from builder.workspace.folder import Workspace
from builder.workspace.store import View, partial_folder

Row = dict[str, Any]
# What shapes the text that a reader makes of a seed.
_READERS = ("charset-normalizer", "fastwarc", "feedparser", "ftfy", "lxml", "trafilatura")
_REFUSED = "it breaks the text contract or the label set"


@dataclass(frozen=True)
class TextFree:
    """The form of a release without text, on disk; ``full`` is the digest of the one with text.

    ``new`` tells whether it was written now: releases are never changed.
    """

    path: str
    version: str
    digest: str
    full: str
    rows: dict[str, int]
    new: bool


def write(workspace: Workspace, name: str | None = None, track: Track = untracked) -> TextFree:
    """Write the form without text beside a release: the newest one, or the version ``name``.

    Raises:
        BuilderError: there is no such release, another one lies in the place of its form without
            text, or ``data/`` does not know how the text of one of its articles was found.

    """
    # Its sources say which versions of these read the seeds.
    need("release --no-text", "ingest")
    releases = workspace.releases
    full = manifest.latest(releases) if name is None else manifest.find(name, releases)
    if full is None:
        raise BuilderError(f"{releases}: there is no release yet; make one first: builder release")
    said = manifest.read(full)
    if not said.text or said.form != schema.VERSION:
        raise BuilderError(
            f"{full}: only a release with text in the form of today gets one without; make the "
            "next one: builder release"
        )
    folder = releases / f"{full.name}{TEXT_FREE_ENDING}"
    new = not _is_of(folder, said)
    if new:
        refuse_taken(folder)
        with partial_folder(releases, folder) as partial:
            made, articles = _write_rows(partial, full, said, track)
            text_sources.write(partial / FILE_NAME, _sources(workspace, articles, track))
            _finish(partial, full, said, made)
            sync(partial)
            partial.rename(folder)
    written = manifest.read(folder)
    return TextFree(
        path=folder.relative_to(workspace.root).as_posix(),
        version=written.version,
        digest=written.digest,
        full=said.digest,
        rows={config: sum(by.values()) for config, by in written.rows.items()},
        new=new,
    )


def _is_of(folder: Path, full: Manifest) -> bool:
    """Tell whether the form without text of a release lies in a folder, intact."""
    if not (folder / manifest.FILE_NAME).exists():
        return False
    return manifest.read(folder).full == full.digest and not any(check.problems(folder))


# --- rows -----------------------------------------------------------------------------------


def _write_rows(
    partial: Path, full: Path, said: Manifest, track: Track
) -> tuple[Summed, list[str]]:
    """Write the rows without words, shard by shard; return their sums and whose rows they are."""
    made, declared, articles = Summed(), release_labels(full), set[str]()
    sums_of = {sums.number: sums for sums in read_sums(full)}
    with (partial / SUMS_FILE).open("w", encoding="utf-8") as file:
        for number, shard in enumerate(track(said.shards, "Writing")):
            rows = {config: list(rows_without_words(full, config, number)) for config in TEXT_FREE}
            articles |= {schema.article_of(r) for of in rows.values() for r in of}
            place = (number, said.shard_count)
            made.add(
                write_shard(
                    partial, file, place, rows, declared, _silent(sums_of[number]),
                    inputs=shard.inputs, text=False,
                )
            )  # fmt: skip
    return made, sorted(articles)


def release_labels(folder: Path) -> LabelSet:
    """Return the label set of a release."""
    path = folder / LABELS_FILE
    return labels.read(path) if path.exists() else labels.default()


def _silent(sums: ShardSums) -> ShardSums:
    """Return what was counted over a shard without the words that it quotes."""
    return sums.model_copy(
        update={
            "tally": replace(sums.tally, example=None),
            "refused": tuple(replace(item, reason=_REFUSED) for item in sums.refused),
        }
    )


# --- how each text is found again -----------------------------------------------------------


def _sources(workspace: Workspace, articles: Sequence[str], track: Track) -> Iterator[TextSource]:
    """Yield how the text of each article is found again, by the records in ``data/``."""
    records, seeds = View(workspace.articles), View(workspace.seeds)
    for identity in track(articles, "Looking up texts"):
        if identity not in records:
            raise BuilderError(
                f"data/articles: article {identity} is not there: it was taken back, or its file "
                "is missing; make the next release, and its form without text"
            )
        article = records[identity]
        lost = [seed for seed in article.seeds if seed not in seeds]
        if lost:
            raise BuilderError(f"data/seeds: seed {lost[0]} of article {identity} is not there")
        yield _source(workspace, article, [seeds[seed] for seed in article.seeds])


def _source(workspace: Workspace, article: Article, seeds: Sequence[Seed]) -> TextSource:
    text = article.text
    return TextSource(
        article=article.id,
        sha256=text_sources.text_hash(text),
        normalisation=NORMALISATION,
        language=workspace.config.release.language,
        paragraphs=tuple(
            ParagraphSource(
                start=start,
                end=end,
                shape=word_shapes.shape(text[start:end]),
                sha256=text_sources.paragraph_hash(text[start:end]),
            )
            for start, end in paragraph_bounds(text)
        ),
        seeds=tuple(_seed(workspace, seed) for seed in seeds),
        captions=tuple(CaptionSource(seed=c.seed, line=c.line) for c in article.metadata.captions),
        metadata=tuple(_values(article.metadata)),
    )


def _seed(workspace: Workspace, seed: Seed) -> SeedSource:
    options = None if seed.record is None else mapped(workspace, seed.path)
    body = (run for run in seed.lines if run.role == "body")
    return SeedSource(
        sha256=seed.id,
        reader=seed.reader,
        record=seed.record,
        lines=tuple((run.first, run.last) for run in body),
        fields=None if options is None else dict(options.fields),
        given=None if options is None else _wordless(options.given),
    )


def _wordless(given: Mapping[str, str]) -> dict[str, str]:
    """Return the metadata that all records share, but for fields that no row has without text."""
    return {name: value for name, value in given.items() if name not in WORDED}


def _values(metadata: Metadata) -> Iterator[ValueSource]:
    for name in type(metadata).model_fields:
        if name != "captions":
            for found in getattr(metadata, name):
                yield ValueSource(
                    field=name, seed=found.seed, line=found.line, how=told_how(found.how)
                )


# --- what it says of itself -----------------------------------------------------------------


def _finish(partial: Path, full: Path, said: Manifest, made: Summed) -> Manifest:
    declared = release_labels(full)
    if (full / LABELS_FILE).exists():
        (partial / LABELS_FILE).write_bytes((full / LABELS_FILE).read_bytes())
    configs: Mapping[str, ConfigSaid] = said.configs or {}
    refused = tuple(Refused(r.article, r.span, _REFUSED) for r in said.refused)
    now = said.model_copy(
        update={
            "text": False,
            "full": said.digest,
            "tools": {**said.tools, **{tool: installed_version(tool) for tool in _READERS}},
            "configs": {
                name: of.model_copy(
                    update={"features": schema.features(name, declared, of=TEXT_FREE)}
                )
                for name, of in configs.items()
            },
            "refused": refused,
            "left_out": _reasons(said),
        }
    )
    told = (
        f"# {said.version}, without text\n\n"
        f"The form without text of release {said.version}, whose rows have the digest "
        f"`{said.digest}`.\n"
    )
    return finish(partial, now, made, declared, told)


def _reasons(said: Manifest) -> dict[str, int]:
    """Return how much is in no table, by reasons that quote nothing."""
    quoting = {item.reason for item in said.refused}
    counted: dict[str, int] = defaultdict(int)
    for reason, number in said.reasons().items():
        counted[_REFUSED if reason in quoting else reason] += number
    return dict(sorted(counted.items()))
