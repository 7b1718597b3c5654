"""Engines by ssh: the user's own ssh, and docker's own relay on the other side.

As docker's command line does it, so that keys, agents, jump hosts and known hosts are the user's.
The SDK could do it only with paramiko, which is not part of it (engines.md E18).
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from wizard.clients.programs import find_program
from wizard.core.diagnosis import Evidence, Problem, Stage
from wizard.core.text import clean
from wizard.engines.docker_hosts import DockerHost

_MOST_SAID: Final = 4096


def ssh_argv(host: DockerHost, limit_s: float) -> list[str]:
    """Never asks for anything: a password has nowhere to be typed."""
    argv = ["ssh", "-T", "-o", "BatchMode=yes", "-o", f"ConnectTimeout={max(1, int(limit_s))}"]
    argv += ["-l", host.user] if host.user else []
    argv += ["-p", str(host.port)] if host.port else []
    return [*argv, "--", host.name, "docker system dial-stdio"]


class Relay:
    """A socket of this machine; whoever connects to it talks to the engine on the other side."""

    def __init__(self, argv: Sequence[str], folder: Path) -> None:
        self.path = folder / "docker.sock"
        self._argv = argv
        self._said = folder / "said"
        self._running: list[subprocess.Popen[bytes]] = []
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listening.bind(str(self.path))
        self._listening.listen()
        self._thread = threading.Thread(target=self._serve, name="docker by ssh", daemon=True)
        self._thread.start()

    @property
    def said(self) -> str:
        """What ssh complained of; the SDK sees no more than a closed connection."""
        with suppress(OSError):
            return clean(self._said.read_bytes()[-_MOST_SAID:].decode("utf-8", "replace"), 200)
        return ""

    def close(self) -> None:
        """End every ssh, and wait for it."""
        # The accept below wakes up: closing alone would leave it waiting for ever.
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()
        for process in self._running:
            process.kill()
            process.wait()

    def _serve(self) -> None:
        with suppress(OSError), self._said.open("ab") as said:
            while True:
                taken, _ = self._listening.accept()
                with taken:
                    # ssh reads from and writes to the connection itself: nothing passes through us.
                    self._running.append(
                        subprocess.Popen(
                            self._argv,
                            stdin=taken.fileno(),
                            stdout=taken.fileno(),
                            stderr=said,
                            start_new_session=True,
                        )
                    )


@contextmanager
def relayed(host: DockerHost, limit_s: float) -> Iterator[Relay]:
    """A relay in a folder that nobody else may enter; gone afterwards. Raises Problem."""
    program = find_program("ssh", os.environ)
    if program is None:
        words = "the program ssh is not on PATH"
        seen = Evidence(Stage.ENGINE, host.url, words, facts={"endpoint": host.url})
        raise Problem(seen, cause="engine.endpoint-unreachable")
    folder = Path(tempfile.mkdtemp(prefix="registry-wizard-ssh-"))
    relay = Relay([program, *ssh_argv(host, limit_s)[1:]], folder)
    try:
        yield relay
    finally:
        relay.close()
        shutil.rmtree(folder, ignore_errors=True)
