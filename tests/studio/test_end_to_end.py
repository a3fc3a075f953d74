"""The whole loop: seeds, a real Label Studio, a person in a real browser, and a release."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import datasets
import pytest
from click.testing import CliRunner
from playwright.sync_api import Page

from builder import labels
from builder.cli import main
from builder.records import Article, Bounds, Correction, Producer, Span, Task
from builder.studio.server import Running
from builder.text import check_span
from builder.workspace.folder import Workspace, open_workspace
from tests import making
from tests.conftest import Copies
from tests.studio import browser

_KEY = {label.name: label.hotkey for label in labels.default().labels}


@dataclass(frozen=True)
class Loop:
    """A workspace whose tasks are on the server."""

    workspace: Workspace
    project: int
    task_ids: dict[str, int]

    def command(self, *words: str, code: int = 0) -> Any:
        """Run one builder command and return its result."""
        given = [*words, "--json", "--workspace", str(self.workspace.root)]
        done = CliRunner().invoke(main, given, catch_exceptions=False)
        assert done.exit_code == code, done.output
        return json.loads(done.stdout)


@pytest.fixture
def loop(
    copy_of: Copies, label_studio: Running, sdk: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Loop]:
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    workspace = copy_of(_annotate)
    title = f"Loop {workspace.root.parent.name}"[:50]
    config = workspace.root / "builder.toml"
    config.write_text(config.read_text("utf-8").replace('"workspace"', f'"{title}"'), "utf-8")
    loop = Loop(open_workspace(workspace.root), 0, {})
    loop.command("push")
    (project,) = [p.id for p in sdk.projects.list() if p.title == title]
    ids = {t.data["task_key"]: t.id for t in sdk.tasks.list(project=project)}
    yield Loop(loop.workspace, project, ids)
    sdk.projects.delete(project)


def _annotate(workspace: Workspace) -> None:
    for stage in ("ingest", "annotate"):
        Loop(workspace, 0, {}).command(stage)


def _free_sentences(task: Task, article: Article) -> list[Bounds]:
    """Return the sentences of a task with no span of the claim layer in them."""
    claims = [s for s in task.suggestion.spans if s.layer == "claim"]
    return [
        b
        for b in article.sentences
        if task.start <= b.start
        and b.end <= task.end
        and not any(s.start < b.end and s.end > b.start for s in claims)
    ]


def _reachable(task: Task, layer: str, label: str | None = None) -> list[Span]:
    """Return spans whose first character no other span shares, so that a click means them."""
    spans = task.suggestion.spans
    return [
        s
        for s in spans
        if s.layer == layer
        and label in (None, s.label)
        and not any(o is not s and o.start <= s.start < o.end and o.layer == layer for o in spans)
        and not any(s.start < o.start < s.end for o in spans)
    ]


def test_what_a_person_does_in_the_browser_is_pulled_and_released(
    loop: Loop, label_studio: Running, page: Page
) -> None:
    articles = loop.workspace.articles.load()
    task, free = next(
        (task, sentence)
        for task in loop.workspace.tasks.load().values()
        for sentence in _free_sentences(task, articles[task.article])
    )
    article = articles[task.article]
    deleted, relabelled = [s for s in _reachable(task, "entity") if s.label != "EVENT"][:2]
    source = _reachable(task, "claim", "SOURCE")[-1]
    start, claim_end = free.start, article.text.rindex(" ", free.start, free.end)

    browser.sign_in(page, label_studio)
    browser.open_task(page, label_studio, loop.project, loop.task_ids[task.key])
    browser.delete_region(page, deleted.start - task.start)
    browser.click_region(page, relabelled.start - task.start)
    browser.press(page, _KEY["EVENT"], "u", _KEY["CLAIM"])
    browser.drag_select(page, start - task.start, claim_end - task.start)
    # A click means the innermost region, so one on a word that is in the claim alone.
    inside = _only_in_claim(task, article.text, start, claim_end)
    browser.click_region(page, inside - task.start)
    browser.press(page, "a", "f", "z")
    browser.relate(page, inside - task.start, source.start - task.start)
    browser.submit(page)

    assert loop.command("pull")["new"] == 1
    (correction,) = loop.workspace.corrections.load().values()
    assert _changes(correction) == {
        ("removed", deleted.label, deleted.text),
        ("relabelled", "EVENT", relabelled.text),
        ("added", "CLAIM", article.text[start:claim_end]),
    }
    (added,) = [c.after for c in correction.changes if c.action == "added" and c.after]
    assert added.attributes == {
        "attribution": "attributed",
        "check_worthy": "yes",
        "quote_type": "indirect",
    }
    drawn = {(r.label, r.head, r.tail) for r in correction.relations} - {
        (r.label, r.head, r.tail) for r in task.suggestion.relations
    }
    assert drawn == {("attributed_to", added.id, source.id)}
    kept = {s.id: s for s in task.suggestion.spans if s.id not in (deleted.id, relabelled.id)}
    assert {s.id: s for s in correction.spans if s.id in kept} == kept

    loop.command("review")
    released = loop.command("release")
    _check_release(loop, released["path"], correction, added, deleted, relabelled)
    assert loop.command("validate")["findings"] == []
    assert loop.command("pull")["new"] == 0
    assert loop.command("push")["created"] == 0
    assert loop.command("release")["new"] is False


def test_a_claim_from_nothing_takes_six_actions_and_is_released_whole(
    loop: Loop, label_studio: Running, page: Page
) -> None:
    articles = loop.workspace.articles.load()
    task, words = next(
        (task, words)
        for task in loop.workspace.tasks.load().values()
        for sentence in _free_sentences(task, articles[task.article])
        if len(words := _plain_words(task, sentence)) > 5
    )
    source, cue, claim = words[0], words[1], words[2:]

    browser.sign_in(page, label_studio)
    browser.open_task(page, label_studio, loop.project, loop.task_ids[task.key])
    actions: list[Callable[[], None]] = [
        lambda: browser.press(page, _KEY["CLAIM"]),
        lambda: browser.drag_select(page, claim[0][0], claim[-1][1]),
        lambda: browser.press(page, _KEY["SOURCE"]),
        lambda: browser.drag_select(page, *source),
        lambda: browser.press(page, _KEY["CUE"]),
        lambda: browser.double_click(page, cue[0] + 1),
    ]
    assert len(actions) == 6
    for act in actions:
        act()
    browser.submit(page)

    loop.command("pull")
    (correction,) = loop.workspace.corrections.load().values()
    added = {c.after.label: c.after for c in correction.changes if c.after and not c.before}
    assert {name: span.start - task.start for name, span in added.items()} == {
        "CLAIM": claim[0][0],
        "SOURCE": source[0],
        "CUE": cue[0],
    }
    made = {(r.label, r.head, r.tail) for r in correction.relations if r.by}
    assert made == {
        ("attributed_to", added["CLAIM"].id, added["SOURCE"].id),
        ("introduced_by", added["CLAIM"].id, added["CUE"].id),
    }
    assert added["CLAIM"].attributes == {"attribution": "attributed", "quote_type": "indirect"}
    assert added["SOURCE"].attributes.keys() == {"source_type"}

    folder = str(loop.workspace.root / loop.command("release")["path"])
    rows = {r["id"]: r for r in datasets.load_dataset(folder, "claims", split="train")}
    released = rows[added["CLAIM"].id]
    assert [s["id"] for s in released["sources"]] == [added["SOURCE"].id]
    assert [s["id"] for s in released["cues"]] == [added["CUE"].id]
    assert loop.command("validate")["findings"] == []
    assert loop.command("pull")["new"] == 0


def _plain_words(task: Task, sentence: Bounds) -> list[tuple[int, int]]:
    """Return the words of a sentence that no suggested span holds, as bounds in the task's text."""
    found = re.finditer(r"[^\W\d_]{2,}", task.text[: sentence.end - task.start])
    return [
        word.span()
        for word in found
        if word.start() >= sentence.start - task.start
        and not any(
            s.start < word.end() + task.start and word.start() + task.start < s.end
            for s in task.suggestion.spans
        )
    ]


