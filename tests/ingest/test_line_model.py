"""The model of lines is small, checked when it is loaded, and looks at one page at a time."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from builder.errors import BuilderError
from builder.ingest.cleaning import features, line_model, lines, model_files, rule_votes, word_odds
from builder.ingest.cleaning.page import Block, blocks_of
from builder.ingest.cleaning.page_words import PageWords
from builder.ingest.cleaning.surroundings import Pages, WordPlaces

STORY = [
    "The harbour board of Wrenford has agreed to dredge the northern channel before the winter.",
    "Two barges ran aground there within a week and had to be pulled free by a tug, it said.",
    "Its chairman put the cost at four million, of which the town is to pay a third by May.",
    "“Nobody was hurt,” he told the meeting. “The next storm may well end in another way.”",
    "Fishermen asked for the work to be done at night, when none of them is out at sea.",
]
MENU = ["Home", "News", "Sport", "Weather", "Sign in"]
FOOTER = ["Most read", "Ten walks by the sea", "Why rents rise", "© 2024 Wrenford Post"]
PAGE = [*MENU, "", "Channel to be dredged", "By Ann Lee", "", *STORY, "", *FOOTER]


def looked_at(page: list[Block]) -> tuple[Pages, WordPlaces, dict[str, features.Array]]:
    words = PageWords.of([block.text for block in page])
    return line_model.pages_of(page), WordPlaces.of(words), features.of_lines(page, words)


def test_every_line_has_a_probability_and_paragraphs_a_higher_one_than_the_menu() -> None:
    page = blocks_of(PAGE)
    words = PageWords.of([block.text for block in page])
    chance = line_model.load().probabilities(page, words, rule_votes.cast(page).numbers())
    by_text = dict(zip([block.text for block in page], chance, strict=True))
    assert ((chance >= 0) & (chance <= 1)).all()
    assert min(by_text[line] for line in STORY) > max(by_text[line] for line in MENU)


def test_a_page_without_lines_has_no_probabilities() -> None:
    assert line_model.load().probabilities([], PageWords.of([]), {}).shape == (0,)


def test_what_stands_around_a_line_is_of_its_own_page_when_many_are_looked_at_together() -> None:
    first, second = blocks_of(PAGE), blocks_of([*STORY[::-1], "", *MENU])
    looks = [looked_at(list(page)) for page in (first, second)]
    size, other = len(first), len(second)
    together = Pages(
        np.array([0] * size + [size] * other),
        np.array([size] * size + [size + other] * other),
        np.concatenate([look[0].parted for look in looks]),
    )
    alone = {name: np.concatenate([look[2][name] for look in looks]) for name in looks[0][2]}
    words = [PageWords.of([block.text for block in page]) for page in (first, second)]
    model = line_model.load()
    odds = [word_odds.features(word_odds.tokens(w, model.numbers), model.odds) for w in words]
    both = {name: np.concatenate([one[name] for one in odds]) for name in odds[0]}
    places = WordPlaces.together([look[1] for look in looks])
    found = line_model.first_look(together, places, alone, both)
    parts = [
        line_model.first_look(look[0], look[1], look[2], one)
        for look, one in zip(looks, odds, strict=True)
    ]
    for name, value in found.items():
        expected = np.concatenate([part[name] for part in parts])
        assert np.allclose(value, expected), name


def test_the_model_is_small_and_its_card_names_collections_with_their_licences() -> None:
    size = sum(path.stat().st_size for path in model_files.FOLDER.iterdir())
    card = json.loads((model_files.FOLDER / model_files.META).read_text("utf-8"))
    assert size < 1_000_000
    assert all("(" in source for source in card["sources"].values())


def test_a_damaged_or_missing_file_of_the_model_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model_files.FOLDER, folder)
    (folder / model_files.SECOND).write_bytes(b"")
    with pytest.raises(BuilderError, match=r"second\.onnx: is damaged"):
        line_model.load(folder)
    (folder / model_files.META).unlink()
    with pytest.raises(BuilderError, match="no model of lines"):
        line_model.load(folder)


@pytest.mark.parametrize("extra", [0, 40])
def test_a_page_of_very_many_lines_is_judged_by_rules_alone(
    monkeypatch: pytest.MonkeyPatch, extra: int
) -> None:
    monkeypatch.setattr(lines, "_MAX_BLOCKS", 10)
    monkeypatch.setattr(line_model, "load", lambda _: pytest.fail("the model was asked"))
    judged = lines.judge([*PAGE, *["• Item"] * extra])
    assert [block.text for block in judged.body] == STORY
