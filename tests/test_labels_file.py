"""labels.toml is read strictly: whatever is wrong with it is named, with what to do."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import labels
from builder.errors import BuilderError
from builder.labels import KEYS
from builder.workspace import init
from builder.workspace.folder import open_workspace
from tests import making

_DEFAULT = (labels.SCHEMAS / labels.FILE_NAME).read_text("utf-8")
_SMALL = """
version = "1"
[layers]
entity = "Names"
"""


def _label(name: str, **more: object) -> str:
    fields = {"layer": "entity", "name": name, "color": "#112233", "hint": "One.", **more}
    written = (f"{key} = {json.dumps(value)}" for key, value in fields.items())
    return "\n".join(["", "[[labels]]", *written, ""])


_A = _SMALL + _label("A")
_RETIRED = _SMALL + _label("A", retired=True)
_FLAG = "[[flags]]\nname = 'x'\nhint = 'y'\n"


def _read(tmp_path: Path, text: str) -> labels.LabelSet:
    (tmp_path / labels.FILE_NAME).write_text(text, "utf-8")
    return labels.read(tmp_path / labels.FILE_NAME)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (_SMALL, "labels: is missing"),
        (_A + _label("CLAIM", layer="claim"), "labels.CLAIM.layer: 'claim' is not under [layers]"),
        (_SMALL + _label("A", colour="x"), "labels.A.colour: unknown key"),
        (_SMALL + _label("A") + "[extras]\nx = 1\n", "extras: unknown key"),
        (_SMALL + "[[labels]]\nname = 'A'\nhint = 'x'\n", "labels.A.layer: is missing"),
        (_SMALL + _label("A", color="red"), "labels.A.color: String should match"),
        (_SMALL + _label("A", color="red"), "write it like #E69F00"),
        (_SMALL + _label("A B"), "a letter, then letters, digits, _ and -"),
        (_SMALL + _label("Ä"), "labels.Ä.name: String should match"),
        (_SMALL + _label("A" * 41), "at most 40"),
        (_SMALL + _label("A", hint="two\nlines"), "labels.A.hint: String should match"),
        (_SMALL + _label("A", layer="topic"), "there are two, entity and claim"),
        (_SMALL + _label("A") + _label("A"), "labels.A: stands here 2 times"),
        (_SMALL + _label("CLAIM"), "labels.CLAIM: is a label of the layer claim alone"),
        (_A + _label("B", hotkey="q") + _label("C", hotkey="q"), "'q' is the key of labels.B"),
        (_SMALL + _label("A", hotkey="u"), "labels.A.hotkey: 'u' is none of"),
        (_SMALL + _label("A", hotkey="ctrl+z"), "labels.A.hotkey: 'ctrl+z' is none of"),
        (_SMALL + _label("A", alias_of="B"), "labels.A.alias_of: there is no label 'B'"),
        (_SMALL + _label("A", alias_of="A"), "labels.A.alias_of: A is still in use"),
        (_A + _label("B", alias_of="A"), "A is still in use: give it retired = true"),
        (
            _RETIRED + _label("B", alias_of="A") + _label("C", alias_of="A"),
            "A has 2 labels that rename it",
        ),
        (
            _SMALL
            + _label("A", retired=True, alias_of="B")
            + _label("B", retired=True, alias_of="A")
            + _label("C"),
            "labels.A.alias_of: A would be renamed in a circle",
        ),
        (_RETIRED, "layers.entity: has no label that is in use"),
        (_A + _FLAG * 2, "flags.x: stands here 2 times"),
        (_A + '[[relations]]\nname = "x"\nhead = "A"\ntail = "A"\n', "need that layer"),
        (_DEFAULT.replace('name = "CUE"\n', 'name = "CLUE"\n'), "the labels of the layer claim"),
        (_DEFAULT.replace('tail = "CUE"', 'tail = "CLAIM"'), "the relations of the layer claim"),
        (_DEFAULT.replace('name = "mixed"', 'name = "mixture"'), "the attributes of the layer"),
        (_DEFAULT.replace('name = "CUE"\n', 'name = "CUE"\nretired = true\n'), "neither retired"),
        (_DEFAULT.replace('entity = "Names', '# "Names'), "is not under [layers]"),
        ("version = 1\n", "version: Input should be a valid string"),
        ("[layers]\nentity = 'x'\n", "version: is missing"),
        ("version == 1", "(at line 1, column 10)"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_file_field_and_what_to_do(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(BuilderError) as caught:
        _read(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'labels.toml'}: ")
    assert message in str(caught.value)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / labels.FILE_NAME).write_bytes(b"\xff")
    with pytest.raises(BuilderError, match=r"labels\.toml: 'utf-8' codec"):
        labels.read(tmp_path / labels.FILE_NAME)


def test_what_names_no_key_gets_the_next_free_one(tmp_path: Path) -> None:
    declared = (
        _SMALL + _label("A") + _label("B", hotkey="1") + _label("C") + _label("D", retired=True)
    )
    found = _read(tmp_path, declared + "[[flags]]\nname = 'x'\nhint = 'y'\n")
    assert {x.name: x.hotkey for x in found.labels} == {"A": "2", "B": "1", "C": "3", "D": ""}
    assert [flag.hotkey for flag in found.flags] == ["4"]


def test_where_no_key_is_left_there_is_none(tmp_path: Path) -> None:
    many = "".join(_label(f"L{number}") for number in range(len(KEYS) + 3))
    keys = [label.hotkey for label in _read(tmp_path, _SMALL + many).labels]
    assert keys == [*KEYS, "", "", ""]


def test_a_layer_may_be_left_out(tmp_path: Path) -> None:
    found = _read(tmp_path, _SMALL + _label("A"))
    assert (tuple(found.layers), found.attributes, found.relations, found.flags) == (
        ("entity",),
        (),
        (),
        (),
    )
    start = _DEFAULT.index('[[labels]]\nlayer = "claim"')
    claims = 'version = "1"\n[layers]\nclaim = "Claims"\n' + _DEFAULT[start:]
    alone = _read(tmp_path, claims)
    assert alone.bio_tags() == ["O"]
    assert alone.attributes == labels.default().attributes


def test_columns_of_attributes_come_in_one_order_however_the_file_is_written(
    tmp_path: Path,
) -> None:
    first, *rest = _DEFAULT.split("[[attributes]]")
    *middle, last = rest
    tail = last.index("[[relations]]")
    turned = "[[attributes]]".join([first, last[:tail], *middle[::-1]]) + last[tail:]
    assert [a.name for a in _read(tmp_path, turned).attributes] == [
        a.name for a in labels.default().attributes
    ]


# --- whose labels they are ------------------------------------------------------------------


def test_a_workspace_has_the_labels_of_its_file_or_the_default_ones(tmp_path: Path) -> None:
    lines = init.init(tmp_path)
    path = tmp_path / labels.FILE_NAME
    assert f"{path} holds the default labels: make them yours." in lines
    assert path.read_text("utf-8") == _DEFAULT
    path.write_text(_SMALL + _label("Own"), "utf-8")
    assert open_workspace(tmp_path).labels.bio_tags() == ["O", "B-Own", "I-Own"]
    path.unlink()
    assert open_workspace(tmp_path).labels == labels.default()


def test_init_keeps_a_file_that_is_there(tmp_path: Path) -> None:
    (tmp_path / labels.FILE_NAME).write_text("mine", "utf-8")
    assert not any("labels.toml" in line for line in init.init(tmp_path))
    assert (tmp_path / labels.FILE_NAME).read_text("utf-8") == "mine"


# --- what is read in the labels in use ------------------------------------------------------

_ARTICLE = making.article("Acme pays Kim. Acme grows.")
_ACME = making.span(_ARTICLE, "Acme", "ORG")


def _renamed(tmp_path: Path) -> labels.LabelSet:
    old = _DEFAULT.replace('name = "ORG"\n', 'name = "ORG"\nretired = true\n')
    return _read(tmp_path, old + _label("COMPANY", alias_of="ORG"))


def test_a_correction_reads_under_the_new_name_with_its_changes(tmp_path: Path) -> None:
    declared = _renamed(tmp_path)
    suggested = making.suggestion(_ARTICLE, _ACME, making.span(_ARTICLE, "Kim", "ORG"))
    kim = suggested.spans[1].model_copy(update={"label": "PERSON"})
    company = _ACME.model_copy(update={"label": "COMPANY"})
    read = declared.read(making.correction(suggested, [company, kim]))
    assert [s.label for s in read.spans] == ["COMPANY", "PERSON"]
    assert [(c.before and c.before.label, c.after and c.after.label) for c in read.changes] == [
        ("COMPANY", "PERSON")
    ], "to give a span its new name is no change"


def test_what_was_marked_under_both_names_is_one_span(tmp_path: Path) -> None:
    twin = making.span(_ARTICLE, "Acme", "COMPANY", key="f" * 16)
    read = _renamed(tmp_path).read(making.suggestion(_ARTICLE, _ACME, twin))
    assert [(s.id, s.label) for s in read.spans] == [(twin.id, "COMPANY")]


def test_spans_keep_the_ids_of_the_first_name(tmp_path: Path) -> None:
    declared = _renamed(tmp_path)
    assert [declared.first_name(n) for n in ("COMPANY", "ORG", "GPE")] == ["ORG", "ORG", "GPE"]


def test_labels_layers_and_flags_that_do_not_belong_are_named_by_field(tmp_path: Path) -> None:
    declared = _read(tmp_path, _SMALL + _label("PERSON"))
    said, kim = making.span(_ARTICLE, "pays", "CUE"), making.span(_ARTICLE, "Kim", "PERSON")
    work = making.correction(making.suggestion(_ARTICLE, kim, said, _ACME), [kim, said])
    assert declared.problems(work.model_copy(update={"flags": ("bad_text",)})) == [
        ("spans.1.layer", "'claim' is no layer of labels.toml"),
        ("changes.0.before.label", "'ORG' is no label of labels.toml"),
        ("flags.0", "'bad_text' is no flag of labels.toml"),
    ]
    assert labels.default().problems(work) == []


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,39}", fullmatch=True))
def test_a_name_of_the_right_shape_can_stand_in_a_tag_a_column_and_a_list(name: str) -> None:
    assert f"B-{name}".split("-", 1) == ["B", name]
    assert not set(name) & set(" \t\n,<>&\"'=.:|")
