"""Talk to a repository of the Hub; whatever goes wrong is told without the token."""

import logging
import os
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from builder.dataset.remote import ATTRIBUTES
from builder.errors import BuilderError
from builder.publish.answers import (
    HubError,
    RemoteCommit,
    RemoteFile,
    Repository,
    answer_of,
    explained,
    wait_of,
)
from builder.publish.scrub import scrubbed
from builder.publish.targets import HubTarget

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")
_KIND = "dataset"
_PUBLIC_HUB = "https://huggingface.co"
# Seconds to wait for an answer.
PATIENCE = 120.0
# More seconds than this to wait are told, and not waited.
LONGEST_WAIT = 60
# Seconds before a question that changes nothing is asked again.
PAUSES = (1.0, 3.0)


class Hub:
    """A repository of the Hub, and what can be asked and done there."""

    def __init__(self, target: HubTarget) -> None:
        from huggingface_hub import HfApi, constants, get_token, set_client_factory
        from huggingface_hub.utils.tqdm import disable_progress_bars

        self.target, self._token = target, ""
        with self._told("log in"):
            self._token = get_token() or ""
        if not self._token:
            raise BuilderError(
                f"{target.address}: nobody is logged in: set HF_TOKEN, or run: hf auth login "
                "(docs/publishing.md; in GitHub Actions no token is needed)"
            )
        set_client_factory(_client)
        endpoint = os.environ.get("HF_ENDPOINT", constants.ENDPOINT).rstrip("/")
        if endpoint != _PUBLIC_HUB and "HF_HUB_DISABLE_XET" not in os.environ:
            # Other servers know the protocol of Git LFS alone.
            constants.HF_HUB_DISABLE_XET = True
        # Its bars would run into the builder's lines, and its warnings quote signed addresses.
        disable_progress_bars()
        logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
        self._api: HfApi = HfApi(endpoint=endpoint, token=self._token)
        self._here: dict[str, Any] = {"repo_id": target.repository, "repo_type": _KIND}

    # --- what is there ----------------------------------------------------------------------

    def repository(self) -> Repository | None:
        """Return the repository, or None if there is none that the log-in may see."""
        try:
            info = self._ask("read the repository", lambda: self._api.repo_info(**self._here))
        except HubError as error:
            if error.no_such_place or error.status == 404:
                return None
            raise
        # What a server does not tell is taken as the default of a repository that was made here.
        return Repository(info.sha, info.private is not False, bool(info.gated))

    def may_write(self) -> bool | None:
        """Tell whether the log-in may write there; None if the server does not tell."""
        try:
            self._ask("write there", lambda: self._api.auth_check(**self._here, write=True))
        except HubError as error:
            if error.status in (401, 403) or error.no_such_place:
                return False
            if error.status in (404, 405, 501):
                return None
            raise
        return True

    def tags(self) -> dict[str, str]:
        """Return the commit that each tag points at."""
        refs = self._ask("read the tags", lambda: self._api.list_repo_refs(**self._here))
        return {tag.name: tag.target_commit for tag in refs.tags}

    def files(self, revision: str) -> dict[str, RemoteFile]:
        """Return the files at a commit, by path, without what the server itself adds."""
        from huggingface_hub.hf_api import RepoFile

        def ask() -> list[Any]:
            return list(self._api.list_repo_tree(**self._here, recursive=True, revision=revision))

        return {
            item.path: RemoteFile(item.size, item.lfs.sha256 if item.lfs else None, item.blob_id)
            for item in self._ask("list the files", ask)
            if isinstance(item, RepoFile) and item.path != ATTRIBUTES
        }

    def history(self, revision: str) -> list[RemoteCommit]:
        """Return the commits up to a revision, the newest first."""
        found = self._ask(
            "read the history",
            lambda: self._api.list_repo_commits(**self._here, revision=revision),
        )
        return [RemoteCommit(c.commit_id, tuple(c.authors), c.created_at, c.title) for c in found]

    def read(self, name: str, revision: str) -> bytes:
        """Return the content of a small file at a commit."""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:

            def ask() -> str:
                return str(
                    self._api.hf_hub_download(
                        **self._here, filename=name, revision=revision, cache_dir=folder
                    )
                )

            return Path(self._ask(f"read {name}", ask)).read_bytes()

    def fetch(self, revision: str, folder: Path) -> Path:
        """Fetch all files of a revision into an empty folder; return where they lie."""

        def ask() -> str:
            found = self._api.snapshot_download(
                **self._here, revision=revision, cache_dir=folder, ignore_patterns=[ATTRIBUTES]
            )
            return str(found)

        return Path(self._ask(f"load version {revision}", ask))

    # --- what is done there -----------------------------------------------------------------

    def create(self) -> None:
        """Make the repository, private; one that an answer was lost of is there already."""
        with self._told("make the repository"):
            self._api.create_repo(**self._here, private=True, exist_ok=True)

    def set_gated(self) -> None:
        """Let nobody read without having asked and been let in."""
        with self._told("make readers ask for access"):
            self._api.update_repo_settings(**self._here, gated="manual")

    def set_public(self) -> None:
        """Let everybody see the repository."""
        with self._told("make the repository public"):
            self._api.update_repo_settings(**self._here, visibility="public")

    def commit(
        self,
        folder: Path,
        add: Iterable[str],
        delete: Iterable[str],
        parent: str | None,
        message: tuple[str, str],
    ) -> str:
        """Send files of a folder, the large ones first, and make one commit of all changes."""
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete

        adds = [CommitOperationAdd(name, folder / name) for name in add]
        with self._told("send the files"):
            # Whatever a .gitignore there says, no file is left out.
            self._api.preupload_lfs_files(
                self.target.repository,
                additions=adds,
                repo_type=_KIND,
                free_memory=False,
                gitignore_content="",
            )
        with self._told("make the commit"):
            title, description = message
            made = self._api.create_commit(
                **self._here,
                operations=[*adds, *(CommitOperationDelete(name) for name in delete)],
                commit_message=title,
                commit_description=description,
                parent_commit=parent,
            )
        return str(made.oid)

    def tag(self, name: str, commit: str) -> None:
        """Tag a commit; a tag that is there is never moved."""
        with self._told(f"set the tag {name}"):
            self._api.create_tag(**self._here, tag=name, revision=commit, exist_ok=False)

    # --- how it is told ---------------------------------------------------------------------

    def _ask(self, doing: str, ask: Callable[[], T]) -> T:
        """Ask what changes nothing, a second and third time if it may help."""
        for pause in PAUSES:
            try:
                with self._told(doing):
                    return ask()
            except HubError as error:
                if not error.may_pass:
                    raise
                time.sleep(pause)
        with self._told(doing):
            return ask()

    @contextmanager
    def _told(self, doing: str) -> Iterator[None]:
        try:
            # Its warnings quote what servers answer.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        except BuilderError:
            raise
        except Exception as error:  # What the library raises is of many kinds.
            status, headers = answer_of(error)
            # Scrubbed before it is cut, or half a secret might be left.
            said = explained(status, error, scrubbed(str(error), self._token), wait_of(headers))
            told = f"{self.target.address}: cannot {doing}: {said}"
            # Not chained: the library's error may quote a request with its token.
            raise HubError(told, status, headers.get("x-error-code", "")) from None


def _client() -> "httpx2.Client":
    """Return a client for the library; its own waits without end, for answers and between them."""
    from huggingface_hub.utils._http import default_client_factory

    client = default_client_factory()
    client.timeout = PATIENCE
    client.event_hooks = {**client.event_hooks, "response": [_refuse_long_wait]}
    return client


def _refuse_long_wait(answer: "httpx2.Response") -> None:
    from huggingface_hub.utils._http import hf_raise_for_status

    if answer.is_error and wait_of(answer.headers) > LONGEST_WAIT:
        answer.read()
        hf_raise_for_status(answer)
