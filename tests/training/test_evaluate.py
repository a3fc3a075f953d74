import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from builder.training.corpora import Document, LabelledSpan
from builder.training.evaluate import Counts, Error, compare, evaluate, exact, gain, overlapping


def figures(
    gold: list[LabelledSpan], found: list[LabelledSpan], strict: bool = True
) -> dict[str, float]:
    made = compare([gold], [found], exact if strict else overlapping)["micro"]
    return {name: round(made[name], 3) for name in ("precision", "recall", "f1")}


def test_a_moved_boundary_is_wrong_strictly_and_right_partially() -> None:
    gold, found = [(0, 9, "PER")], [(4, 9, "PER")]
    assert figures(gold, found)["f1"] == 0
    assert figures(gold, found, strict=False)["f1"] == 1


def test_another_label_is_wrong_either_way() -> None:
    gold, found = [(0, 9, "PER")], [(0, 9, "ORG")]
    assert figures(gold, found)["f1"] == figures(gold, found, strict=False)["f1"] == 0


def test_fragments_of_one_span_do_not_raise_recall_above_one() -> None:
    found = [(0, 3, "CLAIM"), (4, 9, "CLAIM"), (20, 22, "CLAIM")]
    partial = figures([(0, 9, "CLAIM")], found, strict=False)
    assert partial == {"precision": 0.667, "recall": 1.0, "f1": 0.8}


def test_a_span_found_twice_counts_once() -> None:
    assert figures([(0, 3, "PER")], [(0, 3, "PER"), (0, 3, "PER")])["precision"] == 1


def test_nothing_to_find_and_nothing_found_is_perfect() -> None:
    assert figures([], []) == {"precision": 1.0, "recall": 1.0, "f1": 1.0}


def test_the_interval_holds_the_figure_and_shrinks_with_more_documents() -> None:
    gold: list[list[LabelledSpan]] = [[(0, 3, "PER")]] * 5
    found: list[list[LabelledSpan]] = [[(0, 3, "PER")]] * 3 + [[]] * 2
    few = compare(gold, found, exact)["micro"]
    many = compare(gold * 20, found * 20, exact)["micro"]
    assert few["ci95"][0] <= few["f1"] <= few["ci95"][1]
    assert many["ci95"][1] - many["ci95"][0] < few["ci95"][1] - few["ci95"][0]


def test_the_interval_is_as_wide_as_that_of_a_proportion() -> None:
    gold: list[list[LabelledSpan]] = [[(0, 3, "PER")]] * 100
    found: list[list[LabelledSpan]] = [[(0, 3, "PER")]] * 80 + [[(4, 7, "PER")]] * 20
    # 1.96 * sqrt(0.8 * 0.2 / 100) = 0.078
    interval = compare(gold, found, exact)["micro"]["ci95"]
    assert interval == pytest.approx([0.722, 0.878], abs=0.015)


def test_the_interval_is_the_same_each_time() -> None:
    gold: list[list[LabelledSpan]] = [
        [(at, at + 1, "PER") for at in range(n % 7)] for n in range(99)
    ]
    found = [spans[n % 3 :] for n, spans in enumerate(gold)]
    assert compare(gold, found, exact) == compare(gold, found, exact)


def test_a_label_that_few_documents_hold_has_a_wider_interval_than_all_labels() -> None:
    gold: list[list[LabelledSpan]] = [[(0, 3, "PER")]] * 90 + [[(0, 3, "ORG")]] * 10
    found: list[list[LabelledSpan]] = [*gold[:60], *[[]] * 30, *gold[90:95], *[[]] * 5]
    made = compare(gold, found, exact)
    widths = {
        name: row["ci95"][1] - row["ci95"][0]
        for name, row in {"all": made["micro"], **made["labels"]}.items()
    }
    assert widths["ORG"] > 2 * widths["all"]


def test_no_documents_have_an_interval_as_well() -> None:
    assert compare([], [], exact)["micro"]["ci95"] == [1.0, 1.0]


@pytest.fixture
def gold_file(tmp_path: Path) -> Path:
    path = tmp_path / "news.jsonl"
    record = {
        "text": "Ann Lee met Acme in Oslo",
        "spans": [{"start": 0, "end": 7, "label": "PER"}, {"start": 20, "end": 24, "label": "LOC"}],
    }
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    return path


