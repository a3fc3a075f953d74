"""The table of stages: what each reads, writes and does; read it top to bottom to know the product.

Whoever wants to know what is current asks this table: ``run`` does what is due, ``status`` says it,
``release`` and ``verify`` bring what they build on up to date. What people made (corrections,
decisions, the ledger, tombstones, releases) is true as it lies; everything else is made again
whenever what it is made from has changed.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from builder.annotate import stage as annotating
from builder.annotate.boundaries import sentence_bounds
from builder.annotate.stage import Annotated
from builder.errors import BuilderError
from builder.ingest import stage as ingesting
from builder.ingest import unread
from builder.ingest.carrying import carry
from builder.ingest.retracting import Retracted, finish, retract
from builder.ingest.stage import Ingested
from builder.phrasing import count
from builder.progress import Track, untracked
from builder.release import stage as releasing
from builder.review import stage as reviewing
from builder.review.agreement import stage as agreeing
from builder.review.agreement.results import Agreement
from builder.review.agreement.stage import ReviewedTogether
from builder.review.stage import Reviewed
from builder.studio import held as with_annotators
from builder.studio import seen
from builder.studio import stage as studio
from builder.studio.stage import Pulled, Pushed
from builder.variants import stage as aligning
from builder.workspace.folder import Workspace

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from builder.formats.files import Export, Format
    from builder.importing.stage import Imported
    from builder.publish.plan import Published
    from builder.release.hydrate import Hydrated
    from builder.release.text_free import TextFree
    from builder.release.verify import Verified
    from builder.release.write import Released
    from builder.review.again import Opened, Query
    from builder.studio.session import Address

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stage:
    """A stage of the pipeline.

    ``reads`` and ``writes`` name shelves of the workspace, or what lies outside of them.
    ``derived`` tells that all that it writes follows from what it reads, so that it is made again
    whenever that has changed. ``server`` tells that it needs the Label Studio server. ``holds``
    says in words what is there, ``due`` why the stage has something to do: nothing if it has not.
    """

    name: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    run: Callable[[Workspace, Track, bool], Any]
    holds: Callable[[Workspace], str]
    due: Callable[[Workspace], str]
    derived: bool = False
    server: bool = False


def ingest(
    workspace: Workspace, track: Track = untracked, refreeze: Sequence[str] = ()
) -> Ingested:
    """Clean new seeds, freeze their articles with their sentences, group them into stories.

    A seed that was edited after its article was frozen is read again only if ``refreeze`` names its
    path: then a new article takes the place of the old one, and people's work is carried over.

    Args:
        workspace: the workspace.
        track: shows the progress.
        refreeze: paths of seeds to freeze anew, as they are now and as they are cleaned now.

    Raises:
        BuilderError: one of the paths is that of no seed of which an article was frozen.

    """
    return ingesting.ingest(workspace, sentence_bounds, track, refreeze)


def annotate(workspace: Workspace, track: Track = untracked, *, force: bool = False) -> Annotated:
    """Write a suggestion for every article that has none of the current pipeline.

    Then identical sentences of a story's articles are given the same suggestions.
    """
    done = annotating.annotate(workspace, track, force=force)
    changed = aligning.align(workspace, force=force)
    if changed:
        told = "identical sentences of variants: %s with other suggestions than before"
        log.info(told, count(changed, "article"))
    return done


def _annotate_holds(workspace: Workspace) -> str:
    aligned = aligning.holds(workspace)
    return annotating.holds(workspace) + (f", {aligned}" if aligned else "")


def _annotate_due(workspace: Workspace) -> str:
    return annotating.due(workspace) or aligning.due(workspace)


def push(workspace: Workspace, track: Track = untracked) -> Pushed:
    """Put every article's tasks on the Label Studio server, each once, with people's work.

    A team's tasks are dealt first; gold is built before, as it says what is disputed.
    """
    bring_up_to_date(workspace, "push", track)
    return _push(workspace, track)


def _push(workspace: Workspace, track: Track) -> Pushed:
    if workspace.config.team is not None:
        reviewing.review(workspace, track)
    return studio.push(workspace)


def pull(workspace: Workspace) -> Pulled:
    """Fetch what annotators have submitted since the last pull.

    Work on an article that was frozen anew since is carried over to the one in its place.
    """
    done = studio.pull(workspace)
    carry(workspace)
    return done


def review(workspace: Workspace, track: Track = untracked, *, force: bool = False) -> Reviewed:
    """Build the gold of every article from its suggestion and people's corrections."""
    bring_up_to_date(workspace, "review", track)
    return reviewing.review(workspace, track, force=force)