def _only_in_claim(task: Task, text: str, start: int, end: int) -> int:
    spans = task.suggestion.spans
    return next(
        i
        for i in range(start, end)
        if text[i].isalpha() and not any(s.start <= i < s.end for s in spans)
    )


def _changes(correction: Correction) -> set[tuple[str, str, str]]:
    shown = [(c.action, c.after or c.before) for c in correction.changes]
    return {(action, span.label, span.text) for action, span in shown if span is not None}


def _check_release(
    loop: Loop, path: str, correction: Correction, added: Span, deleted: Span, relabelled: Span
) -> None:
    folder = str(loop.workspace.root / path)
    person = correction.producer.name
    assert person.startswith("annotator-")
    rows = datasets.load_dataset(folder, split="train")
    articles = {r["id"]: r for r in datasets.load_dataset(folder, "articles", split="train")}
    spans = {s["id"]: s for row in articles.values() for s in (*row["entities"], *row["claims"])}
    assert deleted.id not in spans
    assert spans[relabelled.id]["label"] == "EVENT"
    assert (spans[relabelled.id]["origin"], spans[relabelled.id]["by"]) == ("changed", person)
    assert spans[relabelled.id]["suggested_by"] == relabelled.by
    assert (spans[added.id]["origin"], spans[added.id]["annotators"]) == ("manual", [person])
    assert spans[added.id]["quote_type"] == "indirect"
    scope = correction.scope
    for row in rows:
        article = articles[row["article_id"]]
        assert article["text"][row["start"] : row["end"]] == row["text"]
        for span in (*row["entities"], *row["claims"]):
            assert row["text"][span["start"] : span["end"]] == span["text"]
        looked = row["article_id"] == correction.article and scope.start <= row["start"] < scope.end
        assert row["status"] == ("single" if looked else "machine")
        assert row["annotators"] == ([person] if looked else [])


