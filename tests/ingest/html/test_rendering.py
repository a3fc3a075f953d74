"""A page is rendered as a browser shows it, a block a line."""

import time

import pytest

from builder.ingest.html.rendering import parse, render

LONG = "A sentence that is long enough to be a whole paragraph of an article, and that ends here."


def lines(body: str) -> list[str]:
    return [line.text for line in render(parse(f"<html><body>{body}</body></html>"))]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>one</p><p>two</p>", ["one", "two"]),
        ("<div>one<p>two</p>three</div>", ["one", "two", "three"]),
        ("<p>a <b>b</b>c\n\n d</p>", ["a bc d"]),
        ("<p>one<br>two</p>", ["one two"]),
        ("<p>one<br><br/>two</p>", ["one", "two"]),
        (f"<p>{LONG}<br>{LONG}</p>", [LONG, LONG]),
        ("<p>a<script>x()</script><style>p{}</style>b</p>", ["ab"]),
        ("<template><p>no</p></template><p hidden>no</p><p>yes</p>", ["yes"]),
        ('<p style="color:red; display: none">no</p>after', ["after"]),
        ("<p>a<!-- b -->c</p>", ["ac"]),
        ("<pre>one\ntwo\n\nthree</pre>", ["one two", "three"]),
        ("<ul><li>one<li>two</ul>", ["one", "two"]),
        ("<p>caf&eacute; &amp; bar</p>", ["café & bar"]),
    ],
)
def test_blocks_become_lines(body: str, expected: list[str]) -> None:
    assert lines(body) == expected


def test_a_line_knows_its_place_in_the_source_and_its_surroundings() -> None:
    html = '<html>\n<body>\n<div class="newsletter-box">\n<p><a>go</a> on</p></div></body></html>'
    (line,) = render(parse(html))
    assert (line.source, line.tag) == (4, "p")
    assert "newsletter" in line.marks
    assert line.link_share == pytest.approx(2 / 4)


@pytest.mark.no_cover
@pytest.mark.parametrize("piece", ["a<br>", "<b>a</b> ", "<p>a", "<a>x</a>"])
def test_time_grows_with_the_page_and_not_with_its_square(piece: str) -> None:
    def seconds(count: int) -> float:
        tree = parse("<html><body>" + piece * count)
        began = time.process_time()
        render(tree)
        return time.process_time() - began

    assert seconds(14_000) < 8 * max(seconds(3_500), 0.05)
