"""Judge the lines of what a reader has read: a page's text, its HTML, or an article alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from builder.ingest.cleaning.model_files import FOLDER, identity
from builder.ingest.extracted import Extracted
from builder.ingest.readers.content import SeedContent, SeedError
from builder.ingest.readers.decoding import split_lines

if TYPE_CHECKING:
    from builder.ingest.cleaning.page import Block, Verdict
    from builder.ingest.cleaning.wrapping import Paragraph

# A long read has about 50,000 characters; models take no more than a million.
MAX_CHARACTERS = 500_000
# The text of a whole page has a hundred thousand; to judge very long lines is costly.
_MAX_PAGE = 2_000_000
_CALLED = {"page": "the text of a page", "article": "an article"}


@dataclass(frozen=True)
class JudgedLines:
    """The lines of a seed, the verdict on each, the body's paragraphs, and what they state.

    ``scores`` says how likely each line is body text, where that was asked. ``reader`` is what
    read the lines, ``why`` how we know where several did.
    """

    lines: Sequence[str]
    verdicts: "Sequence[Verdict]"
    body: "Sequence[Paragraph | Block]"
    stated: Extracted
    reader: str
    scores: Sequence[float | None]
    why: str = ""


def judge(document: SeedContent, model: Path = FOLDER) -> JudgedLines:
    """Return the verdict on each line; ``model`` is the folder of the model of a page's lines.

    Raises:
        SeedError: there is more than can be judged, or a page that holds no article.

    """
    most = _MAX_PAGE if document.form == "page" else MAX_CHARACTERS
    size = len(document.content)
    if document.form != "html" and size > most:
        limit = f"more than the {most:,} that {_CALLED[document.form]} may have"
        raise SeedError(f"{size:,} characters are {limit}; split it")
    return _JUDGES[document.form](document, model)


def _page(document: SeedContent, model: Path) -> JudgedLines:
    # The cleaner's patterns take longer to load than a look at a folder without new seeds.
    from builder.ingest import metadata
    from builder.ingest.cleaning import lines

    page = split_lines(document.content)
    judged = lines.judge(page, model)
    reader = "text" if model == FOLDER else f"text, {identity(model)}"
    stated = metadata.find(judged)
    # The cleaner's rules may have taken the line for another.
    titles = {value.line for value in stated.headline}
    verdicts = [
        lines.Verdict("headline", "title above the article")
        if number in titles and verdict.role == "nav"
        else verdict
        for number, verdict in enumerate(judged.of_lines, start=1)
    ]
    return JudgedLines(page, verdicts, judged.body, stated, reader, judged.scores)


def _article(document: SeedContent, _: Path) -> JudgedLines:
    """Take the text of an article alone as it is: each of its paragraphs is body."""
    from builder.ingest.cleaning import wrapping
    from builder.ingest.cleaning.page import Verdict

    page = split_lines(document.content)
    # What looks like a mark of a link here is the author's.
    body = [found._replace(text=found.raw) for found in wrapping.paragraphs(page)]
    body = [paragraph for paragraph in body if paragraph.text.strip()]
    text, blank = Verdict("body", "text of an article alone"), Verdict("blank", "empty line")
    verdicts = [text if line.strip() else blank for line in page]
    return JudgedLines(page, verdicts, body, Extracted(), "article", [None] * len(page))


def _html(document: SeedContent, _: Path) -> JudgedLines:
    from builder.ingest.cleaning.wrapping import Paragraph
    from builder.ingest.html.page import read_page

    page = read_page(document.content, document.url)
    body = [Paragraph(a, b, " ".join(page.lines[a - 1 : b])) for a, b in page.body]
    return JudgedLines(
        page.lines, page.verdicts, body, page.metadata, page.extractor, page.scores, page.why
    )


_JUDGES: Mapping[str, Callable[[SeedContent, Path], JudgedLines]] = {
    "page": _page,
    "article": _article,
    "html": _html,
}
