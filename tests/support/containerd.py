"""A real containerd of its own: socket, data and state in one folder; root, no systemd.

with containerd() as engine:
    engine.path     # …/containerd.sock
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from tests.support.frozen import until_frozen
from tests.support.needs import need_program, need_root

START_LIMIT_S = 20.0
STOP_LIMIT_S = 10.0


class RunningContainerd:
    """A daemon that answers. `kill` and `freeze` are its ways to fail."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self.path = folder / "containerd.sock"
        self.url = f"unix://{self.path}"
        self.process = process

    def ctr(self, *arguments: str) -> str:
        argv = [need_program("ctr", "containerd"), "--address", str(self.path), *arguments]
        return subprocess.run(argv, check=True, capture_output=True, text=True).stdout

    def namespaces(self) -> list[str]:
        return self.ctr("namespaces", "ls", "--quiet").split()

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)
        until_frozen(self.process.pid)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Dead at once: the socket stays, and nobody listens."""
        self.process.kill()
        self.process.wait(STOP_LIMIT_S)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.thaw()
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_LIMIT_S)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_LIMIT_S)

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as asked, suppress(OSError):
            asked.connect(str(self.path))
            return True
        return False


@contextmanager
def containerd() -> Iterator[RunningContainerd]:
    """Start it, wait until it listens, and end it. Its folder is short: a socket's path has to be.

    Without the plugins for Kubernetes, and with those alone that images need.
    """
    need_root()
    program = need_program("containerd")
    folder = Path(tempfile.mkdtemp(prefix="containerd-"))
    config = folder / "config.toml"
    config.write_text(
        f'version = 2\nroot = "{folder}/root"\nstate = "{folder}/state"\n'
        'disabled_plugins = ["io.containerd.grpc.v1.cri"]\n'
        f'[grpc]\naddress = "{folder}/containerd.sock"\n'
        f'[ttrpc]\naddress = "{folder}/ttrpc.sock"\n'
    )
    argv = [
        need_program("setpriv", "util-linux"),
        "--pdeathsig=KILL",
        program,
        "--config",
        str(config),
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(argv, stdout=log, stderr=log, start_new_session=True)
    running = RunningContainerd(folder, process)
    try:
        limit = time.monotonic() + START_LIMIT_S
        while not running.answers():
            if time.monotonic() > limit or process.poll() is not None:
                said = (folder / "log").read_text()[-3000:]
                raise AssertionError(f"containerd did not start: {said}")
            time.sleep(0.02)
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def hung_port() -> Iterator[str]:
    """A host and port that take connections (the kernel does) where nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@asynccontextmanager
async def tunnel_to(host: str) -> AsyncIterator[str]:
    """A proxy that connects everybody (CONNECT) to `host`, whatever name was asked for."""
    name, _, port = host.rpartition(":")

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while chunk := await reader.read(1 << 16):
                writer.write(chunk)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        there, back = await asyncio.open_connection(name, int(port))
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        await asyncio.gather(pump(reader, back), pump(there, writer))

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


_STANDIN = """#!{python}
import json, os, sys
arguments = sys.argv[1:]
with open({log!r}, "a") as log:
    folder = os.environ.get("DOCKER_CONFIG", "")
    known = open(os.path.join(folder, "config.json")).read() if folder else ""
    seen = {{"argv": arguments, "folder": folder, "config": known}}
    seen["tokens"] = os.environ.get("GITHUB_TOKEN", "")
    log.write(json.dumps(seen) + "\\n")
words = [word for word in arguments if word in {answers!r}]
said, status = {answers!r}.get(words[0] if words else "", ("", 0))
(sys.stderr if status else sys.stdout).write(said)
sys.exit(status)
"""


class Standin:
    """A program that answers its subcommands as told, and notes what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "asked.jsonl"

    @property
    def asked(self) -> list[dict[str, object]]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [json.loads(line) for line in lines]

    def argv_of(self, word: str) -> list[str]:
        return next(list(a["argv"]) for a in self.asked if word in a["argv"])  # type: ignore[arg-type, call-overload, operator]


def standin(folder: Path, name: str, answers: Mapping[str, tuple[str, int]]) -> Standin:
    """A program `name` in `folder`; `answers` are what it says to a subcommand, and its status."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Standin(folder)
    program = folder / name
    text = _STANDIN.format(python=sys.executable, log=str(made.log), answers=dict(answers))
    program.write_text(text)
    program.chmod(0o755)
    return made
