"""The table of rules that validation checks: what each asks, and what to do where it is broken."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["schema", "contract", "whole"]


@dataclass(frozen=True)
class ValidationRule:
    """A rule: its name, its level, what it asks of the data, and what to do if it is broken.

    ``schema`` looks at each line alone, ``contract`` at each record beside its article, ``whole``
    at files beside each other.
    """

    id: str
    level: Level
    asks: str
    do: str


_RESTORE = "restore the file from git, or mend the line by hand"
_MADE_AGAIN = "remove the file and run builder run: it is made again"

RULES: dict[str, ValidationRule] = {
    rule.id: rule
    for rule in (
        ValidationRule(
            "file", "schema",
            "A file can be read, lies in the workspace itself, and a stage writes one so called.",
            "restore its name and place, or remove it",
        ),
        ValidationRule(
            "line", "schema",
            "A line is UTF-8 without byte-order mark, ends with a line feed alone, and holds no "
            "mark of an unfinished merge.",
            _RESTORE,
        ),
        ValidationRule(
            "json", "schema",
            "A line is one JSON object that any parser reads alike.",
            _RESTORE,
        ),
        ValidationRule(
            "schema", "schema",
            "A record has the fields and types of its JSON Schema in schemas/, and no others.",
            _RESTORE,
        ),
        ValidationRule(
            "record", "schema",
            "The fields of a record agree: bounds are ordered, ids are made from what they name, "
            "relations join spans that are there.",
            _RESTORE,
        ),
        ValidationRule(
            "order", "schema",
            "Records stand once, in the order of their keys, in the file that their key names.",
            _RESTORE,
        ),
        ValidationRule(
            "text", "contract",
            "Every span, window and scope lies in its article's text and reads as it says.",
            _RESTORE,
        ),
        ValidationRule(
            "labels", "contract",
            "Every layer, label and flag is one of labels.toml.",
            "put the label into labels.toml, as retired if nobody uses it now, or restore the file",
        ),
        ValidationRule(
            "span", "contract",
            "A span's id is made from its article, label and bounds; none stands twice.",
            _RESTORE,
        ),
        ValidationRule(
            "changes", "contract",
            "The changes of a correction lead to its spans, and are its own annotator's.",
            _RESTORE,
        ),
        ValidationRule(
            "reference", "whole",
            "What a record names is there: article, seed, task, story, and names it back.",
            "restore the file that is missing, or the id, from git",
        ),
        ValidationRule(
            "story", "whole",
            "Every article is in one story, whose split is the one that its id gives.",
            "restore data/stories from git; builder ingest groups new articles",
        ),
        ValidationRule(
            "decision", "whole",
            "Decisions on stories do not contradict each other, and the ledger follows them.",
            "run builder ingest, and decide where decisions contradict each other",
        ),
        ValidationRule(
            "seed", "whole",
            "Of a seed whose file lies there as it was read, size, lines, body and metadata are as "
            "recorded.",
            "restore data/seeds and data/articles from git",
        ),
        ValidationRule(
            "retracted", "whole",
            "Nothing is left of what was retracted.",
            "run builder retract for the article again, and remove a seed that holds its text",
        ),
        ValidationRule(
            "derived", "whole",
            "Suggestions, tasks and gold are what the stages make of what is there.",
            _MADE_AGAIN,
        ),
        ValidationRule(
            "person", "whole",
            "People are known by pseudonyms, never by addresses; machines' work is not people's.",
            "restore the file from git; builder people merges and forgets",
        ),
        ValidationRule(
            "history", "whole",
            "Revisions follow each other without a gap, and nothing was done in the future.",
            "restore the file from git",
        ),
        ValidationRule(
            "release", "whole",
            "The files, rows, card and metadata of a release are those that its manifest names.",
            "restore the release from git; a version is never changed",
        ),
        ValidationRule(
            "split", "whole",
            "No article moves from one split to another between two releases.",
            "restore data/stories and the releases from git",
        ),
        ValidationRule(
            "published", "whole",
            "A version that was published lies here as it was published.",
            "restore the release from git",
        ),
        ValidationRule(
            "kept", "whole",
            "With --against: what was there is there still, and says the same.",
            "restore it from git; builder retract and builder people forget take something back",
        ),
        ValidationRule(
            "version", "whole",
            "With --against: the version of the newest release tells its users what has changed.",
            "release anew: builder release gives the version that is needed",
        ),
        ValidationRule(
            "empty", "whole",
            "There is something to validate.",
            "name the workspace with --workspace, or say --allow-empty",
        ),
    )
}  # fmt: skip
