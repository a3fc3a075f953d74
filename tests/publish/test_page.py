"""The page on publishing: its workflow may do what it has to, its purge leaves nothing behind."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml
from pyarrow import parquet

from builder import pipeline
from builder.publish.plan import Published
from builder.records import Tombstone
from builder.workspace.folder import Workspace
from tests import making
from tests.publish.conftest import FREE, REPOSITORY, TARGET, WHEN, release_files
from tests.publish.hub import StandIn
from tests.release.conftest import CONFIG, parts

PAGE = (Path(__file__).parents[2] / "docs" / "publishing.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def publish(news: Workspace, version: str) -> Published:
    return pipeline.publish(news, TARGET, version, when=WHEN)


def test_the_workflow_asks_for_the_identity_that_stands_for_a_token() -> None:
    [flow] = blocks("yaml")
    read = yaml.safe_load(flow)
    assert read["permissions"] == {"contents": "write", "id-token": "write"}
    [job] = read["jobs"].values()
    assert job["env"]["HF_OIDC_RESOURCE"] == f"datasets/{REPOSITORY}"
    assert "TOKEN" not in flow.replace("HF_OIDC", "")
    # What people type is an environment variable, and never part of a command.
    assert all("${{" not in step.get("run", "") for step in job["steps"])


def test_after_the_purge_nothing_of_the_article_is_left_and_the_newest_version_is_whole(
    news: Workspace, hub: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(news, "0.1.0")
    publish(news, "0.2.0")
    found = parts()
    article = found.pop("bare")[0]
    news.tombstones.add(
        [Tombstone(article=article.id, seeds=(), reason="a request", day=date(2026, 3, 2))]
    )
    kept = making.rows(*found.values(), rights=FREE)
    making.write(
        news.releases / "1.0.0", *kept, CONFIG, previous=news.releases / "0.2.0", rights=FREE
    )
    assert publish(news, "1.0.0").plan.history
    [purge] = [block for block in blocks("python") if "super_squash_history" in block]
    with monkeypatch.context() as patched:
        patched.setattr("huggingface_hub.constants.ENDPOINT", hub.endpoint)
        exec(purge, {})
    done = publish(news, "1.0.0")
    repo = hub.repos[REPOSITORY]
    assert (done.new, done.bytes, done.plan.history) == (True, 0, [])
    assert repo.tags == {"1.0.0": repo.head.oid} and len(repo.commits) == 1
    assert repo.files() == release_files(news, "1.0.0")
    assert {p.commit for p in news.publications.load().values()} >= {repo.head.oid}
    assert not _texts(repo.store, news.root) & {article.text}


def _texts(store: dict[str, bytes], root: Path) -> set[str]:
    """Return the texts of articles that stand in large files."""
    place = root / "store"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    texts: set[str] = set()
    for oid, content in store.items():
        (place / oid).write_bytes(content)
        texts.update(parquet.read_table(place / oid).column("text").to_pylist())
    return texts
