"""Clean seeds into articles, or reject them with a reason; freeze articles with sentences."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from builder.ingest import metadata, readers
from builder.ingest.cleaning import lines
from builder.records import (
    Article,
    Bounds,
    Caption,
    Found,
    LineRun,
    Metadata,
    Rejection,
    Seed,
)
from builder.text import TextError, article_id, join_paragraphs, normalise

SplitSentences = Callable[[str], list[tuple[int, int]]]
# A long read has about 50,000 characters; models take no more than a million.
MAX_CHARACTERS = 500_000
# A tokenizer takes signs off a word one by one, at a cost of their number squared.
_MAX_SIGNS = 1000
_FIELDS = [name for name in Metadata.model_fields if name != "captions"]


@dataclass(frozen=True)
class Cleaned:
    """One seed, the text of its article and what it says about the article."""

    seed: Seed
    text: str
    metadata: Metadata


def clean(path: Path, name: str, identity: str) -> Cleaned | Rejection:
    """Read and clean one seed; ``name`` is how records call it, ``identity`` its SHA-256."""
    try:
        raw = readers.read_text(path)
        seed_lines = readers.split_lines(raw)
        verdicts = lines.classify(seed_lines)
        body = lines.paragraphs(seed_lines, verdicts)
        if not body:
            return rejected(name, "no body text found: no line reads as a paragraph of an article")
        _refuse_signs(seed_lines, body)
        text = join_paragraphs(" ".join(seed_lines[first - 1 : last]) for first, last in body)
        if len(text) > MAX_CHARACTERS:
            limit = f"more than the {MAX_CHARACTERS:,} that an article may have"
            return rejected(name, f"{len(text):,} characters of body text are {limit}; split it")
    except readers.SeedError as error:
        return rejected(name, error.reason, error.line)
    except TextError as error:
        return rejected(name, str(error))
    except OSError as error:
        return unreadable(name, error)
    seed = Seed(
        id=identity,
        path=name,
        size=path.stat().st_size,
        lines=tuple(_runs(verdicts, body)),
        article=article_id(text),
    )
    return Cleaned(seed, text, _sourced(metadata.find(seed_lines, verdicts), identity))


def _refuse_signs(seed_lines: Sequence[str], body: Iterable[tuple[int, int]]) -> None:
    """Raise SeedError at a body line with a word that holds very many signs."""
    for number in (number for first, last in body for number in range(first, last + 1)):
        for word in seed_lines[number - 1].split():
            if len(word) <= _MAX_SIGNS:
                continue
            signs = sum(unicodedata.category(character)[0] in "PS" for character in word)
            if signs > _MAX_SIGNS:
                reason = f"{signs:,} signs without a space on line {number}: no prose; remove them"
                raise readers.SeedError(reason, number)


def rejected(name: str, reason: str, line: int | None = None) -> Rejection:
    """Return the record of a seed that goes no further."""
    return Rejection(stage="ingest", path=name, line=line, reason=reason)


def unreadable(name: str, error: OSError) -> Rejection:
    """Return the record of a seed that the system does not let us read."""
    return rejected(name, f"cannot be read: {error.strerror}")


def _runs(verdicts: list[lines.Verdict], body: list[tuple[int, int]]) -> Iterable[LineRun]:
    """Yield runs of neighbouring lines with one verdict; a body paragraph is a run of its own."""
    paragraph_of = {n: i for i, (a, b) in enumerate(body) for n in range(a, b + 1)}
    numbered = enumerate(verdicts, start=1)

    def kind(item: tuple[int, lines.Verdict]) -> tuple[str, str, int | None]:
        number, verdict = item
        return verdict.role, verdict.reason, paragraph_of.get(number)

    for _, run in groupby(numbered, key=kind):
        members = list(run)
        verdict = members[0][1]
        yield LineRun(
            first=members[0][0], last=members[-1][0], role=verdict.role, reason=verdict.reason
        )


def _sourced(extracted: metadata.Extracted, seed: str) -> Metadata:
    fields = {
        name: tuple(
            Found(value=normalise(value), seed=seed, line=line, how=how)
            for value, line, how in getattr(extracted, name)
        )
        for name in _FIELDS
    }
    captions = tuple(
        Caption(
            text=normalise(text),
            credit=normalise(credit) if credit else None,
            seed=seed,
            line=line,
        )
        for text, credit, line in extracted.captions
    )
    return Metadata(**fields, captions=captions)


def freeze(
    cleaned: Iterable[Cleaned], known: Iterable[Article], split: SplitSentences
) -> list[Article]:
    """Return the known articles with these seeds merged in, and a new article for each new text.

    A known article keeps its text and its sentences for ever; metadata grows field by field.
    """
    articles = {article.id: article for article in known}
    for item in cleaned:
        article = articles.get(item.seed.article)
        if article is None:
            bounds = tuple(Bounds(start=start, end=end) for start, end in split(item.text))
            articles[item.seed.article] = Article(
                id=item.seed.article,
                text=item.text,
                sentences=bounds,
                seeds=(item.seed.id,),
                metadata=item.metadata,
            )
        elif item.seed.id not in article.seeds:
            articles[article.id] = article.model_copy(
                update={
                    "seeds": (*article.seeds, item.seed.id),
                    "metadata": _merged(article.metadata, item.metadata),
                }
            )
    return list(articles.values())


def _merged(old: Metadata, new: Metadata) -> Metadata:
    fields = {name: (*getattr(old, name), *getattr(new, name)) for name in _FIELDS}
    seen = {(caption.text, caption.credit) for caption in old.captions}
    captions = tuple(c for c in new.captions if (c.text, c.credit) not in seen)
    return Metadata(**fields, captions=(*old.captions, *captions))
