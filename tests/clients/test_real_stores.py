"""The stores that people have: the contract, and what they say when they are locked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.store_contract import StoreContract
from tests.support.credential_helpers import Machine
from tests.support.keyrings import (
    initialised_pass,
    keyring_that_nobody_made,
    lock_keyring,
    native_helper,
    own_helper,
    unlocked_keyring,
)
from tests.support.logins import CANARY, GHCR, HUB, LoginWorld, Provider
from tests.support.needs import need_program
from wizard.clients.helper_protocol import Helper, find_helper
from wizard.core.diagnosis import Problem
from wizard.core.ports import Endpoint, Fitness, StoreChoice


@pytest.fixture
def machine(home: Path) -> Machine:
    return Machine(home)


class TestStandIn(StoreContract):
    @pytest.fixture
    def helper(self, machine: Machine) -> Helper:
        machine.helper("ok")
        return find_helper("ok", machine.outside)


@pytest.mark.engine
class TestSecretService(StoreContract):
    @pytest.fixture
    def helper(self, machine: Machine) -> Iterator[Helper]:
        native_helper(machine, "secretservice")
        with unlocked_keyring(machine):
            yield find_helper("secretservice", machine.outside)


@pytest.mark.engine
class TestPass(StoreContract):
    @pytest.fixture
    def helper(self, machine: Machine) -> Iterator[Helper]:
        native_helper(machine, "pass")
        with initialised_pass(machine):
            yield find_helper("pass", machine.outside)


@pytest.mark.engine
class TestOwn(StoreContract):
    @pytest.fixture
    def helper(self, machine: Machine) -> Iterator[Helper]:
        own_helper(machine)
        with unlocked_keyring(machine):
            yield find_helper("registry-wizard", machine.outside)


@pytest.mark.engine
@pytest.mark.parametrize("name", ["secretservice", "registry-wizard"])
@pytest.mark.parametrize("endpoint", [GHCR, HUB], ids=["ghcr", "hub"])
async def test_a_login_goes_into_the_real_keyring_and_undo_takes_it_out(
    machine: Machine, name: str, endpoint: object
) -> None:
    own_helper(machine) if name == "registry-wizard" else native_helper(machine, name)
    world = LoginWorld(machine)
    before = '{\n  "psFormat": "x"\n}\n'
    machine.write(before)
    with unlocked_keyring(machine):
        await world.log_in(endpoint)
        (login,) = await world.logins.find(Provider(), endpoint)
        undone = await world.journal.undo(everything=True, dry_run=False)
        left = dict(await find_helper(name, machine.outside).list())

    assert (login.username, login.tools) == ("amy", ("docker", "docker SDK", "podman"))
    assert all(item.done for item in undone)
    assert left == {}
    assert machine.config.read_text() == before


@pytest.mark.engine
@pytest.mark.parametrize("name", ["secretservice", "registry-wizard"])
async def test_a_locked_keyring_is_never_taken_for_an_empty_one(
    machine: Machine, name: str
) -> None:
    own_helper(machine) if name == "registry-wizard" else native_helper(machine, name)
    world = LoginWorld(machine)
    with unlocked_keyring(machine):
        await world.log_in()
        lock_keyring(machine)
        locked = LoginWorld(machine)
        (login,) = await locked.logins.find(Provider(), GHCR)
        with pytest.raises(Problem) as refused:
            await locked.logins.plan(GHCR, "amy", StoreChoice.AUTO)

    # The Go helper of Debian 12 crashes on a locked item; the round trip tells why.
    assert login.problem is not None
    assert login.problem.cause in ("store.locked", "store.helper-failing")
    assert refused.value.cause == "store.locked"
    assert CANARY not in str(refused.value.evidence)


@pytest.mark.engine
async def test_pass_without_a_key_is_locked_and_so_no_store(machine: Machine) -> None:
    native_helper(machine, "pass")
    machine.environ["PATH"] += ":/usr/bin:/bin"
    machine.write('{"credsStore": "pass"}')

    with pytest.raises(Problem) as refused:
        await LoginWorld(machine).logins.plan(GHCR, "amy", StoreChoice.AUTO)

    assert refused.value.cause == "store.locked"


@pytest.mark.engine
async def test_without_a_bus_no_keyring_is_chosen(machine: Machine) -> None:
    native_helper(machine, "secretservice")
    own_helper(machine)

    with pytest.raises(Problem) as refused:
        await LoginWorld(machine).logins.plan(GHCR, "amy", StoreChoice.AUTO)

    assert refused.value.cause == "store.none"
    assert "no keyring runs here" in str(refused.value.evidence)


# --- the bench, on real stores --------------------------------------------------------------


async def tried(machine: Machine, endpoint: Endpoint = GHCR) -> dict[str, Fitness]:
    return {v.helper: v.fitness for v in await LoginWorld(machine).logins.bench(endpoint)}


@pytest.mark.engine
async def test_an_unlocked_keyring_works_and_a_locked_one_is_locked(machine: Machine) -> None:
    native_helper(machine, "secretservice")
    own_helper(machine)
    with unlocked_keyring(machine):
        open_ = await tried(machine)
        lock_keyring(machine)
        locked = await tried(machine)

    assert open_ == {"secretservice": Fitness.WORKS, "registry-wizard": Fitness.WORKS}
    assert locked == {"secretservice": Fitness.LOCKED, "registry-wizard": Fitness.LOCKED}


@pytest.mark.engine
async def test_a_keyring_whose_window_was_dismissed_is_uninitialised(machine: Machine) -> None:
    native_helper(machine, "secretservice")
    own_helper(machine)
    with keyring_that_nobody_made(machine):
        found = await tried(machine)

    assert set(found.values()) == {Fitness.UNINITIALISED}


@pytest.mark.engine
async def test_pass_is_uninitialised_then_works_and_with_a_passphrase_is_locked(
    machine: Machine, tmp_path: Path
) -> None:
    native_helper(machine, "pass")
    machine.environ["PATH"] += ":/usr/bin:/bin"
    before = await tried(machine)
    with initialised_pass(machine):
        works = await tried(machine)
    (tmp_path / "other").mkdir()
    other = Machine(tmp_path / "other")
    native_helper(other, "pass")
    with initialised_pass(other, "secret"):
        locked = await tried(other)

    assert before["pass"] is Fitness.UNINITIALISED
    assert works["pass"] is Fitness.WORKS
    assert locked["pass"] in (Fitness.LOCKED, Fitness.TERMINAL)


@pytest.mark.engine
async def test_ecr_login_without_an_account_says_not_found_and_is_not_believed(
    machine: Machine,
) -> None:
    path = need_program("docker-credential-ecr-login", "amazon-ecr-credential-helper")
    (machine.bin / "docker-credential-ecr-login").symlink_to(path)
    host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
    ecr = Endpoint(host, f"https://{host}", cloud_helpers=("ecr-login",), cloud="aws")
    # No metadata service is waited for: this is no machine of Amazon's.
    machine.environ["AWS_EC2_METADATA_DISABLED"] = "true"

    (verdict,) = await LoginWorld(machine).logins.bench(ecr)

    assert verdict.fitness is Fitness.FAILS
    assert verdict.version
    assert "does not say why" in verdict.said
