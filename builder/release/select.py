"""Choose the rows that may be published, and say what is left out and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from builder.dataset.left_out import LeftOut, Refused
from builder.dataset.row_types import ClaimRow, Tables
from builder.dataset.rows import Marked, TokenBounds, article_row, sentence_rows, tag_numbers
from builder.errors import BuilderError
from builder.labels import LabelSet
from builder.records import Article, Gold, SentenceStatus, Split, Story
from builder.release.claims import claim_rows
from builder.release.refused import kept_gold


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
) -> Selection:
    """Return the rows of stories, sorted by story, article and position, and what is left out.

    Withdrawn articles are left out, and those of which people's work is ``refused``; so is, in
    validation and test, whatever nobody has looked at, and in test what annotators saw with
    suggestions: that would favour who made them.
    """
    chosen, tags = Selection(), tag_numbers(labels)
    for story in sorted(stories, key=lambda s: s.id):
        for identity in _present(story, articles, gold, chosen, refused):
            article = articles[identity]
            sound, broken = kept_gold(article, gold[identity], labels)
            _refuse(chosen, *broken)
            if sound is not None:
                _add(chosen, Marked(article, sound, story), token_bounds, tags)
    return chosen


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
    chosen: Selection, marked: Marked, token_bounds: TokenBounds, tags: Mapping[str, int]
) -> None:
    split, status, tables = marked.story.split, marked.gold.status, chosen.tables
    whole = article_row(marked)
    if _may_enter(whole["id"], split, status, chosen.left_out):
        tables.articles.append(whole)
    for row, said in zip(sentence_rows(marked, token_bounds, tags), status, strict=True):
        if _may_enter(row["id"], split, [said], chosen.left_out):
            tables.sentences.append(row)
    for claim in claim_rows(marked):
        if _may_enter(claim["id"], split, _in_context(claim, marked), chosen.left_out):
            tables.claims.append(claim)


def _in_context(claim: ClaimRow, marked: Marked) -> Sequence[SentenceStatus]:
    """Return the status of the sentences that a claim's row shows."""
    start = claim["context_start"]
    place = marked.sentences_in(start, start + len(claim["context"]))
    return marked.gold.status[place.start : place.stop]


def _may_enter(
    identity: str, split: Split, found: Sequence[SentenceStatus], left_out: list[LeftOut]
) -> bool:
    reason = _not_yet(split, found)
    if reason is not None:
        left_out.append(LeftOut(identity, reason))
    return reason is None


def _not_yet(split: Split, found: Sequence[SentenceStatus]) -> str | None:
    """Return why sentences may not enter their split yet, or None if they may."""
    if split != "train" and any("machine" in (s.entity, s.claim) for s in found):
        return f"nobody has looked at it, and its split is {split}"
    if split == "test" and not all(s.blind for s in found):
        return "it was annotated with suggestions in view, and its split is test"
    return None
