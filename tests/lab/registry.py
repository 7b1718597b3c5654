"""A real docker-registry (CNCF distribution) inside the machine, for a second opinion."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.lab.machine import ADDRESS, Machine
from tests.support.certificates import Leaf
from tests.support.needs import need_program

_START_LIMIT_S: Final = 10.0


@contextmanager
def docker_registry(
    machine: Machine,
    *,
    port: int = 5000,
    leaf: Leaf | None = None,
    users: Mapping[str, str] | None = None,
    address: str = ADDRESS,
) -> Iterator[Path]:
    """Serve one until the block ends; gives its log file.

    Plain HTTP unless `leaf` is given, open unless `users` (name to password) are.
    """
    program = need_program("docker-registry")
    folder = machine.folder / f"registry-{port}"
    folder.mkdir()
    config = folder / "config.yml"
    config.write_text(_config(folder, f"{address}:{port}", leaf, users))
    log = folder / "log"
    with log.open("wb") as output:
        process = machine.start([program, "serve", str(config)], output=output.fileno())
    try:
        _wait_until_it_listens(machine, port, process, log)
        yield log
    finally:
        machine.run(["pkill", "--full", str(config)])
        process.communicate(timeout=_START_LIMIT_S)
        shutil.rmtree(folder)  # the next one on this port begins with nothing


def _config(folder: Path, address: str, leaf: Leaf | None, users: Mapping[str, str] | None) -> str:
    lines = [
        "version: 0.1",
        "log: {level: warn, accesslog: {disabled: true}}",
        "storage:",
        f"  filesystem: {{rootdirectory: {folder / 'storage'}}}",
        "  delete: {enabled: true}",
        "http:",
        f"  addr: '{address}'",
        "  secret: only-a-test",
    ]
    if leaf:
        lines.append(f"  tls: {{certificate: {leaf.certificate}, key: {leaf.key}}}")
    if users:
        passwords = folder / "htpasswd"
        passwords.touch()
        for user, password in users.items():
            argv = [need_program("htpasswd", "apache2-utils"), "-B", "-i", str(passwords), user]
            subprocess.run(argv, input=password.encode(), check=True, capture_output=True)
        lines.append(f"auth: {{htpasswd: {{realm: practice, path: {passwords}}}}}")
    return "\n".join(lines) + "\n"


def _wait_until_it_listens(
    machine: Machine, port: int, process: subprocess.Popen[bytes], log: Path
) -> None:
    limit = time.monotonic() + _START_LIMIT_S
    listening = f":{port:04X} "
    while process.poll() is None and time.monotonic() < limit:
        if any(listening in line and " 0A " in line for line in _sockets(machine)):
            return
        time.sleep(0.02)
    raise AssertionError(f"docker-registry did not start: {log.read_text()[-2000:]}")


def _sockets(machine: Machine) -> list[str]:
    return [line for name in ("tcp", "tcp6") for line in machine.network(name)]
