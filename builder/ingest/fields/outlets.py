"""Find the names that may be the outlet's, and say in numbers what speaks for each."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from builder.ingest.cleaning import bylines, dates, wording
from builder.ingest.fields.view import PageView

_UPPER = r"[^\W\d_a-z]"
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|\bcopyright\b)(?:[\s,.|–—-]|©|\(c\)|copyright|by|all\srights\sreserved|a\s(?=[^\s]{1,20}\splc)|"
    r"(?:19|20)\d\d|present){0,14}"
    r"(?P<name>[^\W\d_][^|·•©,;:(\[]{1,60})"
    r"|(?:^|[|·•.,]\s)(?P<before>[^\W\d_][^|.·•©,;:(\[]{1,60}?)\s(?:©|\(c\))",
    re.IGNORECASE,
)
_OWNER_END = re.compile(
    r"(?:[\s,]+(?:inc|llc|ltd|limited|plc|corp(?:oration)?|co|gmbh|all\srights.{0,40}|and\sits\s.{0,40}|"
    r"(?:a\s\S+\s)?(?:company|subsidiary).{0,20}|is\s.{0,60}|or\sits\s.{0,40}|home(?:page)?|(?:19|20)\d\d|reserved)\b\.?)+\W*$|\s[-–—/]\s.*$|\.\s.*$",
    re.IGNORECASE,
)
_BAR = re.compile(r"\s(?:[|–—•·»:-]|::|--)\s|\s?[|»]\s?")
_BEFORE = (
    r"about|advertise\s(?:with|on|in)|sign\sup\s(?:for|to)|subscribe\sto|contact|support|follow|join|download|search|"
    r"welcome\sto|more\s(?:from|on|about|at)|best\sof|work\s(?:at|for|with)|careers\sat|jobs\sat|meet|why\strust|"
    r"donate\sto|become\sa|get|go\sto|visit|the\slatest\sfrom|write\sfor|connect\swith|contact\sus\sat|"
    r"originally\spublished\s(?:on|by|in)|first\spublished\s(?:on|by|in)|appeared\s(?:first\s)?(?:on|in)|stories\son|part\sof|home\s?[|:>-]"
)
_NAME = rf"(?:the\s)?{_UPPER}[\w.&'’®™+-]{{0,30}}(?:\s(?:(?:of|the|and|for|on|in|&)\s){{0,2}}{_UPPER}[\w.&'’®™+-]{{0,30}}){{0,6}}"
_ADDRESSED = re.compile(rf"(?:^|[\s.])(?i:{_BEFORE})\s(?P<name>{_NAME})")
_FOLLOWED = re.compile(
    rf"(?P<name>{_NAME})(?:['’]s)?\s(?i:newsletters?|app|logo|home(?:page)?|staff|readers|subscribers|subscription|media\skit|"
    rf"is\s(?:a|an|the|part|published|owned)\b|on\s(?:facebook|twitter|instagram|youtube)|©|\(c\)|uses|may\s(?:earn|receive)|"
    rf"privacy|terms|editors|team|podcast|account|member)"
)
_ADDRESS = re.compile(r"(?:@|https?://|\bwww\.|\b)((?:[a-z0-9-]{1,40}\.){1,4}[a-z]{2,12})\b", re.IGNORECASE)
_ENDINGS = frozenset(
    "com org net edu gov co uk io info me us au ca de fr in nz ie tv news blog eco ai app my za html php aspx jpg png".split()
)
_HOSTS = frozenset(
    "facebook twitter instagram youtube linkedin google pinterest whatsapp substack wordpress medium github "
    "amazon amazonaws gravatar apple tiktok reddit telegram t x bit goo flickr vimeo youtu gmail yahoo outlook w3 "
    "googletagmanager doubleclick addthis googleapis googlesyndication recaptcha "
    "cloudfront wp creativecommons addtoany disqus spotify".split()
)
_NOT_A_NAME = re.compile(
    r"^(?:us|our|this|all|rights|you|your|the\sauthor|privacy|terms|home|news|blog|menu|search|more|share|read|skip|sign|log|"
    r"subscribe|by|comments?|related|latest|contact|about|next|previous|advertisement|facebook|twitter|instagram|youtube|"
    r"linkedin|pinterest|email|print|login|close|copyright|image|photo|credit|source|tags?|follow|newsletters?|free|get)$",
    re.IGNORECASE,
)
_MAX_WORDS, _LONGEST, _SHORT = 8, 400, 60
_MAX_NAMES = 400
_KINDS = ("copyright", "after title", "before title", "line", "addressed", "followed", "host")
_HOWS = {
    "copyright": "owner of the copyright",
    "after title": "name after the title",
    "before title": "name before the title",
    "line": "name that the page repeats",
    "addressed": "name by which the page speaks of itself",
    "followed": "name by which the page speaks of itself",
    "host": "host of the page's addresses",
}


@dataclass(slots=True)
class _Mention:
    name: str
    index: int
    kind: str


@dataclass(frozen=True, slots=True)
class OutletCandidate:
    """A name that may be the outlet's, the block that holds it, how, and what speaks for it."""

    name: str
    index: int
    how: str
    numbers: dict[str, float] = field(compare=False)


