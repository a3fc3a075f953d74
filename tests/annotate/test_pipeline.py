"""The embedded pipeline as a whole: tagger and rules together, as a spaCy pipeline."""

import json
import shutil
import subprocess
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from builder.annotate.names import merging
from builder.annotate.pipelines import PipelineError, load_pipeline, producer
from builder.annotate.suggest import suggest
from builder.annotate.tagger import inference, tagging
from builder.annotate.tagger.spans import NAME_LABELS
from builder.errors import BuilderError
from tests import making


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline("builder")


def _entities(doc: Doc) -> set[tuple[str, str]]:
    return {(entity.label_, entity.text) for entity in doc.ents}


def test_names_and_values_come_from_the_tagger_and_are_named_so(nlp: Language) -> None:
    doc = nlp("Anna Kovač of Siemens told Reuters in Zagreb on Friday that it cost $3 million.")
    assert _entities(doc) >= {
        ("PERSON", "Anna Kovač"),
        ("ORG", "Siemens"),
        ("GPE", "Zagreb"),
        ("DATE", "Friday"),
        ("MONEY", "$3 million"),
    }
    makers = {entity.text: entity.id_ for entity in doc.ents}
    assert makers["Anna Kovač"].startswith("model:builder-tagger-")
    assert makers["Friday"] == "rule:date"


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("They met Mr Kim's aides.", ("PERSON", "Kim"), "Kim's"),
        ("US officials told us so.", ("GPE", "US"), "us"),
        ("It closed on Sept 11 in Moscow.", ("DATE", "Sept 11"), "11"),
        ("Russian troops left Syria.", ("NORP", "Russian"), "Russian troops"),
    ],
)
def test_nothing_a_reader_would_laugh_at(
    nlp: Language, text: str, wanted: tuple[str, str], unwanted: str
) -> None:
    found = _entities(nlp(text))
    assert wanted in found
    assert unwanted not in {surface for _, surface in found}


def test_claims_have_source_cue_and_links(nlp: Language) -> None:
    doc = nlp("The mayor said that the bridge had cost $3 million.")
    group = doc.spans["claim"]
    assert {(s.label_, s.text) for s in group} == {
        ("SOURCE", "The mayor"),
        ("CUE", "said"),
        ("CLAIM", "that the bridge had cost $3 million"),
    }
    assert {label for label, _, _ in group.attrs["relations"]} == {
        "attributed_to",
        "introduced_by",
    }


def test_the_newspapers_own_statements_can_be_switched_off() -> None:
    article = making.article("Russia approved 806 work permits for North Koreans this year.")
    kinds = {
        on: [
            span.attributes["attribution"]
            for span in suggest(
                article, load_pipeline("builder", author_claims=on), making.LABELS
            ).spans
            if span.label == "CLAIM"
        ]
        for on in (True, False)
    }
    assert kinds == {True: ["author"], False: []}


def test_an_exported_pipeline_finds_the_same_after_spacy_load(
    nlp: Language, tmp_path: Path
) -> None:
    nlp.to_disk(tmp_path / "exported")
    again = spacy.load(tmp_path / "exported")
    text = "Anna Kovač said that Siemens would leave Zagreb. “It is sad,” she said."
    one, other = nlp(text), again(text)
    assert _entities(one) == _entities(other)
    assert [(s.label_, s.text) for s in one.spans["claim"]] == [
        (s.label_, s.text) for s in other.spans["claim"]
    ]


def test_producers_tell_the_tagger_from_the_rules_and_name_its_version(nlp: Language) -> None:
    rules = load_pipeline("rules")
    assert (producer(rules).kind, producer(rules).name) == ("rule", "rules")
    assert (producer(nlp).kind, producer(nlp).name) == ("model", "builder")
    assert "builder-tagger-" in producer(nlp).version


# --- who prevails ---------------------------------------------------------------------------


