"""How well and how fast articles are grouped into stories.

    .venv/bin/python benchmarks/stories.py FOLDER

FOLDER holds wikinews/train.jsonl with ``{"text"}``. Printed are precision and recall of the pairs
of texts in one story, with 95% intervals from a bootstrap over stories, on made news and on
variants of the texts of that file: its first half was looked at while the rule was written, its
second half only measured; then what was missed or joined wrongly by kind of text. With ``--speed``
it prints instead how many documents of about 600 words are grouped a second, by CPU time on one
core, with a variant of every fifth; the memory at most, and the time to add 100 to them. Beside it
stands datasketch's MinHashLSHEnsemble (containment), which finds candidates alone, where it is
installed.
"""

import argparse
import importlib
import json
import random
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from builder.ingest.stories.index import PassageIndex
from builder.ingest.stories.links import find
from builder.training.story_pairs import figures, grouped
from tests.ingest import made_news
from tests.ingest.story_texts import MadeText, edit, mixed

_SEEDS = range(201, 207)
_WORDS = 600
_ADDED = 100
_PEER_TEXTS = 1000
_PERMUTATIONS, _CONTAINED = 128, 0.3


def main() -> None:
    """Print quality, and speed if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--speed", type=int, nargs="*", metavar="DOCUMENTS")
    options = parser.parse_args()
    if options.speed is None:
        path = options.folder / "wikinews" / "train.jsonl"
        texts = [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()]
        half = len(texts) // 2
        _quality("made news", ())
        _quality("news, looked at", texts[:half])
        _quality("news, held out", texts[half:])
        return
    for count in options.speed or [5000, 20_000]:
        _speed(count)


def _quality(name: str, texts: Sequence[str]) -> None:
    made: list[MadeText] = []
    groups: list[str] = []
    for seed in _SEEDS:
        some = mixed(random.Random(seed), texts)
        made += [MadeText(one.text, f"{seed} {one.story}", one.kind) for one in some]
        groups += [f"{seed} {group}" for group in grouped([one.text for one in some])]
    found = figures([one.story for one in made], groups)
    told = [
        f"{figure} {found[figure]:.4f} ({found[f'{figure}_ci95'][0]:.4f}"
        f"-{found[f'{figure}_ci95'][1]:.4f})"
        for figure in ("precision", "recall")
    ]
    print(f"{name}: {len(made)} texts, {found['pairs']} pairs, {', '.join(told)}", flush=True)
    wrong = _pairs(made, groups, [one.story for one in made])
    missed = _pairs(made, [one.story for one in made], groups)
    for kind, count in sorted(Counter(one.kind for one in made).items()):
        print(f"  {kind:<14}{count:>6} texts {missed[kind]:>4} missed {wrong[kind]:>4} wrong")


def _pairs(made: Sequence[MadeText], ours: Sequence[str], theirs: Sequence[str]) -> Counter[str]:
    """Return of each kind the pairs that are together in ours and not in theirs."""
    members: dict[str, list[int]] = defaultdict(list)
    for number, group in enumerate(ours):
        members[group].append(number)
    found: Counter[str] = Counter()
    for some in members.values():
        for one, other in combinations(some, 2):
            if theirs[one] != theirs[other]:
                found.update({made[one].kind, made[other].kind} - {"base"} or {"base"})
    return found


def _documents(count: int, seed: int) -> Iterator[str]:
    """Yield made news of about 600 words, every sixth a variant of the one before it."""
    rng = random.Random(seed)
    text, words = "", ["other", "words", "instead", "of", "these"]
    for number in range(count):
        if number % 6 == 5:
            yield edit(text, 0.1, rng=rng, words=words)
            continue
        subject = made_news.Subject.drawn(rng)
        paragraphs: list[str] = []
        while sum(len(paragraph.split()) for paragraph in paragraphs) < _WORDS - 20:
            paragraphs.append(made_news.article(rng, subject, 1))
        text = "\n\n".join(paragraphs)
        yield text


def _speed(count: int) -> None:
    with TemporaryDirectory() as folder:
        texts = dict(_named(_documents(count, 1), "t"))
        before = _megabytes()
        index = PassageIndex(Path(folder))
        seconds, links = _timed(index, texts, ())
        print(
            f"{count} documents: {count / seconds:.0f} a second, {links} pairs, "
            f"{_megabytes() - before:.0f} MB more at most",
            flush=True,
        )
        more = dict(_named(_documents(_ADDED, 2), "u"))
        began = time.process_time()
        index = PassageIndex(Path(folder))
        added, _ = _timed(index, {**texts, **more}, texts.keys())
        print(
            f"  {_ADDED} more: {added:.2f} s, all with loading {time.process_time() - began:.2f} s"
        )
    if find_spec("datasketch"):
        some = dict(list(texts.items())[:_PEER_TEXTS])
        peer = len(some) / _lsh_ensemble(some)
        print(
            f"  LSHEnsemble on {len(some)}: {peer:.0f} a second; {count / seconds / peer:.1f} times"
        )


def _named(texts: Iterator[str], letter: str) -> Iterator[tuple[str, str]]:
    return ((f"{letter}{number:015d}", text) for number, text in enumerate(texts))


def _timed(
    index: PassageIndex, texts: Mapping[str, str], compared: Collection[str]
) -> tuple[float, int]:
    began = time.process_time()
    found = find(index, texts, compared, lambda ids: ((i, texts[i]) for i in ids), {}, ())
    index.save()
    return time.process_time() - began, len(found.variants)


def _lsh_ensemble(texts: Mapping[str, str]) -> float:
    """Return the seconds to hash the word 4-grams of texts and look each text up."""
    datasketch = importlib.import_module("datasketch")
    began = time.process_time()
    entries = []
    for identity, text in texts.items():
        words = text.lower().split()
        grams = {" ".join(words[n : n + 4]).encode() for n in range(len(words) - 3)}
        hashed = datasketch.MinHash(num_perm=_PERMUTATIONS)
        hashed.update_batch(grams)
        entries.append((identity, hashed, len(grams)))
    index = datasketch.MinHashLSHEnsemble(threshold=_CONTAINED, num_perm=_PERMUTATIONS, num_part=8)
    index.index(entries)
    for _, hashed, size in entries:
        list(index.query(hashed, size))
    return time.process_time() - began


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
