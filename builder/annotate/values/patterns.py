"""The regular expressions for values, with their labels, rules and the words they begin with."""

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
_SHORT_SCALE = r"(?:(?i:million|billion|trillion|thousand)|crore|lakh|mn|bn|tn|[mkb](?!\w))"
# Atomic: no pattern wants a part of a number, and most begin with one.
_FIGURES = r"(?>\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?+"
_AMOUNT = rf"{_FIGURES}(?:[ -]?{_SHORT_SCALE})?"
_WORD = rf"(?:{_UNITS}|{_SCALE})"
# Bounded, for it is tried at each of many number words in a row.
_SPELLED = rf"(?<![\w-]){_WORD}(?:(?:[ -]| and )(?={_WORD}){_WORD}){{,9}}(?!\w)"
_NUMBER = (
    rf"(?:(?<![\w.,]){_FIGURES}(?:[ -]?{_SHORT_SCALE}| {_SCALE})?"
    rf"|{_SPELLED}|(?<![\w-])(?i:half a|a few|several|a) {_SCALE}(?![\w-]))"
)
_RANGE = rf"{_NUMBER}(?: ?(?:to|or|-|–|—) ?{_NUMBER})?"
_MANY = "(?:tens|hundreds|dozens|scores)"
_LARGE = "(?:hundreds|thousands|millions|billions)"
_MANY_MORE = rf"(?:{_MANY} of {_LARGE}|dozens|{_LARGE})"

# --- amounts with a unit --------------------------------------------------------------------

# Last words of currencies' names that say nothing without a number, or something else with one.
_NOT_MONEY = {"won", "real", "pound", "lev", "sum", "unit", "mark", "ounce", "gold", "silver"}


def _currencies() -> set[str]:
    """Return the common nouns in ISO 4217's names: dollar, euro, yuan, ..."""
    last_words = {currency.name.split()[-1].lower() for currency in pycountry.currencies}
    nouns = {word for word in last_words if word.isalpha() and len(word) > 2} - _NOT_MONEY
    return nouns | {"rouble", "yuan", "cent", "pence", "buck", "kronor", "kroner", "shekel"}


_SYMBOL = r"(?:(?:US|NZ|AU|CA|HK|SG|NT|A|C|S|R|Z)?\$|[£€¥₹₽₩₺₦₴₪]|Rs\.?(?= ?\d))"
_CURRENCY = rf"(?:{_any(_currencies())})s?(?!\w)"
_CODE = rf"(?:{_any(currency.alpha_3 for currency in pycountry.currencies)})(?!\w)"
_MEASURE = (
    r"(?:km/h|km|kms|kilomet(?:er|re)s?|miles?|met(?:er|re)s?|feet|foot|ft|yards?|inch(?:es)?|cm|mm"
    r"|centimet(?:er|re)s?|millimet(?:er|re)s?|nautical miles?|light[- ]years?"
    r"|kgs?|kilos?|kilograms?|grams?|mg|(?:metric )?tons?|tonnes?|ounces?|oz|lbs?|pounds?|carats?"
    r"|lit(?:er|re)s?|gallons?|barrels?|pints?|acres?|hectares?|mph|kph|knots?"
    r"|kilotons?|megatons?|degrees?(?: (?:Celsius|Fahrenheit))?|°[CF]?|[kMGT]B"
    r"|gigabytes?|megabytes?|terabytes?|[kMG]Wh?|kilowatts?|megawatts?|gigawatts?|watts?"
    r"|volts?|[GM]Hz)"
)
# What tells that "m" stands for metres, not for millions.
_AFTER_METRES = (
    "tall|high|wide|long|deep|above|below|away|final|freestyle|butterfly|breaststroke|backstroke"
    "|hurdles|relay|sprint|race|title|champion|gold|silver|bronze"
)
_PER_CENT = r"(?:[ -]?(?:%|pc\b)|[ -]per[ -]?cent\b| percentage points?)"
_PART_OF_POINT = "(?:half|(?:a |one )?quarter of|three[ -]quarters of) a percentage point"

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
_YEARLY = "(?:fiscal|financial|tax|school|academic)"
_PLURAL_PERIOD = "(?:days|weeks|months|years|decades)"
_NAMED_PERIOD = rf"(?:{_PERIOD}|weekends?|summer|winter|spring|autumn|fall|{_MONTH}|{_DAY})"
_WHICH = "(?:last|next|this|past|coming|previous|following|each|every|that same|earlier this)"
_WHICH_OF_ALL = "(?:last|next|past|previous|first|following|coming)"
_PART = "(?:early|late|mid|the end of|the start of|the beginning of)"
_PART_OF_DAY = "(?:morning|afternoon|evening|night|lunchtime|noon|midnight)"
_FEW = rf"(?:a few|several|many|recent|{_NUMBER}(?: and a half| (?:or|to) (?:more|{_NUMBER}))?)"
_AFTER = "(?: (?:ago|later|earlier|old))?"
_BEFORE_MONTH = "|".join(
    rf"(?<=\b{word} )"
    for word in ("in", "of", "by", "since", "until", "during", "before", "after", "last", "from")
)
_ZONES = "(?:GMT|UTC|BST|CET|[ECMP][SD]?T)"
_ZONE = rf"(?: {_ZONES}\b)?"
_MERIDIEM = r"(?:[ap]\.m\.|[ap]m\b)"

