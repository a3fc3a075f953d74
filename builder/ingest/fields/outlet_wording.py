"""Find in one line the names by which a page may speak of its outlet."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from builder.ingest.cleaning import bylines, dates, furniture, wording

Kind = Literal["copyright", "after title", "before title", "line", "addressed", "followed", "host"]

_UPPER = r"[^\W\d_a-z]"
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|\bcopyright\b)(?:[\s,.|–—-]|©|\(c\)|copyright|by|all\srights\sreserved|"
    r"a\s(?=[^\s]{1,20}\splc)|(?:19|20)\d\d|present){0,14}"
    r"(?P<name>[^\W\d_][^|.·•©,;:(\[]{1,60})"
    r"|(?:^|[|·•.,]\s)(?P<before>[^\W\d_][^|.·•©,;:(\[]{1,60}?)\s(?:©|\(c\))",
    re.IGNORECASE,
)
_COPYRIGHT_HINTS = ("©", "(c)", "copyright")
_OWNER_END = re.compile(
    r"(?:[\s,]+(?:inc|llc|ltd|limited|plc|corp(?:oration)?|co|gmbh|all\srights.{0,40}|"
    r"and\sits\s.{0,40}|(?:a\s\S+\s)?(?:company|subsidiary).{0,20}|is\s.{0,60}|or\sits\s.{0,40}|"
    r"home(?:page)?|(?:19|20)\d\d|reserved)\b\.?)+\W*$|\s[-–—/]\s.*$|\.\s.*$",
    re.IGNORECASE,
)
_BAR = re.compile(r"\s(?:[|–—•·»:-]|::|--)\s|\s?[|»]\s?")
_BEFORE = (
    r"about|advertise\s(?:with|on|in)|sign\sup\s(?:for|to)|subscribe\sto|contact|support|follow|"
    r"join|download|search|welcome\sto|more\s(?:from|on|about|at)|best\sof|work\s(?:at|for|with)|"
    r"careers\sat|jobs\sat|meet|why\strust|donate\sto|become\sa|get|go\sto|visit|"
    r"the\slatest\sfrom|write\sfor|connect\swith|contact\sus\sat|"
    r"originally\spublished\s(?:on|by|in)|first\spublished\s(?:on|by|in)|"
    r"appeared\s(?:first\s)?(?:on|in)|stories\son|part\sof|home\s?[|:>-]"
)
_WORD = rf"{_UPPER}[\w.&'’®™+-]{{0,30}}"
_NAME = rf"(?:the\s)?{_WORD}(?:\s(?:(?:of|the|and|for|on|in|&)\s){{0,2}}{_WORD}){{0,6}}"
_ADDRESSED = re.compile(rf"(?:^|[\s.])(?i:{_BEFORE})\s(?P<name>{_NAME})")
_AFTER = (
    r"newsletters?|app|logo|home(?:page)?|staff|readers|subscribers|subscription|media\skit|"
    r"is\s(?:a|an|the|part|published|owned)\b|on\s(?:facebook|twitter|instagram|youtube)|©|\(c\)|"
    r"uses|may\s(?:earn|receive)|privacy|terms|editors|team|podcast|account|member"
)
_FOLLOWED = re.compile(rf"(?P<name>{_NAME})(?:['’]s)?\s(?i:{_AFTER})")
# To look for what stands beside a name is quicker than to look for names.
_ADDRESSED_HINT = re.compile(rf"(?:^|[\s.])(?:{_BEFORE})\s", re.IGNORECASE)
_FOLLOWED_HINT = re.compile(rf"\s(?:{_AFTER})", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?:@|https?://|\bwww\.|\b)((?:[a-z0-9-]{1,40}\.){1,4}[a-z]{2,12})\b", re.IGNORECASE
)
_ENDING_WORDS = """
com org net edu gov co uk io info me us au ca de fr in nz ie tv news blog eco ai app my za html php
aspx jpg png
"""
_ENDINGS = frozenset(_ENDING_WORDS.split())
# Hosts that pages of many outlets name.
_COMMON_HOSTS = """
facebook twitter instagram youtube linkedin google pinterest whatsapp substack wordpress medium
github amazon amazonaws gravatar apple tiktok reddit telegram t x bit goo flickr vimeo youtu gmail
yahoo outlook w3 googletagmanager doubleclick addthis googleapis googlesyndication recaptcha
cloudfront wp creativecommons addtoany disqus spotify
"""
_HOSTS = frozenset(_COMMON_HOSTS.split())
_NOT_A_NAME = re.compile(
    r"^(?:us|our|this|all|rights|you|your|the\sauthor|privacy|terms|home|news|blog|menu|search|more|"
    r"share|read|skip|sign|log|subscribe|by|comments?|related|latest|contact|about|next|previous|"
    r"advertisement|facebook|twitter|instagram|youtube|linkedin|pinterest|email|print|login|close|"
    r"copyright|image|photo|credit|source|tags?|follow|newsletters?|free|get)$",
    re.IGNORECASE,
)
_MAX_WORDS, _MAX_PARTS, _MAX_BESIDE = 8, 6, 90


class OutletName(NamedTuple):
    """A name that may be the outlet's, and by what it is told."""

    name: str
    kind: Kind


