"""Collect what a parsed HTML page states about itself in its tags, JSON-LD and names."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from lxml.html import HtmlElement

from builder.ingest.html import json_ld
from builder.ingest.html.values import BOUND, tidy

_META_NAMES = ("property", "name", "itemprop", "http-equiv")
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:byline|author|authors|contributor)(?:$|[\s_-]|name|link)|byline|authorname|author-name",
    re.IGNORECASE,
)
_NO_BYLINE = re.compile(
    r"bio|about|avatar|image|photo|follow|social|comment|date|related|more|box|promo|footer|widget",
    re.IGNORECASE,
)
_MAX_ELEMENTS = 2_000
_MAX_TEXT = 2_000


class Value(NamedTuple):
    """A text that the page states, and the line of its element in the source."""

    text: str
    line: int


class Sources:
    """What a page states about itself, by where it states it."""

    def __init__(self, tree: HtmlElement) -> None:
        self.meta: dict[str, list[Value]] = defaultdict(list)
        self.properties: dict[str, list[Value]] = defaultdict(list)
        self.links: dict[str, list[Value]] = defaultdict(list)
        self.titles: list[Value] = []
        self.headings: list[Value] = []
        self.times: list[Value] = []
        self.bylines: list[Value] = []
        self.language = tree.get("lang") or tree.get("xml:lang") or ""
        blocks: list[json_ld.Script] = []
        for element in tree.iter(
            "meta",
            "link",
            "script",
            "title",
            "h1",
            "time",
            "a",
            "span",
            "div",
            "p",
            "address",
            "li",
        ):
            match element.tag:
                case "meta":
                    self._meta(element)
                case "script":
                    if "ld+json" in (element.get("type") or "").lower() and element.text:
                        blocks.append(json_ld.Script(element.text, _line(element)))
                case "title":
                    self.titles += _text(element)
                case "h1":
                    self.headings += _text(element)
                case "time":
                    self._time(element)
            self._link(element)
            self._marked(element)
        self.described = json_ld.Described(blocks)

    def _meta(self, element: HtmlElement) -> None:
        content = element.get("content")
        if not content or not content.strip():
            return
        for attribute in _META_NAMES:
            name = element.get(attribute)
            if name:
                self.meta[name.strip().lower()].append(Value(content, _line(element)))

    def _time(self, element: HtmlElement) -> None:
        stated = element.get("datetime")
        if stated:
            self.times.append(Value(stated, _line(element)))
        else:
            self.times += _text(element)

    def _link(self, element: HtmlElement) -> None:
        rel = element.get("rel")
        if not rel or element.tag not in {"a", "link"}:
            return
        for name in rel.lower().split():
            if name == "author" and element.tag == "a":
                self.links[name] += _text(element)
            elif name in {"canonical", "license"}:
                self.links[name].append(Value(element.get("href") or "", _line(element)))

    def _marked(self, element: HtmlElement) -> None:
        if element.tag == "meta":
            return
        for name in (element.get("itemprop") or "").lower().split():
            if len(self.properties[name]) < _MAX_ELEMENTS:
                stated = element.get("content") or element.get("datetime")
                self.properties[name] += (
                    [Value(stated, _line(element))] if stated else _text(element, BOUND)
                )
        names = f"{element.get('class') or ''} {element.get('data-testid') or ''}"[:300]
        is_byline = _BYLINE.search(names) and not _NO_BYLINE.search(names)
        if is_byline and len(self.bylines) < _MAX_ELEMENTS:
            self.bylines += _text(element, BOUND)


def _line(element: HtmlElement) -> int:
    return element.sourceline or 1


def _text(element: HtmlElement, bound: str = "") -> list[Value]:
    """Return the beginning of an element's text, tidied, with ``bound`` between its elements."""
    size, parts = 0, []
    for part in _pieces(element):
        parts.append(part)
        size += len(part)
        if size > _MAX_TEXT:
            break
    text = tidy(bound.join(part for part in parts if part.strip() or not bound))
    return [Value(text, _line(element))] if text else []


def _pieces(element: HtmlElement) -> Iterator[str]:
    for inside in islice(element.iter(), _MAX_TEXT):
        if not isinstance(inside.tag, str) or inside.tag in {"script", "style", "template"}:
            if inside is not element and inside.tail:
                yield inside.tail
            continue
        if inside.text:
            yield inside.text
        if inside is not element and inside.tail:
            yield inside.tail
