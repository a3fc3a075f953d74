"""Find what in people's work is likely a slip, and say how much it matters.

Nothing is changed here: what is certain was mended when the work was fetched, and is told.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from builder.records import Article, Correction, Noticed, Span

Severity = Literal["mended", "told", "held"]


@dataclass(frozen=True)
class Rule:
    """A kind of slip: how much it matters, and why.

    ``mended``: it was certain, and is mended. ``told``: it may be right. ``held``: what it touches
    enters validation and test only when it is mended, or when a second person says the same.
    """

    severity: Severity
    reason: str


RULES: Mapping[str, Rule] = {
    "trimmed": Rule("mended", "white space at the edges was cut off: no span begins or ends there"),
    "doubled": Rule("mended", "the same words were marked twice with one label, and are kept once"),
    "two_labels": Rule(
        "held", "one region has a name's and a claim's label: a key was pressed while it was chosen"
    ),
    "crossing": Rule("held", "two spans of one layer cross, and neither holds the other"),
    "inside_word": Rule("held", "it begins or ends inside a word"),
    "no_source_no_cue": Rule("held", "an attributed claim has neither source nor cue"),
    "no_source": Rule("told", "an attributed claim has no source"),
    "no_cue": Rule("told", "an attributed claim has no cue"),
    "hasty": Rule("held", "a text full of names was submitted empty, faster than it can be read"),
}

# Nobody reads faster: words a second.
_FASTEST = 20
# So many names make a text full of them.
_NAMES = 5
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")


@dataclass(frozen=True)
class Slip:
    """A likely slip: its kind, where it is, and whose; ``text`` is what is marked there."""

    kind: str
    task: str
    person: str
    start: int
    end: int
    text: str

    @property
    def rule(self) -> Rule:
        """What is said of this kind."""
        return RULES[self.kind]

    def __str__(self) -> str:
        where = f"{self.task} by {self.person}: {self.start}:{self.end} “{self.text}”"
        return f"{where}: {self.rule.reason}"


def slips(correction: Correction, article: Article) -> list[Slip]:
    """Return the likely slips of a correction, in the order of the text."""
    if correction.state != "submitted":
        return []
    found: list[tuple[str, int, int]] = [
        (item.kind, item.start, item.end) for item in correction.noticed
    ]
    found += [(kind, span.start, span.end) for kind, span in _of_spans(correction, article.text)]
    if _is_hasty(correction, article.text):
        found.append(("hasty", correction.scope.start, correction.scope.end))
    return [
        Slip(
            kind=kind,
            task=correction.task,
            person=correction.producer.name,
            start=start,
            end=end,
            text=_short(article.text[start:end]),
        )
        for kind, start, end in sorted(set(found), key=lambda item: item[1:])
    ]


def noticed(kind: Literal["trimmed", "doubled", "two_labels"], span: Span) -> Noticed:
    """Return the note that something was seen at a span when it was fetched."""
    return Noticed(kind=kind, start=span.start, end=span.end)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."


def _of_spans(correction: Correction, text: str) -> Iterator[tuple[str, Span]]:
    yield from (("crossing", span) for span in _crossing(correction.spans))
    for span in correction.spans:
        if _cuts_word(text, span.start) or _cuts_word(text, span.end):
            yield "inside_word", span
    yield from _of_claims(correction)


def _crossing(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the spans that begin inside another one of their layer and end after it."""
    in_order = sorted(spans, key=lambda s: (s.start, s.end))
    for number, one in enumerate(in_order):
        for other in islice(in_order, number + 1, None):
            if other.start >= one.end:
                break
            if one.layer == other.layer and one.start < other.start < one.end < other.end:
                yield other


def _cuts_word(text: str, place: int) -> bool:
    return 0 < place < len(text) and text[place - 1].isalpha() and text[place].isalpha()


def _of_claims(correction: Correction) -> Iterator[tuple[str, Span]]:
    links = {(relation.head, relation.label) for relation in correction.relations}
    for span in correction.spans:
        if span.label != "CLAIM" or span.attributes.get("attribution") == "author":
            continue
        if (span.id, "continues") in links:
            continue
        source, cue = ((span.id, to) in links for to in ("attributed_to", "introduced_by"))
        if not (source and cue):
            kinds: Sequence[str] = ("no_source_no_cue", "no_cue", "no_source")
            yield kinds[1 if source else 2 if cue else 0], span


def _is_hasty(correction: Correction, text: str) -> bool:
    """Tell whether nothing is marked in a text with names, in less time than reading it takes."""
    if correction.spans or correction.seconds is None:
        return False
    shown = text[correction.scope.start : correction.scope.end]
    names = len(_NAME.findall(shown)) + len(correction.changes)
    return names >= _NAMES and correction.seconds * _FASTEST < len(shown.split())
