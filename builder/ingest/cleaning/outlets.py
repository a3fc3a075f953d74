"""Find the name of the outlet that a page is from: in its copyright line, again in its title."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from builder.ingest.cleaning import wording
from builder.ingest.cleaning.page import Block

_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|\bcopyright\b)(?:[\s,–—-]|©|\(c\)|copyright|by|(?:19|20)\d\d|present){0,12}"
    r"(?P<name>[^\W\d_][^|.·•©,;:(\[]{1,60})"
    r"|^(?P<before>[^\W\d_][^|.·•©,;:(\[]{1,60}?)\s(?:©|\(c\))",
    re.IGNORECASE,
)
_OWNER_END = re.compile(
    r"(?:[\s,]+(?:inc|llc|ltd|limited|plc|corp(?:oration)?|all\srights.{0,40}|and\sits\s.{0,40}|"
    r"(?:19|20)\d\d|reserved)\b\.?)+\W*$|\s[-–—/]\s.*$",
    re.IGNORECASE,
)
_TITLE_END = re.compile(r"\s[|–—-]\s(?P<name>[^|]{2,40})$")
_ADDRESSED = re.compile(
    r"(?:advertise\swith|about|sign\sup\sfor|subscribe\sto|contact|support|follow|join|download)\s"
    r"(?P<name>(?:the\s)?[A-Z][^|.·•,;:]{1,40}?)(?:['’]s?)?(?:\snewsletters?|\sapp|\son\s\w+)?$",
    re.IGNORECASE,
)
_NOT_A_NAME = re.compile(
    r"^(?:us|our|this|all|rights|you|the\sauthor|privacy|terms|home|news|blog)\b|\bcontent\b",
    re.IGNORECASE,
)
_MAX_LENGTH = 300
_MAX_WORDS = 6
# The copyright's owner may be a publisher; only a page that uses the name itself has it as its own.
_TOP = 3


def find(page: Sequence[Block], title: str | None) -> Iterator[tuple[str, int, str]]:
    """Yield a name, its line and how it was found: of a page whose headline is ``title``."""
    lines = Counter(wording.bare(block.plain) for block in page if len(block.plain) <= 60)
    addressed = {_key(name) for block in page for name in _names(_ADDRESSED, block)}
    if title:
        for block in page:
            name = _after(title, block.plain)
            if name:
                yield name, block.first, "name after the title"
                return
    top = {_key(block.plain) for block in page[:_TOP]}
    for block in reversed(page):
        for name in _names(_COPYRIGHT, block):
            key = _key(name)
            others = sum(count for line, count in lines.items() if _key(line) == key)
            if key in top or key in addressed or others:
                yield name, block.first, "owner of the copyright, named elsewhere on the page"
                return


def _names(pattern: re.Pattern[str], block: Block) -> Iterator[str]:
    text = block.plain
    if len(text) > _MAX_LENGTH:
        return
    match = pattern.search(text)
    if match is None:
        return
    name = next(value for value in match.groupdict().values() if value)
    name = _OWNER_END.sub("", name).strip(" -–—|,.\"'")
    if 0 < len(name.split()) <= _MAX_WORDS and not _NOT_A_NAME.search(name):
        yield name


def _key(name: str) -> str:
    key = wording.bare(name)
    return key.removeprefix("the ")


def _after(title: str, line: str) -> str | None:
    """Return the site's name from a line that is the headline and the name behind it."""
    if not line.startswith(title) or len(line) > len(title) + 50:
        return None
    match = _TITLE_END.fullmatch(line[len(title) :])
    name = match["name"].strip() if match else ""
    return name if any(len(word) > 1 for word in _key(name).split()) else None
