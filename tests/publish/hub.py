"""A stand-in for the Hub: its protocol over real HTTP on this machine, and faults on demand.

It keeps repositories as the Hub does: commits of whole trees, tags, large files by their SHA-256
apart from the small ones, who may read and write. It refuses what the Hub refuses: a commit on an
old parent, a tag that is there, a large file that was not sent, a deletion of nothing, a log-in
that may not write. A fault meets a step a number of times, before or after the step is done.
"""

import base64
import hashlib
import json
import os
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "hf_recognisableTokenOfTheTests0123456789"
IDENTITY_REQUEST = "ghs_whatTheWorkflowAsksWith012345"
IDENTITY = "eyJ.theIdentityOfAWorkflow.0123456789"
READER = "hf_anotherTokenThatMayReadAlone01234567"
ORGANISATION = "newsroom"
ATTRIBUTES = b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"
_LARGE = (".parquet",)


@dataclass(frozen=True)
class Blob:
    """A file at a commit; of a large one the bytes lie in the store."""

    content: bytes
    large: bool

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def oid(self) -> str:
        content = self.content
        if self.large:
            content = (
                f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\n"
                f"size {len(self.content)}\n"
            ).encode()
        return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@dataclass(frozen=True)
class Commit:
    oid: str
    parent: str | None
    title: str
    message: str
    author: str
    tree: dict[str, Blob]


@dataclass
class Repo:
    private: bool
    gated: str | bool = False
    commits: list[Commit] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    store: dict[str, bytes] = field(default_factory=dict)

    @property
    def head(self) -> Commit:
        return self.commits[-1]

    def at(self, revision: str) -> Commit | None:
        if revision == "main":
            return self.head
        wanted = self.tags.get(revision, revision)
        return next((c for c in self.commits if c.oid == wanted), None)

    def add(self, title: str, tree: dict[str, Blob], author: str, message: str = "") -> Commit:
        parent = self.commits[-1].oid if self.commits else None
        told = f"{parent}{title}{len(self.commits)}{sorted((n, b.oid) for n, b in tree.items())}"
        made = Commit(hashlib.sha1(told.encode()).hexdigest(), parent, title, message, author, tree)
        self.commits.append(made)
        return made

    def edit(
        self, title: str, changes: Mapping[str, bytes | None], author: str = "somebody"
    ) -> Commit:
        """Change files at the head as somebody does in the browser; None deletes one."""
        tree = dict(self.head.tree)
        for name, content in changes.items():
            tree.pop(name, None)
            if content is not None:
                tree[name] = Blob(content, name.endswith(_LARGE))
        return self.add(title, tree, author)

    def files(self, revision: str = "main") -> dict[str, bytes]:
        found = self.at(revision)
        assert found is not None
        return {n: b.content for n, b in found.tree.items() if n != ".gitattributes"}


@dataclass
class Fault:
    """What goes wrong at a step: ``kind`` is a status, or one of the words in ``_Handler``."""

    step: str
    kind: str
    times: int = 1


