"""Cut an article into windows, and make of each a task with its part of the suggestion.

Windows follow from the text alone, so that they stay where they are whatever is suggested. A
suggested claim that lies in two of them is in no task: nobody can see it whole. Annotators mark
it in the window where it begins, as far as it goes there.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from builder.records import Article, Suggestion, Task
from builder.text import paragraph_bounds

# Shorter ones open quicker; in much shorter ones a story cannot be followed.
WORDS = 400
_QUOTES = {"“": "”", "«": "»", "„": "“"}
# Closed by the sign that opens an English quotation.
_GERMAN = re.compile(r"„[^„“”]*[“”]")


def tasks_of(
    article: Article, suggestion: Suggestion, fixed: Sequence[tuple[int, int]] = ()
) -> list[Task]:
    """Return the article's tasks in order; windows that are ``fixed`` stay as they are."""
    return [
        Task(
            article=article.id,
            start=start,
            end=end,
            text=article.text[start:end],
            title=article.metadata.first("headline") or article.text[:80].split("\n")[0],
            source_line=_source_line(article),
            suggestion=part(suggestion, start, end),
        )
        for start, end in windows(article.text, fixed)
    ]


def windows(text: str, fixed: Sequence[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """Return the bounds of an article's windows; together they hold every paragraph once.

    Windows are whole paragraphs, alike in length and of about WORDS words, and cut no open
    quotation; a longer paragraph is a window of its own. Beside ``fixed`` windows, which annotators
    may have worked on, only the paragraphs that are in none of them get new ones.
    """
    free = (
        unit
        for unit in _units(text)
        if not any(first < unit[1] and unit[0] < last for first, last in fixed)
    )
    found = [*fixed]
    for run in _runs(text, free):
        found += _alike(text, run)
    return sorted(found)


def _units(text: str) -> list[tuple[int, int]]:
    """Return runs of paragraphs that no quotation holds together with others."""
    units: list[tuple[int, int]] = []
    for start, end in paragraph_bounds(text):
        if units and _quote_is_open(text[slice(*units[-1])]):
            units[-1] = (units[-1][0], end)
        else:
            units.append((start, end))
    return units


def _runs(text: str, units: Iterable[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Return neighbouring units that may share windows; one that is too long stands alone."""
    runs: list[list[tuple[int, int]]] = []
    alone = True
    for unit in units:
        long = _words(text, *unit) > WORDS
        follows = runs and not text[runs[-1][-1][1] : unit[0]].strip()
        if follows and not (long or alone):
            runs[-1].append(unit)
        else:
            runs.append([unit])
        alone = long
    return runs


def _alike(text: str, run: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cut a run of units into windows that are as long as each other, near enough."""
    sizes = [_words(text, *unit) for unit in run]
    each = sum(sizes) / max(1, round(sum(sizes) / WORDS))
    middles = [sum(sizes[:i]) + size / 2 for i, size in enumerate(sizes)]
    shares = groupby(zip(middles, run, strict=True), key=lambda one: int(one[0] // each))
    parts = [[unit for _, unit in share] for _, share in shares]
    return [(part[0][0], part[-1][1]) for part in parts]


def _quote_is_open(text: str) -> bool:
    """Tell whether the text's last paragraph opens a quotation that it does not close."""
    last = _GERMAN.sub("", text.rsplit("\n\n", 1)[-1])
    if last.count('"') % 2:
        return True
    return any(last.rfind(opening) > last.rfind(closing) for opening, closing in _QUOTES.items())


def _words(text: str, start: int, end: int) -> int:
    return len(text[start:end].split())


def _source_line(article: Article) -> str:
    meta = article.metadata
    parts = (meta.first("outlet"), meta.first("published"), ", ".join(meta.author_names()))
    return " · ".join(part for part in parts if part) or "source unknown"


def part(suggestion: Suggestion, start: int, end: int) -> Suggestion:
    """Return the suggestion's spans that lie in a window, with the relations among them."""
    spans = tuple(s for s in suggestion.spans if start <= s.start and s.end <= end)
    ids = {span.id for span in spans}
    return suggestion.model_copy(
        update={
            "scope": suggestion.scope.model_copy(update={"start": start, "end": end}),
            "spans": spans,
            "relations": tuple(r for r in suggestion.relations if r.head in ids and r.tail in ids),
        }
    )
