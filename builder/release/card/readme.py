"""Write the README.md of a release: the Hub's metadata and an honest card."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import yaml

from builder.dataset.fields import DIFFERENCE_KINDS, SPLITS, STATUSES
from builder.dataset.schema import configs_of
from builder.dataset.text_sources import FILE_NAME as SOURCES
from builder.dataset.text_sources import TEXT_FREE_ENDING
from builder.dataset.worded import WORDED
from builder.release.card import agreement, chart, effort
from builder.release.card.limits import attribute_counts, label_counts
from builder.release.card.metadata import Card, metadata
from builder.release.card.rights import LICENCE_FILE
from builder.release.card.statements import Statements, percent
from builder.release.tally import ShownClaim
from builder.review.quality import LabelQuality, layer_quality


def render(card: Card) -> str:
    """Return the README of a release."""
    head = yaml.safe_dump(metadata(card), sort_keys=False, width=1000)
    sections = (
        _opening(card),
        _fitness(card.said),
        _fields(card),
        _figures(card),
        *effort.section(card.effort),
        _background(card.said),
        _splits(card),
        _reading(card),
    )
    return f"---\n{head}---\n\n" + "\n".join(sections)


_LOADS = {
    "sentences": """sentences = load_dataset(release, split="{split}")
checked = sentences.filter(lambda row: row["status"] != "machine")  # people's work alone""",
    "claims": 'claims = load_dataset(release, "claims", split="{split}")',
    "variants": """variants = load_dataset(release, "variants", split="{split}")
differing = variants.filter(lambda row: row["kind"] == "conflicting")  # what papers disagree on""",
    "articles": 'articles = load_dataset(release, "articles", split="{split}")',
    "opinions": 'opinions = load_dataset(release, "opinions", split="{split}")  # before gold',
}


def _opening(card: Card) -> str:
    loads = "\n".join(
        text.format(split=next(iter(card.sizes[name])))
        for name, text in _LOADS.items()
        if card.sizes.get(name)
    )
    title, folder = f"{card.config.title} {card.number}", card.number
    if not card.text:
        title, folder = f"{title}, without text", f"{folder}{TEXT_FREE_ENDING}"
    return f"""# {title}

{card.said.summary}

```python
from datasets import load_dataset

release = "data/releases/{folder}"  # where this folder lies, or its name on the Hub
{loads}
```
{_said_of_missing_words(card)}{_said_of_empty(card)}"""


def _said_of_missing_words(card: Card) -> str:
    if card.text:
        return ""
    words = ", ".join(f"`{name}`" for name in WORDED)
    return f"""
No row holds words of the articles: {words} are missing. Whoever has the articles fills them in:
`builder hydrate {card.number}{TEXT_FREE_ENDING} --seeds FOLDER`. [`{SOURCES}`]({SOURCES}) says how
the text of each article is found again. What follows is said of the rows once they are filled in.
"""


def _said_of_empty(card: Card) -> str:
    empty = " and ".join(f"`{name}`" for name in card.empty())
    if not empty:
        return ""
    return f"""
Without rows: {empty}. There is no file for what has no rows, and so `load_dataset` does not know
it; `builder.dataset.read.load_release` gives an empty table with the features that `manifest.json`
lists.
"""


def _fitness(said: Statements) -> str:
    return f"""## What it is for, and what it is bad at

{_bullets(said.uses)}

Know before you use it:

{_bullets([*said.limits, *said.biases])}
"""


def _fields(card: Card) -> str:
    layers = card.labels.layers
    entity = f"{layers['entity'][:1].lower()}{layers['entity'][1:]}" if "entity" in layers else ""
    claims = (
        "CLAIM: what is asserted, SOURCE: who asserts it, CUE: the words that attribute it"
        if card.labels.names("claim")
        else "always empty: the label set has no claims"
    )
    return f"""## What is in a row

All offsets are code points, half-open, as Python counts: `text[start:end]` is the span.

- **`sentences`** (default): `text`, `tokens`, `ner_tags` (BIO), `entities` ({entity})
  and `claims` ({claims})
  as lists of `{{start, end, label, text, ...}}`. A span that crosses sentences stands in each with
  its `part` of `parts`, and `article_start` and `article_end` hold it whole. `alignment` says
  whether a span falls on token bounds: `expanded` ones are tagged over whole tokens, `nested` ones
  (inside a longer one, or on no token) are not in `ner_tags`. In `ner_tags`, what is left of an
  entity in its second sentence begins with `B-` again.
- **`claims`**: a row a claim, with `attribution`, `quote_type`, `check_worthy`, its `sources` and
  `cues`, and the sentences around it as `context`. A quote that its attribution interrupts is one
  row: `parts` holds its pieces, `text` joins them with a space, and attributes and provenance are
  the first part's. Offsets count in the article; less `context_start`, in `context`.
- **`variants`**: a row a pair of aligned sentences of two articles of one story, of which the one
  on the left has the smaller id. `kind` is `identical`, `reworded`, `refined` (one says more, or
  more exactly) or `conflicting`: the strongest of its `differences`, each with `type`, `kind`,
  words and places on both sides, and numbers and dates also in one spelling. Where `only_in`
  names a side, that one alone says it. Both are found by rules, which nobody has corrected.
  `aligned_claims` names claims with the same content. {_compared(card)}
- **`articles`**: full text, metadata with where each value was found, and the same layers unsplit,
  with links (`attributed_to`, `introduced_by`, `continues`) as span ids.{_opinions(card)}

`speaker` of a SOURCE is reserved for who a pronoun is; it is null for now.

Who made a label: `by` names the rule, model or annotator that made the span as it is,
`suggested_by` where it started, `origin` whether it is `suggested`, `changed` or `manual`, `score`
how sure the machine was, `annotators` (pseudonyms) in whose work it stands, and `status` how far
people have come: `machine` (nobody has looked), `disputed` (people differ: the row is as it was
released before they did, and where it was not, it is in no split), `single` (one person), `agreed`
(several, who mark the same), `adjudicated`. [`croissant.json`](croissant.json) has a line on every
field.
{_example(card.tally.example)}"""


