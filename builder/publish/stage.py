"""Publish a release of a workspace, and keep a record of it."""

from dataclasses import replace
from datetime import datetime

from builder.dataset import manifest
from builder.dataset.rights import kept_back, unpublishable
from builder.errors import BuilderError
from builder.phrasing import count
from builder.publish import intact, retractions, targets, to_folder, to_hub
from builder.publish.hub import Hub
from builder.publish.intact import IntactRelease
from builder.publish.plan import Plan, Published, Wishes
from builder.publish.targets import FolderTarget, HubTarget
from builder.records import Publication
from builder.workspace.folder import Workspace

_FEW = 10


def plan(workspace: Workspace, target: str, version: str | None, wishes: Wishes) -> Plan:
    """Return what a publication would do; nothing is changed, here or there.

    Raises:
        BuilderError: as ``publish`` does before it sends anything.

    """
    place, release = _checked(workspace, target, version, wishes)
    if isinstance(place, HubTarget):
        planned = to_hub.plan(Hub(place), release, wishes)
    else:
        planned = to_folder.plan(place, release)
    return _told(workspace, planned, release)


def publish(
    workspace: Workspace, target: str, when: datetime, version: str | None, wishes: Wishes
) -> Published:
    """Publish a release and check what lies there then; see ``builder.pipeline.publish``."""
    place, release = _checked(workspace, target, version, wishes)
    if isinstance(place, HubTarget):
        done = _to_hub(workspace, Hub(place), release, wishes)
    else:
        done = to_folder.publish(place, release)
    planned = _told(workspace, done.plan, release)
    return replace(done, plan=planned, record=_recorded(workspace, done, when))


def _told(workspace: Workspace, planned: Plan, release: IntactRelease) -> Plan:
    """Return a plan with what else is to be said of it."""
    history = retractions.still_held(workspace, planned.versions)
    return replace(planned, no_text=not release.said.text, history=history)


def _checked(
    workspace: Workspace, target: str, version: str | None, wishes: Wishes
) -> tuple[HubTarget | FolderTarget, IntactRelease]:
    """Return the target and the release, of which nothing speaks against publishing it."""
    place = targets.parse(target, workspace.data)
    if isinstance(place, FolderTarget) and (wishes.public or wishes.gated or wishes.overwrite):
        raise BuilderError(
            f"{target}: who may read a folder is set where it lies, and a version in it is never "
            "replaced: --public, --gated and --overwrite are for the Hub"
        )
    release = intact.find(workspace.releases, version, no_text=wishes.no_text)
    retractions.check(workspace, release)
    _check_rights(workspace, release)
    return place, release


def _check_rights(workspace: Workspace, release: IntactRelease) -> None:
    """Raise BuilderError if a release holds text that may not be given away, or no longer may."""
    held = unpublishable(release.folder) or _withdrawn(workspace, release)
    if held:
        told = "\n".join(f"  {article}" for article in held[:_FEW])
        more = len(held) - _FEW
        told += f"\n  and {count(more, 'more article')}" if more > 0 else ""
        raise BuilderError(
            f"{release.folder}: holds text that may not be given away, and nothing was sent:\n"
            f"{told}\nOr publish the labels without text: builder release --no-text, then builder "
            "publish --no-text (docs/rights.md)"
        )


def _withdrawn(workspace: Workspace, release: IntactRelease) -> list[str]:
    """Return the articles of a release whose text might go when it was made, and may not today."""
    if not release.said.text:
        return []
    there = manifest.articles(release.folder)
    found = {
        article.id: why
        for article in workspace.articles.records()
        if article.id in there and (why := kept_back(article.metadata, workspace.config.rights))
    }
    return [
        f"{article}: since the release was made, {why}" for article, why in sorted(found.items())
    ]


def _to_hub(workspace: Workspace, hub: Hub, release: IntactRelease, wishes: Wishes) -> Published:
    planned = to_hub.make_place(hub, release, to_hub.plan(hub, release, wishes), wishes)
    if planned.published and _is_recorded(workspace, planned):
        to_hub.open_to_all(hub, wishes)
        told = ["each file has its digest at the commit of the tag; it was loaded when published"]
        return Published(planned, planned.commit, planned.tag, False, 0, told, "")
    made = to_hub.commit(hub, release, planned)
    checked = [to_hub.verify(hub, release, made)]
    tagged = to_hub.tag(hub, release, made)
    checked += to_hub.load_by_tag(hub, release, made)
    to_hub.open_to_all(hub, wishes)
    return Published(planned, made, release.version, tagged, planned.bytes, checked, "")


# --- the record -----------------------------------------------------------------------------


def _is_recorded(workspace: Workspace, planned: Plan) -> bool:
    there = workspace.publications.load().get(Publication.key_of(planned.version, planned.target))
    return there is not None and (there.commit, there.manifest) == (
        planned.commit,
        planned.manifest,
    )


def _recorded(workspace: Workspace, done: Published, when: datetime) -> str:
    """Write down the publication, unless it is; return the path of its file."""
    made = Publication(
        target=done.plan.target,
        version=done.plan.version,
        manifest=done.plan.manifest,
        commit=done.commit,
        tag=done.tag,
        published=when,
    )
    if not _is_recorded(workspace, replace(done.plan, commit=done.commit)):
        workspace.publications.add([made])
    return workspace.publications.file(made.key).relative_to(workspace.root).as_posix()
