"""Tidy the values that pages state: names of people, dates, headlines, addresses."""

import html
import re
from datetime import UTC, date, datetime
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from builder.ingest.cleaning import bylines, dates

_MAX_VALUE = 1000
_TAG = re.compile(r"</?[a-z][^<>]{0,500}>", re.IGNORECASE)
_BY = re.compile(
    r"(?:(?:written|posted|reported|story|words|text)\s+)?by\b[:\s]*|authors?:\s*", re.IGNORECASE
)
_AND = re.compile(r"\s*(?:[,;|/•·]|\s(?:and|und|et|y|with)\s|&)\s*", re.IGNORECASE)
# What follows a name on its own line: a place, an outlet, a title.
_REST = re.compile(r"\s+(?:[-–—]\s|in\s[A-Z]|for\s|at\s|on\s|[(@]).*", re.DOTALL)
_NO_NAME = re.compile(
    r"""https?:|www\.|@|\d|\b(?:staff|admin\w*|editors?|editorial|newsroom|desk|team|reporters?|
    correspondents?|writers?|contributors?|contributing|columnists?|producers?|guest|news|wire|
    services?|press|agency|agencies|bureau|media|magazine|times|post|daily|online|digital|network|
    blog|website|web|site|the|unknown|anonymous|author|authors|user|null|none|undefined|published|
    updated|posted|inc|llc|ltd|university|institute|department|office|centre|center|foundation|
    company|group|board|views|associates|support|marketing|communications|content|community|ceo|cfo|
    cto|chief|(?:co-)?founder|president|directors?|managers?|reviewers?|experts?|specialists?|
    consultants?|analysts?|professors?)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_DEGREE = re.compile(
    r"(?:Ph\.?\s?D|M\.?D|M\.?A|M\.?S|B\.?A|R\.?N|R\.?D|R\.?D\.?N|J\.?D|MBA|MPH|CPA|Esq|Jr|Sr|LMFT|PsyD)\.?"
)
_PARTICLE_WORDS = """
de da di do du del della dos das van von der den ter ten la le el al bin bint ben ibn y e zu af av d
"""
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
# Stands between the texts of neighbouring elements.
BOUND = " | "
_MAX_NAME_WORDS = 6
_MAX_PEOPLE = 30
_ISO = re.compile(r"((?:19|20)\d\d)-?(\d\d)-?(\d\d)(?:\D|$)")
_NUMBERS = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.]((?:19|20)\d\d)\b")
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?")
_SEPARATOR = re.compile(r"\s+(?:[|–—•·»:]|-{1,2}|::)\s+|\s*[|»]\s*")
_LETTERS = re.compile(r"[\W_]+")


class Named(NamedTuple):
    """The people and the news agencies that a text names."""

    people: list[str]
    agencies: list[str]


def tidy(text: str) -> str:
    """Return the text without entities, tags and superfluous white space."""
    text = text[:_MAX_VALUE]
    # Values are often escaped twice.
    text = html.unescape(html.unescape(text))
    return " ".join(_TAG.sub("", text).replace("\0", "").split())


def letters(text: str) -> str:
    """Return the letters and digits alone, in lower case, to compare names with."""
    return _LETTERS.sub("", text).casefold()


def named(text: str, outlets: set[str]) -> Named:
    """Return the people and agencies of a byline; ``outlets`` holds names that are no person's."""
    people: list[str] = []
    agencies: list[str] = []
    text = _BY.sub("", tidy(text), count=1) if _BY.match(tidy(text)) else tidy(text)
    for part in _AND.split(text)[:_MAX_PEOPLE]:
        name = _REST.sub("", part).strip(" .-–—*'\"“”")
        if bylines.is_agency(name):
            agencies.append(name)
        elif _is_person(name) and letters(name) not in outlets:
            people.append(name.title() if name.isupper() and len(name) > 3 else name)
    return Named(people, agencies)


def _is_person(name: str) -> bool:
    words = name.split()
    if not words or len(words) > _MAX_NAME_WORDS or _NO_NAME.search(name):
        return False
    if _DEGREE.fullmatch(name) or not words[0][0].isalpha() or not words[-1][0].isalpha():
        return False
    if any(word.isascii() and word.islower() and word not in _PARTICLES for word in words):
        return False
    capitals = sum(word[0].isupper() or not word[0].isascii() for word in words)
    # One word is more often a user's handle or a site than a name.
    return len(words) > 1 and 2 * capitals >= len(words) and not words[-1][0].islower()


def day(text: str) -> str | None:
    """Return the ISO date that a value states in one way only, in the value's own time zone."""
    text = tidy(text)[:100]
    if match := _ISO.match(text):
        return _iso(*map(int, match.groups()))
    if match := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(match[1]), tz=UTC).date().isoformat()
    if match := _NUMBERS.match(text):
        first, second, year = map(int, match.groups())
        if first == second or first > 12:
            return _iso(year, second, first)
        return _iso(year, first, second) if second > 12 else None
    return dates.first_day(text)


def _iso(year: int, month: int, number: int) -> str | None:
    try:
        stated = date(year, month, number)
    except ValueError:
        return None
    return None if stated in dates.UNSET else stated.isoformat()


def address(text: str, base: str | None) -> str | None:
    """Return an absolute web address, or None."""
    try:
        full = urljoin(base or "", tidy(text))
        parts = urlsplit(full)
    except ValueError:
        return None
    return full if parts.scheme in {"http", "https"} and parts.netloc else None


def domain(url: str | None) -> str | None:
    """Return the host of an address, without ``www``."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def without_outlet(title: str, outlets: set[str]) -> str:
    """Return a title without the outlet's name at either end."""
    while True:
        cuts = list(_SEPARATOR.finditer(title))
        if not cuts:
            return title
        first, last = cuts[0], cuts[-1]
        if _is_outlet(title[last.end() :], outlets):
            title = title[: last.start()]
        elif _is_outlet(title[: first.start()], outlets):
            title = title[first.end() :]
        else:
            return title


def without_section(title: str) -> str:
    """Return a title without what a bar parts from its end, where it is much the shorter part."""
    headline, bar, rest = title.rpartition(" | ")
    return headline if bar and 2 * len(rest.split()) <= len(headline.split()) else title


def _is_outlet(part: str, outlets: set[str]) -> bool:
    name = letters(part)
    return not name or any(
        name == outlet
        or (len(name) > 3 and (name in outlet or (outlet in name and len(outlet) > 3)))
        for outlet in outlets
    )


def last_part(title: str) -> str | None:
    """Return what follows the last separator of a title, where an outlet often names itself."""
    cuts = list(_SEPARATOR.finditer(title))
    return title[cuts[-1].end() :] if cuts else None
