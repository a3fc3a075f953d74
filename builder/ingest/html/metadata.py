"""Read headline, authors, dates and other metadata from a parsed HTML page.

Every field is looked up in a fixed order of sources, from what is written for machines to what
stands on the page; the first source that states a value settles the field.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from builder.ingest.extracted import Extracted, Stated, StatedCaption, distinct
from builder.ingest.html import values
from builder.ingest.html.json_ld import Item, texts
from builder.ingest.html.sources import Sources

_TITLES = (
    "og:title",
    "twitter:title",
    "parsely-title",
    "sailthru.title",
    "dc.title",
    "dcterms.title",
    "citation_title",
)
_AUTHORS_WORDS = """
parsely-author sailthru.author citation_author dc.creator dcterms.creator author article:author
byl article:author_name
"""
_AUTHORS = tuple(_AUTHORS_WORDS.split())
_DATES_WORDS = """
article:published_time parsely-pub-date sailthru.date datepublished og:published_time
article:published citation_publication_date dc.date.issued dcterms.created dc.date dcterms.date
pubdate publishdate publish-date date rnews:datepublished ptime displaydate
cxenseparse:recs:publishtime
"""
_DATES = tuple(_DATES_WORDS.split())
_UPDATES = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "utime")
_OUTLETS = (
    "og:site_name",
    "application-name",
    "dc.publisher",
    "dcterms.publisher",
    "citation_journal_title",
    "apple-mobile-web-app-title",
    "twitter:app:name:iphone",
)
_SECTIONS = ("article:section", "parsely-section", "cxenseparse:recs:category")
_LANGUAGES = ("og:locale", "content-language", "dc.language", "dcterms.language", "inlanguage")
_LICENCES = ("dc.rights.license", "dcterms.license", "license")
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?:/|-|$)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][a-z]{2,4})?", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
_MAX_HEADLINE = 300
_MAX_VALUES = 30


def find(sources: Sources, url: str | None, visible: Extracted) -> Extracted:
    """Return what a page states; ``visible`` is what its visible lines say, where no tag does.

    A field's values are in the order of trust: the first is the one to use.
    """
    page = _Statements(sources, url, visible)
    return replace(
        visible,
        headline=_distinct(page.headlines()),
        authors=_first(page.authors()),
        published=_distinct(page.dates()),
        outlet=_distinct(page.outlet),
        syndicated_from=_distinct([*page.agencies, *visible.syndicated_from]),
        section=_first(page.sections()),
        url=_distinct(page.addresses),
        language=_first(page.languages()),
        licence=_first(page.licences()),
    )


def _distinct(stated: Iterable[Stated]) -> tuple[Stated, ...]:
    return distinct(islice(stated, _MAX_VALUES))


def _first(sources: Iterable[list[Stated]]) -> tuple[Stated, ...]:
    """Return the values of the first source that states any."""
    return _distinct(next((source for source in sources if source), []))


class _Statements:
    """What one page states, field by field."""

    def __init__(self, sources: Sources, url: str | None, visible: Extracted) -> None:
        self.sources = sources
        self.visible = visible
        self.agencies: list[Stated] = []
        self.addresses = list(self._addresses(url))
        self.url = self.addresses[0].value if self.addresses else url
        self.articles = self._articles()
        self.outlet = list(self._outlets(url))
        domains = {values.domain(address.value) for address in self.addresses} - {None}
        names = [stated.value for stated in self.outlet]
        # "example" names the outlet of www.example.co.uk.
        names += [part for host in domains if host for part in host.split(".")[:-1]]
        self.names = {values.letters(name) for name in names if len(values.letters(name)) > 2}

    def _meta(self, names: Iterable[str]) -> Iterator[Stated]:
        for name in names:
            for text, line in self.sources.meta.get(name, ()):
                yield Stated(values.tidy(text), line, f"meta tag {name}")

    def _described(self, key: str, items: Sequence[Item]) -> Iterator[Stated]:
        for node, line in items:
            for text in texts(node.get(key)):
                yield Stated(values.tidy(text), line, f"{key} in the page's JSON-LD")

    def _articles(self) -> list[Item]:
        """Return the JSON-LD nodes of the article, without those of other articles."""
        items = self.sources.described.articles()
        own = [item for item in items if self.url and self._names_page(item.node)]
        return own or items[:1]

    def _names_page(self, node: Any) -> bool:
        stated = [node.get("url"), node.get("@id"), node.get("mainEntityOfPage")]
        places = [v.get("@id") if isinstance(v, dict) else v for v in stated]
        path = _path(self.url)
        return any(isinstance(place, str) and _path(place) == path for place in places)

    def headlines(self) -> Iterator[Stated]:
        """Yield the headline, as the article's own heading words it where there is one."""
        for stated in self._headlines():
            text = values.without_section(values.without_outlet(stated.value, self.names))
            if text and len(text) <= _MAX_HEADLINE and values.letters(text) not in self.names:
                yield stated._replace(value=text)

    def _headlines(self) -> Iterator[Stated]:
        titles = [*self._meta(_TITLES), *self._described("headline", self.articles)]
        titles += [Stated(t, line, "title of the page") for t, line in self.sources.titles[:1]]
        letters = [values.letters(title.value) for title in titles]
        for text, line in self.sources.headings[:_MAX_VALUES]:
            heading = values.letters(text)
            if len(heading) > 10 and any(heading in t or (t and t in heading) for t in letters):
                yield Stated(text, line, "heading of the page, as in its title")
        yield from self._described("headline", self.articles)
        yield from titles
        if len(self.sources.headings) == 1:
            text, line = self.sources.headings[0]
            yield Stated(text, line, "the page's only main heading")
        yield from self.visible.headline

    def authors(self) -> Iterator[list[Stated]]:
        """Yield the authors that each source states."""
        described = self.sources.described
        for node, line in self.articles:
            for key in ("author", "creator"):
                names = described.names(node.get(key))
                yield self._people([Stated(n, line, f"{key} in the page's JSON-LD") for n in names])
        for name in _AUTHORS:
            yield self._people(list(self._meta([name])))
        for how, found in (
            ("element marked as author", self.sources.properties["author"]),
            ("link marked as author", self.sources.links["author"]),
            ("element named as a byline", self.sources.bylines),
        ):
            for text, line in found[:_MAX_VALUES]:
                yield self._opening_people(Stated(text, line, how))
        yield list(self.visible.authors)

    def _people(self, stated: Iterable[Stated]) -> list[Stated]:
        found = []
        for value in stated:
            names = values.named(value.value, self.names)
            self.agencies += [value._replace(value=agency) for agency in names.agencies]
            found += [value._replace(value=person) for person in names.people]
        return found

    def _opening_people(self, stated: Stated) -> list[Stated]:
        """Return the people that a byline opens with, before anything that is no person."""
        found: list[Stated] = []
        for part in stated.value.split(values.BOUND):
            people = self._people([stated._replace(value=part)])
            if not people and found and part.strip(" ,&").lower() not in {"", "and"}:
                break
            found += people
        return found

    def dates(self) -> Iterator[Stated]:
        """Yield the day of publication, then that of the last change."""
        published = next(self._days(self._published()), None)
        if published is None:
            published = next(iter(self.visible.published), None) or self._in_address()
        if published:
            yield published
            yield from islice(self._days(self._updated()), 1)

    def _days(self, stated: Iterable[Stated]) -> Iterator[Stated]:
        for value in stated:
            found = values.day(value.value)
            if found:
                yield value._replace(value=found)

    def _published(self) -> Iterator[Stated]:
        yield from self._described("datePublished", self.articles)
        yield from self._meta(_DATES)
        for text, line in self.sources.properties["datepublished"]:
            yield Stated(text, line, "element marked as date of publication")
        yield from self._described("dateCreated", self.articles)
        for text, line in self.sources.times[:1]:
            yield Stated(text, line, "first time element of the page")

    def _updated(self) -> Iterator[Stated]:
        yield from self._described("dateModified", self.articles)
        yield from self._meta(_UPDATES)

    def _in_address(self) -> Stated | None:
        match = _IN_ADDRESS.search(self.url or "")
        found = values.day("-".join(f"{int(n):02}" for n in match.groups())) if match else None
        return Stated(found, 1, "date in the page's address") if found else None

    def _outlets(self, url: str | None) -> Iterator[Stated]:
        for stated in self._named_outlets():
            if stated.value and len(stated.value) <= 80 and not _HOST.fullmatch(stated.value):
                yield stated
        host = values.domain(self.url) or values.domain(url)
        if host:
            yield Stated(host, 1, "host of the page's address")

    def _named_outlets(self) -> Iterator[Stated]:
        described = self.sources.described
        yield from self._meta(_OUTLETS[:1])
        for node, line in self.articles:
            for name in described.names(node.get("publisher")):
                yield Stated(values.tidy(name), line, "publisher in the page's JSON-LD")
        for node, line in described.of_type("WebSite", "NewsMediaOrganization"):
            for name in texts(node.get("name")):
                yield Stated(values.tidy(name), line, "site's name in the page's JSON-LD")
        yield from self._meta(_OUTLETS[1:])
        yield from self._in_title()

    def _in_title(self) -> Iterator[Stated]:
        """Yield the end of the title that names the host."""
        host = values.letters((values.domain(self.url) or "").split(".")[0])
        for text, line in self.sources.titles[:1]:
            name = values.last_part(text)
            if (
                host
                and name
                and values.letters(name).removeprefix("the") in {host, host.removeprefix("the")}
            ):
                yield Stated(name, line, "end of the page's title")

    def sections(self) -> Iterator[list[Stated]]:
        """Yield the sections that each source states."""
        for name in _SECTIONS:
            yield list(self._meta([name]))
        yield list(self._described("articleSection", self.articles))
        yield list(self.visible.section)

    def _addresses(self, url: str | None) -> Iterator[Stated]:
        found = [("canonical link", value) for value in self.sources.links["canonical"]]
        found += [("meta tag og:url", value) for value in self.sources.meta.get("og:url", ())]
        for how, (text, line) in found:
            address = values.address(text, url)
            if address:
                yield Stated(address, line, how)
        if url and values.address(url, None):
            yield Stated(url, 1, "address that the page was saved from")

    def languages(self) -> Iterator[list[Stated]]:
        """Yield the languages that each source declares, as tags such as ``en-GB``."""
        declared = Stated(self.sources.language, 1, "language of the page's root element")
        for stated in (
            declared,
            *self._described("inLanguage", self.articles),
            *self._meta(_LANGUAGES),
        ):
            if _LANGUAGE.fullmatch(stated.value):
                yield [stated._replace(value=stated.value.replace("_", "-"))]

    def licences(self) -> Iterator[list[Stated]]:
        """Yield the licences that each source states."""
        yield list(self._described("license", self.articles))
        links = self.sources.links["license"]
        yield [Stated(values.tidy(text), line, "link marked as licence") for text, line in links]
        yield list(self._meta(_LICENCES))


def _path(url: str | None) -> str:
    """Return what tells a page from others of its site."""
    bare = re.sub(r"^https?://(?:www\.|amp\.|m\.)?", "", url or "")
    return re.split(r"[?#]", bare, maxsplit=1)[0].rstrip("/").casefold()


def placed(found: Extracted, source: Sequence[int]) -> Extracted:
    """Return values found in visible lines with their lines in the HTML instead."""
    fields: dict[str, Any] = {}
    for name in (
        "headline",
        "authors",
        "place",
        "published",
        "outlet",
        "syndicated_from",
        "section",
    ):
        fields[name] = tuple(v._replace(line=source[v.line - 1]) for v in getattr(found, name))
    fields["captions"] = tuple(
        StatedCaption(text, credit, source[line - 1]) for text, credit, line in found.captions
    )
    return Extracted(**fields)
