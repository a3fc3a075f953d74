"""Find the names that may be the outlet's, and say in numbers what speaks for each."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice

from builder.ingest.cleaning import bylines, furniture, wording
from builder.ingest.fields import outlet_wording
from builder.ingest.fields.outlet_wording import Kind, OutletName
from builder.ingest.fields.view import PageView

_LONGEST, _SHORT, _TOP, _HEAD = 400, 60, 4, 8
_MAX_NAMES, _MOST_LINES = 300, 3_000
_KINDS: tuple[Kind, ...] = (
    "copyright",
    "after title",
    "before title",
    "line",
    "addressed",
    "followed",
    "host",
)
OWNER = "owner of the copyright"
_HOWS = {
    "copyright": OWNER,
    "after title": "name after the title",
    "before title": "name before the title",
    "line": "name that the page repeats",
    "addressed": "name by which the page speaks of itself",
    "followed": "name by which the page speaks of itself",
    "host": "host of the page's addresses",
}


@dataclass(slots=True)
class _OutletMention:
    name: str
    index: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class OutletCandidate:
    """A name that may be the outlet's, the block that holds it, how, and what speaks for it."""

    name: str
    index: int
    how: str
    numbers: dict[str, float] = field(compare=False)


def candidates(page: PageView, headline: int | None) -> list[OutletCandidate]:
    """Return the names that may be the outlet's."""
    found: dict[str, list[_OutletMention]] = defaultdict(list)
    squeezed = _OutletLetters(page)
    for mention in _mentions(page, headline):
        key = _key(mention.name)
        if len(key) > 1 and (key in found or len(found) < _MAX_NAMES):
            found[key].append(mention)
    for key, mentions in _lines(page, found.keys() | squeezed.hosts.keys()).items():
        if key in found or len(found) < _MAX_NAMES:
            found[key] += mentions
    best = {key: min(some, key=lambda one: _KINDS.index(one.kind)) for key, some in found.items()}
    squeezed.kinds = Counter(one.kind for one in best.values())
    squeezed.most = max((squeezed.outside.count(key) for key in best if len(key) > 4), default=0)
    return [
        OutletCandidate(
            one.name,
            one.index,
            _HOWS[one.kind],
            _numbers(page, key, one, found[key], best, squeezed),
        )
        for key, one in best.items()
    ]


class _OutletLetters:
    """The letters of a page's lines, and the hosts that it names."""

    def __init__(self, page: PageView) -> None:
        outside: list[str] = []
        body: list[str] = []
        for line, role in islice(zip(page.bare, page.roles, strict=True), _MOST_LINES):
            (body if role == "body" else outside).append(line[:_LONGEST].replace(" ", ""))
        self.outside, self.body = "\n".join(outside), "\n".join(body)
        self.most = 0
        self.kinds: Counter[str] = Counter()
        self.hosts: Counter[str] = Counter()
        for block in page.blocks[:_MOST_LINES]:
            text = block.raw or block.text
            if "." in text and len(text) <= _LONGEST * 4:
                self.hosts.update(outlet_wording.hosts(text))


def _mentions(page: PageView, headline: int | None) -> Iterator[_OutletMention]:
    title = page.plain[headline] if headline is not None else None
    for index, text in enumerate(page.plain[:_MOST_LINES]):
        if len(text) <= _LONGEST:
            for named in _named(page, index, text, title):
                yield _OutletMention(named.name, index, named.kind)


def _named(page: PageView, index: int, text: str, title: str | None) -> Iterator[OutletName]:
    in_body = page.roles[index] == "body"
    if index < _TOP:
        yield from outlet_wording.parts(text)
    if title:
        yield from outlet_wording.beside(title, text)
    yield from outlet_wording.owners(text)
    if not in_body or index >= page.end - 1:
        yield from outlet_wording.addressed(text)


def _lines(page: PageView, known: Set[str]) -> dict[str, list[_OutletMention]]:
    """Return the short lines that are names and say the same as others, or as what is known."""
    keys: dict[str, list[int]] = defaultdict(list)
    for index in range(_TOP, min(len(page.plain), _MOST_LINES)):
        if page.roles[index] != "body" and len(page.plain[index]) <= _SHORT:
            keys[_key(page.plain[index])].append(index)
    found: dict[str, list[_OutletMention]] = {}
    for key, places in keys.items():
        if len(key) > 1 and (len(places) > 1 or places[0] < _HEAD or key in known):
            named = [(i, one) for i in places for one in outlet_wording.alone(page.plain[i])]
            found[key] = [_OutletMention(one.name, index, one.kind) for index, one in named]
    return {key: mentions for key, mentions in found.items() if mentions}


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
    one: _OutletMention,
    some: Sequence[_OutletMention],
    best: dict[str, _OutletMention],
    squeezed: _OutletLetters,
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
        "others copyright": squeezed.kinds["copyright"] - (one.kind == "copyright"),
        "others title": squeezed.kinds["after title"] - (one.kind == "after title"),
        "names": len(best),
        "prose": float(wording.is_prose(text)),
        "cue": float(furniture.cue(text) is not None),
        "person": float(bylines.unmarked(one.name) is not None),
        "agency": float(bylines.is_agency(one.name)),
        "page lines": size,
    }
