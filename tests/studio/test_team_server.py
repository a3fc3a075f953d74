"""compose.yaml's settings, run for real: TLS, PostgreSQL, twenty annotators and nothing lost."""

import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser

from builder import labels, pipeline
from builder.records import Article, Correction, Span, Suggestion
from builder.studio.interface import interface
from builder.studio.people import Annotators
from builder.studio.server import Running
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace
from tests import making
from tests.studio import browser, team
from tests.studio.team import Team

pytestmark = pytest.mark.soak

_ANNOTATORS, _ARTICLES, _TASKS_EACH, _SPANS = 20, 60, 40, 30
_TOKEN_SECONDS = 200  # of the 300 that an access token lives
_WORDS = "the minister said Moscow “workers” costs 2,000 café 👩‍👩‍👧 نص <b>bold</b> &amp;"
# What a span says, with its place in the article.
Mark = tuple[str, str, int, int, str]
Said = tuple[str, frozenset[Mark]]


@pytest.fixture(scope="module")
def server() -> Iterator[Team]:
    with team.started() as running:
        yield running


@dataclass
class Annotator:
    """An account made by the invitation link, and all that its owner has said, task by task."""

    client: httpx.Client
    email: str
    token: str
    said: dict[str, list[Said]] = field(default_factory=dict)
    requests: int = 0
    _signed_in: float = 0.0

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Send one request as this person; everything that is not done is a failure."""
        if time.monotonic() - self._signed_in > _TOKEN_SECONDS:
            answer = self.client.post("/api/token/refresh/", json={"refresh": self.token})
            self.client.headers["Authorization"] = f"Bearer {answer.json()['access']}"
            self._signed_in = time.monotonic()
        self.requests += 1
        answer = self.client.request(method, path, json=body)
        assert answer.is_success, f"{method} {path}: HTTP {answer.status_code}"
        return answer.json() if answer.content else None


def _sign_up(client: httpx.Client, link: str, number: int) -> Annotator:
    email, password = f"annotator-{number}@localhost", f"a-long-password-{number}"
    client.get(link).raise_for_status()
    form = {"email": email, "password": password}
    form["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
    assert client.post(link, data=form).status_code == httpx.codes.FOUND
    return Annotator(client, email, _new_token(client))


def _new_token(client: httpx.Client) -> str:
    headers = {"X-CSRFToken": client.cookies["csrftoken"]}
    made = client.post("/api/token/", json={}, headers=headers).raise_for_status()
    client.cookies.clear()
    return str(made.json()["token"])


@pytest.fixture(scope="module")
def lead(server: Team) -> Iterator[Annotator]:
    """The first account, signed in as a browser does it."""
    with server.client() as client:
        client.get("/user/login/").raise_for_status()
        form = {"email": server.email, "password": server.password}
        form["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
        assert client.post("/user/login/", data=form).status_code == httpx.codes.FOUND
        yield Annotator(client, server.email, _new_token(client))


@contextmanager
def _connected(server: Team, key: str) -> Iterator[None]:
    """Make the builder use the team's server, whose certificate only this test trusts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABEL_STUDIO_URL", server.url)
        patch.setenv("LABEL_STUDIO_API_KEY", key)
        patch.setenv("SSL_CERT_FILE", str(server.ca))
        yield


def _suggested(number: int) -> tuple[Article, Suggestion]:
    chance = random.Random(number)
    paragraphs = [
        " ".join(chance.choices(_WORDS.split(), k=chance.randrange(20, 60))) + f" {number} {i}."
        for i in range(6)
    ]
    article = making.article(*paragraphs)
    names = labels.default().names("entity")
    bounds = chance.sample(making.token_bounds(article.text), _SPANS)
    spans = [making.at(article, a, b, names[i % len(names)]) for i, (a, b) in enumerate(bounds)]
    return article, making.suggestion(article, *spans)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("team") / "workspace"
    init.init(root)
    opened = open_workspace(root)
    made = [_suggested(number) for number in range(_ARTICLES)]
    opened.articles.save(article for article, _ in made)
    opened.stories.save(making.story(article) for article, _ in made)
    making.put_suggestions(opened, (suggestion for _, suggestion in made))
    return opened


