"""What the card says of the data follows from the data, and says so where there is no figure."""

from dataclasses import replace
from datetime import date

import pytest

from builder import labels
from builder.release.card.limits import FEW_SENTENCES, FEW_SPANS, attribute_counts, label_counts
from builder.release.card.origins import UNKNOWN, Effort, Origins
from builder.release.card.statements import Statements, statements
from builder.review.quality import LabelQuality
from builder.workspace.config import Rights
from tests import making
from tests.making import Row
from tests.release.conftest import CONFIG, Made, parts

_WORK = Origins(
    quality=(LabelQuality("GPE", 10, 8, 6), LabelQuality("ORG", 0, 2, 0)),
    tasks={"annotator-1": 2},
    shown=2,
    assisted=Effort(2, 600, 400),
    guidelines=("1.0",),
    last=date(2026, 3, 1),
    roles={"nav": 7, "body": 3, "blank": 9},
)


def _said(rows: dict[str, list[Row]], behind: Origins = UNKNOWN, **config: object) -> Statements:
    config_of = CONFIG.model_copy(update=config)
    tally = making.tally(rows)
    return statements(config_of, "1.0.0", tally, behind, labels.default(), Rights(), {})


def _of(*names: str) -> dict[str, list[Row]]:
    return making.rows(*(parts()[name] for name in names))[0]


def test_who_has_looked_at_how_much_stands_in_the_summary(dataset: Made) -> None:
    assert "looked at 3 of the sentences; the other 4 carry" in _said(dataset[0]).summary
    assert "7 sentences of 4 news articles in 4 stories" in _said(dataset[0]).summary
    assert "People have looked at every sentence." in _said(_of("agreed")).summary


def test_without_work_every_figure_of_it_is_missing_and_says_so() -> None:
    said = _said(_of("machine"))
    assert said.agreement == "Agreement: none, as nobody has looked at a sentence."
    assert said.quality == "Suggestions: not measured, as nobody has corrected any."
    assert said.effort.startswith("Effort: not measured, ")
    assert (said.annotators, said.day) == ("None so far.", None)
    assert "Nobody has corrected them yet" in said.labelling


def test_one_person_alone_gives_no_agreement() -> None:
    said = _said(_of("half"), _WORK)
    assert said.agreement.startswith("Agreement: none can be measured")
    assert any(
        limit.startswith("Looked at by one person alone: 1 sentence.") for limit in said.limits
    )


def test_agreement_is_the_share_of_shared_sentences_that_are_marked_the_same() -> None:
    rows = _of("agreed")
    assert "of 2 sentences that several people looked at, they mark exactly the same" in (
        _said(rows, _WORK).agreement
    )
    assert "in 2 (100%)" in _said(rows, _WORK).agreement
    rows["sentences"][0]["status"] = "single"
    assert "in 1 (50%)" in _said(rows, _WORK).agreement


def test_suggestion_quality_is_counted_over_the_labels_of_a_layer() -> None:
    said = _said(_of("half"), _WORK).quality
    assert "layer entity: precision 60.0%, recall 60.0%, F1 60.0% over 10 spans." in said


def test_effort_gives_no_figure_without_a_blind_arm() -> None:
    said = _said(_of("half"), _WORK)
    assert "no time saved is claimed" in said.effort and "minutes" not in said.effort
    assert any("started from suggestions every time" in bias for bias in said.biases)


def test_effort_with_a_blind_arm_gives_both_paces() -> None:
    both = replace(_WORK, shown=1, blind=Effort(1, 500, 200))
    said = _said(_of("half"), both)
    assert "10 minutes for 2 tasks (150 seconds for 100 words) with suggestions" in said.effort
    assert "(250 seconds for 100 words) without" in said.effort
    assert "no time saved" not in said.effort
    assert not any("started from suggestions" in bias for bias in said.biases)


def test_lines_that_cleaning_took_out_are_counted() -> None:
    said = _said(_of("half"), _WORK).preprocessing
    assert "Of 10 lines that are not blank, 3 are the articles' body" in said
    assert "(nav 7)" in said


def test_machines_are_named_with_their_version() -> None:
    assert _said(_of("machine")).machines == ["claims", "names"]


def test_labels_with_few_spans_are_named_as_a_limit(dataset: Made) -> None:
    (limit,) = (x for x in _said(dataset[0]).limits if "Labels with fewer" in x)
    counts = label_counts(making.tally(dataset[0]), labels.default())
    for name, number, _ in counts:
        assert (name in limit) == (number < FEW_SPANS)


def test_a_dataset_without_validation_and_test_says_so(dataset: Made) -> None:
    assert any("no validation and no test" in limit for limit in _said(_of("machine")).limits)
    assert not any("no validation" in limit for limit in _said(dataset[0]).limits)


def test_variants_of_one_story_are_a_bias_that_is_named() -> None:
    one, other = making.article("One is here."), making.article("One is here, too.")
    golds = {article.id: making.machine_gold(article) for article in (one, other)}
    variants = {one.id: one, other.id: other}
    both, _ = making.rows_of(variants, golds, [making.story(one, other)])
    alone, _ = making.rows_of(variants, golds, [making.story(one)])
    assert any("tells one story" in bias for bias in _said(both).biases)
    assert any("another article tells: 1 article." in bias for bias in _said(both).biases)
    assert not any("another article tells" in bias for bias in _said(alone).biases)


@pytest.mark.parametrize(("number", "small"), [(FEW_SENTENCES - 1, True), (FEW_SENTENCES, False)])
def test_too_little_to_train_on_is_said(number: int, small: bool) -> None:
    rows = _of("half")
    rows["sentences"] = [{**rows["sentences"][0], "status": "single"}] * number
    assert ("too small to train" in _said(rows).uses[0]) == small


def test_what_only_people_know_comes_from_the_configuration() -> None:
    said = _said(
        _of("machine"), motivation="For fun.", caveats=["It leaks."], contact="me@a.example"
    )
    assert said.motivation == "For fun."
    assert said.limits[-1] == "It leaks."
    assert "Reports go to me@a.example." in said.maintenance
    assert "do not say" in _said(_of("machine")).motivation
    assert "No address" in _said(_of("machine")).maintenance


def test_a_span_in_several_tables_and_parts_counts_once(dataset: Made) -> None:
    counts = label_counts(making.tally(dataset[0]), labels.default())
    counted = {name: (total, people) for name, total, people in counts}
    assert counted["CLAIM"] == (1, 0), "it crosses sentences and stands in two tables"
    assert counted["SOURCE"] == (2, 1)
    assert counted["NORP"] == (1, 1), "its article is left out, its sentence is not"
    assert counted["FAC"] == (0, 0)


def test_claims_are_counted_by_the_values_of_their_attributes(dataset: Made) -> None:
    counted = attribute_counts(making.tally(dataset[0]), labels.default())
    assert counted[1] == "`quote_type`: direct 1, indirect 0, mixed 0"
