"""What the Hub answers: a repository, its files and commits, and what a refusal means."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from builder.errors import BuilderError
from builder.publish.scrub import printable

# What the library adds to every refusal, and helps nobody.
_POINTER = re.compile(r"For more information check: \S+ ?")


class HubError(BuilderError):
    """What the Hub did not do; ``status`` is its answer's, or None if there was no whole one."""

    def __init__(self, message: str, status: int | None, code: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code

    @property
    def no_such_place(self) -> bool:
        """Tell whether there is no repository, or none that the log-in may see."""
        return self.code == "RepoNotFound"

    @property
    def may_pass(self) -> bool:
        """Tell whether it may go better the next time."""
        return self.status is None or self.status == 429 or self.status >= 500


@dataclass(frozen=True)
class Repository:
    """A repository as it is now: its newest commit, and who may read it."""

    head: str | None
    private: bool
    gated: bool


@dataclass(frozen=True)
class RemoteFile:
    """A file at a commit: a large one is known by its SHA-256, another by git's hash of it."""

    size: int
    sha256: str | None
    git_hash: str

    def holds(self, path: Path, sha256: str) -> bool:
        """Tell whether it has the bytes of a file, whose SHA-256 is known."""
        if self.size != path.stat().st_size:
            return False
        if self.sha256 is not None:
            return self.sha256 == sha256
        content = path.read_bytes()
        head = f"blob {len(content)}\0".encode()
        # Git's own name of a file: it says that the bytes are the same, and secures nothing.
        named = hashlib.sha1(head + content, usedforsecurity=False).hexdigest()
        return self.git_hash == named


@dataclass(frozen=True)
class RemoteCommit:
    """A commit: who made it, when, and what its title says."""

    commit: str
    authors: tuple[str, ...]
    when: datetime
    title: str

    def told(self) -> str:
        """Return who made it, when and under which title."""
        by = printable(", ".join(self.authors)) or "somebody"
        when = self.when.strftime("%Y-%m-%d %H:%M UTC")
        return f"commit {self.commit[:12]} by {by}, {when}: “{printable(self.title)}”"


def answer_of(error: BaseException) -> tuple[int | None, Mapping[str, str]]:
    """Return status and headers of the answer that an error, or one behind it, speaks of."""
    behind: BaseException | None = error
    while behind is not None:
        answer = getattr(behind, "response", None)
        if answer is not None:
            return answer.status_code, answer.headers
        behind = behind.__cause__ or behind.__context__
    return None, {}


def wait_of(headers: Mapping[str, str]) -> int:
    """Return how many seconds an answer asks to wait before the next question."""
    from huggingface_hub.utils._http import parse_ratelimit_headers

    limit = parse_ratelimit_headers(headers)
    if limit is not None and limit.remaining == 0:
        return limit.reset_in_seconds
    named = headers.get("retry-after", "").strip()
    return int(named) if named.isascii() and named.isdigit() else 0


def explained(status: int | None, error: Exception, said: str, wait: int) -> str:
    """Return why something failed, and what to do.

    ``said`` is what the error says, without secrets; ``wait`` the seconds that the Hub asks for.
    """
    told = _POINTER.sub("", " ".join(said.split()))
    lines = printable(told).strip() or type(error).__name__
    if status == 401:
        return (
            "the log-in is not accepted (401). It may have ended: run hf auth login, or set "
            "HF_TOKEN anew"
        )
    if status == 403:
        return (
            "the log-in has no right to do so (403). Take a token that may write there, or ask an "
            f"owner of the organisation ({lines})"
        )
    if isinstance(error, ValueError) and not isinstance(error, json.JSONDecodeError):
        return lines
    if status is None or status == 429 or status >= 500:
        answered = "gave no whole answer" if status is None else f"answered {status}"
        when = f" in {wait} seconds, as it asks" if wait else ""
        return (
            f"the Hub {answered} ({lines}). Run the same command again{when}: what is there is not "
            "sent twice"
        )
    return f"the Hub answered {status} ({lines})"
