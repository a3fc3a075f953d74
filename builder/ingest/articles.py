"""Clean seeds and freeze their articles, or reject a seed with a reason."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from builder.ingest.cleaning.model_files import FOLDER
from builder.ingest.extracted import Extracted
from builder.ingest.judging import MAX_CHARACTERS, judge
from builder.ingest.language import base, other_language
from builder.ingest.listing import File
from builder.ingest.readers.content import SeedContent, SeedError
from builder.records import (
    Article,
    Bounds,
    Caption,
    Found,
    LineRun,
    Metadata,
    Record,
    Rejection,
    Seed,
    Text,
)
from builder.text import TextError, article_id, join_paragraphs, normalise

if TYPE_CHECKING:
    from builder.ingest.cleaning.page import Block, Verdict
    from builder.ingest.cleaning.wrapping import Paragraph

SplitSentences = Callable[[str], list[tuple[int, int]]]
# A tokenizer takes signs off a word one by one, at a cost of their number squared.
_MAX_SIGNS = 1000
_FIELDS = [name for name in Metadata.model_fields if name != "captions"]


class Cleaned(Record):
    """One seed, the text of its article and what it says about the article."""

    seed: Seed
    text: Text
    metadata: Metadata


def clean(
    file: File, document: SeedContent, language: str, model: Path = FOLDER
) -> Cleaned | Rejection:
    """Clean one seed; ``language`` is the one that the workspace's articles are written in.

    ``model`` is the folder of the model that judges the lines of a page's text.
    """
    try:
        judged = judge(document, model)
        if not judged.body:
            reason = "no body text found: no line reads as a paragraph of an article"
            return rejected(file.name, reason, file.line)
        _refuse_signs(judged.lines, judged.body)
        text = join_paragraphs(paragraph.text for paragraph in judged.body)
        if len(text) > MAX_CHARACTERS:
            limit = f"more than the {MAX_CHARACTERS:,} that an article may have"
            reason = f"{len(text):,} characters of body text are {limit}; split it"
            return rejected(file.name, reason, file.line)
    except SeedError as error:
        return rejected(file.name, error.reason, error.line if file.line is None else file.line)
    except TextError as error:
        return rejected(file.name, str(error), file.line)
    foreign = _not_in_language(text, document.given, judged.stated, language)
    if foreign is not None:
        return rejected(file.name, foreign, file.line)
    seed = Seed(
        id=file.id,
        path=file.file_name,
        size=file.size,
        lines=tuple(_runs(judged.verdicts, judged.body)),
        article=article_id(text),
        reader=judged.reader if file.kind == "text" else f"{file.kind}, {judged.reader}",
        record=file.record,
        mended=document.mended,
        given=file.given,
    )
    found = _sourced(_together(document.given, judged.stated), file.id)
    return Cleaned(seed=seed, text=text, metadata=found)


def _not_in_language(text: str, given: Extracted, stated: Extracted, language: str) -> str | None:
    """Say in which other language a text is; None where it is in the workspace's, or may be.

    What somebody ``given`` says is believed; what the page itself has ``stated`` counts where the
    text agrees.
    """
    known = given.language[0].value if given.language else None
    if known is not None:
        other = None if base(known) == base(language) else known
    else:
        declared = stated.language[0].value if stated.language else None
        other = other_language(text, language, declared)
    if other is None:
        return None
    return (
        f"the text is in another language ({other}) than the workspace ({language}: `language` of "
        "[release] in builder.toml); if that is wrong, say `language` in a sidecar"
    )


def _together(given: Extracted, found: Extracted) -> Extracted:
    """Return what is given before what was found; the same value is said once."""
    values = {}
    for name in _FIELDS:
        first, then = getattr(given, name), getattr(found, name)
        known = {stated.value for stated in first}
        values[name] = (*first, *(stated for stated in then if stated.value not in known))
    return Extracted(**values, captions=given.captions or found.captions)


def _refuse_signs(seed_lines: Sequence[str], body: "Iterable[Paragraph | Block]") -> None:
    """Raise SeedError at a body line with a word that holds very many signs."""
    for number in (number for one in body for number in range(one.first, one.last + 1)):
        for word in seed_lines[number - 1].split():
            if len(word) <= _MAX_SIGNS:
                continue
            signs = sum(unicodedata.category(character)[0] in "PS" for character in word)
            if signs > _MAX_SIGNS:
                reason = f"{signs:,} signs without a space on line {number}: no prose; remove them"
                raise SeedError(reason, number)


def rejected(name: str, reason: str, line: int | None = None) -> Rejection:
    """Return the record of a seed that goes no further."""
    return Rejection(stage="ingest", path=name, line=line, reason=reason)


def unreadable(name: str, error: OSError) -> Rejection:
    """Return the record of a seed that the system does not let us read."""
    return rejected(name, f"cannot be read: {error.strerror}")


def _runs(verdicts: "Sequence[Verdict]", body: "Sequence[Paragraph | Block]") -> Iterable[LineRun]:
    """Yield runs of neighbouring lines with one verdict; a body paragraph is a run of its own."""
    paragraph_of = {n: i for i, one in enumerate(body) for n in range(one.first, one.last + 1)}
    numbered = enumerate(verdicts, start=1)

    def kind(item: "tuple[int, Verdict]") -> tuple[str, str, int | None]:
        number, verdict = item
        return verdict.role, verdict.reason, paragraph_of.get(number)

    for _, run in groupby(numbered, key=kind):
        members = list(run)
        verdict = members[0][1]
        yield LineRun(
            first=members[0][0], last=members[-1][0], role=verdict.role, reason=verdict.reason
        )


def _sourced(extracted: "Extracted", seed: str) -> Metadata:
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
                    "metadata": merged(article.metadata, item.metadata),
                }
            )
    return list(articles.values())


def merged(old: Metadata, new: Metadata) -> Metadata:
    """Return the metadata of an article with those of one more seed."""
    fields = {name: _given_first(getattr(old, name), getattr(new, name)) for name in _FIELDS}
    seen = {(caption.text, caption.credit) for caption in old.captions}
    captions = tuple(c for c in new.captions if (c.text, c.credit) not in seen)
    return Metadata(**fields, captions=(*old.captions, *captions))


def _given_first(old: tuple[Found, ...], new: tuple[Found, ...]) -> tuple[Found, ...]:
    return tuple(sorted((*old, *new), key=lambda found: not found.given))


def restated(article: Article, seed: str, given: Extracted) -> Article:
    """Return an article with other metadata given beside one of its seeds; all else stays."""
    stated = _sourced(given, seed)
    kept = {
        name: tuple(
            f for f in getattr(article.metadata, name) if f.seed != seed or not f.in_sidecar
        )
        for name in _FIELDS
    }
    fields = {name: _given_first(getattr(stated, name), kept[name]) for name in _FIELDS}
    return article.model_copy(
        update={"metadata": Metadata(**fields, captions=article.metadata.captions)}
    )
