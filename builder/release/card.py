"""What a release holds in, its README.md out: the Hub's metadata and an honest card."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from builder import labels
from builder.config import Release as ReleaseConfig
from builder.release import tables
from builder.release.rows import Row
from builder.summary import count

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


@dataclass(frozen=True)
class SplitSize:
    """How many rows a split has, and how many bytes they take in memory."""

    rows: int
    nbytes: int


def render(
    config: ReleaseConfig,
    number: str,
    digest: str,
    sizes: Mapping[str, Mapping[str, SplitSize]],
    rows: Mapping[str, Sequence[Row]],
) -> str:
    """Return the README of a release."""
    metadata = _metadata(config, number, digest, sizes, rows)
    head = yaml.safe_dump(metadata, sort_keys=False, width=1000)
    return f"---\n{head}---\n\n{_text(config, number, digest, rows)}"


def _metadata(
    config: ReleaseConfig,
    number: str,
    digest: str,
    sizes: Mapping[str, Mapping[str, SplitSize]],
    rows: Mapping[str, Sequence[Row]],
) -> dict[str, Any]:
    sentences = sum(size.rows for size in sizes["sentences"].values())
    people = any(row["status"] != "machine" for row in rows["sentences"])
    return {
        "pretty_name": config.title,
        "language": [config.language],
        "license": "other",
        "license_name": "labels-cc-by-4.0-texts-of-their-publishers",
        "task_categories": ["token-classification"],
        "task_ids": ["named-entity-recognition"],
        "annotations_creators": ["machine-generated", *(["expert-generated"] if people else [])],
        "language_creators": ["found"],
        "source_datasets": ["original"],
        "size_categories": [next((name for n, name in _SIZES if sentences < n), "1M<n<10M")],
        "configs": [
            {
                "config_name": name,
                "version": number,
                **({"default": True} if name == "sentences" else {}),
                "data_files": [
                    {"split": split, "path": f"{name}/{split}-*.parquet"} for split in splits
                ],
            }
            for name, splits in sizes.items()
        ],
        "dataset_info": [
            {
                "config_name": name,
                # datasets caches by this: a rebuild with other rows is not mistaken for this one.
                "description": f"sha256:{digest}",
                "features": tables.features()[name]._to_yaml_list(),
                "splits": [
                    {"name": split, "num_bytes": size.nbytes, "num_examples": size.rows}
                    for split, size in splits.items()
                ],
            }
            for name, splits in sizes.items()
        ],
    }


def _text(
    config: ReleaseConfig, number: str, digest: str, rows: Mapping[str, Sequence[Row]]
) -> str:
    sentences, articles = rows["sentences"], rows["articles"]
    stories = {row["story_id"] for row in articles}
    status = Counter(row["status"] for row in sentences)
    by_people = len(sentences) - status["machine"]
    what = count(len(sentences), "sentence")
    whole = f"{count(len(articles), 'news article')} in {count(len(stories), 'story')}"
    return f"""# {config.title} {number}

{what} of {whole}, with named entities
and claims as stand-off spans. People have looked at {by_people} of the sentences; the
other {status["machine"]} carry suggestions of rules or models that nobody has checked.

```python
from datasets import load_dataset

sentences = load_dataset("path/to/{number}", split="train")
checked = sentences.filter(lambda row: row["status"] != "machine")
articles = load_dataset("path/to/{number}", "articles", split="train")
```

## What is in a row

`sentences` (default): `text`, `tokens`, `ner_tags` (BIO), and `entities` and `claims` as lists of
`{{start, end, label, text, ...}}` in code points of the sentence, half-open. A span that crosses
sentences stands in each with its `part` of `parts`; `article_start` and `article_end` hold it
whole. `claims` holds CLAIM, SOURCE and CUE spans; `attributed_to`, `introduced_by` and `continues`
name other spans by id. `alignment` says whether a span falls on token bounds: `expanded` spans are
tagged over whole tokens, `nested` ones (inside a longer one, or on no token) are not in `ner_tags`.
The part of an entity in its second sentence begins with `B-` again.

`articles`: full text, metadata with where each value was found, and the same layers unsplit.

`status` says how far people have come: `machine` (nobody has looked), `single` (one person),
`agreed` (several, who mark the same), `adjudicated`. Each span names who made it (`by`), what it
was suggested by, whether it is `suggested`, `changed` or `manual`, and the annotators (pseudonyms)
in whose work it stands as it is.

## Figures

| status | sentences |
|---|---|
{_table((name, status[name]) for name in ("machine", "single", "agreed", "adjudicated"))}

| label | spans | made or confirmed by people |
|---|---|---|
{_table(_label_counts(articles))}

## Splits

A story has one split for ever, so variants of one story are never parted; with fewer than ten
stories all is `train`. Rows that nobody has looked at never enter `validation` or `test`.

## Limits

Suggestions are made by rules or models and are often wrong: filter by `status`. One annotator's
view is no agreement, and none is reported. The texts are news as their publishers wrote them,
mistakes included; they were chosen by hand and represent nothing but themselves.

## Rights

The texts belong to their publishers. The labels are licensed under CC BY 4.0.

## Reading two versions in one process

`datasets` caches a local folder by its name and this README. Each release has its own version and
`sha256:` description, which keeps them apart. This release: `sha256:{digest}`.
"""


def _label_counts(articles: Sequence[Row]) -> list[tuple[str, int, int]]:
    spans = [s for row in articles for s in (*row["entities"], *row["claims"])]
    total = Counter(s["label"] for s in spans)
    people = Counter(s["label"] for s in spans if s["annotators"])
    return [(x.name, total[x.name], people[x.name]) for x in labels.load().labels if total[x.name]]


def _table(lines: Any) -> str:
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
