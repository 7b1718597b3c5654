"""The lab itself: real docker and skopeo against the practice GHCR under its real name."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab.conftest import NewLab
from tests.lab.lab import REGISTRY_HOST, Lab, open_lab
from tests.lab.registry import docker_registry
from tests.support.needs import need_program

pytestmark = [pytest.mark.lab, pytest.mark.engine]

IMAGE = "ghcr.io/practice/app:1"
PING = """
import asyncio, httpx, ssl, truststore
async def main():
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    async with httpx.AsyncClient(verify=context, http2=True) as client:
        answer = await client.get("https://ghcr.io/v2/")
    print(answer.http_version, answer.status_code)
asyncio.run(main())
"""


def ping(lab: Lab, clock: str = "") -> str:
    """What a Python program with the system's trust gets of ghcr.io."""
    return lab.run([sys.executable, "-c", PING], clock=clock).output


def test_unmodified_docker_logs_in_builds_and_pushes_to_ghcr(lab: Lab) -> None:
    assert "Login Succeeded" in lab.docker_login().succeeded().stdout
    lab.build(IMAGE).succeeded()
    pushed = lab.run(["docker", "push", IMAGE]).succeeded()
    assert "digest: sha256:" in pushed.stdout

    stored = lab.sandbox.requests[-1]
    assert (stored.method, stored.path) == ("PUT", "/v2/practice/app/manifests/1")
    assert (stored.status, stored.login) == (201, "practice")


def test_a_first_push_is_private_until_somebody_publishes_it(lab: Lab) -> None:
    need_program("skopeo")
    lab.docker_login().succeeded()
    lab.build(IMAGE).succeeded()
    lab.run(["docker", "push", IMAGE]).succeeded()

    inspect = ["skopeo", "inspect", "--no-creds", f"docker://{IMAGE}"]
    refused = lab.run(inspect)
    assert refused.status != 0
    assert "unauthorized" in refused.stderr

    lab.sandbox.publish("practice/app")
    seen = lab.run(inspect).succeeded()
    assert json.loads(seen.stdout)["Name"] == "ghcr.io/practice/app"


def test_docker_pulls_what_was_published_without_a_login(lab: Lab) -> None:
    lab.docker_login().succeeded()
    lab.build(IMAGE).succeeded()
    lab.run(["docker", "push", IMAGE]).succeeded()
    lab.run(["docker", "logout", "ghcr.io"]).succeeded()
    lab.run(["docker", "rmi", IMAGE]).succeeded()
    lab.sandbox.publish("practice/app")
    assert "Downloaded newer image" in lab.run(["docker", "pull", IMAGE]).succeeded().stdout


def test_docker_is_told_in_ghcrs_words_that_a_token_is_wrong_or_may_only_read(lab: Lab) -> None:
    assert "denied: denied" in lab.docker_login(secret="ghp_practice_unknown").stderr
    assert (
        "denied: denied" in lab.docker_login(secret="github_pat_practice_token_fine_grained").stderr
    )

    lab.docker_login(secret="ghp_practice_token_that_may_only_read").succeeded()
    lab.build(IMAGE).succeeded()
    pushed = lab.run(["docker", "push", IMAGE])
    assert pushed.status != 0
    assert "permission_denied: The token provided does not match expected scopes." in pushed.stderr


def test_python_speaks_http2_to_the_trusted_name(lab: Lab) -> None:
    assert ping(lab) == "HTTP/2 401\n"


def test_what_is_not_named_does_not_resolve(lab: Lab) -> None:
    asked = lab.run(["getent", "hosts", "github.com"])
    assert (asked.status, asked.stdout) == (2, "")


def test_a_wrong_clock_makes_the_certificate_invalid(lab: Lab) -> None:
    assert "certificate" in ping(lab, clock="+400d")


