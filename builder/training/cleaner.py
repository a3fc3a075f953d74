"""Train the cleaner's model of lines on pages that somebody has marked, and judge it."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from builder.errors import BuilderError
from builder.extras import command
from builder.ingest.cleaning import lines
from builder.training import line_folds, line_trees
from builder.training.line_material import GROUPS, LineMaterial, prepare
from builder.training.line_trees import TreeSettings
from builder.training.marked_pages import MarkedPage, figures, interval, likeness, read_pages
from builder.training.numbered import next_folder
from builder.workspace.folder import Workspace

# With fewer, what is left out says nothing, and what is learned is worse than what there is.
_MIN_PAGES, _MIN_OUTLETS = 30, 10
_FOLDS = 5
# An article of which less than this stands on its page has been marked by another text.
_MIN_FOUND = 0.8
_EVERY = 100

Scores = Sequence[Mapping[str, float]]


@dataclass(frozen=True)
class TrainedCleaner:
    """A new model of lines: its folder, which builder.toml can name, and how good it is.

    It is ``better`` than the packaged one, or ``worse``, if the whole 95% interval of the gain in
    F1 on outlets left out says so. ``left_out`` names pages that were no use, with the reason.
    """

    folder: str
    pages: int
    outlets: int
    better: bool
    worse: bool
    evaluation: dict[str, Any]
    left_out: list[dict[str, str]]


def train(
    workspace: Workspace, path: Path, seed: int, report: Callable[[str], None]
) -> TrainedCleaner:
    """Learn from the pages of a file alone, and write the model to ``models/cleaner-N``.

    Args:
        workspace: where the model goes.
        path: the file of marked pages.
        seed: the same seed and pages give the same model.
        report: called now and then with how far training has come.

    Raises:
        BuilderError: a line is no page, there are too few of them, or a package is not installed.

    """
    _check_packages()
    pages = list(read_pages(path))
    _check_enough(path, pages)
    material, left_out = _usable(path, pages, report)
    settings = TreeSettings(seed=seed)
    evaluation = _judged(material, settings, report)
    held = material.pages
    with next_folder(workspace.root / "models", "cleaner") as (name, folder):
        card: dict[str, Any] = {
            "name": name,
            "sources": {path.name: hashlib.sha256(path.read_bytes()).hexdigest()},
            "pages": len({page.page for page in held}),
            "texts": len(held),
            "outlets": len({page.outlet for page in held}),
            "seed": seed,
            "evaluation": evaluation,
        }
        line_trees.write(line_trees.learn(material, (), settings), material.names, folder, card)
    low, high = evaluation["gain"]["ci95"]
    return TrainedCleaner(
        f"models/{name}", card["pages"], card["outlets"], low > 0, high < 0, evaluation,
        left_out,
    )  # fmt: skip


def _check_packages() -> None:
    try:
        import lightgbm  # noqa: F401
        import onnx  # noqa: F401
    except ImportError as error:
        raise BuilderError(
            f"training needs lightgbm and onnx ({error}): {command('train')}"
        ) from None


def _check_enough(path: Path, pages: Sequence[MarkedPage], usable: str = "") -> None:
    outlets = {page.outlet for page in pages}
    different = {page.page for page in pages}
    if len(different) < _MIN_PAGES or len(outlets) < _MIN_OUTLETS:
        raise BuilderError(
            f"{path}: holds {len(different)} {usable}pages of {len(outlets)} outlets; to learn "
            f"from some and be judged by others takes {_MIN_PAGES} pages of {_MIN_OUTLETS} outlets "
            "(a page without `outlet` counts as one of its own)"
        )


def _usable(
    path: Path, pages: Sequence[MarkedPage], report: Callable[[str], None]
) -> tuple[LineMaterial, list[dict[str, str]]]:
    """Return the pages that can be learned from, and which cannot with the reason."""

    def say(number: int) -> None:
        if number and number % _EVERY == 0:
            report(f"{number} of {len(pages)} pages are read")

    material = prepare(pages, say, _dealt(pages))
    found = [_share_found(material, number) for number in range(len(material.pages))]
    good = {page for page, share in zip(material.pages, found, strict=True) if share >= _MIN_FOUND}
    if len(good) == len(pages):
        _check_lines(path, material)
        return material, []
    kept = [page for page in pages if page in good]
    _check_enough(path, kept, "usable ")
    shares = dict(zip(material.pages, found, strict=True))
    left_out = [
        {"id": page.page, "reason": f"{shares.get(page, 0.0):.0%} of its article stand on it"}
        for page in pages
        if page not in good
    ]
    material = prepare(kept, say, _dealt(kept))
    _check_lines(path, material)
    return material, left_out


def _check_lines(path: Path, material: LineMaterial) -> None:
    if material.labels.all():
        raise BuilderError(
            f"{path}: its pages hold nothing but their articles; `dump` is the text of a whole page"
        )


def _dealt(pages: Sequence[MarkedPage]) -> Mapping[str, int]:
    """Return which group each outlet is in, so that groups hold about as many outlets."""
    outlets = {page.outlet for page in pages}
    mixed = sorted(outlets, key=lambda outlet: hashlib.sha256(outlet.encode()).digest())
    return {outlet: place % GROUPS for place, outlet in enumerate(mixed)}


def _share_found(material: LineMaterial, number: int) -> float:
    text = line_folds.text_of(material, number, material.labels[material.rows(number)])
    return likeness(material.pages[number].body, text)["recall"]


def _judged(
    material: LineMaterial, settings: TreeSettings, report: Callable[[str], None]
) -> dict[str, Any]:
    """Return the figures of the new model on outlets left out, and of the packaged one there."""
    chances = line_folds.cross_validated(material, _FOLDS, settings, report)
    held = material.pages
    new = [
        likeness(page.body, line_folds.text_found(material, number, chances))
        for number, page in enumerate(held)
    ]
    report("the packaged model reads the same pages")
    packaged = [likeness(page.body, _cleaned(page)) for page in held]
    gains = [a["f1"] - b["f1"] for a, b in zip(new, packaged, strict=True)]
    low, high = interval(gains, [page.outlet for page in held])
    return {
        "new": figures(held, new),
        "packaged": figures(held, packaged),
        "gain": {"f1": float(np.mean(gains)), "ci95": [low, high]},
    }


def _cleaned(page: MarkedPage) -> str:
    return "\n".join(block.text for block in lines.judge(page.dump.split("\n")).body)
