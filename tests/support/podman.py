"""A Podman of a test's own: storage, settings, and a service where one is wanted; nothing shared.

    with podman(folder) as own:
        own.environ      # give it to a World: the command then uses this storage only
        own.serve()      # `podman system service`, killed at the end

Rootful for root, rootless for anybody else. `as_another_user` runs tests as somebody else. The
storage driver is vfs, which works everywhere.
"""

from __future__ import annotations

import json
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
from typing import Any

from tests.support.frozen import until_frozen
from tests.support.needs import need_program, need_root

START_LIMIT_S = 20.0
USER_LIMIT_S = 120.0


class OwnPodman:
    """`folder` holds everything of it."""

    def __init__(self, folder: Path, program: str) -> None:
        self.folder = folder
        self.program = program
        self.socket = folder / "podman.sock"
        self.url = f"unix://{self.socket}"
        self.temporary = folder / "tmp"
        self.environ = {
            "HOME": str(folder / "home"),
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
            "CONTAINERS_REGISTRIES_CONF": str(folder / "registries.conf"),
            # What it makes beside its storage lies here too, so that left-overs can be seen.
            "TMPDIR": str(self.temporary),
            "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin",
        }
        self._service: subprocess.Popen[bytes] | None = None

    @property
    def home(self) -> Path:
        return Path(self.environ["HOME"])

    def allow_plain_http(self, *hosts: str) -> None:
        rows = [f'[[registry]]\nlocation = "{host}"\ninsecure = true\n' for host in hosts]
        (self.folder / "registries.conf").write_text("\n".join(rows))

    def run(self, *words: str) -> str:
        ended = subprocess.run(
            [self.program, *words], env=self.environ, capture_output=True, text=True, check=True
        )
        return ended.stdout

    def images(self) -> list[str]:
        return self.run("images", "--all", "--quiet", "--no-trunc").split()

    def containers(self) -> list[str]:
        """Those that a build left behind, too."""
        return self.run("ps", "--all", "--external", "--quiet", "--no-trunc").split()

    def leftovers(self) -> list[str]:
        """Whatever a push may have left here: images, containers, temporary files."""
        files = [path.name for path in self.temporary.iterdir()]
        return [*self.images(), *self.containers(), *files]

    def info(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.run("info", "--format", "json"))
        return document

    def serve(self) -> str:
        """Its address once it answers. The service reads its settings now."""
        argv = [need_program("setpriv", "util-linux"), "--pdeathsig=KILL", self.program]
        argv += ["system", "service", "--time=0", self.url]
        log = (self.folder / "service.log").open("wb")
        with log:
            self._service = subprocess.Popen(
                argv, env=self.environ, stdout=log, stderr=log, start_new_session=True
            )
        limit = time.monotonic() + START_LIMIT_S
        while not answers(self.socket):
            if time.monotonic() > limit or self._service.poll() is not None:
                said = (self.folder / "service.log").read_text()[-2000:]
                raise AssertionError(f"podman's service did not start: {said}")
            time.sleep(0.02)
        return self.url

    def freeze(self) -> None:
        assert self._service is not None
        os.killpg(self._service.pid, signal.SIGSTOP)
        until_frozen(self._service.pid)

    def thaw(self) -> None:
        assert self._service is not None
        os.killpg(self._service.pid, signal.SIGCONT)

    def stop(self) -> None:
        service, self._service = self._service, None
        if service is not None:
            with suppress(ProcessLookupError):
                os.killpg(service.pid, signal.SIGKILL)
            service.wait()


def answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as asked, suppress(OSError):
        asked.settimeout(5)
        asked.connect(str(path))
        asked.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
        return asked.recv(64).startswith(b"HTTP/1.0 200")
    return False


@contextmanager
def podman() -> Iterator[OwnPodman]:
    """One in a short folder of its own: a socket's path has at most 107 bytes."""
    program = need_program("podman")
    if os.geteuid() != 0:
        need_program("newuidmap", "uidmap")
    folder = Path(tempfile.mkdtemp(prefix="podman-"))
    own = OwnPodman(folder, program)
    try:
        for name in ("home", "run", "tmp"):
            (folder / name).mkdir(mode=0o700)
        _write_settings(folder, folder / "storage", folder / "state")
        own.allow_plain_http("127.0.0.1")
        yield own
    finally:
        own.stop()
        shutil.rmtree(folder, ignore_errors=True)


USER_ID = 4242
"""Of nobody who is on any machine that runs tests."""
_USER = "wizard-test"
_REPOSITORY = Path(__file__).resolve().parents[2]


def as_another_user(
    argv: Sequence[str], environ: Mapping[str, str], *, has_ids: bool = True, address: str = ""
) -> tuple[int, str]:
    """Run it as a user whom only it sees; the exit code and all that was said.

    With `address`, in a network of its own, which has that address beside loopback.

    In mount and process namespaces of its own: the user and the range of ids exist only there,
    and whatever is started (rootless Podman keeps a process that pauses) ends with it.
    """
    need_root()
    need_program("newuidmap", "uidmap")
    folder = Path(tempfile.mkdtemp(prefix="user-"))
    folder.chmod(0o755)
    added = {
        "passwd": f"{_USER}:x:{USER_ID}:{USER_ID}::{folder}/home:/bin/sh",
        "group": f"{_USER}:x:{USER_ID}:",
        "subuid": f"{_USER if has_ids else 'somebody-else'}:200000000:65536",
        "subgid": f"{_USER if has_ids else 'somebody-else'}:200000000:65536",
    }
    try:
        for name, line in added.items():
            text = Path("/etc", name).read_text() if Path("/etc", name).exists() else ""
            (folder / name).write_text(f"{text}{line}\n")
        for name in ("home", "run"):
            (folder / name).mkdir(mode=0o700)
            os.chown(folder / name, USER_ID, USER_ID)
        binds = "".join(f"mount --bind {folder}/{name} /etc/{name}\n" for name in added)
        whole = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        if address:
            whole.append("--net")
            binds += f"ip link set lo up\nip addr add {address}/32 dev lo\n"
        whole += ["sh", "-ec", f'{binds}exec "$@"', "sh", "setpriv", f"--reuid={USER_ID}"]
        # Files can be read, so that a Python in root's home still starts; sockets stay shut.
        whole += [f"--regid={USER_ID}", "--clear-groups", "--inh-caps=+dac_read_search"]
        whole += ["--ambient-caps=+dac_read_search"]
        own = {"HOME": f"{folder}/home", "XDG_RUNTIME_DIR": f"{folder}/run", "TMPDIR": "/tmp"}
        ended = subprocess.run(
            [*whole, *argv],
            env={"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin", **own, **environ},
            cwd=_REPOSITORY,
            capture_output=True,
            timeout=USER_LIMIT_S,
            check=False,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return ended.returncode, (ended.stdout + ended.stderr).decode("utf-8", "replace")


def _write_settings(folder: Path, storage: Path, state: Path) -> None:
    lines = ("[storage]", 'driver = "vfs"', f'graphroot = "{storage}"', f'runroot = "{state}"')
    (folder / "storage.conf").write_text("\n".join(lines) + "\n")


def stand_in(folder: Path, script: str) -> Mapping[str, str]:
    """A program named podman that runs `script` by sh; what leads to it, as an environment."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "podman"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin"}