def candidates(page: PageView, headline: int | None) -> list[OutletCandidate]:
    """Return the names that may be the outlet's, in the order in which they stand."""
    found: dict[str, list[_Mention]] = defaultdict(list)
    for mention in _mentions(page, headline):
        key = _key(mention.name)
        if len(key) > 1 and (key in found or len(found) < _MAX_NAMES):
            found[key].append(mention)
    squeezed = _Squeezed(page)
    twice = {
        key: some
        for key, some in found.items()
        if len(some) > 1 or some[0].kind != "line" or some[0].index < 8 or squeezed.is_host(key)
    }
    best = {key: min(some, key=lambda one: _KINDS.index(one.kind)) for key, some in twice.items()}
    squeezed.most = max((squeezed.outside.count(key) for key in best if len(key) > 4), default=0)
    return [
        OutletCandidate(
            one.name, one.index, _HOWS[one.kind], _numbers(page, key, one, twice[key], best, squeezed)
        )
        for key, one in best.items()
    ]


class _Squeezed:
    """The letters of a page's lines, and the hosts that it names."""

    def __init__(self, page: PageView) -> None:
        lines = [line.replace(" ", "")[:2000] for line in page.bare]
        roles = page.roles
        self.outside = "\n".join(line for line, role in zip(lines, roles, strict=True) if role != "body")
        self.body = "\n".join(line for line, role in zip(lines, roles, strict=True) if role == "body")
        self.most = 0
        self.hosts: dict[str, int] = defaultdict(int)
        for block in page.blocks:
            text = block.raw or block.text
            if "." in text and len(text) <= _LONGEST * 4:
                for match in _ADDRESS.finditer(text):
                    if name := _host(match[1]):
                        self.hosts[name] += 1

    def is_host(self, key: str) -> bool:
        return key in self.hosts or key.removeprefix("the") in self.hosts


def _host(address: str) -> str | None:
    parts = address.lower().split(".")
    if parts[-1] not in _ENDINGS:
        return None
    while len(parts) > 1 and parts[-1] in _ENDINGS:
        parts.pop()
    name = parts[-1].replace("-", "")
    return None if name in _HOSTS or name in _ENDINGS or len(name) < 2 or name.isdigit() else name


def _mentions(page: PageView, headline: int | None) -> Iterator[_Mention]:
    title = page.plain[headline] if headline is not None else None
    for index, text in enumerate(page.plain):
        if len(text) > _LONGEST:
            continue
        in_body = page.roles[index] == "body"
        if not in_body and len(text) <= _SHORT:
            yield from _line(text, index)
        if title and len(text) > len(title):
            yield from _beside(title, text, index)
        if index < 4:
            for part in _BAR.split(text)[:6]:
                yield from _proper(part, index, "line")
        if "©" in text or "(c)" in text.lower() or "opyright" in text or "COPYRIGHT" in text:
            for match in _COPYRIGHT.finditer(text):
                name = next(value for value in match.groupdict().values() if value)
                yield from _proper(_OWNER_END.sub("", name), index, "copyright")
        if not in_body or index >= page.end - 1:
            for pattern, kind in ((_ADDRESSED, "addressed"), (_FOLLOWED, "followed")):
                for match in pattern.finditer(text):
                    yield from _proper(match["name"], index, kind)
            for match in _ADDRESS.finditer(text):
                if _host(match[1]):
                    yield _Mention(match[1].removeprefix("www."), index, "host")


