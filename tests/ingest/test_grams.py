"""Articles that share text are found as if each were compared with each, and no text is kept."""

import re
import tempfile
from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from builder.ingest import grams

_WORDS = [f"word{number}" for number in range(6)]
# Few words, so that texts share many 4-grams by chance; some share a long stretch.
_texts = st.builds(
    lambda words, shared: " ".join([*words, *(f"shared{n}" for n in range(shared))]),
    st.lists(st.sampled_from(_WORDS), max_size=25),
    st.sampled_from([0, 0, 0, 6, 12]),
)
_corpora = st.lists(_texts, max_size=8).map(
    lambda texts: {f"{number:016x}": text for number, text in enumerate(texts)}
)
Pairs = list[tuple[str, str]]


def _grams(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return {tuple(words[n : n + 4]) for n in range(len(words) - 3)}


def each_with_each(texts: Mapping[str, str]) -> Pairs:
    """Return the pairs that share at least four 4-grams and three tenths of the shorter text's."""
    found = []
    of = {identity: _grams(text) for identity, text in texts.items()}
    for one, other in combinations(sorted(texts), 2):
        shared = len(of[one] & of[other])
        if shared >= 4 and shared >= 0.3 * min(len(of[one]), len(of[other])):
            found.append((one, other))
    return found


def links(folder: Path, texts: Mapping[str, str], compared: Collection[str] = ()) -> Pairs:
    def asked(ids: Collection[str]) -> Iterator[tuple[str, str]]:
        return ((identity, texts[identity]) for identity in ids)

    return grams.links(folder, texts, compared, asked)


@given(_corpora)
def test_links_are_those_of_each_article_compared_with_each(texts: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        assert links(Path(place), texts) == each_with_each(texts)


@given(_corpora, st.lists(st.sets(st.integers(0, 7)), max_size=4), st.booleans())
@settings(max_examples=60)
def test_articles_that_come_and_go_are_linked_as_if_all_were_compared_at_once(
    texts: dict[str, str], days: list[set[int]], lost: bool
) -> None:
    ids = sorted(texts)
    with tempfile.TemporaryDirectory() as place:
        before: dict[str, str] = {}
        for day in days:
            now = {ids[number]: texts[ids[number]] for number in day if number < len(ids)}
            if lost:
                (Path(place) / "grams").unlink(missing_ok=True)
            compared = before.keys() & now.keys()
            new = [p for p in each_with_each(now) if not set(p) <= compared]
            assert links(Path(place), now, compared) == new
            before = now


def test_what_is_kept_of_articles_holds_none_of_their_words(tmp_path: Path) -> None:
    secret = "The minister whispered that Quentin Zanzibar had left the treaty unsigned."
    links(tmp_path, {"0" * 16: secret, "1" * 16: secret.upper()})
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir()).lower()
    assert len(list(tmp_path.iterdir())) == 2
    assert not [word for word in re.findall(r"\w{4,}", secret.lower()) if word.encode() in kept]


def test_what_is_kept_of_an_article_that_is_gone_goes_with_the_next_comparison(
    tmp_path: Path,
) -> None:
    one, other, third = (" ".join(f"{name}{n}" for n in range(20)) for name in "abc")
    links(tmp_path, {"0" * 16: one, "1" * 16: other})
    links(tmp_path, {"1" * 16: other, "2" * 16: third}, {"1" * 16})
    with tempfile.TemporaryDirectory() as place:
        links(Path(place), {"1" * 16: other, "2" * 16: third})
        for path in tmp_path.iterdir():
            assert path.read_bytes() == (Path(place) / path.name).read_bytes()
