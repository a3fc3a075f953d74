"""A team's server, for real: what compose.yaml describes, as processes of this machine.

PostgreSQL and Caddy come from this system, Label Studio from the builder's own environment, and
their settings from ``compose.yaml`` and ``Caddyfile``, so that those are what is tested. Everything
listens on loopback addresses and keeps its files in one temporary folder.
"""

import os
import re
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from builder.studio import install

ROOT = Path(__file__).parents[2]
# Not one of the names that mean this machine, so that the builder takes it for a server elsewhere.
DOMAIN = "127.0.0.2"
_VARIABLE = re.compile(r"\$\{(\w+)(?::\?[^}]*)?\}")
_READY_SECONDS = 240


@dataclass(frozen=True)
class Team:
    """A server that answers through TLS, and how its first account signs in."""

    url: str
    email: str
    password: str
    ca: Path
    psql: Callable[..., str]

    def client(self) -> httpx.Client:
        """Return a client that says where it comes from, as browsers do."""
        trusted = ssl.create_default_context(cafile=str(self.ca))
        headers = {"Origin": self.url, "Referer": f"{self.url}/"}
        return httpx.Client(base_url=self.url, verify=trusted, headers=headers, timeout=120)


def settings() -> dict[str, Any]:
    """Return the services of compose.yaml."""
    services: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))[
        "services"
    ]
    return services


def filled(environment: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with its variables put in, as compose does it."""
    return {n: _VARIABLE.sub(lambda m: values[m[1]], v) for n, v in environment.items()}


@contextmanager
def started() -> Iterator[Team]:
    """Yield the team's server; its processes and files are gone afterwards."""
    tls, http, database = _free_ports(DOMAIN, "127.0.0.1", "127.0.0.1")
    url = f"https://{DOMAIN}:{tls}"
    values = {
        "DOMAIN": DOMAIN,
        "ADMIN_EMAIL": "lead@localhost",
        **{n: secrets.token_hex(16) for n in ("POSTGRES_PASSWORD", "SECRET_KEY", "ADMIN_PASSWORD")},
    }
    services = settings()
    with ExitStack() as stack:
        home = Path(tempfile.mkdtemp(prefix="builder-team-"))
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        home.chmod(0o755)
        psql = stack.enter_context(
            _postgresql(home, database, filled(services["database"]["environment"], values))
        )
        studio = filled(services["label-studio"]["environment"], values)
        studio = {n: v.replace(f"https://{DOMAIN}", url) for n, v in studio.items()}
        studio |= {"POSTGRE_HOST": "127.0.0.1", "POSTGRE_PORT": str(database)}
        stack.enter_context(_label_studio(home, http, studio))
        ca = stack.enter_context(_caddy(home, tls, http))
        team = Team(url, values["ADMIN_EMAIL"], values["ADMIN_PASSWORD"], ca, psql)
        with team.client() as client:
            _wait(lambda: client.get("/health").status_code == httpx.codes.OK, "Caddy", home)
        yield team


@contextmanager
def _postgresql(
    home: Path, port: int, environment: Mapping[str, str]
) -> Iterator[Callable[..., str]]:
    """Run a cluster of one's own; yield what runs PostgreSQL's programs on it."""
    user = "postgres" if os.geteuid() == 0 else None  # PostgreSQL does not run as root
    folder = home / "postgresql"
    folder.mkdir(mode=0o700)
    (folder / "password").write_text(environment["POSTGRES_PASSWORD"], "utf-8")
    if user:
        for path in (folder, folder / "password"):
            shutil.chown(path, user, user)
    owner = environment["POSTGRES_USER"]
    place = ["--host=127.0.0.1", f"--port={port}", f"--username={owner}"]

    def run(program: str, *options: str) -> str:
        done = subprocess.run(
            [_postgresql_program(program), *place, *options],
            env={"PATH": os.environ["PATH"], "PGPASSWORD": environment["POSTGRES_PASSWORD"]},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    made = [_postgresql_program("initdb"), f"--pgdata={folder / 'data'}", f"--username={owner}"]
    made += [f"--pwfile={folder / 'password'}", *environment["POSTGRES_INITDB_ARGS"].split()]
    subprocess.run(made, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    command = [_postgresql_program("postgres"), "-D", str(folder / "data"), "-k", ""]
    command += ["-h", "127.0.0.1", "-p", str(port)]
    with _running(command, home, "PostgreSQL", user=user, end=signal.SIGINT):
        _wait(lambda: _answers(port), "PostgreSQL", home)
        _wait(lambda: bool(run("psql", "-d", "postgres", "-c", "SELECT 1")), "PostgreSQL", home)
        run("createdb", environment["POSTGRES_DB"])
        yield run


def _postgresql_program(name: str) -> str:
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(debian[-1]) if debian else _program(name)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"This test needs {name}. On Debian: sh tests/install_team_server.sh")
    return found


@contextmanager
def _label_studio(home: Path, port: int, environment: Mapping[str, str]) -> Iterator[None]:
    program, *options = [str(part) for part in settings()["label-studio"]["command"]]
    assert program == "label-studio"
    run = "import sys; from label_studio.server import main; sys.exit(main())"
    command = [str(install.python(print)), "-c", run, *options]
    command[command.index("--internal-host") + 1] = "127.0.0.1"
    command[command.index("--port") + 1] = str(port)
    data = home / "label-studio"
    data.mkdir()
    own = {"PATH": os.environ["PATH"], "HOME": str(data), "LABEL_STUDIO_BASE_DATA_DIR": str(data)}
    health = f"http://127.0.0.1:{port}/health"
    with (
        _running(command, home, "Label Studio", environment={**own, **environment}),
        httpx.Client(trust_env=False, headers={"Host": "localhost"}) as client,
    ):
        _wait(lambda: client.get(health).status_code == httpx.codes.OK, "Label Studio", home)
        yield


@contextmanager
def _caddy(home: Path, tls: int, http: int) -> Iterator[Path]:
    """Run the Caddyfile with certificates of its own making; yield the file of its authority."""
    data = home / "caddy"
    content = (ROOT / "Caddyfile").read_text("utf-8")
    assert "label-studio:8080" in content
    config = home / "Caddyfile"
    config.write_text(
        "{\nadmin off\nauto_https disable_redirects\nskip_install_trust\n"
        f"default_bind {DOMAIN}\ndefault_sni {DOMAIN}\nstorage file_system {data}\n}}\n"
        + content.replace("label-studio:8080", f"127.0.0.1:{http}"),
        "utf-8",
    )
    own = {"PATH": os.environ["PATH"], "HOME": str(home), "DOMAIN": f"{DOMAIN}:{tls}"}
    command = [_program("caddy"), "run", "--config", str(config), "--adapter", "caddyfile"]
    authority = data / "pki/authorities/local/root.crt"
    with _running(command, home, "Caddy", environment=own):
        _wait(authority.exists, "Caddy", home)
        yield authority


@contextmanager
def _running(
    command: Sequence[str],
    home: Path,
    name: str,
    *,
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
    end: signal.Signals = signal.SIGTERM,
) -> Iterator[None]:
    with (home / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            env=environment,
            user=user,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield
    finally:
        process.send_signal(end)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(holds: Callable[[], object], name: str, home: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        try:
            if holds():
                return
        except (httpx.TransportError, AssertionError):
            pass
        if time.monotonic() > deadline:
            pytest.fail(f"{name} is not ready: {(home / f'{name}.log').read_text('utf-8')[-2000:]}")
        time.sleep(0.5)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_ports(*hosts: str) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.create_server((host, 0))) for host in hosts]
        return [int(probe.getsockname()[1]) for probe in probes]
