"""Make variants of news, and what looks like variants and is none, and know which is which.

The articles may be made or given; the variants are those that papers and pages make of a report:
edits, cut leads, halves, texts of whole pages, ends of a paper's own, shortened agency copies. Not
the same story are articles with the same notice or sign-off, digests, formulas, and what a paper
writes of an event on the next day.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from tests.ingest import made_news

NOTICES = (
    "Cookies help us to show you pages that you like. By reading on you agree to our use of them,"
    " to the storing of your choices and to the terms of our partners. You can change your mind "
    "at any time in the settings of your account.",
    "Welcome to the Echo, where the coast gets its news first. Sign in to save pieces for later, "
    "follow writers that you trust and take part in our weekly quiz. Tell us what we should look "
    "into next: our door and our inbox are open.",
    "This site lives on what its readers give. There is no owner behind us and no fund. If what "
    "you have just read was worth a cup of coffee to you, please think about a gift. All that you"
    " give goes into reporting. Call us on 020 7946 0000 or write to post@lantern.example.",
)
SIGN_OFFS = (
    "(Reporting by Tom Hale in Vienna; Writing by Una Bray; Editing by Max Orr and Kit Sole)",
    "With reporting from the Associated Wire. Additional research by the data desk in Leeds.",
    "(Additional reporting by Lena Roos; Editing by Paul Kerr)",
)
FURNITURE = (
    "Home\n\nPolitics\n\nWeather\n\nPuzzles",
    "Skip to content\n\nSearch\n\nMenu\n\nLog in",
)
TAILS = ("Most read\n\nMore on this\n\nBack to top", "Share\n\nSave\n\nPrint this page\n\nComments")


@dataclass(frozen=True)
class MadeText:
    """A text, the story that it tells, and what kind of text it is."""

    text: str
    story: str
    kind: str


def mixed(rng: random.Random, texts: Sequence[str] = (), count: int = 100) -> list[MadeText]:
    """Return variants and what only looks like them, of the texts or of so many made ones."""
    texts = texts or [made_news.article(rng) for _ in range(count)]
    edited = partial(edit, rng=rng, words=re.findall(r"\b[a-z]{3,}\b", " ".join(texts)))
    found: list[MadeText] = []
    for number, text in enumerate(texts):
        found.extend(_told(number, text, edited, rng))
    found = [_with_notice(made, rng) for made in found]
    found += _briefs(texts, edited, rng)
    found += _digests(texts, rng)
    found += formulas(rng, max(10, len(texts) // 6))
    rng.shuffle(found)
    return found


def edit(text: str, share: float, *, rng: random.Random, words: Sequence[str]) -> str:
    """Replace, leave out or put in words: this share of a text's."""
    found = []
    for word in re.split(r"( |\n\n)", text):
        chance = rng.random()
        if not word.strip() or chance >= share:
            found.append(word)
        elif chance < share * 0.5:
            found.append(rng.choice(words))
        elif chance < share * 0.75:
            found.append(f"{word} {rng.choice(words)}")
    return "".join(found)


