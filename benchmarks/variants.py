"""How well variants of real sentences are aligned and compared, with edits that are known.

    .venv/bin/python benchmarks/variants.py FILE.jsonl [--documents N]

FILE.jsonl holds news articles, ``{"text", "spans": [{"start", "end", "label"}]}``, with names and
values by OntoNotes. Sentences are changed by rule: another figure, another date, another name, a
negation, a hedge, another word in a quotation, all of which conflict; a synonym, another spelling
or abbreviation, a detail more, a surname alone, which do not. Each sentence gets up to three
changes. Printed are precision and recall of "conflicting", and of the alignment of whole articles
with reordered paragraphs, cut leads, split, merged and inserted sentences and 5 to 20 per cent of
the words changed; each with the 95% interval of a bootstrap over articles, for the articles that
the rules were written with in view and for those held out.
"""

import argparse
import json
import random
import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from builder.annotate.boundaries import sentence_bounds
from builder.variants.alignment import align
from builder.variants.comparing import Comparable, compare_sentences

_SYNONYMS_LISTED = """
began=started people=persons government=administration attack=assault big=large help=assist
near=close_to several=various children=kids killed=slain hurt=harmed police=officers
country=nation area=region city=town car=vehicle plane=aircraft built=constructed
bought=purchased made=produced held=staged used=employed show=display important=significant
company=firm workers=staff found=discovered found=located leader=head statement=declaration
report=account plan=scheme problem=issue students=pupils doctors=physicians house=home
money=funds fire=blaze storm=tempest rain=showers street=road talks=negotiations deal=agreement
law=statute war=conflict soldiers=troops crash=collision injured=wounded died=perished
asked=requested received=got increase=growth number=amount part=portion end=conclusion
announced=declared added=noted later=afterwards during=throughout
"""
_SYNONYMS = dict(pair.split("=") for pair in _SYNONYMS_LISTED.split())
_SHORT_LISTED = """
January=Jan. February=Feb. August=Aug. September=Sept. October=Oct. November=Nov. December=Dec.
organisation=organization organization=organisation labour=labor center=centre centre=center
defense=defence defence=defense percent=per_cent %=_percent
"""
_SHORT = dict(pair.split("=") for pair in _SHORT_LISTED.split())
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_OTHER_WORDS = ("kitchens", "bridges", "teachers", "winter", "mountains", "hunger", "engines")
_DETAILS = ("in the presence of reporters", "for the first time", "without further notice")
_HEDGES = (", documents suggest", ", leaked e-mails suggest", ", it is claimed", ", allegedly")
_NEGATED = ("is", "was", "are", "were", "will", "has been", "can", "would")
_LONG_WORD = re.compile(r"\b[a-z]{6,}\b")
# Where a document belongs follows from its text; one in two is held out.
_PARTS = ("in view", "held out")
_Edit = Callable[[random.Random, "_Marked"], "tuple[str, bool] | None"]


class _Marked:
    """A sentence with the names and values in it."""

    def __init__(self, text: str, spans: Sequence[tuple[int, int, str]], names: Any) -> None:
        self.text, self.spans, self.names = text, spans, names

    def replaced(self, start: int, end: int, by: str) -> str:
        return self.text[:start] + by + self.text[end:]

    def some(self, rng: random.Random, *labels: str) -> tuple[int, int, str] | None:
        found = [span for span in self.spans if span[2] in labels]
        return rng.choice(found) if found else None


def _number(rng: random.Random, of: _Marked) -> tuple[str, bool] | None:
    span = of.some(rng, "CARDINAL", "MONEY", "PERCENT", "QUANTITY")
    digits = span and re.search(r"\d[\d,]*(?:\.\d+)?", of.text[span[0] : span[1]])
    if not span or not digits:
        return None
    old = float(digits[0].replace(",", ""))
    new = max(old * rng.choice([0.4, 0.6, 1.5, 2, 4]), 1)
    said = f"{new:.1f}" if "." in digits[0] else f"{round(new):,}"
    if float(said.replace(",", "")) == old:
        return None
    start = span[0] + digits.start()
    return of.replaced(start, start + len(digits[0]), said), True


