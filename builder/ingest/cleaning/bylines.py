"""Read authors, places, agencies and dates from bylines, datelines and date lines."""

import re
from dataclasses import dataclass
from datetime import date

_NAME_WORD = (
    r"(?:[^\W\d_a-z][\w'’.-]*|d[aeiou]s?|del|della|van|von|der|den|ter|bin|bint|al|el|la|le|y)"
)
_NAME = re.compile(rf"[^\W\d_a-z][\w'’.-]*(?:\s{_NAME_WORD}){{0,4}}")
_BY = re.compile(
    r"^(?:[-–—•*·]\s*)?(?:(?:written|words|story|reported|report|posted|analysis|text)\s)?by[:\s]\s*"
    r"|^(?:[-–—•*·]\s*)?(?:words|author|reporter|text):\s*",
    re.IGNORECASE,
)
_IN_PLACE = re.compile(
    r"(?:,)?\s+in\s+(?P<place>[^\W\d_a-z][\w'’.-]*(?:[\s,]+[^\W\d_a-z][\w'’.-]*){0,3})$"
)
_BREAK = re.compile(
    r"\s+[-–—|/]\s+|\s*[|·•]\s*|\s*\d|\s+(?:on|for|at)\s+|\s*[(@]"
    r"|(?<=[a-z])(?=(?:Staff|Senior|Business|Political|Special|Chief|Reporter|Correspondent|Editor|"
    r"Columnist|Contributor|Published|Updated|Posted)\b)"
)
_AND = re.compile(r"\s*(?:,\s*(?:and\s+)?|\s+and\s+|\s*&\s*|;)\s*")
_TITLE = re.compile(
    r"\b(?:staff|reporters?|correspondents?|editors?|writers?|columnist|desk|agenc(?:y|ies)|bureau|"
    r"news|service|contributor|producer|team|our|the|published|updated|posted|special|online|"
    r"M\.?D|Ph\.?D|RD|MS|CEO|professor|head|chief|analyst|author)\b",
    re.IGNORECASE,
)
_AGENCY_NAME = r"(?:Reuters|AP|AFP|PA|AAP|dpa|UPI|ANSA|EFE|Xinhua|TASS|Bloomberg)"
_AGENCY = re.compile(
    rf"{_AGENCY_NAME}|Associated Press|Press Association|Agence France-Presse|The Associated Press"
)
_DATELINE = re.compile(
    rf"(?P<place>[A-Z][A-Z'’.-]+(?:[\s,/]+[A-Z][\w'’.-]+){{0,4}}?)(?:,\s\w+\.?\s\d{{1,2}})?\s"
    rf"\((?P<agency>{_AGENCY_NAME})\)\s*[-–—]"
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_DATE = re.compile(
    rf"(?<!\d)(?:\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?[\s-]+{_MONTH},?[\s-]+\d{{4}}"
    rf"|{_MONTH}\s*\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    r"|\d{4}-\d{2}-\d{2})(?!\d)",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\d{1,2}[:.h]\d{2}(?:[:.]\d{2})*(?:Z|\s?[ap]\.?m\.?)?|(?<=\d)T(?=\d)|\b[A-Z]{1,2}[SD]?T\b|\b(?:GMT|UTC|IST)\b"
    r"|[+-]\d{2}:?\d{2}|\b\d{1,2}\s?[ap]\.?m\.?",
    re.IGNORECASE,
)
_READING_TIME = re.compile(r"\d+\s?-?(?:mins?|minutes?)\s*(?:to\s)?(?:read)?", re.IGNORECASE)
_DATE_WORD = re.compile(
    r"\b(?:(?:first\s|last\s)?(?:published|updated|posted|modified|created|edited)|date|on|at|by|of|ago|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|original|issued|print|edition)\b",
    re.IGNORECASE,
)
_LATER = re.compile(r"(?:updated|modified|edited)\W*(?:\w+\W+)?$", re.IGNORECASE)
_MAX_BYLINE_WORDS = 22
_MAX_OTHER_WORDS = 4


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote an article, where from, and the agency that it came through."""

    authors: tuple[str, ...]
    place: str | None = None
    agency: str | None = None


def byline(line: str) -> Byline | None:
    """Return what a line such as ``By Ann Lee and Bob Ray in Paris`` says; None for other lines."""
    text = " ".join(line.split())
    start = _BY.match(text)
    if not start or len(text.split()) > _MAX_BYLINE_WORDS:
        return None
    rest = _BREAK.split(text[start.end() :], maxsplit=1)[0].rstrip(" .,;:")
    place = None
    if ending := _IN_PLACE.search(rest):
        place, rest = ending["place"], rest[: ending.start()]
    parts = [part for part in _AND.split(rest) if part]
    if not parts or not all(_NAME.fullmatch(part) for part in parts[:1]):
        return None
    agencies = [part for part in parts if _AGENCY.fullmatch(part)]
    authors = [part for part in parts if part not in agencies and _is_person(part)]
    return Byline(tuple(authors), place, agencies[0] if agencies else None)


def _is_person(part: str) -> bool:
    return _NAME.fullmatch(part) is not None and not _TITLE.search(part) and " " in part


def is_agency(text: str) -> bool:
    """Tell whether the text is the name of a news agency."""
    return _AGENCY.fullmatch(text) is not None


def dateline(paragraph: str) -> Byline | None:
    """Return the place and the agency that open a paragraph, as in ``PARIS (AFP) - ...``."""
    match = _DATELINE.match(paragraph)
    return Byline((), match["place"], match["agency"]) if match else None


def find_date(line: str) -> str | None:
    """Return the line's first date that can be read in one way only, as an ISO date.

    A date after "published" or without a word is preferred to one after "updated".
    """
    matches = sorted(_DATE.finditer(line), key=lambda match: _is_later(line, match))
    for match in matches:
        found = _to_date(match.group())
        if found:
            return found.isoformat()
    return None


def is_update(line: str) -> bool:
    """Tell whether the line's first date says when the article was changed, not published."""
    match = _DATE.search(line)
    return match is not None and _is_later(line, match)


def _is_later(line: str, match: re.Match[str]) -> bool:
    return _LATER.search(line[: match.start()]) is not None


def _to_date(text: str) -> date | None:
    from dateutil import parser

    try:
        return parser.parse(text.replace(" of ", " ")).date()
    except (ValueError, OverflowError):
        return None


def is_date_line(line: str) -> bool:
    """Tell whether the line says when the article appeared, and hardly anything else."""
    if not _DATE.search(line):
        return False
    rest = line
    for pattern in (_DATE, _READING_TIME, _TIME, _DATE_WORD):
        rest = pattern.sub(" ", rest)
    return len(re.findall(r"[^\W\d_]{2,}", rest)) <= _MAX_OTHER_WORDS
