"""Render a parsed HTML page as lines of visible text, a block a line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from builder.ingest.cleaning import wording
from builder.ingest.readers.content import SeedError

_INLINE_WORDS = """
a abbr acronym b basefont bdi bdo big cite code data del dfn em font i ins kbd label mark nobr
q rp rt ruby s samp small span strike strong sub sup time tt u var wbr
"""
_INLINE = frozenset(_INLINE_WORDS.split())
_SKIPPED_WORDS = """
applet area audio base canvas datalist embed frame frameset head iframe img input link map meta
noembed noframes noscript object option param picture progress script select source style svg
template textarea title track video
"""
_SKIPPED = frozenset(_SKIPPED_WORDS.split())
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# What an element's names say of its content: the words of its tag, class, id and role.
_NAMES = ("class", "id", "role", "itemprop", "data-testid", "data-component")
_MAX_NAME, _LONGEST_NAME = 300, 2_000
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_PARAGRAPHS = re.compile(r"\n[ \t\r\f]*\n")
# The largest of 579 saved pages of news and blogs has 7,797, half of them fewer than 1,500.
MAX_TAGS = 30_000
SAVE_TEXT = "save the article's text as a text file"
# A line break after so many characters that end a sentence parts two paragraphs.
_PARAGRAPH_LENGTH = 80


_KNOWN_MARKS_WORDS = """
ad ads advert advertisement article aside author banner bio body breadcrumb breadcrumbs byline
caption card carousel comment comments content cookie copyright credit date disclaimer disqus
donate entry excerpt featured feed figcaption figure follow footer footnote form gallery header
headline hero lead legal links list main menu meta modal more most nav navbar navigation
newsletter outbrain pagination pane paywall player popular popup post print promo pullquote
quote read reading recirc recommended references related reply review section share sharing
sidebar signup skip social sponsor sponsored standfirst sticky story subscribe subscription
subtitle summary taboola table tag tags teaser text thumbnail time timestamp title toc toolbar
tooltip topic topics trending video widget
"""
KNOWN_MARKS = frozenset(_KNOWN_MARKS_WORDS.split())


@dataclass(frozen=True, slots=True)
class Line:
    """One block of visible text, and the element that it stands in."""

    text: str
    source: int
    tag: str
    marks: frozenset[str]
    link_share: float
    around: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Open:
    """An element that is being read; the marks are the words of its names and of those around."""

    tag: str
    marks: frozenset[str]
    source: int
    linked: bool
    pre: bool
    # The numbers of the blocks that it lies in, the nearest first.
    around: tuple[int, ...]


_OUTSIDE = _Open("", frozenset(), 0, False, False, (0,))


def parse(html: str) -> HtmlElement:
    """Return the tree of a page; mistakes in its markup are mended as browsers do.

    Raises:
        SeedError: the page has too many tags, or nested too deeply, or none that can be read.

    """
    tags = html.count("<")
    if tags > MAX_TAGS:
        raise SeedError(f"{tags:,} tags are more than the {MAX_TAGS:,} of a page; {SAVE_TEXT}")
    if not html.strip():
        raise SeedError("the file holds no text")
    # Without huge_tree, a text of more than ten million characters would vanish without a word.
    parser = HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=True
    )
    try:
        tree = document_fromstring(html.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise SeedError(f"the HTML cannot be parsed: {error}; {SAVE_TEXT}") from None
    # The parser stops there, and what follows would be lost without a word.
    if any("depth" in entry.message for entry in parser.error_log):
        raise SeedError(f"tags are nested too deeply for a page; {SAVE_TEXT}")
    # Extractors search the names of elements by patterns, at a cost that grows with their length.
    for name in ("class", "id"):
        for element in tree.xpath(f"//*[string-length(@{name}) > {_LONGEST_NAME}]"):
            element.set(name, element.get(name)[:_LONGEST_NAME])
    return tree


def render(tree: HtmlElement, hidden: bool = False) -> list[Line]:
    """Return the visible text of a page, in its order; with ``hidden``, also what is marked so.

    Inline text is joined and its white space collapsed, as browsers do; scripts, forms' values and
    elements that are marked as hidden are left out. A single line break joins two pieces of a
    paragraph, unless a whole paragraph precedes it.
    """
    return list(_Renderer(hidden).lines(tree))


class _Renderer:
    def __init__(self, hidden: bool) -> None:
        self._shows_hidden = hidden
        self._stack = [_OUTSIDE]
        self._number = 0
        self._start_block()

    def _start_block(self) -> None:
        self._pieces: list[str] = []
        self._last = ""
        self._length = self._linked = self._breaks = 0
        self._at = _OUTSIDE

    def lines(self, tree: HtmlElement) -> Iterator[Line]:
        """Yield the lines of the tree."""
        walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
        skipped = None
        for event, element in walk:
            if event == "start":
                if _breaks_line(element):
                    yield from self._flush()
                if element.tag in _SKIPPED or (not self._shows_hidden and _is_hidden(element)):
                    skipped = element
                    walk.skip_subtree()
                else:
                    self._open(element)
                    yield from self._add(element.text)
                continue
            if event == "end":
                yield from self._close(element, element is skipped)
                skipped = None
            if element is not tree:
                yield from self._add(element.tail)
        yield from self._flush()

    def _open(self, element: HtmlElement) -> None:
        outer, tag = self._stack[-1], element.tag
        self._number += 1
        self._stack.append(
            _Open(
                outer.tag if tag in _INLINE else tag,
                outer.marks | _marks(element),
                element.sourceline or 0,
                outer.linked or tag == "a",
                outer.pre or tag == "pre",
                (self._number, *outer.around[:2]) if _breaks_line(element) else outer.around,
            )
        )

    def _close(self, element: HtmlElement, skipped: bool) -> Iterator[Line]:
        if not skipped:
            self._stack.pop()
        if element.tag == "br":
            yield from self._break()
        elif _breaks_line(element):
            yield from self._flush()

    def _add(self, text: str | None) -> Iterator[Line]:
        inside = self._stack[-1]
        parts = _PARAGRAPHS.split(text) if text and inside.pre else [text or ""]
        for number, part in enumerate(parts):
            if number:
                yield from self._flush()
            self._append(part, inside)

    def _append(self, text: str, inside: _Open) -> None:
        size = len(text.strip())
        if size:
            if not self._length:
                self._at = inside
            self._breaks, self._last = 0, text[-_PARAGRAPH_LENGTH:]
            self._length += size
            self._linked += size if inside.linked else 0
        self._pieces.append(text)

    def _break(self) -> Iterator[Line]:
        self._breaks += 1
        whole = self._length >= _PARAGRAPH_LENGTH and wording.ends_sentence(self._last)
        if self._breaks > 1 or whole:
            yield from self._flush()
        else:
            self._pieces.append(" ")

    def _flush(self) -> Iterator[Line]:
        if self._length:
            text = " ".join("".join(self._pieces).split())
            at, share = self._at, self._linked / self._length
            yield Line(text, at.source, at.tag, at.marks, share, at.around)
        self._start_block()


def _breaks_line(element: HtmlElement) -> bool:
    tag = element.tag
    return tag not in _INLINE and tag not in _SKIPPED and tag != "br" and "-" not in tag


def _is_hidden(element: HtmlElement) -> bool:
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    return style is not None and _HIDDEN_STYLE.search(style[:_MAX_NAME]) is not None


def _marks(element: HtmlElement) -> frozenset[str]:
    """Return the known words among the names of an element; the tag is one of its names."""
    found = {element.tag} & KNOWN_MARKS
    for name in _NAMES:
        value = element.get(name)
        if value:
            found |= KNOWN_MARKS & {word.lower() for word in _WORD.findall(value[:_MAX_NAME])}
    return frozenset(found)
