"""How many marks find their place when texts come back from other tools, and how fast.

    .venv/bin/python benchmarks/importing.py FILE.jsonl [--most N]

FILE holds texts with spans, as ``builder evaluate`` reads them. Each text is an article; it comes
back cut into tokens with a treebank's quotes, sentence by sentence, inside the menus of a page,
with words changed, and with sentences left out. Counted is which marks stand where they did, which
are listed as left out, and which stand elsewhere (wrong), with 95% bootstrap intervals over texts.
Marks on words that were changed or left out cannot come back, and are not counted. No rule was
fitted to texts; the halves, by hash, show how much texts differ.
"""

import argparse
import json
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from builder.annotate.boundaries import sentence_bounds
from builder.annotate.label_map import LabelMap
from builder.annotate.tokens import token_bounds
from builder.formats.foreign import ForeignMark, ForeignText
from builder.importing.matching import Match, Matched, match
from builder.importing.placing import MarkedArticle, Placer
from builder.labels import default
from builder.records import LAYERS, Article, Bounds, Metadata, Rejection
from builder.text import article_id, join_paragraphs, normalise
from builder.workspace.store import Shelf

# A piece of a text as it comes back: what it reads now, and where its signs stood.
Moved = tuple[str, list[int]]
Spans = Sequence[tuple[int, int]]
_RESAMPLED = 1000
_CHANGED, _LEFT_OUT = 0.02, 0.1
_MENU = "Home | News | Sport | Weather | Subscribe\n\n"


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--most", type=int, default=300)
    given = parser.parse_args()
    texts = list(_texts(given.file))[: given.most]
    print(f"{given.file.name}: {len(texts)} articles")
    print(f"{'':<18}{'half':<10}{'marks':>7}  back              wrong     left out   ms a text")
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder), Article, lambda a: a.id, lambda a: a.id[:2])
        shelf.save([article for article, _ in texts])
        for name, damage in _DAMAGES.items():
            for half in (0, 1):
                mine = [t for t in texts if int(t[0].id, 16) % 2 == half]
                _row(name, ("one", "the other")[half], mine, shelf, damage)


def _texts(file: Path) -> Iterator[tuple[Article, Spans]]:
    """Yield the articles with the bounds of their spans; doubles and empty texts are left out."""
    seen = set[str]()
    for line in filter(None, file.read_text("utf-8").split("\n")):
        record = json.loads(line)
        text = join_paragraphs(normalise(record["text"]).split("\n\n"))
        bounds = [Bounds(start=a, end=b) for a, b in sentence_bounds(text)] if text else []
        if text != record["text"] or article_id(text) in seen or not bounds:
            continue
        seen.add(article_id(text))
        yield (
            Article(id=article_id(text), text=text, sentences=tuple(bounds),
                    seeds=("0" * 64,), metadata=Metadata()),
            sorted({(s["start"], s["end"]) for s in record["spans"]}),
        )  # fmt: skip


# --- what tools do to texts -------------------------------------------------------------------


def _tokens(text: str, _: random.Random) -> list[Moved]:
    """Cut a text into tokens, with the quotes and brackets of a treebank."""
    pieces, places = "", list[int]()
    spelled = {"“": "``", "”": "''", '"': "''", "(": "-LRB-", ")": "-RRB-", "’": "'"}
    for start, end in token_bounds(text):
        if text[start:end].isspace():
            continue
        token = spelled.get(text[start:end], text[start:end])
        inner = range(start, end) if len(token) == end - start else [start] * len(token)
        pieces += token + " "
        places += [*inner, -1]
    return [(pieces, places)]


def _sentences(text: str, _: random.Random) -> list[Moved]:
    return [(text[a:b], list(range(a, b))) for a, b in sentence_bounds(text)]


def _in_a_page(text: str, _: random.Random) -> list[Moved]:
    return [(_MENU + text, [-1] * len(_MENU) + list(range(len(text))))]


def _changed(text: str, chance: random.Random) -> list[Moved]:
    pieces, places, at = "", list[int](), 0
    for word in re.finditer(r"\w+", text):
        if chance.random() < _CHANGED:
            pieces += text[at : word.start()] + "xyzzy"
            places += [*range(at, word.start()), *[-1] * 5]
            at = word.end()
    return [(pieces + text[at:], places + list(range(at, len(text))))]


