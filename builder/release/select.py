"""Choose the rows that may be published, and say what is left out and why."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from builder.dataset.left_out import LeftOut, Refused
from builder.dataset.rights import licence_of
from builder.dataset.row_types import Tables
from builder.dataset.rows import Marked, TokenBounds, article_row, sentence_rows, tag_numbers
from builder.errors import BuilderError
from builder.labels import LabelSet
from builder.records import Article, Correction, Gold, SentenceStatus, Split, Story
from builder.release.agreed import NOBODY, Agreed
from builder.release.claims import claim_rows
from builder.release.earlier import Earlier, context_of, kept
from builder.release.opinions import opinion_rows
from builder.release.refused import kept_gold
from builder.release.variants import variant_rows
from builder.workspace.config import Rights


@dataclass
class Selection:
    """The rows of some stories, what is left out of them, and what breaks the contract."""

    tables: Tables = field(default_factory=Tables)
    left_out: list[LeftOut] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def select(
    articles: Mapping[str, Article],
    gold: Mapping[str, Gold],
    stories: Sequence[Story],
    token_bounds: TokenBounds,
    labels: LabelSet,
    *,
    refused: Mapping[str, str],
    earlier: Earlier,
    rights: Rights,
    work: Sequence[Correction] = (),
    agreed: Agreed = NOBODY,
) -> Selection:
    """Return the rows of stories, sorted by story, article and position, and what is left out.

    Withdrawn articles are left out, and those of which people's work is ``refused``; so are stories
    that are held back, and what people differ on. Into validation and test nothing enters that
    nobody has looked at or that somebody has to look at again, and into test nothing that
    annotators saw with suggestions: that would favour who made them. A row that was released before
    stays nevertheless, as it was. Of people's ``work``, the opinions of those who ``agreed`` are
    rows of their own.
    """
    chosen, tags = Selection(), tag_numbers(labels)
    of_article: dict[str, list[Correction]] = defaultdict(list)
    for correction in work if agreed.opinions else ():
        of_article[correction.article].append(correction)
    for story in sorted(stories, key=lambda s: s.id):
        if story.held:
            chosen.left_out += [LeftOut(i, story.held) for i in story.articles]
            continue
        for identity in _present(story, articles, gold, chosen, refused):
            article = articles[identity]
            sound, broken = kept_gold(article, gold[identity], labels)
            _refuse(chosen, *broken)
            if sound is not None:
                marked = Marked(article, sound, story, licence_of(article.metadata, rights))
                _add(chosen, marked, token_bounds, tags, earlier)
                _add_opinions(chosen, marked, of_article[identity], labels, agreed)
        _compare(chosen, story, articles)
    return chosen


def _compare(chosen: Selection, story: Story, articles: Mapping[str, Article]) -> None:
    """Add what the articles of a story say differently, of what is chosen of them."""
    tables = chosen.tables
    sentences = list(takewhile(lambda row: row["story_id"] == story.id, reversed(tables.sentences)))
    claims = list(takewhile(lambda row: row["story_id"] == story.id, reversed(tables.claims)))
    tables.variants.extend(variant_rows(story, articles, sentences[::-1], claims[::-1]))


def _present(
    story: Story,
    articles: Mapping[str, Article],
    gold: Mapping[str, Gold],
    chosen: Selection,
    refused: Mapping[str, str],
) -> Iterator[str]:
    """Yield the articles of a story that have gold; the others are left out."""
    withdrawn = {article: w.reason for article, w in story.out().items()}
    for identity in sorted(story.articles):
        if identity in withdrawn:
            chosen.left_out.append(LeftOut(identity, withdrawn[identity]))
        elif identity not in articles:
            raise BuilderError(
                f"data/stories: story {story.id} names article {identity}, which is missing in "
                "data/articles: restore its file, or run builder ingest"
            )
        elif identity in refused:
            _refuse(chosen, Refused(identity, "", refused[identity]))
        elif identity not in gold:
            chosen.left_out.append(LeftOut(identity, "it has no suggestion and no correction yet"))
        else:
            yield identity


def _refuse(chosen: Selection, *items: Refused) -> None:
    chosen.refused += items
    chosen.left_out += [LeftOut(item.span or item.article, item.reason) for item in items]


def _add(
    chosen: Selection,
    marked: Marked,
    token_bounds: TokenBounds,
    tags: Mapping[str, int],
    earlier: Earlier,
) -> None:
    status, tables = marked.gold.status, chosen.tables
    sentences = sentence_rows(marked, token_bounds, tags)
    for config, table, rows in (
        ("articles", tables.articles, [(article_row(marked), status)]),
        ("sentences", tables.sentences, [(r, [s]) for r, s in zip(sentences, status, strict=True)]),
        ("claims", tables.claims, [(r, _in_context(r, marked)) for r in claim_rows(marked)]),
    ):
        table += _entering(config, rows, marked, chosen, earlier)


def _add_opinions(
    chosen: Selection,
    marked: Marked,
    work: Sequence[Correction],
    labels: LabelSet,
    agreed: Agreed,
) -> None:
    """Add what people think of an article, as far as they agreed."""
    if not work:
        return
    last = takewhile(
        lambda row: row["article_id"] == marked.article.id, reversed(chosen.tables.sentences)
    )
    rows, broken = opinion_rows(marked, work, labels, agreed, {row["id"] for row in last})
    chosen.tables.opinions.extend(rows)
    known = {(item.article, item.span) for item in chosen.refused}
    _refuse(chosen, *(item for item in broken if (item.article, item.span) not in known))


def _entering(
    config: str,
    rows: Sequence[tuple[Any, Sequence[SentenceStatus]]],
    marked: Marked,
    chosen: Selection,
    earlier: Earlier,
) -> list[Any]:
    """Return the rows that may enter, and those that were released before and stay as they were.

    Gates decide what enters, never what leaves.
    """
    split = marked.story.split
    reasons = {row["id"]: _not_yet(split, found) for row, found in rows}
    if not any(_not_yet(split, [said]) for said in marked.gold.status):
        return [row for row, _ in rows]
    before = earlier.rows(config, marked.story, marked.article.id)
    entering = [row for row, _ in rows if reasons[row["id"]] is None]
    stay = [
        row
        for identity, row in before.items()
        if reasons.get(identity)
        or (identity not in reasons and _not_yet(split, _in_context(row, marked)))
    ]
    chosen.left_out += [
        LeftOut(identity, reason)
        for identity, reason in reasons.items()
        if reason is not None and identity not in before
    ]
    both = [*entering, *(kept(config, row, marked) for row in stay)]
    return both if config == "articles" else sorted(both, key=_position)


def _position(row: Mapping[str, Any]) -> tuple[int, int, str]:
    """Return where a row's first words stand, as rows are ordered."""
    first = row["parts"][0] if "parts" in row else row
    return (first["start"], first["end"], row["id"])


def _in_context(row: Mapping[str, Any], marked: Marked) -> Sequence[SentenceStatus]:
    """Return the status of the sentences that a claim's row shows."""
    place = context_of(row, marked)
    return marked.gold.status[place.start : place.stop]


def _not_yet(split: Split, found: Sequence[SentenceStatus]) -> str | None:
    """Return why sentences may not enter their split yet, or None if they may."""
    if any("disputed" in (s.entity, s.claim) for s in found):
        return "people differ on it"
    if split == "train":
        return None
    if any("machine" in (s.entity, s.claim) for s in found):
        return f"nobody has looked at it, and its split is {split}"
    held = sorted({reason for s in found for reason in s.held})
    if held:
        return f"somebody has to look at it ({', '.join(held)}), and its split is {split}"
    if split == "test" and not all(s.blind for s in found):
        return "it was annotated with suggestions in view, and its split is test"
    return None