_MODELS = "Boeing|Airbus|iPhone|iPad|Windows|PlayStation|Xbox|Galaxy|Pixel|MiG|Sukhoi|Falcon|Ariane"
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
# Ends a word that is followed by nothing that could belong to its value.
ALONE = " alone"
_DIGIT = frozenset({FIGURES})
_DIGIT_ALONE = frozenset({FIGURES + ALONE})
_NUMERALS = _DIGIT | _words(_UNITS, "hundred thousand million billion trillion dozen")
_COUNT = _NUMERALS | _words("half a several")
_COUNT_OR_FEW = _COUNT | _words("a an several many recent")
_DOLLARS = _words("$ us$ nz$ au$ ca$ hk$ sg$ nt$ a$ c$ s$ r$ z$ £ € ¥ ₹ ₽ ₩ ₺ ₦ ₴ ₪ rs")
_CODES = _words(*(currency.alpha_3 for currency in pycountry.currencies))
_MONTHS = _words(*_ALL_MONTHS)
_DAYS = _words(*_WEEKDAYS, *(f"{day}s" for day in _WEEKDAYS))
_HOLIDAYS = (
    "Thanksgiving|Ramadan|Diwali|Hanukkah|Passover|Halloween|Good Friday|Black Friday|Super Tuesday"
    "|Boxing Day|Independence Day|Labor Day|Memorial Day|Veterans Day|Election Day|May Day"
    "|Remembrance Sunday|Lunar New Year"
)
# Good Friday, but not the Good Friday Agreement.
_NO_TREATY = r"(?! (?:Agreement|Accord)\b)"
_PARTS = _words("early late mid the")
_MANIES = _words("tens hundreds dozens scores thousands millions billions")
_WHICH_ONE = _words("last next this past coming previous following each every that earlier later")

