from builder.cli.lines import model
from builder.training.jobs import Curve, Trained


def trained(before: float, after: float) -> list[str]:
    def figures(f1: float) -> dict[str, object]:
        return {"strict": {"micro": {"f1": f1}}}

    evaluation = {**figures(after), "before": figures(before)}
    return list(model.trained(Trained("models/tagger-3", 40, 8, after > before, evaluation)))


def test_a_better_model_is_recommended_with_both_figures() -> None:
    assert trained(0.905, 0.912)[1:] == [
        "strict F1 0.912 on 8 documents held out; the model it started from: 0.905 "
        "(see its meta.json)",
        'To use it, set [annotate] pipeline = "models/tagger-3" in builder.toml',
    ]


def test_a_model_that_is_no_better_is_not_recommended() -> None:
    for after in (0.904, 0.905):
        assert trained(0.905, after)[-1].startswith("It is not better than the model")


def test_a_curve_says_what_the_last_doubling_brought() -> None:
    rows = [(0, 0.7), (4, 0.75), (8, 0.8), (16, 0.79)]
    lines = list(model.curve(Curve([{"documents": n, "f1": f1} for n, f1 in rows])))
    assert lines[1].split() == ["0", "0.700"]
    assert lines[-1].startswith("From 8 to 16 documents F1 changed by -0.010")


def test_one_document_is_no_doubling() -> None:
    lines = list(model.curve(Curve([{"documents": 0, "f1": 0.7}, {"documents": 1, "f1": 0.7}])))
    assert len(lines) == 3
