"""Tasks are dealt by hand to people who are known, and nothing that counted stops to count."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from builder.errors import BuilderError
from builder.records import ADJUDICATION, SECOND, Round
from builder.studio.dealt import deal_by_hand, shares
from builder.tasks import dealing
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace
from tests import making

_ARTICLE = making.article("Kim said Oslo hired men.")
_WORK = making.correction(making.suggestion(_ARTICLE), [])
_TASK = _WORK.task


@pytest.fixture
def held(tmp_path: Path) -> Workspace:
    """A workspace with a task on which annotator-1 and annotator-2 have worked."""
    init.init(tmp_path)
    workspace = open_workspace(tmp_path)
    workspace.articles.save([_ARTICLE])
    workspace.stories.save([making.story(_ARTICLE)])
    workspace.windows.save([making.window(_ARTICLE, 0, len(_ARTICLE.text))])
    workspace.corrections.add(
        [_WORK, making.correction(making.suggestion(_ARTICLE), [], by="annotator-2")]
    )
    return workspace


def _counted(held: Workspace) -> set[str]:
    work, deals = held.corrections.load().values(), held.deals.load().values()
    return {c.producer.name for c in dealing.counted(work, deals)}


def test_what_somebody_did_before_they_were_dealt_another_round_goes_on_to_count(
    held: Workspace,
) -> None:
    deal_by_hand(held, [_TASK], "annotator-1", ADJUDICATION)
    assert _counted(held) == {"annotator-1", "annotator-2"}


def test_nothing_is_dealt_to_a_name_that_nobody_has(held: Workspace) -> None:
    with pytest.raises(BuilderError, match="annotator-3: nobody of that name"):
        deal_by_hand(held, [_TASK], "annotator-3", SECOND)
    assert held.deals.load() == {}


def test_nobody_is_dealt_a_second_opinion_on_what_they_have_one_on(held: Workspace) -> None:
    with pytest.raises(BuilderError, match="was done by them before"):
        deal_by_hand(held, [_TASK], "annotator-1", SECOND)


def test_work_in_a_round_that_somebody_opened_can_be_let_count(held: Workspace) -> None:
    deal_by_hand(held, [_TASK], "annotator-1", ADJUDICATION)
    with pytest.raises(BuilderError, match="there is no round 5"):
        deal_by_hand(held, [_TASK], "annotator-2", 5)
    now = datetime(2026, 5, 1, tzinfo=UTC)
    opened = Round(number=5, tasks=(_TASK,), why="errors", by="lead", guidelines="1", opened=now)
    held.rounds.add([opened])
    assert deal_by_hand(held, [_TASK], "annotator-2", 5).round == "round 5"


def test_what_is_dealt_of_an_article_that_is_out_waits_for_nobody(held: Workspace) -> None:
    deal_by_hand(held, [_TASK], "annotator-1", ADJUDICATION)
    assert len(shares(held).shares) == 3
    held.stories.save([making.story(_ARTICLE, withdrawn={_ARTICLE.id: "asked for"})])
    assert shares(open_workspace(held.root)).shares == []