def _changed(task: Mapping[str, Any], chance: random.Random) -> list[dict[str, Any]]:
    """Return what somebody makes of a suggestion: spans dropped, relabelled and added."""
    names, text = labels.default().names("entity"), task["data"]["text"]
    result: list[dict[str, Any]] = []
    for region in task["predictions"][0]["result"]:
        if chance.random() < 0.2:
            continue
        new = {"labels": [chance.choice(names)]} if chance.random() < 0.3 else {}
        result.append({**region, "value": {**region["value"], **new}})
    for start, end in chance.sample(making.token_bounds(text), 5):
        value = {"start": start, "end": end, "text": text[start:end], "labels": ["CLAIM"]}
        region = {"id": f"new{start}", "from_name": "claim", "to_name": "text", "type": "labels"}
        result.append({**region, "value": value})
    return result


def _said(task: Mapping[str, Any], result: list[dict[str, Any]] | None) -> Said:
    """Return what a result says in the article; None stands for a skip."""
    if result is None:
        return "skipped", frozenset()
    shift, text = int(task["data"]["task_key"].split(":")[1].split("-")[0]), task["data"]["text"]
    marks = set()
    for region in result:
        start, end = region["value"]["start"], region["value"]["end"]
        (label,) = region["value"]["labels"]
        layer = region["from_name"]
        marks.add((layer, label, start + shift, end + shift, text[start:end]))
    return "submitted", frozenset(marks)


def _work(person: Annotator, tasks: list[dict[str, Any]], number: int) -> None:
    """Do a day's work: drafts, submissions, updates, skips, and drafts that are never submitted."""
    chance = random.Random(1000 + number)
    for count, task in enumerate(chance.sample(tasks, _TASKS_EACH)):
        place, key = f"/api/tasks/{task['id']}", task["data"]["task_key"]
        person.send("POST", f"{place}/drafts", {"result": _changed(task, chance), "lead_time": 1.0})
        if count % 10 == 9:
            continue
        skipped = count % 10 == 4
        result = _changed(task, chance)
        body = {"result": result, "lead_time": 2.0, "was_cancelled": skipped}
        made = person.send("POST", f"{place}/annotations/", body)
        said = person.said.setdefault(key, [])
        said.append(_said(task, None if skipped else result))
        if count % 3 == 0 and not skipped:
            result = _changed(task, chance)
            person.send("PATCH", f"/api/annotations/{made['id']}/", {"result": result})
            said.append(_said(task, result))


def _content(correction: Correction) -> Said:
    return correction.state, frozenset(_mark(span) for span in correction.spans)


def _mark(span: Span) -> Mark:
    return span.layer, span.label, span.start, span.end, span.text


def test_twenty_annotators_at_once_lose_nothing_while_pulls_run(
    server: Team, lead: Annotator, workspace: Workspace
) -> None:
    link = lead.send("GET", "/api/invite")["invite_url"]
    with ExitStack() as stack:
        stack.enter_context(_connected(server, lead.token))
        clients = [stack.enter_context(server.client()) for _ in range(_ANNOTATORS)]
        people = [_sign_up(c, link, number) for number, c in enumerate(clients)]
        assert pipeline.push(workspace).created == _ARTICLES
        fields = f"/api/tasks?project={_project(lead, workspace)}&fields=all&page_size=1000"
        tasks = lead.send("GET", fields)["tasks"]
        pulls, started = 0, time.monotonic()
        with ThreadPoolExecutor(_ANNOTATORS) as pool:
            done = [pool.submit(_work, p, tasks, n) for n, p in enumerate(people)]
            while not all(future.done() for future in done):
                assert pipeline.pull(workspace).rejected == []
                pulls += 1
                time.sleep(0.5)
        seconds = time.monotonic() - started
        for future in done:
            future.result()
        pipeline.pull(workspace)
        assert pipeline.pull(workspace).new == 0

    names = Annotators(workspace)
    wanted = {
        (key, names.pseudonym(person.email)): said
        for person in people
        for key, said in person.said.items()
    }
    found: dict[tuple[str, str], list[Correction]] = {}
    for correction in workspace.corrections.load().values():
        found.setdefault((correction.task, correction.producer.name), []).append(correction)
    lost = [key for key in wanted if key not in found]
    invented = [key for key in found if key not in wanted]
    assert (lost, invented) == ([], [])
    moved, doubled = [], []
    for place, corrections in found.items():
        corrections.sort(key=lambda c: c.revision)
        contents = [_content(c) for c in corrections]
        # A pull may come between a submission and its update, or after both.
        if contents not in (wanted[place], wanted[place][-1:]):
            moved.append(place)
        if [c.revision for c in corrections] != list(range(1, len(corrections) + 1)):
            doubled.append(place)
    assert (moved, doubled) == ([], [])
    requests = sum(person.requests for person in people)
    spans = sum(len(said[-1][1]) for said in wanted.values())
    print(
        f"\n{len(people)} annotators, {len(tasks)} tasks, {len(wanted)} annotations, "
        f"{sum(len(s) - 1 for s in wanted.values())} updates, {spans} spans, {requests} requests "
        f"in {seconds:.0f} s, {pulls} pulls meanwhile: 0 lost, 0 moved, 0 doubled"
    )


