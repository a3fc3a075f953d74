"""Read the articles of a feed: RSS and Atom."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from builder.ingest.extracted import Extracted, Stated
from builder.ingest.readers import mapping, streams
from builder.ingest.readers.content import Fault, SeedContent, SeedEntry, SeedError

_TAG = re.compile(r"<[^<>]{1,300}>")
# A summary is no article: what is left out would be missing from the dataset, unseen.
_SUMMARY_WORDS, _FEWEST_WORDS = 60, 10


def items(path: Path) -> Iterator[SeedEntry | Fault]:
    """Yield each entry that holds its whole article; ``line`` is the number of the entry.

    Raises:
        SeedError: the file is no feed, or it is damaged.
        OSError: it cannot be opened.

    """
    import feedparser

    data = streams.read_bytes(path)
    if b"<!ENTITY" in data[:100_000]:
        raise SeedError("it defines entities of its own, which a feed has no use for")
    feed: Any = feedparser.parse(data)
    if not feed.get("version"):
        raise SeedError("XML, but neither RSS nor Atom; convert its articles to HTML or text")
    if feed.get("bozo") and not feed.entries:
        raise SeedError(f"not a valid feed: {feed.get('bozo_exception')}")
    outlet = " ".join(str(feed.feed.get("title") or "").split())
    for number, entry in enumerate(feed.entries, 1):
        yield _item(entry, number, outlet)
    if feed.get("bozo") and _cuts(feed.get("bozo_exception")):
        yield Fault("rest", None, f"damaged: {feed['bozo_exception']}; what follows may be missing")


def _cuts(error: object) -> bool:
    return type(error).__name__ == "SAXParseException"


def _item(entry: Any, number: int, outlet: str) -> SeedEntry | Fault:
    record = str(number)
    parts = [part.get("value") or "" for part in entry.get("content") or ()]
    source = max([*parts, entry.get("summary") or ""], key=len)
    words = len(_TAG.sub(" ", source).split())
    enough = _FEWEST_WORDS if any(parts) else _SUMMARY_WORDS
    url = entry.get("link") or None
    where = f"; save the page {url}" if url else ""
    if words < enough:
        return Fault(record, number, f"the feed holds {words} words of this article alone{where}")
    given = _metadata(entry, number, outlet)
    data = source.encode("utf-8", "surrogatepass")
    known = "\n".join([str(url or ""), *(s.value for s in given.headline), source])
    identity = hashlib.sha256(known.encode("utf-8", "surrogatepass")).hexdigest()

    def read() -> SeedContent:
        return SeedContent("html" if _TAG.search(source) else "article", source, given, url)

    return SeedEntry(record, number, identity, len(data), read)


def _metadata(entry: Any, number: int, outlet: str) -> Extracted:
    def stated(target: str, value: Any, field: str) -> tuple[Stated, ...]:
        values = mapping.read_values(target, value)
        return tuple(Stated(v, number, f"given in the feed's {field}") for v in values)

    people = [author.get("name") for author in entry.get("authors") or ()]
    people = [name for name in people if name and "@" not in name] or entry.get("author")
    terms = [tag.get("term") for tag in entry.get("tags") or () if tag.get("term")]
    return Extracted(
        headline=stated("headline", _TAG.sub("", entry.get("title") or ""), "title"),
        authors=stated("authors", people, "author"),
        published=stated("published", entry.get("published") or entry.get("updated"), "date"),
        outlet=stated("outlet", (entry.get("source") or {}).get("title") or outlet, "own title"),
        url=stated("url", entry.get("link"), "link"),
        section=stated("section", terms[:1], "category"),
        language=stated("language", entry.get("language"), "language"),
        licence=stated("licence", entry.get("license"), "licence"),
    )
