"""Measure a simulated team: how fast agreement is computed, and whether its intervals hold.

    python -m benchmarks.agreement [--passages 2000] [--people 12] [--opinions 2] [--repeats 0]

Everybody marks what is there with the same chance of missing a span, of moving its end and of
taking another label; so how far two of them agree is known before. Prints the figures of each layer
and the seconds of a processor that they took. With ``--repeats`` that many teams are made anew, and
it prints how often the intervals hold the mean over all teams: 95 of 100 would be right.
"""

import argparse
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from builder.annotate import tokens
from builder.records import (
    Arm,
    Article,
    Bounds,
    Correction,
    Layer,
    Metadata,
    Producer,
    Relation,
    Scope,
    Span,
)
from builder.review.agreement import contested, figures, opinions, sums
from builder.review.agreement.results import Figure
from builder.text import article_id, span_id

_WORDS = ("the", "council", "of", "a", "town", "has", "said", "that", "its", "bridge", "closes",
          "while", "engineers", "look", "at", "what", "is", "left", "and", "wait")  # fmt: skip
_NAMES = ("Northport", "Ruth Okafor", "Halden & Co", "Tuesday", "2016", "Ashby", "Tom Reeve")
_LABELS = ("GPE", "PERSON", "ORG", "DATE", "LOC", "FAC", "NORP", "MONEY")
_WHEN = datetime(2026, 3, 1, tzinfo=UTC)
Marked = tuple[int, int, str]


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=2000)
    parser.add_argument("--people", type=int, default=12)
    parser.add_argument("--opinions", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=0)
    asked = parser.parse_args()
    if asked.repeats:
        _coverage(asked.passages, asked.people, asked.opinions, asked.repeats)
        return
    articles, work = team(asked.passages, asked.people, asked.opinions, seed=1)
    tokens.token_bounds("so that loading is not measured")
    began = time.process_time()
    passages = list(opinions.passages(work, articles, {}))
    found = sums.summed(passages, tokens.token_bounds, people=True)
    added = time.process_time()
    told = figures.figures(found)
    done = time.process_time()
    places = contested.contested(passages, {})
    spans = sum(len(c.spans) for c in work)
    print(f"{len(work)} opinions on {len(passages)} passages, {spans} spans")
    print(
        f"sums {added - began:.1f} s, figures and intervals {done - added:.1f} s, "
        f"{len(places)} contested places {time.process_time() - done:.1f} s"
    )
    for row in told.layers:
        print(f"{row.arms:9} {row.layer:7} {row.passages} passages of {row.stories} stories")
        for name in ("exact", "partial", "labels", "token_alpha", "alpha_u"):
            print(f"  {name:12} {getattr(row, name)}")


def _coverage(passages: int, people: int, each: int, repeats: int) -> None:
    rows: dict[tuple[str, str, str], list[Figure]] = {}
    for seed in range(repeats):
        articles, work = team(passages, people, each, seed=seed)
        found = opinions.passages(work, articles, {})
        told = figures.figures(sums.summed(found, tokens.token_bounds, people=False))
        for row in told.layers:
            for name in ("exact", "partial", "token_alpha", "alpha_u"):
                rows.setdefault((row.arms, row.layer, name), []).append(getattr(row, name))
    print(f"{repeats} teams of {people} over {passages} passages, {each} opinions each")
    for (arms, layer, name), of_row in sorted(rows.items()):
        values = [f.value for f in of_row if f.value is not None]
        mean = sum(values) / len(values)
        held = [f.low <= mean <= f.high for f in of_row if f.low is not None and f.high is not None]
        print(f"{arms:9} {layer:7} {name:12} mean {mean:.3f}, in {sum(held)} of {len(held)}")