def _date(rng: random.Random, of: _Marked) -> tuple[str, bool] | None:
    span = of.some(rng, "DATE")
    if not span:
        return None
    old = of.text[span[0] : span[1]]
    for day in _WEEKDAYS:
        if old == day:
            return of.replaced(*span[:2], rng.choice([d for d in _WEEKDAYS if d != day])), True
    if found := re.fullmatch(r"([A-Z][a-z]+) (\d\d?)((?:, \d{4})?)", old):
        new = int(found[2]) % 28 + 1
        return of.replaced(*span[:2], f"{found[1]} {new}{found[3]}"), True
    if re.fullmatch(r"(?:19|20)\d\d", old):
        return of.replaced(*span[:2], str(int(old) - rng.randint(1, 4))), True
    return None


def _name(rng: random.Random, of: _Marked) -> tuple[str, bool] | None:
    span = of.some(rng, "PERSON", "GPE", "ORG")
    if not span:
        return None
    old = of.text[span[0] : span[1]]
    new = rng.choice(of.names[span[2]])
    shared = set(old.lower().split()) & set(new.lower().split())
    if shared or min(len(old), len(new)) < 4 or old.isupper() or new.isupper():
        return None
    return of.replaced(*span[:2], new), True


def _negation(rng: random.Random, of: _Marked) -> tuple[str, bool] | None:
    found = [m for word in _NEGATED for m in re.finditer(rf"\b{word}\b(?! not)(?= [a-z])", of.text)]
    if not found or '"' in of.text:
        return None
    place = rng.choice(found)
    first = place[0].split()[0]
    at = place.start() + len(first)
    return of.text[:at] + " not" + of.text[at:], True


def _hedge(rng: random.Random, of: _Marked) -> tuple[str, bool] | None:
    if '"' in of.text or not of.text.endswith(".") or re.search(r"\b(?:said|told)\b", of.text):
        return None
    return f"{of.text[:-1]}{rng.choice(_HEDGES)}.", True


def _quote(rng: random.Random, of: _Marked) -> tuple[str, bool] | None:
    quoted = [m for m in re.finditer(r'"([^"]*)"', of.text) if len(m[1]) >= 25]
    words = [m for q in quoted for m in _LONG_WORD.finditer(of.text, q.start(1), q.end(1))]
    if not words:
        return None
    word = rng.choice(words)
    return of.replaced(word.start(), word.end(), rng.choice(_OTHER_WORDS)), True


def _synonym(rng: random.Random, of: _Marked) -> tuple[str, bool] | None:
    return _swapped(rng, of, _SYNONYMS)


def _abbreviated(rng: random.Random, of: _Marked) -> tuple[str, bool] | None:
    return _swapped(rng, of, _SHORT)


def _swapped(rng: random.Random, of: _Marked, by: dict[str, str]) -> tuple[str, bool] | None:
    outside = re.sub(r'"[^"]*(?:"|$)', lambda m: " " * len(m[0]), of.text)
    found = [m for m in re.finditer(r"[A-Za-z]+|%", outside) if m[0] in by]
    if not found:
        return None
    word = rng.choice(found)
    return of.replaced(word.start(), word.end(), by[word[0]].replace("_", " ")), False


def _surname(rng: random.Random, of: _Marked) -> tuple[str, bool] | None:
    span = of.some(rng, "PERSON")
    parts = of.text[span[0] : span[1]].split() if span else []
    if not span or len(parts) != 2:
        return None
    return of.replaced(*span[:2], parts[1]), False


