import json
import re
from pathlib import Path

import pytest

from builder.annotate.tagger.spans import Tagged
from builder.errors import BuilderError
from builder.training import corpora


def write(path: Path, *records: object) -> Path:
    lines = (r if isinstance(r, str) else json.dumps(r) for r in records)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def span(start: int, end: int, label: str) -> dict[str, object]:
    return {"start": start, "end": end, "label": label}


def test_labels_of_other_schemes_become_ours(tmp_path: Path) -> None:
    record = {
        "text": "Ann said Oslo won",
        "spans": [span(0, 3, "PERSON"), span(9, 13, "GPE"), span(9, 17, "CONTENT")],
    }
    (document,) = corpora.read_file(write(tmp_path / "a.jsonl", record))
    assert document.spans == ((0, 3, "PERSON"), (9, 13, "GPE"), (9, 17, "CLAIM"))


def test_where_no_label_is_for_countries_alone_one_is_for_all_places(tmp_path: Path) -> None:
    record = {"text": "Ann in Oslo", "spans": [span(0, 3, "PER"), span(7, 11, "LOC")]}
    (document,) = corpora.read_file(write(tmp_path / "a.jsonl", record))
    assert document.spans == ((0, 3, "PERSON"), (7, 11, "PLACE"))
    assert document.annotates == {"PERSON", "PLACE"}


def test_a_finer_label_of_a_corpus_is_told_by_the_scheme(tmp_path: Path) -> None:
    record = {
        "text": "Ann won the Cup of Noise in jazz",
        "spans": [
            span(12, 24, "MISC") | {"fine": "award"},
            span(28, 32, "MISC") | {"fine": "musicgenre"},
        ],
    }
    (document,) = corpora.read_file(write(tmp_path / "a.jsonl", record))
    assert document.spans == ((12, 24, "WORK_OF_ART"), (28, 32, "UNSURE"))


def test_a_claim_in_the_newspapers_own_voice_has_a_label_of_its_own(tmp_path: Path) -> None:
    record = {"text": "It rained", "spans": [span(0, 9, "CLAIM") | {"attribution": "author"}]}
    (document,) = corpora.read_file(write(tmp_path / "a.jsonl", record))
    assert document.spans == ((0, 9, "AUTHOR"),)


def test_what_is_found_is_held_against_a_coarser_scheme_under_its_labels() -> None:
    annotates = frozenset({"PERSON", "PLACE", "FAC", "MISC"})
    document = corpora.Document("d", "s", "x" * 9, (), (), annotates)
    found = [Tagged("GPE", 0, 1, 0.9), Tagged("FAC", 2, 3, 0.9), Tagged("DATE", 4, 5, 0.9)]
    assert corpora.coarse(document, found) == [(0, 1, "PLACE"), (2, 3, "FAC")]


def test_a_file_annotates_only_the_labels_it_holds(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl",
        {"text": "Ann", "spans": [span(0, 3, "PER")]},
        {"text": "no names", "spans": []},
    )
    assert {document.annotates for document in corpora.read_file(path)} == {frozenset({"PERSON"})}


def test_sentences_of_one_document_are_joined_with_their_spans(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl",
        {"text": "Ann left.", "spans": [span(0, 3, "PER")], "meta": {"doc": "one"}},
        {
            "text": "So did Ben.",
            "spans": [span(7, 10, "PER")],
            "meta": {"doc": "one", "newpar": False},
        },
        {"text": "Cy stayed.", "spans": [span(0, 2, "PER")], "meta": {"doc": "two"}},
    )
    one, two = corpora.read_file(path)
    assert one.text == "Ann left. So did Ben."
    assert one.sentences == ((0, 9), (10, 21))
    assert [one.text[a:b] for a, b, _ in one.spans] == ["Ann", "Ben"]
    assert (two.name, two.text) == ("two", "Cy stayed.")


def test_numbered_ids_join_the_sentences_of_a_document(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl",
        {"text": "One.", "spans": [], "meta": {"doc": None, "id": "weblog-x-0001"}},
        {"text": "Two.", "spans": [], "meta": {"id": "weblog-x-0002"}},
    )
    (document,) = corpora.read_file(path)
    assert document.sentences == ((0, 4), (5, 9))


def test_a_whole_text_on_one_line_is_cut_into_sentences(tmp_path: Path) -> None:
    record = {"text": "Ann left. Ben stayed.\nA title\nIt rained.", "spans": []}
    (document,) = corpora.read_file(write(tmp_path / "a.jsonl", record))
    surfaces = [document.text[a:b] for a, b in document.sentences]
    assert surfaces == ["Ann left.", "Ben stayed.", "A title", "It rained."]


def test_a_claim_as_long_as_a_section_is_not_learned(tmp_path: Path) -> None:
    text = "word " * 400
    record = {"text": text, "spans": [span(0, 1999, "CONTENT"), span(0, 20, "CONTENT")]}
    (document,) = corpora.read_file(write(tmp_path / "a.jsonl", record))
    assert document.spans == ((0, 20, "CLAIM"),)


