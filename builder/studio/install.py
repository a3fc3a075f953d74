"""Install Label Studio in a virtual environment that holds exactly what its lock names.

Beside it lies an empty database, brought to the form of that version once: every workspace's server
starts from a copy, as making it takes minutes.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from builder.errors import BuilderError

_PACKAGE = Path(__file__).resolve().parent.parent
# Beside the package in a checkout, inside it in a wheel.
_LOCKS = next(p for p in (_PACKAGE / "locks", _PACKAGE.parent / "locks") if p.is_dir())
LOCK = _LOCKS / "label-studio.txt"
DATABASE = "label_studio.sqlite3"
_TOLD_EVERY = 15.0
_LOG_LINES = 20


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
    home = _home(cache)
    home.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(home.parent / "install.lock"):
        if not home.is_dir():
            report(f"Installing Label Studio {version()} into {home} (once, about 800 MB)")
            _install(home)
            report("Label Studio is installed")
    return home / "bin" / "python"


def empty_database(report: Callable[[str], None], cache: Path | None = None) -> Path:
    """Return an SQLite database of the installed Label Studio that holds nothing yet.

    It is made where it is not there yet, and takes and raises what ``python`` does.
    """
    home = _home(cache)
    database = home.with_name(f"{home.name}.sqlite3")
    with FileLock(home.parent / "install.lock"):
        if not database.exists():
            _make_database(home, database, report)
    return database


def bare_environment() -> dict[str, str]:
    """Return what Label Studio's processes see of the caller's environment.

    That is the path and the language: it also reads names such as PORT, HOST and DEBUG, with and
    without a prefix.
    """
    return {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}


def _home(cache: Path | None) -> Path:
    if cache is None:
        from platformdirs import user_cache_path

        cache = user_cache_path("labelled-dataset-builder")
    lock_hash = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:8]
    tag = f"py{sys.version_info.major}{sys.version_info.minor}"
    return cache / f"label-studio-{version()}-{lock_hash}-{tag}"


def _make_database(home: Path, database: Path, report: Callable[[str], None]) -> None:
    """Have Label Studio's own migrations make a database; it gets its name when it is whole."""
    report("Preparing an empty database for Label Studio (once, a minute or two)")
    partial = database.with_name(f"{database.name}.{os.getpid()}.partial")
    partial.mkdir()
    try:
        program = next(home.glob("lib/python*/site-packages/label_studio/manage.py"))
        # A server reads its own key from its environment: this one is for no server.
        own = {"HOME": str(partial), "LABEL_STUDIO_BASE_DATA_DIR": str(partial), "SECRET_KEY": "-"}
        with (partial / "log").open("w+", encoding="utf-8", errors="replace") as log:
            process = subprocess.Popen(
                [str(home / "bin" / "python"), str(program), "migrate", "--no-color"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=bare_environment() | own,
            )  # fmt: skip
            try:
                _wait(process, report)
            finally:
                process.kill()
            log.seek(0)
            said = "".join(log.readlines()[-_LOG_LINES:])
        if process.wait():
            raise StudioError(f"Label Studio's database could not be prepared:\n{said.strip()}")
        (partial / DATABASE).rename(database)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _wait(process: "subprocess.Popen[bytes]", report: Callable[[str], None]) -> None:
    began = time.monotonic()
    while True:
        try:
            process.wait(_TOLD_EVERY)
        except subprocess.TimeoutExpired:
            report(f"The database is being prepared ({time.monotonic() - began:.0f} s)")
        else:
            return


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