def _detail(rng: random.Random, of: _Marked) -> tuple[str, bool] | None:
    places = [m.start() for m in re.finditer(r"(?<=[a-z]{3})(?=[.,](?: |$))", of.text)]
    if not places or '"' in of.text:
        return None
    at = rng.choice(places)
    return f"{of.text[:at]} {rng.choice(_DETAILS)}{of.text[at:]}", False


def _fewer_words(rng: random.Random, of: _Marked) -> tuple[str, bool] | None:
    found = list(re.finditer(r" (?:[a-z]+ly|also|new|large|local|recent)(?= [a-z])", of.text))
    if (
        not found
        or '"' in of.text
        or re.search(r"(?:allegedly|reportedly|apparently|likely|possibly|probably)", of.text)
    ):
        return None
    word = rng.choice(found)
    return of.replaced(word.start(), word.end(), ""), False


def _fronted(rng: random.Random, of: _Marked) -> tuple[str, bool] | None:
    found = re.fullmatch(r"((?:On|In) [A-Z]\w+(?: \d+)?), (.+)\.", of.text)
    if not found or '"' in of.text:
        return None
    return f"{found[2][0].upper()}{found[2][1:]} {found[1][0].lower()}{found[1][1:]}.", False


_CONFLICTING: tuple[_Edit, ...] = (_number, _date, _name, _negation, _hedge, _quote)
_CALM: tuple[_Edit, ...] = (_synonym, _abbreviated, _surname, _detail, _fewer_words, _fronted)


