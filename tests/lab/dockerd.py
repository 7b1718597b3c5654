"""A real dockerd inside the machine, with everything of its own; and the ways in which it fails."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tests.lab.machine import Machine
from tests.support.needs import need_program

_START_LIMIT_S: Final = 30.0
_STOP_LIMIT_S: Final = 20.0
_BOUNDED: Final = "lab-bounded"
"""The source of the file system that bounds a dockerd's data."""
_MOUNTED: Final = ("findmnt", "--noheadings", "--output=SOURCE", "--target")


class Dockerd:
    """Answers on /var/run/docker.sock inside the machine, which is `socket` from outside."""

    def __init__(
        self,
        machine: Machine,
        *,
        untrusting: Path | None = None,
        space: str = "",
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """Not started yet.

        `untrusting` is a folder of certificates to use instead of the machine's; `space` bounds
        the data (tmpfs size, `64m`); `environ` is for proxies.
        """
        self._program = need_program("dockerd", "docker.io")
        self._machine = machine
        self._untrusting = untrusting
        self._space = space
        self._environ = dict(environ or {})
        self._hosts: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.data = machine.folder / "docker"
        self.log = machine.folder / "dockerd.log"
        self.socket = machine.run_folder / "docker.sock"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.data.mkdir(exist_ok=True)
        with self.log.open("ab") as log:
            self._process = self._machine.start(
                ["bash", "-c", self._script()], env=self._environ, output=log.fileno()
            )
        limit = time.monotonic() + _START_LIMIT_S
        while not self.answers():
            if time.monotonic() > limit or self._process.poll() is not None:
                raise AssertionError(f"dockerd did not start: {self.log.read_text()[-3000:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        """As `systemctl stop`: the socket is gone."""
        process, self._process = self._process, None
        if process is None:
            return
        self._machine.run(["pkill", "--pidfile", str(self._pidfile), "--signal", "TERM"])
        try:
            process.communicate(timeout=_STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        self.socket.unlink(missing_ok=True)

    @contextmanager
    def restarted(
        self,
        *,
        untrusting: Path | None = None,
        space: str = "",
        environ: Mapping[str, str] | None = None,
        hosts: Path | None = None,
    ) -> Iterator[None]:
        """With other options, over the same data unless `space` gives it new ones; then as before.

        `hosts` is its own /etc/hosts. What is still needed of it is started by the next test.
        """
        before = (self._untrusting, self._space, self._environ)
        self.stop()
        self._untrusting, self._space, self._environ = untrusting, space, dict(environ or {})
        self._hosts = hosts
        try:
            self.start()
            yield
        finally:
            self.stop()
            self._untrusting, self._space, self._environ = before
            self._hosts = None
            if space:
                self._machine.run(["umount", str(self.data)]).succeeded()

    def crash(self) -> None:
        """Killed: the socket stays, and nobody listens."""
        process, self._process = self._process, None
        if process is not None:
            self._machine.run(["pkill", "--pidfile", str(self._pidfile), "--signal", "KILL"])
            process.communicate(timeout=_STOP_LIMIT_S)

    def freeze(self) -> None:
        """It takes connections (the kernel does) and answers nothing."""
        self._signal("STOP")

    def thaw(self) -> None:
        self._signal("CONT")
        # nsenter, which waits for it, stops itself along with its child.
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def fill_disk(self) -> None:
        """Leave no room in its data. Only with `space`, which bounds it."""
        assert self._space, "the real disk is not to be filled"
        filler = self.data / "filler"
        mounted = self._machine.run([*_MOUNTED, str(self.data)])
        top = mounted.stdout.splitlines()[-1]
        assert top.startswith(_BOUNDED), f"not bounded: {mounted.output}"
        self._machine.run(["dd", "if=/dev/zero", f"of={filler}", "bs=4K", "status=none"])

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as asked, suppress(OSError):
            asked.settimeout(5)
            asked.connect(str(self.socket))
            asked.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
            return asked.recv(64).startswith(b"HTTP/1.0 200")
        return False

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def _pidfile(self) -> Path:
        return self._machine.folder / "dockerd.pid"

    def _signal(self, name: str) -> None:
        argv = ["pkill", "--pidfile", str(self._pidfile), "--signal", name]
        self._machine.run(argv).succeeded()

    def _script(self) -> str:
        lines = []
        if self._space:
            where = f"'{self.data}'"
            lines.append(
                # Not `mountpoint`: a dockerd that was killed leaves the folder bound to itself.
                f"{' '.join(_MOUNTED)} {where} | tail -n 1 | grep -q ^{_BOUNDED}"
                f" || mount -t tmpfs -o size={self._space} {_BOUNDED} {where}"
            )
        daemon = [
            self._program,
            f"--data-root='{self.data}'",
            "--exec-root=/run/lab-docker",
            f"--pidfile='{self._pidfile}'",
            "--host=unix:///run/docker.sock",
            "--group=root",
            "--storage-driver=vfs",
            "--bridge=none",
            "--iptables=false",
        ]
        command = " ".join(daemon)
        own = ((self._untrusting, "/etc/ssl/certs"), (self._hosts, "/etc/hosts"))
        mounts = [f"mount --bind '{source}' {target}" for source, target in own if source]
        if mounts:
            steps = " && ".join([*mounts, f"exec {command}"])
            lines.append(f'exec unshare --mount bash -c "{steps}"')
        else:
            lines.append(f"exec {command}")
        return "\n".join(lines)


def docker_program() -> str:
    """The docker command line. Skips without it."""
    return shutil.which("docker") or need_program("docker", "docker-cli")
