"""The chart says what the counts say, in the labels' colours, on a page of any colour."""

from xml.etree import ElementTree

from builder import labels
from builder.release.card import chart

_COUNTS = [("PERSON", 10, 4), ("NORP", 0, 0), ("CLAIM", 40, 40)]
_SVG = "{http://www.w3.org/2000/svg}"


def _chart() -> ElementTree.Element:
    return ElementTree.fromstring(chart.bars(_COUNTS, labels.default()))


def test_every_label_with_spans_has_a_bar_in_its_colour_as_long_as_its_count() -> None:
    bars = [r for r in _chart().iter(f"{_SVG}rect") if r.get("fill")]
    color = {label.name: label.color for label in labels.default().labels}
    assert [bar.get("fill") for bar in bars] == [
        color["PERSON"], color["PERSON"], color["CLAIM"], color["CLAIM"],
    ]  # fmt: skip
    widths = [float(bar.get("width", 0)) for bar in bars]
    assert [round(w / widths[-1], 3) for w in widths] == [0.25, 0.1, 1.0, 1.0]


def test_numbers_say_how_much_of_it_is_peoples_work() -> None:
    said = [text.text for text in _chart().iter(f"{_SVG}text")]
    assert said[1:] == ["PERSON", "4 of 10", "CLAIM", "40"]


def test_nothing_reaches_beyond_the_picture() -> None:
    chart = _chart()
    width, height = float(chart.get("width", 0)), float(chart.get("height", 0))
    for rect in chart.iter(f"{_SVG}rect"):
        assert float(rect.get("x", 0)) + float(rect.get("width", 0)) <= width
        assert float(rect.get("y", 0)) + float(rect.get("height", 0)) <= height


def test_it_has_a_page_and_a_text_colour_of_its_own_in_light_and_in_dark() -> None:
    style = next(_chart().iter(f"{_SVG}style")).text or ""
    light, dark = style.split("@media (prefers-color-scheme: dark)")
    for part in (light, dark):
        assert "rect.page { fill: #" in part
        assert "text { fill: #" in part


def test_nothing_to_count_is_a_chart_without_bars() -> None:
    assert "<rect" in chart.bars([], labels.default())
