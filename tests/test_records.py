"""A record that exists holds; everything else is refused with a reason."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from builder.records import (
    Annotation,
    Article,
    Bounds,
    Correction,
    Found,
    LineRun,
    Metadata,
    Record,
    Rejection,
    Scope,
    Seed,
    Span,
    Suggestion,
)
from builder.text import article_id
from tests import making

ARTICLE = making.article("Kim Jong-un said no.", "He went to Moscow. It rained.")
KIM = making.span(ARTICLE, "Kim Jong-un", "PERSON")
MOSCOW = making.span(ARTICLE, "Moscow", "GPE")
CLAIM = making.span(ARTICLE, "no", "CLAIM", attribution="attributed", quote_type="indirect")
SOURCE = making.span(ARTICLE, "Kim Jong-un", "SOURCE", source_type="named")
CUE = making.span(ARTICLE, "said", "CUE")
RELATION = making.link(CLAIM, "attributed_to", SOURCE)
SUGGESTION = making.suggestion(ARTICLE, KIM, CLAIM, SOURCE, CUE, relations=[RELATION])
CORRECTION = making.correction(SUGGESTION, [KIM])
WITHDRAWN = making.correction(SUGGESTION, (), skipped=True, revision=2).model_copy(
    update={"state": "withdrawn"}
)
SEED = Seed(
    id="ab" * 32,
    path="seeds/a.txt",
    size=3,
    lines=(LineRun(first=1, last=2, role="body", reason="prose"),),
    article=ARTICLE.id,
)


def changed(record: Record, **fields: Any) -> Any:
    """Return the record made anew, with other values in some fields."""
    content = {name: getattr(record, name) for name in type(record).model_fields}
    return type(record)(**{**content, **fields})


@pytest.mark.parametrize(
    ("record", "fields", "message"),
    [
        (ARTICLE, {"text": ARTICLE.text + " More."}, "the text was changed after ingest"),
        (ARTICLE, {"id": "0" * 16}, "id is not the hash of text"),
        (ARTICLE, {"id": "XYZ"}, "String should match pattern"),
        (ARTICLE, {"sentences": ARTICLE.sentences[1:]}, "overlaps or leaves a gap"),
        (ARTICLE, {"sentences": ARTICLE.sentences[:-1]}, "no sentence covers the text after"),
        (ARTICLE, {"sentences": (Bounds(start=0, end=99),)}, "is not inside the text"),
        (ARTICLE, {"sentences": (*ARTICLE.sentences, ARTICLE.sentences[-1])}, "overlaps"),
        (ARTICLE, {"extra": 1}, "Extra inputs are not permitted"),
        (KIM, {"start": 1}, "span 0:10 reads"),
        (KIM, {"end": 0}, "is not inside the text"),
        (KIM, {"text": "Kim Jong-u "}, "white space"),
        (KIM, {"label": "THE KING"}, "String should match pattern"),
        (KIM, {"label": "A,B"}, "String should match pattern"),
        (KIM, {"label": "1ST"}, "String should match pattern"),
        (KIM, {"label": "K" * 41}, "String should match pattern"),
        (KIM, {"label": "CLAIM"}, "CLAIM is not a label of the layer entity"),
        (KIM, {"layer": "claim"}, "PERSON is not a label of the layer claim"),
        (KIM, {"attributes": {"quote_type": "direct"}}, "PERSON has no attribute quote_type"),
        (CLAIM, {"attributes": {"quote_type": "loud"}}, "CLAIM has no attribute quote_type"),
        (KIM, {"score": 1.5}, "less than or equal to 1"),
        (KIM, {"score": float("nan")}, "score"),
        (KIM, {"start": "0"}, "valid integer"),
        (SUGGESTION, {"spans": (KIM, KIM)}, "two spans share one id"),
        (SUGGESTION, {"scope": Scope(start=3, end=20, layers=("entity", "claim"))}, "outside the"),
        (SUGGESTION, {"scope": Scope(start=0, end=50, layers=("claim",))}, "entity is outside"),
        (SUGGESTION, {"spans": (KIM, SOURCE)}, "attributed_to names a span that does not exist"),
        (
            SUGGESTION,
            {"relations": (making.link(CLAIM, "attributed_to", CUE),)},
            "attributed_to cannot lead from CLAIM to CUE",
        ),
        (
            SUGGESTION,
            {"relations": (making.link(SOURCE, "attributed_to", CLAIM),)},
            "cannot lead from SOURCE to CLAIM",
        ),
        (CORRECTION, {"state": "skipped"}, "a skipped task holds spans"),
        (CORRECTION, {"state": "withdrawn"}, "a withdrawn task holds spans"),
        (WITHDRAWN, {"revision": 1}, "nothing was there to be withdrawn"),
        (CORRECTION, {"revision": 0}, "greater than or equal to 1"),
        (CORRECTION, {"seconds": float("nan")}, "finite number"),
        (CORRECTION, {"flags": ("not nice",)}, "String should match pattern"),
        (RELATION, {"label": "said_by"}, "String should match pattern"),
        (SEED, {"lines": (LineRun(first=2, last=2, role="nav", reason="x"),)}, "line 1 is in no"),
        (SEED, {"path": "caf\udce9.txt"}, "surrogate"),
    ],
)  # fmt: skip
def test_a_record_that_does_not_hold_is_refused(
    record: Record, fields: dict[str, Any], message: str
) -> None:
    changed(record)
    with pytest.raises(ValidationError, match=message):
        changed(record, **fields)


@pytest.mark.parametrize(
    "runs",
    [
        [(1, 2), (4, 5)],
        [(1, 3), (3, 5)],
        [(1, 3), (4, 3)],
        [(2, 3)],
    ],
)
def test_a_line_of_a_seed_in_no_run_or_in_two_is_refused(runs: list[tuple[int, int]]) -> None:
    lines = tuple(LineRun(first=a, last=b, role="nav", reason="menu") for a, b in runs)
    with pytest.raises(ValidationError, match="is in no run, or in two"):
        changed(SEED, lines=lines)


def test_text_that_is_not_normalised_is_no_article() -> None:
    for text in (
        "two  spaces",
        "e\u0301",
        "one\nline end",
        "three\n\n\nends",
        "end ",
        "\ufeffmark",
    ):
        with pytest.raises(ValidationError, match="not normalised"):
            Article(
                id=article_id(text),
                text=text,
                sentences=(Bounds(start=0, end=len(text)),),
                seeds=(),
                metadata=Metadata(),
            )


@given(st.integers(-5, 5), st.integers(-5, 5))
def test_bounds_are_ordered_and_not_negative(start: int, end: int) -> None:
    if 0 <= start < end:
        assert Bounds(start=start, end=end).end == end
    else:
        with pytest.raises(ValidationError):
            Bounds(start=start, end=end)


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(KIM, "label", "ORG")  # noqa: B010


def test_a_date_that_is_none_is_refused() -> None:
    for value in ("2018-02-30", "3 August", "", "2018-8-3"):
        found = Found(value=value, seed="ab" * 32, line=1, how="byline")
        with pytest.raises(ValidationError):
            Metadata(published=(found,))


def test_the_authors_in_use_are_those_of_the_first_seed_that_names_any() -> None:
    def by(name: str, seed: str) -> Found:
        return Found(value=name, seed=seed * 32, line=1, how="byline")

    found = Metadata(authors=(by("Ann Lee", "aa"), by("Bob Ray", "aa"), by("A. Lee", "bb")))
    assert found.author_names() == ("Ann Lee", "Bob Ray")
    assert Metadata().author_names() == ()
    assert Metadata().first("headline") is None


@pytest.mark.parametrize("record", [ARTICLE, KIM, SUGGESTION, CORRECTION, WITHDRAWN, SEED])
def test_a_record_comes_back_from_json_as_it_was(record: Record) -> None:
    assert type(record).model_validate_json(record.model_dump_json()) == record


def test_a_span_by_another_maker_marks_the_same_thing() -> None:
    by_hand = changed(KIM, id="f" * 16, by="annotator-1", score=None)
    assert KIM.same_as(by_hand)
    assert not KIM.same_as(changed(KIM, label="ORG"))
    assert not CLAIM.same_as(changed(CLAIM, attributes={}))


def test_the_score_of_a_suggestion_is_the_mean_over_its_scored_spans() -> None:
    spans = (changed(KIM, score=0.2), changed(MOSCOW, score=0.4), changed(CUE, score=None))
    scored = Annotation(
        article=ARTICLE.id, scope=SUGGESTION.scope, producer=making.RULES, spans=spans, relations=()
    )
    assert scored.score() == pytest.approx(0.3)
    assert making.suggestion(ARTICLE).score() == 1.0


def test_the_digest_of_a_suggestion_changes_with_any_of_its_spans() -> None:
    same = Suggestion.model_validate_json(SUGGESTION.model_dump_json())
    assert same.digest() == SUGGESTION.digest()
    others = [
        changed(SUGGESTION, spans=(*SUGGESTION.spans, MOSCOW)),
        changed(SUGGESTION, relations=()),
        changed(SUGGESTION, spans=(changed(KIM, score=0.9), *SUGGESTION.spans[1:])),
    ]
    assert len({SUGGESTION.digest(), *(other.digest() for other in others)}) == 4


def test_keys_sort_as_their_numbers_do() -> None:
    lines = [Rejection(stage="ingest", path="a", line=n, reason="x") for n in (2, 10, 100)]
    assert [r.line for r in sorted(lines, key=lambda r: r.key)] == [2, 10, 100]
    revisions: list[Correction] = [changed(CORRECTION, revision=n) for n in (2, 10, 100)]
    assert [c.revision for c in sorted(revisions, key=lambda c: c.key)] == [2, 10, 100]


@given(st.text(max_size=5), st.integers(0, 40), st.integers(0, 40))
def test_a_span_holds_only_the_words_that_stand_at_its_bounds(
    words: str, start: int, end: int
) -> None:
    try:
        span = Span(
            id="0" * 16, layer="entity", label="ORG", start=start, end=end, text=words, by="names"
        )
    except ValidationError:
        return
    assert span.end - span.start == len(span.text)
    assert span.text == span.text.strip() != ""
