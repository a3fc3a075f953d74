"""Make the sentences that the card and the Croissant description both say of a release.

The questions are those of datasheets for datasets (Gebru et al., 2021): motivation, composition,
collection, preprocessing, labelling, uses, distribution, maintenance.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from builder.dataset.rows import Row, spans_of
from builder.phrasing import count
from builder.release.card.limits import biases_of, limits_of, looked_at, uses_of
from builder.release.card.origins import Effort, Origins
from builder.review.quality import LabelQuality, layer_quality
from builder.workspace.config import Release as ReleaseConfig


@dataclass(frozen=True)
class Statements:
    """What is true of a release, in sentences; ``tasks`` tells whether people worked at all."""

    summary: str
    motivation: str
    composition: str
    collection: str
    coverage: str
    preprocessing: str
    tasks: bool
    labelling: str
    machines: list[str]
    annotators: str
    per_item: str
    agreement: str
    quality: str
    effort: str
    uses: list[str]
    biases: list[str]
    limits: list[str]
    personal: str
    rights: str
    maintenance: str
    citation: str
    day: str | None


def statements(
    config: ReleaseConfig, number: str, rows: Mapping[str, Sequence[Row]], behind: Origins
) -> Statements:
    """Return what is true of a release."""
    articles, sentences = rows["articles"], rows["sentences"]
    machines = _machines(rows)
    return Statements(
        summary=_summary(rows),
        motivation=config.motivation
        or "Its maintainers do not say (`motivation` in `builder.toml` would).",
        composition=_composition(articles),
        collection=_collection(articles),
        coverage="/".join(_days(articles)),
        preprocessing=_preprocessing(behind),
        tasks=bool(behind.tasks),
        labelling=_labelling(machines, behind),
        machines=machines,
        annotators=_annotators(behind),
        per_item=_per_item(sentences),
        agreement=_agreement(sentences),
        quality=_quality(behind.quality),
        effort=_effort(behind),
        uses=uses_of(sentences),
        biases=biases_of(articles, sentences, behind),
        limits=[*limits_of(rows), *config.caveats],
        personal=(
            "The articles name real people, as their publishers did, and report what those people "
            "said or are said to have done; nothing was anonymised. Annotators appear under "
            "pseudonyms alone."
        ),
        rights=(
            "The texts belong to their publishers and are not licensed by this dataset; the labels "
            "(spans, attributes, links) are licensed under CC BY 4.0."
        ),
        maintenance=_maintenance(config),
        citation=f"{config.title}, version {number}.",
        day=behind.last.isoformat() if behind.last else None,
    )


def _summary(rows: Mapping[str, Sequence[Row]]) -> str:
    sentences, articles = rows["sentences"], rows["articles"]
    stories = {row["story_id"] for row in sentences}
    looked = looked_at(sentences)
    of = {row["article_id"] for row in sentences} | {row["id"] for row in articles}
    return (
        f"{count(len(sentences), 'sentence')} of {count(len(of), 'news article')} in "
        f"{count(len(stories), 'story')}, with named entities and claims (who says what, in which "
        f"words) as stand-off spans. {_how_far(looked, len(sentences))}"
    )


def _how_far(looked: int, sentences: int) -> str:
    if looked == sentences:
        return "People have looked at every sentence."
    return (
        f"People have looked at {looked} of the sentences; the other {sentences - looked} carry "
        "suggestions of rules or models that nobody has checked."
    )


def _composition(articles: Sequence[Row]) -> str:
    outlets = Counter(row["outlet"] or "unknown outlet" for row in articles)
    said = [f"{name} ({number})" for name, number in sorted(outlets.items(), key=_most)]
    words = sorted(len(row["text"].split()) for row in articles)
    length = f"{words[0]} to {words[-1]} words" if words else "no whole article"
    return f"Articles by outlet: {_listed(said)}; {length} each."


def _most(item: tuple[str, int]) -> tuple[int, str]:
    return (-item[1], item[0])


def _days(articles: Iterable[Row]) -> list[str]:
    """Return the first and the last day on which an article appeared, as far as they say so."""
    days = sorted({str(row["published"]) for row in articles if row["published"]})
    return [*days[:1], *days[1:][-1:]]


def _collection(articles: Sequence[Row]) -> str:
    seeds = {seed for row in articles for seed in row["seeds"]}
    dated = sum(bool(row["published"]) for row in articles)
    when = (
        f"{dated} of {len(articles)} say when they appeared: {' to '.join(_days(articles))}"
        if dated
        else "none says when it appeared"
    )
    return (
        f"Made from {count(len(seeds), 'file')} that the maintainers chose by hand, each as it was "
        "found (print text, dump of a web page, or extraction); no crawl and no sampling. Of the "
        f"articles, {when}."
    )


def _preprocessing(behind: Origins) -> str:
    dropped = {r: n for r, n in behind.roles.items() if r not in ("body", "blank")}
    kept = behind.roles.get("body", 0)
    lines = (
        f"Of {kept + sum(dropped.values())} lines that are not blank, {kept} are the articles' "
        f"body; the others were taken out ({_listed(f'{r} {n}' for r, n in dropped.items())}). "
        if behind.roles
        else ""
    )
    return (
        f"{lines}Unicode is NFC and white space is single; the publishers' wording and typing "
        "errors stay. Sentence bounds are made by rule and frozen with the article."
    )


def _machines(rows: Mapping[str, Sequence[Row]]) -> list[str]:
    spans = (s for name in ("articles", "sentences") for r in rows[name] for s in spans_of(r))
    return sorted({s["suggested_by"].partition("/")[0] for s in spans if s["suggested_by"]})


def _labelling(machines: Sequence[str], behind: Origins) -> str:
    suggested = f"{_listed(machines)} suggested spans" if machines else "Nothing was suggested"
    if not behind.tasks:
        return f"{suggested}. Nobody has corrected them yet."
    return (
        f"{suggested}. Annotators saw them in Label Studio, a whole passage at a time, and "
        "corrected spans, attributes and links by the guideline that each label shows "
        f"(version {_listed(behind.guidelines)}). Where people looked, their spans stand and the "
        "suggestion does not."
    )


def _annotators(behind: Origins) -> str:
    if not behind.tasks:
        return "None so far."
    done = [f"`{name}` ({count(n, 'task')})" for name, n in behind.tasks.items()]
    return f"{_listed(done)}. Nothing else about them is recorded."


def _per_item(sentences: Sequence[Row]) -> str:
    people = Counter(len(row["annotators"]) for row in sentences)
    return "; ".join(
        f"{count(number, 'sentence')}: {count(n, 'annotator')}"
        for n, number in sorted(people.items())
    )


def _agreement(sentences: Sequence[Row]) -> str:
    shared = [row for row in sentences if len(row["annotators"]) > 1]
    if not looked_at(sentences):
        return "Agreement: none, as nobody has looked at a sentence."
    if not shared:
        return (
            "Agreement: none can be measured, as no sentence was looked at by more than one person."
        )
    same = sum(row["status"] == "agreed" for row in shared)
    return (
        f"Agreement: of {count(len(shared), 'sentence')} that several people looked at, they mark "
        f"exactly the same spans, attributes and links in {same} ({same / len(shared):.0%})."
    )


def _quality(quality: Sequence[LabelQuality]) -> str:
    if not quality:
        return "Suggestions: not measured, as nobody has corrected any."
    layers = [
        f"layer {row.label}: precision {percent(row.precision)}, recall {percent(row.recall)}, "
        f"F1 {percent(row.f1)} over {count(row.gold, 'span')}"
        for row in layer_quality(quality)
    ]
    return (
        "Suggestions against people's corrections of them, strict (same bounds, same label): "
        f"{'; '.join(layers)}."
    )


def percent(share: float | None) -> str:
    """Return a share as a percentage, or a dash where there is nothing to divide by."""
    return "-" if share is None else f"{share:.1%}"


def _effort(behind: Origins) -> str:
    """Return both paces; one alone compares with nothing, and may be that of no reader."""
    if not (behind.assisted.tasks and behind.blind.tasks):
        return (
            "Effort: not measured, and no time saved is claimed, as nobody worked both with and "
            "without suggestions."
        )
    return (
        f"Effort: {_pace(behind.assisted)} with suggestions, {_pace(behind.blind)} without, by "
        "Label Studio's lead time, pauses included."
    )


def _pace(effort: Effort) -> str:
    return (
        f"{effort.seconds / 60:.0f} minutes for {count(effort.tasks, 'task')} "
        f"({effort.per_100_words:.0f} seconds for 100 words)"
    )


def _maintenance(config: ReleaseConfig) -> str:
    contact = (
        f"Reports go to {config.contact}."
        if config.contact
        else "No address for reports is given (`contact` in `builder.toml` would)."
    )
    return (
        "A release is never changed. Corrections come in a new one, whose number says what they do "
        "to users: a patch changes labels, a minor version adds rows or fields, a major one takes "
        "rows away, moves or breaks something. At a publisher's or a person's request an article "
        f"leaves all future releases. {contact}"
    )


def _listed(items: Iterable[str]) -> str:
    return ", ".join(items) or "none"
