"""Read authors, places and agencies from bylines, datelines and sign-offs."""

import re
from dataclasses import dataclass
from functools import lru_cache

from builder.ingest.cleaning import dates

_UPPER = r"[^\W\d_a-z]"
_PARTICLE = r"(?:d[aeiou]s?|del|della|van|von|der|den|ter|bin|bint|al|el|la|le|y|zu|af|av)"
_NAME_WORD = rf"(?:{_UPPER}[\w'’.-]{{0,30}}|d['’]{_UPPER}[\w'’.-]{{0,30}}|al-{_UPPER}\w{{1,30}})"
_NAME = re.compile(
    rf"(?:{_PARTICLE}\s)?{_NAME_WORD}(?:\s(?:{_NAME_WORD}|{_PARTICLE}|[“\"(]\w{{1,20}}[”\")])){{0,5}}"
)
_LOWER_NAME = re.compile(r"[^\W\d_]{2,20}\s[^\W\d_]{2,20}(?:\s[^\W\d_]{2,20})?")
_HONORIFIC = re.compile(
    r"^(?:dr|prof(?:essor)?|sir|rev|fr|mr|mrs|ms|lt|capt|col|gen)\b\.?\s+", re.IGNORECASE
)
_BY = re.compile(
    r"^\W{0,4}(?:(?:[^\W\d_]{2,12}\s)?(?:written|words|story|report(?:ed)?|reporting|posted|published|"
    r"analysis|text|review|opinion|article|created|authored|contributed|submitted|interview|essay|"
    r"commentary)\s(?:and\s\w{3,14}\s)?)?by\b(?:\sby\b)?\s?:?\s*"
    r"|^\W{0,4}(?:words|authors?|reporters?|text|writers?|byline)\s?:\s*",
    re.IGNORECASE,
)
_BEFORE_BY = re.compile(r"(?<!\w)(?=(?:posted |written |published )?by\b)", re.IGNORECASE)
_FROM = re.compile(r"^from\s+(?=.{3,60}\sin\s)", re.IGNORECASE)
_ALONE = re.compile(
    r"\W{0,3}(?:(?:written|posted|published|story|words|text|reported)\s)?by\s?:?|authors?\s?:?",
    re.IGNORECASE,
)
_IN_PLACE = re.compile(
    rf",?\s+in\s+(?P<place>{_UPPER}[\w'’.-]{{0,30}}(?:[\s,]{{1,2}}{_UPPER}[\w'’.-]{{0,30}}){{0,3}})$"
)
# What ends the names: other fields, handles, counts, mail addresses.
_SEPARATOR = re.compile(
    r"\s[-–—/]+\s|\s?[|·•・●►,;]?[|·•・●►#(\[~…]\s?|\S{1,64}@[\w-]{1,40}\.\S{1,40}|\s?@\w{1,40}|[\[\]]"
    r"|\s(?:on|for|at|via|from|follow|share|special to|published|updated?|posted|last|category|"
    r"photograph(?:s|y)?|photos?|pictures?|illustrations?|view|see|about)\b"
    r"|(?<=[a-z])(?=(?:Staff|Senior|Business|Political|Special|Chief|Reporter|Correspondent|Editor|"
    r"Columnist|Contributor|Published|Updated|Posted|Follow)\b)"
    r"|\d[\d,.]*\+?(?:\s?(?:views?|comments?|shares?|likes?))?",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:\W|(?:posted|published|updated?|last|on|at|in|by)\b(?!\s?by))+", re.IGNORECASE
)
_AND = re.compile(r"\s*,\s*(?:and\s+|&\s*)?|\s+and\s+|\s*&\s*|\s*;\s*|\s+with\s+|/", re.IGNORECASE)
_LETTERS = re.compile(
    r"(?:[\s,]+(?:M\.?D|Ph\.?\s?D|RDN?|LD|MSc?|MBA|J\.?D|MPH|CEO|CFA|CPA|CFP|RN|DO|DDS|DMD|Esq|OBE|MBE|"
    r"MA|BA|LCSW|FOMA|CSCS|MP|MPP|SMT|ACAS|FCAS)\b\.?)+$"
)
_POST = (
    r"reporters?|correspondents?|editors?|writers?|columnists?|contributors?|producers?|journalists?|"
    r"authors?|directors?|analysts?|professors?|bureau|chief|critics?|bloggers?|intern|freelancer?|"
    r"photographers?|president|manager|founder|fellow|editorial|consultants?|specialists?|experts?|"
    r"strategists?|officers?|representatives?|anchor|host|presenter|author|contributing|desk"
)
_POST_WORD = re.compile(rf"\b(?:{_POST})\b", re.IGNORECASE)
_POST_START = re.compile(
    rf"\s(?:{_POST}|staff|senior|junior|business|political|politics|special|deputy|assistant|associate|"
    r"executive|managing|digital|content|head|lead|news|sports?|lifestyle|features?|foreign|national|"
    r"international|local|government|health|science|technology|tech|crime|court|courts|education|"
    r"entertainment|culture|arts|environment|economics?|finance|financial|money|world|city|home|"
    r"affairs|royal|showbiz|football|travel|food|religion|defen[cs]e|security|diplomatic|white|legal|"
    r"transport|energy|climate|media|social|audience|trends?|breaking|investigat\w+|live|vice|guest)\b",
    re.IGNORECASE,
)
# Words of offices, papers and sections; a name with one of them is no person's.
_NO_PERSON = re.compile(
    r"\b(?:staff|desk|agenc(?:y|ies)|bureau|news\w{0,6}|service|team|our|the|published|updated|special|"
    r"online|post|times|herald|tribune|journal|gazette|magazine|radio|tv|television|network|media|wire|"
    r"press|daily|weekly|today|blog|association|society|institute|university|college|council|center|"
    r"centre|group|inc|llc|ltd|company|corp\w{0,9}|foundation|committee|department|ministry|office|"
    r"board|union|club|project|initiative|reuters|afp|bloomberg|xinhua|admin\w{0,9}|guest|sponsored|"
    r"politics|sports?|business|world|opinion|culture|lifestyle|technology|science|health|travel|"
    r"entertainment|education|finance|real estate|markets?|home|menu|search|read|more|share|"
    r"facebook|"
    r"twitter|linkedin|whatsapp|email|print|save|comments?|newsletters?|subscribe|sign|login|log|"
    r"articles?|stories|story|latest|trending|popular|featured?s?|video|videos|photos?|gallery|podcasts?|"
    r"contact|privacy|terms|policy|copyright|advertis\w{0,9}|sponsor\w{0,5}|breaking|local|national|"
    r"international|state|city|county|united|guide|tips|review|reviews|events?|careers?|jobs|shop|"
    r"products?|services|solutions|resources|company|customer|support|download|free|get|how|why|what|"
    r"when|is|are|to|of|in|with|your|you|my|this|that|all|not|new|best|top|table|key|learn|back|next|"
    r"previous|follow|view|watch|listen|show|hide|close|open|skip|jump|related|tags?|topics?|"
    r"categor(?:y|ies)|industry|insights?|marketing|design|development|management|software|data|"
    r"january|february|march|april|june|july|august|september|october|november|december|monday|"
    r"tuesday|wednesday|thursday|friday|saturday|sunday|images?|getty|shutterstock|istock|editor)\b"
    r"|\.(?:com|org|net)\b|['’]s\b",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"[A-Z]{2,6}")
