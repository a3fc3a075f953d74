"""A seed's bytes become text and lines, or an error that names what is wrong and where."""

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.ingest.readers import single
from builder.ingest.readers.content import MAX_BYTES, SeedError
from builder.ingest.readers.decoding import split_lines

LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def written(folder: Path, data: bytes) -> Path:
    path = folder / "seed.txt"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        "Café – “news”\n".encode(),
        codecs.BOM_UTF8 + "Café – “news”\n".encode(),
        codecs.BOM_UTF16_LE + "Café – “news”\n".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "Café – “news”\n".encode("utf-16-be"),
        codecs.BOM_UTF32_LE + "Café – “news”\n".encode("utf-32-le"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16 little endian", "utf-16 big endian", "utf-32"],
)
def test_every_unicode_encoding_gives_the_same_text(tmp_path: Path, data: bytes) -> None:
    assert single.read_text(written(tmp_path, data)).content == "Café – “news”\n"


def test_line_ends_stay_as_they_are_in_the_text(tmp_path: Path) -> None:
    assert single.read_text(written(tmp_path, b"a\r\nb\rc\n")).content == "a\r\nb\rc\n"


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8], ids=["no mark", "mark"])
def test_a_file_that_is_not_utf8_is_refused_with_byte_offset_and_line(
    tmp_path: Path, mark: bytes
) -> None:
    data = mark + "Ã©Ã©\r\ntwo\rcaf".encode("latin-1") + b"\xe9 latin-1\n"
    with pytest.raises(SeedError) as caught:
        single.read_text(written(tmp_path, data))
    assert caught.value.line == 3
    assert caught.value.reason == (
        f"not valid UTF-8: byte 0xE9 at offset {len(mark) + 13}, line 3; save the file as UTF-8"
    )


def test_a_file_cut_in_the_middle_of_a_character_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="not valid UTF-8: byte 0xC3 at offset 3, line 1"):
        single.read_text(written(tmp_path, b"caf\xc3"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "holds no text"),
        (b"\n \r\n\t\n", "holds no text"),
        (codecs.BOM_UTF8, "holds no text"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not valid UTF-8"),
        (b"text\nwith\0a nul\n", "NUL character on line 2"),
        (codecs.BOM_UTF16_LE + b"a", "not valid UTF-16"),
    ],
)
def test_a_file_that_is_no_text_is_refused_with_a_reason(
    tmp_path: Path, data: bytes, message: str
) -> None:
    with pytest.raises(SeedError, match=message):
        single.read_text(written(tmp_path, data))


def test_a_file_larger_than_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(SeedError, match=r"20,000,001 bytes is more than"):
        single.read_text(path)


def test_a_missing_file_is_an_error_of_the_file_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        single.read_text(tmp_path / "nothing.txt")


def test_a_line_end_at_the_end_starts_no_further_line() -> None:
    assert split_lines("a\nb\n") == split_lines("a\nb") == ["a", "b"]
    assert split_lines("a\n\n") == ["a", ""]
    assert split_lines("") == []


@given(st.lists(st.tuples(st.text(st.characters(exclude_characters="\r\n")), LINE_ENDS)))
def test_every_line_comes_back_whatever_ends_it(pieces: list[tuple[str, str]]) -> None:
    # "\r" followed by an empty line's "\n" reads as one line end, so that the pairs are kept apart.
    kept = [("x" + line, end) for line, end in pieces]
    text = "".join(line + end for line, end in kept)
    assert split_lines(text) == [line for line, _ in kept]


@given(st.binary(max_size=200))
def test_any_bytes_give_text_or_an_error_that_names_the_reason(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = written(tmp_path_factory.mktemp("any"), data)
    try:
        text = single.read_text(path).content
    except SeedError as error:
        assert error.reason
    else:
        assert text.strip()
        assert "\0" not in text


def test_a_text_that_speaks_of_html_is_read(tmp_path: Path) -> None:
    text = "A page starts with <html>, the editor said.\n"
    assert single.read_text(written(tmp_path, text.encode())).content == text


@pytest.mark.parametrize(
    ("sender", "outlet"),
    [("The Wrenford Gazette", ["The Wrenford Gazette"]), ("Nina Holt", []), ("", [])],
)
def test_who_sends_an_email_is_its_outlet_only_if_no_person(
    tmp_path: Path, sender: str, outlet: list[str]
) -> None:
    mail = f"From: {sender} <desk@example.org>\nSubject: Vote\n\nThe council voted.\n"
    found = single.read_eml(written(tmp_path, mail.encode()))
    assert [stated.value for stated in found.given.outlet] == outlet
