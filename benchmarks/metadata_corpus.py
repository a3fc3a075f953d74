"""Pages whose headline, authors, date and outlet are known, and when a found value is right.

The folder holds ``pages*.jsonl.gz`` (``id``, ``outlet``, ``dumps`` {rendering: text}, ``headline``,
``authors``, ``published`` or ``date``) and ``pages*_html.jsonl.gz`` (``id``, ``html``). The name of
the outlet is the page's ``og:site_name``; no record states it.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.html_corpus import outlet_key, rows
from builder.ingest.cleaning import wording
from builder.ingest.fields.trees import FieldName
from builder.ingest.html.rendering import parse
from builder.ingest.html.sources import Sources
from builder.ingest.html.values import letters, named
from builder.ingest.readers.content import SeedError

FIELDS: tuple[FieldName, ...] = ("headline", "authors", "published", "outlet")
GROUPS = 5
_MIN_FOUND = 0.8
_PEOPLE = re.compile(r"[,;&]\s*(?:and\s)?|\sand\s|\swith\s")
_DEGREE = re.compile(r",?\s(?:Ph\.?D|J\.?D|M\.?D)\b\.?")
_SITE_AT_END = re.compile(r"\s[|–—-]\s[^|–—-]{2,40}$")


@dataclass(frozen=True)
class KnownPage:
    """A page in all its forms, and what is known of it."""

    id: str
    outlet: str
    language: str
    url: str | None
    dumps: dict[str, str]
    html: str
    headline: str
    stated_authors: list[str]
    published: str
    site: str
    titles: list[str]

    @property
    def part(self) -> str:
        """Return whether the page's outlet may be looked at: ``dev`` or ``held-out``."""
        return part_of(self.outlet)

    @property
    def group(self) -> int:
        """Return the group of the page's outlet; what reads it was learned from the others."""
        return int(hashlib.sha256(f"f{_outlet(self.outlet)}".encode()).hexdigest(), 16) % GROUPS

    @cached_property
    def people(self) -> list[str]:
        """The people among the stated authors, who are also staff, papers and agencies."""
        outlets = {letters(outlet_key(self.outlet)), letters(self.site)}
        found: list[str] = []
        for stated in self.stated_authors:
            text = _DEGREE.sub("", " ".join(stated.split()))
            text = text.title() if text in {text.lower(), text.upper()} else text
            for part in _PEOPLE.split(text):
                if " of " not in part:
                    found += named(part, outlets).people
        return list(dict.fromkeys(found))

    @cached_property
    def outlets(self) -> set[str]:
        """The letters of the names by which the outlet goes; none where it is not known."""
        if not self.site:
            return set()
        names = [self.site, re.split(r"\s[|–—·:-]\s|\s?\|\s?", self.site)[0]]
        return {
            key
            for name in (*map(_name, names), outlet_key(self.outlet))
            if len(key := name.removeprefix("the")) > 1
        }

    def wanted(self, field: FieldName) -> list[str]:
        """Return what is known of a field; nothing where it is not known."""
        return {
            "headline": [self.headline] if self.headline else [],
            "authors": self.people,
            "published": [self.published] if self.published else [],
            "outlet": [self.site] if self.site else [],
        }[field]

    def is_right(self, field: FieldName, value: str) -> bool:
        """Tell whether one value is a right one."""
        if field == "headline":
            return same_title(self.headline, value)
        if field == "authors":
            return letters(value) in {letters(person) for person in self.people}
        if field == "published":
            return value == self.published
        return _name(value).removeprefix("the") in self.outlets

    def is_other_title(self, value: str) -> bool:
        """Tell whether a value is another title that the page gives its article."""
        return any(same_title(title, value) for title in self.titles)


def read(corpus: Path) -> Iterator[KnownPage]:
    """Yield the pages of a folder."""
    for path in sorted(corpus.glob("pages*.jsonl.gz")):
        if path.name.endswith("_html.jsonl.gz"):
            continue
        twin = path.with_name(path.name.replace(".jsonl.gz", "_html.jsonl.gz"))
        html = {row["id"]: row["html"] for row in rows(twin)}
        for row in rows(path):
            yield _page(row, html.get(row["id"], ""))