def _doc(nlp: Language, text: str, *tagged: tuple[str, str]) -> Doc:
    """Return a document with these words tagged."""
    doc = nlp.make_doc(text)
    spans = []
    for label, surface in tagged:
        start = text.index(surface)
        span = doc.char_span(start, start + len(surface), label=label)
        assert span is not None
        spans.append(Span(doc, span.start, span.end, label=label, span_id=f"{label}:{surface}"))
    doc.spans[tagging.GROUP] = spans
    scores = {span.id_: 0.9 for span in spans}
    doc.spans[tagging.GROUP].attrs.update(scores=scores, model="model:x-1")
    return doc


def _rule(doc: Doc, surface: str, label: str, rule: str) -> Span:
    start = doc.text.index(surface)
    span = doc.char_span(start, start + len(surface), label=label, span_id=f"rule:{rule}")
    assert span is not None
    return span


def _names(doc: Doc, rules: Sequence[Span] = (), closed: Collection[int] = ()) -> list[Span]:
    tagged = tagging.found(doc, NAME_LABELS)
    assert tagged is not None
    return [span for span, _ in merging.merged(doc, tagged, rules, closed)]


def _merged(doc: Doc, *rules: Span) -> set[tuple[str, str]]:
    return {(span.label_, span.text) for span in _names(doc, rules)}


def _mentions(doc: Doc, surface: str) -> list[tuple[str, int]]:
    """Return the label and the first token of each merged name with these words."""
    names = (name for name in _names(doc) if name.text == surface)
    return sorted(((span.label_, span.start) for span in names), key=lambda one: one[1])


def test_a_nationality_inside_a_longer_name_is_part_of_it(nlp: Language) -> None:
    doc = _doc(nlp, "The Russian Foreign Ministry denied it.", ("ORG", "Russian Foreign Ministry"))
    nationality = _rule(doc, "Russian", "NORP", "nationality")
    assert _merged(doc, nationality) == {("ORG", "Russian Foreign Ministry")}


@pytest.mark.parametrize(
    ("surface", "part", "label", "rule"),
    [
        ("NEW DELHI", "DELHI", "GPE", "city"),
        ("Doctors Without Borders", "Without Borders", "ORG", "organisation"),
    ],
)
def test_a_name_known_by_heart_is_marked_whole_where_the_tagger_saw_a_part(
    nlp: Language, surface: str, part: str, label: str, rule: str
) -> None:
    doc = _doc(nlp, f"It was in {surface} again.", ("GPE", part))
    assert _merged(doc, _rule(doc, surface, label, rule)) == {(label, surface)}


def test_a_firm_that_the_tagger_takes_for_a_person_is_an_organisation(nlp: Language) -> None:
    doc = _doc(nlp, "The shares of Alibaba fell.", ("PERSON", "Alibaba"))
    assert _merged(doc, _rule(doc, "Alibaba", "ORG", "organisation")) == {("ORG", "Alibaba")}
    doc = _doc(nlp, "Ann Disney left. We saw Disney again.", ("PERSON", "Ann Disney"))
    assert _merged(doc, _rule(doc, "Disney", "ORG", "organisation")) >= {("PERSON", "Disney")}


def test_of_a_known_name_that_holds_several_of_the_taggers_the_taggers_are_believed(
    nlp: Language,
) -> None:
    text = "They met Bank of Harlow Governor Ann Lee."
    doc = _doc(nlp, text, ("ORG", "Bank of Harlow"), ("PERSON", "Ann Lee"))
    rule = _rule(doc, "Bank of Harlow Governor Ann Lee", "ORG", "org-of")
    assert _merged(doc, rule) == {("ORG", "Bank of Harlow"), ("PERSON", "Ann Lee")}


def test_an_amount_that_the_tagger_takes_for_a_place_is_money(nlp: Language) -> None:
    assert ("MONEY", "HK$0.16") in _entities(nlp("Its shares fell 21% to HK$0.16 before noon."))


