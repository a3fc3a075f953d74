"""Recognise the furniture of pages by its wording: labels, tools, headings of links, footers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from builder.ingest.cleaning.wording import plain, shape
from builder.records import Role


@dataclass(frozen=True, slots=True)
class Cue:
    """The role that a line's wording gives away; ``heads`` tells if it heads the lines below."""

    role: Role
    reason: str
    heads: bool = False


_PAYWALL_CUE = Cue("paywall", "asks to subscribe, sign in or listen")


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern})\s*[:.!…»›>|·]*", re.IGNORECASE | re.VERBOSE)


_NETWORK = r"""(?:facebook|twitter|whats\s?app|pinterest|linked\s?in|reddit|telegram|messenger|
    flipboard|pocket|instagram|tumblr|google\s?\+|vkontakte|odnoklassniki|mastodon|bluesky|threads)"""
_TOOL = rf"""(?:{_NETWORK}|share|save|tweet|print|e-?mail|copy(?:\s(?:link|url))?|bookmark|pin\sit|
    gift|link\scopied|url\scopied|text\ssize)"""
_ACCOUNT = r"""(?:subscribe(?:\snow)?|sign\s?-?(?:in|up|out)|log\s?-?(?:in|out)|
    register|my\saccount|account|join\snow)"""

