"""What is exported is read back by the tool that it is for, or by a reader of its format."""

import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
import spacy
from click.testing import CliRunner
from pybrat.parser import BratParser
from spacy.tokens import DocBin
from spacy.training import Corpus, converters

from builder import labels
from builder.cli import main
from builder.errors import BuilderError
from builder.formats import brat, conll, docbin, labelled, prodigy
from builder.formats.files import Format, export
from builder.formats.labelled import Labelled

# Its own types are too loose to be of use.
_CONVERTERS: Any = converters


def _exported(form: Any, release: Path) -> tuple[dict[str, bytes], dict[str, int]]:
    """Return the files of an export, and what its format cannot hold as it is."""
    files, lost = dict[str, bytes](), Counter[str]()
    for part in form.export(release, labels.default()):
        files[part.file] = files.get(part.file, b"") + part.content
        lost.update(part.not_as_it_is)
    return files, {reason: number for reason, number in lost.items() if number}


def test_conll_files_give_spacys_converter_the_articles_sentences_and_entities(
    release: Path,
) -> None:
    files, _ = _exported(conll, release)
    (doc,) = _CONVERTERS.conll_ner_to_docs(files["validation.conll"].decode(), no_print=True)
    assert [(e.text, e.label_) for e in doc.ents] == [("3 per cent", "PERCENT"), ("Paris", "GPE")]
    (odd,) = _CONVERTERS.conll_ner_to_docs(files["train.conll"].decode(), no_print=True)
    assert len(list(odd.sents)) == 3
    assert [(e.text, e.label_) for e in odd.ents] == [
        ("Bank of New York", "ORG"),
        ("Kim", "PERSON"),
    ]


def test_conll_says_what_it_has_no_room_for(release: Path) -> None:
    assert _exported(conll, release)[1] == {
        "entities inside longer ones": 1,
        "entities widened to whole tokens": 1,
        "claims, sources and cues": 3,
    }


def test_docbins_give_spacy_the_text_the_sentences_and_both_layers(
    release: Path, odd: Labelled
) -> None:
    nlp = spacy.blank("en")
    files, _ = _exported(docbin, release)
    (doc,) = DocBin(store_user_data=True).from_bytes(files["train/00000.spacy"]).get_docs(nlp.vocab)
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
    data = _exported(docbin, release)[0]["train/00000.spacy"]
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
    assert _exported(brat, release)[1] == {}
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
    configuration = _exported(brat, release)[0]["annotation.conf"].decode()
    for name in ("PERSON", "CLAIM", "attributed_to\tArg1:CLAIM, Arg2:SOURCE", "Value:direct|"):
        assert name in configuration


def test_prodigy_tasks_have_spans_on_tokens_that_read_the_same(
    release: Path, odd: Labelled
) -> None:
    files, _ = _exported(prodigy, release)
    (task,) = [json.loads(line) for line in files["train.jsonl"].splitlines()]
    assert task["text"] == odd.text and task["answer"] == "accept"
    for token in task["tokens"]:
        assert odd.text[token["start"] : token["end"]] == token["text"]
    assert [token["id"] for token in task["tokens"]] == list(range(len(task["tokens"])))
    assert not [token for token in task["tokens"] if not token["text"].strip()]
    assert "".join(t["text"] + " " * t["ws"] for t in task["tokens"]) == " ".join(odd.text.split())
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


def test_an_export_that_was_killed_is_made_whole_by_the_next_one(
    release: Path, tmp_path: Path
) -> None:
    wanted = export(release, "conll", tmp_path / "whole", labels.default())
    killed = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                            capture_output=True, text=True, check=True)  # fmt: skip
    left = tmp_path / "again" / f".{killed.stdout.strip()}-0123abcd.partial"
    left.mkdir(parents=True)
    (left / "train.conll").write_text("half of")
    (tmp_path / "again" / "train.conll").write_text("older")
    assert len(export(release, "conll", tmp_path / "again", labels.default()).files) == 2
    assert not left.exists()
    for name in wanted.files:
        again = tmp_path / "again" / Path(name).name
        assert again.read_bytes() == Path(name).read_bytes()


@pytest.mark.parametrize("name", [".partial/mine.txt", ".notes", "train/.1-0123abcd.partial"])
def test_a_hidden_file_of_somebody_else_is_refused_and_stays(
    release: Path, tmp_path: Path, name: str
) -> None:
    mine = tmp_path / name
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_text("mine")
    with pytest.raises(BuilderError, match="is not of this export"):
        export(release, "conll", tmp_path, labels.default())
    assert mine.read_text() == "mine"


def test_documents_of_one_split_are_spread_over_files_that_spacy_reads_as_one_corpus(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = next(iter(labelled.articles(release, labels.default())))
    many = [replace(row, id=f"{number:016x}") for number in range(5)]
    monkeypatch.setattr(docbin, "articles", lambda *_: iter(many))
    monkeypatch.setattr(docbin, "_ARTICLES", 2)
    export(release, "spacy", tmp_path, labels.default())
    assert sorted(p.name for p in (tmp_path / row.split).iterdir()) == [
        f"0000{number}.spacy" for number in range(3)
    ]
    corpus = Corpus(tmp_path / row.split)
    texts = [example.reference.text for example in corpus(spacy.blank("en"))]
    assert texts == [row.text] * 5


def test_the_command_names_a_release_that_is_not_there(workspace: Any, tmp_path: Path) -> None:
    where = ["--workspace", str(workspace.root), "--release", "9.9.9"]
    result = CliRunner().invoke(main, ["export", "brat", str(tmp_path / "out"), *where])
    assert result.exit_code == 1
    assert "9.9.9: no release is there" in result.output
