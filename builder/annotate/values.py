"""Text in, dates, times, amounts and numbers out: regular expressions over the text.

The order of ``RULES`` decides between readings of the same length. Approximating words ("up to",
"some", "about") stay outside, as the guidelines in labels.toml have it.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import pycountry
from dateutil.parser import parserinfo

UNITS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
).split()
ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_MEASURE = (
    r"(?:km|kms|kilomet(?:er|re)s?|miles?|met(?:er|re)s?|feet|foot|ft|yards?|inch(?:es)?|cm|mm"
    r"|centimet(?:er|re)s?|millimet(?:er|re)s?|nautical miles?|light[- ]years?"
    r"|kgs?|kilos?|kilograms?|grams?|mg|tons?|tonnes?|ounces?|oz|lbs?|pounds?|carats?"
    r"|lit(?:er|re)s?|gallons?|barrels?|pints?|acres?|hectares?|mph|kph|km/h|knots?"
    r"|kilotons?|megatons?|degrees?(?: (?:Celsius|Fahrenheit))?|°[CF]?|[kMGT]B"
    r"|gigabytes?|megabytes?|terabytes?|[kMG]Wh?|kilowatts?|megawatts?|gigawatts?|watts?"
    r"|volts?|[GM]Hz)"
)
# Pieces of a currency's name that say nothing without a number, or something else with one.
_NOT_MONEY = {"won", "real", "pound", "lev", "sum", "unit", "mark", "ounce", "gold", "silver"}


class Value(NamedTuple):
    """A value found in a text: code points, an OntoNotes name, and the rule."""

    start: int
    end: int
    label: str
    rule: str


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def _currency_words() -> list[str]:
    """Return the common nouns of ISO 4217's names: dollar, euro, yuan, ..."""
    last = {currency.name.split()[-1].lower() for currency in pycountry.currencies}
    nouns = {word for word in last if word.isalpha() and len(word) > 2} - _NOT_MONEY
    return sorted(nouns | {"rouble", "cent", "pence", "buck"})


_WORD = rf"(?:{_any(UNITS)}|hundred|thousand|million|billion|trillion|dozen)"
_SCALE = r"(?:hundred|thousand|million|billion|trillion|dozen)"
_SHORT_SCALE = r"(?:million|billion|trillion|thousand|mn|bn|tn|[mkb](?![\w]))"
_DIGITS = r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_AMOUNT = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?(?:[ -]?{_SHORT_SCALE})?"
_SPELLED = rf"(?<![\w-])(?:{_WORD}(?:(?:[ -]| and )(?={_WORD}){_WORD})*)(?![\w])"
_NUMBER = rf"(?:{_DIGITS}(?:[ -]?{_SHORT_SCALE}| {_SCALE})?|{_SPELLED}|(?<!\w)half a {_SCALE})"
_RANGE = rf"{_NUMBER}(?: ?(?:to|or|-|–|—) ?{_NUMBER})?"

_MONTHS = _any([name for names in parserinfo.MONTHS for name in names])
_DAYS = _any([n for names in parserinfo.WEEKDAYS for n in names if n not in ("Sun", "Sat", "Wed")])
_MONTH = rf"(?:{_MONTHS})\b\.?"
# May, March and the like are months only with a day, a year or a preposition.
_SAFE_MONTHS = _any([n for names in parserinfo.MONTHS for n in names if n not in ("May", "Mar")])
_SAFE_MONTH = rf"(?:(?!March\b)(?:{_SAFE_MONTHS})\b)"
_DAY_NUMBER = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\d%]|[.,:]\d| ?(?:%|per ?cent))"
_YEAR = r"(?:1[5-9]\d\d|20\d\d)(?![\d%]|[.,:]\d)"
_COUNTED = r"(?:people|men|women|children|workers|troops|soldiers|jobs)\b"
_PERIOD = r"(?:days?|weeks?|fortnights?|months?|years?|decades?|centur(?:y|ies)|quarters?|seasons?)"
_CLOCK = r"(?:hours?|minutes?|mins?|seconds?)"
_NAMED = rf"(?:{_PERIOD}|weekends?|summer|winter|spring|autumn|fall|{_MONTH}|(?:{_DAYS})\b)"
_WHICH = r"(?:last|next|this|past|coming|previous|following|each|every|that same|earlier this)"
_PART = r"(?:early|late|mid|the end of|the start of|the beginning of)"
_PART_OF_DAY = r"(?:morning|afternoon|evening|night|lunchtime|noon|midnight)"
_FEW = rf"(?:a few|several|many|recent|{_NUMBER}(?: (?:or|to) (?:more|{_NUMBER}))?)"
_SYMBOL = r"(?:(?:US|NZ|AU|CA|HK|SG|NT|A|C|S|R|Z)?\$|[£€¥₹₽₩₺₦₴₪])"
_CURRENCY = rf"(?:{_any(_currency_words())})s?"
_CODES = _any([c.alpha_3 for c in pycountry.currencies])
_AFTER = r"(?: (?:ago|later|earlier|old))?"
_BEFORE_MONTH = (
    r"(?<=\bin )|(?<=\bof )|(?<=\bby )|(?<=\bsince )|(?<=\buntil )|(?<=\btill )"
    r"|(?<=\bduring )|(?<=\bbefore )|(?<=\bafter )|(?<=\blast )|(?<=\bfrom )"
)

