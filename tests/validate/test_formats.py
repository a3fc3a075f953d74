"""What validation found, as text, JSON, GitHub's commands, JUnit and SARIF: whole, safe, stable."""

import html
import json
import os
import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from builder.cli.workspace import FORM_NAMES
from builder.validate.findings import Finding
from builder.validate.formats import as_github, as_sarif
from builder.validate.formats.forms import FORMS
from builder.validate.formats.report import Report, chosen, make_report, readable
from builder.validate.levels import Validated
from builder.validate.rules import RULES

_SCHEMAS = Path(__file__).parent / "schemas"
_SARIF_SCHEMA = json.loads((_SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text("utf-8"))
# A regular expression with a bracket too many; nothing here names its language.
for _part in ("run", "toolComponent"):
    del _SARIF_SCHEMA["definitions"][_part]["properties"]["language"]["pattern"]
_SARIF = jsonschema_rs.Draft4Validator(_SARIF_SCHEMA, validate_formats=True)
_JUNIT = etree.XMLSchema(etree.parse(_SCHEMAS / "junit-10.xsd"))

_ARTICLES = "data/articles/0f.jsonl"
_TEXT = Finding(_ARTICLES, 3, "spans.0.end", "reads 'Ro', not 'Rom'", "text", "a1")
_ORDER = Finding(_ARTICLES, 4, "", "a2 stands twice", "order", "a2")
_STRAY = Finding("data/stray.txt", 0, "", "no stage writes this file", "file")
_THREE = (_TEXT, _ORDER, _STRAY)
# What makes trouble where it is shown: line ends, commands of a terminal and of GitHub's runner,
# half a character, what XML forbids, what HTML and URIs mean something by.
_HOSTILE = (
    "a\r\n::add-mask::b",
    "\n::stop-commands::x",
    "##[stop-commands]x ##[error]y",
    "\x1b[2J\x00\x08\x9b",
    "\ud800 \udcff",
    "￾￿\x85\u2028\u202e",
    "100%0A, a:b",
    "]]> </pre><script>&amp;```",
    "é 🙂 日本",
    "{0} [x](http://example.org)",
    "",
)


def report(
    findings: Iterable[Finding],
    most: int = 100,
    root: Path = Path("/nowhere"),
    environment: Mapping[str, str] | None = None,
) -> Report:
    result = Validated(2, 1, 5, list(findings))
    return make_report(result, root=root, environment=environment or {}, most=most)


def render(form: str, findings: Iterable[Finding], most: int = 100) -> str:
    return FORMS[form](report(findings, most))


def many(number: int, rule: str = "schema") -> list[Finding]:
    return [Finding(_ARTICLES, n + 1, "id", "is no id", rule, f"r{n}") for n in range(number)]


def hostile() -> list[Finding]:
    findings = [
        Finding(f"data/{text}x", n, text, text, rule, text)
        for n, (text, rule) in enumerate(zip(_HOSTILE * 3, RULES, strict=False))
    ]
    commands = ("::add-mask::data", "  ::add-mask::data")
    return [*findings, *(Finding(path, 1, "", "is no name", "file") for path in commands)]


# --- all forms ------------------------------------------------------------------------------


def test_the_command_offers_the_forms_that_there_are() -> None:
    assert tuple(FORMS) == FORM_NAMES


@pytest.mark.parametrize("form", FORMS)
def test_findings_in_another_order_and_twice_give_the_same_bytes(form: str) -> None:
    findings = [*_THREE, *many(20), *hostile()]
    first = render(form, findings)
    shuffled = [*findings, *findings[:7]]
    random.Random(1).shuffle(shuffled)
    assert render(form, shuffled) == first


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("findings", [[], [*_THREE], hostile()], ids=["none", "some", "hostile"])
def test_every_form_can_be_written_as_utf_8_and_ends_its_last_line(
    form: str, findings: list[Finding]
) -> None:
    said = render(form, findings)
    assert said.encode("utf-8").endswith(b"\n")


@pytest.mark.parametrize("form", ["text", "github"])
def test_no_finding_can_begin_a_line_of_its_own_or_command_the_runner(form: str) -> None:
    lines = render(form, hostile()).splitlines()
    # The findings, the rules or annotations about them, and the tally: nothing else begins a line.
    begins = re.compile(r"data/|\./ *::add-mask::data|::error |::warning |[a-z]+: |5 records in")
    assert [line for line in lines if not begins.match(line)] == []
    commands = [line for line in lines if line.lstrip().startswith("::")]
    assert {line.split(" ")[0] for line in commands} <= {"::error", "::warning"}
    assert not any("##[" in line for line in lines if line not in commands)


@pytest.mark.parametrize("form", ["text", "github", "junit"])
def test_no_line_is_longer_than_a_person_can_read_whatever_the_data_hold(form: str) -> None:
    long = Finding(_ARTICLES, 1, "x\n" * 10**6, "y\u202e" * 10**6, "schema", "z\x00" * 10**6)
    assert max(map(len, render(form, [long, *_THREE]).splitlines())) < 7000


@given(st.text(st.characters(codec=None), max_size=40))
def test_whatever_is_made_readable_is_one_printable_line(text: str) -> None:
    assert readable(text).isprintable()
    assert not text.isprintable() or readable(text) == text


def test_a_long_text_is_cut_and_says_how_much_is_missing() -> None:
    assert readable("x" * 12, 10) == "x" * 10 + "... (2 more)"
    assert readable("x" * 10, 10) == "x" * 10


# --- what is shown --------------------------------------------------------------------------


def test_of_too_many_findings_each_broken_rule_is_still_shown() -> None:
    findings = sorted([*many(50), *_THREE])
    shown = chosen(findings, 5)
    assert Counter(one.rule for one in shown) == {"schema": 2, "text": 1, "order": 1, "file": 1}
    assert shown == sorted(shown)


@pytest.mark.parametrize("most", [0, 1, 3, 53, 99])
def test_never_more_findings_are_shown_than_asked_for_and_no_fewer(most: int) -> None:
    assert len(chosen(sorted([*many(50), *_THREE]), most)) == min(most, 53)


@pytest.mark.parametrize("form", ["text", "github", "junit"])
def test_a_form_for_people_says_how_many_findings_it_does_not_show(form: str) -> None:
    said = render(form, many(30), most=12)
    assert said.count("is no id") == 12
    assert re.search(r"\b18\b", said)
    assert not re.search(r"not shown|and \d+ more", render(form, many(8), most=12))


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_a_form_for_programs_holds_all_findings_whatever_is_to_be_shown(form: str) -> None:
    assert render(form, many(30), most=12).count("is no id") == 30


# --- text -----------------------------------------------------------------------------------


def test_text_says_each_finding_in_a_line_and_each_broken_rule_once() -> None:
    lines = render("text", [*_THREE, replace(_TEXT, line=9)]).splitlines()
    assert lines[:4] == [
        f"{_ARTICLES}:3: [a1] spans.0.end: reads 'Ro', not 'Rom' (text)",
        f"{_ARTICLES}:4: [a2]: a2 stands twice (order)",
        f"{_ARTICLES}:9: [a1] spans.0.end: reads 'Ro', not 'Rom' (text)",
        "data/stray.txt: no stage writes this file (file)",
    ]
    assert [line.split(": ")[0] for line in lines[4:-1]] == ["file", "order", "text"]
    assert all(RULES[line.split(": ")[0]].do in line for line in lines[4:-1])
    assert lines[-1] == "5 records in 2 files and 1 release: 4 findings"


def test_text_of_nothing_wrong_is_the_tally_alone() -> None:
    assert render("text", []) == "5 records in 2 files and 1 release: 0 findings\n"


# --- JSON -----------------------------------------------------------------------------------


def test_json_holds_every_field_of_a_finding_and_what_to_do() -> None:
    found = json.loads(render("json", _THREE))
    assert {name: found[name] for name in ("files", "releases", "records")} == {
        "files": 2,
        "releases": 1,
        "records": 5,
    }
    assert found["findings"][0] == {
        "path": _ARTICLES,
        "line": 3,
        "field": "spans.0.end",
        "reason": "reads 'Ro', not 'Rom'",
        "rule": "text",
        "record": "a1",
        "do": RULES["text"].do,
    }


def test_json_gives_back_every_character_of_a_finding() -> None:
    found = json.loads(render("json", hostile()))
    back = [Finding(**{k: v for k, v in one.items() if k != "do"}) for one in found["findings"]]
    assert back == sorted(set(hostile()))


# --- GitHub ---------------------------------------------------------------------------------


def command(line: str) -> tuple[str, dict[str, str], str]:
    """Read a workflow command as GitHub's runner does."""
    name, properties, data = re.fullmatch(r"::(\w+) ?(.*?)::(.*)", line).groups()  # type: ignore[union-attr]
    pairs = dict(pair.split("=", 1) for pair in properties.split(",") if pair)

    def read(text: str, *signs: str) -> str:
        for sign in ("\r", "\n", *signs, "%"):
            text = text.replace(f"%{ord(sign):02X}", sign)
        return text

    return name, {key: read(value, ":", ",") for key, value in pairs.items()}, read(data)


def test_an_annotation_says_file_line_rule_place_and_what_to_do() -> None:
    first, _, third, tally = render("github", _THREE).splitlines()
    assert command(first) == (
        "error",
        {"file": _ARTICLES, "line": "3", "title": "builder validate: text"},
        f"{_ARTICLES}:3: [a1] spans.0.end: reads 'Ro', not 'Rom'\nWhat to do: {RULES['text'].do}",
    )
    assert command(third)[1] == {"file": "data/stray.txt", "title": "builder validate: file"}
    assert tally == "5 records in 2 files and 1 release: 3 findings"


def test_the_runner_reads_every_property_and_message_as_it_was_meant() -> None:
    odd = Finding("data/a,b:c%2C d.jsonl", 2, "f,g", "50% of 1:2, 100%0A", "json", "r:s")
    name, properties, data = command(render("github", [odd]).splitlines()[0])
    assert (name, properties["file"], properties["line"]) == ("error", odd.path, "2")
    assert data.startswith(f"{odd}\n")


def test_ten_findings_are_annotated_and_the_others_are_lines_that_a_warning_counts() -> None:
    *lines, warning, _ = render("github", [*many(30), *_THREE], most=20).splitlines()
    annotated = [line for line in lines if line.startswith("::error ")]
    plain = [line for line in lines if not line.startswith("::")]
    assert (len(annotated), len(plain)) == (10, 10)
    assert {command(line)[1]["title"].split(": ")[1] for line in annotated} == {
        "schema",
        "text",
        "order",
        "file",
    }
    assert command(warning)[2].startswith("23 more findings without an annotation, 13 of them not")


def test_the_summary_says_each_broken_rule_with_its_findings_and_what_to_do() -> None:
    said = as_github.summary(report([*many(30), *_THREE], most=20))
    assert "33 findings" in said
    assert said.count("What to do: ") == 4
    assert said.count("is no id") == 17
    assert "and 13 more" in said
    assert as_github.summary(report([])).endswith("1 release: 0 findings\n")


def test_nothing_that_a_finding_says_is_markup_in_the_summary() -> None:
    said = as_github.summary(report(hostile()))
    assert "<script" not in said
    assert len(re.findall(r"^<pre>$", said, re.MULTILINE)) == said.count("<pre>")
    assert said.count("<pre>") == said.count("</pre>")
    assert "]]> </pre><script>&amp;```" in html.unescape(said)


def test_a_summary_stays_below_what_github_shows_and_counts_the_rest() -> None:
    long = [replace(one, reason="é<" * 400) for one in [*many(3000), *many(3000, "text")]]
    said = as_github.summary(report([*long, *_THREE], most=9000))
    assert len(said.encode("utf-8")) < 2**20
    left = sum(map(int, re.findall(r"^and (\d+) more$", said, re.MULTILINE)))
    assert said.count("\ndata/") == 6003 - left
    assert 3003 < left < 5900


# --- where the workspace lies in its repository ---------------------------------------------


def _paths(made: Report) -> tuple[str, str]:
    [annotation, *_] = as_github.render(made).splitlines()
    [run] = json.loads(as_sarif.render(made))["runs"]
    [result] = run["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    return command(annotation)[1]["file"], place["uri"]


def test_paths_lead_from_the_root_of_the_repository(tmp_path: Path) -> None:
    root = tmp_path / "sets" / "news"
    (tmp_path / ".git").mkdir()
    root.mkdir(parents=True)
    assert _paths(report([_TEXT], root=root)) == (f"sets/news/{_ARTICLES}",) * 2
    [run] = json.loads(as_sarif.render(report([_TEXT], root=root)))["runs"]
    assert run["automationDetails"]["id"] == "builder/validate/sets/news/"
    elsewhere = {"GITHUB_WORKSPACE": str(tmp_path.parent)}
    assert _paths(report([_TEXT], root=root, environment=elsewhere))[0] == f"sets/news/{_ARTICLES}"


def test_a_checkout_without_git_is_known_by_what_github_says(tmp_path: Path) -> None:
    root = tmp_path / "news"
    root.mkdir()
    known = {"GITHUB_WORKSPACE": str(tmp_path)}
    assert _paths(report([_TEXT], root=root, environment=known)) == (f"news/{_ARTICLES}",) * 2
    for other in ({"GITHUB_WORKSPACE": str(tmp_path / "other")}, {}):
        assert _paths(report([_TEXT], root=root, environment=other)) == (_ARTICLES,) * 2


# --- JUnit ----------------------------------------------------------------------------------


def junit(findings: Iterable[Finding], most: int = 100) -> Any:
    said = render("junit", findings, most)
    assert said.startswith("<?xml version='1.0' encoding='utf-8'?>")
    root = etree.fromstring(said.encode("utf-8"))
    _JUNIT.assertValid(root)
    return root


@pytest.mark.parametrize(
    "findings", [[], _THREE, many(300), hostile()], ids=["none", "three", "many", "hostile"]
)
def test_junit_is_what_its_schema_says(findings: list[Finding]) -> None:
    junit(findings)


def test_junit_has_a_suite_a_level_and_a_case_a_rule_that_fails_if_broken() -> None:
    root = junit([*_THREE, replace(_TEXT, line=8)])
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert list(cases) == [rule.id for rule in RULES.values()]
    assert [suite.get("name") for suite in root] == ["schema", "contract", "whole"]
    assert {name for name, case in cases.items() if case.find("failure") is not None} == {
        "text",
        "order",
        "file",
    }
    failure = cases["text"].find("failure")
    assert failure.get("message") == f"2 findings: {RULES['text'].asks}"
    assert failure.text.splitlines()[0] == f"{_ARTICLES}:3: [a1] spans.0.end: {_TEXT.reason}"
    assert failure.text.splitlines()[-1] == f"What to do: {RULES['text'].do}"


def test_junit_counts_cases_and_failures_of_each_suite_and_of_all() -> None:
    root = junit(_THREE)
    assert (root.get("tests"), root.get("failures")) == (str(len(RULES)), "3")
    sums = {suite.get("name"): (suite.get("tests"), suite.get("failures")) for suite in root}
    for suite in root:
        assert suite.get("tests") == str(len(suite.findall("testcase")))
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
    assert sums["contract"][1] == "1"


def test_a_clean_run_in_junit_shows_every_rule_as_passed_and_what_was_read() -> None:
    root = junit([])
    assert len(list(root.iter("testcase"))) == len(RULES)
    assert not list(root.iter("failure"))
    assert {one.text for one in root.iter("system-out")} == {
        "5 records in 2 files and 1 release: 0 findings"
    }


# --- SARIF ----------------------------------------------------------------------------------


def sarif(findings: Iterable[Finding]) -> Any:
    log = json.loads(render("sarif", findings))
    assert [error.message for error in _SARIF.iter_errors(log)] == []
    [run] = log["runs"]
    assert run["automationDetails"]["id"] == "builder/validate/"
    return run


@pytest.mark.parametrize(
    "findings", [[], _THREE, many(300), hostile()], ids=["none", "three", "many", "hostile"]
)
def test_sarif_is_what_its_schema_says(findings: list[Finding]) -> None:
    assert len(sarif(findings)["results"]) == len(set(findings))


def test_a_result_in_sarif_names_rule_place_and_reason() -> None:
    run = sarif(_THREE)
    result = run["results"][0]
    assert result["ruleId"] == "text"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "text"
    assert result["level"] == "error"
    assert result["message"]["text"] == f"{_TEXT.reason} (record a1, field spans.0.end)"
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": _ARTICLES, "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 3},
            }
        }
    ]
    whole_file = run["results"][2]["locations"][0]["physicalLocation"]
    assert "region" not in whole_file


