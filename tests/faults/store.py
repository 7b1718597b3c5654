"""Faults of the places where logins are kept."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.case import Breaks, Case, Inject
from tests.faults.world import World
from tests.support.credential_helpers import FakeStore, Machine
from tests.support.keyrings import (
    initialised_pass,
    keyring_that_nobody_made,
    lock_keyring,
    unlocked_keyring,
)

LOGIN, SKOPEO = Breaks.DOCKER_LOGIN, Breaks.SKOPEO_PUSH
MISSING, FAILING = "store.helper-missing", "store.helper-failing"
LOCKED, HUNG = "store.locked", "store.helper-hung"


def named(world: World, helper: str, setting: str = "credHelpers") -> None:
    """The login lies in that helper, and no other."""
    document = {"auths": {"other.test": {}}}
    value = helper if setting == "credsStore" else {world.place.host: helper}
    world.docker_config.write_text(json.dumps({**document, setting: value}, indent="\t"))


def naming(helper: str, setting: str = "credHelpers") -> Inject:
    """A helper that is nowhere."""
    return lambda world: named(world, helper, setting)


def programs(world: World) -> Path:
    """A folder of one's own on PATH."""
    folder = world.lab.machine.folder / "helpers"
    if str(folder) not in world.env.get("PATH", ""):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    world.env["PATH"] = os.pathsep.join([str(folder), os.environ["PATH"]])
    return folder


def misbehaving(behaviour: str, setting: str = "credHelpers") -> Inject:
    """One of tests/support/credential_helpers.py."""

    def inject(world: World) -> None:
        world.patience_s = 1
        FakeStore(programs(world), "corp", behaviour)
        named(world, "corp", setting)
        if behaviour == "hang":
            world.arguments += ["--timeout", "1"]

    return inject


def script(content: str, mode: int = 0o755) -> Inject:
    """A helper that is just this text."""

    def inject(world: World) -> None:
        program = programs(world) / "docker-credential-corp"
        program.write_text(content)
        program.chmod(mode)
        named(world, "corp")

    return inject


def _has_lost_it(world: World) -> None:
    """It said "stored" to `docker login`, and kept nothing: no such login, says it now."""
    FakeStore(programs(world), "corp")
    named(world, "corp")


def _in_the_other_helper(world: World) -> None:
    """The login lies in `credsStore`; this registry's own helper, which counts, has none."""
    folder = programs(world)
    world.person.keeps.add(FakeStore(folder, "corp").file)
    has_it = FakeStore(folder, "desk")
    username, secret = world.good_login()
    has_it.keep(world.place.host, username, secret)
    world.person.secrets[secret] = username
    world.person.keeps.add(has_it.file)
    named(world, "corp")
    document = json.loads(world.docker_config.read_text())
    world.docker_config.write_text(json.dumps({**document, "credsStore": "desk"}))


def _machine(world: World) -> Machine:
    """Real stores are started outside the lab; their sockets are files, and seen inside."""
    machine = Machine(world.home, os.environ["PATH"])
    world.env["PATH"] = machine.environ["PATH"]
    return machine


@contextmanager
def _locked_keyring(world: World) -> Iterator[None]:
    machine = _machine(world)
    with unlocked_keyring(machine):
        _log_in_by(machine, world, "secretservice")
        lock_keyring(machine)
        world.env["DBUS_SESSION_BUS_ADDRESS"] = machine.environ["DBUS_SESSION_BUS_ADDRESS"]
        yield


@contextmanager
def _keyring_of_nobody(world: World) -> Iterator[None]:
    machine = _machine(world)
    with keyring_that_nobody_made(machine):
        named(world, "secretservice", "credsStore")
        world.env["DBUS_SESSION_BUS_ADDRESS"] = machine.environ["DBUS_SESSION_BUS_ADDRESS"]
        yield


def _over_ssh(world: World) -> None:
    """No session bus at all."""
    named(world, "secretservice", "credsStore")


