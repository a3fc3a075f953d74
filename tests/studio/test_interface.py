"""The labelling interface: what it declares, and that annotators can work in it for real."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from label_studio_sdk.label_interface.interface import LabelInterface
from playwright.sync_api import Page, Request, expect

from builder import labels
from builder.studio.interface import interface, interface_version
from builder.studio.server import Running
from tests.studio import browser

# What Label Studio itself listens to while a text is annotated.
_TAKEN = {
    *("ctrl+enter", "ctrl+space", "ctrl+z", "ctrl+shift+z", "ctrl+d", "ctrl+h", "ctrl+backspace"),
    *("alt+r", "alt+h", "alt+l", "alt+m", "alt+.", "u", "enter", "escape", "backspace", "delete"),
}

# A passage of a seed, with a character outside the basic plane before the spans.
_TEXT = (
    "📰 Russia has approved more jobs for North Koreans this year, according to a report released "
    "on Thursday by the Washington-based think tank.\n\n"
    "“We are doing this, we’ve hired new ones and we have the old ones,” Malsar Khuseinov said. "
    "Of the UN ban, he said: “That’s a question for our government.”"
)


def _value(surface: str, **more: Any) -> dict[str, Any]:
    start = _TEXT.index(surface)
    return {"start": start, "end": start + len(surface), "text": surface, **more}


def _label(key: str, layer: str, label: str, surface: str) -> dict[str, Any]:
    value = _value(surface, labels=[label])
    return {"id": key, "from_name": layer, "to_name": "text", "type": "labels", "value": value}


def _choice(key: str, attribute: str, choice: str, surface: str) -> dict[str, Any]:
    value = _value(surface, choices=[choice])
    return {"id": key, "from_name": attribute, "to_name": "text", "type": "choices", "value": value}


def _relation(head: str, tail: str, *names: str) -> dict[str, Any]:
    relation: dict[str, Any] = {"type": "relation", "from_id": head, "to_id": tail}
    return relation | {"direction": "right"} | ({"labels": list(names)} if names else {})


_QUOTE = "“We are doing this, we’ve hired new ones and we have the old ones,”"
_ENTITIES = [
    _label("e1", "entity", "GPE", "Russia"),
    _label("e2", "entity", "NORP", "North Koreans"),
    _label("e3", "entity", "ORG", "Washington"),
    _label("e4", "entity", "PERSON", "Malsar Khuseinov"),
    _label("e5", "entity", "ORG", "think tank"),
]
_CLAIMS = [
    _label("c1", "claim", "CLAIM", _QUOTE),
    _choice("c1", "attribution", "attributed", _QUOTE),
    _choice("c1", "quote_type", "mixed", _QUOTE),
    _label("s1", "claim", "SOURCE", "Malsar Khuseinov"),
    _choice("s1", "source_type", "named", "Malsar Khuseinov"),
    _label("q1", "claim", "CUE", "said"),
    _label("s2", "claim", "SOURCE", "a report"),
    _relation("c1", "s1", "attributed_to"),
    _relation("c1", "q1", "introduced_by"),
]


@dataclass(frozen=True)
class Project:
    """A project with one suggested task."""

    sdk: Any
    id: int
    task: int

    def annotation(self) -> list[dict[str, Any]]:
        """Return the result of the one annotation, as the API gives it."""
        (annotation,) = self.sdk.annotations.list(self.task)
        result: list[dict[str, Any]] = annotation.result
        return result


@pytest.fixture
def project(sdk: Any) -> Iterator[Project]:
    data = {"text": _TEXT, "title": "More jobs approved", "source_line": "A paper · 2018-08-03"}
    suggestion = {"model_version": "rules", "score": 0.9, "result": _ENTITIES + _CLAIMS}
    made = sdk.projects.create(title="The interface", label_config=interface(labels.default()))
    sdk.projects.import_tasks(
        made.id,
        request=[{"data": data, "predictions": [suggestion]}],
        request_options={"max_retries": 0},
    )
    (task,) = sdk.tasks.list(project=made.id)
    yield Project(sdk, made.id, task.id)
    sdk.projects.delete(made.id)


def _content(result: list[dict[str, Any]]) -> Counter[str]:
    """Return what a result says, without ids that the browser invents and without order."""
    bounds = {
        r["id"]: (r["value"]["start"], r["value"]["end"])
        for r in result
        if "start" in r.get("value", {})
    }
    found = []
    for region in result:
        if region["type"] == "relation":
            ends = bounds[region["from_id"]], bounds[region["to_id"]]
            found.append(["relation", *ends, region.get("labels")])
        else:
            found.append([region["from_name"], region["value"]])
    return Counter(json.dumps(item, sort_keys=True) for item in found)


def test_label_studio_accepts_the_interface_and_a_suggestion_made_for_it() -> None:
    declared: Any = LabelInterface(interface(labels.default()))
    declared.validate()
    suggestion = {"model_version": "rules", "score": 0.9, "result": _ENTITIES + _CLAIMS}
    assert not declared.validate_prediction(suggestion, return_errors=True)


def test_every_active_label_attribute_flag_and_relation_can_be_given() -> None:
    declared = labels.default()
    root = Xml.fromstring(interface(declared))
    controls = {
        c.attrib["name"]: [v.attrib["value"] for v in c]
        for c in root.iter()
        if len(c) and "toName" in c.attrib
    }
    for layer in declared.layers:
        assert sorted(controls.pop(layer)) == sorted(x.name for x in declared.active(layer))
    assert controls.pop("flags") == [flag.name for flag in declared.flags]
    assert controls == {a.name: [v.name for v in a.values] for a in declared.attributes}
    assert [r.attrib["value"] for r in root.iter("Relation")] == [
        r.name for r in declared.relations
    ]


def test_a_retired_label_is_out_of_sight_and_takes_no_key_that_anyone_has() -> None:
    declared = labels.default()
    retired = replace(declared.labels[0], retired=True)
    xml = interface(replace(declared, labels=(retired, *declared.labels[1:])))
    (hidden,) = [e for e in Xml.fromstring(xml).iter("Label") if e.get("visible") == "false"]
    assert hidden.get("value") == retired.name
    assert hidden.get("hotkey", "").endswith("f19")


def test_hints_with_markup_characters_reach_the_annotator_as_written() -> None:
    declared = labels.default()
    odd = replace(declared.labels[0], hint="""<b> & "said" 'so' > é""")
    root = Xml.fromstring(interface(replace(declared, labels=(odd, *declared.labels[1:]))))
    assert odd.hint in [label.attrib["hint"] for label in root.iter("Label")]


def test_no_hotkey_is_given_twice_or_is_one_of_label_studios_own() -> None:
    root = Xml.fromstring(interface(labels.default()))
    given = [e.attrib["hotkey"] for e in root.iter() if "hotkey" in e.attrib]
    assert [key for key, times in Counter(given).items() if times > 1] == []
    assert not _TAKEN & set(given)


def test_the_version_changes_exactly_when_the_interface_does() -> None:
    declared = labels.default()
    changed = replace(declared, flags=declared.flags[:1])
    version = interface_version(interface(declared))
    assert version == interface_version(interface(declared))
    assert version != interface_version(interface(changed))


def test_what_an_annotator_does_in_the_browser_is_what_comes_back(
    label_studio: Running, project: Project, page: Page
) -> None:
    browser.sign_in(page, label_studio)
    browser.open_task(page, label_studio, project.id, project.task)
    expect(browser.regions(page)).to_have_count(
        len({r["id"] for r in [*_ENTITIES, *_CLAIMS] if "id" in r})
    )

    browser.click_region(page, _TEXT.index("Washington"))
    browser.press(page, "3")
    browser.delete_region(page, _TEXT.index("think tank"))
    browser.click_region(page, _TEXT.index("We are doing"))
    browser.press(page, "d", "z")

    claim = "📰 Russia has approved more jobs for North Koreans this year"
    start = _TEXT.index(claim)
    browser.press(page, "u", "q")
    browser.drag_select(page, start, start + len(claim))
    browser.click_region(page, _TEXT.index("has approved"))
    browser.press(page, "a", "f", "x")
    browser.relate(page, _TEXT.index("has approved"), _TEXT.index("a report"))
    browser.press(page, "u", "0")
    browser.submit(page)

    expected = [
        *(region for region in _ENTITIES if region["id"] not in ("e3", "e5")),
        _label("e3", "entity", "GPE", "Washington"),
        *(region for region in _CLAIMS if region.get("from_name") != "quote_type"),
        _choice("c1", "quote_type", "direct", _QUOTE),
        _choice("c1", "check_worthy", "yes", _QUOTE),
        _label("new", "claim", "CLAIM", claim),
        _choice("new", "attribution", "attributed", claim),
        _choice("new", "quote_type", "indirect", claim),
        _choice("new", "check_worthy", "no", claim),
        _relation("new", "s2"),
        {"from_name": "flags", "type": "choices", "id": "f", "value": {"choices": ["bad_text"]}},
    ]
    assert _content(project.annotation()) == _content(expected)


def test_a_region_whose_edge_is_dragged_keeps_its_id(
    label_studio: Running, project: Project, page: Page
) -> None:
    browser.sign_in(page, label_studio)
    browser.open_task(page, label_studio, project.id, project.task)
    longer, shorter = "Washington-based", "North Korean"
    browser.move_end(page, _TEXT.index("Washington"), _TEXT.index(longer) + len(longer))
    browser.move_end(page, _TEXT.index("North Koreans"), _TEXT.index(shorter) + len(shorter))
    browser.submit(page)
    by_id = {r["id"]: r["value"] for r in project.annotation() if r.get("from_name") == "entity"}
    assert by_id["e3"] == _value(longer, labels=["ORG"])
    assert by_id["e2"] == _value(shorter, labels=["NORP"])


def test_every_declared_hotkey_does_what_it_says(
    label_studio: Running, project: Project, page: Page
) -> None:
    browser.sign_in(page, label_studio)
    browser.open_task(page, label_studio, project.id, project.task)
    declared = labels.default()
    for place, layer in (("Russia", "entity"), ("a report", "claim")):
        browser.click_region(page, _TEXT.index(place))
        for label in declared.active(layer):
            if browser.label_at(page, _TEXT.index(place)) != label.name:
                browser.press(page, label.hotkey)
            assert browser.label_at(page, _TEXT.index(place)) == label.name


def test_attribute_keys_pressed_on_the_wrong_region_leave_no_trace(
    label_studio: Running, project: Project, page: Page
) -> None:
    browser.sign_in(page, label_studio)
    browser.open_task(page, label_studio, project.id, project.task)
    keys = [v.hotkey for a in labels.default().attributes for v in a.values]
    browser.press(page, *keys)
    browser.click_region(page, _TEXT.index("Russia"))
    browser.press(page, *keys)
    browser.submit(page)
    assert _content(project.annotation()) == _content(_ENTITIES + _CLAIMS)


def test_the_queue_shows_headline_source_and_how_many_tasks_are_left(
    label_studio: Running, project: Project, page: Page
) -> None:
    browser.sign_in(page, label_studio)
    browser.open_stream(page, label_studio, project.id)
    for seen in ("More jobs approved", "A paper · 2018-08-03", "1 of 1"):
        expect(page.get_by_text(seen, exact=True)).to_be_visible()


def test_the_browser_asks_nobody_but_the_server(
    label_studio: Running, project: Project, page: Page
) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    browser.fill_in_form(page, label_studio)
    browser.open_task(page, label_studio, project.id, project.task)
    page.wait_for_load_state("networkidle")
    page.remove_listener("request", note)
    ours = (label_studio.url, "data:", "blob:")
    assert [url for url in asked if not url.startswith(ours)] == []


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_the_bar_stays_in_view_in_both_themes(
    label_studio: Running, project: Project, page: Page, tmp_path: Path, theme: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 500})
    browser.sign_in(page, label_studio)
    browser.prefer(page, label_studio, theme)
    browser.open_task(page, label_studio, project.id, project.task)
    browser.click_region(page, _TEXT.index("That’s a question") - 1)
    expect(page.get_by_text("PERSON", exact=True).first).to_be_in_viewport()
    browser.screenshot(page, tmp_path / f"{theme}.png")