def open_round(
    workspace: Workspace, query: "Query", why: str, by: str, when: "datetime"
) -> "Opened":
    """Open a round of tasks to be looked at again; gold is built before, as a query asks for it.

    Raises:
        BuilderError: nothing is asked for or found, an id is unknown, or nobody can be dealt to.

    """
    from builder.review import again

    bring_up_to_date(workspace, "release")
    return again.open_round(workspace, query, why, by, when)


def agreement(workspace: Workspace) -> Agreement:
    """Return how far people agree who looked at the same passages, and where they differ most."""
    return agreeing.agreement(workspace, seen.links(workspace.state))


def release(
    workspace: Workspace, version: str | None = None, track: Track = untracked
) -> "Released":
    """Write the next release, unless the newest one holds exactly what there is now.

    Suggestions and gold of frozen articles are brought up to date first. Seeds that nobody has
    read and work that is still on the server are told, and not fetched.
    """
    bring_up_to_date(workspace, "release", track)
    waiting = [unread.due(workspace), with_annotators.unfetched(workspace)]
    done = releasing.release(workspace, version, track)
    return replace(done, waiting=[what for what in waiting if what])


def release_without_text(
    workspace: Workspace, version: str | None = None, track: Track = untracked
) -> "TextFree":
    """Write the form without text of a release: the newest one, or the version named."""
    from builder.release import text_free

    return text_free.write(workspace, version, track)


def hydrate(
    folder: "Path | str",
    copies: "Path | str",
    out: "Path | str | None" = None,
    track: Track = untracked,
) -> "Hydrated":
    """Fill in a release without text with a reader's own copies of its articles.

    Args:
        folder: the release without text.
        copies: a folder with the copies, or a file of records that hold them.
        out: the folder to write; beside the release if None.
        track: shows progress.

    Raises:
        BuilderError: the folder is no intact release without text, or no article of it is there.

    """
    from pathlib import Path

    from builder.release import hydrate as filling

    to, cut = None if out is None else Path(out), releasing.token_bounds
    return filling.hydrate(Path(folder), Path(copies), to, token_bounds=cut, track=track)


def verify(workspace: Workspace, name: str, track: Track = untracked) -> "Verified":
    """Build a release again and compare; suggestions and gold are brought up to date first."""
    bring_up_to_date(workspace, "release", track)
    return releasing.verify(workspace, name, track)


def publish(
    workspace: Workspace,
    target: str,
    version: str | None = None,
    *,
    when: "datetime",
    no_text: bool = False,
    public: bool = False,
    gated: bool = False,
    overwrite: bool = False,
) -> "Published":
    """Publish a release to the Hub, a bucket or a folder, and check what lies there then.

    It may be cut off at any moment: called again, it goes on from what is there.

    Args:
        workspace: the workspace.
        target: ``hf://datasets/org/name``, or a folder or an address that fsspec knows, which gets
            a folder a version.
        version: the release; the newest one if None.
        when: the time that the record in ``data/publications`` gets.
        no_text: publish the release's form without text.
        public: let everybody read the repository; without it, it has to be private.
        gated: let readers of the repository ask for access, and the owners decide.
        overwrite: replace what others have changed in the repository, such as its card.

    Raises:
        BuilderError: the release is not intact, may not be published there, or is there as another
            one; or the place cannot be reached. The message says what to do.

    """
    from builder.publish import stage
    from builder.publish.plan import Wishes

    wishes = Wishes(no_text, public, gated, overwrite)
    return stage.publish(workspace, target, when, version, wishes)


def export(
    workspace: Workspace, form: "Format", out: "Path", version: str | None = None
) -> "Export":
    """Write a release in the form of another tool into a folder that holds nothing else.

    Args:
        workspace: the workspace.
        form: ``jsonl``, ``conll``, ``spacy``, ``label-studio``, ``prodigy``, ``brat``,
            ``doccano`` or ``xmi``.
        out: the folder to write into.
        version: the release; the newest one if None.

    Raises:
        BuilderError: there is no such release, or the folder holds other files.

    """
    from builder.dataset import manifest
    from builder.formats import files

    folder = workspace.releases / version if version else manifest.latest(workspace.releases)
    if folder is None or not (folder / manifest.FILE_NAME).exists():
        raise BuilderError(f"{folder or workspace.releases}: no release is there")
    if not manifest.read(folder).text:
        raise BuilderError(f"{folder}: has no text to export; fill it in first: builder hydrate")
    return files.export(folder, form, out, workspace.labels)


def import_corrections(
    workspace: Workspace,
    files: "Sequence[Path]",
    form: "Format",
    annotator: str,
    guidelines: str,
    *,
    when: "datetime",
    blind: bool = False,
) -> "Imported":
    """Take files of other tools in as the corrections of a person.

    Args:
        workspace: the workspace.
        files: the files, and folders of them.
        form: the format of the files, such as ``conll`` or ``brat``.
        annotator: whose work it is: an e-mail address, a name, or a pseudonym that is known here.
        guidelines: the version of the guidelines that the person followed.
        when: the time that the corrections get.
        blind: the person is known to have been shown no suggestions.

    Raises:
        BuilderError: the person has left, or the files hold several people's work and not theirs.

    """
    from builder.importing import stage

    done = stage.import_corrections(
        workspace, files, form, annotator, guidelines, when, blind=blind
    )
    carry(workspace)
    return done


