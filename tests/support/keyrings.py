"""Real stores for logins: a Secret Service on a bus of its own, and pass with a throw-away key."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.credential_helpers import Machine
from tests.support.killed import ROOT
from tests.support.needs import need_program

_SESSION = """
printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
echo "$DBUS_SESSION_BUS_ADDRESS"
cat
"""
_BUS_ALONE = """
echo "$DBUS_SESSION_BUS_ADDRESS"
cat
"""
_LOCK = """
import secretstorage
bus = secretstorage.dbus_init()
secretstorage.get_default_collection(bus).lock()
"""
_OWN = """#!{python}
import sys
sys.path.insert(0, {root!r})
from wizard.credential_helper import main
main()
"""


@contextlib.contextmanager
def unlocked_keyring(machine: Machine) -> Iterator[None]:
    """A session bus with an unlocked gnome-keyring; the machine's environment names it."""
    with _bus(machine, _SESSION):
        yield


@contextlib.contextmanager
def keyring_that_nobody_made(machine: Machine) -> Iterator[None]:
    """A bus that starts a gnome-keyring in which there is none; no display, so no prompt."""
    with _bus(machine, _BUS_ALONE):
        yield


@contextlib.contextmanager
def _bus(machine: Machine, script: str) -> Iterator[None]:
    need_program("dbus-run-session", "dbus")
    need_program("gnome-keyring-daemon", "gnome-keyring")
    session = subprocess.Popen(
        ["dbus-run-session", "--", "sh", "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**machine.environ, "PATH": "/usr/bin:/bin"},
    )
    assert session.stdin
    assert session.stdout
    try:
        machine.environ["DBUS_SESSION_BUS_ADDRESS"] = session.stdout.readline().decode().strip()
        yield
    finally:
        session.stdin.close()
        session.stdout.close()
        session.wait(20)


def lock_keyring(machine: Machine) -> None:
    subprocess.run([sys.executable, "-c", _LOCK], check=True, env=machine.environ)


def own_helper(machine: Machine) -> Path:
    """Our helper as an installed script would be."""
    return write_own_helper(machine.bin)


def write_own_helper(folder: Path) -> Path:
    program = folder / "docker-credential-registry-wizard"
    program.write_text(_OWN.format(python=sys.executable, root=str(ROOT)))
    program.chmod(0o755)
    return program


def native_helper(machine: Machine, name: str) -> None:
    """Put a helper of the distribution on the machine's PATH, and what it calls."""
    path = need_program(f"docker-credential-{name}", "golang-docker-credential-helpers")
    (machine.bin / f"docker-credential-{name}").symlink_to(path)


@contextlib.contextmanager
def initialised_pass(machine: Machine, passphrase: str = "") -> Iterator[None]:
    """`pass` with a key; with a passphrase it is locked, for nobody can type it here."""
    need_program("pass")
    need_program("gpg", "gnupg")
    folder = machine.home / "gpg"
    folder.mkdir(mode=0o700)
    machine.environ["GNUPGHOME"] = str(folder)
    machine.environ["PATH"] += ":/usr/bin:/bin"
    key = ["--batch", "--pinentry-mode", "loopback", "--passphrase", passphrase]
    key += ["--quick-gen-key", "wizard@example.org"]
    try:
        _run(machine, "gpg", *key, "default", "default", "never")
        _run(machine, "pass", "init", "wizard@example.org")
        # The agent would remember the passphrase of a key that it has just made.
        _run(machine, "gpgconf", "--kill", "gpg-agent")
        yield
    finally:
        _run(machine, "gpgconf", "--kill", "gpg-agent")


def _run(machine: Machine, *argv: str) -> None:
    subprocess.run(argv, check=True, env=machine.environ, capture_output=True)
