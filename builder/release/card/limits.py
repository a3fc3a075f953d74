"""Say what a release is good for, what it leans to and what it is bad at."""

from collections.abc import Mapping

from builder.dataset.fields import SPLITS
from builder.ingest.stories.splits import STORIES_BEFORE_SPLITTING
from builder.labels import LabelSet
from builder.phrasing import count
from builder.release.card.origins import Origins
from builder.release.tally import Tally

# Fewer spans than this, and a label can neither be learned nor measured.
FEW_SPANS = 20
# Fewer sentences than this that people have looked at are not enough to train or to rank models.
FEW_SENTENCES = 1000


def uses_of(tally: Tally, labels: LabelSet, *, sampled: bool) -> list[str]:
    """Return what the dataset is for, and what it is not for.

    ``sampled`` tells that its maintainers say how the articles were chosen.
    """
    looked, claims = tally.looked_at, bool(labels.names("claim"))
    kinds = [
        *(["names"] if labels.names("entity") else []),
        *(["claims and their attribution"] if claims else []),
    ]
    much = (
        f"Training and comparing models of {' and of '.join(kinds)}: {looked} sentences that "
        "people have looked at."
        if looked >= FEW_SENTENCES
        else f"Trying out code and models, and reading errors: with {looked} sentences that people "
        "have looked at, it is too small to train a model on or to rank models with."
    )
    uses = [much]
    if claims:
        uses.append(
            "Not for telling true from false: a claim is what somebody asserts, and the labels do "
            "not say whether it is so."
        )
    if not sampled:
        uses.append(
            "Not for statements about outlets or persons: how the articles were chosen is not said "
            "(`collection` in `builder.toml` would)."
        )
    return uses


def biases_of(tally: Tally, behind: Origins) -> list[str]:
    """Return what makes the dataset lean to one side."""
    biases = []
    if tally.stories == 1:
        biases.append(
            "All of it tells one story: its names and its topic are all that a model will see."
        )
    variants = tally.told - tally.stories
    if variants:
        biases.append(
            f"Variants of a story that another article tells: {count(variants, 'article')}. "
            "They say much the same in the same words: group by `story_id`, and count stories."
        )
    outlets = sorted(name for name in tally.outlets if name)
    if outlets:
        biases.append(
            f"The wording is that of {count(len(outlets), 'outlet')}: {', '.join(outlets)}."
        )
    if behind.shown and behind.shown == sum(behind.tasks.values()):
        biases.append(
            "Annotators started from suggestions every time, which is known to draw labels towards "
            "the machine's; how far is not measured here."
        )
    return biases


def limits_of(tally: Tally, labels: LabelSet, left_out: Mapping[str, int]) -> list[str]:
    """Return what the dataset is bad at; ``left_out`` counts what is in no table, by the reason."""
    looked = tally.looked_at
    limits = []
    if looked < tally.sentences:
        limits.append(
            f"{tally.sentences - looked} of {tally.sentences} sentences carry unchecked "
            "suggestions, which are often wrong: filter by `status`."
        )
    single = tally.statuses.get("single", 0)
    if single:
        limits.append(
            f"Looked at by one person alone: {count(single, 'sentence')}. Nobody has contradicted "
            "that person's slips and habits."
        )
    missing = [split for split in SPLITS if split not in tally.splits]
    if missing:
        limits.append(_without_splits(missing, tally, left_out))
    rare = [label for label, number, _ in label_counts(tally, labels) if number < FEW_SPANS]
    if rare:
        limits.append(
            f"Labels with fewer than {FEW_SPANS} spans, too few to learn or to measure: "
            f"{', '.join(rare)}."
        )
    return limits


def _without_splits(missing: list[str], tally: Tally, left_out: Mapping[str, int]) -> str:
    """Say which splits have no sentences, and why as far as that is known."""
    ends = tuple(f"its split is {split}" for split in missing)
    waiting = sum(number for reason, number in left_out.items() if reason.endswith(ends))
    none = f"There is {' and '.join(f'no {split}' for split in missing)} split"
    if waiting:
        return (
            f"{none}: what would be in it, {count(waiting, 'row')}, waits for people to look at it."
        )
    # Whatever is left out may be of another story.
    if tally.stories + sum(left_out.values()) < STORIES_BEFORE_SPLITTING:
        return f"{none}: with fewer than {STORIES_BEFORE_SPLITTING} stories, all is train."
    return f"{none}."


def attribute_counts(tally: Tally, labels: LabelSet) -> list[str]:
    """Return how many claims have which value, a line an attribute."""
    return [
        f"`{name}`: "
        + ", ".join(f"{value} {tally.claims.get(f'{name}={value}', 0)}" for value in values)
        for name, values in labels.attributes_of("CLAIM").items()
    ]


def label_counts(tally: Tally, labels: LabelSet) -> list[tuple[str, int, int]]:
    """Return of each label all whole spans, and those in which a person's work stands.

    Labels come in the order of the label set, retired ones only where they are used.
    """
    return [
        (label.name, tally.spans.get(label.name, 0), tally.of_people.get(label.name, 0))
        for label in labels.labels
        if tally.spans.get(label.name) or not label.retired
    ]