# A label and a rule, the words that a value of this kind can begin with, its pattern. The words
# save time alone: a pattern is tried at them and nowhere else.
PATTERNS: tuple[tuple[tuple[str, str], frozenset[str], str], ...] = (
    (
        _LAW,
        _words("un security resolution article section directive amendment", _ORDINALS)
        | _words("proposition chapter title bill"),
        r"\b(?:(?:UN |Security Council )*Resolution|Article|Section|Directive|Amendment"
        r"|Proposition) \d+\b|\bChapter 11\b|\bTitle (?:\d+|[IVX]+)\b|\bBill [CS]-\d+\b"
        rf"|\b(?:{_any(word.title() for word in _ORDINALS.split('|'))}) Amendment\b",
    ),
    (
        _PRODUCT,
        _DIGIT | _words(_MODELS, "ak ar f b c su mig t s tu"),
        rf"\b(?:{_MODELS}) [A-Z]?-?\d+(?:-\d+)?\b(?: (?:Pro|Ultra|Plus|M(?:ax|AX)(?: \d+)?)\b)*"
        r"|\b7[2-8]7 M(?:ax|AX)(?: \d+)?\b"
        r"|\b(?:AK-\d\d|AR-15|F-\d\d+|B-52|C-1\d\d|(?:Su|MiG|Tu|T)-\d\d+|S-[2-5]00)s?\b",
    ),
    (
        ("FAC", "numbered-road"),
        _words("m a interstate i route highway"),
        r"(?:(?<=\bthe )|(?<=\bThe ))(?:M\d\d?|A\d{1,4}(?<!A3\d0))(?:\(M\))?(?![\w-]| [A-Z])"
        r"|\b(?:Interstate |I-|Route |Highway )\d{1,3}\b",
    ),
    (
        _MONEY,
        _DOLLARS,
        rf"(?<![\w$]){_SYMBOL} ?{_AMOUNT}(?:(?: to | ?[-–—] ?){_SYMBOL}?{_AMOUNT})?",
    ),
    (_MONEY, _COUNT, rf"{_RANGE}[ -](?:{_CODE}|(?:[A-Z][a-z]+ |US )?{_CURRENCY})"),
    (_MONEY, _MANIES, rf"(?i:{_MANY_MORE}) of (?:{_CURRENCY}|pounds\b)"),
    (_MONEY, _DIGIT, r"(?<![\w.,])\d\d?p(?!\w)"),
    (_MONEY, _CODES, rf"\b{_CODE} ?{_NUMBER}"),
    (_MONEY, _COUNT, rf"{_NUMBER}(?<=[mb]illion) (?:pounds|won|reals)\b"),
    (_PERCENT, _COUNT | _words("quarter"), rf"\b(?i:{_PART_OF_POINT})\b"),
    (_PERCENT, _COUNT, rf"(?:{_NUMBER} ?%(?: to | and |[-–]))?{_RANGE}{_PER_CENT}"),
    (_TIME, _DIGIT, rf"\b(?:1?\d-)?(?:[01]?\d|2[0-4])(?:[:.][0-5]\d)? ?{_MERIDIEM}{_ZONE}"),
    (_TIME, _DIGIT, rf"\b(?:[01]\d|2[0-3])[0-5]\d {_ZONES}\b"),
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
        rf"(?:(?i:{_FEW})|\b(?i:an?)|\b(?i:half an))[ -](?:hours?|minutes?|mins?)\b"
        rf"(?:(?: and |,? ){_NUMBER} minutes?\b)?{_AFTER}",
    ),
    (_TIME, _COUNT_OR_FEW, rf"(?i:{_FEW})[ -]seconds?\b{_AFTER}"),
    (
        _DATE,
        _DAYS | _MONTHS,
        rf"\b(?:{_DAY}\.?,? )?{_MONTH} {_DAY_NUMBER}(?:(?:-|–| to ){_DAY_NUMBER})?"
        rf"(?:,? {_YEAR})?(?!\w)",
    ),
    (
        _DATE,
        _DAYS | _DIGIT | _words("the"),
        rf"\b(?:{_DAY}\.?,? )?(?:the )?(?:{_DAY_NUMBER}(?:-|–| to )(?=\d))?{_DAY_NUMBER}"
        rf" (?:of )?{_MONTH}(?:,? {_YEAR})?",
    ),
    (_DATE, _PARTS | _MONTHS, rf"\b(?:(?i:{_PART})[ -])?{_MONTH},? {_YEAR}"),
    (_DATE, _PARTS, rf"\b(?i:{_PART})[ -]{_MONTH}(?!\w)"),
    (
        _DATE,
        _words("the"),
        r"\b(?i:the) (?:end|start|beginning|middle) of the (?:week|month|year|decade|century)\b",
    ),
    (
        _DATE,
        _PARTS | _WHICH_ONE,
        rf"\b(?i:(?:{_PART} )?{_WHICH}|later this) {_NAMED_PERIOD}(?!\w)",
    ),
    (
        _DATE,
        _words("a half"),
        # "A quarter of" says how much; a "years-long" feud how long, but without the "a".
        r"\b(?:(?:[Hh]alf )?[Aa] (?!\w+s\b|quarter (?:of|point|past|to)\b)"
        rf"|[Aa] (?:few|couple of) ){_PERIOD}\b{_AFTER}",
    ),
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
        rf"(?i:{_FEW})[ -]{_PERIOD}\b(?<!quarters)"
        rf"(?:[ -]olds?\b|(?: and {_NUMBER} {_PERIOD}\b)?{_AFTER})(?: a (?:week|month|year)\b)?",
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
    (
        _DATE,
        _DIGIT | _DIGIT_ALONE,
        r"(?:(?<=\baged )|(?<=\bage )|(?<=\bage of )|(?<=\baged \d and )|(?<=\baged \d\d and ))"
        r"\d{1,3}\b(?! *(?:to|-))",
    ),
    (
        _DATE,
        _DIGIT | _PARTS,
        r"(?:(?<=\bhis )|(?<=\bher )|(?<=\btheir ))(?:(?:early|mid|late)[ -])?[2-9]0s\b",
    ),
    (
        _DATE,
        _DIGIT | _words("fiscal financial"),
        rf"\b{_YEAR}(?:[-–/]\d\d(?:\d\d)?)? {_YEARLY} year\b"
        rf"|\b(?:[Ff]iscal|[Ff]inancial)(?: year)? {_YEAR}",
    ),
    (_DATE, _DIGIT, rf"\b{_YEAR}[-–/](?:\d{{4}}|\d\d)\b(?: seasons?\b)?"),
    (("EVENT", "event"), _DIGIT, r"(?<![\d/])9/11(?![\d/])"),
    (
        _DATE,
        _words("the", _ORDINALS),
        rf"\b(?i:the )?(?i:{_ORDINALS}) (?:quarter|half) (?:of )?{_YEAR}"
        r"|\b(?i:the )?(?i:first|second|third|fourth|last) quarter(?![\w-])"
        r"|\b(?i:first|second|third|fourth)-quarter\b",
    ),
    (
        _DATE,
        _words("the summer winter spring autumn fall"),
        rf"\b(?:(?i:the) )?(?:summer|winter|spring|autumn|fall) (?:of )?{_YEAR}(?:[-/]\d\d\b)?",
    ),
    (
        _DATE,
        _words("the days weeks months years decades centuries"),
        rf"(?:(?<=\bfor )|(?<=\bin ))(?:{_PLURAL_PERIOD}|centuries)\b|\b(?i:the) weekend\b",
    ),
    (
        ("DATE", "year"),
        _DIGIT | _DIGIT_ALONE | _PARTS,
        rf"(?<![\w$£€.,/:-])(?:(?i:{_PART})[ -])?{_YEAR}(?![\w/:-]| {_COUNTED})",
    ),
    (
        _DATE,
        _DAYS,
        rf"(?<!\w){_DAY}s?\b(?!\.\w){_NO_TREATY}|(?<!\w)(?:{_any(_WEEKDAYS)})s\b",
    ),
    (_DATE, _MONTHS, rf"\b{_SURE_MONTH}(?!\w)|(?:{_BEFORE_MONTH})(?:May|March)\b"),
    (
        _DATE,
        _words("yesterday today tomorrow annually annual monthly weekly daily"),
        r"\b(?:[Yy]esterday|[Tt]oday|[Tt]omorrow|[Aa]nnually|[Aa]nnual|monthly|weekly|daily)\b",
    ),
    (
        _DATE,
        _words(_HOLIDAYS, "new christmas easter st valentine mother father"),
        rf"\b(?:{_HOLIDAYS}|New Year(?:['’]s (?:Day|Eve))?|Christmas(?: Day| Eve)?"
        rf"|Easter(?: Sunday| Monday)?|(?:St\.? Patrick|Valentine|Mother|Father)['’]s Day)\b"
        rf"{_NO_TREATY}(?: {_YEAR})?",
    ),
    (
        ("QUANTITY", "quantity"),
        _COUNT,
        rf"(?<![\w.,])\d+ ?(?:ft|feet|foot|st|lbs?) ?\d+ ?(?:ins?|inch(?:es)?|lbs?|oz)\b"
        r"|(?<![\w.,])\d\d?(?:\.\d+)?C(?!\w)"
        rf"|(?<![\w.,]){_FIGURES}m(?= (?:{_AFTER_METRES})\b| \(\d[\d,.]* ?f)"
        rf"|{_RANGE}[ -]?(?:(?:square|cubic|sq\.?)[ -])?{_MEASURE}(?!\w)",
    ),
    (
        ("ORDINAL", "ordinal"),
        _DIGIT | _words(_ORDINALS, _TENS),
        rf"(?<![\w-])(?:\d+(?:st|nd|rd|th)|(?i:(?:(?:{_TENS})-)?(?:{_ORDINALS})))"
        r"(?:(?![\w-])|(?=-(?:\w+est|placed|ranked|seeded)\b))",
    ),
    (
        ("CARDINAL", "fraction"),
        _words(_UNITS, "a"),
        # "A third title" is one more.
        rf"(?<![\w-])(?i:(?:{_UNITS})[ -](?:third|quarter|fifth|tenth)s?"
        r"|a quarter|(?<=\bby )a (?:third|fifth|tenth)"
        r"|a (?:(?:third|fifth|tenth)(?= of | in |[.;]|,(?! \w+-)| (?:more|less|higher|lower)\b)))"
        r"(?![\w-])",
    ),
    # Not the parts of telephone numbers.
    (
        _CARDINAL,
        _COUNT | {word + ALONE for word in _NUMERALS},
        rf"(?!0\d|(?<=\d[ -])\d{{3}}|\d{{3}}-\d{{4}}\b)(?i:{_RANGE})(?:-(?:of-|for-)?\d+)?"
        r"(?![\w%]|[ -]\d{3}(?!\d*,\d))",
    ),
    (
        _CARDINAL,
        _MANIES,
        rf"(?<![\w-])(?i:{_MANY_MORE})\b",
    ),
)

