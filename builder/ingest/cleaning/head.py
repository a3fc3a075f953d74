"""Judge the blocks above an article, and find the headline among them."""

from collections.abc import Sequence

from builder.ingest.cleaning import bylines, captions, wording
from builder.ingest.cleaning.page import LIST_ITEM, Block, Verdict, as_caption, by_wording

# A headline stands within so many blocks above the article, and shares words with its beginning.
_REACH = 40
_OPENING_BLOCKS = 12
_HEADLINE_WORDS = range(3, 31)
_DATELINE_REACH = 4
_OUTLET_REACH = 3
_OUTLET_WORDS = range(1, 7)
# A headline of fewer words is less sure: names share all their words with an article, too.
_FULL_HEADLINE = 4
_CAPTION_WORDS = range(4, 61)
_MIN_HEADLINE_SCORE = 0.25


def judge(above: Sequence[Block], article: Sequence[Block]) -> tuple[list[Verdict], str | None]:
    """Return the verdicts on the blocks above the article, and the headline's plain text."""
    index = _find_headline(above, article)
    if index is None:
        start = max(0, len(above) - _OUTLET_REACH)
        return [_far(b) for b in above[:start]] + _near(above[start:], None), None
    headline = above[index].plain
    verdicts = _above_headline(above[:index], headline)
    verdicts.append(Verdict("headline", "title above the article"))
    verdicts += _near(above[index + 1 :], headline)
    return verdicts, headline


def _far(block: Block) -> Verdict:
    if wording.is_list_item(block.text):
        return LIST_ITEM
    return by_wording(block) or Verdict("nav", "line above the article")


def _above_headline(blocks: Sequence[Block], headline: str) -> list[Verdict]:
    """Judge what precedes the headline: site navigation, then perhaps outlet, section and date."""
    verdicts = [_far(block) for block in blocks]
    for index in range(max(0, len(blocks) - _DATELINE_REACH), len(blocks)):
        text = blocks[index].plain
        if wording.is_list_item(blocks[index].text):
            continue
        if wording.breadcrumb(text):
            verdicts[index] = Verdict("breadcrumb", "path of sections above the headline")
        elif text == headline:
            verdicts[index] = Verdict("headline", "repeats the headline")
        elif bylines.byline(text):
            verdicts[index] = Verdict("byline", "names the author")
        elif bylines.is_date_line(text):
            verdicts[index] = Verdict("date", "date above the headline")
    if len(blocks) <= _OUTLET_REACH and blocks and is_name(blocks[0]):
        verdicts[0] = Verdict("outlet", "name at the top, right above the headline")
    return verdicts


def is_name(block: Block) -> bool:
    """Tell whether the block may be an outlet's name: a few words that are nothing else."""
    text = block.text
    return (
        wording.cue(text) is None
        and not wording.is_list_item(text)
        and not wording.ends_sentence(text)
        and wording.shape(text).words in _OUTLET_WORDS
        and not bylines.is_date_line(text)
        and not wording.breadcrumb(text)
    )


def _near(blocks: Sequence[Block], headline: str | None) -> list[Verdict]:
    """Judge what stands between the headline and the article."""
    verdicts: list[Verdict] = []
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        previous = verdicts[-1].role if verdicts else None
        verdicts.append(_near_one(block, previous, following, headline))
    return captions_marked(blocks, verdicts)


def _near_one(
    block: Block, previous: str | None, following: Block | None, headline: str | None
) -> Verdict:
    text = block.plain
    if text == headline:
        return Verdict("headline", "repeats the headline")
    if bylines.byline(text):
        return Verdict("byline", "names the author")
    if wording.is_list_item(block.text):
        return LIST_ITEM
    if verdict := by_wording(block):
        return verdict
    if verdict := as_caption(text):
        return verdict
    if bylines.is_date_line(text):
        return Verdict("date", "date between headline and article")
    if wording.breadcrumb(text):
        return Verdict("breadcrumb", "path of sections above the article")
    dated = following is not None and bylines.is_date_line(following.plain)
    if previous == "byline" and (dated or bylines.is_agency(text)) and is_name(block):
        return Verdict("credit", "source between byline and date")
    if wording.is_prose(text):
        return Verdict("nav", "text between headline and article")
    return Verdict("nav", "short line above the article")


def captions_marked(blocks: Sequence[Block], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return the verdicts, with lines that only repeat their neighbour made captions.

    Pages give a picture's text twice, as its alternative text and below the picture.
    """
    marked = list(verdicts)
    for index in range(1, len(blocks)):
        above, below = blocks[index - 1].plain, blocks[index].plain
        if not above or not _holds(below, above):
            continue
        if marked[index].role == "caption":
            marked[index - 1] = Verdict("caption", "repeated by the caption below")
        elif marked[index - 1].role == "caption":
            marked[index] = Verdict("caption", "repeats the caption above")
        elif marked[index].role in {"nav", "body"} and _is_caption_size(above, below):
            marked[index - 1] = Verdict("caption", "repeated by the line below")
            marked[index] = Verdict("caption", "repeats the line above")
    return marked


def _holds(longer: str, text: str) -> bool:
    """Tell whether a line is another one with something glued to it, such as a picture's number."""
    return longer.startswith(text) or (longer.endswith(text) and wording.is_prose(text))


def _is_caption_size(*texts: str) -> bool:
    return all(wording.shape(text).words in _CAPTION_WORDS for text in texts)


def _find_headline(above: Sequence[Block], article: Sequence[Block]) -> int | None:
    opening: set[str] = set()
    for block in article[:_OPENING_BLOCKS]:
        opening |= wording.content_words(block.text)
    best, best_score = None, _MIN_HEADLINE_SCORE
    for index in range(max(0, len(above) - _REACH), len(above)):
        if not _may_be_headline(above[index]):
            continue
        score = _headline_score(index, above, opening)
        if score > best_score:
            best, best_score = index, score
    return best


def _may_be_headline(block: Block) -> bool:
    text = block.plain
    return (
        wording.shape(text).words in _HEADLINE_WORDS
        and not wording.is_list_item(block.text)
        and wording.cue(block.text) is None
        and captions.split(text) is None
        and not captions.opens_as_caption(text)
        and bylines.byline(text) is None
        and not bylines.is_date_line(text)
        and wording.breadcrumb(text) is None
    )


def _headline_score(index: int, above: Sequence[Block], opening: set[str]) -> float:
    """Return how much a block looks like the headline: words shared with the article, and place."""
    block = above[index]
    words = wording.content_words(block.text)
    score = len(words & opening) / max(len(words), _FULL_HEADLINE)
    if block.text.lstrip().startswith("#"):
        score += 0.4
    nearby = above[index + 1 : index + 1 + _DATELINE_REACH]
    if any(bylines.byline(b.plain) or bylines.is_date_line(b.plain) for b in nearby):
        score += 0.4
    if block.plain.endswith("."):
        score -= 0.5
    return score - 0.02 * (len(above) - index)
