"""Give frozen articles the metadata that sidecars state since they were changed."""

from collections.abc import Iterable

from builder.ingest.articles import rejected, restated
from builder.ingest.extracted import Extracted
from builder.ingest.held import known_seeds
from builder.ingest.listing import File
from builder.ingest.readers import sidecars
from builder.ingest.readers.content import SeedError
from builder.records import Rejection
from builder.workspace.folder import Workspace


def restate(workspace: Workspace, files: Iterable[File]) -> tuple[list[str], list[Rejection]]:
    """Give articles what their changed sidecars state; return whose, and which are wrong."""
    wrong, told = [], []
    articles = known_seeds(workspace)
    for file in files:
        try:
            given = sidecars.read(file.sidecar) if file.sidecar else Extracted()
        except (SeedError, OSError) as error:
            wrong.append(rejected(file.name, str(error)))
            continue
        article = articles[file.id].article
        name = article[: workspace.form.digits]
        there = workspace.articles.read(workspace.articles.file(name))
        there[article] = restated(there[article], file.id, given)
        workspace.articles.write(name, there.values())
        name = file.id[: workspace.form.digits]
        seeds = workspace.seeds.read(workspace.seeds.file(name))
        seeds[file.id] = seeds[file.id].model_copy(update={"given": file.given})
        workspace.seeds.write(name, seeds.values())
        told.append(file.name)
    return told, wrong
