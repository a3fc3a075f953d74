"""Give every line of a page a role and a reason, from its score and what is known of it."""

from collections.abc import Collection, Mapping, Sequence

from builder.ingest.cleaning import bylines, captions, dates, furniture, wording
from builder.ingest.cleaning.page import Verdict
from builder.ingest.html.rendering import Line
from builder.ingest.html.scoring import Features
from builder.ingest.html.values import letters
from builder.ingest.html.weights import WEIGHTS
from builder.records import Role

_KEPT = 0.5
# What the names of elements say of the lines in them; the first that applies holds.
_ROLES: tuple[tuple[Role, frozenset[str]], ...] = (
    ("comment", frozenset({"comment", "comments", "disqus", "reply"})),
    ("caption", frozenset({"figcaption", "caption"})),
    ("breadcrumb", frozenset({"breadcrumb", "breadcrumbs"})),
    ("ad", frozenset({"ads", "advert", "advertisement", "sponsor", "sponsored"})),
    ("share", frozenset({"share", "sharing", "social", "follow"})),
    ("paywall", frozenset({"newsletter", "paywall", "signup", "subscribe", "subscription"})),
    (
        "related",
        frozenset(
            {
                "outbrain",
                "popular",
                "promo",
                "recirc",
                "recommended",
                "related",
                "taboola",
                "teaser",
            }
        ),
    ),
    ("footer", frozenset({"footer"})),
)
# A byline or a date that stands further off belongs to another article.
_ABOVE, _BELOW = 12, 2
_FAR = Verdict("related", "byline or date far from the article")
_NOT_KEPT = "not part of the article for trafilatura"


def judge(
    lines: Sequence[Line],
    scores: Sequence[float],
    known: Sequence[Features],
    headlines: Collection[str],
) -> list[Verdict]:
    """Return the verdict on every line."""
    titles = {letters(headline) for headline in headlines}
    verdicts = [
        _judge(line, score, features, titles)
        for line, score, features in zip(lines, scores, known, strict=True)
    ]
    body = [number for number, verdict in enumerate(verdicts) if verdict.role == "body"]
    near = range(body[0] - _ABOVE, body[-1] + _BELOW + 1) if body else range(0)
    return [
        _FAR if verdict.role in {"byline", "date"} and number not in near else verdict
        for number, verdict in enumerate(verdicts)
    ]


def _judge(line: Line, score: float, known: Features, titles: Collection[str]) -> Verdict:
    if letters(line.text) in titles and line.text:
        return Verdict("headline", "words of the headline")
    if score > 0 and wording.has_words(line.text):
        return _body(line, known)
    return _by_wording(line) or _by_names(line) or _left_out(known)


def _body(line: Line, known: Features) -> Verdict:
    kept = max(known.get("kept", 0.0), known.get("kept on recall", 0.0))
    if kept < _KEPT:
        return Verdict("body", "reads as the article's paragraphs do; trafilatura drops it")
    if "subheading" in known:
        return Verdict("body", "subheading of the article")
    if "list item" in known:
        return Verdict("body", "list item of the article")
    return Verdict("body", "paragraph of the article")


def _by_wording(line: Line) -> Verdict | None:
    plain = wording.plain(line.text)
    if not wording.has_words(plain):
        return Verdict("nav", "no words")
    if cue := furniture.cue(line.text):
        return Verdict(cue.role, cue.reason)
    if captions.split(plain):
        return Verdict("caption", "ends with a picture credit")
    if bylines.byline(plain):
        return Verdict("byline", "names the author")
    if dates.is_line(plain):
        return Verdict("date", "date outside the article's paragraphs")
    if furniture.breadcrumb(plain):
        return Verdict("breadcrumb", "path of sections")
    if furniture.is_footer(plain):
        return Verdict("footer", "what pages end with")
    return None


def _by_names(line: Line) -> Verdict | None:
    for role, names in _ROLES:
        found = sorted(line.marks & names)
        if found:
            return Verdict(role, f"stands in an element named {found[0]}")
    return None


def _left_out(known: Features) -> Verdict:
    if known.get("kept", 0.0) < _KEPT:
        return Verdict("nav", _NOT_KEPT)
    return Verdict("nav", f"trafilatura keeps it, but {_against(known)}")


def _against(known: Mapping[str, float]) -> str:
    """Return what speaks most against a line."""
    worst = min(known, key=lambda name: known[name] * WEIGHTS.get(name, 0.0))
    if known[worst] * WEIGHTS.get(worst, 0.0) >= 0:
        return "nothing around it reads as an article"
    if worst.startswith("in "):
        return f"it stands in an element named {worst[3:]}"
    return f"this speaks against it: {worst}"
