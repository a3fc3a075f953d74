"""Make a folder a workspace."""

import shlex
from pathlib import Path

from builder import labels
from builder.errors import BuilderError
from builder.workspace import form
from builder.workspace.config import FILE_NAME
from builder.workspace.store import write_bytes

_CONFIG = """\
# The builder's workspace. Every key has a default; unknown keys are errors.
seeds = "seeds"                   # where the raw articles lie

[annotate]
pipeline = "builder"              # or any installed spaCy package, such as "en_core_web_trf"

# What a pipeline calls the labels of labels.toml, where it is not their name; false drops one.
# [labels.map]
# PER = "PERSON"
# MISC = false

[studio]
project = "{project}"  # in Label Studio; 3 to 50 characters, one workspace each
port = 8080                       # of the embedded server, on this machine only

[release]
name = "labelled-news"
title = "Labelled news"
language = "en"
# What only you can say, for the dataset's card:
# motivation = "Why the dataset is made."
# collection = "How its articles were chosen."
# caveats = ["What it is bad at, beside what the data shows."]
# contact = "where reports of errors and requests to remove an article go"

# Whose the dataset is and under which licence: card, LICENSE and CITATION.cff say this and no more.
# A licence is an id of https://spdx.org/licenses, or "other" with name and link. A sidecar's
# `licence` counts first, then that of the outlet, then that of [rights.text].
# [rights]
# creator = "Who made the labels"
# homepage = "https://news.example/dataset"
#
# [rights.labels]
# licence = "CC-BY-4.0"
#
# [rights.text]
# licence = "unknown"               # such text is not published: builder release --no-text
#
# [[rights.outlets]]
# outlet = "The Wrenford Post"
# licence = "other"
# name = "Wrenford terms for research"
# link = "https://wrenford.example/terms"
# redistribute = true               # those terms let you give the text away
"""
# What Label Studio takes as the title of a project.
_SHORTEST_TITLE, _LONGEST_TITLE = 3, 50
_IGNORED = """\
# What the builder makes again from what is in git, and what belongs to this machine alone.
/.builder/
/data/suggestions/
/data/tasks/
/data/gold/
/data/rejected/
/models/
# What a killed command leaves; the next one takes it away.
/data/**/*.partial
"""
_ATTRIBUTES = """\
# Seeds and releases are known by their bytes; records end their lines with a line feed everywhere.
seeds/** -text
data/** text eol=lf
data/releases/** -text
# Two branches may add to a story; builder ingest joins the lines of both.
data/stories/*.jsonl merge=union
*.parquet binary
"""


def init(folder: Path | str = ".") -> list[str]:
    """Make a folder a workspace and return what was done, a line each; nothing is overwritten.

    Raises:
        BuilderError: the folder is a workspace already.

    """
    folder = Path(folder)
    if (folder / FILE_NAME).exists():
        raise BuilderError(f"{folder / FILE_NAME}: is there already")
    (folder / "seeds").mkdir(parents=True, exist_ok=True)
    for name, content in ((".gitignore", _IGNORED), (".gitattributes", _ATTRIBUTES)):
        if not (folder / name).exists():
            write_bytes(folder / name, content.encode())
    form.write(folder / "data", form.Form())
    title = folder.resolve().name[:_LONGEST_TITLE]
    project = title if len(title) >= _SHORTEST_TITLE else "Labelled news"
    lines = [f"{folder / FILE_NAME} is written."]
    if not (folder / labels.FILE_NAME).exists():
        write_bytes(folder / labels.FILE_NAME, (labels.SCHEMAS / labels.FILE_NAME).read_bytes())
        lines.append(f"{folder / labels.FILE_NAME} holds the default labels: make them yours.")
    write_bytes(folder / FILE_NAME, _CONFIG.replace("{project}", project).encode())
    place = "" if folder == Path() else f" --workspace {shlex.quote(str(folder))}"
    return [*lines, f"Next: put articles into {folder / 'seeds'}, then: builder run{place}"]
