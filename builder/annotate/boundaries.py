"""Split text into sentences: decide at which stops inside a paragraph one ends."""

import re
from collections.abc import Iterator
from itertools import pairwise

from builder.text import trim_bounds

# A stop, what closes a quotation or a bracket, marks of footnotes, white space. The look-behind
# keeps long runs of stops linear; it stands second because a search for a class is quick.
_CANDIDATE = re.compile(
    r"[.!?…](?<![.!?…].)[.!?…]*(?P<closers>[”’»)\]}\"']*)"
    r"(?:\s?\[(?:[0-9][0-9 ,–-]{0,20}|citation needed)\])*(?:\s+|\Z)",
    re.DOTALL,
)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_OPENERS = "“‘\"'«([{¿¡"
_QUOTES = frozenset("“‘\"'«")
# What continues a sentence when it follows a stop, beside small letters.
_CONTINUES = frozenset(".,;:!?…)]}»”’%&/=+*|—–")
# The word before a stop is looked for in so many characters.
_LONGEST = 24
_WORD = re.compile(r"[^\W\d_]{1,30}(?:[’'-][^\W\d_]{1,30})?")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_MARKER = re.compile(r"\d{1,2}|\d\.\d|[A-Za-z]|[ivxIVX]{2,3}")
# So many small letters at the end of a word show that it is none of the abbreviations below.
_TAIL = 4
_CAPITAL_INSIDE = re.compile(r"[a-z]{1,5}[A-Z]")  # iPhone, eBay


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# No sentence ends after these, whatever follows.
_NEVER_LAST = _words(
    "Mr Mrs Ms Mx Messrs Dr Drs Prof Profs Rev Revs Fr Hon Gen Gens Col Maj Capt Cmdr Comdr Cpl Lt"
    " Lieut Sgt Adm Brig Pvt Pfc Spc Ens Cdr Cllr Ald Sen Sens Rep Reps Gov Govs Pres Amb Sec Supt"
    " Insp Det Sra Mme Mlle Msgr Atty Asst Assoc Dep vs v e.g i.e"
)
# A sentence goes on after these and after initials, unless a word follows that opens sentences.
_RARELY_LAST = _words(
    "Inc Ltd Corp Co Cos Bros Sr St Ste Mt Ft Univ Dept Assn"
    " Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo Mont"
    " Neb Nev Okla Ore Pa Tenn Tex Va Vt Wash Wis Wyo"
)
# After a comma these stand behind a place or a name; what then follows is a new sentence.
_AFTER_COMMA = (_RARELY_LAST - _words("Inc Ltd Corp Co St Ste Mt Ft Sr")) | {"D.C"}
_MONTHS = _words("Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec")
# A sentence goes on after these if a number follows.
_BEFORE_NUMBERS = _MONTHS | _words(
    "No Nos Fig Figs fig figs Vol vol Art Sec Ch p pp Para approx ca c Op ext"
)
_ARTICLES = _words("a an the")
# A sentence ends after these, unless one of these words follows.
_AFTER_TIMES = _MONTHS | _words(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May"
    " June July August September October November December Mon Tue Tues Wed Thu Thurs Fri Sat Sun"
    " Eastern Central Mountain Pacific British Greenwich"
    " ET EST EDT CT CST CDT MT MST MDT PT PST PDT GMT BST UTC CET CEST"
)
_GOES_ON_WITH = {
    **dict.fromkeys(["a.m", "p.m", "A.M", "P.M"], _AFTER_TIMES),
    "U.N": _words(
        "General Security Secretary Secretary-General Human High Environment Environmental World"
        " Special Climate Charter Food Development Relief Population Women Conference Convention"
        " Ambassador Commission Commissioner Peacekeeping Resolution Mission Refugee Assembly"
        " Council Office Under Under-Secretary Deputy Assistant Framework Committee Economic"
        " Educational Interim Day Headquarters Children's Children’s"
    ),
    "Jr": _words(
        "Day Boulevard Avenue Center Centre Memorial Library High Airport Hospital Drive Parade"
        " Street School Way National Elementary Middle Park"
    ),
}
_STARTERS = _words(
    "The A An He She It They We I You His Her Its Their Our My Your This That These Those There"
    " Here In On At By For From With To As After Before When While If But And Or So Yet Then Now"
    " However Although Though Because Since Not No One Some Many Most All Both Each Several Such"
    " What Who Where Why How Also Still Meanwhile According Another Other During Despite Until"
    " Last Earlier Later Police Officials It's He's She's They're I'm We're That's There's"
)
# Abbreviations of more than three small letters, before a small letter.
_SHORTENED = _words(
    "approx assn assoc attn capt corp dept elev excl govt incl intl lieut misc natl orig pref prev"
    " prof prob resp spec supt temp univ"
)
_NAMES_WITH_MARKS = _words("Yahoo Yum Jeopardy Wham")
_TAILS = frozenset(
    word[-_TAIL:] for word in _NEVER_LAST | _RARELY_LAST | _BEFORE_NUMBERS if len(word) > _TAIL
)
# Who spoke a quotation that ends with a mark of its own: “Where were you?” Mr. Hale asked.
_SPEAKER = re.compile(
    r"(?:[^\W\d_a-z][\w.’'-]{0,30}\s+){1,4}"
    r"(?:said|says|asked|asks|added|replied|wrote|shouted|cried|told)\b"
    r"(?!\s+(?:that|the|he|she|they|it|there|this|his|her|a|an|no)\b)"
)


