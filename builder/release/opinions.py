"""Make a row of every opinion: what one person marks in one sentence."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from builder.corrections import opinions, sees
from builder.dataset.left_out import Refused
from builder.dataset.row_types import OpinionRow
from builder.dataset.rows import Marked, parts_of_spans, weakest
from builder.dataset.schema import CONFIGS, Layout
from builder.labels import LabelSet
from builder.records import Article, Correction, Gold, GoldSpan, Layer
from builder.release.agreed import Agreed
from builder.release.refused import kept_gold
from builder.review.worked import arm_of
from builder.text import short_hash


def opinion_rows(
    marked: Marked,
    work: Sequence[Correction],
    labels: LabelSet,
    agreed: Agreed,
    released: Collection[str],
) -> tuple[list[OpinionRow], list[Refused]]:
    """Return the opinions on an article of those who agreed, by sentence and person.

    Decisions of adjudicators and calibration are no opinions. In train, sentences count too on
    which people differ and which are in no other table for that; in validation and test, only those
    that are ``released``. Of a person who saw a sentence in several tasks, the latest counts.
    """
    mine = [labels.read(c) for c in opinions(work) if c.producer.name in agreed.opinions]
    rows: dict[tuple[int, str], OpinionRow] = {}
    refused: list[Refused] = []
    for correction in mine:
        gold, broken = kept_gold(marked.article, _as_gold(correction, marked.gold), labels)
        refused += broken
        if gold is not None:
            one = Marked(marked.article, gold, marked.story, marked.licence)
            for index, row in _of_one(one, correction, agreed):
                if marked.story.split == "train" or row["sentence_id"] in released:
                    rows[(index, correction.producer.name)] = row
    return [rows[key] for key in sorted(rows)], refused


def _as_gold(correction: Correction, gold: Gold) -> Gold:
    """Return what a person marks as if it were the gold, whose statuses stay."""
    changes = {change.after.id: change for change in correction.changes if change.after}
    spans = []
    for span in correction.spans:
        change = changes.get(span.id)
        before = span if change is None else change.before
        origin = "suggested" if change is None else "changed" if change.before else "manual"
        spans.append(
            GoldSpan.model_validate(
                {
                    **span.model_dump(),
                    "origin": origin,
                    "suggested_by": before and before.by,
                    "annotators": (),
                }
            )
        )
    return Gold(
        article=correction.article,
        spans=tuple(sorted(spans, key=lambda s: (s.start, -s.end, s.layer, s.id))),
        relations=correction.relations,
        status=gold.status,
    )


def _of_one(
    marked: Marked, correction: Correction, agreed: Agreed
) -> Iterator[tuple[int, OpinionRow]]:
    """Yield the rows of one piece of work with the sentence of each."""
    entities, claims = (CONFIGS["opinions"][name] for name in ("entities", "claims"))
    for index, (names, parts) in enumerate(parts_of_spans(marked)):
        layers = _layers_seen(correction, marked.article, index)
        if layers:
            row: Any = _about(marked, correction, index, agreed)
            row["layers"] = layers
            row["entities"] = [_only(part, entities) for part in names]
            row["claims"] = [_only(part, claims) for part in parts]
            yield index, row


def _layers_seen(correction: Correction, article: Article, index: int) -> list[Layer]:
    bounds = article.sentences[index]
    layers = correction.scope.layers
    return [layer for layer in layers if sees(correction, layer, bounds.start, bounds.end)]


def _only(part: Any, layout: Layout | None) -> dict[str, Any]:
    return {name: part[name] for name in layout or ()}


def _about(marked: Marked, correction: Correction, index: int, agreed: Agreed) -> dict[str, Any]:
    """Return what a row says of its sentence and of the work, in the order of its fields."""
    bounds, status = marked.article.sentences[index], marked.gold.status[index]
    person, sentence = correction.producer.name, marked.sentence_ids[index]
    timed = agreed.effort is not None and person in agreed.effort
    return {
        "id": short_hash("opinion", sentence, person),
        "story_id": marked.story.id,
        "split": marked.story.split,
        "article_id": marked.article.id,
        "sentence_id": sentence,
        "index": index,
        "start": bounds.start,
        "end": bounds.end,
        "text": marked.article.text[bounds.start : bounds.end],
        "annotator": person,
        "round": correction.round,
        "arm": arm_of(correction),
        "task": correction.task,
        "flags": list(correction.flags),
        # Whoever lets opinions be published need not agree to be timed in public.
        "seconds": correction.seconds if timed else None,
        "guidelines": correction.guidelines,
        "status": weakest((status.entity, status.claim)),
        "entity_status": status.entity,
        "claim_status": status.claim,
        "licence": marked.licence,
    }
