"""Files as other tools write them are read; what of them has no place here is told."""

import json
import zlib
from pathlib import Path
from typing import Any

import cassis
import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import DocBin, SpanGroup

from builder.errors import BuilderError
from builder.formats import docbin, foreign
from builder.formats.files import module_of
from builder.formats.foreign import ForeignText
from builder.records import Rejection
from builder.workspace.folder import Workspace
from tests.importing.conftest import (
    JANE,
    TEXTS,
    contents,
    corrections,
    lines,
    marked,
    reasons,
    suggestions,
    work,
)

NORWAY = TEXTS[0].strip()
FIRST, SECOND = NORWAY.split("\n\n")
FORMS = ("jsonl", "conll", "spacy", "label-studio", "prodigy", "brat", "doccano", "xmi")


def put(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(form: Any, path: Path, machine: bool = False) -> list[ForeignText | Rejection]:
    return list(module_of(form).read(path, machine=machine))


def marks(found: list[ForeignText | Rejection]) -> list[tuple[str, str]]:
    """Return words and labels of what documents mark."""
    kept = [d for d in found if isinstance(d, ForeignText)]
    return [(" ".join(d.text[m.start : m.end].split()), m.label) for d in kept for m in d.marks]


def faults(found: list[ForeignText | Rejection]) -> list[tuple[int | None, str]]:
    return [(r.line, r.reason) for r in found if isinstance(r, Rejection)]


# --- CoNLL ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ("B-PER I-PER O B-LOC", [("a b", "PER"), ("d", "LOC")]),
        ("I-PER I-PER O I-LOC", [("a b", "PER"), ("d", "LOC")]),
        ("I-PER B-PER O O", [("a", "PER"), ("b", "PER")]),
        ("I-PER I-LOC I-LOC O", [("a", "PER"), ("b c", "LOC")]),
        ("B-PER L-PER U-LOC U-LOC", [("a b", "PER"), ("c", "LOC"), ("d", "LOC")]),
        ("B-PER E-PER S-LOC O", [("a b", "PER"), ("c", "LOC")]),
        ("PER PER O LOC", [("a b", "PER"), ("d", "LOC")]),
        ("B-WORK-OF-ART I-WORK-OF-ART O O", [("a b", "WORK-OF-ART")]),
    ],
)
def test_entities_of_every_scheme_of_tags_are_read(
    tmp_path: Path, tags: str, found: list[tuple[str, str]]
) -> None:
    rows = "".join(f"{word} X {tag}\n" for word, tag in zip("abcd", tags.split(), strict=True))
    assert marks(read("conll", put(tmp_path / "x", rows))) == found


def test_a_file_of_conll_2003_has_the_documents_that_it_opens(tmp_path: Path) -> None:
    rows = (
        "-DOCSTART- -X- O O\n\nKim N O B-PER\n\nMay N O I-PER\n-DOCSTART- -X- O O\n\nOslo N O B-LOC"
    )
    found = read("conll", put(tmp_path / "x", rows))
    assert [(d.text.split(), d.line) for d in found if isinstance(d, ForeignText)] == [
        (["Kim", "May"], 3),
        (["Oslo"], 8),
    ]
    assert marks(found) == [("Kim", "PER"), ("May", "PER"), ("Oslo", "LOC")]


def test_without_documents_each_sentence_is_one(tmp_path: Path) -> None:
    found = read("conll", put(tmp_path / "x", "Kim B-PER\r\nsaid O\r\n\r\n\r\nOslo B-LOC\r\n"))
    assert [d.text.strip() for d in found if isinstance(d, ForeignText)] == ["Kim said", "Oslo"]


def test_conll_u_has_its_tags_among_the_features_and_its_text_without_added_spaces(
    tmp_path: Path,
) -> None:
    def row(number: str, form: str, misc: str) -> str:
        return "\t".join([number, form, *"_______", misc]) + "\n"

    rows = (
        "# newdoc id = a\n# text = Kim's dog (Oslo).\n"
        + row("1-2", "Kim's", "_")
        + row("1", "Kim", "NER=B-PER")
        + row("2", "'s", "NER=O")
        + row("3", "dog", "NER=O")
        + row("3.1", "ran", "_")
        + row("4", "(", "SpaceAfter=No|NER=O")
        + row("5", "Oslo", "SpaceAfter=No|ner=S-GPE")
        + row("6", ").", "_")
        + "\n"
    )
    found = read("conll", put(tmp_path / "x", rows))
    assert [d.text.strip() for d in found if isinstance(d, ForeignText)] == ["Kim's dog (Oslo)."]
    assert marks(found) == [("Kim's", "PER"), ("Oslo", "GPE")]


