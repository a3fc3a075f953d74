"""Find the days that a line names, and tell the lines that say when an article appeared."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

Order = Literal["day first", "month first"]

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
# Pages glue the hour to the year: "Apr 28 20232:23 PM".
_YEAR_END = r"(?:(?!\d)|(?=\d{1,2}:\d\d))"
_DATE = re.compile(
    rf"(?<!\d)(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th|\.)?(?:\s+of)?[\s-]{{1,3}}(?P<m1>{MONTH}),?[\s-]{{1,3}}(?P<y1>\d{{4}})"
    rf"|(?P<m2>{MONTH})\s{{0,3}}(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?[,.]?\s{{1,3}}(?P<y2>\d{{4}})"
    r"|(?P<y3>\d{4})(?P<s3>[-/.])(?P<m3>\d{1,2})(?P=s3)(?P<d3>\d{1,2})(?=T|\D|$)"
    r"|(?P<a>\d{1,2})(?P<s4>[-/.])(?P<b>\d{1,2})(?P=s4)(?P<y4>(?:19|20)\d\d)"
    r"|(?P<a5>\d{1,2})/(?P<b5>\d{1,2})/(?P<y5>\d\d)(?=\D|$)"
    rf"){_YEAR_END}",
    re.IGNORECASE,
)
_AMERICAN = re.compile(r"\b(?:[ECMP][SD]?T)\b")
TIME = re.compile(
    r"\d{1,2}[:.h]\d{2}(?:[:.]\d{2}){0,2}(?:Z|\s?[ap]\.?m\b\.?)?|(?<=\d)T(?=\d)"
    # Zones are told from names such as Matt and Kurt by their capitals, and by being known.
    r"|(?-i:\b(?:GMT|UTC|[ECMP][SD]?T|[ABIHJKNS][SD]T|[CE]EST|AE[SD]?T|AC[SD]?T|AW[SD]?T|"
    r"NZ[SD]?T|AK[SD]T|HKT|SGT|MSK|WIB)\b)"
    r"|[+-]\d{2}:?\d{2}|\b\d{1,2}\s?[ap]\.?m\b\.?",
    re.IGNORECASE,
)
READING_TIME = re.compile(
    r"\d{1,3}\s?-?(?:mins?|minutes?)\s?(?:to\s)?(?:read)?(?![a-z]|\sago)", re.IGNORECASE
)
# A day without its year, or told from today: it says when, though not which day.
_VAGUE = re.compile(
    rf"\b(?:a|an|\d{{1,4}})\s?(?:sec(?:ond)?s?|min(?:ute)?s?|hours?|hrs?|days?|weeks?|months?|years?|[hmd])\sago\b"
    rf"|\b{MONTH}\s?\d{{1,2}}\b|\b\d{{1,2}}(?:st|nd|rd|th)?\s{MONTH}(?=\W|$)"
    rf"|\b(?:yesterday|today)\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\s\d{{1,2}}[:.]\d\d",
    re.IGNORECASE,
)
_DATE_WORD = re.compile(
    r"\b(?:(?:first\s|last\s)?(?:published|publication|updated?|posted|modified|created|edited|"
    r"released?)|dates?|last|on|at|by|of|ago|time|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|original|issued|print|edition)\b",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"(?:updated?|modified|edited|revised)\W{0,9}(?:[\w:.]{1,9}\W{1,4}){0,5}$", re.IGNORECASE
)
_FIRST = re.compile(
    r"(?:published|posted|created)\W{0,9}(?:[\w:.]{1,9}\W{1,4}){0,5}$", re.IGNORECASE
)
_DIGIT = re.compile(r"\d")
# What is vague about a day holds a digit or one of these.
_VAGUE_HINTS = ("ago", "today", "yesterday")
_MAX_OTHER_WORDS = 4
# Longer lines are text; a date in them is not that of the article.
_MAX_LENGTH = 300
# What programs print for a date that nobody set.
UNSET = {date(1969, 12, 31), date(1970, 1, 1)}


@dataclass(frozen=True, slots=True)
class Dated:
    """A day that a line names; ``kind`` is what the words before it call it."""

    day: date
    kind: Literal["published", "plain", "updated"]


def find(line: str, order: Order | None = None) -> list[Dated]:
    """Return the days that the line names and that can be read in one way only."""
    if len(line) > _MAX_LENGTH or not _DIGIT.search(line):
        return []
    if order is None and _AMERICAN.search(line):
        order = "month first"
    found = []
    last = 0
    for match in _DATE.finditer(line):
        day = _day(match, order)
        if day is not None and day not in UNSET:
            found.append(Dated(day, _kind(line[last : match.start()])))
        last = match.end()
    return found


def first_day(line: str) -> str | None:
    """Return the day that the line states, rather not that of an update, as an ISO date."""
    found = sorted(find(line), key=lambda dated: dated.kind == "updated")
    return found[0].day.isoformat() if found else None


def _kind(before: str) -> Literal["published", "plain", "updated"]:
    before = before[-60:]
    if _LATER.search(before):
        return "updated"
    return "published" if _FIRST.search(before) else "plain"


def _day(match: re.Match[str], order: Order | None) -> date | None:
    group = match.groupdict()
    if group["m1"] or group["m2"]:
        month = _MONTHS.index((group["m1"] or group["m2"])[:3].lower()) + 1
        return _made(group["y1"] or group["y2"], month, int(group["d1"] or group["d2"]))
    if group["y3"]:
        return _made(group["y3"], int(group["m3"]), int(group["d3"]))
    year = group["y4"] or f"20{group['y5']}"
    first, second = int(group["a"] or group["a5"]), int(group["b"] or group["b5"])
    readings = {"day first": _made(year, second, first), "month first": _made(year, first, second)}
    if order is not None and readings[order]:
        return readings[order]
    days = {day for day in readings.values() if day}
    return days.pop() if len(days) == 1 else None


def _made(year: str, month: int, day: int) -> date | None:
    try:
        return date(int(year), month, day)
    except ValueError:
        return None


def order_of(lines: Iterable[str]) -> Order | None:
    """Return in which order a page's numeric dates name day and month, if any of them tells."""
    orders: set[Order] = set(_orders(lines))
    return orders.pop() if len(orders) == 1 else None


