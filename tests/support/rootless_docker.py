"""A dockerd without root, by Debian's own dockerd-rootless.sh; for somebody who is not root.

    with rootless_dockerd() as own:
        own.environ      # give it to a World: the socket is where rootless Docker has it

It shares the network that it is started in: rootlesskit's own way (slirp4netns) opens
/dev/net/tun, which containers and many CI machines keep shut to others than root.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.needs import need_program
from tests.support.podman import answers

START_LIMIT_S = 30.0
SCRIPT = Path("/usr/share/docker.io/contrib/dockerd-rootless.sh")
"""Where Debian's docker.io puts it."""


class RootlessDocker:
    """`folder` holds everything of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "run" / "docker.sock"
        self.url = f"unix://{self.socket}"
        self.environ = {
            "HOME": str(folder / "home"),
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin",
        }

    @property
    def home(self) -> Path:
        return Path(self.environ["HOME"])

    def trust(self, host: str, certificate: Path) -> None:
        """As a person does without root: the daemon reads it with the next connection."""
        folder = self.home / ".config" / "docker" / "certs.d" / host
        folder.mkdir(parents=True)
        shutil.copy(certificate, folder / "ca.crt")


@contextmanager
def rootless_dockerd() -> Iterator[RootlessDocker]:
    """Start it, wait until it answers, and end it with all that it started."""
    need_program("dockerd", "docker.io")
    need_program("rootlesskit")
    need_program("newuidmap", "uidmap")
    folder = Path(tempfile.mkdtemp(prefix="rootless-"))
    own = RootlessDocker(folder)
    for name in ("home", "run"):
        (folder / name).mkdir(mode=0o700)
    argv = ["sh", str(SCRIPT), "--bridge=none", "--iptables=false", "--storage-driver=vfs"]
    environ = {
        **own.environ,
        "DOCKERD_ROOTLESS_ROOTLESSKIT_NET": "host",
        "DOCKERD_ROOTLESS_ROOTLESSKIT_PORT_DRIVER": "none",
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            argv, env=environ, stdout=log, stderr=log, start_new_session=True
        )
    try:
        limit = time.monotonic() + START_LIMIT_S
        while not (own.socket.exists() and answers(own.socket)):
            if time.monotonic() > limit or process.poll() is not None:
                said = (folder / "log").read_text()[-3000:]
                raise AssertionError(f"rootless dockerd did not start: {said}")
            time.sleep(0.02)
        yield own
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)
