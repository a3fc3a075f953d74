"""Say which field of a record is an article's text, and which its headline, date and so on."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from builder.ingest.extracted import Extracted, Stated
from builder.ingest.readers import decoding
from builder.ingest.readers.content import Form, SeedContent, SeedError

# The fields that hold the article, in three forms; a mapping names one of them.
CONTENT: Mapping[str, Form] = {"text": "article", "page": "page", "html": "html"}
METADATA = (
    "headline", "authors", "place", "published", "outlet", "syndicated_from", "section", "url",
    "language", "licence",
)  # fmt: skip
TARGETS = (*CONTENT, "id", *METADATA)
# What fields are called where somebody else has made the file; spelt in snake case.
_NAMES = {
    "html": "html raw_html html_content content_html body_html page_html source_html",
    "text": "text article_text article_body body full_text maintext main_text content article "
    "clean_text plain_text story_text story",
    "id": "id guid uuid article_id doc_id document_id _id",
    "headline": "headline title article_title",
    "authors": "authors author byline by creator creators",
    "place": "place dateline",
    "published": "published date_published published_at publish_date publication_date pub_date "
    "pubdate published_date date_publish date datetime",
    "outlet": "outlet publisher site_name sitename source_name publication newspaper source",
    "syndicated_from": "syndicated_from agency",
    "section": "section category",
    "url": "url link canonical_url article_url source_url uri",
    "language": "language lang",
    "licence": "licence license",
}
# Below this an unknown field is no article; a teaser has about 30 words.
_ARTICLE_WORDS = 60
_TAGS = re.compile(r"</?(?:p|div|br|h[1-6]|article|html|body)\b[^<>]{0,300}>", re.IGNORECASE)
_AND = re.compile(r"\s*(?:;|\||\band\b|&|,(?!\s*(?:Jr|Sr|Ph\.?D|M\.?D)\b))\s*")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:$|[T\s])")
_EPOCH = (10**8, 10**10)


def value_at(record: Mapping[str, Any], field: str) -> Any:
    """Return what a field holds; ``a.b`` is field ``b`` of the record in field ``a``."""
    if field in record:
        return record[field]
    found: Any = record
    for part in field.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def guess(sample: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the field for each target that a few records let us guess; text may be missing."""
    fields = {name: name for record in sample for name in record}
    by_name: dict[str, str] = {}
    for name in fields:
        by_name.setdefault(_snake(name), name)
    found = {}
    for target, names in _NAMES.items():
        usable = (by_name[n] for n in names.split() if n in by_name)
        field = next((f for f in usable if _may_hold(target, sample, f)), None)
        if field is not None:
            found[target] = field
    if "html" in found:
        found.pop("text", None)
    elif "text" not in found and (longest := _longest(sample, fields)) is not None:
        found["text"] = longest
    if "text" in found and _is_html(sample, found["text"]):
        found["html"] = found.pop("text")
    taken = {found.get("text"), found.get("html")}
    return {t: f for t, f in found.items() if t in CONTENT or f not in taken}


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[\s.-]+", "_", name.strip()).lower()


