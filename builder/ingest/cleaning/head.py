"""Judge the blocks above an article: headline, byline, date, captions and navigation."""

from collections.abc import Sequence
from itertools import pairwise

from builder.ingest.cleaning import bylines, dates, furniture, headline, wording
from builder.ingest.cleaning.page import AGAIN, LIST_ITEM, Block, Verdict, as_caption, by_wording

_DATELINE_REACH = 4
_OUTLET_REACH = 3
_OUTLET_WORDS = range(1, 7)
_CAPTION_WORDS = range(4, 61)
# What is glued to a caption is short: a number, a name; a sentence goes on at greater length.
_GLUED_ON = 30
# So many paragraphs, and such a share of them, stand twice where an article is printed twice.
_MIN_PAIRS, _PAIRED = 3, 0.3


def judge(page: Sequence[Block], start: int) -> tuple[list[Verdict], str | None]:
    """Return the verdicts on the blocks above ``start``, and the headline's plain text."""
    above = page[:start]
    index = headline.choose(page, start)
    if index is None or index >= start:
        near = max(0, start - _OUTLET_REACH)
        title = None if index is None else page[index].plain
        return [_far(b) for b in above[:near]] + _near(above[near:], title), title
    title = above[index].plain
    verdicts = _above_headline(above[:index], title)
    verdicts.append(Verdict("headline", "title above the article"))
    verdicts += _near(above[index + 1 :], title)
    return verdicts, title


def _far(block: Block) -> Verdict:
    if wording.is_list_item(block.text):
        return LIST_ITEM
    return by_wording(block) or Verdict("nav", "line above the article")


def _above_headline(blocks: Sequence[Block], title: str) -> list[Verdict]:
    """Judge what precedes the headline: site navigation, then perhaps outlet, section and date."""
    verdicts = [_far(block) for block in blocks]
    for index in range(max(0, len(blocks) - _DATELINE_REACH), len(blocks)):
        text = blocks[index].plain
        if wording.is_list_item(blocks[index].text):
            continue
        if furniture.breadcrumb(text):
            verdicts[index] = Verdict("breadcrumb", "path of sections above the headline")
        elif text == title:
            verdicts[index] = Verdict("headline", "repeats the headline")
        elif bylines.byline(text):
            verdicts[index] = Verdict("byline", "names the author")
        elif dates.is_line(text):
            verdicts[index] = Verdict("date", "date above the headline")
    if len(blocks) <= _OUTLET_REACH and blocks and is_name(blocks[0]):
        verdicts[0] = Verdict("outlet", "name at the top, right above the headline")
    return verdicts


def is_name(block: Block) -> bool:
    """Tell whether the block may be an outlet's name: a few words that are nothing else."""
    text = block.text
    return (
        furniture.cue(text) is None
        and not wording.is_list_item(text)
        and not wording.ends_sentence(text)
        and wording.shape(text).words in _OUTLET_WORDS
        and not dates.is_line(text)
        and not furniture.breadcrumb(text)
    )


def _near(blocks: Sequence[Block], title: str | None) -> list[Verdict]:
    """Judge what stands between the headline and the article."""
    verdicts: list[Verdict] = []
    for index in range(len(blocks)):
        previous = verdicts[-1].role if verdicts else None
        verdicts.append(_near_one(blocks, index, previous, title))
    return captions_marked(blocks, verdicts)


def _near_one(
    blocks: Sequence[Block], index: int, previous: str | None, title: str | None
) -> Verdict:
    block = blocks[index]
    text = block.plain
    following = blocks[index + 1] if index + 1 < len(blocks) else None
    if text == title:
        return Verdict("headline", "repeats the headline")
    if bylines.byline(text):
        return Verdict("byline", "names the author")
    if is_unmarked_byline(blocks, index):
        return Verdict("byline", "a name where the author's stands")
    if wording.is_list_item(block.text):
        return LIST_ITEM
    if verdict := by_wording(block):
        return verdict
    if verdict := as_caption(text):
        return verdict
    if dates.is_line(text):
        return Verdict("date", "date between headline and article")
    if furniture.breadcrumb(text):
        return Verdict("breadcrumb", "path of sections above the article")
    dated = following is not None and dates.is_line(following.plain)
    if previous == "byline" and (dated or bylines.is_agency(text)) and is_name(block):
        return Verdict("credit", "source between byline and date")
    if wording.is_prose(text):
        return Verdict("nav", "text between headline and article")
    return Verdict("nav", "short line above the article")


def is_unmarked_byline(blocks: Sequence[Block], index: int) -> bool:
    """Tell whether a block names people with a writer's post, or right beside a date."""
    text = blocks[index].plain
    found = bylines.unmarked(text)
    if found is None or (wording.ends_sentence(text) and not found.sure):
        return False
    beside = [blocks[i].plain for i in (index - 1, index + 1) if 0 <= i < len(blocks)]
    dated = dates.find(text) or any(dates.says_when(other) for other in beside)
    after_by = index > 0 and bylines.stands_alone(blocks[index - 1].plain)
    return found.sure or bool(dated) or after_by


def captions_marked(blocks: Sequence[Block], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return the verdicts, with lines that only repeat their neighbour made captions.

    Pages give a picture's text twice, as its alternative text and below the picture. Where most
    paragraphs stand twice, it is the article that is printed so.
    """
    marked = list(verdicts)
    twice = _printed_twice(blocks)
    for index in range(1, len(blocks)):
        above, below = blocks[index - 1].plain, blocks[index].plain
        if not above or not _holds(below, above):
            continue
        if twice:
            if marked[index].role == "body":
                marked[index] = AGAIN
        elif marked[index].role == "caption":
            marked[index - 1] = Verdict("caption", "repeated by the caption below")
        elif marked[index - 1].role == "caption":
            marked[index] = Verdict("caption", "repeats the caption above")
        elif marked[index].role in {"nav", "body"} and _may_be_twins(above, below):
            marked[index - 1] = Verdict("caption", "repeated by the line below")
            marked[index] = Verdict("caption", "repeats the line above")
    return marked


def _printed_twice(blocks: Sequence[Block]) -> bool:
    texts = [block.plain for block in blocks if wording.is_prose(block.plain)]
    pairs = sum(above == below for above, below in pairwise(texts))
    return pairs >= _MIN_PAIRS and pairs >= _PAIRED * len(texts)


def _holds(longer: str, text: str) -> bool:
    """Tell whether a line is another one with something glued to it, such as a picture's number."""
    return longer.startswith(text) or (longer.endswith(text) and wording.is_prose(text))


def _may_be_twins(above: str, below: str) -> bool:
    """Tell whether two lines that begin alike may be a caption, and the same with its number."""
    if len(below) > len(above) + _GLUED_ON:
        return False
    return all(wording.shape(text).words in _CAPTION_WORDS for text in (above, below))