_AD = _whole(
    r"""advertisements?|ads?|sponsored(?:\s(?:content|by\b.*|links?|post))?|
    promoted(?:\s(?:content|by\b.*|links?))?|paid\s(?:content|post)|partner\scontent|
    (?:story|article)\scontinues\sbelow.*|continue\sreading\sbelow.*|scroll\sto\scontinue.*|
    advertise\s(?:with|on|here)\b.*"""
)
_SPONSOR = _whole(r"(?:sponsored|promoted|paid)(?:\s(?:content|by\b.*|links?|post))?")
_SHARE = _whole(
    rf"""(?:{_TOOL}[\s,/|·•]*)+(?:\d+)?|\d*\s?shares?|
    (?:click\sto\s)?(?:share|e-?mail|send|tweet|pin|print)\s
        (?:this|on|via|to|article|story|page|with|now)\b.{{0,60}}|
    follow\s.{{0,60}}\b(?:on\s{_NETWORK}|us)\b.{{0,40}}|like\sus\son\b.*"""
)
_ACCOUNT_LINKS = _whole(rf"(?:{_ACCOUNT}[\s,/|·•]*)+")
_PAYWALL = re.compile(
    r"""\balready\s(?:a|have\sa)n?\s(?:subscri|member|account)|^subscribe\s(?:to|for|now|today)\b|
    \bsubscribe\snow\b|\brequires?\sa\b.{0,20}\bsubscription\b|
    \bto\s(?:continue\sreading|read\sthe\s(?:full|whole|rest)\b)|
    \blisten(?:ing)?\sto\s(?:this\s|the\s|our\s)?(?:articles?|story|stories)\b|\btext-to-speech\b|
    \b(?:free\s)?articles?\s(?:left|remaining)\b|\bsign\sup\s(?:to|for)\b.{0,50}\b(?:newsletter|
    e-?mails?|alerts?|briefing|updates)\b|^(?:sign\sup|get\s(?:our|the))\b.{0,60}\bnewsletter|
    \bcreate\s(?:an?\s)?(?:free\s)?account\b|\bcancel\sany\s?time\b|\bsubscriber-only\b|
    \bto\ssubscribe\b""",
    re.IGNORECASE | re.VERBOSE,
)
_RELATED_HEADING = _whole(
    r"""(?:more\s)?(?:related|similar)(?:\s(?:stories|articles?|news|content|posts?|topics|
        coverage|links|reading|videos?|items))?|
    read\s(?:more|next|also|on)|also\sread|see\salso|(?:what\sto|keep)\sread(?:ing)?(?:\snext)?|
    more\s(?:from|on|in|like|about)\b.{1,50}|more\s(?:\w+\s){0,3}(?:stories|news|articles|videos|
        headlines|coverage)|
    latest|(?:the\s)?latest\s(?:from|in|on)\b.{1,40}|(?:the\s)?latest\s(?:news|stories|videos|posts|headlines)|
    discover\smore|(?:most|top|more)\s(?:read|popular|viewed|shared|commented|recent|watched)\b.{0,30}|
    trending(?:\s.{0,20})?|popular(?:\s(?:stories|posts|articles|news|now))?|
    recommended\b.{0,30}|you\s(?:may|might|could)\s(?:also\s)?(?:like|enjoy|be\sinterested|have\smissed)\b.*|
    editor'?s?'?\s(?:picks?|choice)|top\s(?:stories|news|headlines|articles)|don['’]t\smiss|
    (?:other|recent|featured)\s(?:stories|posts|articles|news|videos)|around\sthe\sweb|
    from\s(?:around\sthe\sweb|our\spartners)|(?:previous|next)\s(?:posts?|articles?|story|stories)|
    most\spopular|promoted\sstories|in\scase\syou\smissed\sit"""
)
_RELATED_LINK = re.compile(
    r"(?:related|read (?:more|also|next)|also read|see also|must read|watch|more)\s*[:|–—-]\s*\S.*"
    r"|(?:tags?|topics|filed under|related tags|keywords)\b\s*:?.*",
    re.IGNORECASE,
)
_COMMENTS = _whole(
    r"""(?:show\s|view\s|load\s|read\s|see\s|hide\s)?(?:all\s|more\s|the\s)?\(?\d*\)?\s?comments?
        (?:\s?[(\[]?\d+[)\]]?)?(?:\son\b.*)?|
    (?:leave|post|write|add|submit)\s(?:a|your)\s(?:reply|comment).*|
    join\sthe\s(?:conversation|discussion).*|be\sthe\sfirst\sto\scomment.*|
    comments?\s(?:section|policy|are\sclosed|closed).*|sort\sby:?\s(?:newest|oldest|best).*|
    \d+\s(?:responses|thoughts|replies)\s(?:to|on)\b.*|readers?['’]?s?['’]?\scomments|have\syour\ssay|
    your\semail\saddress\swill\snot\sbe\spublished.*|you\smust\sbe\slogged\sin\sto\s.*comment.*"""
)
_FOOTER = re.compile(
    r"""©|\(c\)\s?\d{4}|\bcopyright\b.{0,40}(?:\d{4}|reserved)|\ball\srights\sreserved\b|
    ^(?:privacy(?:\s(?:policy|notice|statement))?|(?:terms|conditions)(?:\s(?:of|and|&)\s.{0,25})?|
    cookies?(?:\s(?:policy|settings|notice))?|contact(?:\sus)?|about(?:\sus)?|careers|site\s?map|
    accessibility(?:\s.{0,20})?|advertise(?:\swith\sus)?|do\snot\ssell\b.*|back\sto\stop)$""",
    re.IGNORECASE | re.VERBOSE,
)
_STEP = re.compile(r"\s[/>»›|](?:\s|$)")
_HOME = re.compile(r"(?:home|homepage|front page|news)\b", re.IGNORECASE)
_NOTICE = re.compile(
    r"""\b(?:(?:uses?|set|of|our|these|third-party|necessary|these)\scookies|cookies?\s(?:policy|settings|
    that|are|to)|your\s(?:web\s)?browser|enable\sjavascript|privacy\s(?:policy|notice)|
    terms\sof\s(?:use|service)|your\s(?:e-?mail\s)?(?:address|inbox)|unsubscribe|
    (?:our|the|this)\snewsletter|activation\slink|opens?\sin\sa\snew\swindow)\b""",
    re.IGNORECASE | re.VERBOSE,
)
# The first three letters of all that is furniture as a whole; "ad" alone has two.
_STARTS = """
spo pro pai par sto art con scr fac twi wha pin lin red tel mes fli poc ins tum goo vko odn mas blu
thr sha sav twe pri ema cop boo gif url tex cli sen fol lik sub sig log reg acc joi mor rel sim rea
als see kee lat the dis mos top tre pop rec you edi don oth fea aro fro pre nex mus wat tag fil key
sho vie loa hid all com lea pos wri add sor hav
"""
_CUE_STARTS = frozenset([*_STARTS.split(), "my ", "be ", "in "])
# Nothing is footer, notice or paywall without one of these; to look for them is quick.
_FOOTER_HINTS = (
    "©", "(c)", "copyright", "reserved", "privacy", "terms", "conditions", "cookie", "contact",
    "about", "careers", "map", "accessib", "advertise", "do not sell", "back to top",
)  # fmt: skip
_NOTICE_HINTS = ("cookie", "browser", "javascript", "privacy", "terms", "your", "unsubscribe",
    "newsletter", "activation", "window")  # fmt: skip
