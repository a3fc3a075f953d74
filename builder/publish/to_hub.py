"""Publish a release to a repository of the Hub: one commit, one tag, each step checked.

Every step may be cut off or its answer lost. So each begins by looking what is there: a second run
finds what the first one did, and goes on from there.
"""

import logging
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from builder.errors import BuilderError
from builder.phrasing import count
from builder.publish.answers import HubError, RemoteCommit, RemoteFile, Repository
from builder.publish.edited import by_others
from builder.publish.hub import Hub
from builder.publish.intact import IntactRelease
from builder.publish.loading import check_copy
from builder.publish.plan import Plan, Visibility, Wishes
from builder.publish.scrub import printable

log = logging.getLogger(__name__)


def plan(hub: Hub, release: IntactRelease, wishes: Wishes) -> Plan:
    """Return what a publication would do; nothing is changed.

    Raises:
        BuilderError: the log-in may not write there, the version is there as another one, or
            others have changed there what would be replaced.

    """
    repository = _reached(hub)
    base = Plan(
        hub.target.address,
        release.version,
        release.manifest,
        _visibility(repository, wishes),
        tag=release.version,
    )
    if repository is None:
        sizes = {name: file.bytes for name, file in release.files.items()}
        return replace(base, new_place=True, send=sizes)
    tags = hub.tags()
    base = replace(base, versions=sorted(tags), head=repository.head)
    if release.version in tags:
        made = tags[release.version]
        _check_same(hub, release, made)
        return replace(base, there=sorted(release.files), commit=made, published=True)
    return _to_send(hub, release, repository, base, wishes)


def _to_send(
    hub: Hub, release: IntactRelease, repository: Repository, base: Plan, wishes: Wishes
) -> Plan:
    """Return the plan for a version that is not tagged yet."""
    there = hub.files(repository.head) if repository.head else {}
    made = _holding(hub, release, repository, there)
    if made is not None:
        return replace(base, there=sorted(release.files), commit=made)
    if not repository.private and not wishes.public:
        raise BuilderError(
            f"{hub.target.address}: everybody can read this repository. Say --public if this "
            "release is for everybody too"
        )
    same = [n for n in there if n in release.files and _same(release, n, there[n])]
    return replace(
        base,
        send={n: file.bytes for n, file in release.files.items() if n not in same},
        there=sorted(same),
        delete=sorted(there.keys() - release.files.keys()),
        replaced=by_others(hub, release, repository.head, there, overwrite=wishes.overwrite),
    )


def _reached(hub: Hub) -> Repository | None:
    """Return the repository, which the log-in may write; None if it has to be made."""
    repository = hub.repository()
    if repository is None:
        return None
    if hub.may_write() is False:
        owner = hub.target.repository.partition("/")[0]
        raise BuilderError(
            f"{hub.target.address}: the log-in may not write there. Take a token that may, or ask "
            f"an owner of {owner}"
        )
    return repository


def _visibility(repository: Repository | None, wishes: Wishes) -> Visibility:
    """Return who will be able to read the repository."""
    is_private = repository is None or repository.private
    if is_private and not wishes.public:
        return "private"
    return "gated" if wishes.gated or (repository and repository.gated) else "public"


# --- what is there --------------------------------------------------------------------------


def _same(release: IntactRelease, name: str, remote: RemoteFile) -> bool:
    return remote.holds(release.folder / name, release.files[name].sha256)


def differing(release: IntactRelease, there: Mapping[str, RemoteFile]) -> list[str]:
    """Return in words which files at a commit are not those of the release."""
    found = [f"{name} is missing" for name in sorted(release.files.keys() - there.keys())]
    found += [
        f"{printable(name)} is not of this release" for name in sorted(there.keys() - release.files)
    ]
    both = sorted(release.files.keys() & there.keys())
    return found + [f"{n} has other bytes" for n in both if not _same(release, n, there[n])]


def _check_same(hub: Hub, release: IntactRelease, tagged: str) -> None:
    """Refuse a tag that is there unless it points at exactly this release."""
    wrong = differing(release, hub.files(tagged))
    if wrong:
        made = next(iter(hub.history(tagged)), None)
        raise BuilderError(
            f"{hub.target.address}: version {release.version} is there already and is another one: "
            f"{made.told() if made else tagged}; {_some(wrong)}. A version that was published is "
            "never changed: make a new one with builder release"
        )


