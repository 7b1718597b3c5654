"""Commands that fixes ran: written down without their output, and taken back by their inverse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.credential_helpers import Machine
from tests.support.logins import LoginWorld
from wizard.clients.undo import NO_INVERSE, NOT_AS_WRITTEN
from wizard.core.diagnosis import Problem


@pytest.fixture
def world(home: Path) -> LoginWorld:
    return LoginWorld(Machine(home, "/usr/bin", "/bin"))


def ran(world: LoginWorld, command: str, inverse: str, code: int | None = 0) -> None:
    ended = world.journal.begin_command(command, inverse)
    if code is not None:
        ended(code)


async def test_the_inverse_is_named_and_run_only_when_it_is_really_done(world: LoginWorld) -> None:
    made = world.machine.home / "made here"
    made.mkdir()
    ran(world, f"mkdir '{made}'", f"rmdir '{made}'")

    (shown,) = await world.journal.undo(everything=False, dry_run=True)
    assert (shown.done, shown.runs, made.exists()) == (True, f"rmdir '{made}'", True)
    (done,) = await world.journal.undo(everything=False, dry_run=False)

    assert (done.done, made.exists()) == (True, False)
    assert world.journal.changes() == ()


async def test_what_no_command_takes_back_says_so_and_stands_in_nobodys_way(
    world: LoginWorld,
) -> None:
    world.machine.helper("pass")
    world.machine.write("{}")
    await world.log_in()
    ran(world, "touch something", "")

    (last,) = await world.journal.undo(everything=False, dry_run=False)
    logins = await world.journal.undo(everything=False, dry_run=False)

    assert (last.done, last.why_not) == (False, NO_INVERSE)
    assert [row.done for row in logins] == [True] * len(logins)
    assert world.machine.config.read_text() == "{}"


async def test_an_inverse_that_fails_is_told_with_its_words(world: LoginWorld) -> None:
    gone = world.machine.home / "gone"
    ran(world, f"mkdir {gone}", f"rmdir {gone}")

    (row,) = await world.journal.undo(everything=True, dry_run=False)

    assert not row.done
    assert f"rmdir {gone} ended with 1" in row.why_not
    assert "No such file" in row.why_not


@pytest.mark.parametrize(("code", "count"), [(3, 0), (127, 0), (0, 1), (None, 1)])
async def test_a_command_that_failed_is_only_told_of_and_one_that_was_cut_off_may_have_worked(
    world: LoginWorld, code: int | None, count: int
) -> None:
    ran(world, "mkdir x", "rmdir x", code)

    assert len(await world.journal.undo(everything=True, dry_run=True)) == count
    rows = [json.loads(line) for line in world.journal.records.path.read_text().splitlines()]
    assert rows[-1]["code"] == code
    assert rows[-1]["command"] == "mkdir x"
    assert rows[-1]["when"].startswith("2026-01-02")


async def test_a_line_that_somebody_else_wrote_runs_nothing(world: LoginWorld) -> None:
    """The journal lies in the person's own folder; what stands in it is no order all the same."""
    made = world.machine.home / "kept"
    made.mkdir()
    ran(world, "mkdir kept", "rmdir elsewhere")
    path = world.journal.records.path
    path.write_text(path.read_text().replace("rmdir elsewhere", f"rmdir {made}"))

    (row,) = await world.journal.undo(everything=True, dry_run=False)

    assert (row.done, row.why_not) == (False, NOT_AS_WRITTEN)
    assert made.exists()


async def test_only_lines_of_commands_need_a_newer_wizard(world: LoginWorld) -> None:
    world.machine.helper("pass")
    world.machine.write("{}")
    await world.log_in()
    before = [json.loads(line)["v"] for line in world.journal.records.path.read_text().splitlines()]
    ran(world, "mkdir x", "rmdir x")

    last = json.loads(world.journal.records.path.read_text().splitlines()[-1])
    assert set(before) == {1}
    assert last["v"] == 2


def test_what_cannot_be_written_down_is_not_begun(world: LoginWorld) -> None:
    world.state.write_text("a file in the way")

    with pytest.raises(Problem) as refused:
        world.journal.begin_command("mkdir x", "rmdir x")

    assert refused.value.cause == "config.wizard-unwritable"
