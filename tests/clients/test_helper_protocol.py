from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.support.credential_helpers import CANARY, Machine
from wizard.causes import CATALOGUE
from wizard.clients.helper_protocol import find_helper
from wizard.core.diagnosis import Problem, diagnose
from wizard.core.secret import Credential, Secret

LOGIN = Credential("amy", Secret(CANARY))


@pytest.fixture
def machine(home: Path) -> Machine:
    return Machine(home)


async def test_a_login_is_stored_read_listed_and_erased(machine: Machine) -> None:
    machine.helper("ok")
    helper = find_helper("ok", machine.outside)

    await helper.store("ghcr.io", LOGIN)

    assert await helper.get("ghcr.io") == LOGIN
    assert await helper.list() == {"ghcr.io": "amy"}
    await helper.erase("ghcr.io")
    assert await helper.get("ghcr.io") is None


async def test_the_secret_is_neither_an_argument_nor_in_the_environment(machine: Machine) -> None:
    machine.environ |= {"GH_TOKEN": CANARY, "GPG_TTY": "/dev/pts/0", "DOCKER_AUTH_CONFIG": CANARY}
    fake = machine.helper("pass")

    await find_helper("pass", machine.outside).store("ghcr.io", LOGIN)

    assert CANARY not in str(fake.arguments)
    assert CANARY not in str(fake.environments)
    assert "GPG_TTY" not in fake.environments[0]


async def test_a_helper_of_somebody_else_sees_the_environment_that_docker_gives_it(
    machine: Machine,
) -> None:
    machine.environ["GH_TOKEN"] = "needed"
    fake = machine.helper("ghcr-login")

    await find_helper("ghcr-login", machine.outside).get("ghcr.io")

    assert fake.environments[0]["GH_TOKEN"] == "needed"


@pytest.mark.parametrize("behaviour", ["ok", "empty-fields"])
async def test_no_login_is_told_apart_from_a_failure(machine: Machine, behaviour: str) -> None:
    machine.helper("x", behaviour)

    assert await find_helper("x", machine.outside).get("ghcr.io") is None


@pytest.mark.parametrize(
    ("behaviour", "cause", "said"),
    [
        ("crash", "store.helper-failing", "killed by signal 11"),
        ("error", "store.helper-failing", "ended with status 1"),
        ("not-found-on-stderr", "store.helper-failing", "ended with status 1"),
        ("junk", "store.helper-failing", "not JSON"),
        ("array", "store.helper-failing", "not an object"),
        ("huge", "store.helper-failing", "has no end"),
        ("hang", "store.helper-hung", "no answer in 0.5 s"),
        ("locked", "store.locked", "the keyring is locked"),
        ("tty", "store.helper-failing", "ended with status 1"),
    ],
)
async def test_each_way_to_fail_has_its_cause_and_none_shows_what_was_said(
    machine: Machine, behaviour: str, cause: str, said: str
) -> None:
    machine.helper("x", behaviour)
    began = time.monotonic()

    # A busy machine takes its time to start a program; only the hanging ones use this up.
    limit_s = 0.5 if behaviour in ("hang", "huge") else 20

    with pytest.raises(Problem) as failed:
        await find_helper("x", machine.outside).get("ghcr.io", timeout_s=limit_s)

    assert failed.value.cause == cause
    assert said in failed.value.evidence[0].answered
    assert failed.value.evidence[0].facts["helper"] == "x"
    assert CANARY not in repr(failed.value) + str(failed.value.evidence)
    assert time.monotonic() - began < 20


async def test_a_helper_that_still_has_what_it_erased_is_failing(machine: Machine) -> None:
    fake = machine.helper("x", "not-implemented")
    fake.keep("ghcr.io", "amy", "s")

    with pytest.raises(Problem) as failed:
        await find_helper("x", machine.outside).erase("ghcr.io")

    assert failed.value.cause == "store.helper-failing"


async def test_a_secret_that_no_helper_can_read_is_refused_before_it_is_sent(
    machine: Machine,
) -> None:
    fake = machine.helper("x")

    with pytest.raises(Problem) as failed:
        await find_helper("x", machine.outside).store("h", Credential("u", Secret("s" * 70_000)))

    assert "too long" in failed.value.evidence[0].answered
    assert fake.calls == []


@pytest.mark.parametrize("name", ["gone", "not-executable"])
def test_a_helper_that_cannot_be_run_is_missing(machine: Machine, name: str) -> None:
    machine.helper("not-executable").program.chmod(0o644)

    with pytest.raises(Problem) as missing:
        find_helper(name, machine.outside)

    assert missing.value.cause == "store.helper-missing"


@pytest.mark.parametrize("name", ["ecr-login", "gcloud", "gcr"])
def test_where_a_clouds_own_helper_comes_from_is_told_and_not_docker_desktops(
    machine: Machine, name: str
) -> None:
    with pytest.raises(Problem) as missing:
        find_helper(name, machine.outside)

    told = [f"{f.command} {f.url}" for f in diagnose(missing.value, CATALOGUE).fixes]
    assert any(word in told[0] for word in ("amazon-ecr", "cloud.google.com", "gcloud components"))
    assert [text for text in told if "golang-docker" in text or "Docker Desktop" in text] == []


@pytest.mark.parametrize("name", ["", "../x", "a/b", "x y", "x;id", "x" * 65, "x\n"])
def test_a_name_that_is_none_is_never_looked_for(machine: Machine, name: str) -> None:
    with pytest.raises(Problem) as refused:
        find_helper(name, machine.outside)

    assert refused.value.cause == "store.helper-failing"


def test_a_helper_beside_us_is_not_found_through_a_relative_path(machine: Machine) -> None:
    machine.helper("x")
    os.chdir(machine.bin)
    machine.environ["PATH"] = f".{os.pathsep}"

    with pytest.raises(Problem) as missing:
        find_helper("x", machine.outside)

    assert missing.value.cause == "store.helper-missing"


@pytest.mark.parametrize("what", ["program", "folder", "target's folder", "owner"])
def test_a_helper_that_others_could_replace_is_given_no_secret(
    machine: Machine, tmp_path: Path, what: str
) -> None:
    program = machine.helper("x").program
    if what == "program":
        program.chmod(0o757)
    elif what == "folder":
        machine.bin.chmod(0o777)
    elif what == "owner":
        if os.geteuid() != 0:
            pytest.skip("only root can give a file away")
        os.chown(program, 12345, 12345)
    else:
        real = tmp_path / "open" / "x"
        real.parent.mkdir()
        program.rename(real)
        program.symlink_to(real)
        real.parent.chmod(0o777)

    with pytest.raises(Problem) as refused:
        find_helper("x", machine.outside)

    assert refused.value.cause == "store.helper-failing"
    assert refused.value.evidence[0].facts["path"] == str(program)


async def test_a_program_that_the_system_cannot_run_is_failing(machine: Machine) -> None:
    machine.helper("x").program.write_bytes(b"\x00\x01\x02")

    with pytest.raises(Problem) as failed:
        await find_helper("x", machine.outside).get("h")

    assert failed.value.cause == "store.helper-failing"