def alone(line: str) -> Iterator[OutletName]:
    """Yield the name that a line, or a part of one, consists of."""
    if furniture.cue(line) or furniture.is_footer(line):
        return
    if not dates.says_when(line) and not bylines.byline(line):
        yield from _proper(line, "line")


def parts(line: str) -> Iterator[OutletName]:
    """Yield the names that bars part on a line."""
    for part in _BAR.split(line)[:_MAX_PARTS]:
        yield from alone(part)


def beside(title: str, line: str) -> Iterator[OutletName]:
    """Yield the names that a line holds after or before the headline."""
    if not len(title) < len(line) <= len(title) + _MAX_BESIDE:
        return
    if line.startswith(title):
        for name in _BAR.split(line[len(title) :])[1:]:
            yield from _proper(name, "after title")
    elif line.endswith(title):
        for name in _BAR.split(line[: -len(title)])[:-1]:
            yield from _proper(name, "before title")


def owners(line: str) -> Iterator[OutletName]:
    """Yield the owners of copyright that a line names."""
    small = line.lower()
    if any(hint in small for hint in _COPYRIGHT_HINTS):
        for match in _COPYRIGHT.finditer(line):
            name = next(value for value in match.groupdict().values() if value)
            yield from _proper(_OWNER_END.sub("", name), "copyright")


def addressed(line: str) -> Iterator[OutletName]:
    """Yield the names that stand where pages name their outlet: ``About Example``."""
    if _ADDRESSED_HINT.search(line):
        for match in _ADDRESSED.finditer(line):
            yield from _proper(match["name"], "addressed")
    if _FOLLOWED_HINT.search(line):
        for match in _FOLLOWED.finditer(line):
            yield from _proper(match["name"], "followed")
    if "." in line:
        for match in _ADDRESS.finditer(line):
            if host(match[1]):
                yield OutletName(match[1].removeprefix("www."), "host")


def hosts(line: str) -> Iterator[str]:
    """Yield what tells the hosts apart that a line names: ``example`` of www.example.co.uk."""
    for match in _ADDRESS.finditer(line):
        if name := host(match[1]):
            yield name


def host(address: str) -> str | None:
    """Return what tells a host from others; None for one that many pages name."""
    pieces = address.lower().split(".")
    if pieces[-1] not in _ENDINGS:
        return None
    while len(pieces) > 1 and pieces[-1] in _ENDINGS:
        pieces.pop()
    name = pieces[-1].replace("-", "")
    return None if name in _HOSTS or name in _ENDINGS or len(name) < 2 or name.isdigit() else name


def _proper(text: str, kind: Kind) -> Iterator[OutletName]:
    name = text.strip(" -–—|,.\"'“”*#:>»[]()®™")
    size = len(name.split())
    if not 0 < size <= _MAX_WORDS or _NOT_A_NAME.match(name):
        return
    is_sentence = size > 4 and wording.ends_sentence(text)
    if not is_sentence and any(character.isalpha() for character in name):
        yield OutletName(name, kind)
