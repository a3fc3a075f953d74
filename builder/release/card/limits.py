"""Tell from the rows what a dataset is good for, what it leans to and what it is bad at."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from builder import labels
from builder.dataset.rows import Row, spans_of
from builder.phrasing import count
from builder.release.card.origins import Origins

# Fewer spans than this, and a label can neither be learned nor measured.
FEW_SPANS = 20
# Fewer sentences than this that people have looked at are not enough to train or to rank models.
FEW_SENTENCES = 1000


def looked_at(sentences: Iterable[Row]) -> int:
    """Return how many sentences people have looked at, in both layers."""
    return sum(row["status"] != "machine" for row in sentences)


def uses_of(sentences: Sequence[Row]) -> list[str]:
    """Return what the dataset is for, and what it is not for."""
    looked = looked_at(sentences)
    much = (
        f"Training and comparing models of names, claims and their attribution: {looked} sentences "
        "that people have looked at."
        if looked >= FEW_SENTENCES
        else f"Trying out code and models, and reading errors: with {looked} sentences that people "
        "have looked at, it is too small to train a model on or to rank models with."
    )
    return [
        much,
        "Not for telling true from false: a claim is what somebody asserts, and nobody has checked "
        "it against the world.",
        "Not for statements about outlets or persons: the articles represent nothing but "
        "themselves.",
    ]


def biases_of(articles: Sequence[Row], sentences: Sequence[Row], behind: Origins) -> list[str]:
    """Return what makes the dataset lean to one side."""
    biases = []
    stories = Counter(row["story_id"] for row in sentences)
    if len(stories) == 1:
        biases.append(
            "All of it tells one story: its names and its topic are all that a model will see."
        )
    variants = len({row["article_id"] for row in sentences}) - len(stories)
    if variants:
        biases.append(
            f"Variants of a story that another article tells: {count(variants, 'article')}. "
            "They say much the same in the same words: group by `story_id`, and count stories."
        )
    outlets = {row["outlet"] for row in articles if row["outlet"]}
    if outlets:
        biases.append(
            f"The wording is that of {count(len(outlets), 'outlet')}: {', '.join(sorted(outlets))}."
        )
    if behind.assisted.tasks and not behind.blind.tasks:
        biases.append(
            "Annotators started from suggestions every time, which is known to draw labels towards "
            "the machine's; how far is not measured here."
        )
    return biases


def limits_of(rows: Mapping[str, Sequence[Row]]) -> list[str]:
    """Return what the dataset is bad at."""
    sentences = rows["sentences"]
    looked = looked_at(sentences)
    limits = []
    if looked < len(sentences):
        limits.append(
            f"{len(sentences) - looked} of {len(sentences)} sentences carry unchecked suggestions, "
            "which are often wrong: filter by `status`."
        )
    single = sum(row["status"] == "single" for row in sentences)
    if single:
        limits.append(
            f"Looked at by one person alone: {count(single, 'sentence')}. Nobody has contradicted "
            "that person's slips and habits."
        )
    if {row["split"] for row in sentences} == {"train"}:
        limits.append("There is no validation and no test split: there are too few stories.")
    rare = [label for label, number, _ in label_counts(rows) if number < FEW_SPANS]
    if rare:
        limits.append(
            f"Labels with fewer than {FEW_SPANS} spans, too few to learn or to measure: "
            f"{', '.join(rare)}."
        )
    return limits


def attribute_counts(claims: Sequence[Row]) -> list[str]:
    """Return how many claims have which value, a line an attribute."""
    return [
        f"`{name}`: "
        + ", ".join(f"{value} {sum(row[name] == value for row in claims)}" for value in values)
        for name, values in labels.load().attributes_of("CLAIM").items()
    ]


def label_counts(rows: Mapping[str, Sequence[Row]]) -> list[tuple[str, int, int]]:
    """Return of each label all whole spans, and those in which a person's work stands.

    Labels come in the order of labels.toml, retired ones only where they are used.
    """
    whole = {}
    for row in (*rows["sentences"], *rows["articles"]):
        of = row.get("article_id", row["id"])
        whole.update({(of, span["id"]): span for span in spans_of(row)})
    total = Counter(span["label"] for span in whole.values())
    people = Counter(span["label"] for span in whole.values() if span["annotators"])
    return [
        (label.name, total[label.name], people[label.name])
        for label in labels.load().labels
        if total[label.name] or not label.retired
    ]