def test_a_line_of_one_column_is_told(tmp_path: Path) -> None:
    found = read("conll", put(tmp_path / "x", "Kim B-PER\nsaid\nno O\n"))
    assert faults(found) == [(2, "has one column: a word and its tag are needed")]
    assert marks(found) == [("Kim", "PER")]


# --- brat -------------------------------------------------------------------------------------


def test_brat_is_read_with_fragments_relations_and_attributes(tmp_path: Path) -> None:
    put(tmp_path / "x.txt", "Kim said:\nno. Then\nKim left.")
    ann = put(
        tmp_path / "x.ann",
        "T1\tSOURCE 0 3\tKim\nT2\tCLAIM 10 12\tno\nT3\tCLAIM 14 18;19 22\tThen Kim\n"
        "R1\tattributed_to Arg1:T2 Arg2:T1\t\nA1\tsource_type T1 named\n",
    )
    (document,) = read("brat", ann)
    assert isinstance(document, ForeignText)
    assert marks([document]) == [("Kim", "SOURCE"), ("no", "CLAIM"), ("Then Kim", "CLAIM")]
    assert document.marks[0].attributes == {"source_type": "named"}
    assert [(r.label, r.head, r.tail) for r in document.links] == [("attributed_to", "T2", "T1")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("T1\tORG 0 3;9 12\tKim Kim", "is a span in pieces"),
        ("E1\tSay:T1", "is an event"),
        ("#1\tAnnotatorNotes T1\tsure?", "is a note"),
        ("N1\tReference T1 Wikipedia:5\tKim", "is a link to a database"),
        ("A1\tNegated T1", "is an attribute without a value"),
        ("A1\tsource_type T9 named", "is an attribute of T9, which is no span"),
        ("T1\tORG three 4\tKim", "is no line of brat"),
        ("nonsense", "is no line of brat"),
    ],
)
def test_a_line_of_brat_that_has_no_place_is_told(tmp_path: Path, line: str, reason: str) -> None:
    put(tmp_path / "x.txt", "Kim said Kim left.")
    found = read("brat", put(tmp_path / "x.ann", f"T7\tORG 0 3\tKim\n{line}\n"))
    ((number, told),) = faults(found)
    assert number == 2 and told.startswith(reason)
    assert marks(found) == [("Kim", "ORG")]


def test_offsets_count_the_line_ends_of_windows(held: Workspace, tmp_path: Path) -> None:
    text = NORWAY.replace("\n", "\r\n")
    put(tmp_path / "x.txt", text)
    start = text.index("Oslo")
    ann = put(tmp_path / "x.ann", f"T1\tGPE {start} {start + 4}\tOslo\r\n")
    assert corrections(held, ann, form="brat").rejected == []
    assert contents(work(held)[0].spans) == {("Oslo", "GPE")}


def test_a_folder_is_read_whole_and_one_without_such_files_named(
    held: Workspace, tmp_path: Path
) -> None:
    for number, (text, word) in enumerate([(FIRST, "Norway"), (SECOND, "Oslo")]):
        (tmp_path / "in" / str(number)).mkdir(parents=True)
        at = text.index(word)
        put(tmp_path / "in" / str(number) / "a.txt", text)
        put(tmp_path / "in" / str(number) / "a.ann", f"T1\tGPE {at} {at + len(word)}\t{word}\n")
    done = corrections(held, tmp_path / "in", form="brat")
    assert (done.files, done.rejected) == (2, [])
    assert contents(s for c in work(held) for s in c.spans) == {("Norway", "GPE"), ("Oslo", "GPE")}
    with pytest.raises(BuilderError, match=r"holds no file called \*\.xmi"):
        corrections(held, tmp_path / "in", form="xmi")


# --- JSON -------------------------------------------------------------------------------------


def _task(*annotations: dict[str, Any], **data: str) -> dict[str, Any]:
    return {"id": 1, "data": data or {"text": FIRST}, "annotations": list(annotations)}