def sentence_bounds(text: str) -> list[tuple[int, int]]:
    """Return the bounds of the sentences of ``text`` in code points, without white space at edges.

    The bounds cover everything that is no white space. A blank line always ends a sentence; inside
    a paragraph stops do, unless they belong to an abbreviation, an initial, a number or a name.
    Closing quotation marks and brackets stay with the sentence that they close.
    """
    bounds = []
    for start, end in _paragraphs(text):
        starts = [start, *inner_starts(text, start, end), end]
        pieces = (trim_bounds(text, a, b) for a, b in pairwise(starts))
        bounds += [(a, b) for a, b in pieces if a < b]
    return bounds


def _paragraphs(text: str) -> list[tuple[int, int]]:
    gaps = [match.span() for match in _BLANK_LINE.finditer(text)]
    starts = [0, *(end for _, end in gaps)]
    ends = [*(start for start, _ in gaps), len(text)]
    return list(zip(starts, ends, strict=True))


def inner_starts(text: str, start: int, end: int) -> Iterator[int]:
    """Yield where sentences start inside the paragraph of ``text`` between two offsets."""
    for stop in _CANDIDATE.finditer(text, start, end):
        at, after = stop.span()
        if after < end and (_is_plain(text, at, after, start) or _ends(text, stop, start)):
            yield after


def _is_plain(text: str, at: int, after: int, start: int) -> bool:
    """Tell whether a plain word, a full stop, a space and a capital stand here, as most often."""
    if after != at + 2 or text[at] != "." or at - start < _TAIL:
        return False
    tail = text[at - _TAIL : at]
    return tail.isalpha() and tail.islower() and text[after].isupper() and tail not in _TAILS


def _ends(text: str, stop: re.Match[str], paragraph: int) -> bool:
    """Tell whether a sentence ends at ``stop``."""
    first = text[stop.end()]
    if first in _CONTINUES:
        return False
    at = stop.start()
    before = text[max(at - _LONGEST, paragraph) : at].split()
    if not before:
        return True
    word = before[-1].lstrip(_OPENERS)
    word = word[max(word.rfind("-"), word.rfind("—")) + 1 :]
    if first.islower() and not _CAPITAL_INSIDE.match(text, stop.end()):
        return _ends_before_small(text, stop, word)
    if text[at] != "." or text[at + 1] in ".!?…":
        return _ends_at_mark(text, stop, word)
    previous = before[-2] if len(before) > 1 else ""
    return _ends_after(word, previous, text, stop.end())


def _ends_after(word: str, previous: str, text: str, after: int) -> bool:
    """Tell whether a sentence ends with ``word`` and a full stop, ``previous`` being before it."""
    if word in _NEVER_LAST or (_MARKER.fullmatch(word) and _may_number(previous)):
        return False
    if word in _BEFORE_NUMBERS and text[after].isdecimal():
        return previous in _ARTICLES
    if word in _GOES_ON_WITH:
        return text[after] not in "([" and _word_at(text, after) not in _GOES_ON_WITH[word]
    if word not in _RARELY_LAST and not _INITIALS.fullmatch(word):
        return True
    return _opens(text, after) or (
        word in _AFTER_COMMA and previous.endswith(",") and text[after] not in "(["
    )


def _ends_at_mark(text: str, stop: re.Match[str], word: str) -> bool:
    """Tell whether a sentence ends at a question mark, an exclamation mark or dots."""
    if stop["closers"]:
        return not _SPEAKER.match(text, stop.end())
    return word not in _NAMES_WITH_MARKS or _opens(text, stop.end())


def _ends_before_small(text: str, stop: re.Match[str], word: str) -> bool:
    """Tell whether a sentence ends before a small letter, as in much that people type."""
    at = stop.start()
    if stop["closers"] or not word.isalpha():
        return False
    if text[at] == ".":
        plain = len(word) > 3 and word.islower() and word not in _SHORTENED
        return plain and text[at + 1] not in ".!?…"
    typed = text[at] == "?" or text[at + 1] in "!?" or word.islower()
    return typed and text[at] != "…"


def _may_number(previous: str) -> bool:
    """Tell whether what follows ``previous`` may be the number of an item: 1. Cut costs."""
    return not previous or (previous[-1] in ".!?:;" and previous[:-1] not in _BEFORE_NUMBERS)


def _opens(text: str, at: int) -> bool:
    """Tell whether a word stands at ``at``, perhaps in quotation marks, that opens sentences."""
    if text[at] in _QUOTES:
        at += 1
    word = _WORD.match(text, at)
    return word is not None and word[0] in _STARTERS and text[word.end() : word.end() + 1] != "."


def _word_at(text: str, at: int) -> str:
    word = _WORD.match(text, at)
    return word[0] if word else ""