def _line(text: str, index: int) -> Iterator[_Mention]:
    if wording.cue(text) or wording.is_footer(text) or dates.says_when(text) or bylines.byline(text):
        return
    yield from _proper(text, index, "line")


def _beside(title: str, text: str, index: int) -> Iterator[_Mention]:
    """Yield the names that a line holds after or before the headline."""
    if len(text) > len(title) + 90:
        return
    if text.startswith(title):
        for name in _BAR.split(text[len(title) :])[1:]:
            yield from _proper(name, index, "after title")
    elif text.endswith(title):
        for name in _BAR.split(text[: -len(title)])[:-1]:
            yield from _proper(name, index, "before title")


def _proper(text: str, index: int, kind: str) -> Iterator[_Mention]:
    name = text.strip(" -–—|,.\"'“”*#:>»[]()®™")
    words = name.split()
    if not 0 < len(words) <= _MAX_WORDS or _NOT_A_NAME.match(name):
        return
    if not any(character.isalpha() for character in name) or wording.ends_sentence(text) and len(words) > 4:
        return
    yield _Mention(name, index, kind)


def _key(name: str) -> str:
    """Return a name's letters, without an article before them and an ending of hosts."""
    bare = wording.bare(name).removeprefix("the ")
    words = bare.split()
    while len(words) > 1 and words[-1] in {"com", "org", "net", "co", "uk", "inc", "llc", "ltd"}:
        words.pop()
    return "".join(words)


def _numbers(
    page: PageView,
    key: str,
    one: _Mention,
    some: Sequence[_Mention],
    best: dict[str, _Mention],
    squeezed: _Squeezed,
) -> dict[str, float]:
    held = squeezed.outside.count(key) if len(key) > 2 else 0
    body = squeezed.body.count(key) if len(key) > 2 else 0
    lines = [m.index for m in some if m.kind == "line"]
    text = page.plain[one.index]
    words = one.name.split()
    longer = sum(key != other and key in other for other in best)
    shorter = sum(key != other and len(other) > 2 and other in key for other in best)
    size = len(page.blocks)
    hosts = squeezed.hosts
    return {
        **{kind: float(sum(m.kind == kind for m in some)) for kind in _KINDS},
        "kinds": len({m.kind for m in some}),
        "best kind": _KINDS.index(one.kind),
        "words": len(words),
        "letters": len(key),
        "capitals": sum(word[0].isupper() for word in words) / len(words),
        "upper": float(one.name.isupper()),
        "digits": float(any(map(str.isdigit, key))),
        "held": held,
        "again": max(0, held - sum(m.kind == "copyright" for m in some)),
        "owner only": float(all(m.kind == "copyright" for m in some)),
        "most held": float(held >= max(squeezed.most, 2)),
        "held in body": body,
        "held share": held / max(1, size),
        "common": sum(word.lower() in wording.COMMON for word in words) / len(words),
        "line words": page.words(one.index),
        "first line": min(lines, default=999),
        "last line": size - max(lines, default=-1),
        "line above headline": float(any(m.index < page.start for m in some)),
        "below article": float(any(m.index > page.end for m in some)),
        "is host": float(hosts.get(key, 0) or hosts.get(key.removeprefix("the"), 0)),
        "in host": float(sum(n for host, n in hosts.items() if key in host)),
        "holds host": float(sum(n for host, n in hosts.items() if len(host) > 2 and host in key)),
        "hosts": len(hosts),
        "in longer": longer,
        "holds shorter": shorter,
        "others copyright": sum(m.kind == "copyright" for m in best.values()) - (one.kind == "copyright"),
        "others title": sum(m.kind == "after title" for m in best.values()) - (one.kind == "after title"),
        "names": len(best),
        "prose": float(wording.is_prose(text)),
        "cue": float(wording.cue(text) is not None),
        "person": float(bylines.unmarked(one.name) is not None),
        "agency": float(bylines.is_agency(one.name)),
        "page lines": size,
    }
