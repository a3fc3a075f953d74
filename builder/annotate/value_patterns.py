"""Nothing in, the regular expressions for values out: labels, rules, and where to try them."""

import re
from collections.abc import Iterable

import pycountry
from dateutil.parser import parserinfo


def _any(words: Iterable[str]) -> str:
    """Return an alternative of the words, longer ones first."""
    return "|".join(sorted(words, key=len, reverse=True))


# --- numbers --------------------------------------------------------------------------------

_UNITS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_ORDINALS = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth"
    "|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth"
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_SCALE = "(?:hundred|thousand|million|billion|trillion|dozen)"
_SHORT_SCALE = r"(?:million|billion|trillion|thousand|crore|lakh|mn|bn|tn|[mkb](?!\w))"
# Atomic: no pattern wants a part of a number, and most begin with one.
_FIGURES = r"(?>\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?+"
_AMOUNT = rf"{_FIGURES}(?:[ -]?{_SHORT_SCALE})?"
_WORD = rf"(?:{_UNITS}|{_SCALE})"
_SPELLED = rf"(?<![\w-]){_WORD}(?:(?:[ -]| and )(?={_WORD}){_WORD})*(?!\w)"
_NUMBER = (
    rf"(?:(?<![\w.,]){_FIGURES}(?:[ -]?{_SHORT_SCALE}| {_SCALE})?"
    rf"|{_SPELLED}|(?<![\w-])(?i:half a|a few|several|a) {_SCALE}(?![\w-]))"
)
_RANGE = rf"{_NUMBER}(?: ?(?:to|or|-|–|—) ?{_NUMBER})?"
_MANY = "(?:tens|hundreds|dozens|scores)"
_MANY_ALONE = "(?:dozens|hundreds|thousands|millions|billions)"

# --- amounts with a unit --------------------------------------------------------------------

# Last words of currencies' names that say nothing without a number, or something else with one.
_NOT_MONEY = {"won", "real", "pound", "lev", "sum", "unit", "mark", "ounce", "gold", "silver"}


def _currencies() -> set[str]:
    """Return the common nouns in ISO 4217's names: dollar, euro, yuan, ..."""
    last_words = {currency.name.split()[-1].lower() for currency in pycountry.currencies}
    nouns = {word for word in last_words if word.isalpha() and len(word) > 2} - _NOT_MONEY
    return nouns | {"rouble", "yuan", "cent", "pence", "buck"}


_SYMBOL = r"(?:(?:US|NZ|AU|CA|HK|SG|NT|A|C|S|R|Z)?\$|[£€¥₹₽₩₺₦₴₪]|Rs\.?(?= ?\d))"
_CURRENCY = rf"(?:{_any(_currencies())})s?(?!\w)"
_CODE = rf"(?:{_any(currency.alpha_3 for currency in pycountry.currencies)})(?!\w)"
_MEASURE = (
    r"(?:km|kms|kilomet(?:er|re)s?|miles?|met(?:er|re)s?|feet|foot|ft|yards?|inch(?:es)?|cm|mm"
    r"|centimet(?:er|re)s?|millimet(?:er|re)s?|nautical miles?|light[- ]years?"
    r"|kgs?|kilos?|kilograms?|grams?|mg|tons?|tonnes?|ounces?|oz|lbs?|pounds?|carats?"
    r"|lit(?:er|re)s?|gallons?|barrels?|pints?|acres?|hectares?|mph|kph|km/h|knots?"
    r"|kilotons?|megatons?|degrees?(?: (?:Celsius|Fahrenheit))?|°[CF]?|[kMGT]B"
    r"|gigabytes?|megabytes?|terabytes?|[kMG]Wh?|kilowatts?|megawatts?|gigawatts?|watts?"
    r"|volts?|[GM]Hz)"
)
_PER_CENT = r"(?:[ -]?(?:%|pc\b)|[ -]per[ -]?cent\b| percentage points?)"

# --- dates and times --------------------------------------------------------------------------

