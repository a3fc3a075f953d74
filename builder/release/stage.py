"""The stage that writes a release: the next version of the dataset, if anything has changed."""

from builder.dataset import manifest
from builder.dataset.digest import lasting_digest
from builder.dataset.rows import Row
from builder.outcomes import Released
from builder.progress import Track, untracked
from builder.release import inputs, write
from builder.release import verify as rebuilding
from builder.release.card.origins import Origins, origins
from builder.release.select import LeftOut, rows_of
from builder.release.verify import Verified
from builder.workspace.workspace import Workspace


def release(workspace: Workspace, version: str | None = None, track: Track = untracked) -> Released:
    """Write the next release, unless the newest one holds exactly the current gold."""
    tables, left_out = rows(workspace)
    done = write.release(
        workspace.releases,
        tables,
        left_out,
        workspace.config.release,
        _behind(workspace, tables),
        inputs=inputs.digests(workspace),
        wanted=version,
    )
    return Released(
        path=done.folder.relative_to(workspace.root).as_posix(),
        version=done.version,
        digest=done.digest,
        new=done.new,
        rows={name: len(table) for name, table in tables.items()},
        left_out=len(left_out),
    )


def verify(workspace: Workspace, name: str, track: Track = untracked) -> Verified:
    """Build a release again and compare; suggestions and gold have to be up to date."""
    folder = manifest.find(name, workspace.releases)
    tables, left_out = rows(workspace)
    return rebuilding.verify(
        folder,
        workspace.releases,
        tables,
        left_out,
        workspace.config.release,
        _behind(workspace, tables),
        inputs.digests(workspace),
    )


def rows(workspace: Workspace) -> tuple[dict[str, list[Row]], list[LeftOut]]:
    """Return the tables that a release would hold now, and what it would leave out."""
    from builder.annotate.tokens import token_bounds

    return rows_of(
        workspace.articles.load(),
        workspace.gold.load(),
        workspace.stories.load().values(),
        token_bounds,
    )


def _behind(workspace: Workspace, rows: dict[str, list[Row]]) -> Origins:
    released = {row["id"] for row in rows["articles"]}
    released |= {row["article_id"] for row in rows["sentences"]}
    return origins(
        {i: article for i, article in workspace.articles.load().items() if i in released},
        workspace.seeds.load().values(),
        workspace.corrections.load().values(),
    )


def holds(workspace: Workspace) -> str:
    """Say which release is the newest, and what it holds."""
    newest = manifest.latest(workspace.releases)
    if newest is None:
        return "none yet"
    rows = manifest.read(newest)["rows"]
    return f"{newest.name}: " + ", ".join(f"{sum(by.values())} {name}" for name, by in rows.items())


def due(workspace: Workspace) -> str:
    """Say whether the next release would be another one."""
    newest = manifest.latest(workspace.releases)
    if newest is None:
        return "nothing is released"
    tables, _ = rows(workspace)
    same = lasting_digest(tables) == manifest.read(newest)["lasting"]
    return "" if same else f"gold has changed since {newest.name}"
