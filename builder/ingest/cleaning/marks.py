"""Take off what programs that print pages as text put into it: marks of links, pictures and style.

``html2text`` writes Markdown, ``lynx`` numbers links and lists their addresses at the end, ``w3m``
puts the names of pictures into brackets, mail programs quote lines and put addresses after words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_QUOTE = re.compile(r"(?:>\s?)+")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(?=\S)")
_LINK_START = re.compile(r"\]\((?:[a-z][a-z0-9+.-]{1,20}:|/|#|\?|\.)", re.IGNORECASE)
_TARGET = r"\((?:[^()]|\([^()]*\)){0,3000}\)?"
_IMAGE = re.compile(rf"!\[[^\[\]]*\]{_TARGET}")
_LINK = re.compile(rf"\[([^\[\]]*)\]{_TARGET}")
_EMPHASIS = re.compile(r"\*\*|__(?!_)|(?<![\w_])_(?=[^\s_])|(?<=[^\s_])_(?![\w_])")
_STAR = re.compile(r"(?<![\w*\s])\*(?!\*)(?!\w)|(?<![\w*])\*(?=[^\s*])")
_ESCAPE = re.compile(r"\\(?=[-\\`*_{}\[\]()#+.!|>])")
_SPACE_BEFORE = re.compile(r"(?<=\S) +(?=[,.;:!?](?:\s|$))")
_NUMBERED = re.compile(r"\[\d{1,4}\]")
_LYNX = re.compile(
    r"#?\[\d{1,4}\]|\((?:BUTTON|IMAGE)\)|\[(?:BUTTON|INLINE|IMAGE|LINK|EMBED|USEMAP)\]"
)
_LYNX_LIST = re.compile(r"(?:References|Visible links:?|Hidden links:?|Links:?)", re.IGNORECASE)
_ADDRESS = re.compile(r"\s*\d{1,4}\.\s+(?:[a-z][a-z0-9+.-]{1,20}:|[/#?])\S*", re.IGNORECASE)
_ANGLED = re.compile(r"\s?<(?:https?://|mailto:)[^<>]{0,3000}>", re.IGNORECASE)
_ADDRESSES = re.compile(r"(?:[-*•\d.\s]*(?:https?://|www\.)\S+\s*)+", re.IGNORECASE)
_PICTURE = re.compile(
    r"\[(?!\d+\])[A-Za-z0-9_.%+-]{1,60}\](?![(\[])\s*|\[image: [^\[\]]{0,200}\]\s*"
)
_MIN_PICTURES = 3


@dataclass(frozen=True, slots=True)
class Marks:
    """Which marks a page uses; ``addresses`` is the line from which link addresses are listed."""

    markdown: bool = False
    numbered_links: bool = False
    pictures: bool = False
    quoted: bool = False
    addresses: int | None = None

    def bare_line(self, line: str) -> str:
        """Return a line as the page held it before a mail program quoted it."""
        return _QUOTE.sub("", line, count=1) if self.quoted and line.startswith(">") else line

    def taken_off(self, text: str) -> str:
        """Return the text of joined lines without the marks of this page."""
        if self.pictures and text.startswith("["):
            text = _PICTURE.sub("", text, count=1)
        if self.numbered_links and "[" in text:
            text = _LYNX.sub("", text)
        if self.markdown:
            text = _without_markdown(text)
        if "<" in text:
            text = _ANGLED.sub("", text)
        return text

    def is_heading(self, text: str) -> bool:
        """Tell whether the page marks the text as a heading."""
        return self.markdown and _HEADING.match(text) is not None


def used(lines: Sequence[str]) -> Marks:
    """Return which marks the lines of a page use."""
    spoken = sum(1 for line in lines if line.strip())
    quoted = 2 * sum(line.startswith(">") for line in lines) > spoken
    links = sum("](" in line and _LINK_START.search(line) is not None for line in lines)
    headings = sum(_is_heading(lines, index) for index, line in enumerate(lines) if "#" in line)
    pictures = sum("[" in line and _PICTURE.match(line.lstrip()) is not None for line in lines)
    addresses = _address_list(lines)
    return Marks(
        markdown=links > 1 or headings > 0,
        numbered_links=addresses is not None
        and any("[" in line and _NUMBERED.search(line) for line in lines[:addresses]),
        pictures=pictures >= _MIN_PICTURES and links < 2 and addresses is None,
        quoted=quoted,
        addresses=addresses,
    )


def _is_heading(lines: Sequence[str], index: int) -> bool:
    """Tell whether a line is marked as a heading and stands between blank lines."""
    around = [lines[i] for i in (index - 1, index + 1) if 0 <= i < len(lines)]
    return not any(map(str.strip, around)) and _HEADING.match(lines[index]) is not None


def only_addresses(text: str) -> bool:
    """Tell whether a text is nothing but addresses of pages."""
    return ("://" in text or "www." in text) and _ADDRESSES.fullmatch(text) is not None


def _address_list(lines: Sequence[str]) -> int | None:
    """Return the index of the heading above the addresses that a page's links are numbered by."""
    found = None
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index].strip()
        if not line or _ADDRESS.match(line):
            continue
        if _LYNX_LIST.fullmatch(line):
            if any(_ADDRESS.match(below) for below in lines[index + 1 : index + 4]):
                found = index
            continue
        if found is not None or index < len(lines) - 1:
            break
    return found


def _without_markdown(text: str) -> str:
    if "](" in text:
        text = _IMAGE.sub("", text)
        # A link may hold a picture that held brackets.
        text = _LINK.sub(r"\1", _LINK.sub(r"\1", text))
    if "*" in text or "_" in text:
        text = _SPACE_BEFORE.sub("", _STAR.sub("", _EMPHASIS.sub("", text)))
    return _ESCAPE.sub("", text) if "\\" in text else text
