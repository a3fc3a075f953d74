"""A small release with what formats stumble over, for all tests of exports."""

from pathlib import Path

import pytest

from builder import labels
from builder.formats.labelled import Labelled, articles
from builder.review import gold
from builder.workspace.config import Release
from tests import making

CONFIG = Release(name="small-news", title="Small news", language="en")


def _odd() -> making.Part:
    """Names nested and not on tokens, an emoji, a claim over two paragraphs, links, attributes."""
    article = making.article(
        "🇺🇸 The Bank of New York said Kim’s “plan is wrong.", "It is over.” Nobody replied."
    )
    claim = making.span(
        article,
        "“plan is wrong.\n\nIt is over.”",
        "CLAIM",
        attribution="attributed",
        quote_type="direct",
        check_worthy="no",
    )
    source = making.span(article, "The Bank of New York", "SOURCE", source_type="named")
    cue = making.span(article, "said", "CUE")
    made = making.machine_gold(
        article,
        making.span(article, "Bank of New York", "ORG"),
        making.span(article, "New York", "GPE"),
        making.span(article, "Ki", "PERSON"),
        claim,
        source,
        cue,
        relations=[
            making.link(claim, "attributed_to", source),
            making.link(claim, "introduced_by", cue),
        ],
    )
    return article, made, making.story(article)


def _checked() -> making.Part:
    """Validation, looked at by one person."""
    article = making.article("Prices rose by 3 per cent in Paris.", headline="Prices")
    suggested = making.suggestion(
        article, making.span(article, "3 per cent", "PERCENT"), making.span(article, "Paris", "GPE")
    )
    work = [making.correction(suggested, suggested.spans)]
    return (
        article,
        gold.build(article, suggested, work, labels.default()),
        making.story(article, split="validation"),
    )


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("releases") / "0.1.0"
    return making.write(place, *making.rows(_odd(), _checked()), CONFIG)


@pytest.fixture(scope="session")
def odd(release: Path) -> Labelled:
    return next(
        article for article in articles(release, labels.default()) if article.split == "train"
    )