_THE_AND_MORE = re.compile(
    r"(?i)the (?:\d|end |start |beginning |middle |early|late|mid|twenty|weekend"
    rf"|summer|winter|spring|autumn|fall|{_WHICH_OF_ALL}|{_ORDINALS})"
)
_COUNT_AND_MORE = re.compile(
    rf"(?:{_FIGURES}|[^\W\d_]++)(?:[\w%:/°–—-]| [%°–—-]| [a-z]*[^\Wa-z]"
    rf"| (?:to|or|and|few|couple|an?|of|past)\b| (?:{_SCALE}|{_SHORT_SCALE}|{_UNITS}|{_ORDINALS}"
    rf"|{_CURRENCY}|pounds|won|reals|pc|per|o['’]clock|hour|min|second|{_MERIDIEM}|{_PERIOD}"
    rf"|{_YEARLY}|square|cubic|sq|st|{_MEASURE}))"
)
# Frequent words that few values begin with, and what to look for where one may. Words that are not
# all in small letters may be a currency, a month, a unit in capitals.
FOLLOWED = {"the": _THE_AND_MORE, **dict.fromkeys(_COUNT_OR_FEW, _COUNT_AND_MORE)}
# Ordinals that tell no rank: the first lady, at first, first of all.
_NO_RANK = re.compile(
    r"(?i)(?<=\bat )first"
    r"|first(?= (?:lady|minister|gentleman|aid|name|responder|of all|nation)s?\b)"
    r"|(?<=\bper )second|second(?= (?:ago|later|before)\b)"
)
# "one" that counts nothing: the one, no one, one another, one's.
_PRONOUN_ONE = re.compile(
    "(?i)(?:"
    + "|".join(
        rf"(?<=\b{word} )"
        for word in ("the", "no", "any", "some", "this", "that", "which", "good", "new")
    )
    + r")one|one(?= another| can | must | should |['’]s|-(?:time|off|on|sided|way|stop|fits)\b)"
)
# Words that are numbers, but not where these match.
OTHER_SENSES = {"one": _PRONOUN_ONE, "first": _NO_RANK, "second": _NO_RANK}
