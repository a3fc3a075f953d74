"""Seeds of every form: what is read, what is refused and why, and that nothing good is lost."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from builder import pipeline
from builder.ingest import articles, seed_cleaning
from builder.ingest.articles import Cleaned
from builder.ingest.language import other_language
from builder.ingest.listing import File
from builder.ingest.readers import decoding
from builder.ingest.readers.content import SeedContent
from builder.ingest.stage import Ingested
from builder.records import Article, Rejection
from builder.validate import levels
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace

FIRST = (
    "The council of Wrenford voted on Tuesday to reopen the ferry, which had been idle for a year. "
    "Two hundred people had asked for it, and the mayor called the vote a good day for the town."
)
SECOND = (
    "The ferry will run from seven in the morning until midnight, every day but Sunday. "
    "A ticket is to cost two pounds, and children under six will travel for nothing."
)
TEXT = f"{FIRST}\n\n{SECOND}"
OTHER = (
    "Rain has spoilt the plum harvest in the valleys around Orlin, growers said on Monday. "
    "They expect to pick half of what they had last summer, and prices have risen already.\n\n"
    "Nobody here remembers so wet a June, and the barns that stand in the fields are empty."
)
ROW = {
    "id": "a1",
    "title": "Ferry to run again",
    "byline": "By Ann Lee and Joe Ray",
    "date": "2024-03-05T10:00:00Z",
    "source": {"id": None, "name": "The Wrenford Post"},
    "url": "https://post.example/ferry",
    "text": TEXT,
}


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    """Return a workspace without seeds."""
    init.init(tmp_path / "ws")
    return open_workspace(tmp_path / "ws")


def ingest(workspace: Workspace, name: str, data: bytes) -> Ingested:
    """Ingest one more seed; what is written must be valid."""
    path = workspace.seed_folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    done = pipeline.ingest(workspace)
    assert levels.validate(workspace).findings == []
    return done


def texts(workspace: Workspace) -> list[str]:
    """Return the texts of all articles."""
    return sorted(article.text for article in workspace.articles.load().values())


def only(workspace: Workspace) -> Article:
    """Return the one article."""
    (article,) = workspace.articles.load().values()
    return article


def jsonl(*rows: object) -> bytes:
    """Return rows as JSON Lines."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def table(*rows: dict[str, object]) -> bytes:
    """Return rows as CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows({**row, "source": "The Wrenford Post"} for row in rows)
    return out.getvalue().encode()


def columns(*rows: dict[str, object]) -> bytes:
    """Return rows as Parquet."""
    out = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(list(rows)), out)
    return out.getvalue()


def stream(*rows: dict[str, object]) -> bytes:
    """Return rows as an Arrow stream, as `datasets` keeps them on disk."""
    out, made = io.BytesIO(), pa.Table.from_pylist(list(rows))
    with pa.ipc.new_stream(out, made.schema) as writer:
        writer.write_table(made)
    return out.getvalue()


def zst(data: bytes) -> bytes:
    """Return data compressed by zstandard."""
    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, "zstd") as file:
        file.write(data)
    return bytes(out.getvalue().to_pybytes())


FORMS: dict[str, Callable[..., bytes]] = {
    "a.jsonl": jsonl,
    "a.ndjson": jsonl,
    "a.json": lambda *rows: json.dumps(rows).encode(),
    "answer.json": lambda *rows: json.dumps({"status": "ok", "articles": rows}).encode(),
    "a.csv": table,
    "a.parquet": columns,
    "a.arrow": stream,
    "a.jsonl.gz": lambda *rows: gzip.compress(jsonl(*rows)),
    "a.jsonl.zst": lambda *rows: zst(jsonl(*rows)),
    "lines without an ending": jsonl,
}


@pytest.mark.parametrize("name", FORMS)
def test_records_of_every_form_become_articles_with_the_metadata_of_their_fields(
    empty: Workspace, name: str
) -> None:
    other = {**ROW, "id": "b2", "title": "Plums", "text": OTHER}
    done = ingest(empty, name, FORMS[name](ROW, other))
    assert done.rejected == []
    assert texts(empty) == sorted([TEXT, OTHER])
    article = next(a for a in empty.articles.load().values() if a.text == TEXT)
    meta = article.metadata
    assert meta.first("headline") == "Ferry to run again"
    assert meta.author_names() == ("Ann Lee", "Joe Ray")
    assert (meta.first("published"), meta.first("outlet")) == ("2024-03-05", "The Wrenford Post")
    assert meta.first("url") == "https://post.example/ferry"
    assert meta.headline[0].how == "given as field title"
    seeds = empty.seeds.load().values()
    assert {(s.path, s.record) for s in seeds} == {(f"seeds/{name}", "a1"), (f"seeds/{name}", "b2")}
    again = pipeline.ingest(open_workspace(empty.root))
    assert (again.new_seeds, again.rejected) == (0, [])


def test_one_bad_line_is_rejected_with_its_number_and_the_others_are_read(empty: Workspace) -> None:
    data = jsonl(ROW) + b'{"id": "x", "text": \n' + b"[1, 2]\n" + b"\xff\xfe\x00\n"
    done = ingest(empty, "a.jsonl", data + jsonl({**ROW, "id": "b", "text": OTHER}))
    assert texts(empty) == sorted([TEXT, OTHER])
    assert [(r.path, r.line) for r in done.rejected] == [
        ("seeds/a.jsonl", 2),
        ("seeds/a.jsonl", 3),
        ("seeds/a.jsonl", 4),
    ]
    assert "not valid JSON" in done.rejected[0].reason


def test_two_records_with_one_id_are_told_and_the_first_is_read(empty: Workspace) -> None:
    rest = [{**ROW, "id": str(i), "text": f"{FIRST} {i}."} for i in range(3)]
    done = ingest(empty, "a.jsonl", jsonl(ROW, {**ROW, "text": OTHER}, ROW, *rest))
    assert TEXT in texts(empty) and len(texts(empty)) == 4
    assert [(r.line, "'a1' stands on 1" in r.reason) for r in done.rejected] == [(2, True)]
    assert [copy.path for copy in done.copies] == ["seeds/a.jsonl#a1@3"]


def test_fields_that_nobody_knows_are_refused_once_with_their_names_and_a_way_out(
    empty: Workspace,
) -> None:
    done = ingest(empty, "a.jsonl", jsonl({"n": 1, "m": "short"}, {"n": 2, "m": "shorter"}))
    (rejected,) = done.rejected
    assert "it has: n, m" in rejected.reason and "builder ingest --preview" in rejected.reason


def test_a_mapping_in_builder_toml_says_which_field_is_what(empty: Workspace) -> None:
    with (empty.root / "builder.toml").open("a") as file:
        file.write(
            '[[records]]\nfiles = "seeds/*.jsonl"\n'
            'fields = { text = "doc.main", headline = "doc.top" }\n'
            'given = { licence = "CC BY 4.0", outlet = "The Orlin Echo" }\n'
        )
    workspace = open_workspace(empty.root)
    ingest(workspace, "a.jsonl", jsonl({"doc": {"main": TEXT, "top": "Ferry"}, "text": OTHER}))
    article = only(workspace)
    assert (article.text, article.metadata.first("headline")) == (TEXT, "Ferry")
    assert article.metadata.first("licence") == "CC BY 4.0"
    assert article.metadata.outlet[0].how == "given by builder.toml"


def test_a_mapping_that_names_no_field_is_refused_once_with_the_fields_there(
    empty: Workspace,
) -> None:
    with (empty.root / "builder.toml").open("a") as file:
        file.write('[[records]]\nfiles = "seeds/*.jsonl"\nfields = { text = "bdy" }\n')
    workspace = open_workspace(empty.root)
    (rejected,) = ingest(workspace, "a.jsonl", jsonl(ROW, {**ROW, "id": "b"})).rejected
    assert "'bdy'" in rejected.reason and "id, title, byline" in rejected.reason


def test_a_record_that_was_edited_keeps_its_frozen_article(empty: Workspace) -> None:
    ingest(empty, "a.jsonl", jsonl(ROW, {**ROW, "id": "b", "text": OTHER}))
    edited = {**ROW, "text": TEXT.replace("two pounds", "three pounds")}
    done = ingest(empty, "a.jsonl", jsonl(edited, {**ROW, "id": "b", "text": OTHER}))
    assert [kept.path for kept in done.kept] == ["seeds/a.jsonl#a1"]
    assert texts(empty) == sorted([TEXT, OTHER])


def test_records_that_move_to_another_line_are_not_read_again(empty: Workspace) -> None:
    rows = [{"text": TEXT, "title": "Ferry"}, {"text": OTHER, "title": "Plums"}]
    ingest(empty, "a.jsonl", jsonl(*rows))
    done = ingest(empty, "a.jsonl", jsonl({"text": f"{FIRST} It rained.", "title": "Rain"}, *rows))
    assert (done.new_seeds, sorted(done.renamed)) == (1, ["seeds/a.jsonl#2", "seeds/a.jsonl#3"])
    assert len(done.gone) == 0


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("README.md", TEXT.encode(), "a note about the folder"),
        ("a.pdf", b"%PDF-1.7 ...", "a PDF; save the article as text or HTML"),
        ("scan", b"%PDF-1.7 ...", "a PDF"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "a picture"),
        ("a.docx", b"PK\x03\x04", "a document of a word processor"),
        ("a.zip", b"PK\x03\x04", "an archive; unpack it here"),
        ("lonely.toml", b'outlet = "x"', "metadata of no seed"),
        ("a.xml", b"<?xml version='1.0'?><nitf><body/></nitf>", "neither RSS nor Atom"),
        ("a.csv", b"id,id\n1,2\n", "must name each column once"),
        ("a.parquet", b"PAR1 and no more", "not valid Parquet"),
        ("a.json", b'{"text": ', "not valid JSON"),
        ("nul.txt", b"\0" * 5000, "NUL character on line 1"),
        ("cut.txt.gz", gzip.compress(TEXT.encode())[:-20], "the compressed data are damaged"),
        ("cut.jsonl.zst", zst(jsonl(ROW) * 50)[:-9], "damaged"),
    ],
)
def test_what_is_no_article_is_refused_with_what_to_do(
    empty: Workspace, name: str, data: bytes, reason: str
) -> None:
    done = ingest(empty, name, data)
    assert len(done.rejected) == 1 and reason in done.rejected[0].reason
    assert texts(empty) == []


def test_a_sidecar_wins_over_what_is_guessed_and_may_change_later(empty: Workspace) -> None:
    page = f"Ferry to run again\n\nBy Ann Lee\n\n{TEXT}\n"
    sidecar = empty.seed_folder / "a.toml"
    sidecar.write_text('outlet = "The Post"\nauthors = ["Joe Ray"]\npublished = 2024-03-05\n')
    done = ingest(empty, "a.txt", page.encode())
    assert done.rejected == []
    meta = only(empty).metadata
    assert (meta.first("outlet"), meta.author_names()) == ("The Post", ("Joe Ray",))
    assert meta.first("published") == "2024-03-05"
    assert meta.authors[0].how == "given in a.toml"
    sidecar.write_text('outlet = "The Echo"\n')
    later = pipeline.ingest(open_workspace(empty.root))
    assert later.restated == ["seeds/a.txt"]
    meta = only(open_workspace(empty.root)).metadata
    assert [f.value for f in meta.outlet if f.given] == ["The Echo"]
    assert not any(f.given for f in meta.authors)
    assert pipeline.ingest(open_workspace(empty.root)).restated == []


@pytest.mark.parametrize(
    ("toml", "reason"),
    [
        ('publisher = "x"', "publisher: no field of metadata; there are headline"),
        ('published = "03/04/2024"', "published: must be a day"),
        ("outlet = [", "its sidecar a.toml"),
    ],
)
def test_a_sidecar_that_is_wrong_is_told_with_its_field(
    empty: Workspace, toml: str, reason: str
) -> None:
    (empty.seed_folder / "a.toml").write_text(toml)
    done = ingest(empty, "a.txt", TEXT.encode())
    assert len(done.rejected) == 1 and reason in done.rejected[0].reason


def test_text_in_another_language_is_told_unless_a_sidecar_says_otherwise(empty: Workspace) -> None:
    german = (
        "Der Stadtrat von Wrenfurt hat am Dienstag beschlossen, die Fähre wieder fahren zu lassen. "
        "Zweihundert Bürger hatten darum gebeten, und der Bürgermeister freute sich darüber sehr.\n"
    )
    done = ingest(empty, "a.txt", german.encode())
    (rejected,) = done.rejected
    assert "in another language (de) than the workspace (en" in rejected.reason
    (empty.seed_folder / "a.toml").write_text('language = "en"\n')
    assert pipeline.ingest(open_workspace(empty.root)).rejected == []


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (TEXT.replace("two pounds", "£2 – “cheap”").encode("cp1252"), "read as cp1252"),
        (
            TEXT.replace("two pounds", "£2 – “cheap”")
            .encode()
            .decode("cp1252", "replace")
            .encode(),
            "mojibake mended on 1 line",
        ),
        (
            TEXT.replace("two pounds", "&pound;2 &ndash; &#8220;cheap&rdquo;").encode(),
            "HTML entities mended on 1 line",
        ),
    ],
    ids=["windows-1252", "mojibake", "entities"],
)
def test_signs_that_a_wrong_encoding_spoilt_are_mended_and_recorded(
    empty: Workspace, data: bytes, note: str
) -> None:
    done = ingest(empty, "a.txt", data)
    assert done.rejected == []
    assert "£2 – “cheap" in only(empty).text
    (seed,) = empty.seeds.load().values()
    assert note in " ".join(seed.mended)


@pytest.mark.parametrize(
    "text", ["AT&T & co; R&D; a=1&copy=2", "“Quoted” – naïve café, 5 €", "Ærø, Ångström, Łódź, Дом"]
)
def test_text_that_is_right_is_not_mended(text: str) -> None:
    assert decoding.mend(text) == (text, ())


def test_an_email_gives_its_text_subject_and_day_and_keeps_addresses_to_itself(
    empty: Workspace,
) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Fwd: Ferry to run again"
    mail["From"] = "The Wrenford Post <news@post.example>"
    mail["Date"] = "Tue, 05 Mar 2024 23:30:00 -0500"
    mail.set_content(TEXT)
    mail.add_alternative("<p>Read this in HTML</p>", subtype="html")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    done = ingest(empty, "a.eml", mail.as_bytes())
    assert done.rejected == []
    article = only(empty)
    assert article.text == TEXT
    assert article.metadata.first("headline") == "Ferry to run again"
    assert article.metadata.first("published") == "2024-03-05"
    assert "post.example" not in article.model_dump_json()


def warc(*records: tuple[str, str, bytes]) -> list[bytes]:
    """Return WARC records of answers: URL, head of the answer, body."""
    out: list[bytes] = []
    for url, head, body in records:
        answer = f"HTTP/1.1 {head}\r\n\r\n".encode() + body
        top = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
            f"WARC-Record-ID: <urn:uuid:{len(out):032d}>\r\nWARC-Date: 2024-03-05T00:00:00Z\r\n"
            "Content-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(answer)}\r\n\r\n"
        )
        out.append(top.encode() + answer + b"\r\n\r\n")
    return out


PLAIN = "200 OK\r\nContent-Type: text/plain; charset=utf-8"
CRAWL = [
    ("https://post.example/1", PLAIN, TEXT.encode()),
    ("https://post.example/x.png", "200 OK\r\nContent-Type: image/png", b"\x89PNG"),
    ("https://post.example/old", "301 Moved\r\nContent-Type: text/html", b"<p>gone</p>"),
    ("https://post.example/2", PLAIN, OTHER.encode()),
]


@pytest.mark.parametrize("compressed", [False, True])
def test_a_crawl_gives_its_pages_and_passes_over_what_is_none(
    empty: Workspace, compressed: bool
) -> None:
    records = warc(*CRAWL)
    data = b"".join(gzip.compress(r) for r in records) if compressed else b"".join(records)
    done = ingest(empty, "a.warc.gz" if compressed else "a.warc", data)
    assert (done.rejected, texts(empty)) == ([], sorted([TEXT, OTHER]))
    assert [(item.path[-1], item.reason.split(" (")[0]) for item in done.passed] == [
        ("2", "no page, but image/png"),
        ("3", "no page, but an answer with HTTP status 301"),
    ]


@pytest.mark.parametrize("compressed", [False, True])
def test_a_crawl_cut_off_in_a_record_gives_the_others_and_says_so(
    empty: Workspace, compressed: bool
) -> None:
    records = warc(CRAWL[0], CRAWL[3])
    data = b"".join(gzip.compress(r) for r in records) if compressed else b"".join(records)
    done = ingest(empty, "a.warc", data[:-60])
    assert texts(empty) == [TEXT]
    assert len(done.rejected) == 1 and "cut off" in done.rejected[0].reason


@pytest.mark.parametrize("compressed", [False, True])
def test_behind_a_damaged_record_a_crawl_is_read_on(empty: Workspace, compressed: bool) -> None:
    first, broken, last = warc(CRAWL[0], CRAWL[1], CRAWL[3])
    parts = [first, b"WARK" + broken[4:], last]
    if compressed:
        parts = [gzip.compress(part) for part in (first, broken, last)]
        parts[1] = parts[1][:30] + bytes(20) + parts[1][50:]
    done = ingest(empty, "a.warc", b"".join(parts))
    assert texts(empty) == sorted([TEXT, OTHER])
    assert any("damaged" in item.reason for item in done.rejected)


def test_a_feed_gives_whole_articles_and_refuses_summaries_with_their_address(
    empty: Workspace,
) -> None:
    feed = f"""<?xml version="1.0"?><rss version="2.0"
      xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>The Post</title>
      <item><title>Ferry &amp; more</title><link>https://post.example/1</link>
        <pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate>
        <content:encoded>{TEXT}</content:encoded></item>
      <item><title>Plums</title><link>https://post.example/2</link>
        <description>Rain has spoilt the plum harvest.</description></item>
      </channel></rss>"""
    done = ingest(empty, "feed.xml", feed.encode())
    (article,) = empty.articles.load().values()
    assert article.metadata.first("headline") == "Ferry & more"
    assert article.metadata.first("published") == "2024-03-05"
    assert article.metadata.first("outlet") == "The Post"
    (rejected,) = done.rejected
    assert "6 words" in rejected.reason and "https://post.example/2" in rejected.reason


def test_the_parts_of_a_saved_page_are_no_seeds(empty: Workspace) -> None:
    (empty.seed_folder / "a_files").mkdir()
    (empty.seed_folder / "a_files" / "style.css").write_text("p {}")
    (empty.seed_folder / "a_files" / "frame.html").write_text(f"<p>{OTHER}</p>")
    page = "<!doctype html><html><head><title>Ferry</title></head><body><article><h1>Ferry</h1>"
    page += f"<p>{FIRST}</p><p>{SECOND}</p></article></body></html>"
    done = ingest(empty, "a.html", page.encode())
    assert (done.rejected, texts(empty)) == ([], [TEXT])


def test_a_bomb_of_many_lines_or_one_is_refused_in_bounded_memory(empty: Workspace) -> None:
    data = jsonl(ROW) + b'{"text": "' + b"a" * 60_000_000 + b'"}\n' + jsonl({**ROW, "id": "b"})
    done = ingest(empty, "a.jsonl.gz", gzip.compress(data, 1))
    assert texts(empty) == [TEXT]
    assert [(r.line, "more than 20,000,000 bytes" in r.reason) for r in done.rejected] == [
        (2, True)
    ]


def test_records_before_the_damage_of_a_compressed_file_are_read(empty: Workspace) -> None:
    data = b"".join(
        zst(jsonl({**ROW, "id": str(i), "text": f"{FIRST} {i}. " * 60})) for i in range(9)
    )
    done = ingest(empty, "a.jsonl.zst", data[:-9])
    assert len(texts(empty)) >= 7
    assert ["damaged" in r.reason for r in done.rejected] == [True]


def test_what_a_killed_run_had_cleaned_is_not_cleaned_again(
    empty: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{**ROW, "id": str(i), "text": f"{FIRST} {i}."} for i in range(4)]
    (empty.seed_folder / "a.jsonl").write_bytes(jsonl(*rows))
    cleaned: list[str | None] = []

    def killed(file: File, content: SeedContent, *settings: Any) -> Cleaned | Rejection:
        cleaned.append(file.record)
        if len(cleaned) == 3:
            raise KeyboardInterrupt
        return articles.clean(file, content, *settings)

    monkeypatch.setattr(seed_cleaning, "clean", killed)
    with pytest.raises(KeyboardInterrupt):
        pipeline.ingest(empty)
    assert texts(empty) == []
    done = pipeline.ingest(open_workspace(empty.root))
    assert (cleaned, done.new_seeds) == (["0", "1", "2", "2", "3"], 4)
    assert not list((empty.state / "ingest").glob("*"))


def test_a_page_saved_with_its_pictures_is_read_in_its_own_encoding(empty: Workspace) -> None:
    page = f"<html><head><title>Ferry</title></head><body><article><h1>Ferry</h1><p>{FIRST}</p>"
    page += f"<p>{SECOND} Café.</p></article></body></html>"
    mail = EmailMessage()
    mail["Snapshot-Content-Location"] = "https://post.example/ferry"
    mail.set_content(page, subtype="html", charset="iso-8859-1", cte="quoted-printable")
    mail.make_related()
    mail.add_related(b"\x89PNG", maintype="image", subtype="png")
    done = ingest(empty, "a.mhtml", mail.as_bytes())
    assert (done.rejected, texts(empty)) == ([], [f"{TEXT} Café."])


def test_mojibake_in_a_page_is_mended_beside_its_entities(empty: Workspace) -> None:
    page = "<html><head><meta charset='utf-8'><title>Ferry</title></head><body><article>"
    page += (
        f"<h1>Ferry</h1><p>{FIRST}</p><p>Bread &amp; butter. cafÃ© {SECOND}</p></article></body>"
    )
    done = ingest(empty, "a.html", page.encode())
    assert done.rejected == []
    assert "Bread & butter. café" in only(empty).text


def test_a_declared_language_counts_only_where_the_text_agrees() -> None:
    doubtful = (
        "Bürgermeister Ann Lee in Orlin: Haushalt 2018, Brücke, Tunnel, Bus, Museum, Hotel, "
        "Restaurant, Bar, Club Orlin."
    )
    assert other_language(doubtful, "en") is None
    assert other_language(doubtful, "en", "de-DE") == "de"
    assert other_language(doubtful, "en", "fr") is None
    assert (
        other_language("The ferry runs again, and the county will pay for it. " * 3, "en", "de")
        is None
    )
