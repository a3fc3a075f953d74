"""Say which articles a story has, and lay them side by side."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from builder.phrasing import count

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

    from builder.ingest.stories.contradictions import Contradiction
    from builder.ingest.stories.deciding import DecisionMade
    from builder.ingest.stories.held_back import HeldBack, SharedPassage
    from builder.variants.shown import (
        ShownDifference,
        ShownSentence,
        ShownSentences,
        SideBySide,
        StoryArticle,
        StoryShown,
    )

# In a narrower window, and where nobody looks on, one text stands below the other.
_NARROWEST = 72
_STYLES = {"conflicting": "bold red", "refined": "yellow", "reworded": "cyan"}
# What turns the direction of writing, so that what follows on the line would be turned too.
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def shown(result: "StoryShown") -> Iterator[str]:
    """List the articles of a story, and what they say differently."""
    from rich.console import Console

    yield f"Story {result.id} ({result.split}): {count(len(result.articles), 'article')}"
    if result.held:
        yield f"held back: {result.held}"
    for shared in result.passages:
        yield from passage(shared)
    for article in result.articles:
        yield from _article(article)
    for identity, reason in result.missing.items():
        yield f"{identity}: {reason}"
    console = Console(highlight=False, emoji=False, markup=False)
    names = {article.id: article.outlet or article.id for article in result.articles}
    for pair in result.compared:
        yield ""
        yield from _Compared(console, names[pair.left], names[pair.right]).lines(pair)


def held_back(result: "HeldBack") -> Iterator[str]:
    """Say why a story enters no release, and what somebody can do about it."""
    yield f"  held back: story {result.story}: {result.reason}"
    for one in result.contradictions:
        yield f"    {contradiction(one)}"
    for shared in result.passages:
        yield from passage(shared)
    if result.others > len(result.passages):
        yield f"    and {result.others - len(result.passages)} more stories"
    if result.undecided:
        yield (
            f"    decide: builder story merge or keep-apart {result.story} "
            f"{' '.join(result.undecided)}"
        )


def passage(shared: "SharedPassage") -> Iterator[str]:
    """Say what two articles of different stories have in common."""
    yield (
        f"    {shared.seed} shares with {shared.other_seed} (story {shared.story}, "
        f"{shared.split}): {_safe(shared.words)}"
    )


def decided(result: "DecisionMade") -> Iterator[str]:
    """Say what was decided, and how stories stand with it."""
    from builder.ingest.stories.contradictions import told

    what = "one story" if result.says == "same" else "kept apart"
    yield f"decided   {what}, as {', '.join(result.files)} says"
    for old in result.overruled:
        yield f"  overrules data/decisions/{old.key}.jsonl: {_safe(told(old))}"
    for story in result.stories:
        yield f"  story {story.id} ({story.split}): {count(len(story.articles), 'article')}"
        if story.held:
            yield f"    held back: {story.held}"
    for one in result.contradictions:
        yield f"  {contradiction(one)}"
    for gone in result.withdrawn:
        yield f"  the next release withdraws {gone.article}: {gone.reason}"


def contradiction(one: "Contradiction") -> str:
    """Say which decisions contradict each other."""
    return _safe(one.told())


def _article(article: "StoryArticle") -> Iterator[str]:
    where = ", ".join(x for x in (article.outlet, article.published) if x)
    yield f"{article.id}: {_safe(where) or 'unknown outlet'}"
    if article.headline:
        yield f"  {_safe(article.headline)}"
    yield f"  from {', '.join(article.seeds)}"
    if article.out:
        yield f"  leaves all releases: {article.out}"


def _safe(text: str) -> str:
    return _TURNING.sub("", text)


class _Compared:
    """Two articles side by side on a terminal, and one below the other elsewhere."""

    def __init__(self, console: "Console", left: str, right: str) -> None:
        self._console = console
        self._names = (_safe(left), _safe(right))
        self._beside = console.is_terminal and console.width >= _NARROWEST

    def lines(self, pair: "SideBySide") -> Iterator[str]:
        """Say what both articles tell, and then what one of them alone does."""
        numbers = [sum(one.kind == kind for one in pair.both) for kind in _STYLES]
        counted = ", ".join(f"{n} {kind}" for n, kind in zip(numbers, _STYLES, strict=True) if n)
        yield f"{self._names[0]} | {self._names[1]}: {count(len(pair.both), 'aligned pair')}" + (
            f", {counted}" if counted else ""
        )
        for both in pair.both:
            yield ""
            yield from self._both(both)
        for name, alone in zip(self._names, (pair.only_left, pair.only_right), strict=True):
            if alone:
                yield ""
                yield f"Only in {name}:"
                for sentence in alone:
                    yield from self._alone(sentence)

    def _both(self, both: "ShownSentences") -> Iterator[str]:
        numbers = [" + ".join(map(str, side)) for side in (both.left, both.right)]
        yield f"{numbers[0]} | {numbers[1]}  {both.kind}"
        if both.kind == "identical":
            yield from self._printed(_text(both.left_text), indent=2)
            return
        left = _marked(both.left_text, [(d.left, d) for d in both.differences], "right")
        right = _marked(both.right_text, [(d.right, d) for d in both.differences], "left")
        if self._beside:
            from rich.table import Table

            table = Table.grid(expand=True, padding=(0, 2))
            table.add_column(ratio=1)
            table.add_column(ratio=1)
            table.add_row(left, right)
            yield from self._printed(table)
        else:
            yield from self._printed(left, indent=2)
            yield from self._printed(right, indent=2)
        for one in both.differences:
            yield from self._printed(_named(one), indent=4)

    def _alone(self, sentence: "ShownSentence") -> Iterator[str]:
        yield from self._printed(_text(f"{sentence.number}  {sentence.text}"), indent=2)

    def _printed(self, what: "RenderableType", indent: int = 0) -> Iterator[str]:
        """Return what the console prints; where nobody looks on, a text is a line of any length."""
        from rich.padding import Padding
        from rich.text import Text

        if not self._console.is_terminal and isinstance(what, Text):
            yield " " * indent + what.plain
            return
        with self._console.capture() as captured:
            self._console.print(Padding(what, (0, 0, 0, indent)))
        yield from (line.rstrip() for line in captured.get().splitlines())


def _text(words: str) -> "Text":
    from rich.text import Text

    return Text(_safe(words))


def _marked(
    words: str, places: list[tuple[tuple[int, int], "ShownDifference"]], elsewhere: str
) -> "Text":
    """Return a text in which what differs is coloured; what is only ``elsewhere`` is not here."""
    from rich.text import Text

    marked = Text(words)
    # The strongest is laid on last.
    for (start, end), one in sorted(places, key=lambda item: -[*_STYLES].index(item[1].kind)):
        if one.only_in != elsewhere and one.type != "punctuation":
            marked.stylize(_STYLES[one.kind], start, end)
    for turning in reversed([*_TURNING.finditer(words)]):
        marked = marked[: turning.start()] + marked[turning.end() :]
    return marked


def _named(one: "ShownDifference") -> "Text":
    """Return a line that names a difference, with its words on both sides."""
    from rich.text import Text

    said = Text(f"{one.kind} {one.type}: ", style=_STYLES[one.kind])
    if one.type == "punctuation":
        return said.append("other signs", style="not bold default")
    left, right = f"“{_safe(one.left_words)}”", f"“{_safe(one.right_words)}”"
    words = {"left": f"{left} | nothing", "right": f"nothing | {right}"}
    return said.append(words.get(one.only_in or "", f"{left} | {right}"), style="not bold default")
