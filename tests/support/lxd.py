"""A real LXD of its own: one folder, no systemd; and an instance in it with Docker inside.

    with lxd() as running:
        running.lxc("list")
        with docker_inside(running, "builder") as socket: ...

The instance's system is this machine's /usr and an init of a few lines, so that it starts in a
second and nothing is downloaded; its dockerd is thus Debian's.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.frozen import until_frozen
from tests.support.needs import need_program, need_root

START_LIMIT_S = 30.0
STOP_LIMIT_S = 10.0
IMAGE = "host-usr"

_PRESEED = """
storage_pools: [{name: default, driver: dir}]
profiles: [{name: default, devices: {root: {path: /, pool: default, type: disk}}}]
"""

# Docker wants the controllers; LXC mounts them nowhere without a cgroup namespace of its own.
_INIT = """#!/bin/sh
export PATH=/usr/sbin:/usr/bin
mount -t tmpfs run /run
ip link set lo up
mount -t tmpfs groups /sys/fs/cgroup
for name in devices memory cpu cpuset pids blkio freezer; do
  mkdir /sys/fs/cgroup/$name
  mount -t cgroup -o $name cgroup /sys/fs/cgroup/$name || rmdir /sys/fs/cgroup/$name
done
if [ ! -d /sys/fs/cgroup/devices ]; then
  umount /sys/fs/cgroup
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
fi
dockerd --storage-driver=vfs --bridge=none --iptables=false --group=root >/dockerd.log 2>&1 &
trap 'kill $!; wait; exit 0' PWR TERM
while :; do sleep 1 & wait; done
"""


class RunningLxd:
    """A daemon that answers. `kill` and `freeze` are its ways to fail."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self.path = folder / "unix.socket"
        self.url = f"unix://{self.path}"
        self.process = process
        self.environ = {"LXD_DIR": str(folder)}

    def lxc(self, *arguments: str, stdin: str = "") -> str:
        program = need_program("lxc", "lxd-client")
        return self.run(program, *arguments, stdin=stdin)

    def run(self, *argv: str, stdin: str = "") -> str:
        """A command as a person types it."""
        env = {**os.environ, **self.environ, "HOME": str(self.folder.parent)}
        ran = subprocess.run(
            argv, env=env, input=stdin, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, f"{argv}: {ran.stdout}{ran.stderr}"
        return ran.stdout

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


@contextmanager
def lxd() -> Iterator[RunningLxd]:
    """Start it, wait until it answers, and end it. Its folder is short, for a socket."""
    need_root()
    program = need_program("lxd")
    above = Path(tempfile.mkdtemp(prefix="lxd-"))
    above.chmod(0o755)
    folder = above / "d"
    folder.mkdir()
    setpriv = need_program("setpriv", "util-linux")
    argv = [setpriv, "--pdeathsig=KILL", program, "--group", "root"]
    paths = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    env = {**os.environ, "PATH": paths, "LXD_DIR": str(folder), "HOME": str(above)}
    with (above / "log").open("wb") as log:
        process = subprocess.Popen(argv, env=env, stdout=log, stderr=log, start_new_session=True)
    running = RunningLxd(folder, process)
    try:
        running.run(program, "waitready", f"--timeout={START_LIMIT_S:.0f}")
        yield running
    finally:
        running.stop()
        _unmount(above)
        shutil.rmtree(above, ignore_errors=True)


def set_up(running: RunningLxd) -> None:
    """As `lxd init` does it: a pool and a profile. No network, which a test needs not."""
    running.run(need_program("lxd"), "init", "--preseed", stdin=_PRESEED)


@contextmanager
def instance(running: RunningLxd, name: str) -> Iterator[None]:
    """A running instance with a dockerd in it; deleted in the end."""
    need_program("dockerd", "docker.io")
    file = running.folder.parent / "image.tar"
    file.write_bytes(_image())
    running.lxc("image", "import", str(file), "--alias", IMAGE)
    options = ("security.nesting=true", "security.privileged=true")
    options += ("raw.lxc=lxc.init.cmd = /init",)
    running.lxc("init", IMAGE, name, *(word for o in options for word in ("-c", o)))
    try:
        running.lxc("config", "device", "add", name, "usr", "disk", "source=/usr", "path=/usr")
        running.lxc("start", name)
        yield
    finally:
        running.lxc("delete", "--force", name)
        running.lxc("image", "delete", IMAGE)


def _image() -> bytes:
    """LXD's own kind of image: a description and a file tree."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as image:
        _file(image, "metadata.yaml", f"architecture: {os.uname().machine}\ncreation_date: 1\n")
        folders = "dev proc sys run tmp etc etc/docker var var/lib root usr mnt"
        for name in ("", *folders.split()):
            folder = tarfile.TarInfo(f"rootfs/{name}".rstrip("/"))
            folder.type, folder.mode = tarfile.DIRTYPE, 0o755
            image.addfile(folder)
        links = {name: f"usr/{name}" for name in ("bin", "sbin", "lib", "lib64")}
        for name, target in {**links, "var/run": "/run"}.items():
            link = tarfile.TarInfo(f"rootfs/{name}")
            link.type, link.linkname = tarfile.SYMTYPE, target
            image.addfile(link)
        _file(image, "rootfs/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
        _file(image, "rootfs/etc/group", "root:x:0:\n")
        _file(image, "rootfs/etc/hosts", "127.0.0.1 localhost\n")
        _file(image, "rootfs/init", _INIT, 0o755)
    return buffer.getvalue()


def _file(image: tarfile.TarFile, name: str, text: str, mode: int = 0o644) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(text.encode()), mode
    image.addfile(member, io.BytesIO(text.encode()))


def _unmount(folder: Path) -> None:
    mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for path in reversed([path for path in mounted if path.startswith(f"{folder}/")]):
        subprocess.run(["umount", "--lazy", path], check=False, capture_output=True)
