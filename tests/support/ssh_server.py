"""A real sshd on loopback with keys of its own, and an ssh that knows it and nothing else."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.docker_registry import free_port
from tests.support.needs import need_program, need_root

START_LIMIT_S = 10.0


@dataclass(frozen=True)
class SshServer:
    port: int
    programs: Path
    """For PATH: the real ssh, with the test's key and known hosts instead of the user's."""

    @property
    def path(self) -> str:
        return f"{self.programs}:{os.environ['PATH']}"


@contextmanager
def ssh_server(folder: Path, environ: Mapping[str, str]) -> Iterator[SshServer]:
    """`environ` is what programs on the other side see."""
    need_root()
    sshd, ssh = need_program("sshd", "openssh-server"), need_program("ssh", "openssh-client")
    folder.mkdir(mode=0o700)
    Path("/run/sshd").mkdir(exist_ok=True)
    for name in ("host", "user"):
        key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(key, check=True)
    port = free_port()
    (folder / "authorized").write_text((folder / "user.pub").read_text())
    kept = " ".join(f'{name}="{value}"' for name, value in environ.items())
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder / 'host'}\n"
        f"AuthorizedKeysFile {folder / 'authorized'}\nStrictModes no\nUsePAM no\n"
        f"PasswordAuthentication no\nPermitRootLogin yes\nPidFile none\nSetEnv {kept}\n"
    )
    public = " ".join((folder / "host.pub").read_text().split()[:2])
    (folder / "known").write_text(f"[127.0.0.1]:{port} {public}\n")
    (folder / "ssh_config").write_text(
        f"IdentityFile {folder / 'user'}\nIdentitiesOnly yes\n"
        f"UserKnownHostsFile {folder / 'known'}\n"
    )
    programs = folder / "bin"
    programs.mkdir()
    (programs / "ssh").write_text(f'#!/bin/sh\nexec {ssh} -F {folder / "ssh_config"} "$@"\n')
    (programs / "ssh").chmod(0o755)
    server = SshServer(port, programs)
    argv = [sshd, "-D", "-e", "-f", str(folder / "sshd_config")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(argv, stderr=log)
    try:
        _wait(server, folder)
        yield server
    finally:
        process.terminate()
        process.wait()


def _wait(server: SshServer, folder: Path) -> None:
    limit = time.monotonic() + START_LIMIT_S
    argv = [server.programs / "ssh", "-o", "BatchMode=yes", "-p", str(server.port), "127.0.0.1"]
    while subprocess.run([*argv, "true"], capture_output=True, check=False).returncode:
        if time.monotonic() > limit:
            raise AssertionError(f"sshd did not start: {(folder / 'log').read_text()[-2000:]}")
        time.sleep(0.05)
