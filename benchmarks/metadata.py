"""How often headline, authors, date and outlet of plain-text dumps of pages are found.

    .venv/bin/python -m benchmarks.metadata CORPUS_FOLDER [--show dev] [--renderings bs4 lynx]

The folder holds ``pages*.jsonl.gz`` (``id``, ``dumps`` {rendering: text}, ``headline``,
``authors``, ``published`` or ``date``) and ``pages*_html.jsonl.gz`` (``id``, ``html``), of which
only the outlet's name is read. Pages are split by outlet into a development part, which rules were
written on, and a held-out part; ``--show`` lists what was wrong, of the development part only.

Right, wrong and missing are shares of the dumps that state the value; of the others (*not stated*)
the number is given, and on how many of them something was found all the same. Authors are right if
the whole set is; they are wrong if one of them is no author of the page.
"""

import argparse
import gzip
import hashlib
import json
import random
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

from builder.ingest import metadata
from builder.ingest.cleaning import lines
from builder.ingest.readers.decoding import split_lines

FIELDS = ("headline", "authors", "published", "outlet")
_SITE_NAME = re.compile(
    r"""<meta[^>]{1,200}?(?:property|name)=["']og:site_name["'][^>]{1,200}?content=["']([^"']{1,100})"""
    r"""|<meta[^>]{1,200}?content=["']([^"']{1,100})["'][^>]{1,200}?["']og:site_name["']""",
    re.IGNORECASE,
)
_RESAMPLES = 500


class Outcome(NamedTuple):
    """What became of one field of one dump."""

    page: str
    outlet: str
    rendering: str
    field: str
    verdict: str  # right, wrong, missing, unstated, unstated-found
    gold: str
    found: str


def main() -> None:
    """Read the pages, extract their metadata, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--show", choices=["dev"], help="list the wrong and missing ones")
    parser.add_argument("--part", choices=["dev", "held-out"], help="only this part")
    parser.add_argument("--renderings", nargs="*", help="only these")
    parser.add_argument("--languages", nargs="*", default=["en"])
    chosen = parser.parse_args()
    outcomes: dict[str, list[Outcome]] = defaultdict(list)
    for page in pages(chosen.corpus):
        part = part_of(page["outlet"])
        if page["lang"] not in chosen.languages or chosen.part not in {None, part}:
            continue
        for rendering, text in sorted(page["dumps"].items()):
            if chosen.renderings and rendering not in chosen.renderings:
                continue
            outcomes[part] += judged(page, rendering, text)
    if chosen.show:
        for one in outcomes["dev"]:
            if one.verdict in {"wrong", "missing", "unstated-found"}:
                print("\t".join(one))
    for part in sorted(outcomes):
        table(part, outcomes[part])


def pages(corpus: Path) -> Iterator[dict[str, Any]]:
    """Yield the pages with a language, an outlet's name where one is known, and a date."""
    for path in sorted(corpus.glob("pages*.jsonl.gz")):
        if path.name.endswith("_html.jsonl.gz"):
            continue
        twin = path.with_name(path.name.replace(".jsonl.gz", "_html.jsonl.gz"))
        names = dict(_site_names(twin))
        for page in _rows(path):
            page.setdefault("published", page.get("date"))
            page["site"] = names.get(page["id"], "")
            if page.get("found"):
                page["dumps"] = {k: v for k, v in page["dumps"].items() if page["found"][k] >= 0.8}
            yield page


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def _site_names(path: Path) -> Iterator[tuple[str, str]]:
    for row in _rows(path):
        if match := _SITE_NAME.search(row["html"]):
            yield row["id"], unescape(match[1] or match[2])


def part_of(outlet: str) -> str:
    """Return the part that an outlet's pages belong to."""
    name = re.sub(r"^www\.|\.(?:com?|org|net|gov|edu)?(?:\.?[a-z]{2,4})?$", "", outlet.lower())
    name = re.sub(r"\W", "", name)
    return "held-out" if hashlib.sha256(name.encode()).digest()[0] % 2 else "dev"


def judged(page: dict[str, Any], rendering: str, text: str) -> Iterator[Outcome]:
    """Yield what became of each field that the page's gold knows."""
    seed = split_lines(text)
    found = metadata.find(lines.judge(seed))
    whole = plain(text)
    gold = {
        "headline": [page.get("headline") or ""],
        "authors": page.get("authors") or [],
        "published": _days(page.get("published") or ""),
        "outlet": [page["site"]],
    }
    for field in FIELDS:
        wanted = [value for value in gold[field] if value]
        if not wanted:
            continue
        values = [stated.value for stated in getattr(found, field)]
        if field != "authors":
            values = values[:1]
        verdict = _verdict(field, wanted, values, whole)
        yield Outcome(
            page["id"],
            page["outlet"],
            rendering,
            field,
            verdict,
            "; ".join(wanted),
            "; ".join(values),
        )


def _days(stated: str) -> list[str]:
    """Return the day, of a date that names one."""
    return [stated[:10]] if re.match(r"\d{4}-\d\d-\d\d", stated) else []


