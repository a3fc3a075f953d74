"""Articles that share passages are found whatever came when, and no word of theirs is kept."""

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.ingest.stories import index as passages
from builder.ingest.stories.index import PassageIndex, pairs, sampled
from builder.ingest.stories.words import Hashes, words_of

# Few grams, so that articles share many of them.
_articles = st.lists(st.sets(st.integers(0, 30)), max_size=12).map(
    lambda sets: {f"{n:016x}": frozenset(grams) for n, grams in enumerate(sets)}
)
Grams = Mapping[str, frozenset[int]]


def hashes(grams: frozenset[int]) -> Hashes:
    return np.array(sorted(grams), dtype=np.uint64)


def added(index: PassageIndex, articles: Grams) -> PassageIndex:
    index.add({identity: hashes(grams) for identity, grams in articles.items()})
    return index


def held(index: PassageIndex) -> dict[int, set[str]]:
    """Return which articles hold which of all grams."""
    which, numbers, counts = index.holders(np.arange(31, dtype=np.uint64), 100)
    found: dict[int, set[str]] = {gram: set() for gram in range(31)}
    for gram, number in zip(which.tolist(), numbers.tolist(), strict=True):
        found[gram].add(index.ids[number])
    assert [len(found[gram]) for gram in range(31)] == counts.tolist()
    return found


def by_dictionary(articles: Grams) -> dict[int, set[str]]:
    return {gram: {i for i, grams in articles.items() if gram in grams} for gram in range(31)}


@given(_articles)
def test_what_the_index_finds_is_what_a_dictionary_of_sets_finds(articles: Grams) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert held(added(PassageIndex(Path(folder)), articles)) == by_dictionary(articles)


@given(_articles, st.data())
@settings(max_examples=60)
def test_articles_that_come_and_go_day_by_day_are_found_as_if_all_had_come_at_once(
    articles: Grams, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index, there = PassageIndex(Path(folder)), dict[str, frozenset[int]]()
        for identity in data.draw(st.permutations(sorted(articles))):
            there[identity] = articles[identity]
            added(index, {identity: articles[identity]})
            if data.draw(st.booleans()):
                gone = data.draw(st.sampled_from(sorted(there)))
                del there[gone]
                index.keep(there)
            if data.draw(st.booleans()):
                index.save()
                index = PassageIndex(Path(folder))
        assert held(index) == by_dictionary(there)
        assert dict(zip(index.ids, index.sizes, strict=True)) == {
            identity: len(grams) for identity, grams in there.items()
        }


@given(_articles, st.integers(1, 5))
def test_of_a_gram_in_very_many_articles_the_first_ones_are_given(
    articles: Grams, most: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = added(PassageIndex(Path(folder)), articles)
        which, _, counts = index.holders(np.arange(31, dtype=np.uint64), most)
        given_of = np.bincount(which, minlength=31)
        assert given_of.tolist() == [min(most, count) for count in counts.tolist()]


@given(_articles)
def test_pairs_share_as_many_grams_as_their_sets_do(articles: Grams) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = added(PassageIndex(Path(folder)), articles)
        new = {identity: hashes(grams) for identity, grams in articles.items()}
        shared = pairs(index, new, 12, 2)
    found = {
        (index.ids[one], index.ids[other]): (count, rare, scarce)
        for one, other, count, rare, scarce in zip(*(row.tolist() for row in shared), strict=True)
    }
    scarce_ones = {gram for gram, ids in by_dictionary(articles).items() if len(ids) < 12}
    rare_ones = {gram for gram, ids in by_dictionary(articles).items() if len(ids) <= 2}
    assert found == {
        (one, other): (
            len(articles[one] & articles[other]),
            len(articles[one] & articles[other] & rare_ones),
            len(articles[one] & articles[other] & scarce_ones),
        )
        for one in articles
        for other in articles
        if articles[one] & articles[other]
    }


def saved(folder: Path) -> PassageIndex:
    """Return an index of three articles that was saved in two steps."""
    index = added(PassageIndex(folder), {"a" * 16: frozenset({1, 2}), "b" * 16: frozenset({2})})
    index.save()
    added(index, {"c" * 16: frozenset({3})}).save()
    return index


@pytest.mark.parametrize("fault", ["missing", "short", "head", "layout"])
def test_an_index_that_is_not_whole_is_empty_and_is_built_anew(tmp_path: Path, fault: str) -> None:
    saved(tmp_path)
    head = tmp_path / "index.json"
    segment = tmp_path / json.loads(head.read_bytes())["segments"][0]
    if fault == "missing":
        segment.unlink()
    elif fault == "short":
        segment.write_bytes(segment.read_bytes()[:8])
    elif fault == "head":
        head.write_bytes(head.read_bytes()[:40])
    else:
        head.write_text(json.dumps({**json.loads(head.read_bytes()), "layout": "older"}))
    index = PassageIndex(tmp_path)
    assert (index.ids, index.numbers) == ([], {})
    assert not any(held(index).values())
    added(index, {"d" * 16: frozenset({4})}).save()
    assert held(PassageIndex(tmp_path))[4] == {"d" * 16}


def test_an_index_whose_saving_was_cut_off_is_as_it_was_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = held(saved(tmp_path))
    index = added(PassageIndex(tmp_path), {"d" * 16: frozenset({1, 4})})
    index.keep(["b" * 16, "d" * 16])

    def cut_off(path: Path, content: bytes) -> None:
        if path.name == "index.json":
            raise OSError("cut off")
        path.write_bytes(bytes(content))

    monkeypatch.setattr(passages, "write_bytes", cut_off)
    with pytest.raises(OSError, match="cut off"):
        index.save()
    assert held(PassageIndex(tmp_path)) == before


def test_what_is_kept_of_articles_holds_none_of_their_words(tmp_path: Path) -> None:
    secret = "The minister whispered that Quentin Zanzibar had left the treaty unsigned " * 9
    index = PassageIndex(tmp_path)
    index.add({"0" * 16: sampled(words_of(secret).grams)})
    index.save()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir()).lower()
    assert len(list(tmp_path.iterdir())) == 2
    assert not [word for word in re.findall(r"\w{4,}", secret.lower()) if word.encode() in kept]


def test_what_is_kept_of_an_article_that_is_gone_goes_when_the_index_is_saved(
    tmp_path: Path,
) -> None:
    secret = 0x5EC12E7_00
    index = PassageIndex(tmp_path)
    index.add({"0" * 16: hashes(frozenset({secret})), "1" * 16: hashes(frozenset({7}))})
    index.save()
    entry = (secret << 24).to_bytes(8, "little")
    assert any(entry in path.read_bytes() for path in tmp_path.iterdir())
    index = PassageIndex(tmp_path)
    index.keep(["1" * 16])
    index.save()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert entry[3:] not in kept
    assert b"0" * 16 not in kept
