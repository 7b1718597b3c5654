"""Install what the tests need and pass them: `python3 tests/run.py [pytest arguments]`.

Standard library only, since it runs before anything is installed. Python packages go into
`.venv` beside the code; engines and servers come from Debian's packages when this is root on a
Debian machine, else it says what is missing (those tests are then skipped, or fail with CI=true).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts" if os.name == "nt" else "bin") / "python"

MOST_WORKERS = 6
"""Each has engines and a lab of its own."""

NOT_COMPILED = "PYTHONDONTWRITEBYTECODE"

# Program to look for, and the Debian package that brings it.
PROGRAMS = {
    "dockerd": "docker.io",
    "docker": "docker.io",
    "containerd": "containerd",
    "lxd": "lxd",
    "docker-registry": "docker-registry",
    "docker-credential-secretservice": "golang-docker-credential-helpers",
    "docker-credential-ecr-login": "amazon-ecr-credential-helper",
    "htpasswd": "apache2-utils",
    "podman": "podman",
    "newuidmap": "uidmap",
    "rootlesskit": "rootlesskit",
    "skopeo": "skopeo",
    "pass": "pass",
    "gpg": "gnupg",
    "gnome-keyring-daemon": "gnome-keyring",
    "dbus-run-session": "dbus",
    "tmux": "tmux",
    "ip": "iproute2",
    "iptables-legacy": "iptables",
    "faketime": "faketime",
    "curl": "curl",
    "openssl": "openssl",
    "sshd": "openssh-server",
    "unshare": "util-linux",
}


def main(arguments: list[str]) -> int:
    say("Python packages")
    install_python_packages()
    say("Engines and servers")
    install_programs()
    say("Tests")
    # The tests start the wizard thousands of times: it is compiled once, not each time.
    environ = {name: value for name, value in os.environ.items() if name != NOT_COMPILED}
    run([PYTHON, "-m", "compileall", "-q", ROOT / "wizard"], env=environ)
    command = [PYTHON, "-m", "pytest", *side_by_side(arguments)]
    return subprocess.call(command, cwd=ROOT, env=environ)


def side_by_side(arguments: list[str]) -> list[str]:
    """Three for two processors, unless the arguments say otherwise: a third of it is waiting."""
    if any(one.startswith(("-n", "--numprocesses")) for one in arguments):
        return arguments
    workers = min((os.cpu_count() or 1) * 3 // 2, MOST_WORKERS)
    return ["-n", str(workers), "--dist", "worksteal", *arguments]


def install_python_packages() -> None:
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    run([PYTHON, "-m", "pip", "install", "--quiet", "--editable", f"{ROOT}[test]"])


def install_programs() -> None:
    lacking = {package for program, package in PROGRAMS.items() if not find(program)}
    if not lacking:
        print("all there")
        return
    apt = shutil.which("apt-get")
    if apt is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        print("missing, so the tests that need them are left out:", ", ".join(sorted(lacking)))
        print("on Debian, as root: apt-get install", " ".join(sorted(lacking)))
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run([apt, "update", "-qq"], env=quiet, stdout=subprocess.DEVNULL)
    install = [apt, "install", "-y", "-qq", "--no-install-recommends", *sorted(lacking)]
    run(install, env=quiet, stdout=subprocess.DEVNULL)
    still = {program for program in PROGRAMS if not find(program)}
    print("installed", ", ".join(sorted(lacking)), *(["still missing:", *still] if still else []))


def find(program: str) -> str | None:
    return shutil.which(program) or shutil.which(program, path="/usr/local/sbin:/usr/sbin:/sbin")


def run(command: list[object], **options: object) -> None:
    subprocess.run([str(part) for part in command], check=True, **options)  # type: ignore[call-overload]


def say(what: str) -> None:
    print(f"\n== {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
