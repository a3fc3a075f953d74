"""Whose a dataset is: each file of a release says what builder.toml and the seeds say, alone."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from datasets import load_dataset

from builder import labels
from builder.cli import main
from builder.dataset import check, manifest, rights
from builder.dataset.rights import licence_of, unknown_outlets, unpublishable
from builder.errors import BuilderError
from builder.ingest.stories.splits import STORIES_BEFORE_SPLITTING
from builder.licences import PERMISSIONS, address, keeps_text, spdx_id
from builder.records import Article, Found
from builder.release.card import rights as card_rights
from builder.release.card.metadata import Card, metadata
from builder.release.card.origins import UNKNOWN, Effort, Origins
from builder.release.card.statements import Statements, statements
from builder.release.tally import SplitSize, Tally
from builder.workspace import config, init
from builder.workspace.config import OutletLicence, Rights
from builder.workspace.folder import Workspace
from tests import making
from tests.release.conftest import CONFIG, Made, parts

TOWN, POST = "The Town Crier", "The Wrenford Post"


def rights_of(toml: str) -> Rights:
    """Return the rights that builder.toml states."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / config.FILE_NAME).write_text(toml, encoding="utf-8")
        return config.read(Path(folder)).rights


def article(
    words: str, outlet: str | None = None, *licences: str, how: str = "given in a.toml"
) -> Article:
    """Return an article, with the licences that its seeds state."""
    made = making.article(words, **({"outlet": outlet} if outlet else {}))
    stated = tuple(Found(value=v, seed="0" * 64, line=1, how=how) for v in licences)
    metadata = made.metadata.model_copy(update={"licence": stated})
    return made.model_copy(update={"metadata": metadata})


OTHER = 'licence = "other"\nname = "Wrenford terms"\nlink = "https://wrenford.example/terms"\n'
SAID = rights_of(
    f"""
[rights]
creator = "The Wrenford desk"
homepage = "https://wrenford.example/data"
[rights.labels]
licence = "CC0-1.0"
[rights.text]
licence = "CC-BY-4.0"
[[rights.outlets]]
outlet = "{POST}"
{OTHER}redistribute = true
"""
)


# --- names of licences ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("CC BY 4.0", "CC-BY-4.0"),
        ("cc-by-sa-4.0", "CC-BY-SA-4.0"),
        (" CC0 ", "CC0-1.0"),
        ("https://creativecommons.org/licenses/by-nc/4.0/deed.en", "CC-BY-NC-4.0"),
        ("http://www.creativecommons.org/licenses/by/3.0/us/", "CC-BY-3.0-US"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://spdx.org/licenses/ODbL-1.0.html", "ODbL-1.0"),
        ("CC BY", None),
        ("CC BY 7.0", None),
        ("All rights reserved", None),
        ("MIT OR CC0-1.0", None),
        ("LicenseRef-mine", None),
        ("https://creativecommons.org/licenses/by/4.0evil", None),
        ("https://creativecommons.org/licenses/by/4.0/ (pictures only)", None),
        ("https://creativecommons.org/licenses/by/4.0/, https://terms.example", None),
        ("https://creativecommons.org/publicdomain/zero/1.0/ does not apply", None),
        ("https://creativecommons.org/licenses/by-sa/4.0/legalcode", "CC-BY-SA-4.0"),
        ("", None),
        ("CC BY 4.0 " * 100_000, None),
    ],
)
def test_a_licence_is_known_by_the_names_that_people_write(written: str, meant: str | None) -> None:
    assert spdx_id(written) == meant


@pytest.mark.parametrize(
    ("identity", "kept"),
    [
        ("CC0-1.0", ""),
        ("PDDL-1.0", ""),
        ("CC-BY-3.0-DE", ""),
        ("CC-BY-SA-4.0", ""),
        ("ODC-By-1.0", ""),
        ("OGL-UK-3.0", ""),
        ("CC-BY-NC-SA-4.0", "commercial"),
        ("CC-BY-ND-4.0", "adapted"),
        ("CC-BY-NC-ND-4.0", "adapted"),
        ("Apache-2.0", "something else"),
    ],
)
def test_what_a_licence_lets_be_done_with_a_text_follows_from_the_table(
    identity: str, kept: str
) -> None:
    assert (kept in keeps_text(identity)) and bool(keeps_text(identity)) == bool(kept)
    assert address(identity).startswith("https://")


def test_every_line_of_the_table_of_licences_has_a_reason() -> None:
    assert all(reason for _, _, reason in PERMISSIONS)
    assert re.fullmatch(PERMISSIONS[-1][0], "whatever comes")