def _holding(
    hub: Hub, release: IntactRelease, repository: Repository, there: Mapping[str, RemoteFile]
) -> str | None:
    """Return the commit that holds exactly this release, made by a run that was cut off."""
    if repository.head is None:
        return None
    if not differing(release, there):
        return repository.head
    for made in hub.history(repository.head):
        if made.title == _title(release) and not differing(release, hub.files(made.commit)):
            return made.commit
    return None


def _some(wrong: Sequence[str]) -> str:
    return "; ".join(wrong[:3]) + (f"; and {len(wrong) - 3} more" if len(wrong) > 3 else "")


# --- what is done ---------------------------------------------------------------------------


def make_place(hub: Hub, release: IntactRelease, planned: Plan, wishes: Wishes) -> Plan:
    """Make the repository if there is none, and gate it; return the plan for what is there then."""
    if planned.new_place:
        log.info("%s is made, private", planned.target)
        hub.create()
        planned = replace(plan(hub, release, wishes), new_place=True)
    repository = hub.repository() if wishes.gated else None
    if repository is not None and not repository.gated:
        # Before anything that only some may read lies there.
        hub.set_gated()
    return planned


def commit(hub: Hub, release: IntactRelease, planned: Plan) -> str:
    """Make the one commit of a release, unless it is there; return it.

    Raises:
        BuilderError: somebody else has published meanwhile, or it was not made.

    """
    if planned.commit is not None:
        return planned.commit
    log.info("Sending %s, %d bytes", count(len(planned.send), "file"), planned.bytes)
    head = planned.head
    message = (_title(release), f"manifest sha256:{release.manifest}\nrows {release.said.digest}")
    try:
        return hub.commit(release.folder, planned.send, planned.delete, head, message)
    except HubError as error:
        # The answer may have been lost of a commit that was made, or come to a second request.
        now = hub.repository()
        if now is not None and now.head is not None and now.head != head:
            if not differing(release, hub.files(now.head)):
                return now.head
            raise BuilderError(_overtaken(hub, head, now.head)) from None
        raise error from None


def _title(release: IntactRelease) -> str:
    return f"Release {release.version}"


def _overtaken(hub: Hub, before: str | None, now: str) -> str:
    new: list[RemoteCommit] = []
    for made in hub.history(now):
        if made.commit == before:
            break
        new.append(made)
    told = "; ".join(made.told() for made in new[:3])
    return (
        f"{hub.target.address}: somebody else has published there meanwhile: {told}. Theirs stands "
        "and yours was not added. Look at it, then run the same command again"
    )


def verify(hub: Hub, release: IntactRelease, made: str) -> str:
    """Compare every file at a commit with the release by its digest; return that in words.

    Raises:
        BuilderError: a file is missing, has other bytes, or is none of the release's.

    """
    wrong = differing(release, hub.files(made))
    if wrong:
        raise BuilderError(
            f"{hub.target.address}: commit {made[:12]} is not the release: {_some(wrong)}. It was "
            "not tagged; run the same command again"
        )
    return f"each of {count(len(release.files), 'file')} has its digest at the commit"


def tag(hub: Hub, release: IntactRelease, made: str) -> bool:
    """Tag the commit, unless it is; return whether it was not.

    Raises:
        BuilderError: the tag points at another commit, or was not set.

    """
    try:
        if hub.tags().get(release.version) == made:
            return False
        hub.tag(release.version, made)
    except HubError:
        # Its answer may have been lost, or somebody else was faster.
        at = hub.tags().get(release.version)
        if at is None:
            raise
        if at != made:
            _check_same(hub, release, at)
            raise BuilderError(
                f"{hub.target.address}: {release.version} was tagged by somebody else meanwhile, "
                f"with the same files, as commit {at[:12]}: run the same command again"
            ) from None
    return True


def load_by_tag(hub: Hub, release: IntactRelease, made: str) -> list[str]:
    """Load every config by the tag as a reader does; return in words what was compared."""
    # Where a fetch failed, others of its threads may still write.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        copy = hub.fetch(release.version, Path(place))
        if copy.name != made:
            raise BuilderError(
                f"{hub.target.address}: {release.version} loads commit {copy.name[:12]}, not "
                f"{made[:12]}"
            )
        return check_copy(copy, release, f"{hub.target.address}@{release.version}")


def open_to_all(hub: Hub, wishes: Wishes) -> None:
    """Make the repository public if that was wished; what lies there was checked before."""
    repository = hub.repository() if wishes.public else None
    if repository is not None and repository.private:
        hub.set_public()
