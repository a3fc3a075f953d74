"""A saved page gives the article's paragraphs, and every other line stays on record."""

import time

import pytest

from builder.ingest.html.page import read_page
from builder.ingest.html.rendering import MAX_TAGS
from builder.ingest.readers.content import SeedError

PARAGRAPHS = [
    "The council has voted to close the old bridge to traffic from the first week of June.",
    "Engineers found cracks in two of its four piers when they inspected it in the spring.",
    "“We had no choice,” the mayor said after the meeting. “It is no longer safe for anyone.”",
    "Buses will be sent through the tunnel, which adds about ten minutes to the journey to town.",
    "Shopkeepers on the east bank fear that they will lose customers over the whole summer.",
    "The repairs are expected to cost $12 million and to take until the end of next year.",
]
MENU = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("Home", "World", "Sport"))
RELATED = "".join(
    f'<li><a href="/{n}">Ten things that you did not know about walk {n}</a></li>' for n in range(9)
)


def page(body: str = "", head: str = "", after: str = "") -> str:
    story = body or "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    return f"""<!DOCTYPE html><html lang="en-GB"><head><title>Old bridge closes in June</title>
{head}</head><body><nav><ul>{MENU}</ul></nav><main><article><h1>Old bridge closes in June</h1>
<p class="byline">By Ann Lee</p>{story}</article></main>{after}
<footer><p>© 2024 The Example. All rights reserved.</p></footer></body></html>"""


def body_of(html: str) -> list[str]:
    found = read_page(html)
    return [" ".join(found.lines[first - 1 : last]) for first, last in found.body]


def role_of(html: str, text: str) -> str:
    found = read_page(html)
    return found.verdicts[found.lines.index(text)].role


def test_the_body_is_the_articles_paragraphs_and_nothing_else() -> None:
    assert body_of(page()) == PARAGRAPHS


def test_every_line_has_a_role_and_a_reason() -> None:
    found = read_page(page(after=f'<div class="related"><h3>Related</h3><ul>{RELATED}</ul></div>'))
    assert len(found.lines) == len(found.verdicts)
    assert all(verdict.reason for verdict in found.verdicts)
    assert [n for n, v in enumerate(found.verdicts, 1) if v.role == "body"] == [
        first for first, _ in found.body
    ]


def test_the_page_says_whose_text_its_body_is_and_why() -> None:
    found = read_page(page())
    assert found.extractor == "trafilatura"
    assert "100%" in found.why


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Home", "nav"),
        ("Old bridge closes in June", "headline"),
        ("By Ann Lee", "byline"),
        ("© 2024 The Example. All rights reserved.", "footer"),
    ],
)
def test_what_stands_around_the_article_has_its_own_role(text: str, role: str) -> None:
    assert role_of(page(), text) == role


def test_inline_tags_do_not_part_or_glue_words() -> None:
    story = "".join(f"<p>{text}</p>" for text in PARAGRAPHS).replace(
        "old bridge", "<em>old</em>\n   <a href='/b'>bridge</a>", 1
    )
    assert body_of(page(story)) == PARAGRAPHS


def test_a_comment_thread_is_not_taken_for_the_article() -> None:
    thread = "".join(
        '<div class="comment">'
        f"<p>I have lived by the river for {n} years and never saw this.</p></div>"
        for n in range(20, 32)
    )
    html = page(after=f'<section id="comments"><h3>12 Comments</h3>{thread}</section>')
    assert body_of(html) == PARAGRAPHS
    assert role_of(html, "I have lived by the river for 20 years and never saw this.") == "comment"


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<html><body></body></html>", "shows no text"),
        ("", "holds no text"),
        (f"<html><body><ul>{MENU}</ul></body></html>", "no article found"),
        ("<html><body><h1>404</h1><p>Page not found.</p></body></html>", "no article found"),
        ("<p>" * (MAX_TAGS + 1), "tags are more than"),
        ("<html><body>" + "<div>" * 5000 + "<p>" + PARAGRAPHS[0], "nested"),
    ],
)
def test_a_page_without_an_article_is_refused_with_a_reason(html: str, reason: str) -> None:
    with pytest.raises(SeedError, match=reason):
        read_page(html)


def test_nul_characters_do_not_cut_the_page() -> None:
    assert body_of(page().replace("old bridge", "old\0 bridge")) == PARAGRAPHS


def test_a_page_that_closes_no_tag_is_read() -> None:
    story = "".join(f"<p>{text}" for text in PARAGRAPHS)
    assert body_of(f"<html><body><h1>Old bridge closes in June</h1>{story}") == PARAGRAPHS


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "filler",
    ['<div class="' + "a byline author " * 100_000 + '"></div>', "<p>x" * 3_000],
)
def test_hostile_filler_takes_bounded_time(filler: str) -> None:
    began = time.process_time()
    read_page(page(after=filler))
    assert time.process_time() - began < 60