# --- builder.toml ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('[rights.text]\nlicence = "CC-BY"', "rights.text.licence: 'CC-BY' is no id of the SPDX"),
        ('[rights.labels]\nlicence = "other"', 'rights.labels: licence "other" asks for name'),
        ('[rights.labels]\nlicence = "MIT"\nname = "x"', "name and link are for licence"),
        ("[rights.text]\nredistribute = true", "redistribute needs a licence that allows it"),
        ("[rights.labels]\nredistribute = true", "rights.labels.redistribute: unknown key"),
        (
            "[rights.text]\nlicence = 'other'\nname = 'CC BY 4.0'\nlink = 'https://a.example'",
            "means an SPDX id",
        ),
        (
            "[rights.text]\nlicence = 'other'\nname = 'Terms'\nlink = 'https://a.example'\n"
            "[[rights.outlets]]\noutlet = 'B'\nlicence = 'other'\nname = 'Terms'\n"
            "link = 'https://b.example'\nredistribute = true",
            "two licences are called 'Terms'",
        ),
        ('[rights]\nhomepage = "javascript:1"', "rights.homepage: must be an address"),
        ('[rights]\ncreator = "a\\nb"', "rights.creator: String should match"),
        ('[[rights.outlets]]\nlicence = "MIT"', "rights.outlets.0.outlet: Field required"),
        (
            '[[rights.outlets]]\noutlet = "A"\n[[rights.outlets]]\noutlet = "a"',
            "rights: outlet 'a' stands twice",
        ),
    ],
)
def test_rights_that_say_nothing_or_too_much_are_refused(toml: str, message: str) -> None:
    with pytest.raises(BuilderError) as caught:
        rights_of(toml)
    assert message in str(caught.value)


def test_the_example_that_init_writes_is_one_that_the_builder_reads(tmp_path: Path) -> None:
    init.init(tmp_path)
    written = (tmp_path / config.FILE_NAME).read_text("utf-8")
    example = written[written.index("# [rights]") :].replace("\n# ", "\n").removeprefix("# ")
    found = rights_of(example.replace("\n#\n", "\n"))
    assert (found.labels.called, found.text.called) == ("CC-BY-4.0", None)
    assert found.outlets[0].redistribute and found.creator


def test_an_id_is_spelt_as_the_list_spells_it() -> None:
    assert rights_of('[rights.text]\nlicence = "cc by 4.0"').text.licence == "CC-BY-4.0"


# --- the licence of an article --------------------------------------------------------------


def test_what_stands_beside_a_seed_counts_before_the_outlet_and_that_before_the_rest() -> None:
    assert licence_of(article("One.", POST, "CC BY-SA 4.0").metadata, SAID) == "CC-BY-SA-4.0"
    assert licence_of(article("One.", POST.upper()).metadata, SAID) == "Wrenford terms"
    assert licence_of(article("One.", TOWN).metadata, SAID) == "CC-BY-4.0"
    assert licence_of(article("One.").metadata, Rights()) is None


def test_what_a_page_says_of_itself_gives_no_licence() -> None:
    found = article("One.", TOWN, "CC0-1.0", how="link marked as licence")
    assert licence_of(found.metadata, Rights()) is None


def test_of_several_licences_of_one_text_the_one_that_keeps_it_back_counts() -> None:
    both = article("One.", TOWN, "CC BY 4.0", "All rights reserved")
    assert licence_of(both.metadata, SAID) == "All rights reserved"


# --- which texts may not be given away ------------------------------------------------------


def _release(folder: Path, articles: list[Article], said: Rights) -> Path:
    given = [(one, making.machine_gold(one), making.story(one)) for one in articles]
    rows = making.rows(*given, rights=said)
    return making.write(folder / "0.1.0", *rows, CONFIG, rights=said)


def test_texts_of_unknown_or_forbidding_licence_are_named_with_the_reason(tmp_path: Path) -> None:
    made = [
        article("One is free.", TOWN),
        article("Two is agreed.", POST),
        article("Three is not for trade.", TOWN, "CC BY-NC 4.0"),
        article("Four says something.", TOWN, "Ask us"),
    ]
    found = unpublishable(_release(tmp_path, made, SAID))
    assert len(found) == 2
    by_id = {one.id: next((f for f in found if one.id in f), "") for one in made}
    assert by_id[made[0].id] == by_id[made[1].id] == ""
    assert f"{TOWN}: “no headline”" in by_id[made[2].id]
    assert "CC-BY-NC-4.0: it allows no commercial use" in by_id[made[2].id]
    assert "its licence is Ask us: builder.toml does not say" in by_id[made[3].id]