def _project(lead: Annotator, workspace: Workspace) -> int:
    title = workspace.config.studio.project
    (found,) = [p for p in lead.send("GET", "/api/projects/")["results"] if p["title"] == title]
    return int(found["id"])


def test_a_backup_of_the_database_restores_every_row(server: Team, tmp_path: Path) -> None:
    dump = tmp_path / "label_studio.dump"
    server.psql("pg_dump", "--format=custom", f"--file={dump}", "label_studio")
    server.psql("createdb", "restored")
    server.psql("pg_restore", "--dbname=restored", "--exit-on-error", str(dump))
    assert _rows(server, "restored") == _rows(server, "label_studio")
    assert _rows(server, "restored")["task_completion"] > 0


def _rows(server: Team, database: str) -> Counter[str]:
    """Return the number of rows of every table that people's work is in."""
    tables = ("task", "task_completion", "prediction", "tasks_annotationdraft", "htx_user")
    asked = " UNION ALL ".join(f"SELECT '{t}', count(*) FROM {t}" for t in tables)
    told = server.psql("psql", "-d", database, "-t", "-A", "-F", " ", "-c", asked)
    return Counter({name: int(n) for name, n in (line.split() for line in told.splitlines())})


def test_a_person_signs_in_and_submits_through_tls(
    server: Team, lead: Annotator, chromium: Browser
) -> None:
    new = {"title": "Through TLS", "label_config": interface(labels.default())}
    project = int(lead.send("POST", "/api/projects/", new)["id"])
    data = {"text": "The minister spoke.", "title": "One", "source_line": "", "task_key": ""}
    lead.send("POST", f"/api/projects/{project}/import", [{"data": data}])
    account = Running(server.url, server.email, server.password, lead.token, 0, "")
    with chromium.new_context(ignore_https_errors=True) as context:
        page = context.new_page()
        browser.sign_in(page, account)
        browser.open_stream(page, account, project)
        browser.submit(page)
        cookies = {c["name"]: c for c in context.cookies()}
    assert all(cookies[name]["secure"] for name in ("sessionid", "csrftoken"))
    assert cookies["sessionid"]["httpOnly"]


def test_signing_up_needs_the_link_and_other_hosts_are_refused(server: Team) -> None:
    with server.client() as client:
        client.get("/user/login/")
        form = {"email": "x@localhost", "password": "a-long-password"}
        form["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
        assert client.post("/user/signup/", data=form).status_code == httpx.codes.FORBIDDEN
        foreign = {"Origin": "https://evil.example"}
        assert client.post("/user/login/", data=form, headers=foreign).status_code == 403
        assert client.get("/api/version", headers={"Host": "evil.example"}).text == ""
        told = client.get("/user/login/").headers
    assert "max-age" in told["strict-transport-security"]


def test_a_token_of_the_old_kind_opens_nothing(server: Team) -> None:
    asked = "SELECT key FROM authtoken_token LIMIT 1"
    token = server.psql("psql", "-d", "label_studio", "-t", "-A", "-c", asked).strip()
    assert token
    with server.client() as client:
        told = client.get("/api/projects/", headers={"Authorization": f"Token {token}"})
    assert told.status_code == httpx.codes.UNAUTHORIZED
