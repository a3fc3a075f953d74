"""docs/guidelines.md covers what labels.toml declares, and the project's own gold follows it."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from builder import labels
from builder.corrections import latest
from builder.records import Correction, Span
from builder.workspace.folder import open_workspace

_ROOT = Path(__file__).parent.parent
_TEXT = (_ROOT / "docs" / "guidelines.md").read_text(encoding="utf-8")
_PARTS = re.split(r"^### (.+)\n", _TEXT, flags=re.MULTILINE)
_SECTIONS = {
    heading: re.split(r"^## ", body, flags=re.MULTILINE)[0]
    for heading, body in zip(_PARTS[1::2], _PARTS[2::2], strict=True)
}
_SEEDS = json.loads((_ROOT / "tests" / "data" / "seeds_gold.json").read_text(encoding="utf-8"))
_GENERAL = {"Bounds", "What is a claim"}
ALL = labels.default()
_ACTIVE = [label for layer in ALL.layers for label in ALL.active(layer)]


def test_the_guidelines_carry_the_version_that_corrections_name() -> None:
    assert _TEXT.startswith(f"# Annotation guidelines, version {ALL.version}\n")


@pytest.mark.parametrize("label", _ACTIVE, ids=[x.name for x in _ACTIVE])
def test_every_label_has_a_section_that_starts_with_its_hint(label: labels.Label) -> None:
    section = _SECTIONS[f"{label.name} `{label.hotkey}`"]
    assert section.startswith(f"{label.hint}\n")
    assert "`[" in section, "a label needs examples"


@pytest.mark.parametrize("attribute", ALL.attributes, ids=[x.name for x in ALL.attributes])
def test_every_attribute_has_a_section_with_a_row_for_each_value(
    attribute: labels.Attribute,
) -> None:
    section = _SECTIONS[attribute.name]
    assert section.startswith(f"{attribute.hint}\n")
    rows = re.findall(r"^\| `(\w+)` \| `(\w)` \| (.+) \|$", section, re.MULTILINE)
    assert [(name, key) for name, key, _ in rows] == [(v.name, v.hotkey) for v in attribute.values]
    for (_, _, rule), value in zip(rows, attribute.values, strict=True):
        assert rule.startswith(value.hint)


def test_every_relation_and_flag_has_a_section_and_nothing_else_has() -> None:
    for relation in ALL.relations:
        assert _SECTIONS[relation.name].startswith(f"{relation.head} to {relation.tail}")
    for flag in ALL.flags:
        assert _SECTIONS[flag.name].startswith(f"`{flag.hotkey}` {flag.hint}")
    declared = {f"{label.name} `{label.hotkey}`" for label in _ACTIVE}
    declared |= {attribute.name for attribute in ALL.attributes}
    declared |= {relation.name for relation in ALL.relations} | {flag.name for flag in ALL.flags}
    assert _SECTIONS.keys() == declared | _GENERAL


# --- the project's own gold ------------------------------------------------------------------


def _corrections() -> list[Correction]:
    """Return the maintainer's corrections: what other people do here is theirs."""
    corrections = open_workspace(_ROOT).corrections.load().values()
    return latest(c for c in corrections if c.producer.name == "maintainer")


def _claims() -> Iterator[tuple[Span, Counter[str]]]:
    """Yield every claim that the maintainer left, with its links counted by name."""
    for correction in _corrections():
        for span in correction.spans:
            if span.label == "CLAIM":
                yield span, Counter(r.label for r in correction.relations if r.head == span.id)


def test_the_maintainer_has_looked_at_every_sentence_of_the_three_seeds() -> None:
    workspace = open_workspace(_ROOT)
    articles, paths = workspace.articles.load(), {seed["path"] for seed in _SEEDS.values()}
    for seed in (seed for seed in workspace.seeds.load().values() if seed.path in paths):
        scopes = [c.scope for c in _corrections() if c.article == seed.article]
        for bounds in articles[seed.article].sentences:
            assert any(s.start <= bounds.start and bounds.end <= s.end for s in scopes)


def test_every_claim_and_source_of_the_gold_is_judged() -> None:
    for correction in _corrections():
        for span in correction.spans:
            assert span.attributes.keys() == ALL.attributes_of(span.label).keys(), span.text


def test_attributed_claims_of_the_gold_name_a_source_and_a_cue_and_the_newspapers_neither() -> None:
    for claim, links in _claims():
        continued = claim.attributes["attribution"] == "attributed" and links["continues"] == 1
        if claim.attributes["attribution"] == "author":
            assert not links, claim.text
            assert claim.attributes["check_worthy"] == "yes"
        else:
            assert links["attributed_to"] == 1, claim.text
            assert links["introduced_by"] == (0 if continued else 1), claim.text


def test_the_quote_types_of_the_gold_are_what_the_quotation_marks_say() -> None:
    for claim, _ in _claims():
        inner = claim.text[1:-1]
        if not re.search(r"[\"“”]", claim.text):
            expected = "indirect"
        elif claim.text[0] in '"“' and claim.text[-1] in '"”' and not re.search(r"[\"“”]", inner):
            expected = "direct"
        else:
            expected = "mixed"
        assert claim.attributes["quote_type"] == expected, claim.text


def test_names_in_the_gold_do_not_nest_and_spans_end_before_genitives_and_stops() -> None:
    for correction in _corrections():
        names = sorted((s.start, s.end) for s in correction.spans if s.layer == "entity")
        assert all(end <= start for (_, end), (start, _) in pairwise(names))
        for span in correction.spans:
            assert not re.search(r"[,;:.]$", span.text), span.text
            assert span.label == "CLAIM" or not re.search(r"['’]s$", span.text), span.text
