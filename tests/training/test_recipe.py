import pytest

from builder.training.corpora import Document, LabelledSpan
from builder.training.recipe import JUDGED, WHOLE, parts, rounds, tidied

WHOLE_SCHEME = frozenset({"PERSON", "GPE", "CLAIM", "AUTHOR"})


def document(name: str, scheme: str, *spans: LabelledSpan, text: str = "one two") -> Document:
    labels = WHOLE_SCHEME if scheme == WHOLE else frozenset({"PERSON"})
    return Document(name, scheme, text, ((0, len(text)),), spans, labels)


def test_judged_news_is_reported_on_and_never_learned() -> None:
    found = parts(document(name, "gum") for name in JUDGED for _ in range(2))
    assert not found.train and not found.chosen_by
    assert {d.name for d in found.reported} == JUDGED


def test_one_article_in_six_is_held_out_in_two_parts_that_share_nothing() -> None:
    found = parts(document(f"a{n}", WHOLE) for n in range(600))
    assert 30 < len(found.chosen_by) < 70 and 30 < len(found.reported) < 70
    names = [{d.name for d in part} for part in (found.train, found.chosen_by, found.reported)]
    assert sum(map(len, names)) == len(set().union(*names)) == 600


def test_a_text_that_shares_a_line_with_one_held_out_is_not_learned() -> None:
    line = "A line that is long enough to tell that two texts are the same one."
    articles = [document(f"a{n}", WHOLE, text=f"{line} {n}") for n in range(60)]
    found = parts([*articles, document("copy", "news", text=articles[0].text)])
    held = {d.text for d in (*found.chosen_by, *found.reported)}
    assert ("copy" in {d.name for d in found.train}) == (articles[0].text not in held)
    again = [document(f"c{n}", "news", text=d.text) for n, d in enumerate(articles)]
    assert (
        len(parts([*articles, *again]).train)
        == 2 * len(found.train) - len([d for d in found.train if d.name == "copy"]) * 2
    )


def test_a_round_holds_every_article_of_the_whole_scheme_and_a_share_of_the_others() -> None:
    whole = [document(f"a{n}", WHOLE) for n in range(300)]
    others = [document(f"u{n}", "uner") for n in range(300)]
    made = rounds([*whole, *others], seed=1)(0)
    assert {d.name for d in made} >= {d.name for d in whole}
    assert 0 < len(made) - len(whole) < 100


def test_each_round_draws_other_documents_and_the_same_ones_when_asked_again() -> None:
    documents = [document(f"a{n}", WHOLE) for n in range(30)]
    documents += [document(f"u{n}", "uner") for n in range(200)]
    of = rounds(documents, seed=1)
    assert of(0) == of(0) != of(1)
    assert rounds(documents, seed=2)(0) != of(0)


def test_tweets_without_a_name_are_thinned_out() -> None:
    whole = [document(f"a{n}", WHOLE) for n in range(3000)]
    named = [document(f"n{n}", "btc", (0, 3, "PERSON")) for n in range(20)]
    others = [document(f"t{n}", "btc") for n in range(60)]
    made = [d.name[0] for d in rounds([*whole, *named, *others], seed=1)(0) if d.scheme == "btc"]
    assert made.count("n") == 20 and 3 < made.count("t") < 30


def test_some_names_are_swapped_and_some_are_not() -> None:
    names = [document(f"a{n}", WHOLE, (0, 3, "PERSON")) for n in range(60)]
    made = rounds(names, seed=1)(0)
    assert 0 < sum(d.text != "one two" for d in made) < 60


@pytest.mark.parametrize(
    ("scheme", "text", "label", "left"),
    [
        ("crossner", "the European Union", "ORG", ["European Union"]),
        ("crossner", "the Great War", "MISC", ["the Great War"]),
        ("wikigold", "Sweden's", "PLACE", ["Sweden"]),
        ("crossner", "Moody's", "ORG", ["Moody's"]),
        ("btc", "Iraqi", "PLACE", []),
        ("btc", "Iraq", "PLACE", ["Iraq"]),
    ],
)
def test_names_are_bounded_alike_in_all_corpora(
    scheme: str, text: str, label: str, left: list[str]
) -> None:
    one = document("d", scheme, (0, len(text), label), text=text)
    assert [text[a:b] for a, b, _ in tidied(one).spans] == left