def test_a_name_that_was_cut_into_tokens_is_one_name(tmp_path: Path) -> None:
    record = {"text": "@ann met", "spans": [span(0, 1, "PER"), span(1, 4, "PER")]}
    (document,) = corpora.read_file(write(tmp_path / "a.jsonl", record))
    assert document.spans == ((0, 4, "PERSON"),)


BAD: list[tuple[object, str]] = [
    ("{", "not JSON"),
    ("[" * 100_000, "not JSON"),
    ('"text"', "not a JSON object"),
    ({"spans": []}, "text: is missing"),
    ({"text": "a"}, "spans: is missing"),
    ({"text": 1, "spans": []}, "text: is no string"),
    ({"text": "\ud800", "spans": []}, "text: holds half of a surrogate pair"),
    ({"text": "a", "spans": None}, "spans: is no list"),
    ({"text": "a", "spans": ["PER"]}, "spans[0]: is no object"),
    ({"text": "a", "spans": [span(0, 1, "PER"), {"start": 0, "end": 1}]}, "spans[1].label: is no"),
    ({"text": "a", "spans": [span(0, 1, "PER") | {"label": None}]}, "spans[0].label: is no string"),
    ({"text": "a", "spans": [{"label": "PER"}]}, "spans[0]: start and end have to be whole"),
    ({"text": "a", "spans": [span(0, 1, "PER") | {"end": 1.0}]}, "not 0 and 1.0"),
    ({"text": "a", "spans": [span(0, 1, "PER") | {"end": True}]}, "not 0 and True"),
    ({"text": "a", "spans": [span(0, 1, "PER") | {"start": "0"}]}, "not '0' and 1"),
    ({"text": "a", "spans": [span(0, 2, "PER")]}, "start 0, end 2 is not inside the text (0 to 1)"),
    ({"text": "a", "spans": [span(-1, 1, "PER")]}, "start -1, end 1 is not inside"),
    ({"text": "a", "spans": [], "meta": "d"}, "meta: is no object"),
    ({"text": "a", "spans": [], "meta": {"doc": 7}}, "meta.doc: is no string"),
    ({"text": "a", "spans": [], "meta": {"id": 7}}, "meta.id: is no string"),
]


@pytest.mark.parametrize(("bad", "fault"), BAD)
def test_a_bad_record_is_named_with_its_file_line_and_field(
    tmp_path: Path, bad: object, fault: str
) -> None:
    path = write(tmp_path / "a.jsonl", {"text": "fine", "spans": []}, bad)
    with pytest.raises(BuilderError, match=rf"a\.jsonl:2: .*{re.escape(fault)}"):
        corpora.read_file(path)


@pytest.mark.parametrize(
    ("starts", "ends", "fault"),
    [
        ([0, 1], [1], "starts, ends: 2 starts, but 1 ends"),
        ([0, 1], [1, 9], "starts[1], ends[1]: start 1, end 9 is not inside"),
        (["0"], [1], "starts[0], ends[0]: start and end have to be whole numbers"),
        (0, [1], "starts: is no list"),
    ],
)
def test_bad_sentences_are_named_with_their_file_line_and_field(
    tmp_path: Path, starts: object, ends: object, fault: str
) -> None:
    path = write(tmp_path / "s.jsonl", {"text": "Oh.", "starts": starts, "ends": ends})
    with pytest.raises(BuilderError, match=rf"s\.jsonl:1: {re.escape(fault)}"):
        corpora.read_sentences(path)


def test_a_line_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "fine", "spans": []}\n{"text": "caf\xe9", "spans": []}\n')
    with pytest.raises(BuilderError, match=r"a\.jsonl:2: not UTF-8 at byte 14 of the line"):
        corpora.read_file(path)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"text": "Ann", "spans": []}\r\n')
    assert [document.text for document in corpora.read_file(path)] == ["Ann"]


@pytest.mark.parametrize("content", ["", "\n \n", "\ufeff"])
def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(content, encoding="utf-8")
    for read in (corpora.read_file, corpora.read_sentences):
        with pytest.raises(BuilderError, match=r"a\.jsonl: is empty"):
            read(path)


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(BuilderError, match=r"no \*\.jsonl"):
        corpora.read_folder(tmp_path)


def test_files_below_a_folder_are_read_in_one_order(tmp_path: Path) -> None:
    for name in ("b_x", "a_y"):
        (tmp_path / name).mkdir()
        write(tmp_path / name / f"{name}.jsonl", {"text": name, "spans": []})
    assert [d.scheme for d in corpora.read_folder(tmp_path)] == ["a", "b"]


def test_sentences_are_read_as_spans(tmp_path: Path) -> None:
    record = {"text": "One. Two.", "starts": [0, 5], "ends": [4, 9]}
    (document,) = corpora.read_sentences(write(tmp_path / "s.jsonl", record))
    assert document.spans == ((0, 4, "SENTENCE"), (5, 9, "SENTENCE"))
