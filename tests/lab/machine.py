"""A machine of its own, made of Linux namespaces: network, mounts, host name and processes.

Nothing outside is changed: /etc and /run inside are private copies. When the machine stops, or
the test run is killed, the kernel ends every process in it and forgets its mounts.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.support.needs import need_program, need_root

ADDRESS: Final = "192.0.2.2"
"""Not loopback's: dockerd takes a registry on 127.0.0.0/8 as insecure and skips its TLS checks."""
NOBODY: Final = 65534

_CLONE_NEWNET: Final = 0x40000000
_START_LIMIT_S: Final = 10.0

# Process 1 of the machine. `read` ends when the test run does, and with it everything inside;
# bash waits for orphans while it reads.
_HOLD = f"""
set -e
mount --make-rprivate /
ip link set lo up
ip address add {ADDRESS}/32 dev lo
hostname lab
mount --bind "$LAB/etc" /etc
mount --bind "$LAB/run" /run
echo ready
read -r _ || true
"""


@dataclass(frozen=True)
class Ran:
    """A command that has ended."""

    argv: tuple[str, ...]
    status: int
    stdout: str
    stderr: str
    seconds: float

    @property
    def output(self) -> str:
        return self.stdout + self.stderr

    def succeeded(self) -> Self:
        """Itself, for chaining. Fails the test with all that was said unless the status is 0."""
        assert self.status == 0, f"{shlex.join(self.argv)}: {self.status}\n{self.output}"
        return self


class Machine:
    """`with Machine(folder) as machine: machine.run(["ip", "address"])`."""

    def __init__(self, folder: Path) -> None:
        need_root()
        for program, package in (("unshare", "util-linux"), ("ip", "iproute2")):
            need_program(program, package)
        self.folder = folder
        self.etc = folder / "etc"
        self.run_folder = folder / "run"
        self.home = folder / "home"
        self._holder: subprocess.Popen[bytes] | None = None
        self._pid = 0

    def __enter__(self) -> Self:
        shutil.copytree("/etc", self.etc, symlinks=True, ignore_dangling_symlinks=True)
        for private in (self.run_folder, self.home):
            private.mkdir(parents=True)
        self._private("resolv.conf", "")
        self._private("hosts", "127.0.0.1 localhost lab\n::1 localhost\n")
        try:
            self._hold()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End every process of the machine and remove its folder."""
        holder, self._holder = self._holder, None
        if holder is not None:
            with suppress(BrokenPipeError):
                holder.communicate(timeout=_START_LIMIT_S)  # closes its input: process 1 ends
        shutil.rmtree(self.folder, ignore_errors=True)

    def name_hosts(self, hosts: Sequence[str], address: str = ADDRESS) -> None:
        """Let more names resolve. What is not named does not."""
        with (self.etc / "hosts").open("a") as file:
            file.write(f"{address} {' '.join(hosts)}\n")

    def run(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        input: str = "",  # noqa: A002 - the name that subprocess.run has for it
        timeout_s: float = 60.0,
        as_nobody: bool = False,
        clock: str = "",
        cwd: Path | None = None,
    ) -> Ran:
        """Run a command to its end. `env` adds to PATH, HOME and LANG, and nothing else is there.

        `clock` is faketime's: `+400d`. `as_nobody` runs without root's rights, except that files
        can be read, so that a Python in root's home still starts; sockets stay shut.
        """
        started = time.monotonic()
        with self.start(argv, env=env, as_nobody=as_nobody, clock=clock, cwd=cwd) as process:
            try:
                out, err = process.communicate(input.encode(), timeout=timeout_s)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                out, err = process.communicate()
                said = (out + err).decode("utf-8", "replace")
                raise AssertionError(
                    f"{shlex.join(argv)} took over {timeout_s} s: {said}"
                ) from None
        seconds = time.monotonic() - started
        texts = (out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))
        return Ran(tuple(argv), process.returncode, *texts, seconds)

    def start(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        as_nobody: bool = False,
        clock: str = "",
        cwd: Path | None = None,
        output: int = subprocess.PIPE,
    ) -> subprocess.Popen[bytes]:
        """Start a command in a process group of its own; it ends with the machine at the latest."""
        whole = ["nsenter", f"--target={self._pid}", "--mount", "--net", "--uts", "--pid"]
        whole += [f"--wdns={cwd or self.home}"]
        if as_nobody:
            whole += ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
            whole += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
        if clock:
            whole += [need_program("faketime"), "-f", clock]
        return subprocess.Popen(
            [*whole, *argv],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.home),
                "LANG": "C.UTF-8",
                **(env or {}),
            },
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    def network(self, table: str) -> list[str]:
        """Lines of /proc/net/TABLE (`tcp`, `unix`) inside, read from outside."""
        return Path(f"/proc/{self._pid}/net/{table}").read_text().splitlines()[1:]

    def listen(
        self,
        port: int,
        address: str = ADDRESS,
        kind: socket.SocketKind = socket.SOCK_STREAM,
    ) -> socket.socket:
        """A socket bound inside the machine, to be served from the test's own process."""
        bound: list[socket.socket] = []
        # A thread that has entered a namespace cannot be had back: this one ends at once.
        thread = threading.Thread(target=self._bind, args=(port, address, kind, bound))
        thread.start()
        thread.join()
        return bound[0]

    def connect(self, address: str, port: int) -> socket.socket:
        """A connection from inside the machine, held by the test's own process."""
        made: list[socket.socket] = []
        thread = threading.Thread(target=self._connect, args=(address, port, made))
        thread.start()
        thread.join()
        return made[0]

    def _connect(self, address: str, port: int, made: list[socket.socket]) -> None:
        self._enter_network()
        made.append(socket.create_connection((address, port), 10))

    def _bind(
        self, port: int, address: str, kind: socket.SocketKind, bound: list[socket.socket]
    ) -> None:
        self._enter_network()
        listening = socket.socket(socket.AF_INET, kind)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, port))
        bound.append(listening)

    def _enter_network(self) -> None:
        """For this thread, for good."""
        libc = ctypes.CDLL(None, use_errno=True)
        with Path(f"/proc/{self._pid}/ns/net").open() as namespace:
            if libc.setns(namespace.fileno(), _CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")

    def _private(self, name: str, content: str) -> None:
        """A plain file, also where /etc has a link to somewhere else."""
        (self.etc / name).unlink(missing_ok=True)
        (self.etc / name).write_text(content)

    def _hold(self) -> None:
        argv = ["unshare", "--mount", "--net", "--uts", "--pid", "--fork", "--kill-child"]
        self._holder = subprocess.Popen(
            [*argv, "--mount-proc", "bash", "-c", _HOLD],
            env={"PATH": os.environ["PATH"], "LAB": str(self.folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self._holder.stdout is not None
        said = self._holder.stdout.readline()
        if said != b"ready\n":
            _, why = self._holder.communicate(timeout=_START_LIMIT_S)
            raise AssertionError(f"no namespaces to be had: {why.decode()}")
        children = Path(f"/proc/{self._holder.pid}/task/{self._holder.pid}/children")
        self._pid = int(children.read_text().split()[0])