def _page(row: dict[str, Any], html: str) -> KnownPage:
    found = row.get("found")
    dumps = {n: t for n, t in row["dumps"].items() if not found or found[n] >= _MIN_FOUND}
    stated = row.get("published") or row.get("date") or ""
    # The dates of fundus-evaluation say when its pages were saved.
    dated = re.match(r"\d{4}-\d\d-\d\d", stated) and not row["id"].startswith("fundeval/")
    headline = row.get("headline") or ""
    site, titles = _of_html(html, headline)
    return KnownPage(
        row["id"], row["outlet"], row["lang"], row.get("url"), dumps, html, headline,
        row.get("authors") or [], stated[:10] if dated else "", site, titles,
    )  # fmt: skip


def _of_html(html: str, headline: str) -> tuple[str, list[str]]:
    """Return the outlet's name and the titles that a page gives its article."""
    if not html:
        return "", []
    try:
        sources = Sources(parse(html))
    except SeedError:
        return "", []
    site = next((name.text for name in sources.meta.get("og:site_name", ())), "")
    found = [
        value.text for name in ("og:title", "twitter:title") for value in sources.meta.get(name, ())
    ]
    found += [value.text for value in sources.headings]
    for node, _ in sources.described.articles()[:1]:
        found += [node["headline"]] if isinstance(node.get("headline"), str) else []
    own = wording.content_words(headline)
    titles = [
        t
        for t in found
        if len(wording.content_words(t) & own) > 1 or own <= wording.content_words(t)
    ]
    return " ".join(site.split()), list(dict.fromkeys(titles)) if own else []


def part_of(outlet: str) -> str:
    """Return the part that an outlet's pages belong to."""
    return "held-out" if hashlib.sha256(_outlet(outlet).encode()).digest()[0] % 2 else "dev"


def _outlet(outlet: str) -> str:
    name = re.sub(r"^www\.|\.(?:com?|org|net|gov|edu)?(?:\.?[a-z]{2,4})?$", "", outlet.lower())
    return re.sub(r"\W", "", name)


def plain(text: str) -> str:
    """Return the text without case, accents' forms, kinds of quotes and dashes, and white space."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"[‘’`´]", "'", re.sub("[“”„«»]|''", '"', text))
    text = re.sub(r"[\u2010-\u2015]|--+", "-", re.sub(r"[*_\\]", "", text))
    return " ".join(text.split())


def same_title(gold: str, found: str) -> bool:
    """Tell whether two titles are the same but for a site's name at the end of one."""
    one, other = (re.sub(r"[^\w]+", " ", plain(title)).strip() for title in (gold, found))
    if one == other:
        return True
    bare = _SITE_AT_END.sub("", gold)
    return re.sub(r"[^\w]+", " ", plain(bare)).strip() == other


def _name(name: str) -> str:
    name = re.sub(r"^the\s|^www\.|\.(?:com|org|net|co\.uk)$", "", plain(name))
    return re.sub(r"\W", "", name.replace("&", "and"))


def is_stated(field: FieldName, value: str, whole: str) -> bool:
    """Tell whether a page's plain text holds a value."""
    if field == "published":
        return any(form in whole for form in _date_forms(date.fromisoformat(value)))
    if field == "headline":
        return plain(_SITE_AT_END.sub("", value)) in whole or plain(value) in whole
    return plain(value) in whole


def _date_forms(day: date) -> Iterator[str]:
    short = day.strftime("%b").lower()
    months = {day.strftime("%B").lower(), short, f"{short}."}
    if day.month == 9:
        months |= {"sept", "sept."}
    for number in {str(day.day), f"{day.day:02}"}:
        for suffix in ("", "st", "nd", "rd", "th"):
            for month in months:
                for comma in ("", ","):
                    yield f"{month} {number}{suffix}{comma} {day.year}"
                    yield f"{number}{suffix} {month}{comma} {day.year}"
                    yield f"{number}-{month}-{day.year}"
        for sign in "/.-":
            for month in {str(day.month), f"{day.month:02}"}:
                for year in (str(day.year), f"{day.year % 100:02}"):
                    yield f"{number}{sign}{month}{sign}{year}"
                    yield f"{month}{sign}{number}{sign}{year}"
                yield f"{day.year}{sign}{month}{sign}{number}"
