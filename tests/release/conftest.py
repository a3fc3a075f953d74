"""A small dataset with all splits and statuses, and its release, for all tests of releases."""

from pathlib import Path

import pytest

from builder import labels
from builder.dataset.left_out import LeftOut
from builder.review import gold
from builder.text import paragraph_bounds
from builder.workspace.config import Release
from tests import making
from tests.making import Row

CONFIG = Release(name="small-news", title="Small: “news”", language="en")
Part = making.Part
Made = tuple[dict[str, list[Row]], list[LeftOut]]


def parts() -> dict[str, Part]:
    """Return articles with gold and story, by what is special about them."""
    return {"machine": _machine(), "half": _half_looked_at(), "agreed": _agreed(), "bare": _bare()}


def _machine() -> Part:
    """Train, nobody has looked; a claim crosses sentences and names are nested and misaligned."""
    article = making.article(
        "The Bank of New York said 🇺🇸-based Kim was “wrong. It is over.” Nobody replied.",
        headline="Bank: “wrong”",
        published="2018-09-07",
        outlet="The Times",
        authors="Anna Kovač",
    )
    claim = making.span(article, "“wrong. It is over.”", "CLAIM", quote_type="direct", by="claims")
    source = making.span(article, "The Bank of New York", "SOURCE", by="claims")
    made = making.machine_gold(
        article,
        making.span(article, "Bank of New York", "ORG"),
        making.span(article, "New York", "GPE"),
        making.span(article, "Ki", "PERSON", score=None),
        claim,
        source,
        relations=[making.link(claim, "attributed_to", source)],
    )
    return article, made, making.story(article)


def _half_looked_at() -> Part:
    """Validation; one person has looked at the first paragraph alone."""
    article = making.article("Russia has hired Kim.", "Nobody has looked at Paris.")
    russia = making.span(article, "Russia", "GPE")
    suggested = making.suggestion(article, russia, making.span(article, "Paris", "GPE"))
    changed = russia.model_copy(update={"label": "NORP", "by": "annotator-1", "score": None})
    window = paragraph_bounds(article.text)[0]
    work = making.correction(suggested, [changed], window=window)
    return (
        article,
        gold.build(article, suggested, [work], labels.default()),
        making.story(article, split="validation"),
    )


def _agreed() -> Part:
    """Test; two people have looked at all of it, without suggestions, and mark the same."""
    article = making.article("She said nothing. Prices rose by 3 per cent.", published="2019-01-31")
    suggested = making.suggestion(article, making.span(article, "3 per cent", "PERCENT"))
    she = making.span(article, "She", "SOURCE", by="annotator-1", score=None)
    work = [
        making.correction(suggested, [*suggested.spans, she], by=name, blind=True)
        for name in ("annotator-1", "annotator-2")
    ]
    return (
        article,
        gold.build(article, suggested, work, labels.default()),
        making.story(article, split="test"),
    )


def _bare() -> Part:
    """Train; no span in it."""
    article = making.article("Nothing happened.")
    return article, making.machine_gold(article), making.story(article)


@pytest.fixture(scope="session")
def dataset() -> Made:
    return making.rows(*parts().values())


@pytest.fixture(scope="session")
def released(dataset: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release folder 0.1.0 of the dataset; tests that change it copy it first."""
    return making.write(tmp_path_factory.mktemp("releases") / "0.1.0", *dataset, CONFIG)