_ALL_MONTHS = [name for names in parserinfo.MONTHS for name in names]
_FULL_MONTH = rf"(?:{_any(name for name in _ALL_MONTHS if len(name) > 4)})\b"
_SHORT_MONTH = rf"(?:{_any(name for name in _ALL_MONTHS if len(name) <= 4)})\b(?:\.(?= \d))?"
_MONTH = rf"(?:{_FULL_MONTH}|{_SHORT_MONTH})"
# May and March are months only with a day, a year or a preposition.
_SURE_MONTH = rf"(?:{_any(n for n in _ALL_MONTHS if n not in ('May', 'Mar', 'March'))})\b"
_WEEKDAYS = [name for names in parserinfo.WEEKDAYS for name in names]
_DAY = rf"(?:{_any(n for n in _WEEKDAYS if n not in ('Sun', 'Sat', 'Wed'))})\b"
_DAY_NUMBER = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\d%]|[.,:]\d| ?(?:%|per ?cent))"
_YEAR = r"(?:1[5-9]\d\d|20\d\d)(?![\d%]|[.,:]\d)"
# After these a number is no year, even if it looks like one.
_COUNTED = r"(?:people|men|women|children|workers|troops|soldiers|jobs)\b"
_PERIOD = "(?:days?|weeks?|fortnights?|months?|years?|decades?|centur(?:y|ies)|quarters?|seasons?)"
_PLURAL_PERIOD = "(?:days|weeks|months|years|decades)"
_NAMED_PERIOD = rf"(?:{_PERIOD}|weekends?|summer|winter|spring|autumn|fall|{_MONTH}|{_DAY})"
_WHICH = "(?:last|next|this|past|coming|previous|following|each|every|that same|earlier this)"
_WHICH_OF_ALL = "(?:last|next|past|previous|first|following|coming)"
_PART = "(?:early|late|mid|the end of|the start of|the beginning of)"
_PART_OF_DAY = "(?:morning|afternoon|evening|night|lunchtime|noon|midnight)"
_FEW = rf"(?:a few|several|many|recent|{_NUMBER}(?: (?:or|to) (?:more|{_NUMBER}))?)"
_AFTER = "(?: (?:ago|later|earlier|old))?"
_BEFORE_MONTH = "|".join(
    rf"(?<=\b{word} )"
    for word in ("in", "of", "by", "since", "until", "during", "before", "after", "last", "from")
)
_ZONE = "(?: (?:GMT|UTC|BST|CET|[ECMP][SD]T))?"
_MERIDIEM = r"(?:[ap]\.m\.|[ap]m\b)"

_LAW = ("LAW", "numbered-law")
_PRODUCT = ("PRODUCT", "numbered-product")
_MONEY = ("MONEY", "money")
_PERCENT = ("PERCENT", "percent")
_TIME = ("TIME", "time")
_DATE = ("DATE", "date")
_CARDINAL = ("CARDINAL", "cardinal")

# --- where values begin -----------------------------------------------------------------------


def _words(*words: str) -> frozenset[str]:
    """Return all words of some lists, each parted by spaces or bars, in lower case."""
    return frozenset(word for listed in words for word in re.split(r"[ |]", listed.lower()))


# Stands for every number in figures.
FIGURES = "0"
_DIGIT = frozenset({FIGURES})
_COUNT = _DIGIT | _words(_UNITS, "hundred thousand million billion trillion dozen half a several")
_COUNT_OR_FEW = _COUNT | _words("a an several many recent")
_DOLLARS = _words("$ us$ nz$ au$ ca$ hk$ sg$ nt$ a$ c$ s$ r$ z$ £ € ¥ ₹ ₽ ₩ ₺ ₦ ₴ ₪ rs")
_CODES = _words(*(currency.alpha_3 for currency in pycountry.currencies))
_MONTHS = _words(*_ALL_MONTHS)
_DAYS = _words(*_WEEKDAYS, *(f"{day}s" for day in _WEEKDAYS))
_PARTS = _words("early late mid the")
_WHICH_ONE = _words("last next this past coming previous following each every that earlier later")

