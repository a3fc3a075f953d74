"""Read dates as days, months and years, and tell whether two of them may be the same.

A date that counts from the day of publication (yesterday, on Friday, last September) is resolved
where that day is known. Where it is not, only what is said is compared: "Friday" and "Thursday" are
two days, "yesterday" and "Friday" may be one.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from dateutil.parser import parserinfo
from dateutil.relativedelta import relativedelta

Relation = Literal["same", "refined", "conflicting", "unknown"]

_MONTHS = {n.lower(): i for i, names in enumerate(parserinfo.MONTHS, 1) for n in names}
_WEEKDAYS = {n.lower(): i for i, names in enumerate(parserinfo.WEEKDAYS) for n in names}
_PARTS_OF_DAY = {
    "morning": "morning", "afternoon": "afternoon", "evening": "evening", "night": "evening",
    "tonight": "evening", "overnight": "evening", "noon": "noon", "midday": "noon",
    "midnight": "midnight",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+|\d+(?:st|nd|rd|th)?")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_CLOCK = re.compile(r"(\d\d?)(?:[:.](\d\d))?\s?([ap])?\.?m?\b")
_UNITS = {"day": "days", "week": "weeks", "month": "months", "year": "years"}
_AGO = re.compile(r"(\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten) (\w+?)s? ago")
_COUNTS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_LONGEST = 80


@dataclass(frozen=True)
class Day:
    """What is known of a date that a text names; what is not said and does not follow is None.

    ``minute`` is the time of the day in minutes, ``part`` a part of the day. ``relative`` are the
    words by which it counts from the day of publication, ``with_year`` tells that the text names
    the year.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    part: str = ""
    minute: int | None = None
    relative: str = ""
    with_year: bool = False

    def __str__(self) -> str:
        said = ""
        if (self.year, self.month, self.day) != (None, None, None):
            said = "????" if self.year is None else f"{self.year:04d}"
            said += "" if self.month is None else f"-{self.month:02d}"
            said += "" if self.day is None else f"-{self.day:02d}"
        elif self.weekday is not None:
            said = _NAMES[self.weekday]
        clock = "" if self.minute is None else f"{self.minute // 60:02d}:{self.minute % 60:02d}"
        return " ".join(word for word in (said, clock or self.part) if word)

    @property
    def counted(self) -> bool:
        """Tell whether it counts from the day of publication: on Friday, yesterday, last year."""
        return (not self.with_year and self.month is None) or bool(self.relative or self.by_weekday)

    @property
    def by_weekday(self) -> bool:
        """Tell whether it was found from a weekday alone."""
        return self.year is not None and not self.with_year and not self.relative

    @property
    def precision(self) -> int:
        """Return 3 for a day, 2 for a month, 1 for a year, 0 for what is none of these."""
        if self.day is not None or self.weekday is not None:
            return 3
        return 2 if self.month is not None else int(self.year is not None)


_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def read_day(text: str, published: date | None) -> Day | None:
    """Return what a text says of a date or a time, None if it is none that can be read.

    ``published`` is the day on which its article was published, None if nobody knows.
    """
    if len(text) > _LONGEST:
        return None
    if iso := _ISO.fullmatch(text):
        year, month, day = map(int, iso.groups())
        return _resolved(Day(year, month, day, with_year=True), published)
    lower = text.lower()
    words = _WORD.findall(lower)
    in_month = next((_MONTHS[w] for w in words if w in _MONTHS), None)
    weekday = next((_WEEKDAYS[w] for w in words if w in _WEEKDAYS), None)
    numbers = [int(re.sub(r"\D", "", w)) for w in words if w[0].isdigit()]
    in_year = next((n for n in numbers if 1500 <= n < 2100), None)
    days = [n for n in numbers if 1 <= n <= 31] if in_month else []
    of_month = days[0] if days else None
    part = next((_PARTS_OF_DAY[w] for w in words if w in _PARTS_OF_DAY), "")
    minute = None if in_month or in_year else _minute(lower)
    relative = _relative(words, lower)
    # "Monday to Friday" and "1914-18" are more than one date.
    several = sum(w in _WEEKDAYS for w in words) > 1 or len(days) > 1
    if several or len(numbers) > 3 or re.search(r"\d{4}[-–/]", text):
        return None
    if not (in_month or in_year or weekday is not None or part or relative or minute is not None):
        return None
    said = Day(in_year, in_month, of_month, weekday, part, minute, relative, in_year is not None)
    return _resolved(said, published)