def _told(
    number: int, text: str, edited: Callable[[str, float], str], rng: random.Random
) -> Iterator[MadeText]:
    """Yield a text, or parts of it, and the variants of it, if it is its turn to have any."""
    paragraphs, story = text.split("\n\n"), f"told-{number}"
    half = len(paragraphs) // 2
    parts = ["\n\n".join(paragraphs[:half]), "\n\n".join(paragraphs[half:])]
    turn = number % 12
    if turn > 9 and len(paragraphs) >= 5:
        yield from _followed(story, paragraphs)
        return
    yield MadeText(text, story, "base")
    if turn < 3:
        yield MadeText(edited(text, (0.05, 0.1, 0.2)[turn]), story, f"edit {(5, 10, 20)[turn]}%")
    elif turn == 3 and len(paragraphs) > 2:
        yield MadeText(edited("\n\n".join(paragraphs[1:]), 0.1), story, "cut lead")
    elif turn == 4 and half > 1:
        yield from (MadeText(part, story, "half") for part in parts)
    elif turn == 5:
        dump = f"{rng.choice(FURNITURE)}\n\n{text}\n\n{rng.choice(NOTICES)}\n\n{rng.choice(TAILS)}"
        yield MadeText(dump, story, "dump")
    elif turn in (6, 7):
        yield MadeText(_agency(text, edited, rng), story, "agency")
    elif turn in (8, 9) and len(paragraphs) > 2:
        end = sentences("\n\n".join(paragraphs[len(paragraphs) * 2 // 3 :]))
        own = " ".join(edited(told, 0.6) for told in reversed(end))
        start = "\n\n".join(paragraphs[: len(paragraphs) * 2 // 3])
        yield MadeText(f"{start}\n\n{own}", story, "own end")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, roughly."""
    return re.split(r"(?<=[.!?”])\s+(?=[“A-Z])", text)


def _agency(text: str, edited: Callable[[str, float], str], rng: random.Random) -> str:
    """Return a text shortened to its first two thirds, some sentences of it rewritten."""
    kept = sentences(text)
    kept = kept[: max(3, len(kept) * 2 // 3)]
    told = [edited(said, rng.choice((0.0, 0.05, 0.1, 0.5))) for said in kept]
    return " ".join(told) + f" {rng.choice(SIGN_OFFS)}"


def _followed(story: str, paragraphs: Sequence[str]) -> Iterator[MadeText]:
    """Yield two reports on an event, the second with background of the first, and no more of it."""
    half = (len(paragraphs) - 1) // 2
    background = min(paragraphs[1 : half + 1], key=len)
    first, then = paragraphs[: half + 1], paragraphs[half + 1 :]
    yield MadeText("\n\n".join(first), story, "base")
    if len(background.split()) * 3 < min(len(" ".join(part).split()) for part in (first, then)):
        yield MadeText("\n\n".join([*then, background]), f"{story} next day", "follow-up")


def _with_notice(made: MadeText, rng: random.Random) -> MadeText:
    notice = rng.choice((*NOTICES, *SIGN_OFFS))
    if made.kind == "base" and rng.random() < 0.4:
        pair = (made.text, notice) if rng.random() < 0.75 else (notice, made.text)
        return MadeText("\n\n".join(pair), made.story, made.kind)
    return made


def _briefs(
    texts: Sequence[str], edited: Callable[[str, float], str], rng: random.Random
) -> Iterator[MadeText]:
    """Yield texts of a sentence or two, most of whose words are a notice or a sign-off."""
    for number in range(max(12, len(texts) // 6)):
        subject = made_news.Subject.drawn(rng)
        told = " ".join(made_news.sentence(rng, subject) for _ in range(rng.randint(1, 3)))
        end = rng.choice((*NOTICES, *SIGN_OFFS))
        yield MadeText(f"{told}\n\n{end}", f"brief-{number}", "brief")


def _digests(texts: Sequence[str], rng: random.Random) -> Iterator[MadeText]:
    order = rng.sample(texts, len(texts))
    for number in range(2):
        # Two digests of the same day would be variants.
        some = order[number::2][:16]
        leads = "\n\n".join(text.split("\n\n")[0] for text in some)
        yield MadeText(leads, f"digest-{number}", "digest of 16")
        few = rng.sample(texts, min(4, len(texts)))
        more = "\n\n".join(" ".join(sentences(text)[:3]) for text in few)
        yield MadeText(more, f"short-digest-{number}", "digest of 4")


def formulas(rng: random.Random, count: int) -> Iterator[MadeText]:
    """Yield so many texts of each kind in which only names and figures differ."""
    for number in range(count):
        for kind, frame in _FORMULAS.items():
            yield MadeText(_filled(frame, rng), f"{kind}-{number}", kind)


def _filled(frame: str, rng: random.Random) -> str:
    subject = made_news.Subject.drawn(rng)
    given = {"town": subject.towns, "name": [name.split()[1] for name in subject.people]}
    kinds = {"day": ("Monday", "Wednesday", "Friday", "Sunday"), "sky": _SKIES, "rate": _RATES}

    def chosen(match: re.Match[str]) -> str:
        kind, _, place = match[1].partition(":")
        if kind == "n":
            low, high = place.split("-")
            return str(rng.randint(int(low), int(high)))
        return rng.choice(kinds[kind]) if kind in kinds else given[kind][int(place)]

    return re.sub(r"{([a-z]+:?[\d-]*)}", chosen, frame)


_SKIES = ("cloudy", "bright", "rainy", "windy", "foggy", "mild")
_RATES = ("AA", "AAA", "AA+", "A-", "BBB")
_FORMULAS = {
    "bond": (
        "{name:0} Industries Ltd plans to sell {n:1-90}00 million yuan ({n:12-990} million "
        "dollars) of {n:2-12}-year bonds to repay debt and to add to its working capital, it said"
        " on {day} in a filing with the {town:0} exchange. The coupon was set at "
        "{n:1-7}.{n:10-99} per cent and the issue is rated {rate} by {name:1} Ratings, the filing"
        " said."
    ),
    "match": (
        "{town:0} Rovers won {n:1-6}-{n:0-3} against {town:1} Athletic on {day} and are now "
        "{n:2-19}th in the table. {name:0} put the hosts ahead in minute {n:2-40} with a low shot"
        " from the edge of the area, and {name:1} headed in a corner soon after the break. The "
        "guests hit the post twice but never found a way past {name:2} in goal. “We worked hard "
        "for these points and we earned them,” the coach said. {town:0} meet {town:2} in {n:3-13}"
        " days."
    ),
    "weather": (
        "{town:0} can expect a {sky} {day} with highs of {n:4-34} degrees and a low of {n:1-9} at"
        " night. Winds from the {town:1} side reach {n:5-70} kilometres an hour. The chance of "
        "rain is {n:5-95} per cent in the morning and {n:5-95} per cent towards the evening. It "
        "stays much the same until the end of the week, forecasters said."
    ),
    "fixtures": (
        "Fixtures of the northern league for {day}: {town:0} against {town:1} at "
        "{n:12-20}.{n:10-55}, {town:2} against {name:0} Wanderers at {n:12-20}.{n:10-55}. Tickets"
        " are sold at the gate and in the shops of both clubs, and children pay half. Last time "
        "{town:0} won by {n:1-5} goals."
    ),
}