def test_a_skipped_task_is_recorded_and_changes_no_gold(loop: Loop, sdk: Any) -> None:
    task = sdk.tasks.get(str(next(iter(loop.task_ids.values()))))
    shown = task.predictions[0].result
    sdk.annotations.create(task.id, result=shown, was_cancelled=True, lead_time=1.5)
    loop.command("pull")
    (correction,) = loop.workspace.corrections.load().values()
    assert (correction.state, correction.spans, correction.seconds) == ("skipped", (), 1.5)
    assert set(loop.command("review")["sentences"]) == {"machine"}


def test_an_untouched_task_gets_the_newer_suggestion_and_an_opened_one_keeps_its_own(
    loop: Loop, sdk: Any
) -> None:
    opened = next(iter(loop.task_ids))
    task = sdk.tasks.get(str(loop.task_ids[opened]))
    sdk.annotations.create(task.id, result=task.predictions[0].result, lead_time=1.0)
    suggestions = loop.workspace.suggestions
    making.put_suggestions(
        loop.workspace,
        (s.model_copy(update={"spans": (), "relations": ()}) for s in suggestions.load().values()),
    )
    done = loop.command("push")
    others = len(loop.task_ids) - 1
    assert (done["created"], done["refreshed"], done["in_work"]) == (0, others, 1)
    for key, identity in loop.task_ids.items():
        # Where nothing is suggested, nothing lies on the server.
        assert bool(sdk.predictions.list(task=identity)) == (key == opened)


def test_the_queue_shows_a_newer_versions_suggestions_and_needs_none(loop: Loop, sdk: Any) -> None:
    suggestions = loop.workspace.suggestions
    newer = {"producer": Producer(kind="model", name="newer", version="2")}
    making.put_suggestions(
        loop.workspace, (s.model_copy(update=newer) for s in suggestions.load().values())
    )
    assert loop.command("push")["refreshed"] == len(loop.task_ids)
    queue = sdk._client_wrapper.httpx_client.request
    (shown,) = queue(f"api/projects/{loop.project}/next/", method="GET").json()["predictions"]
    assert shown["model_version"] == "model:newer@2"
    for task in loop.task_ids.values():
        for prediction in list(sdk.predictions.list(task=task)):
            sdk.predictions.delete(prediction.id)
    sdk.projects.update(loop.project, model_version="")
    assert loop.command("push")["refreshed"] == 0