def _relative(words: list[str], lower: str) -> str:
    for word in ("yesterday", "today", "tomorrow", "tonight", "overnight"):
        if word in words:
            return word
    if found := _AGO.search(lower):
        return found[0]
    which = next((w for w in words if w in ("last", "next", "this", "past", "previous")), "")
    unit = next((w for w in words if w in _UNITS or w in ("weekend", "decade", "century")), "")
    known = any(w in _MONTHS or w in _WEEKDAYS or w in _PARTS_OF_DAY for w in words)
    return f"{which} {unit}".strip() if which and (unit or known) else ""


def _minute(lower: str) -> int | None:
    if not re.search(r"\d\s?[ap]\.?m|\d:\d\d|o.clock", lower):
        return None
    found = _CLOCK.search(lower)
    if found is None:
        return None
    hour, minutes, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * 60 + minutes if hour < 25 and minutes < 60 else None


# --- days that are meant --------------------------------------------------------------------


def _resolved(said: Day, published: date | None) -> Day:
    """Return a date with what follows for its year, month, day and weekday."""
    try:
        found = _of_publication(said, published) if published else {}
        known = replace(said, **found)  # type: ignore[arg-type]
        if known.year and known.month and known.day:
            weekday = date(known.year, known.month, known.day).weekday()
            known = replace(known, weekday=weekday)
    except (ValueError, OverflowError):
        return said
    return known


def _of_publication(said: Day, published: date) -> dict[str, int]:
    """Return what follows from the day on which the article was published.

    Of a month without a year nothing follows: it may be that of this year or of another one.
    """
    if said.year is not None:
        return {}
    which, _, unit = said.relative.partition(" ")
    step = {"last": -1, "previous": -1, "past": -1, "next": 1, "this": 0}.get(which)
    if said.month is not None:
        if not step:
            return {}
        passed = said.month >= published.month if step < 0 else said.month <= published.month
        return {"year": published.year + step * passed}
    if said.weekday is not None:
        if said.relative and not said.part:
            return {}  # "last Friday" and "this Friday" may be either of two
        back = (published.weekday() - said.weekday) % 7
        return _fields(published - timedelta(days=back))
    days = _days_from(said.relative)
    if days is not None:
        return _fields(published + timedelta(days=days))
    if unit == "year" and step is not None:
        return {"year": published.year + step}
    if unit == "month" and step is not None:
        moved = published + relativedelta(months=step)
        return {"year": moved.year, "month": moved.month}
    return {}


def _fields(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}


def _days_from(relative: str) -> int | None:
    """Return how many days a date lies after that of publication, as its words count them."""
    known = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}
    if relative in known:
        return known[relative]
    ago = _AGO.fullmatch(relative)
    if ago is None or ago[2] != "day":
        return None
    if ago[1].isdigit():
        return -int(ago[1][:4])
    return -_COUNTS.index(ago[1]) if ago[1] in _COUNTS else -1


# --- two dates ------------------------------------------------------------------------------


def compare_days(one: Day, other: Day) -> Relation:
    """Tell how two dates of the same event go together: one that says more refines the other."""
    if one.minute is not None and other.minute is not None and one.minute != other.minute:
        return "conflicting"
    if one.part and other.part and one.part != other.part:
        return "conflicting"
    pairs = [
        (getattr(one, name), getattr(other, name)) for name in ("year", "month", "day", "weekday")
    ]
    shared = [(a, b) for a, b in pairs if a is not None and b is not None]
    if any(a != b for a, b in shared):
        return "unknown" if _week_apart(one, other) else "conflicting"
    timed = (one.minute is not None) != (other.minute is not None)
    parted = bool(one.part) != bool(other.part)
    if not shared:
        if one.relative and one.relative == other.relative:
            return "refined" if timed or parted else "same"
        both_clock = one.minute is not None and other.minute is not None
        both_part = bool(one.part) and one.part == other.part
        alike = (both_clock or both_part) and not (one.precision or other.precision)
        return "same" if alike else "unknown"
    more = one.precision != other.precision or (
        one.with_year != other.with_year and not (one.relative or other.relative)
    )
    return "refined" if more or timed or parted else "same"


def _week_apart(one: Day, other: Day) -> bool:
    """Tell whether two days may be one: "on Friday" may mean the one that is still to come."""
    if not (one.by_weekday or other.by_weekday):
        return False
    year = one.year or other.year
    days = [(day.year or year, day.month, day.day) for day in (one, other)]
    if any(None in day for day in days):
        return False
    try:
        first, second = (date(*day) for day in days)  # type: ignore[arg-type]
    except ValueError:
        return False
    return abs((first - second).days) == 7
