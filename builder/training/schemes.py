"""Translate a pipeline's labels into those of a gold file."""

from collections.abc import Iterable, Mapping

# What other schemes call a label of ours, the likeliest first. MISC means too many things.
_NAMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "entities": {
        "PERSON": ("PERSON", "PER"),
        "NORP": ("NORP", "Nationality"),
        "FAC": ("FAC", "LOC", "Location"),
        "ORG": ("ORG",),
        "GPE": ("GPE", "LOC", "Location"),
        "LOC": ("LOC", "Location"),
        "PRODUCT": ("PRODUCT",),
        "EVENT": ("EVENT",),
        "WORK_OF_ART": ("WORK_OF_ART",),
        "LAW": ("LAW",),
        # re3d has no label for languages: their adjectives are identities there.
        "LANGUAGE": ("LANGUAGE", "Nationality"),
        "DATE": ("DATE", "Temporal"),
        "TIME": ("TIME", "Temporal"),
        "PERCENT": ("PERCENT", "Quantity"),
        "MONEY": ("MONEY", "Money"),
        "QUANTITY": ("QUANTITY", "Quantity"),
        "ORDINAL": ("ORDINAL",),
        "CARDINAL": ("CARDINAL", "Quantity"),
    },
    "claims": {"CLAIM": ("CLAIM", "CONTENT"), "SOURCE": ("SOURCE",), "CUE": ("CUE",)},
    "author": {"AUTHOR": ("AUTHOR",)},
    "sentences": {"SENTENCE": ("SENTENCE",)},
}
TASKS = tuple(_NAMES)


def translation(task: str, labels: Iterable[str]) -> dict[str, str]:
    """Return, for each label that a pipeline suggests, its name in a file with these ``labels``.

    Suggestions that the file has no name for, and gold labels that are no value here, are left out
    of account.
    """
    there = set(labels)
    named = {
        ours: next((name for name in names if name in there), None)
        for ours, names in _NAMES[task].items()
    }
    return {ours: name for ours, name in named.items() if name is not None}