def test_an_edited_annotation_becomes_the_next_revision_and_nothing_is_lost(
    loop: Loop, sdk: Any
) -> None:
    key, identity = next(iter(loop.task_ids.items()))
    shown = sdk.tasks.get(str(identity)).predictions[0].result
    made = sdk.annotations.create(identity, result=shown, lead_time=2.0)
    loop.command("pull")
    spans = [r for r in shown if r["type"] == "labels"]
    sdk.annotations.update(made.id, result=spans[:1])
    assert loop.command("pull")["new"] == 1
    revisions = sorted(loop.workspace.corrections.load().values(), key=lambda c: c.revision)
    assert [(c.task, c.revision) for c in revisions] == [(key, 1), (key, 2)]
    assert revisions[0].changes == ()
    (left,) = revisions[1].spans
    article = loop.workspace.articles.load()[revisions[1].article]
    check_span(article.text, left.start, left.end, left.text)


def test_a_task_whose_text_was_changed_on_the_server_is_refused_with_a_reason_and_tried_again(
    loop: Loop, sdk: Any
) -> None:
    key, identity = next(iter(loop.task_ids.items()))
    task = sdk.tasks.get(str(identity))
    sdk.annotations.create(identity, result=task.predictions[0].result, lead_time=2.0)
    sdk.tasks.update(str(identity), data={**task.data, "text": "X" + task.data["text"]})
    done = loop.command("pull", code=1)
    assert done["new"] == 0
    (rejected,) = done["rejected"]
    assert key in rejected["path"] and "differs from the article's" in rejected["reason"]

    sdk.tasks.update(str(identity), data=task.data)
    assert loop.command("pull")["new"] == 1


def test_a_window_that_was_deleted_on_the_server_comes_back_and_the_others_stay(
    loop: Loop, sdk: Any
) -> None:
    lost, *others = loop.task_ids
    sdk.tasks.delete(str(loop.task_ids[lost]))
    assert loop.command("push")["created"] == 1
    now = {t.data["task_key"]: t.id for t in sdk.tasks.list(project=loop.project)}
    assert now.keys() == loop.task_ids.keys()
    assert {key: now[key] for key in others} == {key: loop.task_ids[key] for key in others}


def test_windows_are_recorded_at_the_first_push_and_stand_in_later_projects(
    loop: Loop, sdk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = loop.workspace.windows.load().values()
    assert {window.key for window in recorded} == set(loop.task_ids)
    assert loop.command("validate")["findings"] == []
    lying = {path.name: path.read_bytes() for path in loop.workspace.windows.files()}

    monkeypatch.setattr("builder.tasks.windows.WORDS", 50)
    for task in loop.task_ids.values():
        sdk.tasks.delete(str(task))
    assert loop.command("push")["created"] == len(loop.task_ids)
    now = {t.data["task_key"] for t in sdk.tasks.list(project=loop.project)}
    assert now == set(loop.task_ids)
    assert {path.name: path.read_bytes() for path in loop.workspace.windows.files()} == lying


def test_a_task_made_by_hand_in_label_studio_is_left_alone(loop: Loop, sdk: Any) -> None:
    data = {"text": "By hand.", "title": "By hand", "source_line": ""}
    sdk.projects.import_tasks(loop.project, request=[{"data": data}])
    assert loop.command("push")["created"] == 0
    assert loop.command("pull")["new"] == 0


def test_nothing_secret_is_written_where_others_read(
    loop: Loop, label_studio: Running, sdk: Any
) -> None:
    sdk.annotations.create(next(iter(loop.task_ids.values())), result=[], lead_time=1.0)
    loop.command("pull")
    for path in loop.workspace.data.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for secret in (label_studio.token, label_studio.password, label_studio.email):
                assert secret.encode() not in content, path
    state = loop.workspace.state
    private = [state / "annotators.json", state / "annotators.key", *state.glob("pulled/*.json")]
    assert len(private) == 3
    for path in private:
        assert path.stat().st_mode & 0o077 == 0, path
