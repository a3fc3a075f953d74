"""Explain how a file is cleaned: what each of its lines is taken for, and why."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from builder.errors import BuilderError
from builder.ingest.articles import clean
from builder.ingest.judging import JudgedLines, judge
from builder.ingest.listing import File
from builder.ingest.looking import one_file
from builder.ingest.readers.content import SeedContent, SeedError
from builder.ingest.seed_cleaning import contents_of, line_model_folder
from builder.records import Rejection, Role
from builder.workspace.folder import Workspace

_SHOWN = 3


@dataclass(frozen=True)
class ExplainedLine:
    """A line, its number from 1, its role, how likely it is body text, and why it has the role."""

    number: int
    role: Role
    score: float | None
    reason: str
    text: str


@dataclass(frozen=True)
class ExplainedSeed:
    """A seed's lines, and who read them; ``rejected`` says why it gives no article."""

    name: str
    reader: str
    why: str
    roles: Mapping[str, int]
    lines: list[ExplainedLine]
    rejected: str | None = None


@dataclass(frozen=True)
class Explanation:
    """How a file is cleaned.

    ``kind`` names what reads the file, ``articles`` and ``faults`` count what it holds; ``seeds``
    are the first of its articles, or the one that was asked for.
    """

    file: str
    kind: str
    articles: int
    faults: list[str]
    seeds: list[ExplainedSeed]


def explain(workspace: Workspace, named: str) -> Explanation:
    """Return how a file of the folder of seeds is cleaned; nothing is written.

    Args:
        workspace: says how fields of records are read, and in which language articles are.
        named: the file; of a file of many records also one of them, as in ``wire.jsonl#a17``.

    Raises:
        BuilderError: it does not lie there, there is no such record, or it is not article text.

    """
    path, record = _found(named)
    name, held = one_file(workspace, path)
    wanted = [file for file in held.seeds if record is None or file.record == record]
    faults = [f"{fault.path}:{fault.line or ''} {fault.reason}" for fault in held.faults]
    if not wanted and record is not None:
        raise BuilderError(f"{name}: has no record {record!r} that can be read")
    seeds = [
        _explained(workspace, file, read)
        for file, read in contents_of(workspace, islice(wanted, _SHOWN))
    ]
    kind = held.seeds[0].kind if held.seeds else "none"
    return Explanation(name, kind, len(held.seeds), faults, seeds)


def _found(named: str) -> tuple[Path, str | None]:
    """Return a file, and the record of it that is named behind a number sign."""
    before, sign, record = named.rpartition("#")
    if sign and not Path(named).is_file() and Path(before).is_file():
        return Path(before).resolve(), record
    return Path(named).resolve(), None


def _explained(
    workspace: Workspace, file: File, read: SeedContent | SeedError | OSError
) -> ExplainedSeed:
    if not isinstance(read, SeedContent):
        return ExplainedSeed(file.name, "", "", {}, [], str(read))
    model = line_model_folder(workspace)
    try:
        judged = judge(read, model)
    except SeedError as error:
        return ExplainedSeed(file.name, "", "", {}, [], error.reason)
    made = clean(file, read, workspace.config.release.language, model)
    reason = made.reason if isinstance(made, Rejection) else None
    lines = _lines(judged)
    roles = {str(role): n for role, n in Counter(line.role for line in lines).most_common()}
    return ExplainedSeed(file.name, judged.reader, judged.why, roles, lines, reason)


def _lines(judged: JudgedLines) -> list[ExplainedLine]:
    rows = zip(judged.lines, judged.verdicts, judged.scores, strict=True)
    return [
        ExplainedLine(number, verdict.role, score, verdict.reason, text)
        for number, (text, verdict, score) in enumerate(rows, start=1)
    ]
