"""Helpers are tried before a secret is asked for, and each state has its name."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest

from tests.support.credential_helpers import CANARY, Machine
from tests.support.logins import GHCR, LoginWorld
from wizard.core.ports import Endpoint, Fitness, StoreChoice

ECR = Endpoint(
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
    "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com",
    cloud_helpers=("ecr-login",),
    cloud="aws",
)


@pytest.fixture
def machine(home: Path) -> Machine:
    return Machine(home)


@pytest.fixture
def world(machine: Machine) -> LoginWorld:
    return LoginWorld(machine)


def configured(machine: Machine, name: str) -> None:
    machine.write(json.dumps({"credHelpers": {"ghcr.io": name}}))


@pytest.mark.parametrize(
    ("behaviour", "fitness", "cause", "words"),
    [
        ("ok", Fitness.WORKS, "", "went in, came back"),
        ("no-version", Fitness.WORKS, "", "went in, came back"),
        ("no-list", Fitness.WORKS, "", "went in, came back"),
        ("empty-fields", Fitness.WORKS, "", "went in, came back"),
        ("slow", Fitness.SLOW, "", "every push waits"),
        ("locked", Fitness.LOCKED, "store.locked", "the keyring is locked"),
        ("uninitialised", Fitness.UNINITIALISED, "store.locked", "pass has no key yet"),
        ("pinentry", Fitness.TERMINAL, "store.locked", "needs a terminal"),
        ("crash", Fitness.CRASHES, "store.helper-failing", "signal 11"),
        ("lies-always", Fitness.LIES, "store.helper-failing", "did not come back"),
        ("junk", Fitness.LIES, "store.helper-failing", "not JSON"),
        ("array", Fitness.LIES, "store.helper-failing", "not an object"),
        ("error", Fitness.FAILS, "store.helper-failing", "status 1"),
        ("tty", Fitness.FAILS, "store.helper-failing", "status 1"),
        ("huge", Fitness.LIES, "store.helper-failing", "has no end"),
        ("not-implemented", Fitness.MINTS, "store.helper-failing", "makes its own logins"),
    ],
)
async def test_each_state_of_a_helper_has_its_name(
    world: LoginWorld, behaviour: str, fitness: Fitness, cause: str, words: str
) -> None:
    world.machine.helper("mine", behaviour)
    configured(world.machine, "mine")

    (verdict,) = await world.logins.bench(GHCR)

    assert (verdict.helper, verdict.settings) == ("mine", ("credHelpers ghcr.io",))
    assert (verdict.fitness, verdict.problem.cause if verdict.problem else "") == (fitness, cause)
    assert words in verdict.said
    assert CANARY not in repr(verdict)


@pytest.mark.parametrize(
    ("name", "fitness"), [("gone", Fitness.MISSING), ("desktop.exe", Fitness.FOREIGN)]
)
async def test_a_helper_that_is_not_there_is_missing_or_windows_own(
    world: LoginWorld, name: str, fitness: Fitness
) -> None:
    configured(world.machine, name)

    (verdict,) = await world.logins.bench(GHCR)

    assert verdict.fitness is fitness
    assert verdict.problem is not None
    assert verdict.problem.cause == "store.helper-missing"


@pytest.mark.parametrize("is_link", [False, True])
async def test_a_helper_that_cannot_be_started_is_named_with_its_place(
    world: LoginWorld, *, is_link: bool
) -> None:
    file = world.machine.bin / "docker-credential-mine"
    file.symlink_to("/nowhere") if is_link else file.write_text("#!/bin/sh\n")
    configured(world.machine, "mine")

    (verdict,) = await world.logins.bench(GHCR)

    assert (verdict.fitness, str(file) in verdict.said) == (Fitness.MISSING, True)


async def test_a_program_of_windows_that_wsl_cannot_start_is_foreign(world: LoginWorld) -> None:
    program = world.machine.bin / "docker-credential-desktop.exe"
    program.write_bytes(b"MZ\x90\x00" + bytes(60))
    program.chmod(0o755)
    configured(world.machine, "desktop.exe")

    (verdict,) = await world.logins.bench(GHCR)

    assert verdict.fitness is Fitness.FOREIGN
    assert "not a program for this machine" in verdict.said


async def test_all_are_tried_at_once_and_none_waits_for_one_that_hangs(world: LoginWorld) -> None:
    world.machine.helper("secretservice", "hang")
    world.machine.helper("pass", "hang")
    world.machine.helper("registry-wizard")
    world.machine.helper("mine", "hang")
    world.machine.write(json.dumps({"credsStore": "mine", "credHelpers": {"other": "gone"}}))
    began = time.monotonic()

    verdicts = await world.logins.bench(GHCR)

    assert time.monotonic() - began < 9
    assert [(v.helper, v.fitness, v.settings) for v in verdicts] == [
        ("mine", Fitness.HANGS, ("credsStore",)),
        ("gone", Fitness.MISSING, ("credHelpers other",)),
        ("secretservice", Fitness.HANGS, ()),
        ("pass", Fitness.HANGS, ()),
        ("registry-wizard", Fitness.WORKS, ()),
    ]
    assert {v.problem.cause for v in verdicts if v.problem and v.helper != "gone"} == {
        "store.helper-hung"
    }


async def test_what_was_tried_is_not_tried_again_and_leaves_nothing(world: LoginWorld) -> None:
    fake = world.machine.helper("secretservice")

    first, second = await asyncio.gather(world.logins.bench(GHCR), world.logins.bench(GHCR))
    plan = await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)

    assert first == second
    assert first[0].version == "1.2.3"
    assert plan.helper == "secretservice"
    assert [action for action, _ in fake.calls].count("store") == 1
    assert fake.items == {}


async def test_what_docker_would_find_by_itself_is_tried_first(world: LoginWorld) -> None:
    world.machine.helper("pass")
    world.machine.helper("secretservice")

    verdicts = await world.logins.bench(GHCR)

    found = {verdict.helper: verdict.settings for verdict in verdicts}
    assert list(found.items()) == [("secretservice", ("found by docker",)), ("pass", ())]


@pytest.mark.parametrize(
    ("behaviour", "fitness"), [("mints", Fitness.MINTS), ("mints-nothing", Fitness.FAILS)]
)
async def test_a_helper_of_the_cloud_is_asked_for_a_login_and_given_none(
    world: LoginWorld, behaviour: str, fitness: Fitness
) -> None:
    fake = world.machine.helper("ecr-login", behaviour)

    (verdict,) = await world.logins.bench(ECR)

    assert verdict.fitness is fitness
    assert [action for action, _ in fake.calls] == ["version", "get"]
    assert verdict.is_fit is (behaviour == "mints")


async def test_a_damaged_file_names_no_helper_and_hides_none(world: LoginWorld) -> None:
    world.machine.helper("pass")
    world.machine.write("{,}")

    assert [v.helper for v in await world.logins.bench(GHCR)] == ["pass"]


async def test_what_a_killed_run_left_in_the_store_is_swept_and_nothing_else(
    world: LoginWorld,
) -> None:
    fake = world.machine.helper("pass")
    stale = f"https://1000000-{'0' * 16}.selftest.registry-wizard.invalid"
    others = f"https://{int(time.time() // 60):x}-{'0' * 16}.selftest.registry-wizard.invalid"
    for server in (stale, others, "https://selftest.example.org"):
        fake.keep(server, "registry-wizard", "x")

    await world.logins.bench(GHCR)

    assert set(fake.items) == {others, "https://selftest.example.org"}


async def test_a_store_that_was_unlocked_is_tried_anew_when_that_is_wanted(
    world: LoginWorld,
) -> None:
    world.machine.helper("pass", "locked")
    await world.logins.bench(GHCR)
    fake = world.machine.helper("pass")

    (as_before,) = await world.logins.bench(GHCR)
    (anew,) = await world.logins.bench(GHCR, again=True)
    await world.logins.bench(GHCR, again=True)

    assert (as_before.fitness, anew.fitness) == (Fitness.LOCKED, Fitness.WORKS)
    assert [action for action, _ in fake.calls].count("version") == 2