def test_sarif_says_of_each_rule_what_it_asks_and_what_to_do() -> None:
    rules = {rule["id"]: rule for rule in sarif([])["tool"]["driver"]["rules"]}
    assert list(rules) == list(RULES)
    for name, rule in rules.items():
        assert rule["shortDescription"]["text"] == RULES[name].asks
        assert RULES[name].do in rule["help"]["text"]
        assert rule["properties"]["tags"] == [RULES[name].level]


@pytest.mark.parametrize("name", ["a b.jsonl", "ü#?%.jsonl", "a:b", "\udcff", "\n"])
def test_a_uri_leads_to_the_very_file(name: str) -> None:
    [result] = sarif([Finding(f"data/{name}", 1, "", "wrong", "file")])["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert re.fullmatch(r"[A-Za-z0-9%/._~-]+", uri)
    assert unquote_to_bytes(uri) == os.fsencode(f"data/{name}")


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    results = sarif(findings)["results"]
    return [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]


def test_a_fingerprint_stays_when_lines_move() -> None:
    moved = [replace(one, line=one.line + 7) for one in (_TEXT, _ORDER)]
    assert fingerprints([_TEXT, _ORDER]) == fingerprints(moved)


def test_a_fingerprint_stays_when_others_are_mended_or_the_value_is_wrong_in_another_way() -> None:
    assert fingerprints(many(3)[1:]) == fingerprints(many(3))[1:]
    assert fingerprints([replace(_TEXT, reason="reads 'Ra'")]) == fingerprints([_TEXT])


def test_every_finding_of_a_run_has_a_fingerprint_of_its_own() -> None:
    twice = [_TEXT, replace(_TEXT, reason="is cut"), replace(_TEXT, line=9)]
    unread = [Finding(_ARTICLES, n, "", "not JSON at column 1", "json") for n in (1, 2)]
    found = fingerprints([*twice, *unread, *_THREE, *many(50), *hostile()])
    assert len(set(found)) == len(found)


@pytest.mark.no_cover
def test_sarif_stays_within_what_code_scanning_takes_and_says_how_much_is_missing() -> None:
    [run] = json.loads(render("sarif", [*many(26_000), *_THREE]))["runs"]
    assert len(run["results"]) == 25_000
    assert {result["ruleId"] for result in run["results"]} == {"schema", "text", "order", "file"}
    [said] = run["invocations"][0]["toolExecutionNotifications"]
    assert said["message"]["text"].startswith("1003 more findings not listed")
    assert run["properties"]["findings"] == 26_003
    assert "toolExecutionNotifications" not in sarif(_THREE)["invocations"][0]


@pytest.mark.no_cover
def test_sarif_of_long_reasons_stays_below_ten_megabytes() -> None:
    long = [replace(one, reason="🙂" * 1000) for one in many(5000)]
    said = render("sarif", long)
    assert len(said.encode("utf-8")) < 10_000_000
    [run] = json.loads(said)["runs"]
    left = 5000 - len(run["results"])
    [note] = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith(f"{left} more findings")
    assert 1000 < len(run["results"]) < 5000
