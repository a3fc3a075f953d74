from builder.cli.lines import model
from builder.training.jobs import Curve, Trained


def trained(low: float, high: float) -> list[str]:
    def figures(f1: float) -> dict[str, object]:
        return {"strict": {"micro": {"f1": f1}}}

    gain = {"names": {"f1": 0.007, "ci95": [low, high]}}
    evaluation = {**figures(0.912), "before": figures(0.905), "gain": gain}
    made = Trained("models/tagger-3", 40, 8, low > 0, high < 0, evaluation)
    return list(model.trained(made))


def test_a_better_model_is_recommended_with_both_figures() -> None:
    assert trained(0.001, 0.02)[1:] == [
        "strict F1 0.912 on 8 documents held out; the model it started from: 0.905 "
        "(see its meta.json)",
        "  names: gain +0.007, 95% interval +0.001 to +0.020",
        'To use it, set [annotate] pipeline = "models/tagger-3" in builder.toml',
    ]


def test_a_model_that_may_be_no_better_is_not_recommended() -> None:
    assert trained(-0.001, 0.02)[-1].startswith("These documents do not tell")
    assert trained(-0.02, -0.001)[-1].startswith("It is worse than the model")


def test_a_curve_says_what_the_last_doubling_brought() -> None:
    rows = [(0, 0.7), (4, 0.75), (8, 0.8), (16, 0.79)]
    lines = list(model.curve(Curve([{"documents": n, "f1": f1} for n, f1 in rows])))
    assert lines[1].split() == ["0", "0.700"]
    assert lines[-1].startswith("From 8 to 16 documents F1 changed by -0.010")


def test_one_document_is_no_doubling() -> None:
    lines = list(model.curve(Curve([{"documents": 0, "f1": 0.7}, {"documents": 1, "f1": 0.7}])))
    assert len(lines) == 3
