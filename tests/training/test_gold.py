import pytest

from builder.records import Article, Bounds, Gold, GoldSpan, Metadata, SentenceStatus, Story
from builder.text import article_id, span_id
from builder.training.corpora import Document
from builder.training.gold import gold_documents
from tests import making

TEXT = "Ann said it rained. Ben left Oslo. Cy stayed."
ARTICLE = Article(
    id=article_id(TEXT),
    text=TEXT,
    sentences=(Bounds(start=0, end=19), Bounds(start=20, end=34), Bounds(start=35, end=45)),
    seeds=("a" * 64,),
    metadata=Metadata(),
)


def span(layer: str, label: str, surface: str, **attributes: str) -> GoldSpan:
    start = TEXT.index(surface)
    end = start + len(surface)
    return GoldSpan.model_validate(
        {
            "id": span_id(ARTICLE.id, layer, label, start, end),
            "layer": layer,
            "label": label,
            "start": start,
            "end": end,
            "text": surface,
            "attributes": attributes,
            "by": "p1",
            "origin": "manual",
            "suggested_by": None,
            "annotators": ("p1",),
        }
    )


SPANS = (
    span("entity", "PERSON", "Ann"),
    span("entity", "PERSON", "Ben"),
    span("entity", "GPE", "Oslo"),
    span("claim", "CLAIM", "it rained", attribution="attributed"),
    span("claim", "CLAIM", "Ben left Oslo", attribution="author"),
)


def documents(*status: str, split: str = "train") -> tuple[list[Document], list[Document]]:
    seen = tuple(
        SentenceStatus.model_validate({"entity": one, "claim": one, "annotators": ()})
        for one in status
    )
    gold = Gold(article=ARTICLE.id, spans=SPANS, relations=(), status=seen)
    story = Story.model_validate({"id": "5" * 16, "articles": (ARTICLE.id,), "split": split})
    return gold_documents({ARTICLE.id: ARTICLE}, [story], {ARTICLE.id: gold}, making.LABELS)


def test_sentences_nobody_looked_at_are_not_learned_from() -> None:
    train, _ = documents("machine", "single", "agreed")
    assert {d.text for d in train} == {"Ben left Oslo. Cy stayed."}
    names = next(d for d in train if "PERSON" in d.annotates)
    assert [(names.text[a:b], label) for a, b, label in names.spans] == [
        ("Ben", "PERSON"),
        ("Oslo", "GPE"),
    ]
    assert [names.text[a:b] for a, b in names.sentences] == ["Ben left Oslo.", "Cy stayed."]


def test_what_the_newspaper_says_itself_is_no_attributed_claim() -> None:
    train, _ = documents("single", "single", "single")
    claims = next(d for d in train if "CLAIM" in d.annotates)
    found = [(claims.text[a:b], label) for a, b, label in claims.spans]
    assert found == [("it rained", "CLAIM"), ("Ben left Oslo", "AUTHOR")]


@pytest.mark.parametrize(
    "split, expected", [("train", (2, 0)), ("validation", (0, 2)), ("test", (0, 0))]
)
def test_test_stories_are_never_learned_from(split: str, expected: tuple[int, int]) -> None:
    train, held_out = documents("single", "single", "single", split=split)
    assert (len(train), len(held_out)) == expected
    assert {d.name for d in train + held_out} <= {"5" * 16}