_AGENCY_NAME = (
    r"(?:Thomson Reuters|Reuters|The Associated Press|Associated Press|AP|AFP|Agence France-Presse|"
    r"Press Association|PA Media|PA|AAP|dpa|UPI|ANSA|EFE|Xinhua|TASS|Bloomberg(?: News)?|PTI|ANI|"
    r"IANS|"
    r"Kyodo(?: News)?|Yonhap|Canadian Press|The Canadian Press|Anadolu(?: Agency)?)"
)
_AGENCY = re.compile(_AGENCY_NAME)
_DATELINE = re.compile(
    rf"\W{{0,3}}(?:(?P<place>[A-Z][A-Z'’.-]{{1,30}}(?:[\s,/]{{1,2}}[A-Z][\w'’.-]{{0,30}}){{0,4}}?)"
    rf"(?:,?\s(?i:{dates.MONTH}\s\d{{1,2}}|\d{{1,2}}\s{dates.MONTH}))?(?:,?\s\d{{4}})?,?\s)?"
    rf"\((?P<agency>{_AGENCY_NAME})\)\s?[-–—:]"
)
_SIGN_OFF = re.compile(
    r"^\W{0,3}(?:additional\s)?(?:reporting|writing|written|report)\s(?:and\s\w{3,12}\s)?by\s+",
    re.IGNORECASE,
)
_SIGN_OFF_OTHER = re.compile(
    r"^\W{0,3}(?:editing|edited|compiled|graphics?|photo\w*)\b", re.IGNORECASE
)
_SIGN_OFF_PARTS = re.compile(
    r"[;.]\s+(?=[A-Z])|;\s*|,?\s(?=(?:additional reporting|writing|editing)\sby\b)", re.IGNORECASE
)
_MAX_WORDS = 30
_MAX_LENGTH = 250
# More words before a "by" make it a sentence or a title.
_MAX_WORDS_BEFORE = 4
_MAX_NAME_WORDS, _USUAL_NAME_WORDS = 5, 3


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote an article, where from, and the agency that it came through.

    ``sure`` tells whether a word such as *by* or a writer's post says that the names are authors'.
    """

    authors: tuple[str, ...]
    place: str | None = None
    agency: str | None = None
    sure: bool = True


@lru_cache(maxsize=4096)
def byline(line: str) -> Byline | None:
    """Return what a line such as ``By Ann Lee and Bob Ray in Paris`` says; None for other lines."""
    small = line.lower()
    if not ("by" in small or "from" in small or ":" in small):
        return None
    if len(line) > _MAX_LENGTH or len(line.split()) > _MAX_WORDS:
        return None
    for part in _parts(line):
        start = _BY.match(part) or _FROM.match(part)
        if start and (found := _names(part[start.end() :], after_by=True)):
            return found
        if len(part.split()) > _MAX_WORDS_BEFORE:
            return None
    return None


@lru_cache(maxsize=4096)
def unmarked(line: str) -> Byline | None:
    """Return the authors of a line that names people without a *by*; None for other lines.

    ``Ann Lee, Political Editor`` is sure; ``Ann Lee`` is an author's name only in the right place.
    """
    if len(line) > _MAX_LENGTH or len(line.split()) > _MAX_WORDS or line.rstrip().endswith("?"):
        return None
    for part in _parts(line):
        found = _names(part, after_by=False)
        if found and found.authors:
            return found
        if re.search(r"\w{2}", part):
            return None
    return None


def stands_alone(line: str) -> bool:
    """Tell whether the line is a *by* whose name stands on the next line."""
    return _ALONE.fullmatch(line.strip()) is not None


def _parts(line: str) -> list[str]:
    """Return the fields of a line, without dates, handles and counts."""
    text = dates.without(" ".join(line.split()), " | ")
    fields: list[str] = []
    for field in _BEFORE_BY.split(text):
        start = _BY.match(field)
        head, rest = (field[: start.end()], field[start.end() :]) if start else ("", field)
        pieces = [piece or "" for piece in _SEPARATOR.split(rest)]
        fields.append(head + pieces[0])
        fields += pieces[1:]
    cleaned = (_LEADING.sub("", field) if not _BY.match(field) else field for field in fields)
    return [field.strip(" |") for field in cleaned if field.strip(" |.,:;-–—")]


def _names(text: str, *, after_by: bool) -> Byline | None:
    """Return the people whom a field names; None if it does not begin with a name."""
    text = _LETTERS.sub("", _bare(text))
    place = None
    if ending := _IN_PLACE.search(text):
        place, text = ending["place"], text[: ending.start()]
    parts = [_LETTERS.sub("", _bare(part)) for part in _AND.split(text) if part.strip()]
    agency = next((part for part in parts if _AGENCY.fullmatch(part)), None)
    parts = [part for part in parts if part and not _AGENCY.fullmatch(part)]
    if not parts:
        return Byline((), place, agency) if agency and after_by else None
    named = [_without_post(part) for part in parts]
    posts = [has_post for _, has_post in named]
    first = named[0][0]
    if not first and not after_by:
        return None
    authors: list[str] = []
    for index, (name, has_post) in enumerate(named):
        # What follows a post is another part of it, unless it is a name with a post of its own.
        if any(posts[:index]) and not any(posts[index : index + 2]):
            break
        if after_by and text == text.lower() and _LOWER_NAME.fullmatch(name):
            name = name.title()
        if _is_person(_HONORIFIC.sub("", name), alone=after_by and index == 0):
            authors.append(_HONORIFIC.sub("", name))
        elif (index == 0 and not (after_by and is_office(parts[0]))) or (
            not after_by and not has_post and not _NAME.fullmatch(name)
        ):
            return None
    return Byline(tuple(dict.fromkeys(authors)), place, agency, after_by or any(posts))


def _bare(text: str) -> str:
    text = text.strip(" ,:;*_-–—|")
    return text if _ends_initial(text) else text.rstrip(" .,:;")


def _ends_initial(part: str) -> bool:
    return re.search(r"(?<![A-Z]\.)\b[A-Z]\.$|\b[JS]r\.$", part) is not None


def _without_post(part: str) -> tuple[str, bool]:
    """Return a name without the post that follows it, and whether there was one."""
    if not _POST_WORD.search(part):
        return part, False
    start = _POST_START.search(" " + part)
    name = part[: max(0, start.start() - 1)].strip() if start else part
    words = name.split()
    if len(words) > _USUAL_NAME_WORDS:
        name = " ".join(words[:2])
    return name, True


def _is_person(name: str, *, alone: bool) -> bool:
    words = name.split()
    if not (1 if alone else 2) <= len(words) <= _MAX_NAME_WORDS:
        return False
    if _NO_PERSON.search(name) or not _NAME.fullmatch(name):
        return False
    if len(words) == 1:
        return _ACRONYM.fullmatch(name) is None and len(name) > 1
    # "CH Contributor" is none; "ANN LEE" and "J.R. Ray" are.
    return sum(len(word.strip(".")) > 1 for word in words) >= 1 and not name.endswith(
        (" And", " By")
    )


def is_post(text: str) -> bool:
    """Tell whether the text says what somebody is, as in ``Business reporter``, and no name."""
    return _POST_WORD.search(text) is not None and not is_agency(text)


def is_office(text: str) -> bool:
    """Tell if the text names an office or a paper: ``Our Foreign Staff``, ``The Alta Post``."""
    return _NAME.fullmatch(text) is not None and _NO_PERSON.search(text) is not None


def is_agency(text: str) -> bool:
    """Tell whether the text is the name of a news agency."""
    return _AGENCY.fullmatch(text) is not None


def dateline(paragraph: str) -> Byline | None:
    """Return the place and the agency that open a paragraph, as in ``PARIS (AFP) - ...``."""
    match = _DATELINE.match(paragraph)
    return Byline((), match["place"], match["agency"]) if match else None


def sign_off(line: str) -> Byline | None:
    """Return who reported, by a line such as ``Reporting by Ann Lee in London; Editing by ...``."""
    text = " ".join(line[: 4 * _MAX_LENGTH].split()).strip("()[] ")
    if not _SIGN_OFF.match(text):
        return None
    authors: list[str] = []
    place = None
    for part in _SIGN_OFF_PARTS.split(text):
        if _SIGN_OFF_OTHER.match(part):
            break
        start = _SIGN_OFF.match(part)
        found = _names(part[start.end() :], after_by=True) if start else None
        if found:
            authors += found.authors
            place = place or found.place
    return Byline(tuple(dict.fromkeys(authors)), place) if authors else None
