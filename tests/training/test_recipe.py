from builder.training.corpora import Document
from builder.training.recipe import JUDGED, balanced, parts


def document(name: str, scheme: str, labels: str, *spans: tuple[int, int, str]) -> Document:
    return Document(name, scheme, "text", ((0, 4),), spans, frozenset(labels.split()))


def test_no_text_is_learned_from_that_claims_are_judged_by() -> None:
    news = sorted(JUDGED)
    documents = [document(name, "gum", labels) for name in news for labels in ("PER", "CLAIM")]
    found = parts(documents)
    assert not found.train
    assert {d.name for d in found.judged} == JUDGED
    assert all("CLAIM" in d.annotates for d in found.judged)


def test_about_a_third_of_the_followed_guidelines_is_held_out() -> None:
    found = parts(document(f"weblog-{n}", "uner", "PER") for n in range(300))
    assert 60 < len(found.held_out) < 120


def test_tweets_without_names_are_thinned_out_and_followed_corpora_come_twice() -> None:
    tweets = [document(f"t{n}", "btc", "PER") for n in range(200)]
    named = document("t", "btc", "PER", (0, 1, "PER"))
    followed = document("u", "uner", "PER")
    made = balanced([*tweets, named, followed], tweets=0.5, seed=1)
    assert made.count(named) == 1 and made.count(followed) == 2
    assert 70 < len(made) - 3 < 130


def test_the_same_seed_keeps_the_same_tweets() -> None:
    tweets = [document(f"t{n}", "btc", "PER") for n in range(50)]
    assert balanced(tweets, 0.5, 1) == balanced(tweets, 0.5, 1) != balanced(tweets, 0.5, 2)
