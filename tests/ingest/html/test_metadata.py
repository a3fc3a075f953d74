"""A page's metadata come from what it states for machines, then from what it shows."""

import json

import pytest

from builder.ingest.extracted import Extracted
from builder.ingest.html import metadata
from builder.ingest.html.rendering import parse
from builder.ingest.html.sources import Sources

URL = "https://www.the-example.org/2024/03/05/old-bridge"


def find(head: str = "", body: str = "<p>text</p>", url: str | None = URL) -> Extracted:
    tree = parse(f"<html><head>{head}</head><body>{body}</body></html>")
    return metadata.find(Sources(tree), url, Extracted())


def ld(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return f'<script type="application/ld+json">{text}</script>'


def values(found: Extracted, name: str) -> list[str]:
    return [stated.value for stated in getattr(found, name)]


ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Old bridge closes",
    "author": [{"@type": "Person", "name": "Ann Lee"}, {"name": "By Bob Ray, Reuters"}],
    "datePublished": "2024-03-05T23:30:00+01:00",
    "dateModified": "2024-03-07",
    "publisher": {"name": "The Example"},
    "license": "https://creativecommons.org/licenses/by/4.0/",
}


@pytest.mark.parametrize(
    "script",
    [
        ARTICLE,
        [{"@type": "BreadcrumbList"}, ARTICLE],
        {"@graph": [{"@type": "WebSite", "name": "Other"}, ARTICLE]},
        {"@type": "WebPage", "mainEntity": ARTICLE},
        {**ARTICLE, "@type": ["Thing", "https://schema.org/NewsArticle"]},
        f"<!-- {json.dumps(ARTICLE)} -->",
        f"//<![CDATA[\n{json.dumps(ARTICLE)};\n//]]>",
        json.dumps(ARTICLE).replace("bridge closes", "bridge\n closes"),
        json.dumps(ARTICLE)[:-1] + ",}",
        json.dumps(ARTICLE) + "\n" + json.dumps({"@type": "ImageObject"}),
    ],
)
def test_json_ld_is_read_in_all_its_shapes(script: object) -> None:
    found = find(ld(script))
    assert values(found, "headline") == ["Old bridge closes"]
    assert values(found, "authors") == ["Ann Lee", "Bob Ray"]
    assert values(found, "syndicated_from") == ["Reuters"]
    assert values(found, "published") == ["2024-03-05", "2024-03-07"]
    assert values(found, "outlet")[0] == "The Example"
    assert values(found, "licence") == [ARTICLE["license"]]
    assert found.headline[0].how == "headline in the page's JSON-LD"


def test_authors_are_found_by_reference() -> None:
    graph = [{**ARTICLE, "author": {"@id": "#ann"}}, {"@id": "#ann", "name": "Ann Lee"}]
    assert values(find(ld({"@graph": graph})), "authors") == ["Ann Lee"]


def test_another_articles_json_ld_is_not_the_pages() -> None:
    other = {**ARTICLE, "url": "https://www.the-example.org/other", "headline": "Something else"}
    own = {**ARTICLE, "url": URL}
    assert values(find(ld(other) + ld(own)), "headline") == ["Old bridge closes"]


@pytest.mark.parametrize(
    "script", ["{", "[" * 200_000, '{"@graph":' * 50_000, "null", "x" * 3_000_000, '"text"']
)
def test_json_ld_that_cannot_be_read_costs_nothing_else(script: str) -> None:
    found = find('<meta property="og:title" content="Old bridge closes in June">' + ld(script))
    assert values(found, "headline") == ["Old bridge closes in June"]


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Old bridge closes in June | The Example", "Old bridge closes in June"),
        ("The Example - Old bridge closes in June", "Old bridge closes in June"),
        ("Old bridge closes &amp;amp; reopens", "Old bridge closes & reopens"),
        ("Bridge - what next? – The Example", "Bridge - what next?"),
    ],
)
def test_the_title_is_a_headline_without_the_outlet(title: str, headline: str) -> None:
    site = '<meta property="og:site_name" content="The Example">'
    assert values(find(f"{site}<title>{title}</title>"), "headline")[0] == headline


@pytest.mark.parametrize(
    ("stated", "authors"),
    [
        ("By Ann Lee and Bob Ray", ["Ann Lee", "Bob Ray"]),
        ("ANN LEE", ["Ann Lee"]),
        ("Ann Lee, Senior Editor", ["Ann Lee"]),
        ("https://www.facebook.com/annlee", []),
        ("ann.lee@example.org", []),
        ("@annlee", []),
        ("The Example Staff", []),
        ("admin", []),
        ("The Example", []),
    ],
)
def test_only_people_are_authors(stated: str, authors: list[str]) -> None:
    site = '<meta property="og:site_name" content="The Example">'
    head = f'{site}<meta name="author" content="{stated}">'
    assert values(find(head), "authors") == authors


@pytest.mark.parametrize(
    "byline",
    [
        '<div class="byline">By <a>Ann Lee</a> <span>Senior walker</span></div>',
        '<a rel="author" href="/ann">Ann Lee</a>',
        '<span itemprop="author"><span itemprop="name">Ann Lee</span></span>',
    ],
)
def test_marked_elements_name_the_author(byline: str) -> None:
    assert values(find(body=byline), "authors") == ["Ann Lee"]


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("2024-03-05T23:30:00-08:00", "2024-03-05"),
        ("20240305", "2024-03-05"),
        ("March 5, 2024 at 10:00", "2024-03-05"),
        ("25/03/2024", "2024-03-25"),
        ("03/05/2024", None),
        ("2024-13-45", None),
        ("yesterday", None),
    ],
)
def test_dates_are_those_that_can_be_read_in_one_way(stated: str, day: str | None) -> None:
    head = f'<meta property="article:published_time" content="{stated}">'
    assert values(find(head, url=None), "published") == ([day] if day else [])


def test_a_change_alone_is_no_date_of_publication() -> None:
    head = '<meta property="article:modified_time" content="2024-03-05">'
    assert values(find(head, url=None), "published") == []


def test_the_address_language_and_line_are_stated() -> None:
    tree = parse(
        '<html lang="en-GB">\n<head>\n<link rel="canonical" href="/bridge"></head>'
        "<body>text</body></html>"
    )
    found = metadata.find(Sources(tree), URL, Extracted())
    assert values(found, "url") == ["https://www.the-example.org/bridge", URL]
    assert values(found, "language") == ["en-GB"]
    assert found.url[0].line == 3


def test_the_outlet_is_the_host_where_nothing_names_it() -> None:
    assert values(find(), "outlet") == ["the-example.org"]
    named = find('<meta property="og:site_name" content="The Example">')
    assert values(named, "outlet")[0] == "The Example"
