import pytest

from builder.training.corpora import Document
from builder.training.recipe import JUDGED, balanced, parts, tidied


def document(name: str, scheme: str, labels: str, *spans: tuple[int, int, str]) -> Document:
    return Document(name, scheme, "text", ((0, 4),), spans, frozenset(labels.split()))


def test_no_text_is_learned_from_that_claims_are_judged_by() -> None:
    news = sorted(JUDGED)
    documents = [document(name, "gum", labels) for name in news for labels in ("PER", "CLAIM")]
    found = parts(documents)
    assert not found.train and not found.held_out
    assert {d.name for d in found.judged} == JUDGED
    assert all("CLAIM" in d.annotates for d in found.judged)


def test_about_a_third_of_the_followed_guidelines_is_held_out() -> None:
    found = parts(document(f"weblog-{n}", "uner", "PER") for n in range(300))
    assert 60 < len(found.held_out) < 120


def test_tweets_are_thinned_out_and_followed_guidelines_come_more_often() -> None:
    named = [document(f"n{n}", "btc", "PER", (0, 1, "PER")) for n in range(200)]
    others = [document(f"t{n}", "btc", "PER") for n in range(200)]
    names, claims = document("u", "uner", "PER"), document("g", "gum", "CLAIM")
    made = balanced([*named, *others, names, claims], seed=1)
    assert (made.count(names), made.count(claims)) == (3, 2)
    assert 70 < sum(d.name.startswith("n") for d in made) < 130
    assert 10 < sum(d.name.startswith("t") for d in made) < 60


def test_some_followed_names_are_swapped_and_some_are_not() -> None:
    names = [document(f"u{n}", "uner", "PER", (0, 1 + n % 3, "PER")) for n in range(50)]
    made = balanced(names, seed=1)
    assert len(made) == 150
    assert 0 < sum(d.text != "text" for d in made) < 75


@pytest.mark.parametrize(
    ("scheme", "text", "label", "left"),
    [
        ("crossner", "the European Union", "ORG", ["European Union"]),
        ("crossner", "The Hague", "LOC", ["Hague"]),
        ("uner", "The Hague", "LOC", ["The Hague"]),
        ("crossner", "the Great War", "MISC", ["the Great War"]),
        ("wikigold", "Sweden's", "LOC", ["Sweden"]),
        ("crossner", "Moody's", "ORG", ["Moody's"]),
        ("btc", "Iraqi", "LOC", []),
        ("btc", "Iraq", "LOC", ["Iraq"]),
    ],
)
def test_names_are_bounded_as_universal_ner_bounds_them(
    scheme: str, text: str, label: str, left: list[str]
) -> None:
    spans = ((0, len(text), label),)
    one = Document("d", scheme, text, ((0, len(text)),), spans, frozenset({label}))
    assert [text[a:b] for a, b, _ in tidied(one).spans] == left


def test_the_same_seed_makes_the_same_epoch() -> None:
    tweets = [document(f"t{n}", "btc", "PER") for n in range(50)]
    assert balanced(tweets, 1) == balanced(tweets, 1) != balanced(tweets, 2)
