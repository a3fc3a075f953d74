"""Say in the card what effort went into a release, of those who agreed to it."""

from collections.abc import Iterator

from builder.dataset.effort_said import EffortSaid
from builder.phrasing import count


def sentence(said: EffortSaid) -> str:
    """Return in a sentence what is told of people's effort, and of how many."""
    if not said.people:
        return (
            f"Effort: not told, as none of {count(said.all_people, 'annotator')} agreed that "
            "figures of their work are published."
        )
    return (
        f"Effort, of {said.people} of {count(said.all_people, 'annotator')}, who agreed to it, and "
        f"{said.tasks} of {count(said.all_tasks, 'task')}: seconds for 100 words by Label Studio's "
        f"lead time: {said.seconds.told()}."
    )


def biases(said: EffortSaid | None) -> Iterator[str]:
    """Yield how far suggestions draw labels towards themselves, where that is measured."""
    for layer, one in (said.kept if said is not None else {}).items():
        if one.difference is not None:
            yield (
                f"How far suggestions of the layer {layer} draw labels towards themselves, by the "
                f"share of them that stands in people's work: {one.told(percent=True)}."
            )


def section(said: EffortSaid | None) -> list[str]:
    """Return the card's section on effort: none where nobody was asked, or nobody agreed."""
    if said is None or not said.people:
        return []
    lines = "\n".join(
        f"| {pace.person} | {pace.arm} | {pace.tasks} | {pace.words} | "
        f"{'-' if pace.per_100_words is None else f'{pace.per_100_words:.1f}'} |"
        for pace in said.paces
    )
    figures = "\n".join(f"- {line}" for line in _figures(said))
    share = "" if said.capped_share is None else f", {said.capped_share:.1%} of all their time"
    return [
        f"""## Effort

Of those alone who agreed to it: {said.people} of {count(said.all_people, "annotator")}, and
{said.tasks} of {count(said.all_tasks, "task")}. Time is Label Studio's lead time, in which pauses
are; above the {said.quantile:.0%} quantile of the seconds for 100 words in its round and arm it is
cut ({count(said.capped, "task")}{share}). Assisted work started from suggestions, blind work from
nothing.

| annotator | arm | tasks | words | seconds for 100 words |
|---|---|---|---|---|
{lines}

Each person's assisted work against their own blind work:

{figures}
"""
    ]


def _figures(said: EffortSaid) -> Iterator[str]:
    yield f"Seconds for 100 words: {said.seconds.told()}."
    for layer, one in said.kept.items():
        yield (
            f"Layer {layer}, share of suggested spans that stand as they were suggested: "
            f"{one.told(percent=True)}."
        )
    for layer, one in said.added.items():
        yield f"Layer {layer}, spans for 100 words that nobody suggested: {one.told()}."