def _orders(lines: Iterable[str]) -> Iterator[Order]:
    for line in lines:
        if len(line) > _MAX_LENGTH or "/" not in line:
            continue
        for match in _DATE.finditer(line):
            first, second = (int(match[a] or match[b] or 0) for a, b in (("a", "a5"), ("b", "b5")))
            if 12 < first <= 31 and 0 < second <= 12:
                yield "day first"
            elif 12 < second <= 31 and 0 < first <= 12:
                yield "month first"


def without(line: str, mark: str = " ") -> str:
    """Return the line with a mark in place of its dates, times and reading times."""
    if _DIGIT.search(line):
        patterns: tuple[re.Pattern[str], ...] = (_DATE, _VAGUE, READING_TIME, TIME)
    else:
        patterns = (_VAGUE, TIME) if _may_be_vague(line) else (TIME,)
    for pattern in patterns:
        line = pattern.sub(mark, line)
    return line


def _may_be_vague(line: str) -> bool:
    small = line.lower()
    return any(hint in small for hint in _VAGUE_HINTS) or _DIGIT.search(line) is not None


@lru_cache(maxsize=4096)
def is_line(line: str) -> bool:
    """Tell whether the line says on which day the article appeared, and hardly anything else."""
    if len(line) > _MAX_LENGTH or not _DIGIT.search(line) or not _DATE.search(line):
        return False
    return _other_words(line) <= _MAX_OTHER_WORDS


@lru_cache(maxsize=4096)
def says_when(line: str) -> bool:
    """Tell whether the line says when, be it only ``2 hours ago``, and hardly anything else."""
    if len(line) > _MAX_LENGTH:
        return False
    if is_line(line):
        return True
    vague = _may_be_vague(line) and _VAGUE.search(line) is not None
    return vague and _other_words(line) <= 1


def _other_words(line: str) -> int:
    rest = _DATE_WORD.sub(" ", without(line))
    return len(re.findall(r"[^\W\d_]{2,}", rest))