# A label and a rule, the words that a value of this kind can begin with, its pattern. The words
# save time alone: a pattern is tried at them and nowhere else.
PATTERNS: tuple[tuple[tuple[str, str], frozenset[str], str], ...] = (
    (
        _LAW,
        _words("un security resolution article section directive amendment", _ORDINALS),
        r"\b(?:(?:UN |Security Council )*Resolution|Article|Section|Directive|Amendment) \d+\b"
        rf"|\b(?:{_any(word.title() for word in _ORDINALS.split('|'))}) Amendment\b",
    ),
    (
        _PRODUCT,
        _words("boeing airbus iphone windows mig sukhoi falcon"),
        r"\b(?:Boeing|Airbus|iPhone|Windows|MiG|Sukhoi|Falcon) [A-Z]?-?\d+\b",
    ),
    (
        _MONEY,
        _DOLLARS,
        rf"(?<![\w$]){_SYMBOL} ?{_AMOUNT}(?:(?: to | ?[-–—] ?){_SYMBOL}?{_AMOUNT})?",
    ),
    (_MONEY, _COUNT, rf"{_RANGE} (?:{_CODE}|(?:[A-Z][a-z]+ )?{_CURRENCY})"),
    (_MONEY, _CODES, rf"\b{_CODE} ?{_NUMBER}"),
    (_MONEY, _COUNT, rf"{_NUMBER}(?<=[mb]illion) (?:pounds|won|reals)\b"),
    (_PERCENT, _COUNT, rf"(?:{_NUMBER} ?% (?:to|and) )?{_RANGE}{_PER_CENT}"),
    (_TIME, _DIGIT, rf"\b(?:[01]?\d|2[0-4])(?:[:.][0-5]\d)? ?{_MERIDIEM}{_ZONE}"),
    (_TIME, _DIGIT, rf"(?<![\d:.])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\d:]){_ZONE}"),
    (
        _TIME,
        _words("this last next later"),
        rf"\b(?:[Tt]his|[Ll]ast|[Nn]ext|[Ll]ater this) (?:{_DAY} )?{_PART_OF_DAY}\b",
    ),
    (
        _TIME,
        _DAYS | _words("yesterday tomorrow early late"),
        rf"\b(?:{_DAY}|[Yy]esterday|[Tt]omorrow|[Ee]arly|[Ll]ate) {_PART_OF_DAY}\b",
    ),
    (
        _TIME,
        _words("tonight overnight midnight midday noon o"),
        r"\b(?:[Tt]onight|[Oo]vernight|midnight|midday|noon|o['’]clock)\b",
    ),
    (_TIME, _COUNT, rf"(?i:{_NUMBER}) o['’]clock\b"),
    (
        _TIME,
        _words("half quarter"),
        rf"(?<![\w-])(?i:half past|quarter (?:past|to) (?={_UNITS}|\d)) ?(?i:{_NUMBER})",
    ),
    (
        _TIME,
        _COUNT_OR_FEW,
        rf"(?:(?i:{_FEW})|\b(?i:an?)|\b(?i:half an))[ -](?:hours?|minutes?|mins?)\b{_AFTER}",
    ),
    (_TIME, _COUNT_OR_FEW, rf"(?i:{_FEW})[ -]seconds?\b{_AFTER}"),
    (
        _DATE,
        _DAYS | _MONTHS,
        rf"\b(?:{_DAY}\.?,? )?{_MONTH} {_DAY_NUMBER}(?:,? {_YEAR})?(?!\w)",
    ),
    (
        _DATE,
        _DAYS | _DIGIT | _words("the"),
        rf"\b(?:{_DAY}\.?,? )?(?:the )?{_DAY_NUMBER} (?:of )?{_MONTH}(?:,? {_YEAR})?",
    ),
    (_DATE, _PARTS | _MONTHS, rf"\b(?:(?i:{_PART})[ -])?{_MONTH},? {_YEAR}"),
    (_DATE, _PARTS, rf"\b(?i:{_PART})[ -]{_MONTH}(?!\w)"),
    (
        _DATE,
        _PARTS | _WHICH_ONE,
        rf"\b(?i:(?:{_PART} )?{_WHICH}|later this) {_NAMED_PERIOD}(?!\w)",
    ),
    (_DATE, _words("a"), rf"\b[Aa] (?:(?:few|couple of) )?{_PERIOD}\b{_AFTER}"),
    (
        _DATE,
        _words("days weeks months years decades"),
        rf"\b{_PLURAL_PERIOD}(?: (?:ago|later|earlier)\b|(?= (?:after|before)\b))",
    ),
    (
        _DATE,
        _words("the"),
        rf"\b(?i:the) {_WHICH_OF_ALL} (?:(?:few|couple of|{_FEW}) )?{_PERIOD}\b",
    ),
    (
        _DATE,
        _COUNT_OR_FEW,
        # "Three quarters" says how many more often than how long.
        rf"(?i:{_FEW})[ -]{_PERIOD}\b(?<!quarters)(?:[ -]old\b|{_AFTER})"
        r"(?: a (?:week|month|year)\b)?",
    ),
    (
        _DATE,
        _DIGIT | _words(_ORDINALS, "the twenty"),
        rf"\b(?i:the )?(?:\d\d?(?:st|nd|rd|th)|(?:twenty[ -])?(?:{_ORDINALS}))"
        r"[ -](?:century|centuries)\b",
    ),
    (
        _DATE,
        _DIGIT | _PARTS,
        r"\b(?i:the )?(?i:(?:early|late|mid)[ -])?(?:1[5-9]|20)\d0s\b",
    ),
    (_DATE, _DIGIT, r"\b(?:1[5-9]|20)\d\d-(?:0[1-9]|1[0-2])-[0-3]\d\b"),
    (_DATE, _DIGIT, r"\b[0-3]?\d/[01]?\d/(?:\d{4}|\d\d)\b"),
    (_DATE, _DIGIT, r"(?<=\baged )\d{1,3}\b(?! *(?:to|-))"),
    (_DATE, _DIGIT, rf"\b{_YEAR}[-–/](?:\d{{4}}|\d\d)\b(?: seasons?\b)?"),
    (_DATE, _DIGIT, r"(?<![\d/])9/11(?![\d/])"),
    (
        _DATE,
        _words("the", _ORDINALS),
        rf"\b(?i:the )?(?i:{_ORDINALS}) (?:quarter|half) (?:of )?{_YEAR}"
        r"|\b(?i:the )?(?i:first|second|third|fourth|last) quarter(?![\w-])",
    ),
    (
        _DATE,
        _words("the summer winter spring autumn fall"),
        rf"\b(?:(?i:the) )?(?:summer|winter|spring|autumn|fall) (?:of )?{_YEAR}(?:[-/]\d\d\b)?",
    ),
    (
        _DATE,
        _words("the days weeks months years decades centuries"),
        rf"(?<=\bfor )(?:{_PLURAL_PERIOD}|centuries)\b|\b(?i:the) weekend\b",
    ),
    (
        ("DATE", "year"),
        _DIGIT | _PARTS,
        rf"(?<![\w$£€.,/:-])(?:(?i:{_PART})[ -])?{_YEAR}(?![\w/:-]| {_COUNTED})",
    ),
    (_DATE, _DAYS, rf"(?<!\w){_DAY}s?\b(?!\.\w)|(?<!\w)(?:{_any(_WEEKDAYS)})s\b"),
    (_DATE, _MONTHS, rf"\b{_SURE_MONTH}(?!\w)|(?:{_BEFORE_MONTH})(?:May|March)\b"),
    (
        _DATE,
        _words("yesterday today tomorrow annually annual monthly weekly daily"),
        r"\b(?:[Yy]esterday|[Tt]oday|[Tt]omorrow|[Aa]nnually|[Aa]nnual|monthly|weekly|daily)\b",
    ),
    (
        _DATE,
        _words("christmas new easter thanksgiving ramadan diwali hanukkah"),
        r"\b(?:Christmas(?: Day| Eve)?|New Year(?:['’]s (?:Day|Eve))?"
        r"|Easter|Thanksgiving|Ramadan|Diwali|Hanukkah)\b",
    ),
    (
        ("QUANTITY", "quantity"),
        _COUNT,
        rf"(?<![\w.,])\d+ ?(?:ft|feet|foot) ?\d+ ?(?:ins?|inch(?:es)?)\b"
        rf"|{_RANGE}[ -]?(?:(?:square|cubic|sq\.?)[ -])?{_MEASURE}(?!\w)",
    ),
    (
        ("ORDINAL", "ordinal"),
        _DIGIT | _words(_ORDINALS, _TENS),
        rf"(?<![\w-])(?:\d+(?:st|nd|rd|th)|(?i:(?:(?:{_TENS})-)?(?:{_ORDINALS})))(?![\w-])",
    ),
    (
        ("CARDINAL", "fraction"),
        _words(_UNITS, "a"),
        rf"(?<![\w-])(?i:(?:{_UNITS}|a)[ -](?:third|quarter|fifth|tenth)s?)(?![\w-])",
    ),
    (_CARDINAL, _COUNT, rf"(?i:{_RANGE})(?![\w%])"),
    (
        _CARDINAL,
        _words("tens hundreds dozens scores thousands millions billions"),
        rf"(?<![\w-])(?i:{_MANY} of (?:thousands|millions)|{_MANY_ALONE})\b",
    ),
)

# What may follow "the" in a value: so frequent a word is worth a look ahead.
AFTER_THE = re.compile(
    r"(?i) (?:\d|end |start |beginning |early|late|mid|twenty|weekend"
    rf"|summer|winter|spring|autumn|fall|{_WHICH_OF_ALL}|{_ORDINALS})"
)
# "one" that counts nothing: the one, no one, one another, one's.
PRONOUN_ONE = re.compile(
    "(?i)(?:"
    + "|".join(
        rf"(?<=\b{word} )"
        for word in ("the", "no", "any", "some", "this", "that", "which", "good", "new")
    )
    + r")one|one(?= another| can | must | should |['’]s)"
)