def answer(documents: Sequence[Document]) -> list[list[LabelledSpan]]:
    return [[(0, 7, "PERSON"), (12, 16, "ORG"), (20, 23, "GPE"), (0, 24, "DATE")]] * len(documents)


def test_the_report_has_the_documented_form(gold_file: Path) -> None:
    report = evaluate(gold_file, "entities", answer).report
    assert set(report) == {
        "task", "file", "documents", "seconds", "words_per_second", "strict", "partial"
    }  # fmt: skip
    assert set(report["strict"]["micro"]) == {"precision", "recall", "f1", "ci95"}
    assert set(report["strict"]["labels"]) == {"PER", "LOC"}
    json.dumps(report)


def test_labels_that_the_file_does_not_annotate_are_no_errors(gold_file: Path) -> None:
    micro = evaluate(gold_file, "entities", answer).report["strict"]["micro"]
    assert micro["precision"] == micro["recall"] == 0.5


def test_errors_say_what_is_wrong_and_where(gold_file: Path) -> None:
    context = "Ann Lee met Acme in "
    assert evaluate(gold_file, "entities", answer).errors == (
        Error("wrong", "LOC", "news:1", 20, 23, f"{context}[Osl]o"),
        Error("missed", "LOC", "news:1", 20, 24, f"{context}[Oslo]"),
    )


def test_labels_left_out_of_account_are_named_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "news.jsonl"
    spans = [{"start": 0, "end": 7, "label": "PER"}, {"start": 12, "end": 16, "label": "MISC"}]
    record = json.dumps({"text": "Ann Lee met Acme in Oslo", "spans": spans})
    path.write_text(f"{record}\n{record}\n", encoding="utf-8")
    evaluate(path, "entities", answer)
    assert [message.partition(": ")[2] for message in caplog.messages] == [
        "gold labels left out of account: MISC",
        "suggested labels left out of account: DATE, GPE, ORG",
    ]


def test_sentences_are_compared_as_spans(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text('{"text": "One. Two.", "starts": [0, 5], "ends": [4, 9]}\n', encoding="utf-8")
    report = evaluate(path, "sentences", lambda _: [[(0, 4, "SENTENCE"), (5, 8, "SENTENCE")]])
    assert report.report["strict"]["labels"]["SENTENCE"]["f1"] == 0.5


def test_claims_in_the_newspapers_own_voice_are_no_missed_claims_and_are_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "news.jsonl"
    spans = [
        {"start": 0, "end": 8, "label": "CLAIM", "attribution": "author"},
        {"start": 10, "end": 18, "label": "CLAIM", "attribution": "attributed"},
    ]
    path.write_text(json.dumps({"text": "It burnt. It rained.", "spans": spans}), encoding="utf-8")
    made = evaluate(path, "claims", lambda _: [[(10, 18, "CLAIM")]])
    assert made.report["strict"]["micro"]["f1"] == 1
    assert "AUTHOR" in caplog.messages[0]
    own = evaluate(path, "author", lambda _: [[(0, 8, "AUTHOR")]])
    assert own.report["strict"]["micro"]["f1"] == 1


def test_claims_that_are_left_out_as_too_long_are_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "news.jsonl"
    text = "word " * 300
    spans = [{"start": 0, "end": end, "label": "CONTENT"} for end in (4, 601, 900)]
    path.write_text(json.dumps({"text": text, "spans": spans}), encoding="utf-8")
    assert (
        evaluate(path, "claims", lambda _: [[(0, 4, "CLAIM")]]).report["strict"]["micro"]["f1"] == 1
    )
    assert "2 claims of more than 600 characters" in caplog.text


def test_a_gain_that_every_document_shares_is_sure_and_one_of_a_single_document_is_not() -> None:
    before = [Counts(10, 10, 8, 8)] * 20
    sure = gain([Counts(10, 10, 9, 9)] * 20, before)
    assert sure["f1"] == pytest.approx(0.1) and sure["ci95"][0] > 0
    one = gain([Counts(10, 10, 10, 10), *before[1:]], before)
    assert one["f1"] > 0 and one["ci95"][0] == 0
    assert gain(before, before) == {"f1": 0.0, "ci95": [0.0, 0.0]}
