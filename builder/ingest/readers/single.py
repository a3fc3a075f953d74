"""Read files that hold one article: text, HTML, a saved page with its parts, an e-mail."""

import email
import email.message
import email.policy
import re
from contextlib import suppress
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

from builder.ingest.cleaning import bylines
from builder.ingest.extracted import Extracted, Stated
from builder.ingest.readers import decoding, streams
from builder.ingest.readers.content import SeedContent, SeedError

_META = re.compile(
    rb"<meta[^>]{0,300}charset\s*=\s*[\"']?\s*([A-Za-z0-9_:-]{2,40})"
    rb"|<\?xml[^>]{0,300}encoding\s*=\s*[\"']([A-Za-z0-9_:-]{2,40})[\"']",
    re.IGNORECASE,
)
_HEAD = 4096


def read_text(path: Path) -> SeedContent:
    """Return the text of a page or of a print article.

    Raises:
        SeedError: the file is no text, or holds none.
        OSError: it cannot be opened.

    """
    return text_document(streams.read_bytes(path))


def text_document(data: bytes, declared: str | None = None) -> SeedContent:
    """Return what bytes of plain text hold; see read_text."""
    text, unusual = decoding.decode(data, declared)
    text, mended = decoding.mend(text)
    if not text.strip():
        raise SeedError("the file holds no text")
    return SeedContent("page", text, mended=unusual + mended)


def read_html(path: Path) -> SeedContent:
    """Return the source of an HTML page.

    Raises:
        SeedError: the file is no text, or holds none.
        OSError: it cannot be opened.

    """
    return html_document(streams.read_bytes(path))


def html_document(data: bytes, declared: str | None = None, url: str | None = None) -> SeedContent:
    """Return what the bytes of a page hold.

    The encoding is the one ``declared`` by whoever sent it, or else the page's own word.
    """
    own = _META.search(data, 0, _HEAD)
    named = (own[1] or own[2]).decode("ascii") if own else None
    text, unusual = decoding.decode(data, declared or named)
    if not text.strip():
        raise SeedError("the file holds no text")
    # Entities are a page's own way to write signs.
    fixed, mended = decoding.mend_mojibake(text)
    return SeedContent("html", fixed, url=url, mended=unusual + mended)


def read_mhtml(path: Path) -> SeedContent:
    """Return the page in a file that holds it with its pictures and styles (MHTML)."""
    message = email.message_from_bytes(streams.read_bytes(path), policy=email.policy.default)
    url = message.get("Snapshot-Content-Location") or message.get("Content-Location")
    for part in message.walk():
        if part.get_content_type() == "text/html":
            where = str(part.get("Content-Location") or url or "") or None
            return html_document(_payload(part), part.get_content_charset(), where)
    raise SeedError("no HTML page is in it")


def read_eml(path: Path) -> SeedContent:
    """Return the text of an e-mail with its subject, sender's name and date.

    Addresses are left out: they are personal, and no metadata of an article. Attachments are not
    read.
    """
    message = email.message_from_bytes(streams.read_bytes(path), policy=email.policy.default)
    body = _body(message)
    if body is None:
        raise SeedError("an e-mail without text")
    part, is_html = body
    data, charset = _payload(part), part.get_content_charset()
    read = html_document(data, charset) if is_html else text_document(data, charset)
    return SeedContent(read.form, read.content, _mail_metadata(message), mended=read.mended)


def _body(message: email.message.Message) -> tuple[email.message.Message, bool] | None:
    parts = [
        part
        for part in message.walk()
        if not part.is_multipart() and part.get_content_disposition() != "attachment"
    ]
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind and _payload(part).strip():
                return part, kind == "text/html"
    return None


def _payload(part: email.message.Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _mail_metadata(message: email.message.Message) -> Extracted:
    subject = " ".join(str(message.get("Subject") or "").split())
    subject = re.sub(r"^(?:(?:re|fwd?|aw|wg|tr)\s*:\s*)+", "", subject, flags=re.IGNORECASE)
    sender = parseaddr(str(message.get("From") or ""))[0].strip()
    day = None
    with suppress(TypeError, ValueError):
        day = parsedate_to_datetime(str(message.get("Date"))).date().isoformat()
    return Extracted(
        headline=_stated(subject, "subject of the e-mail"),
        # A person who sends an article is no outlet.
        outlet=_stated(sender if bylines.is_office(sender) else "", "sender of the e-mail"),
        published=_stated(day or "", "date of the e-mail"),
    )


def _stated(value: str, how: str) -> tuple[Stated, ...]:
    return (Stated(value, 1, how),) if value else ()