def test_what_builder_toml_allows_is_allowed_wherever_the_licence_is_the_same(
    tmp_path: Path,
) -> None:
    said = rights_of(f"[[rights.outlets]]\noutlet = '{POST}'\n{OTHER}redistribute = true")
    made = [article("One.", TOWN, "Wrenford terms"), article("Two.", TOWN)]
    [found] = unpublishable(_release(tmp_path, made, said))
    assert made[1].id in found and "is not known" in found


def test_an_article_that_has_sentences_alone_is_named_too(dataset: Made, tmp_path: Path) -> None:
    folder = making.write(tmp_path / "0.1.0", *dataset, CONFIG)
    told = unpublishable(folder)
    there = {row["article_id"] for row in dataset[0]["sentences"]}
    assert {row["id"] for row in dataset[0]["articles"]} < there
    assert all(any(one in line for line in told) for one in there)


def test_a_release_of_before_there_were_rights_gives_no_text_away() -> None:
    old = Path(__file__).parents[2] / "data" / "releases" / "1.1.1"
    assert manifest.read(old).rights is None
    assert len(unpublishable(old)) == 2


# --- card, LICENSE, CITATION.cff, Croissant -------------------------------------------------


@pytest.fixture(scope="module")
def said_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = [article("One is free.", TOWN), article("Two is agreed.", POST)]
    return _release(tmp_path_factory.mktemp("said"), made, SAID)