def test_a_country_the_tagger_missed_is_added(nlp: Language) -> None:
    doc = _doc(nlp, "Anna went to Fiji.", ("PERSON", "Anna"))
    assert _merged(doc, _rule(doc, "Fiji", "GPE", "country")) == {
        ("PERSON", "Anna"),
        ("GPE", "Fiji"),
    }


def test_a_name_missed_in_one_place_is_found_as_it_was_in_another(nlp: Language) -> None:
    doc = _doc(nlp, "Siemens left. We saw why Siemens had to go.", ("ORG", "Siemens"))
    assert _mentions(doc, "Siemens") == [("ORG", 0), ("ORG", 6)]


def test_a_surname_alone_is_the_person_named_in_full(nlp: Language) -> None:
    text = "Valeska Paris left. Later, Paris spoke; but Paris wept."
    doc = _doc(nlp, text, ("PERSON", "Valeska Paris"))
    assert _mentions(doc, "Paris") == [("PERSON", 6), ("PERSON", 10)]


def test_the_month_of_a_date_is_no_mention_of_a_surname(nlp: Language) -> None:
    doc = _doc(nlp, "Theresa May resigned. It was in May.", ("PERSON", "Theresa May"))
    month = next(token.i for token in doc if token.text == "May" and token.i > 1)
    assert {(span.text, span.start) for span in _names(doc, closed={month})} == {("Theresa May", 0)}
    assert ("DATE", "May") in _entities(nlp(doc.text))


def test_a_sentences_capital_makes_no_mention(nlp: Language) -> None:
    doc = _doc(nlp, "Gordon Brown left. Brown bread was served.", ("PERSON", "Gordon Brown"))
    doc[4].is_sent_start = True
    assert _mentions(doc, "Brown") == []


@pytest.mark.parametrize("after", [" said so", " was there", "’s dog ran"])
def test_a_mention_that_opens_a_sentence_is_told_by_what_it_does(nlp: Language, after: str) -> None:
    doc = _doc(nlp, f"Gordon Brown left. Brown{after}.", ("PERSON", "Gordon Brown"))
    doc[4].is_sent_start = True
    assert _mentions(doc, "Brown") == [("PERSON", 4)]


@pytest.mark.parametrize(
    ("label", "name", "short"),
    [
        ("ORG", "Water and Harbour Service", "WHS"),
        ("PERSON", "Khalid Omar Said", "KOS"),
        ("ORG", "Council on Anglo-Irish Rivers", "CAIR"),
    ],
)
def test_an_abbreviation_in_brackets_is_what_it_stands_for(
    nlp: Language, label: str, name: str, short: str
) -> None:
    doc = _doc(nlp, f'It was {name} ("{short}"). Then {short} left.', (label, name))
    assert [kind for kind, _ in _mentions(doc, short)] == [label, label]


@pytest.mark.parametrize("bracket", ["(TNT)", "(1999)", "(Whs)", "(W)", "[WHS]"])
def test_other_capitals_in_brackets_stand_for_nothing(nlp: Language, bracket: str) -> None:
    name = "Water and Harbour Service"
    doc = _doc(nlp, f"It was {name} {bracket} again.", ("ORG", name))
    assert _merged(doc) == {("ORG", name)}


def test_a_surname_that_the_tagger_took_for_a_place_is_a_person(nlp: Language) -> None:
    doc = nlp.make_doc("Valeska Paris left. Then Paris spoke.")
    spans = [
        Span(doc, 0, 2, label="PERSON", span_id="whole"),
        Span(doc, 5, 6, label="GPE", span_id="alone"),
    ]
    doc.spans[tagging.GROUP] = spans
    scores = {"whole": 0.9, "alone": 0.4}
    doc.spans[tagging.GROUP].attrs.update(scores=scores, model="model:x-1")
    assert _mentions(doc, "Paris") == [("PERSON", 5)]