def _shortened(text: str, chance: random.Random) -> list[Moved]:
    kept = [b for b in sentence_bounds(text) if chance.random() >= _LEFT_OUT]
    pieces = "".join(text[a:b] + " " for a, b in kept)
    return [(pieces, [at for a, b in kept for at in (*range(a, b), -1)])]


_DAMAGES: dict[str, Callable[[str, random.Random], list[Moved]]] = {
    "tokens": _tokens,
    "sentences": _sentences,
    "in a page": _in_a_page,
    "2% words changed": _changed,
    "10% left out": _shortened,
}


# --- what becomes of marks ----------------------------------------------------------------------


def _row(
    name: str,
    half: str,
    texts: Sequence[tuple[Article, Spans]],
    shelf: Shelf[Article],
    damage: Callable[[str, random.Random], list[Moved]],
) -> None:
    chance = random.Random(name)
    foreign: list[ForeignText] = []
    truth: dict[str, set[tuple[int, int]]] = {}
    for article, spans in texts:
        for text, places in damage(article.text, chance):
            marks = list(_marks(article.text, places, spans))
            truth.setdefault(article.id, set()).update(span for _, span in marks)
            # Each text in a file of its own: its neighbours do not help.
            foreign.append(
                ForeignText(article.id, text, tuple(mark for mark, _ in marks), layers=("entity",))
            )
    began = time.process_time()
    counts = _counts(foreign, shelf, truth)
    spent = 1000 * (time.process_time() - began) / max(len(texts), 1)
    total = sum(of for of, _, _ in counts)
    back, wrong = (sum(c[i] for c in counts) for i in (1, 2))
    low, high = _interval(counts)
    print(
        f"{name:<18}{half:<10}{total:>7}  {back / total:.4f} [{low:.3f} {high:.3f}]  "
        f"{wrong:>5}  {total - back - wrong:>9}   {spent:>7.1f}",
        flush=True,
    )


def _marks(
    text: str, places: Sequence[int], spans: Spans
) -> Iterator[tuple[ForeignMark, tuple[int, int]]]:
    """Yield the marks whose words are all there, each with where it stood."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for at, place in enumerate(places):
        if place >= 0:
            first.setdefault(place, at)
            last[place] = at
    for start, end in spans:
        if all(place in first for place in (start, end - 1)):
            mark = ForeignMark("PERSON", first[start], last[end - 1] + 1)
            wanted = (at for at in range(start, end) if not text[at].isspace())
            if _whole(places[mark.start : mark.end], wanted):
                yield mark, (start, end)


def _whole(inside: Sequence[int], wanted: Iterable[int]) -> bool:
    """Tell whether a stretch holds all signs that stood there, in their order."""
    there = [place for place in inside if place >= 0]
    return there == sorted(there) and {*wanted} <= {*there}


def _counts(
    foreign: Sequence[ForeignText], shelf: Shelf[Article], truth: dict[str, set[tuple[int, int]]]
) -> list[tuple[int, int, int]]:
    """Return for each article how many marks there are, are back, and stand elsewhere."""
    into: dict[str, dict[str, MarkedArticle]] = {}
    placer = Placer(LabelMap(default()), "kim", False, lambda _: None)
    for found in match(foreign, shelf, {}, Matched()):
        if isinstance(found, Match):
            of = into.setdefault(found.document.file, {})
            place = of.setdefault(found.article.id, MarkedArticle(found.article, LAYERS))
            placer.place(found, place)
        else:
            assert isinstance(found, Rejection)
    counts = []
    for article, wanted in truth.items():
        marked = [(i, (s.start, s.end)) for i, m in into.get(article, {}).items()
                  for s in m.spans.values()]  # fmt: skip
        right = {place for i, place in marked if i == article and place in wanted}
        counts.append((len(wanted), len(right), len(marked) - len(right)))
    return counts


def _interval(counts: Sequence[tuple[int, int, int]]) -> tuple[float, float]:
    chance = random.Random(0)
    shares = []
    for _ in range(_RESAMPLED):
        drawn = chance.choices(counts, k=len(counts))
        shares.append(sum(c[1] for c in drawn) / max(1, sum(c[0] for c in drawn)))
    shares.sort()
    return shares[int(0.025 * _RESAMPLED)], shares[int(0.975 * _RESAMPLED)]


if __name__ == "__main__":
    main()
