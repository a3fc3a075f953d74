from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from builder.annotate.tagger import pieces
from builder.annotate.tagger.inference import MODEL, load_tokenizer


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return load_tokenizer(MODEL)


def cut(tokenizer: Tokenizer, *sentences: str, gap: str = " ") -> tuple[str, pieces.Pieces]:
    bounds, text = [], ""
    for sentence in sentences:
        text += gap if text else ""
        bounds.append((len(text), len(text) + len(sentence)))
        text += sentence
    return text, pieces.cut(tokenizer, text, bounds)


def shapes(found: pieces.Pieces) -> list[str]:
    return [pieces.SHAPES[form % len(pieces.SHAPES)] for form in found.forms[found.first]]


def test_bounds_are_code_points_of_the_text_as_it_was_written(tokenizer: Tokenizer) -> None:
    text, found = cut(tokenizer, "Gisèle Bündchen 🎈 met İlkay.")
    surface = [text[a:b] for a, b in zip(found.starts, found.ends, strict=True)]
    assert surface[0] == "Gi"
    assert "🎈" in surface
    assert "".join(surface) == text.replace(" ", "")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=60))
def test_a_text_has_the_pieces_that_the_tokenizer_finds_in_it_as_a_whole(
    tokenizer: Tokenizer, text: str
) -> None:
    whole = tokenizer.encode(text, add_special_tokens=False)
    found = pieces.cut(tokenizer, text, [(0, len(text))])
    assert found.ids.tolist() == whole.ids
    assert list(zip(found.starts, found.ends, strict=True)) == whole.offsets


def test_the_shape_of_a_word_survives_the_uncased_vocabulary(tokenizer: Tokenizer) -> None:
    _, found = cut(tokenizer, "us US Us iPhone B 2014 ...")
    assert shapes(found)[:6] == ["lower", "capitals", "capitalised", "mixed", "initial", "digits"]
    assert set(shapes(found)[6:]) == {"other"}


def test_a_piece_knows_that_a_sentence_begins_with_it(tokenizer: Tokenizer) -> None:
    text, found = cut(tokenizer, "It rained.", "We left.")
    heads = [
        text[a:b]
        for a, b, form in zip(found.starts, found.ends, found.forms, strict=True)
        if form >= pieces.BEGINS
    ]
    assert heads == ["It", "We"]


@pytest.mark.parametrize("opening, closing", [("“", "”"), ('"', '"'), ("«", "»")])
def test_a_quotation_is_seen_across_sentences(
    tokenizer: Tokenizer, opening: str, closing: str
) -> None:
    text, found = cut(tokenizer, f"{opening}We won.", f"We did,{closing} he said.")
    quoted = found.forms % pieces.BEGINS >= pieces.QUOTED
    inside = "".join(
        text[a:b] for a, b in zip(found.starts[quoted], found.ends[quoted], strict=True)
    )
    assert inside == f"{opening}Wewon.Wedid,{closing}"


def test_a_quotation_that_nobody_closed_ends_with_its_line(tokenizer: Tokenizer) -> None:
    _, found = cut(tokenizer, "“We won.", "He left.", gap="\n")
    assert not (found.forms[found.sentence == 1] % pieces.BEGINS >= pieces.QUOTED).any()


def test_no_window_is_longer_than_the_limit_and_all_pieces_are_in_one(tokenizer: Tokenizer) -> None:
    sentence = "The committee met on Tuesday in the town hall."
    _, found = cut(tokenizer, *[sentence] * 30, "word " * 300)
    windows = pieces.windows(found, 64)
    assert [at for window in windows for at in range(*window)] == list(range(len(found.ids)))
    assert max(end - start for start, end in windows) <= 64


def test_whole_sentences_share_a_window(tokenizer: Tokenizer) -> None:
    _, found = cut(tokenizer, *["The committee met on Tuesday in the town hall."] * 30)
    begins = {int(at) for at in range(len(found.ids)) if found.forms[at] >= pieces.BEGINS}
    assert all(start in begins for start, _ in pieces.windows(found, 64))


def test_a_text_without_words_has_no_windows(tokenizer: Tokenizer) -> None:
    _, found = cut(tokenizer, "")
    assert pieces.windows(found, 64) == []


def test_the_model_folder_is_inside_the_package() -> None:
    assert Path(pieces.__file__).parent in MODEL.parents