@pytest.mark.parametrize(
    "again",
    ["It is a Siemens Healthineers plant.", "The pro-Siemens camp won.", "the siemens, a unit"],
)
def test_a_word_of_a_longer_name_or_without_its_capital_is_no_mention(
    nlp: Language, again: str
) -> None:
    doc = _doc(nlp, f"Siemens left. {again}", ("ORG", "Siemens"))
    assert _mentions(doc, "Siemens") == [("ORG", 0)]


@pytest.mark.parametrize("before", ["Mr.", "President", "The", "And"])
def test_a_title_or_a_small_word_with_a_capital_hides_no_mention(
    nlp: Language, before: str
) -> None:
    doc = _doc(nlp, f"Anna Kovač left. “{before} Kovač team stayed.", ("PERSON", "Anna Kovač"))
    assert _mentions(doc, "Kovač") == [("PERSON", 6)]


@pytest.mark.parametrize("title", ["Dr.", "Mr", "Justice", "Chief Justice"])
def test_a_title_is_no_part_of_a_persons_name(nlp: Language, title: str) -> None:
    doc = _doc(nlp, f"Then {title} Anna Kovač came.", ("PERSON", f"{title} Anna Kovač"))
    assert _merged(doc) == {("PERSON", "Anna Kovač")}


@pytest.mark.parametrize("title", ["Tsar", "sheik"])
def test_a_title_alone_is_no_person(nlp: Language, title: str) -> None:
    assert _merged(_doc(nlp, f"The old {title} came.", ("PERSON", title))) == set()


@pytest.mark.parametrize(
    ("text", "surface", "label", "rule"),
    [
        ("They called Interpol again.", "Interpol", "ORG", "organisation"),
        ("They crossed Siberia again.", "Siberia", "LOC", "place"),
        ("They crossed Siberia", "Siberia", "LOC", "place"),
        ("Interpol", "Interpol", "ORG", "organisation"),
        ("It was in The Harbour Times, too.", "The Harbour Times", "ORG", "newspaper"),
    ],
)
def test_a_known_name_the_tagger_missed_is_added(
    nlp: Language, text: str, surface: str, label: str, rule: str
) -> None:
    doc = _doc(nlp, text)
    assert _merged(doc, _rule(doc, surface, label, rule)) == {(label, surface)}


@pytest.mark.parametrize("text", ["The Interpol Cup came.", "The Royal Interpol came."])
def test_a_known_name_inside_a_longer_one_is_not_added(nlp: Language, text: str) -> None:
    doc = _doc(nlp, text)
    assert _merged(doc, _rule(doc, "Interpol", "ORG", "organisation")) == set()


def test_a_folder_that_is_called_like_the_embedded_pipeline_does_not_take_its_place(
    tmp_path: Path,
) -> None:
    (tmp_path / "builder").mkdir()
    assert producer(load_pipeline("builder", root=tmp_path)).name == "builder"


def test_a_models_folder_is_found_from_the_workspace(tmp_path: Path) -> None:
    shutil.copytree(inference.MODEL, tmp_path / "models" / "tagger-1")
    nlp = load_pipeline("models/tagger-1", root=tmp_path)
    assert _entities(nlp("They met in Zagreb.")) == {("GPE", "Zagreb")}


def _model(root: Path, version: str = "1") -> Path:
    """Copy the embedded model to ``models/tagger-1``, as if it had been trained there."""
    folder = root / "models" / "tagger-1"
    shutil.copytree(inference.MODEL, folder)
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    (folder / "meta.json").write_text(json.dumps({**meta, "name": "mine", "version": version}))
    return folder


