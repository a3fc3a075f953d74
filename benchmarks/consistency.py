"""How often identical sentences of variants get other suggestions, and what making them one does.

    .venv/bin/python benchmarks/consistency.py FILE.jsonl [--documents N] [--pipeline NAME]

FILE.jsonl holds annotated news articles, ``{"text", "spans": [{"start", "end", "label"}]}``, in the
labels of the workspace. Of each article two variants are made: leads are cut, paragraphs change
places, and in some sentences 5 to 20 per cent of the words are others; the rest stand in all three
as they are. Printed are, of these sentences, how many have other suggestions in two articles before
and after, and the strict F1 of the suggested names and values on those that had, before and after;
each with the 95% interval of a bootstrap over articles, for the articles that the rule was chosen
on and for those held out.
"""

import argparse
import json
import random
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from builder import labels
from builder.annotate.boundaries import sentence_bounds
from builder.annotate.label_map import LabelMap
from builder.annotate.pipelines import load_pipeline
from builder.annotate.suggest import suggest_all
from builder.records import Article, Bounds, Metadata, Suggestion
from builder.text import article_id
from builder.variants.consistency import consistent

_WORDS = ("kitchens", "bridges", "teachers", "winter", "mountains", "hunger", "engines")
_PARTS = ("in view", "held out")
_VARIANTS = 2


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--documents", type=int, default=10**6, help="how many to read")
    parser.add_argument("--pipeline", default="builder")
    options = parser.parse_args()
    lines = options.file.read_text("utf-8").splitlines()[: options.documents]
    pipeline, names = load_pipeline(options.pipeline), labels.default()
    counted: dict[str, list[tuple[int, ...]]] = {part: [] for part in _PARTS}
    for line in lines:
        document = json.loads(line)
        number = zlib.crc32(document["text"].encode())
        made = _variants(random.Random(number), document["text"])
        suggested = suggest_all(made, pipeline, LabelMap(names, {}), None)
        before = {s.article: s for s in suggested if isinstance(s, Suggestion)}
        after = before | consistent(made, before, names)
        gold = _gold(document, made[0])
        counted[_PARTS[number % 2]].append(_figures(made, before, after, gold))
    for part in _PARTS:
        print(
            f"{part}: {len(counted[part])} articles, {sum(c[0] for c in counted[part])} sentences"
        )
        for name, above, below in (
            ("other suggestions, before", 1, 0),
            ("other suggestions, after", 2, 0),
            ("F1 where they differed, before", 3, 4),
            ("F1 where they differed, after", 5, 6),
        ):
            print(f"  {name}: {_with_interval(counted[part], above, below)}")


def _variants(rng: random.Random, text: str) -> list[Article]:
    """Return an article and its variants."""
    paragraphs = [[text[s:e] for s, e in _in(text, p)] for p in _paragraphs(text)]
    texts = [paragraphs]
    for _ in range(_VARIANTS):
        share = rng.uniform(0.05, 0.2)
        other = [
            [s if rng.random() < 0.7 else _edited(rng, s, share) for s in p] for p in paragraphs
        ]
        other = other[rng.choice([0, 0, 1, 2]) :] or other
        if rng.random() < 0.5 and len(other) > 3:
            cut = rng.randrange(1, len(other) - 1)
            other = [*other[cut:], *other[:cut]]
        texts.append(other)
    return list({a.id: a for a in map(_article, texts)}.values())


def _paragraphs(text: str) -> list[tuple[int, int]]:
    found, start = [], 0
    for part in text.split("\n\n"):
        found.append((start, start + len(part)))
        start += len(part) + 2
    return found


def _in(text: str, bounds: tuple[int, int]) -> list[tuple[int, int]]:
    start, end = bounds
    return [(start + s, start + e) for s, e in sentence_bounds(text[start:end])]


def _edited(rng: random.Random, sentence: str, share: float) -> str:
    words = [rng.choice(_WORDS) if rng.random() < share else word for word in sentence.split()]
    return " ".join(words)


def _article(paragraphs: Sequence[Sequence[str]]) -> Article:
    text, bounds = "", []
    for paragraph in filter(None, paragraphs):
        text += "\n\n" if text else ""
        for number, sentence in enumerate(paragraph):
            text += " " if number else ""
            bounds.append(Bounds(start=len(text), end=len(text) + len(sentence)))
            text += sentence
    return Article(
        id=article_id(text),
        text=text,
        sentences=tuple(bounds),
        metadata=Metadata(),
        seeds=("0" * 64,),
    )


_Marks = frozenset[tuple[int, int, str]]


def _gold(document: dict[str, Any], article: Article) -> dict[str, _Marks]:
    """Return the gold names and values of the sentences, by their texts."""
    text, found = document["text"], {}
    for paragraph in _paragraphs(text):
        for start, end in _in(text, paragraph):
            found[text[start:end]] = frozenset(
                (s["start"] - start, s["end"] - start, s["label"])
                for s in document["spans"]
                if start <= s["start"] and s["end"] <= end and s["label"] not in _CLAIM
            )
    return found


_CLAIM = ("CLAIM", "SOURCE", "CUE")


def _figures(
    articles: Sequence[Article],
    before: Mapping[str, Suggestion],
    after: Mapping[str, Suggestion],
    gold: Mapping[str, _Marks],
) -> tuple[int, ...]:
    """Return identical sentences, those that differ before and after, and twice F1's terms."""
    old, new = (_by_sentence(articles, made) for made in (before, after))
    same = [text for text, marks in old.items() if len(marks) > 1]
    differ = [text for text in same if len({*old[text]}) > 1]
    still = [text for text in same if len({*new[text]}) > 1]
    terms = [0, 0, 0, 0]
    for text in (t for t in differ if t in gold):
        for place, made in ((0, old), (2, new)):
            for marks in made[text]:
                names = {m for m in marks if m[2] not in _CLAIM}
                terms[place] += 2 * len(names & gold[text])
                terms[place + 1] += len(names) + len(gold[text])
    return len(same), len(differ), len(still), *terms


def _by_sentence(
    articles: Sequence[Article], suggestions: Mapping[str, Suggestion]
) -> dict[str, list[_Marks]]:
    """Return what is suggested inside of each sentence in each article, by the sentence's text."""
    found: dict[str, list[_Marks]] = defaultdict(list)
    for article in articles:
        texts = [article.text[b.start : b.end] for b in article.sentences]
        for bounds, text in zip(article.sentences, texts, strict=True):
            if texts.count(text) == 1:
                found[text].append(
                    frozenset(
                        (s.start - bounds.start, s.end - bounds.start, s.label)
                        for s in suggestions[article.id].spans
                        if bounds.start <= s.start and s.end <= bounds.end
                    )
                )
    return found


def _with_interval(counted: Sequence[tuple[int, ...]], above: int, below: int) -> str:
    rng = random.Random(0)

    def ratio(drawn: Sequence[tuple[int, ...]]) -> float:
        return sum(c[above] for c in drawn) / max(1, sum(c[below] for c in drawn))

    values = sorted(ratio(rng.choices(counted, k=len(counted))) for _ in range(1000))
    return f"{ratio(counted):.4f} [{values[25]:.4f}, {values[974]:.4f}]"


if __name__ == "__main__":
    main()