@contextmanager
def _key_locked(world: World) -> Iterator[None]:
    """It works, and its key wants a passphrase that nobody can type here."""
    machine = _machine(world)
    with initialised_pass(machine, passphrase="nobody types it"):
        _log_in_by(machine, world, "pass")
        world.env["GNUPGHOME"] = machine.environ["GNUPGHOME"]
        yield


@contextmanager
def _key_gone(world: World) -> Iterator[None]:
    """The password store came along to the new laptop, and the GPG key did not."""
    machine = _machine(world)
    with initialised_pass(machine):
        _log_in_by(machine, world, "pass")
    empty = world.home / "gpg-new"
    empty.mkdir(mode=0o700)
    world.env["GNUPGHOME"] = str(empty)
    yield


def _pass_never_set_up(world: World) -> None:
    named(world, "pass", "credsStore")


def _log_in_by(machine: Machine, world: World, name: str) -> None:
    """As `docker login` does it, with the real helper."""
    username, secret = world.good_login()
    line = {"ServerURL": world.place.host, "Username": username, "Secret": secret}
    subprocess.run(
        [f"docker-credential-{name}", "store"],
        input=json.dumps(line).encode(),
        env=machine.environ,
        check=True,
        capture_output=True,
    )
    named(world, name)


SHELL = "#!/bin/sh\ncat >/dev/null\n"

FAULTS: tuple[Case, ...] = (
    Case("helper-of-a-removed-product", MISSING, naming("osxkeychain"), SKOPEO),
    Case("default-helper-missing", MISSING, naming("gone", "credsStore"), LOGIN),
    Case("helper-of-windows", MISSING, naming("desktop.exe", "credsStore"), LOGIN),
    Case("helper-not-executable", MISSING, script(SHELL, 0o644), SKOPEO),
    Case("helper-ends-with-an-error", FAILING, misbehaving("error"), SKOPEO),
    Case("helper-crashes", FAILING, misbehaving("crash"), SKOPEO),
    Case("helper-prints-a-page", FAILING, misbehaving("junk"), SKOPEO),
    Case("helper-answers-a-list", FAILING, misbehaving("array"), SKOPEO),
    Case("helper-never-stops-talking", FAILING, misbehaving("huge"), SKOPEO),
    Case("helper-wants-a-terminal", FAILING, misbehaving("tty"), SKOPEO),
    Case("helper-without-interpreter", FAILING, script("#!/opt/gone/python\n"), SKOPEO),
    Case("helper-of-another-processor", FAILING, script("\x7fELF\x02\x01\x01"), SKOPEO),
    Case("helper-says-nothing", FAILING, script(SHELL), SKOPEO),
    Case("helper-of-an-old-protocol", FAILING, script(f"{SHELL}echo ada:secret\n"), SKOPEO),
    Case("helper-hangs", HUNG, misbehaving("hang"), SKOPEO),
    Case("default-helper-hangs", HUNG, misbehaving("hang", "credsStore"), LOGIN),
    Case("helper-says-locked", LOCKED, misbehaving("locked"), SKOPEO),
    Case("helper-asks-for-a-pin", LOCKED, misbehaving("pinentry"), SKOPEO),
    Case("keyring-locked", LOCKED, _locked_keyring, SKOPEO),
    Case("keyring-never-made", LOCKED, _keyring_of_nobody, LOGIN),
    Case("no-session-bus", FAILING, _over_ssh, LOGIN),
    Case("pass-never-set-up", LOCKED, _pass_never_set_up, LOGIN),
    Case("pass-key-locked", LOCKED, _key_locked, SKOPEO),
    Case("pass-key-gone", LOCKED, _key_gone, SKOPEO),
    Case("helper-has-lost-it", "login.missing", _has_lost_it, SKOPEO),
    Case(
        "login-in-the-other-helper",
        "login.missing",
        _in_the_other_helper,
        SKOPEO,
        store="helper",
    ),
)