RULES: tuple[tuple[str, str, str], ...] = (
    ("LAW", "numbered-law", r"\b(?:(?:UN |Security Council )*Resolution|Article|Section|Directive) \d+\b"),
    ("PRODUCT", "numbered-product", r"\b(?:Boeing|Airbus|iPhone|Windows|MiG|Sukhoi|Falcon) [A-Z]?-?\d+\b"),
    ("MONEY", "money", rf"(?<![\w$]){_SYMBOL} ?{_AMOUNT}(?:(?: to | ?[-–—] ?){_SYMBOL}?{_AMOUNT})?"),
    ("MONEY", "money", rf"{_RANGE} (?:(?:{_CODES})(?!\w)|(?:[A-Z][a-z]+ )?{_CURRENCY}(?!\w))"),
    ("MONEY", "money", rf"\b(?:{_CODES}) ?{_NUMBER}"),
    ("MONEY", "money", rf"{_NUMBER}(?<=[mb]illion) (?:pounds|won|reals)\b"),
    ("PERCENT", "percent", rf"(?:{_NUMBER} ?% (?:to|and) )?{_RANGE}(?:[ -]?(?:%|pc\b)|[ -]per[ -]?cent\b| percentage points?)"),
    ("TIME", "time", r"\b(?:[01]?\d|2[0-4])(?:[:.][0-5]\d)? ?(?:[ap]\.m\.|[ap]m\b)(?: [A-Z]{2,4}\b)?"),
    ("TIME", "time", r"(?<![\d:.])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\d:])(?: (?:GMT|UTC|EST|BST)\b)?"),
    ("TIME", "time", rf"\b(?:(?:this|last|next) )?(?:this|last|{_DAYS}|yesterday|tomorrow|early|late|later this) {_PART_OF_DAY}\b"),
    ("TIME", "time", r"\b(?:[Tt]onight|[Oo]vernight|midnight|noon|o'clock)\b"),
    ("TIME", "time", rf"(?:(?i:{_FEW})|\b(?i:an?)|\b(?i:half an))[ -](?:hours?|minutes?|mins?)\b{_AFTER}"),
    ("TIME", "time", rf"(?:(?i:{_FEW}))[ -]seconds?\b{_AFTER}"),
    ("DATE", "date", rf"\b(?:(?:{_DAYS})\b\.?,? )?{_MONTH} {_DAY_NUMBER}(?:,? {_YEAR})?(?!\w)"),
    ("DATE", "date", rf"\b(?:(?:{_DAYS})\b\.?,? )?(?:the )?{_DAY_NUMBER} (?:of )?{_MONTH}(?:,? {_YEAR})?"),
    ("DATE", "date", rf"\b(?:(?i:{_PART})[ -])?{_MONTH},? {_YEAR}"),
    ("DATE", "date", rf"\b(?i:{_PART})[ -]{_MONTH}(?!\w)"),
    ("DATE", "date", rf"\b(?i:(?:{_PART} )?{_WHICH}|later this) (?-i:{_NAMED})(?!\w)"),
    ("DATE", "date", rf"\b[Aa] (?:(?:few|couple of) )?{_PERIOD}\b{_AFTER}"),
    ("DATE", "date", r"\b(?:days|weeks|months|years|decades)(?= (?:after|before)\b)"),
    ("DATE", "date", rf"\b(?i:the (?:last|next|past|previous|first|following|coming)) (?:(?:few|couple of|{_FEW}) )?{_PERIOD}\b"),
    ("DATE", "date", rf"(?i:{_FEW})[ -]{_PERIOD}\b(?:[ -]old\b|{_AFTER})(?: a (?:week|month|year)\b)?"),
    ("DATE", "date", rf"\b(?:days|weeks|months|years|decades) (?:ago|later|earlier)\b"),
    ("DATE", "date", r"\b(?i:the )?(?:\d\d?(?:st|nd|rd|th)|[a-z]+th)[ -](?:century|centuries)\b"),
    ("DATE", "date", r"\b(?i:the )?(?i:(?:early|late|mid)[ -])?(?:1[5-9]|20)\d0s\b"),
    ("DATE", "date", r"\b(?:1[5-9]|20)\d\d-(?:0[1-9]|1[0-2])-[0-3]\d\b|\b[0-3]?\d/[01]?\d/(?:\d{4}|\d\d)\b"),
    ("DATE", "date", rf"\b{_YEAR}(?:[-–/](?:\d{{4}}|\d\d)\b)"),
    ("DATE", "year", rf"(?<![\w$£€.,/:-])(?:(?i:{_PART})[ -])?{_YEAR}(?![\w/:-]| {_COUNTED})"),
    ("DATE", "date", rf"(?<!\w)(?:{_DAYS})(?:s\b|\b)(?!\.\w)"),
    ("DATE", "date", rf"\b{_SAFE_MONTH}(?!\w)"),
    ("DATE", "date", rf"(?:{_BEFORE_MONTH})(?:May|March)\b"),
    ("DATE", "date", r"\b(?:[Yy]esterday|[Tt]oday|[Tt]omorrow|[Aa]nnually|[Aa]nnual|monthly|weekly|daily)\b"),
    ("DATE", "date", r"\b(?:Christmas(?: (?:Day|Eve))?|Easter|Thanksgiving|Ramadan|New Year(?:['’]s (?:Day|Eve))?)\b"),
    ("QUANTITY", "quantity", rf"{_RANGE}[ -]?(?:(?:square|cubic|sq\.?)[ -])?{_MEASURE}(?!\w)"),
    ("ORDINAL", "ordinal", rf"(?<![\w-])(?:\d+(?:st|nd|rd|th)|(?i:{_any(ORDINALS)}))(?![\w-])"),
    ("CARDINAL", "fraction", rf"(?<![\w-])(?i:(?:{_any(UNITS)}|a)[ -](?:third|quarter|fifth|tenth)s?)(?![\w-])"),
    ("CARDINAL", "cardinal", rf"(?i:{_RANGE})(?![\w%])"),
    ("CARDINAL", "cardinal", r"(?<![\w-])(?i:(?:tens|hundreds|dozens|scores) of (?:thousands|millions)|dozens|hundreds|thousands|millions|billions)\b"),
)  # fmt: skip

# "one" that counts nothing: the one, no one, one another, one's.
_PRONOUN_ONE = re.compile(
    r"(?i)(?<=\bthe )one|(?<=\bno )one|(?<=\bany )one|(?<=\bsome )one|(?<=\bthis )one|(?<=\bthat )one"
    r"|(?<=\bwhich )one|(?<=\bgood )one|(?<=\bnew )one|one(?= another| can | must | should |['’]s)"
)


@cache
def _compiled() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple((label, rule, re.compile(pattern)) for label, rule, pattern in RULES)


def find_values(text: str) -> list[Value]:
    """Return the values in ``text`` in their order; of two that overlap the longer one is kept."""
    found = []
    for rank, (label, rule, pattern) in enumerate(_compiled()):
        for match in pattern.finditer(text):
            start, end = match.span()
            if match.group().lower() == "one" and _PRONOUN_ONE.match(text, start):
                continue
            found.append((start - end, rank, Value(start, end, label, rule)))
    return _without_overlaps(value for _, _, value in sorted(found))


def _without_overlaps(values: Iterable[Value]) -> list[Value]:
    """Keep each value that does not touch one before it."""
    kept: list[Value] = []
    taken = set()
    for value in values:
        places = range(value.start, value.end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(value)
    return sorted(kept)