_PAYWALL_HINTS = ("subscri", "already", "to continue", "to read", "listen", "text-to-speech",
    "article", "sign up", "get ", "account", "cancel")  # fmt: skip
_MAX_FURNITURE_WORDS = 30
_MAX_FURNITURE_LENGTH = 400


def is_sponsor_label(line: str) -> bool:
    """Tell whether the line says that the link above it is paid for."""
    return _SPONSOR.fullmatch(plain(line)) is not None


@lru_cache(maxsize=4096)
def is_notice(line: str) -> bool:
    """Tell whether the line speaks to the reader of cookies, browsers, terms or newsletters."""
    return _holds(line, _NOTICE_HINTS) and _NOTICE.search(line) is not None


def _holds(line: str, hints: Iterable[str]) -> bool:
    """Tell whether the line holds one of some small letters, without which no pattern matches."""
    small = line.lower()
    for hint in hints:  # noqa: SIM110 - any() would take three times as long
        if hint in small:
            return True
    return False


def _may_be_cue(text: str) -> bool:
    """Tell whether the text starts as a line may that is furniture as a whole."""
    start = text[:3].lower()
    return start in _CUE_STARTS or start[:2] == "ad" or not (start.isascii() and start.isalpha())


@lru_cache(maxsize=4096)
def is_footer(line: str) -> bool:
    """Tell whether the line is what pages end with: a copyright, a policy, how to get in touch."""
    text = plain(line)
    return _holds(text, _FOOTER_HINTS) and _is_short(text) and _FOOTER.search(text) is not None


def _is_short(text: str) -> bool:
    return len(text) <= _MAX_FURNITURE_LENGTH and shape(text).words <= _MAX_FURNITURE_WORDS


def breadcrumb(line: str) -> list[str] | None:
    """Return the steps of a breadcrumb such as ``Home / World``; None for any other line."""
    text = plain(line)
    if not _is_short(text) or not _HOME.match(text):
        return None
    steps = [step for step in _STEP.split(text) if step]
    return steps if _STEP.search(text) else None


@lru_cache(maxsize=4096)
def cue(line: str) -> Cue | None:
    """Return the page furniture that the line's wording shows it to be, or None."""
    text = plain(line)
    if not text or not _is_short(text):
        return None
    found = _whole_cue(text) if _may_be_cue(text) else None
    if found is None and _holds(text, _PAYWALL_HINTS) and _PAYWALL.search(text):
        return _PAYWALL_CUE
    return found


def _whole_cue(text: str) -> Cue | None:
    """Return what a short text is if all of it is a label, a tool or a heading."""
    if _AD.fullmatch(text):
        return Cue("ad", "advertising label")
    if _COMMENTS.fullmatch(text):
        return Cue("comment", "heading of the comments", heads=True)
    if _SHARE.fullmatch(text):
        return Cue("share", "sharing tool")
    if _ACCOUNT_LINKS.fullmatch(text) or (_holds(text, _PAYWALL_HINTS) and _PAYWALL.search(text)):
        return _PAYWALL_CUE
    if _RELATED_HEADING.fullmatch(text):
        return Cue("related", "heading of related links", heads=True)
    if _RELATED_LINK.fullmatch(text):
        return Cue("related", "marked as a related link or a tag")
    return None
