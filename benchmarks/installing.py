"""How large an installation is with each extra, and how long it takes.

    .venv/bin/python -m benchmarks.installing [EXTRA]...

Builds the wheel, and has pip install it into an empty virtual environment, without extras and then
with each EXTRA alone (each there is if none is named). Printed are the megabytes of site-packages
with its bytecode and without pip's own, the packages, the seconds that pip took (it fetches what is
not in its cache), and the seconds of ``builder --help`` there.
"""

import argparse
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from hatchling import build

from builder.extras import PACKAGE

_EXTRAS = ("dataset", "ingest", "annotate", "studio", "publish", "all")
_TOOLS = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence")


def main() -> None:
    """Install with each extra, print a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extra", nargs="*", default=_EXTRAS)
    print(f"{'extra':10}{'MB':>6}{'packages':>10}{'pip, s':>8}{'--help, s':>11}")
    with tempfile.TemporaryDirectory() as place:
        wheel = Path(place) / build.build_wheel(place)
        for extra in ("", *parser.parse_args().extra):
            _measure(wheel, extra, Path(place) / (extra or "none"))


def _measure(wheel: Path, extra: str, home: Path) -> None:
    venv.create(home, with_pip=True)
    told = f"{PACKAGE}[{extra}] @ {wheel.as_uri()}" if extra else str(wheel)
    started = time.perf_counter()
    subprocess.run([home / "bin" / "pip", "install", "--quiet", told], check=True)
    installed = time.perf_counter()
    subprocess.run([home / "bin" / "builder", "--help"], check=True, stdout=subprocess.DEVNULL)
    helped = time.perf_counter()
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    site = home / "lib" / version / "site-packages"
    kept = [path for path in site.iterdir() if not path.name.startswith(_TOOLS)]
    files = (file for path in kept for file in (path, *path.rglob("*")) if file.is_file())
    size = sum(file.stat().st_size for file in files) / 1e6
    packages = sum(path.suffix == ".dist-info" for path in kept)
    print(
        f"{extra or 'none':10}{size:6.0f}{packages:10}{installed - started:8.0f}"
        f"{helped - installed:11.2f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
