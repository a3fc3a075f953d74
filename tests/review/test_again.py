"""Rounds of second looks hold what is asked for: work that stands, of articles that are in."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from builder import labels
from builder.errors import BuilderError
from builder.records import CALIBRATION, FIRST, Correction, Deal
from builder.review import gold
from builder.review.again import Opened, Query, open_round
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace
from tests import making

_ARTICLE = making.article("Kim said Oslo hired men.")
_TEAM = '[team]\nannotators = ["annotator-1", "annotator-2"]\n'
_OLD = Query(guidelines="<1.1")
_NOW = datetime(2026, 5, 1, tzinfo=UTC)


def _work(who: str, guidelines: str = "1.0", number: int = FIRST, minute: int = 0) -> Correction:
    made = making.correction(making.suggestion(_ARTICLE), [], by=who)
    later = made.updated + timedelta(minutes=minute)
    return made.model_copy(update={"guidelines": guidelines, "round": number, "updated": later})


def _deal(who: str, number: int = FIRST) -> Deal:
    task = _work(who).task
    return Deal(article=_ARTICLE.id, task=task, annotator=who, round=number, arm="assisted")


@pytest.fixture
def held(tmp_path: Path) -> Workspace:
    """A workspace with a team, and a task on which annotator-1 has worked."""
    init.init(tmp_path)
    (tmp_path / "builder.toml").write_text(_TEAM)
    workspace = open_workspace(tmp_path)
    workspace.articles.save([_ARTICLE])
    workspace.stories.save([making.story(_ARTICLE)])
    workspace.windows.save([making.window(_ARTICLE, 0, len(_ARTICLE.text))])
    workspace.corrections.add([_work("annotator-1")])
    return workspace


def _opened(held: Workspace, query: Query = _OLD) -> Opened:
    return open_round(open_workspace(held.root), query, "guidelines 1.1", "lead", _NOW)


def test_what_was_looked_at_under_newer_guidelines_is_not_opened_once_more(held: Workspace) -> None:
    done = _opened(held)
    assert done.dealt == {"annotator-2": 1}
    held.corrections.add([_work("annotator-2", "1.1", done.round, minute=9)])
    with pytest.raises(BuilderError, match="no task is so"):
        _opened(held)


def test_work_that_does_not_count_opens_nothing(held: Workspace) -> None:
    held.corrections.save(
        [
            _work("annotator-1", "1.1"),
            _work("annotator-2"),
            _work("annotator-3", "1.0", CALIBRATION),
        ]
    )
    held.deals.save([_deal("annotator-1"), _deal("annotator-3", CALIBRATION)])
    with pytest.raises(BuilderError, match="no task is so"):
        _opened(held)


def test_tasks_of_an_article_that_is_out_of_the_dataset_are_not_opened(held: Workspace) -> None:
    held.stories.save([making.story(_ARTICLE, withdrawn={_ARTICLE.id: "asked for"})])
    with pytest.raises(BuilderError, match="no task is so"):
        _opened(held)


def test_without_a_team_no_round_is_opened_that_nobody_would_be_sent(held: Workspace) -> None:
    (held.root / "builder.toml").write_text("")
    with pytest.raises(BuilderError, match=r"has no \[team\]"):
        _opened(held)
    assert held.rounds.load() == {}


def test_the_next_second_look_is_at_what_was_not_opened_before(held: Workspace) -> None:
    other = making.article("Kim said Oslo hired men.", "Anna Berg slept.")
    held.articles.save([_ARTICLE, other])
    held.stories.save([making.story(_ARTICLE, other)])
    held.windows.save([making.window(a, 0, len(a.text)) for a in (_ARTICLE, other)])
    oslo = making.suggestion(other, making.span(other, "Oslo", "GPE"))
    work = [_work("annotator-1"), making.correction(oslo, oslo.spans)]
    held.corrections.save(work)
    suggested = (making.suggestion(_ARTICLE), oslo)
    held.gold.save(
        gold.build(a, s, [c], labels.default())
        for a, s, c in zip((_ARTICLE, other), suggested, work, strict=True)
    )
    found = [_opened(held, Query(contradicted=1)).tasks for _ in range(2)]
    assert sorted(found) == sorted([c.task] for c in work)
    with pytest.raises(BuilderError, match="no task is so"):
        _opened(held, Query(contradicted=1))