def _verdict(field: str, wanted: list[str], values: list[str], whole: str) -> str:
    if not all(_is_stated(field, value, whole) for value in wanted):
        return "unstated-found" if values else "unstated"
    if not values:
        return "missing"
    if field == "headline":
        return "right" if _same_title(wanted[0], values[0]) else "wrong"
    if field == "outlet":
        return "right" if _name(wanted[0]) == _name(values[0]) else "wrong"
    keys = {_person(value) for value in wanted}
    got = {_person(value) for value in values}
    if got - keys:
        return "wrong"
    return "right" if got == keys else "missing"


def plain(text: str) -> str:
    """Return the text without case, accents' forms, kinds of quotes and dashes, and white space."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"[‘’`´]", "'", re.sub("[“”„«»]|''", '"', text))
    text = re.sub(r"[\u2010-\u2015]|--+", "-", re.sub(r"[*_\\]", "", text))
    return " ".join(text.split())


def _person(name: str) -> str:
    """Return a name without posts and degrees after it."""
    return re.sub(r",.*$|\s(?:ph\.?d|j\.?d|m\.?d)\.?$|^dr\.?\s", "", plain(name)).strip(".")


def _same_title(gold: str, found: str) -> bool:
    """Tell whether two titles are the same but for a site's name at the end of one."""
    one, other = (re.sub(r"[^\w]+", " ", plain(title)).strip() for title in (gold, found))
    if one == other:
        return True
    bare = re.sub(r"\s[|–—-]\s[^|–—-]{2,40}$", "", gold)
    return re.sub(r"[^\w]+", " ", plain(bare)).strip() == other


def _name(name: str) -> str:
    name = re.sub(r"^the\s|^www\.|\.(?:com|org|net|co\.uk)$", "", plain(name))
    return re.sub(r"\W", "", name.replace("&", "and"))


def _is_stated(field: str, value: str, whole: str) -> bool:
    if field == "published":
        return any(form in whole for form in _date_forms(date.fromisoformat(value)))
    if field == "headline":
        bare = plain(re.sub(r"\s[|–—-]\s[^|–—-]{2,40}$", "", value))
        return bare in whole or plain(value) in whole
    return plain(value) in whole


def _date_forms(day: date) -> Iterator[str]:
    months = {
        day.strftime("%B").lower(),
        day.strftime("%b").lower(),
        day.strftime("%b").lower() + ".",
    }
    if day.month == 9:
        months |= {"sept", "sept."}
    for number in {str(day.day), f"{day.day:02}"}:
        for suffix in ("", "st", "nd", "rd", "th"):
            for month in months:
                for comma in ("", ","):
                    yield f"{month} {number}{suffix}{comma} {day.year}"
                    yield f"{number}{suffix} {month}{comma} {day.year}"
                    yield f"{number}-{month}-{day.year}"
        for sign in "/.-":
            for month in {str(day.month), f"{day.month:02}"}:
                for year in (str(day.year), f"{day.year % 100:02}"):
                    yield f"{number}{sign}{month}{sign}{year}"
                    yield f"{month}{sign}{number}{sign}{year}"
                yield f"{day.year}{sign}{month}{sign}{number}"


def table(part: str, outcomes: list[Outcome]) -> None:
    """Print the shares of one part, whole and by rendering, with intervals over outlets."""
    print(f"\n{part}: {len({one.page for one in outcomes})} pages")
    print(
        f"{'field':10} {'rendering':17} {'stated':>6} {'right':>6} {'interval':>13} "
        f"{'wrong':>6} {'interval':>13} {'missing':>7} {'not stated':>10} {'found there':>11}"
    )
    renderings = ["all", *sorted({one.rendering for one in outcomes})]
    for field in FIELDS:
        for rendering in renderings:
            some = [o for o in outcomes if o.field == field and rendering in {"all", o.rendering}]
            _row(field, rendering, some)


def _row(field: str, rendering: str, some: list[Outcome]) -> None:
    count = Counter(one.verdict for one in some)
    stated = count["right"] + count["wrong"] + count["missing"]
    if not stated:
        return
    cells = {
        verdict: f"{count[verdict] / stated:6.1%}" for verdict in ("right", "wrong", "missing")
    }
    print(
        f"{field:10} {rendering:17} {stated:6} {cells['right']} {_interval(some, 'right'):>13} "
        f"{cells['wrong']} {_interval(some, 'wrong'):>13} {cells['missing']:>7} "
        f"{count['unstated'] + count['unstated-found']:10} {count['unstated-found']:11}"
    )


def _interval(some: list[Outcome], verdict: str) -> str:
    """Return the 95% interval of a share, from outlets drawn with replacement."""
    groups: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in some:
        if not one.verdict.startswith("unstated"):
            groups[one.outlet][0] += one.verdict == verdict
            groups[one.outlet][1] += 1
    drawn = random.Random(1)
    pairs = list(groups.values())
    shares = []
    for _ in range(_RESAMPLES):
        sample = drawn.choices(pairs, k=len(pairs))
        shares.append(sum(pair[0] for pair in sample) / sum(pair[1] for pair in sample))
    shares.sort()
    return f"{shares[_RESAMPLES // 40]:.1%}-{shares[-_RESAMPLES // 40]:.1%}"


if __name__ == "__main__":
    main()
