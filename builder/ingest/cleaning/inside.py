"""Judge the blocks of an article's stretch: body text, or something set into it."""

from collections.abc import Sequence

from builder.ingest.cleaning import bylines, dates, furniture, region, wording
from builder.ingest.cleaning.head import captions_marked
from builder.ingest.cleaning.page import Block, Verdict, as_caption, by_wording

_BODY = Verdict("body", "paragraph of the article")
_SUBHEADING = Verdict("body", "subheading between paragraphs")
_OPENING = 3
_SHORT = Verdict("nav", "short line among short lines")
_LINE = Verdict("body", "line between paragraphs")
_LIST = Verdict("body", "list item of the article")


def judge(article: Sequence[Block], headline: str | None, is_plain: bool = False) -> list[Verdict]:
    """Return the verdicts on the blocks from the article's first paragraph to its last.

    In a text that ``is_plain``, without furniture, short lines too are the article's, as in verse.
    """
    verdicts: list[Verdict] = []
    in_links = False
    for index, block in enumerate(article):
        cue = furniture.cue(block.text)
        if cue is not None:
            starts_links = cue.heads and cue.role == "related"
            in_links = starts_links or (in_links and cue.role == "ad")
            verdicts.append(Verdict(cue.role, cue.reason))
            continue
        if in_links and not wording.is_prose(block.text):
            verdicts.append(Verdict("related", "link list after 'related' heading"))
            continue
        in_links = False
        verdict = _judge_one(index, article, headline)
        verdicts.append(_LINE if is_plain and verdict is _SHORT else verdict)
    return captions_marked(article, verdicts)


def _is_byline(index: int, text: str) -> bool:
    """Tell whether the block is a byline; right at the beginning it may end with ``Ph.D.``."""
    found = bylines.byline(text)
    if found is None:
        return False
    return not wording.ends_sentence(text) or (index < _OPENING and bool(found.authors))


def _judge_one(index: int, article: Sequence[Block], headline: str | None) -> Verdict:
    block = article[index]
    text = block.plain
    if text == headline:
        return Verdict("headline", "repeats the headline")
    if verdict := by_wording(block):
        return verdict
    if verdict := as_caption(text):
        return verdict
    if dates.is_line(text) and "@" not in text and not wording.ends_sentence(text):
        return Verdict("date", "date inside the article")
    if _is_byline(index, text):
        return Verdict("byline", "names the author")
    if wording.is_text(text) or region.score(block.text) > 0:
        return _BODY
    beside = [article[i] for i in (index - 1, index + 1) if 0 <= i < len(article)]
    if any(wording.is_prose(other.text) for other in beside):
        return _LIST if wording.is_list_item(block.text) else _SUBHEADING
    return _SHORT
