"""Bring seeds into the workspace: files, folders, patterns, addresses and datasets."""

import filecmp
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from builder.errors import BuilderError
from builder.extras import command, need
from builder.progress import Track, untracked
from builder.workspace.folder import Workspace
from builder.workspace.store import TEMPORARY

_CHUNK = 1 << 20
_DATASET = "datasets:"
_BY_ADDRESS = f"For buckets of S3: {command('s3')}; for the Hub: {command('dataset')}"


@dataclass
class Brought:
    """What was brought into the folder of seeds, by its path there; ``there`` was there already."""

    new: list[str] = field(default_factory=list)
    there: list[str] = field(default_factory=list)


def fetch(workspace: Workspace, sources: Sequence[str], track: Track = untracked) -> Brought:
    """Copy what sources name into the folder of seeds; what lies there already is not copied again.

    Args:
        workspace: the workspace.
        sources: paths of files or folders, patterns such as ``pages/**/*.html``, addresses that
            fsspec knows (``s3://bucket/crawl/*.warc.gz``, ``https://...``), and datasets
            (``datasets:ID`` of the Hub, or of a folder that ``datasets`` has saved).
        track: shows how far it is.

    Raises:
        BuilderError: a source names nothing or cannot be read, or another file of its name lies
            in the folder of seeds.

    """
    done = Brought()
    for source in sources:
        if source.startswith(_DATASET):
            _fetch_dataset(workspace, source.removeprefix(_DATASET), done)
            continue
        found = list(_named(source))
        for system, address, name in track(found, f"Fetching {source}"):
            _copy(system, address, workspace.seed_folder / name, done, workspace.root)
    return done


def _named(source: str) -> Iterator[tuple[Any, str, str]]:
    """Yield file system, address and name below the folder of seeds of each file of a source."""
    import fsspec

    try:
        system, path = fsspec.core.url_to_fs(source)
        if any(sign in path for sign in "*?["):
            found = sorted(p for p in system.glob(path) if system.isfile(p))
            base = path[: min(path.index(s) for s in "*?[" if s in path)].rpartition("/")[0]
        elif system.isdir(path):
            found, base = sorted(system.find(path)), str(PurePosixPath(path).parent)
        else:
            found, base = [path], str(PurePosixPath(path).parent)
            if not system.exists(path):
                raise FileNotFoundError(path)
    except ImportError as error:
        raise BuilderError(f"{source}: {error}. {_BY_ADDRESS}") from None
    except Exception as error:  # What stores of files raise is of many kinds.
        raise BuilderError(f"{source}: cannot be read: {error}") from None
    if not found:
        raise BuilderError(f"{source}: no file is called so")
    for address in found:
        name = PurePosixPath(address).relative_to(base) if base else PurePosixPath(address)
        # Neither hidden files nor names that lead out of the folder.
        if not any(part.startswith(".") for part in name.parts):
            yield system, address, name.as_posix()


def _copy(system: Any, address: str, target: Path, done: Brought, root: Path) -> None:
    part = target.with_name(f".{target.name}{TEMPORARY}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with system.open(address, "rb") as source, part.open("wb") as copy:
            shutil.copyfileobj(source, copy, _CHUNK)
    except Exception as error:  # What stores of files raise is of many kinds.
        part.unlink(missing_ok=True)
        raise BuilderError(f"{address}: cannot be fetched: {error}") from None
    _settle(part, target, address, done, root)


def _settle(part: Path, target: Path, source: str, done: Brought, root: Path) -> None:
    """Give a copy its name, unless a file of that name is there."""
    name = target.relative_to(root).as_posix()
    if not target.exists():
        part.rename(target)
        done.new.append(name)
        return
    same = filecmp.cmp(part, target, shallow=False)
    part.unlink()
    if not same:
        raise BuilderError(f"{name}: holds other bytes than {source}; move it or delete it first")
    done.there.append(name)


def _fetch_dataset(workspace: Workspace, identity: str, done: Brought) -> None:
    """Write each split of a dataset as a Parquet file into the folder of seeds."""
    need(f"{_DATASET}{identity}", "dataset")
    import datasets

    datasets.disable_progress_bars()
    try:
        folder = Path(identity)
        saved = folder.is_dir() and any(folder.rglob("state.json"))
        found = datasets.load_from_disk(identity) if saved else datasets.load_dataset(identity)
    except Exception as error:  # The library raises errors of many kinds.
        raise BuilderError(f"{_DATASET}{identity}: cannot be read: {error}") from None
    splits = found if isinstance(found, dict) else {"all": found}
    name = "-".join(PurePosixPath(identity).parts[-2:]).strip("-/") or "dataset"
    for split, rows in splits.items():
        target = workspace.seed_folder / f"{name}-{split}.parquet"
        part = target.with_name(f".{target.name}{TEMPORARY}")
        target.parent.mkdir(parents=True, exist_ok=True)
        rows.to_parquet(str(part))
        _settle(part, target, _DATASET + identity, done, workspace.root)