def _opinions(card: Card) -> str:
    """Return what the config of opinions holds, where there is one."""
    if not card.sizes.get("opinions"):
        return ""
    return """
- **`opinions`**: a row a sentence and person, of those who agreed to it: what that `annotator`
  marks there, in which `round` and `arm` (`assisted`: suggestions were shown, `blind`: none), of
  which `layers`, with `flags`, the version of the `guidelines` and, where the person agreed to that
  too, the `seconds` of the whole `task`: rows of one task share them, so count them once. `status`
  is that of the sentence in the gold. In `train`, sentences on which people differ may be here
  alone. Adjudicators' decisions and calibration are no opinions."""


def _compared(card: Card) -> str:
    """Return how many pairs there are of which kind."""
    pairs = card.tally.pairs
    if not pairs:
        return "No story here has two articles."
    told = ", ".join(f"{pairs[kind]} {kind}" for kind in DIFFERENCE_KINDS if kind in pairs)
    return f"Here: {told}."


def _example(example: ShownClaim | None) -> str:
    """Return a short row of the claims with source and cue, one that people looked at if any."""
    if example is None:
        return ""
    shown = example.shown().items()
    lines = "\n".join(f"{name}: {json.dumps(of, ensure_ascii=False)}" for name, of in shown)
    return f"\nA claim, in part:\n\n```\n{lines}\n```\n"


def _figures(card: Card) -> str:
    status, said = card.tally.statuses, card.said
    claims = attribute_counts(card.tally, card.labels)
    return f"""## Figures

| sentences that are | {" | ".join(STATUSES)} |
|---|{"---|" * len(STATUSES)}
| | {" | ".join(str(status.get(name, 0)) for name in STATUSES)} |

![Spans by label]({chart.FILE_NAME})

- {said.agreement}
- {said.quality} It is the baseline to beat{_with_care(card.quality)}
- {said.effort}
{f"- Claims by {'; '.join(claims)}" if claims else "- Claims: none, as the label set has none."}

{_label_table(card)}
{agreement.section(card.agreement)}"""


def _with_care(quality: Sequence[LabelQuality]) -> str:
    """Return what a baseline measured on corrections of itself is worth."""
    if not quality:
        return " once it is."
    return (
        ", and flattered: the people it is measured against started from what it suggested, and "
        "the same texts may have been in sight when it was made."
    )


def _label_table(card: Card) -> str:
    """Return spans by label and by layer and, where measured, how good the suggestions were."""
    quality, declared = card.quality, card.labels
    measured = {row.label: row for row in (*quality, *layer_quality(quality))}
    counts = {label: (total, people) for label, total, people in label_counts(card.tally, declared)}
    lines: list[Sequence[object]] = []
    for layer in declared.layers:
        names = [name for name in declared.names(layer) if name in counts]
        sums = tuple(sum(counts[name][i] for name in names) for i in (0, 1))
        lines.append((f"**{layer}**", *sums, *_percents(measured.get(layer), quality)))
        lines += [
            (name, *counts[name], *_percents(measured.get(name), quality))
            for name in names
            if counts[name][0] or name in measured
        ]
    head = "| label | spans | people's |" + (" precision | recall | F1 |" if quality else "")
    return f"{head}\n{'|---' * (6 if quality else 3)}|\n{_table(lines)}"


def _percents(row: LabelQuality | None, quality: Sequence[LabelQuality]) -> Sequence[str]:
    """Return the cells of a line; there are none where nothing was measured at all."""
    if not quality:
        return ()
    shares = (None, None, None) if row is None else (row.precision, row.recall, row.f1)
    return [percent(share) for share in shares]


def _background(said: Statements) -> str:
    return f"""## Where it comes from

- **Why**: {said.motivation}
- **Texts**: {said.composition} {said.collection}
- **Cleaning**: {said.preprocessing}
- **Labelling**: {said.labelling}
- **Annotators**: {said.annotators}
- **People in the texts**: {said.personal}
- **Rights**: {said.rights} See [`{LICENCE_FILE}`]({LICENCE_FILE}).
- **Maintenance**: {said.maintenance}
"""


def _splits(card: Card) -> str:
    sizes = {name: card.sizes.get(name, {}) for name in configs_of(card.sizes)}
    splits = [s for s in SPLITS if any(s in of for of in sizes.values())]
    lines = [
        (f"`{name}`", *(of[s].rows if s in of else 0 for s in splits)) for name, of in sizes.items()
    ]
    return f"""## Splits

| rows | {" | ".join(splits)} |
{"|---" * (len(splits) + 1)}|
{_table(lines)}

A story has one split for ever: its variants are never parted, and no row ever moves. With fewer
than ten stories all is `train`. What nobody has looked at never enters `validation` or `test`.
"""


def _reading(card: Card) -> str:
    return f"""## Reading several versions

`datasets` caches a local folder by its name and this README. Each release has its own version and
`sha256:` description, which keep them apart. From the Hub, name the revision, and with several
versions cached load what `snapshot_download(repo, repo_type="dataset", revision=...)` returns.
`manifest.json` has the SHA-256 of every file. This release: `sha256:{card.digest}`.

Cite as: {card.said.citation}
"""


def _bullets(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _table(lines: Iterable[Sequence[Any]]) -> str:
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
