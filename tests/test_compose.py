"""compose.yaml: pinned, hardened, closed, and without a secret. tests/studio runs its settings."""

import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from builder.studio import install, process
from builder.studio.credentials import Credentials

_ROOT = Path(__file__).parents[1]
_TEXT = (_ROOT / "compose.yaml").read_text("utf-8")
_COMPOSE: dict[str, Any] = yaml.safe_load(_TEXT)
_SERVICES: dict[str, Any] = _COMPOSE["services"]
_GUIDE = (_ROOT / "docs" / "team-server.md").read_text("utf-8")
_VARIABLES = set(re.findall(r"\$\{(\w+)", _TEXT))
_SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|KEY")


def _studio() -> dict[str, str]:
    environment: dict[str, str] = _SERVICES["label-studio"]["environment"]
    return environment


def test_label_studio_is_the_version_that_the_builder_is_tested_with() -> None:
    assert _SERVICES["label-studio"]["image"] == f"heartexlabs/label-studio:{install.version()}"


@pytest.mark.parametrize("name", _SERVICES)
def test_every_service_is_pinned_checked_restarted_and_without_rights(name: str) -> None:
    service = _SERVICES[name]
    assert re.fullmatch(r"[\w./-]+:\d+\.\d+(\.\d+)?", service["image"])
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["restart"] == "unless-stopped"
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "network_mode", "pid", "devices"} & service.keys()


def test_nothing_but_the_proxy_can_be_reached_and_only_by_web_ports() -> None:
    ports = {name: s["ports"] for name, s in _SERVICES.items() if "ports" in s}
    assert ports == {"proxy": ["80:80", "443:443"]}
    assert _COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("label-studio", "database"):
        assert _SERVICES[name]["networks"] == ["inside"]


def test_the_team_server_is_no_softer_than_the_embedded_one() -> None:
    access = Credentials("a@localhost", "p", "s", None)
    embedded = process._environment(Path("/data"), "http://127.0.0.1:8080", access)
    own = {"HOME", "PATH", "LANG", "TMPDIR", "LABEL_STUDIO_BASE_DATA_DIR"}
    assert embedded.keys() - own <= _studio().keys()
    differ = {n for n in embedded.keys() - own if embedded[n] != _studio()[n]}
    assert differ == {
        "SECRET_KEY",
        "LABEL_STUDIO_USERNAME",
        "LABEL_STUDIO_PASSWORD",
        "LABEL_STUDIO_ALLOWED_HOSTS",
        "LABEL_STUDIO_CORS_ALLOWED_ORIGINS",
    }
    assert _studio()["LABEL_STUDIO_SESSION_COOKIE_SECURE"] == "1"
    assert _studio()["LABEL_STUDIO_CSRF_COOKIE_SECURE"] == "1"
    assert _studio()["LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN"] == "false"
    assert _studio()["LABEL_STUDIO_CSRF_TRUSTED_ORIGINS"] == "https://${DOMAIN}"


def test_no_secret_stands_in_the_file() -> None:
    for service in _SERVICES.values():
        for name, value in service["environment"].items():
            if _SECRET.search(name) and name != "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN":
                assert re.fullmatch(r"\$\{\w+:\?.*docs/team-server\.md\}", value), name


def test_the_guides_commands_make_every_secret_for_its_owner_alone(tmp_path: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", _GUIDE, re.DOTALL)
    (script,) = [block for block in blocks if "> .env" in block]
    made: list[str] = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        subprocess.run(["sh", "-eu", "-c", script], cwd=folder, check=True)
        file = folder / ".env"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        made.append(file.read_text("utf-8"))
    values = [dict(line.split("=", 1) for line in text.splitlines()) for text in made]
    assert values[0].keys() == _VARIABLES
    for name in filter(_SECRET.search, _VARIABLES):
        assert len(values[0][name]) >= 24
        assert values[0][name] != values[1][name]


def test_git_ignores_the_secrets() -> None:
    assert "/.env" in (_ROOT / ".gitignore").read_text("utf-8").splitlines()