def import_suggestions(
    workspace: Workspace, files: "Sequence[Path]", form: "Format", producer: str
) -> "Imported":
    """Take files of other tools in as the suggestions of a machine, called NAME@VERSION.

    Raises:
        BuilderError: the producer is not of that form.

    """
    from builder.importing import stage

    return stage.import_suggestions(workspace, files, form, producer)


__all__ = [
    "STAGES",
    "Agreement",
    "Retracted",
    "ReviewedTogether",
    "Run",
    "Stage",
    "agreement",
    "annotate",
    "bring_up_to_date",
    "export",
    "hydrate",
    "import_corrections",
    "import_suggestions",
    "ingest",
    "open_round",
    "publish",
    "pull",
    "push",
    "release",
    "release_without_text",
    "retract",
    "review",
    "run",
    "verify",
]

_SHOWN = ("article", "story", "suggestion", "aligned")

STAGES: tuple[Stage, ...] = (
    Stage(
        name="ingest",
        reads=("seeds/", "seed", "tombstone", "correction"),
        writes=("seed", "article", "story", "correction", "rejection"),
        run=lambda workspace, track, _: ingest(workspace, track),
        holds=unread.holds,
        due=unread.due,
    ),
    Stage(
        name="annotate",
        reads=("article", "story"),
        writes=("suggestion", "aligned", "rejection"),
        run=lambda workspace, track, force: annotate(workspace, track, force=force),
        holds=_annotate_holds,
        due=_annotate_due,
        derived=True,
    ),
    Stage(
        name="push",
        reads=(*_SHOWN, "correction", "window", "deal", "gold"),
        writes=("task", "window", "deal", "the server"),
        run=lambda workspace, track, _: _push(workspace, track),
        holds=with_annotators.tasks_held,
        due=with_annotators.push_due,
        server=True,
    ),
    Stage(
        name="pull",
        reads=("the server", "article", "correction", "deal"),
        writes=("correction", "rejection"),
        run=lambda workspace, _, __: pull(workspace),
        holds=with_annotators.corrections_held,
        due=lambda _: "",
        server=True,
    ),
    Stage(
        name="review",
        reads=("article", "suggestion", "aligned", "correction", "deal"),
        writes=("gold", "rejection"),
        run=lambda workspace, track, force: reviewing.review(workspace, track, force=force),
        holds=reviewing.holds,
        due=reviewing.due,
        derived=True,
    ),
    Stage(
        name="release",
        reads=("seed", "article", "story", "correction", "gold", "tombstone"),
        writes=("releases/",),
        run=lambda workspace, track, _: releasing.release(workspace, None, track),
        holds=releasing.holds,
        due=releasing.due,
    ),
)


def bring_up_to_date(workspace: Workspace, before: str, track: Track = untracked) -> None:
    """Run the derived stages before the one called ``before``; each does what has changed alone.

    What has a tombstone and is still there is taken out first, and work on an article that was
    frozen anew is carried over.
    """
    finish(workspace)
    carry(workspace)
    for stage in STAGES:
        if stage.name == before:
            return
        if stage.derived:
            stage.run(workspace, track, False)


@dataclass(frozen=True)
class Run:
    """What every stage did, and what is next."""

    ingest: Ingested
    annotate: Annotated
    push: Pushed
    pull: Pulled
    review: Reviewed
    release: "Released"
    tasks_waiting: int
    studio: "Address"


def run(workspace: Workspace, track: Track = untracked, *, force: bool = False) -> Run:
    """Do everything that is due, from seeds to release; a server that it starts is stopped.

    Args:
        workspace: the workspace.
        track: shows the progress.
        force: make all suggestions and all gold again.

    Raises:
        BuilderError: there is no article to work on, or a stage cannot do its work.

    """
    from builder.studio.session import connected, status

    done: dict[str, Any] = {}
    with ExitStack() as kept:
        for stage in STAGES:
            if stage.server and "studio" not in done:
                # One server for all stages that need it.
                kept.enter_context(connected(workspace, log.info))
                done["studio"] = status(workspace)
            done[stage.name] = stage.run(workspace, track, force)
            if not any(workspace.articles.files()):
                folder = workspace.seed_folder
                raise BuilderError(f"{folder}: no article to work on; put UTF-8 text there")
    return Run(**done, tasks_waiting=with_annotators.waiting(workspace))
