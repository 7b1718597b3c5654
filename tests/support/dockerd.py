"""A real dockerd of its own: socket, data, runtime folder and process group; root, no systemd.

    with dockerd() as engine:
        engine.url      # unix:///…/docker.sock

`space="24m"` puts its data on a tmpfs of that size, to be filled; `environ` is the daemon's own
environment (proxies); `insecure` are registries it may speak plain HTTP to, `listens` are
arguments that make it listen elsewhere as well. One in a network of
its own is tests/lab/dockerd.py.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.needs import need_program, need_root

START_LIMIT_S = 30.0
STOP_LIMIT_S = 10.0


class RunningDockerd:
    """A daemon that answers. `kill` and `freeze` are its ways to fail."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self.socket = folder / "docker.sock"
        self.url = f"unix://{self.socket}"
        self.data = folder / "data"
        self.log = folder / "log"
        self.process = process

    def freeze(self) -> None:
        """It takes connections (the kernel does) and answers nothing."""
        self._signal(signal.SIGSTOP)
        # Each thread stops when the kernel next looks at it: until then one may still answer.
        until = time.monotonic() + STOP_LIMIT_S
        while set(self._states()) != {"T"}:
            assert time.monotonic() < until, "dockerd does not stop"
            time.sleep(0.005)

    def _states(self) -> Iterator[str]:
        """Of its threads, as /proc has them."""
        pid = int((self.folder / "pid").read_text())
        for stat in Path(f"/proc/{pid}/task").glob("*/stat"):
            with suppress(OSError):
                yield stat.read_text().rpartition(") ")[2][0]

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """Dead at once: the socket stays, and nobody listens."""
        self._signal(signal.SIGKILL)
        self.process.wait(STOP_LIMIT_S)

    def stop(self) -> None:
        """As `systemctl stop` does it, then whatever is left; its containerd too."""
        if self.process.poll() is None:
            self.thaw()
            self._signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_LIMIT_S)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_LIMIT_S)

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as asked, suppress(OSError):
            asked.settimeout(5)
            asked.connect(str(self.socket))
            asked.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
            return asked.recv(64).startswith(b"HTTP/1.0 200")
        return False

    def _signal(self, number: signal.Signals) -> None:
        os.kill(int((self.folder / "pid").read_text()), number)


@contextmanager
def dockerd(
    *,
    space: str = "",
    environ: Mapping[str, str] | None = None,
    insecure: Sequence[str] = (),
    listens: Sequence[str] = (),
) -> Iterator[RunningDockerd]:
    """Start it, wait until it answers, and end it with everything that it started.

    Its folder is a short one of its own: a socket's path has at most 107 bytes.
    """
    need_root()
    program = need_program("dockerd", "docker.io")
    folder = Path(tempfile.mkdtemp(prefix="dockerd-"))
    for name in ("data", "exec"):
        (folder / name).mkdir()
    if space:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={space}", "test", str(folder / "data")]
        subprocess.run(mount, check=True)
    argv = [
        # Ends with the test run, however that one ends; its containerd does the same with it.
        need_program("setpriv", "util-linux"),
        "--pdeathsig=KILL",
        program,
        f"--host=unix://{folder / 'docker.sock'}",
        f"--data-root={folder / 'data'}",
        f"--exec-root={folder / 'exec'}",
        f"--pidfile={folder / 'pid'}",
        "--storage-driver=vfs",
        "--group=root",
        "--bridge=none",
        "--iptables=false",
        *(f"--insecure-registry={host}" for host in insecure),
        *listens,
    ]
    try:
        with _started(folder, argv, environ or {}) as running:
            yield running
    finally:
        _unmount(folder)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _started(
    folder: Path, argv: Sequence[str], environ: Mapping[str, str]
) -> Iterator[RunningDockerd]:
    # An empty config.json of its own: the daemon must not read the developer's.
    env = {"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin", "HOME": str(folder), **environ}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(argv, env=env, stdout=log, stderr=log, start_new_session=True)
    running = RunningDockerd(folder, process)
    try:
        limit = time.monotonic() + START_LIMIT_S
        while not running.answers():
            if time.monotonic() > limit or process.poll() is not None:
                raise AssertionError(f"dockerd did not start: {running.log.read_text()[-3000:]}")
            time.sleep(0.02)
        yield running
    finally:
        running.stop()


def _unmount(folder: Path) -> None:
    mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for path in sorted((path for path in mounted if path.startswith(f"{folder}/")), reverse=True):
        subprocess.run(["umount", "--lazy", path], check=False)
