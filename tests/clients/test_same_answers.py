"""For one file after another: we find whom the real docker, its SDK and skopeo find."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from docker import auth as docker_auth
from docker.errors import DockerException

from tests.support.credential_helpers import Machine
from tests.support.logins import GHCR, HUB, LoginWorld, Provider, auth
from tests.support.needs import need_program
from wizard.clients.login_hits import DOCKER, PODMAN, SDK
from wizard.core.ports import Endpoint

pytestmark = pytest.mark.engine

V1 = "https://index.docker.io/v1/"
PORT = Endpoint("localhost:5001", "https://localhost:5001")


def plain(*keys: str, **more: object) -> dict[str, Any]:
    """A login of another user under each of these names."""
    users = "pqrst"
    return {"auths": {k: {"auth": auth(u, "s")} for k, u in zip(keys, users, strict=False)}, **more}


FILES: list[tuple[Endpoint, dict[str, Any]]] = [
    *(
        (GHCR, plain(key))
        for key in ("ghcr.io", "https://ghcr.io/v2/", "http://ghcr.io", "GHCR.IO")
    ),
    *((GHCR, plain(key)) for key in ("ghcr.io/", "ghcr.io:443", "ghcr.io/acme", "docker.io")),
    (GHCR, plain("https://ghcr.io", "ghcr.io")),
    (GHCR, {"auths": {"ghcr.io": {}, "https://ghcr.io": {"auth": auth("q", "s")}}}),
    (GHCR, {"auths": {"ghcr.io": {"username": "p", "password": "s"}}}),
    (GHCR, {"auths": {"ghcr.io": {"registrytoken": "abc"}}}),
    (GHCR, plain("ghcr.io", credsStore="full")),
    (GHCR, plain("ghcr.io", credsStore="bare")),
    (GHCR, plain("ghcr.io", credHelpers={"ghcr.io": "full"})),
    (GHCR, plain("ghcr.io", credHelpers={"ghcr.io": "bare"})),
    (GHCR, plain("ghcr.io", credHelpers={"https://ghcr.io": "full"})),
    (GHCR, plain("ghcr.io", credHelpers={"ghcr.io/acme": "full"})),
    *((HUB, plain(key)) for key in (V1, "docker.io", "index.docker.io", "registry-1.docker.io")),
    *((HUB, plain(key)) for key in ("https://index.docker.io/v1", "https://docker.io")),
    (HUB, plain("docker.io", V1)),
    (HUB, plain(V1, "docker.io")),
    (HUB, {"auths": {"docker.io": {}, V1: {"auth": auth("q", "s")}}}),
    (HUB, plain("docker.io", credsStore="full")),
    (HUB, plain("docker.io", credsStore="bare")),
    (HUB, plain("other", credHelpers={"docker.io": "full"})),
    (HUB, plain("other", credHelpers={V1: "full"})),
    (PORT, plain("localhost:5001")),
    (PORT, plain("https://localhost:5001/v2/")),
    (PORT, plain("localhost")),
]


@pytest.mark.parametrize(("endpoint", "document"), FILES)
async def test_each_tool_is_said_to_send_whom_it_would_send(
    home: Path, monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint, document: dict[str, Any]
) -> None:
    need_program("docker", "docker-cli")
    need_program("skopeo")
    machine = Machine(home, "/usr/local/bin", "/usr/bin", "/bin", DOCKER_HOST="unix:///none.sock")
    monkeypatch.setenv("PATH", machine.environ["PATH"])  # docker's SDK looks for helpers there
    machine.helper("bare")
    for key in (endpoint.config_key, endpoint.containers_key):
        machine.helper("full").keep(key, f"kept-{len(key)}", "s")
    machine.write(json.dumps(document))

    found = await LoginWorld(machine).logins.find(Provider(), endpoint)

    ours = {
        tool: next((login.username for login in found if tool in login.tools), "")
        for tool in (DOCKER, SDK, PODMAN)
    }
    # `docker login` comes last: it may change the file.
    theirs = {SDK: _sdk(machine, endpoint), PODMAN: _skopeo(machine, endpoint)}
    assert ours == {DOCKER: _docker(machine, endpoint), **theirs}


def _docker(machine: Machine, endpoint: Endpoint) -> str:
    where = [] if endpoint is HUB else [endpoint.host]
    found = re.search(r"\[Username: (.*?)\]", "".join(_said(machine, "docker", "login", *where)))
    return found[1] if found else ""


def _sdk(machine: Machine, endpoint: Endpoint) -> str:
    config = docker_auth.load_config(str(machine.config), credstore_env=machine.environ)
    try:
        found = config.resolve_authconfig(endpoint.host) or {}
    except DockerException:
        return ""
    return str(found.get("username") or found.get("Username") or "")


def _skopeo(machine: Machine, endpoint: Endpoint) -> str:
    return _said(machine, "skopeo", "login", "--get-login", endpoint.host)[0].strip()


def _said(machine: Machine, *argv: str) -> tuple[str, str]:
    ended = subprocess.run(
        argv,
        check=False,
        env=machine.environ,
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )
    return ended.stdout, ended.stderr