def _may_hold(target: str, sample: Sequence[Mapping[str, Any]], field: str) -> bool:
    values = [v for v in (record.get(field) for record in sample) if v not in (None, "", [], {})]
    if not values:
        return False
    if target in CONTENT:
        words = sorted(_words(value) for value in values)
        return words[len(words) // 2] >= (1 if target == "html" else 5)
    if target == "id":
        return len(values) == len(sample) and 2 * len({str(v) for v in values}) > len(sample)
    if target == "published":
        return any(_day(value) for value in values)
    return any(_texts(value) for value in values)


def _words(value: Any) -> int:
    return len(value.split()) if isinstance(value, str) else 0


def _longest(sample: Sequence[Mapping[str, Any]], fields: Iterable[str]) -> str | None:
    """Return the one field that holds as many words as an article in most of the records."""
    long = []
    for field in fields:
        words = sorted(_words(record.get(field)) for record in sample)
        if words and words[len(words) // 2] >= _ARTICLE_WORDS:
            long.append(field)
    return long[0] if len(long) == 1 else None


def _is_html(sample: Sequence[Mapping[str, Any]], field: str) -> bool:
    values = [v for v in (record.get(field) for record in sample) if isinstance(v, str) and v]
    tagged = sum(len(_TAGS.findall(value[:20_000])) >= 2 for value in values)
    return 2 * tagged > len(values)


def document(
    record: Mapping[str, Any], fields: Mapping[str, str], line: int, given: Mapping[str, str]
) -> SeedContent:
    """Return the article of a record, with the metadata that its fields state.

    Args:
        record: the record, by the names of its fields.
        fields: the record's field for each target, one of CONTENT among them.
        line: the line or number of the record.
        given: metadata of every record of the file, as builder.toml states it.

    Raises:
        SeedError: the field of the text is missing, empty or no text.

    """
    target = next(target for target in CONTENT if target in fields)
    field = fields[target]
    content = value_at(record, field)
    if content is None:
        there = ", ".join(list(record)[:12]) or "nothing"
        raise SeedError(f"no field {field!r}, which is to hold its {target}; it has: {there}", line)
    if isinstance(content, list) and all(isinstance(part, str) for part in content):
        content = "\n\n".join(content)
    if not isinstance(content, str):
        raise SeedError(f"field {field!r} holds {type(content).__name__}, not text", line)
    if not content.strip():
        raise SeedError(f"field {field!r} is empty", line)
    mended: tuple[str, ...] = ()
    if target != "html":
        content, mended = decoding.mend(content)
    values: dict[str, Any] = {
        name: tuple(_stated(record, fields, name, line, given)) for name in METADATA
    }
    urls = values["url"]
    return SeedContent(
        CONTENT[target], content, Extracted(**values), urls[0].value if urls else None, mended
    )


def _stated(
    record: Mapping[str, Any],
    fields: Mapping[str, str],
    target: str,
    line: int,
    given: Mapping[str, str],
) -> Iterator[Stated]:
    if target in fields:
        how = f"given as field {fields[target]}"
        values = read_values(target, value_at(record, fields[target]))
        if values:
            yield from (Stated(value, line, how) for value in values)
            return
    if target in given:
        yield from (
            Stated(v, line, "given by builder.toml") for v in read_values(target, given[target])
        )


def read_values(target: str, value: Any) -> list[str]:
    """Return what a field of metadata holds, as texts; a date as YYYY-MM-DD, authors one by one.

    What cannot be read in one way only, such as 03/04/2024, is left out.
    """
    if target == "published":
        day = _day(value)
        return [day] if day else []
    texts = [decoding.mend(" ".join(text.split()))[0] for text in _texts(value)]
    if target != "authors":
        return [text for text in texts if text][:1]
    names = [name for text in texts for name in _AND.split(re.sub(r"^by\s+", "", text, flags=re.I))]
    return list(dict.fromkeys(name.strip() for name in names if name.strip() and "@" not in name))


def _texts(value: Any) -> list[str]:
    """Return the texts in a value: of a list each, of a record its name."""
    if isinstance(value, str):
        return [value] if value.strip() else []
    if isinstance(value, Mapping):
        return _texts(value.get("name") or value.get("title"))
    if isinstance(value, list | tuple):
        return [text for part in value for text in _texts(part)]
    if isinstance(value, bool) or not isinstance(value, int):
        return []
    return [str(value)]


def _day(value: Any) -> str | None:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if value > _EPOCH[1] else value
        if math.isfinite(seconds) and _EPOCH[0] < seconds < _EPOCH[1]:
            return datetime.fromtimestamp(seconds, UTC).date().isoformat()
        return None
    return read_day(value) if isinstance(value, str) else None


def read_day(text: str) -> str | None:
    """Return the day that a text states in one way only, as an ISO date; None for any other."""
    text = text.strip()
    if found := _DAY.match(text):
        try:
            return date(*map(int, found.groups())).isoformat()
        except ValueError:
            return None
    from builder.ingest.cleaning import dates

    return dates.first_day(text[:200])