def _head(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(
        (folder / "README.md").read_text("utf-8").split("---\n")[1]
    )
    return found


def test_the_rights_stand_in_every_file_as_builder_toml_states_them(said_release: Path) -> None:
    card = (said_release / "README.md").read_text("utf-8")
    licence = (said_release / "LICENSE").read_text("utf-8")
    croissant = json.loads((said_release / "croissant.json").read_text("utf-8"))
    zero, by = "https://creativecommons.org/publicdomain/zero/1.0/", address("CC-BY-4.0")
    terms = "https://wrenford.example/terms"
    for told in (card, licence, json.dumps(croissant)):
        assert all(link in told for link in (zero, by, terms))
        assert "Wrenford terms" in told
    assert croissant["license"][:-1] == [zero, by, terms]
    assert croissant["creator"]["name"] == "The Wrenford desk"
    assert croissant["url"] == "https://wrenford.example/data"
    head = _head(said_release)
    assert (head["license"], head["license_link"]) == ("other", "LICENSE")
    assert head["license_name"] == "labels-cc0-1.0-texts-cc-by-4.0-and-wrenford-terms"
    cited = yaml.safe_load((said_release / "CITATION.cff").read_text("utf-8"))
    assert cited["authors"] == [{"name": "The Wrenford desk"}]
    assert (cited["title"], cited["version"]) == (CONFIG.title, "0.1.0")
    assert "license" not in cited, "there is no single one"
    assert list(check.problems(said_release)) == []


def test_datasets_knows_licence_homepage_and_citation(said_release: Path, tmp_path: Path) -> None:
    info = load_dataset(str(said_release), split="train", cache_dir=str(tmp_path)).info
    assert info.license == _head(said_release)["license_name"]
    assert info.homepage == "https://wrenford.example/data"
    assert info.citation.startswith("The Wrenford desk: ")


def test_the_cards_own_example_runs_in_the_workspace_of_the_release(
    said_release: Path, tmp_path: Path
) -> None:
    card = (said_release / "README.md").read_text("utf-8")
    [code] = re.findall(r"```python\n(.*?)```", card, re.DOTALL)
    assert "path/to" not in card
    shutil.copytree(said_release, tmp_path / "data" / "releases" / "0.1.0")
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\nprint(len(sentences))"],
        cwd=tmp_path, env={"HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == "2"


def test_where_nothing_is_said_no_file_says_anything(released: Path) -> None:
    head = _head(released)
    assert head["license"] == "unknown" and "license_name" not in head
    assert not (released / "CITATION.cff").exists()
    assert not {"language_creators", "source_datasets"} & head.keys()
    for name in ("README.md", "LICENSE", "croissant.json"):
        told = (released / name).read_text("utf-8")
        assert "creativecommons" not in told and "CC" not in told
        assert "by hand" not in told
    assert "no licence is said" in (released / "LICENSE").read_text("utf-8")


@pytest.mark.parametrize(
    ("labels_have", "texts", "wanted"),
    [
        ("CC-BY-4.0", {"CC-BY-4.0": 2}, {"license": "cc-by-4.0"}),
        ("ODC-By-1.0", {"ODC-By-1.0": 2}, {"license": "odc-by"}),
        ("unknown", {"": 2}, {"license": "unknown"}),
        (
            "CC-BY-4.0",
            {"": 2},
            {"license": "other", "license_name": "labels-cc-by-4.0-texts-unknown"},
        ),
        ("OGL-UK-3.0", {"OGL-UK-3.0": 1}, {"license": "other", "license_name": "ogl-uk-3.0"}),
        (
            "CC0-1.0",
            {"a": 1, "b": 1, "c": 1, "d": 1},
            {"license": "other", "license_name": "labels-cc0-1.0-texts-several"},
        ),
    ],
)
def test_the_hub_is_told_an_id_that_it_has_or_a_name_with_a_file(
    labels_have: str, texts: dict[str, int], wanted: dict[str, str]
) -> None:
    said = rights_of(f'[rights.labels]\nlicence = "{labels_have}"')
    found = card_rights.hub_metadata(said, texts)
    assert found.items() >= wanted.items()
    assert ("license_link" in found) == (found["license"] == "other")


# --- every sentence of the card follows from something --------------------------------------

_WORK = Origins(tasks={"annotator-1": 2}, shown=2, forms={"text": 2}, assisted=Effort(2, 60, 40))


def _said(
    tally: Tally,
    behind: Origins = UNKNOWN,
    said: Rights = config.NOTHING_SAID,
    left_out: dict[str, int] | None = None,
    declared: str = "",
    **about: object,
) -> Statements:
    of = labels.default()
    if declared:
        of = replace(of, labels=tuple(x for x in of.labels if x.layer == declared))
    of_config = CONFIG.model_copy(update=about)
    return statements(of_config, "1.0.0", tally, behind, of, said, left_out or {})


def _tally(*names: str, **counts: Any) -> Tally:
    made = making.tally(making.rows(*(parts()[n] for n in names or ("machine",)))[0])
    return replace(made, **counts)


_MANY = {"stories": STORIES_BEFORE_SPLITTING}
_WAITS = {"nobody has looked at it, and its split is test": 3}
Pick = Callable[[Statements], str]
_CHANGES: list[tuple[str, Pick, Statements, str, Statements, str]] = [
    ("creator", lambda s: f"Cite {s.citation}", _said(_tally()), "Cite Small: “news”, version",
     _said(_tally(), said=SAID), "The Wrenford desk: Small"),
    ("licence of the labels", lambda s: s.rights, _said(_tally()), "is not said",
     _said(_tally(), said=SAID), "licensed under CC0-1.0 (https"),
    ("licence of the texts", lambda s: s.rights, _said(_tally()), "of 1 article, no licence is",
     _said(_tally(licences={"CC-BY-4.0": 1})), "of 1 article, the licence is CC-BY-4.0 (https"),
    ("how articles were chosen", lambda s: s.collection, _said(_tally()), "Made from 1 seed. Of",
     _said(_tally(), collection="One a day."), "One a day."),
    ("what seeds are", lambda s: s.collection, _said(_tally()), "1 seed.",
     _said(_tally(), _WORK), "(read as text 2)"),
    ("what is said of choosing", lambda s: " ".join(s.uses), _said(_tally()), "is not said",
     _said(_tally(), collection="One a day."), "Trying out"),
    ("claims", lambda s: " ".join(s.uses), _said(_tally()), "a claim is what somebody asserts",
     _said(_tally(), declared="entity"), "Trying out"),
    ("names of people", lambda s: s.personal, _said(_tally(spans={"PERSON": 3})),
     "Names of people are marked in 3 spans", _said(_tally(spans={})), "Nothing was anonymised"),
    ("annotators", lambda s: f"{s.personal}.", _said(_tally()), "cleaned..",
     _said(_tally(), _WORK), "under pseudonyms alone"),
    ("suggestions in view", lambda s: s.labelling, _said(_tally(), _WORK),
     "2 tasks with suggestions in view, 0 without",
     _said(_tally(), Origins(tasks={"a": 3}, shown=1)), "1 task with suggestions in view, 2"),
    ("suggestions every time", lambda s: " ".join(s.biases), _said(_tally(), _WORK),
     "started from suggestions every time",
     _said(_tally(), Origins(tasks={"a": 3}, shown=1, assisted=Effort(1, 60, 40))), "one story"),
    ("too few stories", lambda s: " ".join(s.limits), _said(_tally()),
     "no validation and no test split: with fewer than 10 stories, all is train.",
     _said(_tally(**_MANY)), "no validation and no test split."),
    ("what waits", lambda s: " ".join(s.limits), _said(_tally(**_MANY)), "no test split.",
     _said(_tally(**_MANY), left_out=_WAITS), "3 rows, waits for people"),
    ("one split alone missing", lambda s: " ".join(s.limits),
     _said(_tally(splits={"train": 9, "validation": 1}, **_MANY)), "There is no test split.",
     _said(_tally(splits={"train": 9, "validation": 1, "test": 1}, **_MANY)), "Labels with"),
    ("motivation", lambda s: s.motivation, _said(_tally()), "do not say",
     _said(_tally(), motivation="For fun."), "For fun."),
    ("contact", lambda s: s.maintenance, _said(_tally()), "No address",
     _said(_tally(), contact="a@b.example"), "a@b.example"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "sentence", "one", "told", "other", "then"), _CHANGES, ids=[c[0] for c in _CHANGES]
)
def test_a_sentence_of_the_card_changes_with_the_fact_that_it_states(
    fact: str, sentence: Pick, one: Statements, told: str, other: Statements, then: str
) -> None:
    assert told in sentence(one) and then in sentence(other)
    assert told not in sentence(other) and sentence(one) != sentence(other), fact


def test_the_metadata_of_the_card_follow_the_label_set_and_who_made_the_labels() -> None:
    def head(tally: Tally, layer: str = "") -> dict[str, Any]:
        of = labels.default()
        if layer:
            of = replace(of, labels=tuple(x for x in of.labels if x.layer == layer))
        said, sizes = _said(tally), {"sentences": {"train": SplitSize(1, 1)}}
        return metadata(Card(CONFIG, "1.0.0", "", sizes, tally, said, (), of, config.NOTHING_SAID))

    machine, people = _tally("machine", made_by=("rules@1",)), _tally("agreed", made_by=("a",))
    assert head(machine)["annotations_creators"] == ["machine-generated"]
    assert head(people)["annotations_creators"] == ["other"]
    assert head(machine)["task_ids"] == ["named-entity-recognition"]
    assert "task_ids" not in head(machine, "claim")
    assert "claims" in head(machine)["tags"] and "claims" not in head(machine, "entity")["tags"]


def test_a_licence_that_changes_gives_every_row_another_one_and_a_patch(tmp_path: Path) -> None:
    made = [article("One is free.", TOWN)]
    given = [(one, making.machine_gold(one), making.story(one)) for one in made]
    for said in (config.NOTHING_SAID, SAID):
        rows = making.rows(*given, rights=said)
        last = making.release(tmp_path, *rows, CONFIG, rights=said)
    assert last.version == "0.1.1"
    notes = (tmp_path / "0.1.1" / "CHANGES.md").read_text("utf-8")
    assert "about the dataset changed: rights" in notes
    again = making.release(tmp_path, *rows, CONFIG, rights=SAID)
    assert not again.new


def test_terms_of_a_row_are_read_from_the_release_alone() -> None:
    assert rights.terms_of("CC-BY-4.0", config.NOTHING_SAID).kept_back() == ""
    assert rights.terms_of("Wrenford terms", config.NOTHING_SAID).kept_back() != ""
    assert rights.terms_of("Wrenford terms", SAID).kept_back() == ""


def test_an_outlet_is_known_however_it_is_typed_and_one_that_no_article_has_is_told() -> None:
    spaced = f"{POST.upper()} ".replace(" ", "  ")
    said = Rights(outlets=[OutletLicence(outlet=spaced, licence="CC0-1.0")])
    assert licence_of(article("One.", POST).metadata, said) == "CC0-1.0"
    assert unknown_outlets(said, [POST]) == []
    assert unknown_outlets(said, [TOWN]) == [spaced]


def test_a_release_names_the_outlets_of_the_rights_that_no_article_has(
    workspace: Workspace,
) -> None:
    settings = workspace.root / "builder.toml"
    settings.write_text(
        '[annotate]\npipeline = "rules"\n'
        '[[rights.outlets]]\noutlet = "NZ  herald"\nlicence = "unknown"\n'
        '[[rights.outlets]]\noutlet = "NZ Heraldd"\nlicence = "CC-BY-4.0"\n'
    )
    for command in ("ingest", "release"):
        done = CliRunner().invoke(main, [command, "--workspace", str(workspace.root)])
        assert done.exit_code == 0, done.output
    assert "no article is of outlet 'NZ Heraldd'" in done.output
    assert "herald'" not in done.output.replace("Heraldd'", "")
