"""What is exported is read back by the tool that it is for, or by a reader of its format."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
import spacy
from click.testing import CliRunner
from pybrat.parser import BratParser
from spacy.tokens import DocBin
from spacy.training import converters

from builder import labels
from builder.cli import main
from builder.errors import BuilderError
from builder.formats import brat, conll, docbin, prodigy
from builder.formats.files import Format, export
from builder.formats.labelled import Labelled

# Its own types are too loose to be of use.
_CONVERTERS: Any = converters


def test_conll_files_give_spacys_converter_the_articles_sentences_and_entities(
    release: Path,
) -> None:
    exported = conll.export(release, labels.default())
    (doc,) = _CONVERTERS.conll_ner_to_docs(
        exported.files["validation.conll"].decode(), no_print=True
    )
    assert [(e.text, e.label_) for e in doc.ents] == [("3 per cent", "PERCENT"), ("Paris", "GPE")]
    (odd,) = _CONVERTERS.conll_ner_to_docs(exported.files["train.conll"].decode(), no_print=True)
    assert len(list(odd.sents)) == 3
    assert [(e.text, e.label_) for e in odd.ents] == [
        ("Bank of New York", "ORG"),
        ("Kim", "PERSON"),
    ]


def test_conll_says_what_it_has_no_room_for(release: Path) -> None:
    assert conll.export(release, labels.default()).not_as_it_is == {
        "entities inside longer ones": 1,
        "entities widened to whole tokens": 1,
        "claims, sources and cues": 3,
    }


def test_docbins_give_spacy_the_text_the_sentences_and_both_layers(
    release: Path, odd: Labelled
) -> None:
    nlp = spacy.blank("en")
    files = docbin.export(release, labels.default()).files
    (doc,) = DocBin(store_user_data=True).from_bytes(files["train.spacy"]).get_docs(nlp.vocab)
    assert doc.text == odd.text
    assert [(s.start_char, s.end_char) for s in doc.sents][1:] == [
        (s.start, s.end) for s in odd.sentences
    ][1:]
    assert [(e.text, e.label_) for e in doc.ents] == [
        ("Bank of New York", "ORG"),
        ("Kim", "PERSON"),
    ]
    assert {(s.id_, s.label_) for layer in doc.spans.values() for s in layer} == {
        (s.id, s.label) for s in odd.spans
    }
    claim = next(s for s in doc.spans["claim"] if s.label_ == "CLAIM")
    assert claim.text == "“plan is wrong.\n\nIt is over.”"
    assert doc.user_data["attributes"][claim.id_]["quote_type"] == "direct"
    links = [(head, label) for head, label, _ in doc.user_data["relations"]]
    assert links == [(claim.id_, "attributed_to"), (claim.id_, "introduced_by")]


def test_spacy_trains_entities_and_claims_from_docbins(release: Path) -> None:
    nlp = spacy.blank("en")
    data = docbin.export(release, labels.default()).files["train.spacy"]
    docs = list(DocBin().from_bytes(data).get_docs(nlp.vocab))
    nlp.add_pipe("ner")
    nlp.add_pipe("spancat", config={"spans_key": "claim"})
    examples = [spacy.training.Example(nlp.make_doc(doc.text), doc) for doc in docs]
    nlp.initialize(lambda: examples)
    losses: dict[str, float] = nlp.update(examples)
    assert losses["ner"] > 0 and losses["spancat"] > 0


def test_brat_files_give_a_reader_of_brat_every_span_link_and_attribute(
    release: Path, odd: Labelled, tmp_path: Path
) -> None:
    export(release, "brat", tmp_path, labels.default())
    assert brat.export(release, labels.default()).not_as_it_is == {}
    (read,) = BratParser(error="raise").parse(tmp_path / "train")
    assert read.text == odd.text
    found = {(e.type, e.spans[0].start, e.spans[-1].end, e.mention) for e in read.entities}
    assert found == {(s.label, s.start, s.end, re.sub(r"\s*\n\s*", " ", s.text)) for s in odd.spans}
    for entity in read.entities:
        pieces = [odd.text[s.start : s.end] for s in entity.spans]
        assert " ".join(pieces) == entity.mention
    assert {(r.type, r.arg1.type, r.arg2.type) for r in read.relations} == {
        ("attributed_to", "CLAIM", "SOURCE"),
        ("introduced_by", "CLAIM", "CUE"),
    }
    lines = (tmp_path / "train" / f"{odd.id}.ann").read_text("utf-8").splitlines()
    claim = next(line.split("\t")[0] for line in lines if "\tCLAIM " in line)
    assert {line.split("\t")[1] for line in lines if line.startswith("A")} == {
        f"attribution {claim} attributed",
        f"quote_type {claim} direct",
        f"check_worthy {claim} no",
        next(line.split("\t")[1] for line in lines if "source_type" in line),
    }


def test_every_brat_label_is_declared_in_its_configuration(release: Path) -> None:
    configuration = brat.export(release, labels.default()).files["annotation.conf"].decode()
    for name in ("PERSON", "CLAIM", "attributed_to\tArg1:CLAIM, Arg2:SOURCE", "Value:direct|"):
        assert name in configuration


def test_prodigy_tasks_have_spans_on_tokens_that_read_the_same(
    release: Path, odd: Labelled
) -> None:
    files = prodigy.export(release, labels.default()).files
    (task,) = [json.loads(line) for line in files["train.jsonl"].splitlines()]
    assert task["text"] == odd.text and task["answer"] == "accept"
    for token in task["tokens"]:
        assert odd.text[token["start"] : token["end"]] == token["text"]
    assert [token["id"] for token in task["tokens"]] == list(range(len(task["tokens"])))
    known = {(s.id, s.start, s.end, s.label) for s in odd.spans}
    assert {(s["id"], s["start"], s["end"], s["label"]) for s in task["spans"]} == known
    for span in task["spans"]:
        first, last = task["tokens"][span["token_start"]], task["tokens"][span["token_end"]]
        assert first["start"] <= span["start"] < span["end"] <= last["end"]
    (said,) = [r for r in task["relations"] if r["label"] == "introduced_by"]
    assert task["tokens"][said["child"]]["text"] == "said"


@pytest.mark.parametrize("form", get_args(Format))
def test_exporting_again_gives_the_same_bytes(release: Path, form: Format, tmp_path: Path) -> None:
    first = export(release, form, tmp_path, labels.default()).files
    before = {p.as_posix(): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert export(release, form, tmp_path, labels.default()).files == first
    found = {p.as_posix(): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert found == before
    assert found.keys() == set(first)


def test_a_folder_with_other_files_is_left_alone(release: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(BuilderError, match=r"thesis\.txt: is not of this export"):
        export(release, "conll", tmp_path, labels.default())
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_command_names_a_release_that_is_not_there(workspace: Any, tmp_path: Path) -> None:
    where = ["--workspace", str(workspace.root), "--release", "9.9.9"]
    result = CliRunner().invoke(main, ["export", "brat", str(tmp_path / "out"), *where])
    assert result.exit_code == 1
    assert "9.9.9: no release is there" in result.output
