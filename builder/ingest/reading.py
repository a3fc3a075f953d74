"""Read the seeds that are new or are to be frozen anew, and say what becomes of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from builder.errors import BuilderError
from builder.ingest import edits, refreezing
from builder.ingest.articles import Cleaned, rejected
from builder.ingest.edits import Frozen
from builder.ingest.folder import KnownSeed, Survey
from builder.ingest.held import known_seeds
from builder.ingest.listing import File
from builder.ingest.refreezing import Refrozen
from builder.ingest.scratch import Scratch
from builder.ingest.seed_cleaning import cleaned
from builder.progress import Track
from builder.records import Rejection, Tombstone
from builder.workspace.folder import Workspace


@dataclass
class SeedsRead:
    """What was read: path and article by seed, and what goes no further and why.

    ``gone`` are seeds that have no article (any more), ``replaced`` says which article takes the
    place of which.
    """

    read: dict[str, tuple[str, str]] = field(default_factory=dict)
    refused: list[Rejection] = field(default_factory=list)
    retracted: list[Rejection] = field(default_factory=list)
    kept: list[Rejection] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    replaced: dict[str, str] = field(default_factory=dict)
    refrozen: list[Refrozen] = field(default_factory=list)


def read_seeds(
    workspace: Workspace,
    found: Survey,
    there: Frozen,
    tombstones: Mapping[str, Tombstone],
    scratch: Scratch,
    refreeze: Sequence[str],
    track: Track,
) -> SeedsRead:
    """Clean the new seeds and those to ``refreeze``, and keep them in a scratch folder.

    A seed that was edited after its article was frozen is not read unless it is named.

    Raises:
        BuilderError: a seed that is named is none, or two of them disagree about one article.

    """
    done = SeedsRead(refused=list(found.unreadable), retracted=list(found.retracted))
    asked = refreezing.asked(workspace, refreeze, found)
    known = known_seeds(workspace)
    again = [file for name, file in asked.items() if file not in found.new]
    for file, result in _read(workspace, [*found.new, *again], scratch, track):
        if isinstance(result, Rejection):
            done.refused.append(result)
            done.gone |= {file.id} if file in found.new else set()
            continue
        stone = tombstones.get(result.seed.article)
        if stone is None:
            if file.name in asked and not _anew(workspace, there, file, result, known, done):
                continue
            if file.name not in asked and edits.edited(workspace, there, result, file.name):
                done.kept.append(edits.kept(file.name))
                done.gone.add(file.id)
                continue
        scratch.keep("seeds", file.id[: workspace.form.digits], result.seed)
        if stone is not None:
            done.retracted.append(rejected(file.name, stone.told()))
            continue
        scratch.keep("articles", result.seed.article[: workspace.form.digits], result)
        done.read[file.id] = (file.name, result.seed.article)
    back = edits.gone_back(there, found, known)
    done.kept.extend(edits.kept(name) for name in sorted(back.keys() - asked.keys()))
    return done


def _read(
    workspace: Workspace, files: Sequence[File], scratch: Scratch, track: Track
) -> Iterator[tuple[File, Cleaned | Rejection]]:
    """Yield each seed cleaned; what a killed run had cleaned already is not cleaned again."""
    before = [(file, scratch.left(file)) for file in files]
    todo = [file for file, there in before if there is None]
    yield from ((file, there) for file, there in before if there is not None)
    for _, found in zip(track(todo, "Reading seeds"), cleaned(workspace, todo), strict=True):
        yield found


def _anew(
    workspace: Workspace,
    there: Frozen,
    file: File,
    cleaned: Cleaned,
    known: Mapping[str, KnownSeed],
    done: SeedsRead,
) -> bool:
    """Note which article a seed's new text replaces; tell whether there is anything to replace."""
    old = refreezing.old_article(workspace, there, file, cleaned, known)
    new = cleaned.seed.article
    if done.replaced.get(old, new) != new:
        raise BuilderError(
            f"{file.name}: another seed of article {old} is to replace it with another text; "
            "name one of them"
        )
    done.refrozen.append(Refrozen(file.name, old, new))
    if old != new:
        done.replaced[old] = new
    return old != new or file.id not in known or known[file.id].article != new
