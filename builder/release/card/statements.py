"""Say in sentences what is true of a release, for the card and for Croissant.

The questions are those of datasheets for datasets (Gebru et al., 2021): motivation, composition,
collection, preprocessing, labelling, uses, distribution, maintenance.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from builder.dataset.effort_said import EffortSaid
from builder.labels import LabelSet
from builder.phrasing import count, most_first
from builder.release.card import rights as rights_said
from builder.release.card.effort import biases, sentence
from builder.release.card.limits import biases_of, limits_of, uses_of
from builder.release.card.origins import Effort, Origins
from builder.release.tally import Tally
from builder.review.quality import LabelQuality, layer_quality
from builder.workspace.config import Release as ReleaseConfig
from builder.workspace.config import Rights

_UNKNOWN = "unknown outlet"


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
    config: ReleaseConfig,
    number: str,
    tally: Tally,
    behind: Origins,
    labels: LabelSet,
    rights: Rights,
    left_out: Mapping[str, int],
    *,
    text: bool = True,
    effort: EffortSaid | None = None,
) -> Statements:
    """Return what is true of a release; ``left_out`` counts what is in no table, by the reason.

    Without ``text`` rows hold no words of the articles. ``effort`` is what is told of it where
    there is a team: that of who agreed.
    """
    return Statements(
        summary=_summary(tally, labels),
        motivation=config.motivation
        or "Its maintainers do not say (`motivation` in `builder.toml` would).",
        composition=_composition(tally),
        collection=_collection(config, tally, behind),
        coverage="/".join(_days(tally)),
        preprocessing=_preprocessing(behind),
        tasks=bool(behind.tasks),
        labelling=_labelling(tally.suggested_by, behind),
        machines=list(tally.suggested_by),
        annotators=_annotators(behind),
        per_item=_per_item(tally),
        agreement=_agreement(tally),
        quality=_quality(behind.quality),
        effort=_effort(behind) if effort is None else sentence(effort),
        uses=uses_of(tally, labels, sampled=bool(config.collection)),
        biases=[*biases_of(tally, behind), *biases(effort)],
        limits=[*limits_of(tally, labels, left_out), *config.caveats],
        personal=_personal(tally, behind),
        rights=rights_said.sentences(rights, tally.licences if text else None),
        maintenance=_maintenance(config),
        citation=rights_said.citation(config, rights, number),
        day=behind.last.isoformat() if behind.last else None,
    )


def _summary(tally: Tally, labels: LabelSet) -> str:
    claims = bool(labels.names("claim"))
    what = "named entities" + (" and claims (who says what, in which words)" if claims else "")
    return (
        f"{count(tally.sentences, 'sentence')} of {count(tally.articles, 'news article')} in "
        f"{count(tally.stories, 'story')}, with {what} as stand-off spans. "
        f"{_how_far(tally.looked_at, tally.sentences)}"
    )


def _how_far(looked: int, sentences: int) -> str:
    if looked == sentences:
        return "People have looked at every sentence."
    return (
        f"People have looked at {looked} of the sentences; the other {sentences - looked} carry "
        "suggestions of rules or models that nobody has checked."
    )


def _composition(tally: Tally) -> str:
    outlets = sorted(tally.outlets.items(), key=lambda item: (-item[1], item[0] or _UNKNOWN))
    said = [f"{name or _UNKNOWN} ({number})" for name, number in outlets]
    words = tally.words
    length = f"{words.least} to {words.most} words" if words else "no whole article"
    return f"Articles by outlet: {_listed(said)}; {length} each."


def _days(tally: Tally) -> list[str]:
    """Return the first and the last day on which an article appeared, as far as they say so."""
    return sorted({str(tally.days.least), str(tally.days.most)}) if tally.days else []


def _collection(config: ReleaseConfig, tally: Tally, behind: Origins) -> str:
    when = (
        f"{tally.dated} of {tally.whole} say when they appeared: {' to '.join(_days(tally))}"
        if tally.dated
        else "none says when it appeared"
    )
    forms = _listed(f"{form} {n}" for form, n in most_first(behind.forms).items())
    kinds = f" (read as {forms})" if behind.forms else ""
    chosen = f" {config.collection}" if config.collection else ""
    return f"Made from {count(tally.seeds, 'seed')}{kinds}.{chosen} Of the articles, {when}."


def _personal(tally: Tally, behind: Origins) -> str:
    """Return what is known of persons: how often they are named, and who hides behind a name."""
    named = tally.spans.get("PERSON", 0)
    spans = f"Names of people are marked in {count(named, 'span')}; " if named else ""
    text = f"{spans}nothing was anonymised when the texts were cleaned."
    hidden = " Annotators appear under pseudonyms alone." if behind.tasks else ""
    return f"{text[:1].upper()}{text[1:]}{hidden}"


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


def _labelling(machines: Sequence[str], behind: Origins) -> str:
    suggested = f"{_listed(machines)} suggested spans" if machines else "Nothing was suggested"
    if not behind.tasks:
        return f"{suggested}. Nobody has corrected them yet."
    elsewhere = sum(behind.elsewhere.values())
    tasks = sum(behind.tasks.values()) - elsewhere
    told = [f"{suggested}."]
    if tasks:
        told.append(
            "In Label Studio, a whole passage at a time, annotators corrected spans, "
            "attributes and links by the guideline that each label shows (version "
            f"{_listed(behind.guidelines)}): {count(behind.shown, 'task')} with suggestions in "
            f"view, {tasks - behind.shown} without."
        )
    if elsewhere:
        forms = ", ".join(f"{form} {number}" for form, number in behind.elsewhere.items())
        told.append(
            f"The annotations of {count(elsewhere, 'task')} were made with other tools and came "
            f"in files ({forms}; guidelines {_listed(behind.guidelines)})."
        )
    told.append("Where people looked, their spans stand and the suggestion does not.")
    return " ".join(told)


def _annotators(behind: Origins) -> str:
    if not behind.tasks:
        return "None so far."
    done = [f"`{name}` ({count(n, 'task')})" for name, n in behind.tasks.items()]
    return f"{_listed(done)}. Nothing else about them is recorded."


def _per_item(tally: Tally) -> str:
    people = sorted((int(n), number) for n, number in tally.readers.items())
    return "; ".join(
        f"{count(number, 'sentence')}: {count(n, 'annotator')}" for n, number in people
    )


def _agreement(tally: Tally) -> str:
    if not tally.looked_at:
        return "Agreement: none, as nobody has looked at a sentence."
    if not tally.shared:
        return (
            "Agreement: none can be measured, as no sentence was looked at by more than one person."
        )
    return (
        f"Agreement: of {count(tally.shared, 'sentence')} that several people looked at, they mark "
        f"exactly the same spans, attributes and links in {tally.agreed} "
        f"({tally.agreed / tally.shared:.0%})."
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