@pytest.mark.no_cover
def test_an_exported_pipeline_holds_the_model_that_was_named_relatively(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _model(tmp_path, version="7")
    monkeypatch.chdir(tmp_path)
    load_pipeline("models/tagger-1").to_disk("exported")
    shutil.rmtree(folder)
    (tmp_path / "elsewhere").mkdir()
    code = (
        "import sys, spacy; doc = spacy.load(sys.argv[1])('They met in Zagreb.');"
        "print(doc.ents[0].text, doc.spans['tagged'].attrs['model'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "exported")],
        cwd=tmp_path / "elsewhere",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["Zagreb", "model:mine-7"]


def test_an_exported_pipeline_names_no_folder_of_the_machine_it_came_from(tmp_path: Path) -> None:
    load_pipeline(str(_model(tmp_path))).to_disk(tmp_path / "exported")
    for name in ("config.cfg", "meta.json"):
        assert str(tmp_path) not in (tmp_path / "exported" / name).read_text("utf-8")


def test_an_exported_pipeline_can_be_written_over_itself(tmp_path: Path, nlp: Language) -> None:
    nlp.to_disk(tmp_path / "exported")
    spacy.load(tmp_path / "exported").to_disk(tmp_path / "exported")
    assert _entities(spacy.load(tmp_path / "exported")("Go to Zagreb.")) == {("GPE", "Zagreb")}


def test_an_exported_pipeline_states_the_licence_of_its_weights(
    tmp_path: Path, nlp: Language
) -> None:
    nlp.to_disk(tmp_path / "exported")
    meta = spacy.load(tmp_path / "exported").meta
    assert meta["license"] == "CC-BY-SA-4.0"
    assert "builder-tagger-2" in meta["description"]
    assert load_pipeline("rules").meta["license"] == "Apache-2.0"


@pytest.mark.parametrize("name", inference.FILES)
def test_a_model_with_a_missing_file_is_no_model(tmp_path: Path, name: str) -> None:
    (_model(tmp_path) / name).unlink()
    with pytest.raises(BuilderError, match=rf"tagger-1/{name}: is missing; copy or train"):
        load_pipeline("models/tagger-1", root=tmp_path)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("cut", [0, 1000, -1])
def test_a_model_with_a_file_that_is_cut_off_is_no_model(
    tmp_path: Path, name: str, cut: int
) -> None:
    path = _model(tmp_path) / name
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(BuilderError, match=rf"tagger-1/{name}: is cut off or changed"):
        load_pipeline("models/tagger-1", root=tmp_path)


@pytest.mark.parametrize("meta", ["", "{", "[]", "{}", '{"sha256": 1}', '{"sha256": []}'])
def test_a_model_whose_meta_is_damaged_is_no_model(tmp_path: Path, meta: str) -> None:
    (_model(tmp_path) / "meta.json").write_text(meta)
    with pytest.raises(BuilderError, match=r"tagger-1/(meta\.json|model\.onnx): "):
        load_pipeline("models/tagger-1", root=tmp_path)


@pytest.mark.parametrize("field", ["name", "version", "moves", "calibration"])
def test_a_model_whose_meta_lacks_a_field_is_no_model(tmp_path: Path, field: str) -> None:
    path = _model(tmp_path) / "meta.json"
    meta = json.loads(path.read_text("utf-8"))
    del meta[field]
    path.write_text(json.dumps(meta), "utf-8")
    with pytest.raises(BuilderError, match=rf"tagger-1/meta\.json: lacks {field}; copy or train"):
        load_pipeline("models/tagger-1", root=tmp_path)


def test_an_exported_pipeline_with_a_damaged_model_is_refused(
    tmp_path: Path, nlp: Language
) -> None:
    nlp.to_disk(tmp_path / "exported")
    (tmp_path / "exported" / "builder_tagger" / "model.onnx").write_bytes(b"")
    with pytest.raises(BuilderError, match=r"builder_tagger/model\.onnx: is cut off"):
        load_pipeline(str(tmp_path / "exported"))


@pytest.mark.parametrize("name", ["models/tagger-1", "./tagger-1", "/nowhere/tagger-1"])
def test_a_model_folder_that_does_not_exist_is_said_to_be_missing(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(PipelineError, match=r"tagger-1: there is no such folder.*not in git"):
        load_pipeline(name, root=tmp_path)