class StandIn(ThreadingHTTPServer):
    """The server, its repositories, and what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repos: dict[str, Repo] = {}
        self.faults: list[Fault] = []
        # What a refusal says before it quotes what was sent.
        self.before_quote = ""
        self.calls: list[str] = []
        self.sent: Counter[str] = Counter()
        self.unauthorised: list[str] = []
        self.missing: set[str] = set()
        self.before: dict[str, Callable[[], object]] = {}
        # Entries a page of an answer; steps that it does not know; what happens before a step.
        self.page = 1000
        self.victim: int | None = None
        self.lock = threading.RLock()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def store(self) -> str:
        """Where the large files lie: on the Hub, at another server."""
        return f"http://localhost:{self.server_port}"

    def fail(self, step: str, kind: str, times: int = 1) -> None:
        self.faults.append(Fault(step, kind, times))

    def make(self, name: str, private: bool = True) -> Repo:
        repo = self.repos[name] = Repo(private)
        repo.add("initial commit", {".gitattributes": Blob(ATTRIBUTES, False)}, "system")
        return repo

    def fault(self, step: str) -> str:
        with self.lock:
            self.calls.append(step)
            for fault in self.faults:
                if fault.step == step and fault.times:
                    fault.times -= 1
                    return fault.kind
        return ""


@dataclass
class Answer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def said(value: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(
        status, json.dumps(value).encode(), {"Content-Type": "application/json", **headers}
    )


def refused(status: int, code: str = "", message: str = "") -> Answer:
    headers = {"X-Error-Code": code} if code else {}
    return said(
        {"error": message or code}, status, **headers, **{"X-Error-Message": message or code}
    )


_STEPS: tuple[tuple[str, str, str], ...] = (
    ("identity", "GET", r"/identity"),
    ("exchange", "POST", r"/oauth/token"),
    ("create", "POST", r"/api/repos/create"),
    ("yaml", "POST", r"/api/validate-yaml"),
    ("write right", "GET", r"/api/datasets/(?P<repo>[^/]+/[^/]+)/auth-check/write"),
    ("info", "GET", r"/api/datasets/(?P<repo>[^/]+/[^/]+)(?:/revision/(?P<rev>[^/]+))?"),
    ("tags", "GET", r"/api/datasets/(?P<repo>[^/]+/[^/]+)/refs"),
    ("tree", "GET", r"/api/datasets/(?P<repo>[^/]+/[^/]+)/tree/(?P<rev>[^/]+)(?:/(?P<path>.+))?"),
    ("paths", "POST", r"/api/datasets/(?P<repo>[^/]+/[^/]+)/paths-info/(?P<rev>[^/]+)"),
    ("commits", "GET", r"/api/datasets/(?P<repo>[^/]+/[^/]+)/commits/(?P<rev>[^/]+)"),
    ("preupload", "POST", r"/api/datasets/(?P<repo>[^/]+/[^/]+)/preupload/(?P<rev>[^/]+)"),
    ("commit", "POST", r"/api/datasets/(?P<repo>[^/]+/[^/]+)/commit/(?P<rev>[^/]+)"),
    ("tag", "POST", r"/api/datasets/(?P<repo>[^/]+/[^/]+)/tag/(?P<rev>[^/]+)"),
    ("untag", "DELETE", r"/api/datasets/(?P<repo>[^/]+/[^/]+)/tag/(?P<rev>[^/]+)"),
    ("squash", "POST", r"/api/datasets/(?P<repo>[^/]+/[^/]+)/super-squash/(?P<rev>[^/]+)"),
    ("large files", "GET", r"/api/datasets/(?P<repo>[^/]+/[^/]+)/lfs-files"),
    ("purge", "POST", r"/api/datasets/(?P<repo>[^/]+/[^/]+)/lfs-files/batch"),
    ("settings", "PUT", r"/api/datasets/(?P<repo>[^/]+/[^/]+)/settings"),
    ("batch", "POST", r"/datasets/(?P<repo>[^/]+/[^/]+)\.git/info/lfs/objects/batch"),
    ("put", "PUT", r"/lfs/(?P<repo>[^/]+/[^/]+)/(?P<oid>[0-9a-f]{64})"),
    ("store", "GET", r"/lfs/(?P<repo>[^/]+/[^/]+)/(?P<oid>[0-9a-f]{64})"),
    ("verify", "POST", r"/lfs/(?P<repo>[^/]+/[^/]+)/verify"),
    ("load", "HEAD", r"/datasets/(?P<repo>[^/]+/[^/]+)/resolve/(?P<rev>[^/]+)/(?P<path>.+)"),
    ("load", "GET", r"/datasets/(?P<repo>[^/]+/[^/]+)/resolve/(?P<rev>[^/]+)/(?P<path>.+)"),
)
_OPEN = {"put", "store", "identity", "exchange"}
_WRITING = {
    *("create", "preupload", "commit", "tag", "settings", "batch", "verify"),
    *("untag", "squash", "large files", "purge"),
}


def _folders(names: Iterable[str], base: str) -> list[str]:
    """Return the folders below a folder that some files lie in."""
    return sorted({n.rpartition("/")[0] for n in names if "/" in n[len(base) :]})


class _Handler(BaseHTTPRequestHandler):
    server: StandIn
    protocol_version = "HTTP/1.1"
    # Head and body leave at once, not after the system has waited for more.
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_HEAD = do_DELETE = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        place = urlsplit(self.path)
        self.query = parse_qs(place.query)
        for step, method, pattern in _STEPS:
            match = re.fullmatch(pattern, place.path)
            if match and method == self.command and step not in self.server.missing:
                given = {k: unquote(v) for k, v in match.groupdict().items() if v is not None}
                self._with_fault(step, given)
                return
        self.server.calls.append(f"unknown {self.command} {place.path}")
        self._send(Answer(404, b"Not Found"))

    def _with_fault(self, step: str, given: dict[str, str]) -> None:
        kind = self.server.fault(step)
        if kind.startswith("wait "):
            answer = refused(429, message="too many questions")
            answer.headers["Retry-After"] = kind.removeprefix("wait ")
            self._send(answer)
        elif kind.isdigit():
            # Servers sometimes quote what they were sent.
            self._send(
                refused(
                    int(kind),
                    message=f"{self.server.before_quote}no, {self.headers.get('Authorization')}",
                )
            )
        elif kind == "cut":
            self._cut()
        elif kind == "stopped":
            self._stop()
        elif kind == "killed":
            self._kill()
        else:
            if kind == "slow":
                time.sleep(0.3)
            if kind == "twice":
                self._do(step, given)
            answer = self._do(step, given)
            if kind == "lost":
                self._cut()
            elif kind == "stopped after":
                self._stop()
            elif kind == "killed after":
                self._kill()
            elif kind == "half":
                self._send(answer, cut_at=len(answer.body) // 2)
            else:
                self._send(answer)

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _stop(self) -> None:
        """Interrupt the program that asked, which runs in this process."""
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        time.sleep(0.05)
        self._cut()

    def _kill(self) -> None:
        assert self.server.victim is not None
        os.kill(self.server.victim, signal.SIGKILL)
        self._cut()

    def _send(self, answer: Answer, cut_at: int | None = None) -> None:
        try:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in answer.headers:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body[:cut_at])
            self.wfile.flush()
        except OSError:
            self.close_connection = True
        if cut_at is not None:
            self._cut()

    # --- the steps --------------------------------------------------------------------------

    def _do(self, step: str, given: dict[str, str]) -> Answer:
        with self.server.lock:
            self.server.before.pop(step, lambda: None)()
            refusal = self._refusal(step, given.get("repo"))
            if refusal is not None:
                return refusal
            name = f"_do_{step.replace(' ', '_')}"
            answer: Answer = getattr(self, name)(given)
            return answer

    def _refusal(self, step: str, repo: str | None) -> Answer | None:
        told = self.headers.get("Authorization")
        token = told.removeprefix("Bearer ") if told else None
        if step in _OPEN:
            # Signed addresses; a token has no business there.
            if told and step in ("put", "store"):
                self.server.unauthorised.append(f"token sent to {step}")
            return None
        if token is not None and token not in (TOKEN, READER):
            return refused(401, message="Invalid credentials in Authorization header")
        if repo is not None:
            there = self.server.repos.get(repo)
            if there is None or (there.private and token is None):
                return refused(404 if token else 401, "RepoNotFound", "Repository not found")
        if step in {*_WRITING, "write right"} and token != TOKEN:
            return refused(403, message="you have no right to write here")
        return None

    @property
    def _json(self) -> Any:
        return json.loads(self.body)

    def _do_identity(self, _: dict[str, str]) -> Answer:
        """Say who a workflow is, as its runner does when it is asked with the right word."""
        if self.headers.get("Authorization") != f"Bearer {IDENTITY_REQUEST}":
            return refused(401)
        return said({"value": IDENTITY})

    def _do_exchange(self, _: dict[str, str]) -> Answer:
        """Give a workflow that is known a token for an hour."""
        if self._json["subject_token"] != IDENTITY:
            return refused(401)
        return said({"access_token": TOKEN, "token_type": "bearer", "expires_in": 3600})

    def _do_write_right(self, _: dict[str, str]) -> Answer:
        return said({})

    def _do_create(self, _: dict[str, str]) -> Answer:
        asked = self._json
        name = f"{asked['organization']}/{asked['name']}"
        if asked["organization"] != ORGANISATION:
            return refused(403, message=f"you may make nothing in {asked['organization']}")
        url = {"url": f"{self.server.endpoint}/datasets/{name}"}
        if name in self.server.repos:
            return said({**url, "error": "You already created this dataset repo"}, 409)
        private = asked.get("visibility") == "private" or bool(asked.get("private"))
        self.server.make(name, private)
        return said(url)

    def _do_yaml(self, _: dict[str, str]) -> Answer:
        bad = "license: nonsense" in self._json["content"]
        return said(
            {"errors": [{"message": '"license" is unknown'}] if bad else [], "warnings": []}
        )

    def _do_info(self, given: dict[str, str]) -> Answer:
        repo = self.server.repos[given["repo"]]
        at = repo.at(given.get("rev", "main"))
        if at is None:
            return refused(404, "RevisionNotFound", "Invalid rev id")
        return said(
            {
                "id": given["repo"],
                "sha": at.oid,
                "private": repo.private,
                "gated": repo.gated,
                "siblings": [{"rfilename": name} for name in at.tree],
            }
        )

    def _do_tags(self, given: dict[str, str]) -> Answer:
        repo = self.server.repos[given["repo"]]
        return said(
            {
                "branches": [
                    {"name": "main", "ref": "refs/heads/main", "targetCommit": repo.head.oid}
                ],
                "converts": [],
                "tags": [
                    {"name": n, "ref": f"refs/tags/{n}", "targetCommit": oid}
                    for n, oid in repo.tags.items()
                ],
            }
        )

    def _do_tree(self, given: dict[str, str]) -> Answer:
        at = self.server.repos[given["repo"]].at(given["rev"])
        if at is None:
            return refused(404, "RevisionNotFound", "Invalid rev id")
        base = f"{given['path']}/" if "path" in given else ""
        inside = {n: blob for n, blob in sorted(at.tree.items()) if n.startswith(base)}
        if base and not inside:
            return refused(404, "EntryNotFound", "Entry not found")
        entries = [self._folder(name) for name in _folders(inside, base)]
        entries += [self._entry(name, blob) for name, blob in inside.items()]
        if self.query.get("recursive", ["false"])[0].lower() != "true":
            entries = [e for e in entries if "/" not in e["path"][len(base) :]]
        return self._paged(entries)

    def _do_paths(self, given: dict[str, str]) -> Answer:
        at = self.server.repos[given["repo"]].at(given["rev"])
        if at is None:
            return refused(404, "RevisionNotFound", "Invalid rev id")
        asked = parse_qs(self.body.decode()).get("paths", [])
        found = [self._folder(name) for name in _folders(at.tree, "") if name in asked]
        return said(found + [self._entry(n, b) for n, b in at.tree.items() if n in asked])

    @staticmethod
    def _folder(name: str) -> dict[str, Any]:
        return {"type": "directory", "path": name, "oid": "0" * 40, "size": 0}

    @staticmethod
    def _entry(name: str, blob: Blob) -> dict[str, Any]:
        entry = {"type": "file", "path": name, "oid": blob.oid, "size": len(blob.content)}
        if blob.large:
            lfs = {"oid": blob.sha256, "size": len(blob.content), "pointerSize": 130}
            return {**entry, "lfs": lfs}
        return entry

    def _do_commits(self, given: dict[str, str]) -> Answer:
        repo = self.server.repos[given["repo"]]
        at = repo.at(given["rev"])
        if at is None:
            return refused(404, "RevisionNotFound", "Invalid rev id")
        found = repo.commits[: repo.commits.index(at) + 1]
        return self._paged(
            [
                {
                    "id": c.oid,
                    "title": c.title,
                    "message": c.message,
                    "authors": [{"user": c.author}],
                    "date": "2026-03-01T09:00:00.000Z",
                }
                for c in reversed(found)
            ]
        )

    def _paged(self, entries: list[dict[str, Any]]) -> Answer:
        start = int(self.query.get("cursor", ["0"])[0])
        end = start + self.server.page
        headers = {}
        if end < len(entries):
            place = urlsplit(self.path)
            kept = "&".join(p for p in place.query.split("&") if p and not p.startswith("cursor="))
            following = f"{self.server.endpoint}{place.path}?{kept}&cursor={end}"
            headers["Link"] = f'<{following}>; rel="next"'
        return said(entries[start:end], 200, **headers)

    def _do_preupload(self, given: dict[str, str]) -> Answer:
        tree = self.server.repos[given["repo"]].head.tree
        ignored = self._json.get("gitIgnore")
        if ignored is None:
            ignored = tree[".gitignore"].content.decode() if ".gitignore" in tree else ""
        files = [
            {
                "path": file["path"],
                "uploadMode": "lfs" if file["path"].endswith(_LARGE) else "regular",
                "shouldIgnore": any(fnmatch(file["path"], rule) for rule in ignored.split()),
                "oid": self._known(tree, file["path"]),
            }
            for file in self._json["files"]
        ]
        return said({"files": files})

    @staticmethod
    def _known(tree: dict[str, Blob], name: str) -> str | None:
        if name not in tree:
            return None
        return tree[name].sha256 if tree[name].large else tree[name].oid

    def _do_batch(self, given: dict[str, str]) -> Answer:
        store, objects = self.server.repos[given["repo"]].store, []
        for asked in self._json["objects"]:
            entry = {"oid": asked["oid"], "size": asked["size"]}
            if asked["oid"] not in store:
                place = f"lfs/{given['repo']}"
                upload = f"{self.server.store}/{place}/{asked['oid']}?signature=x"
                entry["actions"] = {
                    "upload": {"href": upload, "header": {}},
                    "verify": {"href": f"{self.server.endpoint}/{place}/verify", "header": {}},
                }
            objects.append(entry)
        return said({"transfer": "basic", "objects": objects})

    def _do_put(self, given: dict[str, str]) -> Answer:
        if hashlib.sha256(self.body).hexdigest() != given["oid"]:
            return refused(400, message="the body has another SHA-256")
        self.server.sent[given["oid"]] += 1
        self.server.repos[given["repo"]].store[given["oid"]] = self.body
        return Answer(200)

    def _do_verify(self, given: dict[str, str]) -> Answer:
        there = self._json["oid"] in self.server.repos[given["repo"]].store
        return said({}) if there else refused(404, message="no such object")

    def _do_commit(self, given: dict[str, str]) -> Answer:
        repo = self.server.repos[given["repo"]]
        lines = [json.loads(line) for line in self.body.splitlines()]
        header = lines[0]["value"]
        if header.get("parentCommit") not in (None, repo.head.oid):
            return refused(
                412, message="A commit has happened since. Please refresh and try again."
            )
        tree = dict(repo.head.tree)
        for line in lines[1:]:
            value = line["value"]
            name = value["path"]
            if line["key"] == "file":
                tree[name] = Blob(base64.b64decode(value["content"]), False)
            elif line["key"] == "lfsFile":
                if value["oid"] not in repo.store:
                    return refused(400, message=f"{name}: LFS pointer pointed to a missing object")
                tree[name] = Blob(repo.store[value["oid"]], True)
            elif line["key"] == "deletedFile" and tree.pop(name, None) is None:
                return refused(404, "EntryNotFound", "A file with this name doesn't exist")
        made = repo.add(header["summary"], tree, "dana", header.get("description", ""))
        url = f"{self.server.endpoint}/datasets/{given['repo']}/commit/{made.oid}"
        return said({"success": True, "commitOid": made.oid, "commitUrl": url, "hookOutput": ""})

    def _do_tag(self, given: dict[str, str]) -> Answer:
        repo, name = self.server.repos[given["repo"]], self._json["tag"]
        at = repo.at(given["rev"])
        if at is None:
            return refused(404, "RevisionNotFound", "Invalid rev id")
        if name in repo.tags:
            return refused(409, message=f"Reference {name} already exists")
        repo.tags[name] = at.oid
        return said({})

    def _do_untag(self, given: dict[str, str]) -> Answer:
        there = self.server.repos[given["repo"]].tags.pop(given["rev"], None)
        return said({}) if there else refused(404, "RevisionNotFound", "no such tag")

    def _do_squash(self, given: dict[str, str]) -> Answer:
        """Make one commit of the branch; what no tag points at any more is gone."""
        repo = self.server.repos[given["repo"]]
        tree = repo.head.tree
        repo.commits = [c for c in repo.commits if c.oid in repo.tags.values()]
        repo.add(self._json["message"], tree, "dana")
        return said({})

    def _do_large_files(self, given: dict[str, str]) -> Answer:
        store = self.server.repos[given["repo"]].store
        return self._paged(
            [
                {
                    "fileOid": oid[:24],
                    "filename": "a.parquet",
                    "oid": oid,
                    "pushedAt": "2026-03-01T09:00:00.000Z",
                    "size": len(content),
                }
                for oid, content in store.items()
            ]
        )

    def _do_purge(self, given: dict[str, str]) -> Answer:
        repo, gone = self.server.repos[given["repo"]], self._json["deletions"]["sha"]
        repo.store = {oid: c for oid, c in repo.store.items() if oid[:24] not in gone}
        return said({})

    def _do_settings(self, given: dict[str, str]) -> Answer:
        repo, asked = self.server.repos[given["repo"]], self._json
        if "visibility" in asked:
            repo.private = asked["visibility"] == "private"
        if "private" in asked:
            repo.private = asked["private"]
        if "gated" in asked:
            repo.gated = asked["gated"]
        return said({"private": repo.private, "gated": repo.gated})

    def _do_load(self, given: dict[str, str]) -> Answer:
        at = self.server.repos[given["repo"]].at(given["rev"])
        if at is None:
            return refused(404, "RevisionNotFound", "Invalid rev id")
        blob = at.tree.get(given["path"])
        if blob is None:
            return refused(404, "EntryNotFound", "Entry not found")
        headers = {"X-Repo-Commit": at.oid, "ETag": f'"{blob.oid}"'}
        if not blob.large:
            return self._ranged(blob.content, headers)
        place = f"{self.server.store}/lfs/{given['repo']}/{blob.sha256}?signature=x"
        linked = {"X-Linked-ETag": f'"{blob.sha256}"', "X-Linked-Size": str(len(blob.content))}
        return Answer(302, b"", {**headers, **linked, "Location": place})

    def _do_store(self, given: dict[str, str]) -> Answer:
        content = self.server.repos[given["repo"]].store.get(given["oid"])
        if content is None:
            return refused(404, message="no such object")
        return self._ranged(content, {"ETag": f'"{given["oid"]}"'})

    def _ranged(self, content: bytes, headers: dict[str, str]) -> Answer:
        """Return the part of a file that was asked for."""
        headers["Accept-Ranges"] = "bytes"
        match = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "")
        if match is None:
            return Answer(200, content, {**headers, "Content-Length": str(len(content))})
        first, last = int(match[1]), int(match[2] or len(content) - 1)
        if first >= len(content):
            return Answer(416, b"", headers)
        part = content[first : last + 1]
        headers["Content-Range"] = f"bytes {first}-{first + len(part) - 1}/{len(content)}"
        return Answer(206, part, headers)
