"""Tell by its name and its first bytes what a file is: which reader takes it, or why none does."""

import re
from pathlib import Path

from builder.ingest.readers import streams
from builder.ingest.readers.content import SeedError

# Readers by the ending of a file's name, once .gz or .zst is taken off.
BY_ENDING = {
    **dict.fromkeys((".html", ".htm", ".xhtml", ".shtml"), "html"),
    **dict.fromkeys((".mhtml", ".mht"), "mhtml"),
    **dict.fromkeys((".jsonl", ".ndjson", ".jl"), "jsonl"),
    **dict.fromkeys((".xml", ".rss", ".atom"), "feed"),
    **dict.fromkeys((".csv", ".tsv"), "csv"),
    ".json": "json",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".warc": "warc",
    ".eml": "eml",
}

_MOVE = "move it out of the folder of seeds"
_REFUSED = {
    **dict.fromkeys((".pdf", ".ps", ".djvu"), "a PDF; save the article as text or HTML"),
    **dict.fromkeys(
        (".doc", ".docx", ".odt", ".rtf", ".epub", ".pages", ".ppt", ".pptx"),
        "a document of a word processor; save the article as text or HTML",
    ),
    **dict.fromkeys((".xls", ".xlsx", ".ods"), "a spreadsheet; save it as CSV"),
    **dict.fromkeys(
        (
            ".png",
            ".jpg",
            ".jpeg",
            ".gif",
            ".webp",
            ".svg",
            ".ico",
            ".bmp",
            ".tif",
            ".tiff",
            ".avif",
        ),
        f"a picture; {_MOVE}",
    ),
    **dict.fromkeys(
        (".mp3", ".mp4", ".m4a", ".wav", ".ogg", ".webm", ".mov", ".avi", ".mkv"),
        f"sound or film; {_MOVE}",
    ),
    **dict.fromkeys(
        (".zip", ".tar", ".tgz", ".bz2", ".xz", ".7z", ".rar"), "an archive; unpack it here"
    ),
    **dict.fromkeys((".css", ".js", ".woff", ".woff2", ".ttf", ".map"), f"part of a page; {_MOVE}"),
    **dict.fromkeys((".py", ".sh", ".exe", ".dll", ".so", ".bin"), f"a program; {_MOVE}"),
    **dict.fromkeys((".db", ".sqlite", ".sqlite3"), "a database; export its articles as CSV"),
    **dict.fromkeys((".yaml", ".yml", ".ini", ".cfg", ".log", ".lock"), f"no article; {_MOVE}"),
    ".mbox": "a mailbox; save its messages as .eml files",
}
_ABOUT_THE_FOLDER = re.compile(
    r"(?:.*[._ -])?readme(?:[._ -].*)?"
    r"|(?:licen[cs]e|copying|changelog|contributing|authors|notice|todo|makefile|code_of_conduct|security)(?:[._-].*)?",
    re.IGNORECASE,
)
_SIGNS = (
    (re.compile(rb"%PDF-"), ".pdf"),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|RIFF....WEBP", re.DOTALL), ".png"),
    (re.compile(rb"PK\x03\x04|Rar!|7z\xbc\xaf|BZh|\xfd7zXZ"), ".zip"),
    (re.compile(rb"PAR1"), "parquet"),
    (re.compile(rb"WARC/\d"), "warc"),
    (
        re.compile(
            rb"\s*<\?xml[^>]*>\s*(?:<!--.{0,2000}?-->\s*)*<(?:rss|feed|rdf:RDF)\b", re.DOTALL
        ),
        "feed",
    ),
    (re.compile(rb"\s*<(?:rss|feed)\b"), "feed"),
    (
        re.compile(
            rb"\s*(?:<\?xml[^>]*>\s*|<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html)\b",
            re.IGNORECASE | re.DOTALL,
        ),
        "html",
    ),
    (re.compile(rb"\s*\[?\s*\{\s*\"[^\"\n]{1,100}\"\s*:"), "json"),
    (
        re.compile(rb"(?:[A-Za-z-]{2,40}:[^\n]*\n(?:[ \t][^\n]*\n)*){1,60}", re.DOTALL),
        "eml",
    ),
)
_TAG = re.compile(
    rb"</?(?:p|div|h[1-6]|article|section|br|ul|li|table|span|body)\b[^<>]{0,300}>", re.I
)
_MANY_TAGS = 3
_MAIL = re.compile(rb"^(?:message-id|mime-version|received):", re.IGNORECASE | re.MULTILINE)
_HEAD = 4096


def by_name(path: Path) -> str | None:
    """Return the reader that the name of a file asks for, None if its content must tell.

    Raises:
        SeedError: it is not article text; the reason says what to do.

    """
    name = streams.inner_name(path.name)
    stem, ending = name, ""
    if "." in name[1:]:
        stem, ending = name[: name.rindex(".")], name[name.rindex(".") :].lower()
    if _ABOUT_THE_FOLDER.fullmatch(name if ending not in BY_ENDING else stem) and (
        ending in ("", ".md", ".txt", ".rst", ".markdown")
    ):
        raise SeedError(f"a note about the folder, no article; {_MOVE}, or rename it")
    if ending in _REFUSED:
        raise SeedError(_REFUSED[ending])
    if ending == ".toml":
        raise SeedError("metadata of no seed: no file of its name lies beside it")
    return BY_ENDING.get(ending)


def by_content(path: Path) -> str:
    """Return the reader for the content of a file: ``text`` unless its first bytes say otherwise.

    Raises:
        SeedError: it is not article text; the reason says what to do.
        OSError: it cannot be opened.

    """
    with streams.opened(path) as stream:
        head = stream.read(_HEAD)
    head = head.removeprefix(b"\xef\xbb\xbf")
    for sign, kind in _SIGNS:
        if sign.match(head):
            if kind == "eml" and len(_MAIL.findall(head)) < 2:
                continue
            if kind in _REFUSED:
                raise SeedError(_REFUSED[kind])
            return _jsonl_or_json(head) if kind == "json" else kind
    return "html" if len(_TAG.findall(head)) >= _MANY_TAGS else "text"


def _jsonl_or_json(head: bytes) -> str:
    first = head.lstrip().split(b"\n", 1)
    lines_follow = len(first) > 1 and first[1].lstrip().startswith(b"{")
    return "jsonl" if lines_follow and first[0].rstrip().endswith(b"}") else "json"


def belongs_to_page(folder: Path) -> Path | None:
    """Return the saved page whose pictures and styles a folder holds, as browsers keep them."""
    for ending in ("_files", ".files", "-Dateien", "_fichiers", "_archivos", "_bestanden"):
        if folder.name.endswith(ending):
            stem = folder.name.removesuffix(ending)
            for page in (folder.with_name(stem + ".html"), folder.with_name(stem + ".htm")):
                if page.is_file():
                    return page
    return None