def main() -> None:
    """Measure both on all articles of a file and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--documents", type=int, default=10**6, help="how many to read")
    parser.add_argument("--show", type=int, default=0, help="print mistakes, none of held out")
    options = parser.parse_args()
    lines = options.file.read_text("utf-8").splitlines()[: options.documents]
    documents = [json.loads(line) for line in lines]
    names: dict[str, list[str]] = defaultdict(list)
    for document in documents:
        for span in document["spans"]:
            names[span["label"]].append(document["text"][span["start"] : span["end"]])
    counted: dict[str, list[tuple[int, ...]]] = {part: [] for part in _PARTS}
    aligned: dict[str, list[tuple[int, ...]]] = {part: [] for part in _PARTS}
    shown = options.show
    for document in documents:
        number = zlib.crc32(document["text"].encode())
        rng = random.Random(number)
        part = _PARTS[number % 2]
        wrong: list[str] = []
        counted[part].append(_compared(rng, document, names, wrong))
        aligned[part].append(_aligned(rng, document["text"]))
        if part == _PARTS[0]:
            for told in wrong[:shown]:
                print(told)
            shown -= min(shown, len(wrong))
    for part in _PARTS:
        print(f"{part}: {len(counted[part])} articles")
        print(f"  conflicting: {_scores(counted[part])}")
        print(f"  alignment:   {_scores(aligned[part])}")


def _compared(
    rng: random.Random, document: dict[str, Any], names: Any, wrong: list[str]
) -> tuple[int, ...]:
    """Return how many sentences were rightly called conflicting, how many were, how many are."""
    right = called = are = 0
    text = document["text"]
    for start, end in sentence_bounds(text):
        spans = [
            (span["start"] - start, span["end"] - start, span["label"])
            for span in document["spans"]
            if start <= span["start"] and span["end"] <= end
        ]
        if not 8 <= len(text[start:end].split()) <= 45:
            continue
        before = _Marked(text[start:end], spans, names)
        edited, conflicts, done = _edited(rng, before)
        if not done:
            continue
        one, other = (Comparable(t, [(0, len(t))]) for t in (before.text, edited))
        found = compare_sentences(one, other, (0,), (0,))
        says = found.kind == "conflicting"
        right, called, are = right + (says and conflicts), called + says, are + conflicts
        if says != conflicts:
            told = "\n    ".join(str(d) for d in found.differences if d.kind == "conflicting")
            wrong.append(f"{done} {conflicts}\n  {before.text}\n  {edited}\n    {told}")
    return right, called, are


def _edited(rng: random.Random, before: _Marked) -> tuple[str, bool, list[str]]:
    """Return a sentence with a change that conflicts, or with up to three that do not."""
    if rng.random() < 0.4:
        for edit in rng.sample(_CONFLICTING, len(_CONFLICTING)):
            if (made := edit(rng, before)) is not None:
                return made[0], True, [edit.__name__]
    text = before.text
    done: list[str] = []
    for edit in rng.sample(_CALM, len(_CALM)):
        # Bounds hold as long as nothing was changed; what needs none may come later.
        spans = before.spans if text == before.text else ()
        made = edit(rng, _Marked(text, spans, before.names))
        if made is not None and len(done) < 3:
            text, done = made[0], [*done, edit.__name__]
    return text, False, done


# --- alignment --------------------------------------------------------------------------------


def _aligned(rng: random.Random, text: str) -> tuple[int, ...]:
    """Return how many pairs of sentences were rightly aligned, how many were, how many should."""
    bounds = sentence_bounds(text)
    sentences = [text[start:end] for start, end in bounds]
    units: list[tuple[tuple[int, ...], list[str]]] = []
    at = rng.choice([0, 0, 1, 2])
    share = rng.uniform(0.05, 0.2)
    while at < len(sentences):
        how, one = rng.random(), _changed(rng, sentences[at], share)
        words = one.split()
        if how < 0.06 and at + 1 < len(sentences):
            other = _changed(rng, sentences[at + 1], share)
            units.append(((at, at + 1), [f"{one.rstrip('.')}, and {other}"]))
            at += 1
        elif how < 0.14 and len(words) > 14:
            half = len(words) // 2
            units.append(((at,), [" ".join(words[:half]) + ".", " ".join(words[half:])]))
        elif how < 0.94:
            units.append(((at,), [one]))
        if rng.random() < 0.08:
            units.append(((), [" ".join(rng.sample(_OTHER_WORDS, 6)).capitalize() + "."]))
        at += 1
    if rng.random() < 0.5 and len(units) > 6:
        cut = rng.randrange(2, len(units) - 2)
        units = [*units[cut:], *units[:cut]]
    there: list[str] = []
    wanted: set[tuple[int, int]] = set()
    for numbers, parts in units:
        places = range(len(there), len(there) + len(parts))
        wanted |= {(number, place) for number in numbers for place in places}
        there += parts
    found = {
        (one, other)
        for pair in align(text, bounds, *_joined(there))
        for one in pair.left
        for other in pair.right
    }
    return len(found & wanted), len(found), len(wanted)


def _changed(rng: random.Random, sentence: str, share: float) -> str:
    words = sentence.split()
    for at in range(len(words)):
        if rng.random() < share:
            words[at] = rng.choice([*_OTHER_WORDS, "", ""])
    return " ".join(word for word in words if word) or sentence


def _joined(sentences: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    bounds, at = [], 0
    for one in sentences:
        bounds.append((at, at + len(one)))
        at += len(one) + 1
    return " ".join(sentences), bounds


# --- figures ----------------------------------------------------------------------------------


def _scores(counted: Sequence[tuple[int, ...]]) -> str:
    """Return precision and recall with their intervals, from a bootstrap over articles."""
    rng = random.Random(0)
    rounds = [rng.choices(counted, k=len(counted)) for _ in range(1000)]
    told = []
    for name, below in (("precision", 1), ("recall", 2)):
        values = sorted(_ratio(drawn, below) for drawn in rounds)
        low, high = values[25], values[974]
        told.append(f"{name} {_ratio(counted, below):.3f} [{low:.3f}, {high:.3f}]")
    return ", ".join(told) + f" of {sum(c[2] for c in counted)}"


def _ratio(counted: Sequence[tuple[int, ...]], below: int) -> float:
    return sum(c[0] for c in counted) / max(1, sum(c[below] for c in counted))


if __name__ == "__main__":
    main()