def team(
    passages: int, people: int, each: int, *, seed: int
) -> tuple[dict[str, Article], list[Correction]]:
    """Return articles and the opinions on them: four passages an article, a tenth of it blind."""
    rng = random.Random(seed)
    articles: dict[str, Article] = {}
    work: list[Correction] = []
    for number in range(-(-passages // 4)):
        article, marks = _article(rng, f"{seed}-{number}")
        articles[article.id] = article
        # Stories differ in how hard they are: so passages of one story are alike.
        hard = rng.choice((0.5, 1.0, 2.0))
        for start, end in _windows(article)[: passages - 4 * number]:
            inside = [m for m in marks if start <= m[0] and m[1] <= end]
            arm: Arm = "blind" if rng.random() < 0.1 else "assisted"
            for person in rng.sample(range(people), each):
                seen = list(_seen(rng, inside, article, hard))
                work.append(_opinion(article, (start, end), seen, f"annotator-{person}", arm))
    return articles, work


def _article(rng: random.Random, name: str) -> tuple[Article, list[Marked]]:
    paragraphs, marks, at = [], [], 0
    for part in range(4):
        words: list[str] = [f"{name}.{part}"]
        length = len(words[0])
        for _ in range(100):
            if rng.random() < 0.12:
                word = rng.choice(_NAMES)
                marks.append((at + length + 1, at + length + 1 + len(word), rng.choice(_LABELS)))
            else:
                word = rng.choice(_WORDS)
            words.append(word)
            length += 1 + len(word)
        inside = [at + len(" ".join(words[:n])) + 1 for n in (10, 40, 70)]
        marks += [(a, at + len(" ".join(words[: n + 12])), "CLAIM") for a, n in
                  zip(inside, (10, 40, 70), strict=True)]  # fmt: skip
        marks += [(at + len(" ".join(words[:n])) + 1, at + len(" ".join(words[: n + 1])), "SOURCE")
                  for n in (25, 55)]  # fmt: skip
        paragraphs.append(" ".join(words))
        at += len(paragraphs[-1]) + 2
    text = "\n\n".join(paragraphs)
    found = Article(
        id=article_id(text),
        text=text,
        sentences=tuple(Bounds(start=a, end=b) for a, b in _paragraphs(text)),
        seeds=(),
        metadata=Metadata(),
    )
    return found, marks


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for paragraph in text.split("\n\n"):
        yield at, at + len(paragraph)
        at += len(paragraph) + 2


def _windows(article: Article) -> list[tuple[int, int]]:
    return [(s.start, s.end) for s in article.sentences]


def _seen(
    rng: random.Random, marks: list[Marked], article: Article, hard: float
) -> Iterator[Marked]:
    """Yield what one person marks: some are missed, some get another end, some another label."""
    for start, end, label in marks:
        chance = rng.random()
        if chance < 0.06 * hard:
            continue
        if chance < 0.12 * hard and " " in article.text[start:end]:
            yield start, article.text.rindex(" ", start, end), label
        elif chance < 0.17 * hard and label in _LABELS:
            yield start, end, rng.choice(_LABELS)
        else:
            yield start, end, label


def _opinion(
    article: Article, window: tuple[int, int], marks: list[Marked], who: str, arm: Arm
) -> Correction:
    layer: dict[str, Layer] = {"CLAIM": "claim", "SOURCE": "claim"}
    spans = tuple(
        Span(
            id=span_id(article.id, "x", label, a, b),
            layer=layer.get(label, "entity"),
            label=label,
            start=a,
            end=b,
            text=article.text[a:b],
            by=who,
        )
        for a, b, label in sorted({*marks})
    )
    claims, sources = ([s for s in spans if s.label == x] for x in ("CLAIM", "SOURCE"))
    links = (
        Relation(label="attributed_to", head=c.id, tail=s.id)
        for c, s in zip(claims, sources, strict=False)
    )
    return Correction(
        article=article.id,
        scope=Scope(start=window[0], end=window[1], layers=("entity", "claim")),
        producer=Producer(kind="person", name=who, version="simulated"),
        spans=spans,
        relations=tuple(links),
        task=f"{article.id}:{window[0]}-{window[1]}",
        arm=arm,
        revision=1,
        state="submitted",
        suggestion=None,
        suggested_by=None,
        changes=(),
        interface="0" * 16,
        guidelines="1.0",
        seconds=None,
        updated=_WHEN,
    )


if __name__ == "__main__":
    main()
