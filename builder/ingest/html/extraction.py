"""Run trafilatura on a parsed page, and find out which lines it keeps."""

import logging
from collections.abc import Sequence

from lxml.html import HtmlElement

from builder.ingest.html.matching import kept
from builder.ingest.html.scoring import Extractions

# It warns of every page that holds no article; our own verdicts say so.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def extractions(tree: HtmlElement, texts: Sequence[Sequence[str]], url: str | None) -> Extractions:
    """Return the share of each line (as words) that trafilatura keeps, in two of its modes."""
    return Extractions(
        default=kept(texts, extracted(tree, url)),
        recall=kept(texts, extracted(tree, url, recall=True)),
    )


def extracted(tree: HtmlElement, url: str | None, recall: bool = False) -> str:
    """Return trafilatura's text of the article; empty where it finds none."""
    from trafilatura import bare_extraction

    found = bare_extraction(
        tree, url=url, favor_recall=recall, include_comments=False, with_metadata=False
    )
    return (getattr(found, "text", None) or "") if found else ""
