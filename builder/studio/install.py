"""Install Label Studio into a virtual environment of its own, exactly as its lock says."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

from builder.errors import BuilderError

_PACKAGE = Path(__file__).resolve().parent.parent
# Beside the package in a checkout, inside it in a wheel.
_LOCKS = next(p for p in (_PACKAGE / "locks", _PACKAGE.parent / "locks") if p.is_dir())
LOCK = _LOCKS / "label-studio.txt"


class StudioError(BuilderError):
    """Something about Label Studio that a person has to put right, and how."""


def version() -> str:
    """Return the version of Label Studio that the lock pins."""
    found = re.search(r"^label-studio==(\S+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise StudioError(f"{LOCK} does not pin label-studio: put back the file as released")
    return found[1]


def python(report: Callable[[str], None], cache: Path | None = None) -> Path:
    """Return the Python of Label Studio's environment, made first where it is not there yet.

    It lies in the user's cache under a name that changes with the lock, and gets that name when it
    is complete: a killed installation leaves nothing that looks whole. Nothing in it is changed
    afterwards, so all workspaces share it.

    Args:
        report: told when an installation starts and when it is done.
        cache: the folder to use in place of the user's cache.

    Raises:
        StudioError: the packages could not be had.

    """
    cache = cache or user_cache_path("labelled-dataset-builder")
    lock_hash = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:8]
    tag = f"py{sys.version_info.major}{sys.version_info.minor}"
    home = cache / f"label-studio-{version()}-{lock_hash}-{tag}"
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "install.lock"):
        if not home.is_dir():
            report(f"Installing Label Studio {version()} into {home} (once, about 800 MB)")
            _install(home)
            report("Label Studio is installed")
    return home / "bin" / "python"


def _install(home: Path) -> None:
    for killed in home.parent.glob("*.partial"):
        shutil.rmtree(killed, ignore_errors=True)
    # A name of its own: the uv of a killed installation may still be writing.
    partial = home.with_name(f"{home.name}.{os.getpid()}.partial")
    _uv("venv", "--quiet", "--python", sys.executable, str(partial))
    _uv(
        "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode",
        "--python", str(partial / "bin" / "python"), str(LOCK),
    )  # fmt: skip
    partial.rename(home)


def _uv(*arguments: str) -> None:
    from uv import find_uv_bin

    command = [find_uv_bin(), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StudioError(
            "Label Studio could not be installed; it needs the package index once.\n"
            f"`{' '.join(command)}` said:\n{done.stderr.strip()}"
        )
