"""Read what a page's JSON-LD says about its article."""

import html
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Node = Mapping[str, Any]

# The types of schema.org that say what a page's article is, without their common ending.
_ARTICLE = re.compile(
    r"(?:\w*Article|\w*BlogPosting|Report|SocialMediaPosting|Review|Recipe|HowTo|CreativeWork)"
)
_PAGE = frozenset({"WebPage", "ItemPage", "AboutPage", "MedicalWebPage"})
# What leads from a node to others that are about the same page; all else is about other things.
_SAME_PAGE = ("@graph", "mainEntity", "mainEntityOfPage", "breadcrumb", "publisher", "isPartOf")
_COMMENT = re.compile(
    r"<!--|-->|/\*\s*<!\[CDATA\[\s*\*/|/\*\s*\]\]>\s*\*/|(?://)?<!\[CDATA\[|(?://)?\]\]>"
)
_LOOSE_COMMA = re.compile(r",(?=\s{0,1000}[}\]])")
_MAX_LENGTH = 2_000_000
_MAX_NODES = 5_000


class Script(NamedTuple):
    """One JSON-LD script of a page, and the line of its source."""

    text: str
    line: int


class Item(NamedTuple):
    """A node that is about the page, and the line of its script."""

    node: Node
    line: int


class Described:
    """The nodes of a page's JSON-LD: its article, and what stands beside it."""

    def __init__(self, blocks: Sequence[Script]) -> None:
        self.items = [Item(node, line) for text, line in blocks for node in _nodes(text)]
        self._named = {
            node["@id"]: node for node, _ in self.items if isinstance(node.get("@id"), str)
        }

    def of_type(self, *types: str) -> list[Item]:
        """Return the nodes of one of these types."""
        return [item for item in self.items if _types(item.node) & set(types)]

    def articles(self) -> list[Item]:
        """Return the nodes that describe the article: articles first, then the page itself."""
        articles = [
            item for item in self.items if any(_ARTICLE.fullmatch(t) for t in _types(item.node))
        ]
        return articles + [item for item in self.items if _types(item.node) & _PAGE]

    def names(self, value: Any) -> list[str]:
        """Return the names that a value gives: text, a node, a list of them, or references."""
        found = []
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, Mapping):
                if not part.get("name"):
                    part = self._named.get(str(part.get("@id")), part)
                found += texts(part.get("name"))
            else:
                found += texts(part)
        return found


def texts(value: Any) -> list[str]:
    """Return a value's text, or the texts of a list."""
    values = value if isinstance(value, list) else [value]
    return [v.get("@value", "") if isinstance(v, Mapping) else v for v in values if _is_text(v)]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, Mapping) and isinstance(value.get("@value"), str)
    )


def _types(node: Node) -> set[str]:
    return {name.rsplit("/", 1)[-1].removeprefix("schema:") for name in texts(node.get("@type"))}


def _nodes(text: str) -> Iterator[Node]:
    """Yield the nodes of one script that are about its page, outer ones first."""
    waiting = deque(_values(text))
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        value = waiting.popleft()
        if isinstance(value, list):
            waiting.extend(value[:_MAX_NODES])
        elif isinstance(value, Mapping):
            yield value
            waiting.extend(value[key] for key in _SAME_PAGE if key in value)


def _values(text: str) -> list[Any]:
    """Return the JSON values of a script, which often holds more than strict JSON."""
    if len(text) > _MAX_LENGTH:
        return []
    text = _COMMENT.sub(" ", text).strip().rstrip(";")
    for form in (text, _LOOSE_COMMA.sub("", text), html.unescape(text)):
        values = _parsed(form)
        if values:
            return values
    return []


def _parsed(text: str) -> list[Any]:
    """Return the JSON values that follow one another in a text, up to the first mistake."""
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    position = 0
    while position < len(text):
        try:
            value, position = decoder.raw_decode(text, position)
        # Deep nesting exhausts the parser's stack, very long numbers its patience.
        except (ValueError, RecursionError):
            break
        values.append(value)
        while position < len(text) and text[position] in " \t\r\n,;":
            position += 1
    return values