def test_a_frozen_dockerd_takes_connections_and_does_not_answer(lab: Lab) -> None:
    assert lab.docker is not None
    lab.docker.freeze()
    asked = ["timeout", "0.5", "docker", "version"]
    assert lab.run(asked).status == 124
    lab.docker.thaw()
    lab.run(["docker", "version"]).succeeded()


def test_a_stopped_dockerd_is_started_again_for_the_next_test(lab: Lab) -> None:
    assert lab.docker is not None
    lab.docker.stop()
    assert "Cannot connect" in lab.run(["docker", "ps"]).stderr
    assert not lab.docker.socket.exists()
    lab.reset()
    lab.run(["docker", "ps"]).succeeded()


def test_a_crashed_dockerd_leaves_its_socket(lab: Lab) -> None:
    assert lab.docker is not None
    lab.docker.crash()
    assert lab.docker.socket.exists()
    assert "Cannot connect" in lab.run(["docker", "ps"]).stderr


def test_nobody_may_not_open_the_socket_and_can_still_run_python(lab: Lab) -> None:
    asked = lab.run(["docker", "ps"], as_nobody=True)
    assert "permission denied" in asked.stderr
    assert lab.run([sys.executable, "-c", "print(1)"], as_nobody=True).stdout == "1\n"


def test_a_real_docker_registry_serves_docker_over_the_labs_certificate(lab: Lab) -> None:
    users = {"ada": "lab-password"}
    image = f"{REGISTRY_HOST}:5000/team/app:1"
    with docker_registry(lab.machine, leaf=lab.leaf, users=users):
        host = image.partition("/")[0]
        login = ["docker", "login", host, "--username", "ada", "--password-stdin"]
        (lab.home / ".docker").mkdir()
        (lab.home / ".docker" / "config.json").write_text('{"auths": {"lab.invalid": {}}}')
        lab.run(login, input="lab-password").succeeded()
        lab.build(image).succeeded()
        lab.run(["docker", "push", image]).succeeded()


def test_without_the_authority_nothing_trusts_the_name(new_lab: NewLab) -> None:
    lab = new_lab(trusted=False)
    assert "CERTIFICATE_VERIFY_FAILED" in ping(lab)
    assert "certificate signed by unknown authority" in lab.docker_login().stderr


def test_dockerd_alone_may_be_left_without_the_authority(new_lab: NewLab) -> None:
    lab = new_lab(docker_trusts=False)
    assert ping(lab) == "HTTP/2 401\n"
    lab.build(IMAGE).succeeded()
    pushed = lab.run(["docker", "push", IMAGE])
    assert "certificate signed by unknown authority" in pushed.output


def test_a_full_disk_stops_a_build(new_lab: NewLab) -> None:
    lab = new_lab(docker_space="64m")
    assert lab.docker is not None
    lab.docker.fill_disk()
    built = lab.build(IMAGE)
    assert built.status != 0
    assert "no space left on device" in built.output


def test_dockerd_behind_a_dead_proxy_cannot_reach_the_registry(new_lab: NewLab) -> None:
    lab = new_lab(docker_environ={"HTTPS_PROXY": "http://192.0.2.2:9"})
    assert ping(lab) == "HTTP/2 401\n"
    lab.build(IMAGE).succeeded()
    pushed = lab.run(["docker", "push", IMAGE])
    assert "proxyconnect tcp" in pushed.output


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    folder = tmp_path / "machine"
    host_etc = Path("/etc/hosts").read_bytes()
    with open_lab(folder) as lab:
        assert lab.docker is not None
        lab.build(IMAGE).succeeded()
        idle = lab.machine.start(["sleep", "600"])
        assert str(folder) in _processes()
    idle.communicate(timeout=10)
    assert not folder.exists()
    assert str(folder) not in _processes()
    assert str(folder) not in Path("/proc/self/mountinfo").read_text()
    assert Path("/etc/hosts").read_bytes() == host_etc


def _processes() -> str:
    argv = ["ps", "-A", "-o", "pid,args", "-ww"]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout
