"""Draw a bar chart of spans by label as SVG; the same counts give the same bytes."""

from collections.abc import Sequence

from builder.labels import LabelSet

FILE_NAME = "labels.svg"
_ROW, _TOP, _LEFT, _BARS, _WIDTH = 22, 46, 116, 430, 640
# It brings its own background, so that it reads on a page of any colour.
_STYLE = """
  rect.page { fill: #ffffff } text { fill: #1f2328 }
  @media (prefers-color-scheme: dark) { rect.page { fill: #161b22 } text { fill: #e6edf3 } }
  text { font: 13px system-ui, sans-serif } .n { font-size: 12px } .machine { opacity: 0.35 }"""


def bars(counts: Sequence[tuple[str, int, int]], labels: LabelSet) -> str:
    """Return the chart of labels with how many spans they have, and how many of people's work.

    Colours are those of the label set; what nobody has checked is pale. Labels without a span are
    left out.
    """
    colors = {label.name: label.color for label in labels.labels}
    shown = [row for row in counts if row[1]]
    longest = max((total for _, total, _ in shown), default=1)
    height = _TOP + _ROW * len(shown) + 12
    said = ", ".join(f"{label} {total} ({people})" for label, total, people in shown)
    rows = "\n".join(
        _bar(_TOP + _ROW * i, row, longest, colors[row[0]]) for i, row in enumerate(shown)
    )
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" \
height="{height}" role="img" aria-label="Spans by label">
<desc>Spans by label, those of people's work in brackets: {said}.</desc>
<style>{_STYLE}
</style>
<rect class="page" width="{_WIDTH}" height="{height}" rx="6"/>
<text x="12" y="26">Spans by label: people's work (full), unchecked suggestions (pale)</text>
{rows}
</svg>
"""


def _bar(y: int, row: tuple[str, int, int], longest: int, color: str) -> str:
    label, total, people = row
    full, all_of_it = (round(_BARS * number / longest, 1) for number in (people, total))
    number = f"{people} of {total}" if people < total else f"{total}"
    return f"""\
<text x="{_LEFT - 8}" y="{y + 13}" text-anchor="end">{label}</text>
<rect class="machine" x="{_LEFT}" y="{y}" width="{all_of_it}" height="16" fill="{color}"/>
<rect x="{_LEFT}" y="{y}" width="{full}" height="16" fill="{color}"/>
<text class="n" x="{_LEFT + all_of_it + 6:g}" y="{y + 13}">{number}</text>"""
