"""Find the people whom a page may name as its authors, and say in numbers what speaks for each."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from builder.ingest.cleaning import bylines, dates, wording
from builder.ingest.cleaning.head import is_unmarked_byline
from builder.ingest.fields.view import PageView

# Where the authors are named: so many blocks above the headline or the article, so many into it,
# and from its last paragraph so many below.
_ABOVE_HEADLINE, _ABOVE, _INTO, _BELOW = 8, 60, 4, 30
_FAR = 60
_PROSE = 90
_MOST_LINES, _LONGEST = 3_000, 2_000
_BEFORE = 40
_KINDS = ("marked", "after by", "sign-off", "post", "bare")
SIGNED_OFF = "sign-off at the end"
_HOWS = {
    "marked": "named in the byline",
    "after by": "named in the byline",
    "sign-off": SIGNED_OFF,
    "post": "name and post where the author's stand",
    "bare": "name where the author's stands",
}
_BIO = r"(?:is|was|has|writes|covers|joined|works|lives|holds|earned|graduated|serves|reports)\b"
_POINTS = (
    r"(?:about|follow|more\s(?:from|by)|(?:all\s|view\s)?(?:posts|articles|stories)\sby|"
    r"read\smore\sfrom|contact|e-?mail|meet)"
)
_PICTURE = (
    r"photo|image|picture|illustration|video|graphic|art\b|design|draw|shot|cover|music|book|film"
)
_CHECKED = r"review|edit|fact|medical|approved|translat|powered|sponsor|comment"
_WROTE = r"writ|post|story|stories|word|report|text|author|publish|contribut|article|by\b"
_BEFORE_BY = (("pictured", _PICTURE), ("checked", _CHECKED), ("wrote", _WROTE))
_WRITERS = (
    r"(?:Reporter|Writer|Editor|Correspondent|Columnist|Journalist|Director|Producer|"
    r"Contributor|Analyst)"
)
# Pages glue what follows a name to it.
_GLUED = (
    re.compile(r"\b(?:By|BY|by)(?=[A-Z][a-z])"),
    re.compile(rf"(?<=[a-z]{{3}})(?=[A-Z][a-z]+(?:[ -]\w{{1,20}}){{0,3}} {_WRITERS}\b)"),
)
_HANDLE = re.compile(r"\s?(?:Twitter|Facebook|LinkedIn|Instagram|Follow|View|@\w{1,40})\b.{0,80}$")
_SAYS = re.compile(r"\W*(?:says?|said|replied|on|at|commented)\b", re.IGNORECASE)


@dataclass(slots=True)
class _PersonMention:
    name: str
    index: int
    kind: str
    alone: int  # how many people the line names


@dataclass(frozen=True, slots=True)
class AuthorCandidate:
    """A person who may be an author, the block that names them, how, and what speaks for them."""

    name: str
    index: int
    how: str
    numbers: dict[str, float] = field(compare=False)


def candidates(page: PageView, headline: int | None) -> list[AuthorCandidate]:
    """Return who may be an author, in the order in which the page names them."""
    if page.end < 0:
        return []
    found: dict[str, list[_PersonMention]] = defaultdict(list)
    for mention in _mentions(page, headline):
        found[wording.bare(mention.name)].append(mention)
    best = {key: min(some, key=lambda one: _KINDS.index(one.kind)) for key, some in found.items()}
    squeezed = [
        line.replace(" ", "")
        for line, text in zip(page.bare, page.plain, strict=True)
        if "©" in text or "opyright" in text or "@" in text
    ]
    numbers = {
        key: _numbers(page, headline, key, best[key], some, best, squeezed)
        for key, some in found.items()
    }
    return [
        AuthorCandidate(one.name, one.index, _HOWS[one.kind], numbers[key])
        for key, one in best.items()
    ]


def _places(page: PageView, headline: int | None) -> Iterator[int]:
    size = len(page.blocks)
    first = max(0, page.start - _ABOVE)
    if headline is not None:
        first = max(first, headline - _ABOVE_HEADLINE)
    yield from range(first, min(size, page.start + _INTO))
    below = max(page.start + _INTO, page.end - 1)
    yield from range(below, min(size, page.end + _BELOW))


def _mentions(page: PageView, headline: int | None) -> Iterator[_PersonMention]:
    for index in _places(page, headline):
        text = _parted(page.plain[index])
        signed = bylines.sign_off(text) if index >= page.end - 1 else None
        if signed is not None:
            yield from _named(signed, index, "sign-off")
        elif index == headline or (wording.is_prose(text) and len(text) > _PROSE):
            continue
        elif found := bylines.byline(text):
            yield from _named(found, index, "marked")
        elif index and bylines.stands_alone(page.plain[index - 1]):
            if found := bylines.byline(f"By {text}"):
                yield from _named(found, index, "after by")
        elif found := bylines.unmarked(text):
            yield from _named(found, index, "post" if found.sure else "bare")


def _parted(text: str) -> str:
    """Return a line with a space where a name is glued to its neighbours, without handles."""
    if len(text) > 300:
        return text
    text = _GLUED[0].sub("By ", text, count=1)
    text = _GLUED[1].sub(", ", text, count=1)
    return _HANDLE.sub("", text) or text


def _named(found: bylines.Byline, index: int, kind: str) -> Iterator[_PersonMention]:
    for name in found.authors:
        yield _PersonMention(name, index, kind, len(found.authors))


def _numbers(
    page: PageView,
    headline: int | None,
    key: str,
    one: _PersonMention,
    some: Sequence[_PersonMention],
    others: Mapping[str, _PersonMention],
    squeezed: Sequence[str],
) -> dict[str, float]:
    return {
        **_of_kinds(one, some, others),
        **_of_line(page, one),
        **_of_place(page, headline, one.index),
        **_of_others(key, one, others),
        **_elsewhere(page, key, one),
        "whole lines": page.counts[key],
        "holds name": sum(page.counts[o] for o in others if o != key and key.startswith(f"{o} ")),
        "in contact": sum(key.replace(" ", "") in line for line in squeezed),
        "in headline": float(headline is not None and key in page.bare[headline]),
        "words": len(key.split()),
        "letters": len(one.name),
        "upper": float(one.name.isupper()),
        "people": one.alone,
    }


def _of_kinds(
    one: _PersonMention, some: Sequence[_PersonMention], others: Mapping[str, _PersonMention]
) -> dict[str, float]:
    """Return by what the person is named, how often, and by what others are."""
    kinds = [other.kind for other in others.values()]
    return {
        **{f"kind {kind}": float(one.kind == kind) for kind in _KINDS},
        **{f"mentions {kind}": sum(m.kind == kind for m in some) for kind in _KINDS},
        **{f"others {kind}": kinds.count(kind) - (one.kind == kind) for kind in _KINDS},
        "candidates": len(others),
    }


def _of_others(
    key: str, one: _PersonMention, others: Mapping[str, _PersonMention]
) -> dict[str, float]:
    """Return how near other people are named, and whether one of them has a longer name."""
    distances = [abs(o.index - one.index) for m, o in others.items() if m != key]
    marked = [
        one.index - o.index
        for m, o in others.items()
        if m != key and o.kind in {"marked", "after by"} and o.index < one.index
    ]
    return {
        "in longer": sum(m != key and m.startswith(f"{key} ") for m in others),
        "next name": min(distances, default=99),
        "names near": sum(distance <= 2 for distance in distances),
        "below marked": min(marked, default=99),
    }


def _of_line(page: PageView, one: _PersonMention) -> dict[str, float]:
    """Return what the line is like that names the person."""
    index = one.index
    block, text, role = page.blocks[index], page.plain[index], page.roles[index]
    small = text.lower()
    by = small.rfind("by", 0, max(0, small.find(one.name.lower())))
    before = small[: max(0, by)][-_BEFORE:]
    return {
        **{name: float(re.search(pattern, before) is not None) for name, pattern in _BEFORE_BY},
        "before by": len(before.split()),
        "rest": len(wording.bare(dates.without(text).replace(one.name, " ")).split()),
        "line words": page.words(index),
        "is body": float(role == "body"),
        "role byline": float(role == "byline"),
        "role related": float(role in {"related", "comment"}),
        "role caption": float(role == "caption"),
        "list item": float(wording.is_list_item(block.text)),
        "dated": float(bool(dates.find(text))),
        "vague": float(page.says_when(index)),
        "level": page.level(index),
        "unmarked byline": float(is_unmarked_byline(page.blocks, index)),
        "address": float("@" in block.raw or "@" in block.text),
    }


def _of_place(page: PageView, headline: int | None, index: int) -> dict[str, float]:
    """Return where the line stands, and what stands beside it."""
    size = len(page.blocks)
    beside = [i for i in (index - 1, index + 1, index + 2) if 0 <= i < size]
    return {
        "from headline": _near(index - headline) if headline is not None else -_FAR - 1,
        "from start": _near(index - page.start),
        "from end": _near(index - page.end),
        "has headline": float(headline is not None),
        "dated beside": sum(page.says_when(i) for i in beside),
        "by beside": sum(page.names_author(i) for i in beside),
        "prose above": float(index > 0 and wording.is_prose(page.plain[index - 1])),
        "prose below": float(index + 1 < size and wording.is_prose(page.plain[index + 1])),
    }


def _elsewhere(page: PageView, key: str, one: _PersonMention) -> dict[str, float]:
    """Return how often other lines name the person, and as whom."""
    held = [i for i, line in enumerate(page.bare[:_MOST_LINES]) if key in line[:_LONGEST]]
    below = [page.plain[i] for i in held if i > page.end]
    return {
        "held": len(held),
        "held in body": sum(page.roles[i] == "body" for i in held),
        "held below": len(below),
        "bio": sum(_follows(page.plain[i], one.name, _BIO) for i in held),
        "pointed to": sum(_precedes(page.plain[i], one.name) for i in held),
        "says": sum(
            line.startswith(one.name) and _SAYS.match(line[len(one.name) :]) is not None
            for line in below
        ),
    }


def _near(distance: int) -> float:
    return max(-_FAR, min(_FAR, distance))


def _follows(line: str, name: str, pattern: str) -> bool:
    place = line.find(name)
    after = line[place + len(name) : place + len(name) + 40] if 0 <= place < 30 else ""
    return re.match(rf"[,\s]+{pattern}", after) is not None


def _precedes(line: str, name: str) -> bool:
    place = line.find(name)
    return (
        0 < place < 30
        and re.fullmatch(rf"\W*{_POINTS}(?:\sthe\sauthor)?\W*", line[:place], re.IGNORECASE)
        is not None
    )
