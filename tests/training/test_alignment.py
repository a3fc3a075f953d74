"""Lines of a page are marked as body where they are the article's, each part of it once."""

from builder.training.alignment import labels

BODY = [
    "The ferry to Orlin will stop running in March, the council of Wrenford said on Monday.",
    "What comes next",
    "A bus is to take its place until the quay has been repaired, which may take two years.",
    "“We will miss it,” said a woman who had crossed the river by ferry every day since 1980.",
]
ARTICLE = "\n".join(BODY)


def marked(page: list[str]) -> list[str]:
    return [line for line, is_body in zip(page, labels(page, ARTICLE), strict=True) if is_body]


def test_the_lines_of_the_article_are_body_and_the_others_are_not() -> None:
    page = ["Home", "News", "Ferry to stop", *BODY, "Read more", "All rights reserved by the paper"]
    assert marked(page) == BODY


def test_a_short_line_counts_only_where_it_stands_in_the_article_too() -> None:
    page = ["What comes next", *BODY, "What comes next"]
    assert labels(page, ARTICLE) == [False, True, True, True, True, False]


def test_of_a_paragraph_that_a_teaser_repeats_one_is_body() -> None:
    page = [BODY[0], "Ferry to stop", *BODY]
    assert sum(labels(page, ARTICLE)) == len(BODY)


def test_a_page_without_the_article_has_no_body() -> None:
    assert marked(["Home", "The page that you look for is not here any more.", ""]) == []


def test_a_line_that_holds_little_of_the_article_is_not_body() -> None:
    teaser = (
        "The ferry to Orlin will be back, say those who run a shop beside the old bridge today."
    )
    assert marked([*BODY, teaser]) == BODY
