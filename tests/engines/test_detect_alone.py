"""Detection in a process of its own: other rights, other groups, no engine; nothing heavy."""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.needs import need_program, need_root

NOBODY = 65534
# Everything is imported before the rights are given up: this Python may lie in root's home.
SCRIPT = """
import asyncio, grp, json, os, pwd, sys
from pathlib import Path
from wizard.causes import CATALOGUE
from wizard.clients.outside import World
from wizard.engines import docker_fixes
from wizard.engines.docker import DockerEngine
async def main():
    outside = World(dict(os.environ), Path(os.environ["HOME"]))
    rows = [row async for row in DockerEngine().detect(outside)]
    heavy = {"docker", "requests", "urllib3", "httpx", "keyring", "textual", "http.client"}
    chosen = next(row for row in rows if row.chosen_by)
    print(json.dumps({
        "status": chosen.status, "endpoint": chosen.endpoint,
        "cause": chosen.problem.cause if chosen.problem else "",
        "said": chosen.problem.evidence[0].line if chosen.problem else "",
        "heavy": sorted(heavy & set(sys.modules)),
    }))
if len(sys.argv) > 1:
    os.setgroups([])
    os.setgid(int(sys.argv[1]))
    os.setuid(int(sys.argv[1]))
asyncio.run(main())
"""


def detect(*, user: int | None = None, before: str = "", **environ: str) -> Any:
    """The chosen row, seen by a user; `before` is done first, with mounts of its own."""
    search = environ.pop("PATH", "/usr/bin:/bin")
    argv = ["/usr/bin/env", f"PATH={search}", sys.executable, "-c", SCRIPT]
    argv += [str(user)] if user else []
    if before:
        need_root()
        whole = f"mount --make-rprivate / && {before} && exec {shlex.join(argv)}"
        argv = [need_program("unshare", "util-linux"), "--mount", "sh", "-c", whole]
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environ}
    env["PYTHONPATH"] = str(Path(__file__).parents[2])
    done = subprocess.run(argv, env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.fixture
def root_only(tmp_path: Path) -> Iterator[Path]:
    """A living socket for root and its group, in a folder that everybody may enter."""
    need_root()
    folder = tmp_path
    while folder.stat().st_uid == os.geteuid() and folder != Path("/tmp"):
        folder.chmod(0o755)
        folder = folder.parent
    path = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        path.chmod(0o660)
        listening.listen()
        yield path


@pytest.mark.lab
def test_a_socket_of_a_group_that_one_is_not_in_is_permission_denied(root_only: Path) -> None:
    row = detect(user=NOBODY, DOCKER_HOST=f"unix://{root_only}")

    assert (row["status"], row["cause"]) == ("denied", "engine.permission-denied")
    assert "srw-rw---- of group root, and you are not a member" in row["said"]


@pytest.mark.lab
def test_a_membership_that_waits_for_the_next_login_is_told(
    root_only: Path, tmp_path: Path
) -> None:
    group = 64321
    os.chown(root_only, 0, group)
    listed = tmp_path / "group"
    listed.write_text(f"{Path('/etc/group').read_text()}docker-test:x:{group}:nobody\n")
    listed.chmod(0o644)
    before = f"mount --bind {shlex.quote(str(listed))} /etc/group"

    row = detect(user=NOBODY, before=before, DOCKER_HOST=f"unix://{root_only}")

    assert row["cause"] == "engine.permission-denied"
    assert "group docker-test" in row["said"]
    assert "log out and in again" in row["said"]


@pytest.mark.lab
def test_a_closed_folder_on_the_way_is_permission_denied_and_not_missing(root_only: Path) -> None:
    closed = root_only.parent / "closed"
    closed.mkdir(mode=0o700)

    row = detect(user=NOBODY, DOCKER_HOST=f"unix://{closed}/docker.sock")

    assert row["cause"] == "engine.permission-denied"
    assert "a folder on the way" in row["said"]


@pytest.mark.lab
def test_without_program_and_socket_no_engine_is_found() -> None:
    hide = "mount -t tmpfs none /usr/sbin && mount -t tmpfs none /run"

    row = detect(before=hide, PATH="/none")

    assert (row["status"], row["cause"]) == ("absent", "engine.none-found")
    assert row["endpoint"] == "unix:///var/run/docker.sock"


@pytest.mark.lab
def test_with_the_program_alone_the_engine_is_switched_off(tmp_path: Path) -> None:
    program = tmp_path / "docker"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)

    row = detect(before="mount -t tmpfs none /run", PATH=str(tmp_path))

    assert (row["status"], row["cause"]) == ("stopped", "engine.not-running")


def test_detection_imports_no_heavy_library(tmp_path: Path) -> None:
    row = detect(DOCKER_HOST=f"unix://{tmp_path}/none.sock")

    assert row["cause"] == "engine.not-running"
    assert row["heavy"] == []