def _region(word: str, label: str, key: str = "a", **others: Any) -> dict[str, Any]:
    at = FIRST.index(word)
    value = {"start": at, "end": at + len(word), "text": word, "labels": [label]}
    return {"id": key, "type": "labels", "from_name": "label", "value": value, **others}


def test_an_export_of_label_studio_is_read_with_choices_and_relations(
    held: Workspace, tmp_path: Path
) -> None:
    result = [
        _region("Maria Lopez", "SOURCE", "a"),
        _region("Acme Corp. will open a plant in Norway", "CLAIM", "b"),
        {"id": "a", "type": "choices", "from_name": "source_type", "value": {"choices": ["named"]}},
        {"type": "relation", "from_id": "a", "to_id": "b", "direction": "left",
         "labels": ["attributed_to"]},
        {"id": "z", "type": "choices", "from_name": "flags", "value": {"choices": ["bad_text"]}},
        {"id": "r", "type": "rating", "value": {"rating": 3}},
    ]  # fmt: skip
    file = put(tmp_path / "x.json", json.dumps([_task({"result": result}), 3]))
    done = corrections(held, file, form="label-studio")
    (made,) = work(held)
    assert [s.attributes for s in made.spans] == [{"source_type": "named"}, {}]
    assert [r.label for r in made.relations] == ["attributed_to"]
    assert [(r.field, r.reason) for r in done.rejected] == [
        ("tasks.0.annotations.0.result.4", "says something of the whole task"),
        ("tasks.0.annotations.0.result.5", "is a rating, and no span"),
        ("tasks.1", "is no task"),
    ]


def test_of_several_annotators_the_one_named_is_taken_and_none_without(
    held: Workspace, tmp_path: Path
) -> None:
    mine = {"completed_by": {"id": 4, "email": JANE}, "result": [_region("Norway", "GPE")]}
    other = {"completed_by": {"id": 5, "email": "kim@x"}, "result": [_region("Monday", "DATE")]}
    skipped = {**other, "was_cancelled": True}
    file = put(tmp_path / "x.json", json.dumps([_task(mine, other, skipped)]))
    done = corrections(held, file, form="label-studio")
    assert contents(s for c in work(held) for s in c.spans) == {("Norway", "GPE")}
    assert reasons(done) == ["was skipped"]
    with pytest.raises(BuilderError, match=r"several, jane@news\.example, kim@x: name"):
        corrections(held, file, form="label-studio", who="nobody")


def test_predictions_are_suggestions_and_annotations_are_not(
    held: Workspace, tmp_path: Path
) -> None:
    task = _task({"result": [_region("Monday", "DATE")]})
    task["predictions"] = [{"model_version": "m", "result": [_region("Norway", "GPE", score=0.5)]}]
    file = put(tmp_path / "x.json", json.dumps([task]))
    suggestions(held, file, form="label-studio")
    (made,) = held.imported.load().values()
    assert [(s.text, s.score) for s in made.spans] == [("Norway", 0.5)]


def test_a_task_whose_text_is_called_otherwise_is_read_if_it_is_the_only_one(
    tmp_path: Path,
) -> None:
    file = put(tmp_path / "x.json", json.dumps([_task({"result": []}, body=FIRST)]))
    (document,) = read("label-studio", file)
    assert isinstance(document, ForeignText) and document.text == FIRST
    two = put(tmp_path / "x.json", json.dumps([_task({"result": []}, a=FIRST, b="x")]))
    assert "has no text, or several" in faults(read("label-studio", two))[0][1]


def test_prodigy_tasks_that_were_not_accepted_are_told(tmp_path: Path) -> None:
    span = {"start": 0, "end": 3, "token_start": 0, "token_end": 0, "label": "ORG"}
    file = lines(
        tmp_path / "x.jsonl",
        {"text": "Kim left.", "spans": [span], "answer": "accept", "_annotator_id": "a-kim"},
        {"text": "Kim left.", "spans": [span], "answer": "reject"},
        {"text": "Kim left.", "answer": "ignore"},
    )
    found = read("prodigy", file)
    assert marks(found) == [("Kim", "ORG")]
    assert [number for number, _ in faults(found)] == [2, 3]


def test_both_forms_of_doccano_are_read(tmp_path: Path) -> None:
    file = lines(
        tmp_path / "x.jsonl",
        {"id": 1, "text": "Kim left.", "label": [[0, 3, "PER"], [0, "PER"]]},
        {"id": 2, "data": "Kim left.", "label": []},
        {
            "text": "Kim left.",
            "entities": [{"id": 7, "label": "PER", "start_offset": 0, "end_offset": 3}],
            "relations": [{"id": 1, "from_id": 7, "to_id": 7, "type": "continues"}],
        },
    )
    found = read("doccano", file)
    assert marks(found) == [("Kim", "PER"), ("Kim", "PER")]
    assert faults(found) == [(1, "start_offset and end_offset are no whole numbers")]
    last = found[-1]
    assert isinstance(last, ForeignText) and [r.head for r in last.links] == ["7"]


def test_offsets_in_utf_16_are_known_by_the_words(held: Workspace, tmp_path: Path) -> None:
    text = f"🇺🇸🇺🇸 {NORWAY}"
    record = marked(text, ("Oslo", "GPE"), ("Norway", "GPE"))
    for span, words in zip(record["spans"], ("Oslo", "Norway"), strict=True):
        span |= {"start": span["start"] + 4, "end": span["end"] + 4, "text": words}
    done = corrections(held, lines(tmp_path / "x.jsonl", record))
    assert done.rejected == []
    assert contents(work(held)[0].spans) == {("Oslo", "GPE"), ("Norway", "GPE")}


# --- DocBin -----------------------------------------------------------------------------------


def test_a_docbin_of_another_pipeline_is_read_with_entities_groups_and_scores(
    held: Workspace, tmp_path: Path
) -> None:
    nlp = spacy.blank("en")
    doc: Any = nlp(FIRST)
    doc.ents = [doc.char_span(0, 11, "PERSON")]
    at = FIRST.index("Norway")
    group = SpanGroup(doc, name="sc", spans=[doc.char_span(at, at + 6, "GPE")])
    group.attrs["scores"] = np.array([0.25], dtype="float32")
    doc.spans["sc"] = group
    file = tmp_path / "x.spacy"
    DocBin(docs=[doc, nlp("Of no article at all, this text.")]).to_disk(file)
    done = suggestions(held, file, form="spacy")
    (made,) = held.imported.load().values()
    assert [(s.text, s.label, s.score) for s in made.spans] == [
        ("Maria Lopez", "PERSON", None),
        ("Norway", "GPE", 0.25),
    ]
    assert [(r.field, r.path) for r in done.rejected] == [("docs.1.text", str(file))]


def test_a_docbin_that_unpacks_to_more_than_memory_holds_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docbin, "LARGEST", 1000)
    file = put(tmp_path / "x.spacy", zlib.compress(b"\0" * 100_000))
    with pytest.raises(ValueError, match="unpacked"):
        read("spacy", file)


# --- XMI --------------------------------------------------------------------------------------

_NAMED = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"


def _cas(folder: Path) -> Path:
    """Write what INCEpTION exports: named entities, a layer of one's own, an emoji before both."""
    system = cassis.TypeSystem()
    named = system.create_type(_NAMED, "uima.tcas.Annotation")
    for feature in ("value", "identifier"):
        system.create_feature(named, feature, "uima.cas.String")
    own = system.create_type("webanno.custom.CUE", "uima.tcas.Annotation")
    system.create_type("webanno.custom.Link", "uima.tcas.Annotation")
    for end in ("Governor", "Dependent"):
        system.create_feature(system.get_type("webanno.custom.Link"), end, own)
    cas = cassis.Cas(typesystem=system)
    cas.sofa_string, cas.sofa_mime = f"🇺🇸 {NORWAY}", "text/plain"
    at = cas.sofa_string.index("Oslo")
    cas.add(named(begin=at, end=at + 4, value="GPE", identifier="http://x/Q585"))
    at = cas.sofa_string.index("said")
    cas.add(own(begin=at, end=at + 4))
    system.to_xml(str(folder / "TypeSystem.xml"))
    cas.to_xmi(str(folder / "x.xmi"))
    return folder / "x.xmi"


def test_inceptions_xmi_is_read_in_code_points(held: Workspace, tmp_path: Path) -> None:
    done = corrections(held, _cas(tmp_path), form="xmi")
    assert done.rejected == []
    assert contents(work(held)[0].spans) == {("Oslo", "GPE"), ("said", "CUE")}


def test_xmi_without_its_type_system_says_what_is_missing(held: Workspace, tmp_path: Path) -> None:
    file = _cas(tmp_path)
    (tmp_path / "TypeSystem.xml").unlink()
    assert "has no TypeSystem.xml beside it" in reasons(corrections(held, file, form="xmi"))[0]


def test_xml_that_grows_or_reads_other_files_does_neither(held: Workspace, tmp_path: Path) -> None:
    file = _cas(tmp_path)
    secret = put(tmp_path / "secret", "of another file")
    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    for inside, used in ((entities, "&i;"), (f'<!ENTITY i SYSTEM "{secret}">', "&i;")):
        text = file.read_text("utf-8").replace("🇺🇸", used)
        head, _, rest = text.partition("<xmi:XMI")
        hostile = put(tmp_path / "y.xmi", f"{head}<!DOCTYPE x [{inside}]>\n<xmi:XMI{rest}")
        done = corrections(held, hostile, form="xmi")
        assert not any("of another file" in r.model_dump_json() for r in done.rejected)
        assert not any(len(c.spans) and "aaa" in str(c.spans) for c in work(held))


# --- hostile ----------------------------------------------------------------------------------


def _good(form: str, folder: Path) -> Path:
    """Return a good file of a format."""
    if form == "xmi":
        return _cas(folder)
    if form == "spacy":
        DocBin(docs=[spacy.blank("en")(FIRST)]).to_disk(folder / "x.spacy")
        return folder / "x.spacy"
    if form == "brat":
        put(folder / "x.txt", FIRST)
        return put(folder / "x.ann", "T1\tGPE 0 5\tMaria\n" * 50)
    if form == "conll":
        return put(folder / "x.conll", "Maria B-PER\nLopez I-PER\n" * 50)
    if form == "label-studio":
        tasks = [_task({"result": [_region("Norway", "GPE")]})]
        return put(folder / "x.json", json.dumps(tasks))
    return lines(folder / "x.jsonl", *[marked(FIRST, ("Norway", "GPE"))] * 5)


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_is_cut_off_or_in_another_encoding_ends_in_reasons(
    held: Workspace, tmp_path: Path, form: str
) -> None:
    file = _good(form, tmp_path)
    whole = file.read_bytes()
    for damaged in (whole[: len(whole) // 2 + 3], b"caf\xe9 \xff\xfe" + whole, b"", b"[" * 100_000):
        put(file, damaged)
        done = corrections(held, file, form=form)
        assert done.rejected or (form == "conll" and damaged.startswith(whole[:9]))
        assert all(r.path == str(file) for r in done.rejected)


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_memory_does_not_hold_is_refused(
    held: Workspace, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign, "LARGEST", 20)
    done = corrections(held, _good(form, tmp_path), form=form)
    assert any("divide it" in told for told in reasons(done))


_FIELDS = """text data spans start end label labels entities relations result annotations id type
value from_id to_id choices layers attributes answer meta head_span model_version"""
_KEYS = st.sampled_from(_FIELDS.split())
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 99) | st.text(max_size=5) | st.floats(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=6),
    max_leaves=12,
)


@pytest.mark.parametrize("form", ["jsonl", "label-studio", "prodigy", "doccano"])
@given(record=st.dictionaries(_KEYS, _JSON, max_size=8))
@settings(max_examples=40)
def test_json_of_any_shape_is_read_or_told(
    form: str, record: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.jsonl"
    put(file, json.dumps(record).encode() + b"\n")
    for found in read(form, file):
        assert isinstance(found, ForeignText | Rejection)


@pytest.mark.parametrize("form", ["conll", "brat"])
@given(content=st.text(st.sampled_from("TRAB1 \t\n:;-_0OIé#*"), max_size=80))
@settings(max_examples=40)
def test_lines_of_any_shape_are_read_or_told(
    form: str, content: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    put(tmp_path_factory.getbasetemp() / "any.txt", "some text")
    for found in read(form, put(tmp_path_factory.getbasetemp() / "any.ann", content)):
        assert isinstance(found, ForeignText | Rejection)
