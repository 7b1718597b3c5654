from __future__ import annotations

import json
import signal
import stat

import pytest

from tests.support.credential_helpers import Machine
from tests.support.killed import run_python
from tests.support.logins import CANARY, GHCR, HUB, LOGIN, LoginWorld, Provider, auth
from wizard.core.diagnosis import Problem
from wizard.core.ports import StoreChoice
from wizard.core.secret import Credential, Secret

ZED = Credential("zed", Secret("CANARY-zed"))
PLAIN = json.dumps({"auths": {"ghcr.io": {"auth": auth("zed", "CANARY-zed"), "email": "z@e"}}})


@pytest.fixture
def world(home: object) -> LoginWorld:
    return LoginWorld(Machine(home))


async def undo(world: LoginWorld, *, everything: bool = False) -> list[tuple[bool, str]]:
    undone = await world.journal.undo(everything=everything, dry_run=False)
    return [(item.done, item.why_not) for item in undone]


@pytest.mark.parametrize(
    "before",
    [
        '{"currentContext": "x"}',
        '{\n    "auths": {},\n    "psFormat": "\\u003c"\n}\n',
        '{\r\n  "credHelpers": {\r\n    "ghcr.io": "pass"\r\n  }\r\n}',
        PLAIN,
        "",
    ],
)
@pytest.mark.parametrize("endpoint", [GHCR, HUB], ids=["ghcr", "hub"])
async def test_undo_gives_the_same_bytes_back_and_empties_the_store(
    world: LoginWorld, before: str, endpoint: object
) -> None:
    fake = world.machine.helper("pass")
    world.machine.write(before)
    await world.log_in(endpoint)

    undone = await undo(world)

    assert world.machine.config.read_bytes() == before.encode()
    assert fake.items == {}
    assert all(done for done, _ in undone)
    assert world.journal.changes() == ()


async def test_a_file_that_was_not_there_is_removed_and_its_folder_stays(
    world: LoginWorld,
) -> None:
    world.machine.helper("pass")
    await world.log_in()

    await undo(world)

    assert list(world.machine.config.parent.iterdir()) == []


async def test_the_login_that_was_replaced_comes_back(world: LoginWorld) -> None:
    fake = world.machine.helper("mine")
    fake.keep("ghcr.io", "zed", "CANARY-zed")
    world.machine.write('{"credHelpers": {"ghcr.io": "mine"}}')
    await world.log_in()

    undone = await undo(world)

    assert fake.items == {"ghcr.io": ("zed", "CANARY-zed")}
    assert all(done for done, _ in undone)


async def test_one_login_is_undone_at_a_time_and_all_of_them_on_request(
    world: LoginWorld,
) -> None:
    fake = world.machine.helper("pass")
    before = '{"psFormat": "x"}'
    world.machine.write(before)
    await world.log_in(GHCR)
    after_first = world.machine.config.read_bytes()
    await world.log_in(HUB)
    await world.log_in(GHCR, ZED)

    await undo(world)
    assert fake.items["ghcr.io"] == ("amy", CANARY)
    await undo(world)
    assert world.machine.config.read_bytes() == after_first
    await world.log_in(HUB)
    await undo(world, everything=True)

    assert world.machine.config.read_bytes() == before.encode()
    assert fake.items == {}


async def test_a_dry_run_says_what_would_be_undone_and_changes_nothing(world: LoginWorld) -> None:
    fake = world.machine.helper("pass")
    await world.log_in()
    before, items = world.machine.config.read_bytes(), fake.items

    undone = await world.journal.undo(everything=True, dry_run=True)

    assert [item.done for item in undone] == [True, True]
    assert (world.machine.config.read_bytes(), fake.items) == (before, items)
    assert len(world.journal.changes()) == 2


async def test_what_others_wrote_since_stays(world: LoginWorld) -> None:
    world.machine.helper("pass")
    world.machine.write('{"psFormat": "x"}')
    await world.log_in()
    config = world.config
    config["credHelpers"] |= {"other": "theirs"}
    world.machine.write(json.dumps(config))

    await undo(world)

    assert world.config == {"psFormat": "x", "credHelpers": {"other": "theirs"}}


async def test_our_key_that_somebody_changed_is_left_alone_and_said(world: LoginWorld) -> None:
    fake = world.machine.helper("pass")
    world.machine.write('{"psFormat": "x"}')
    await world.log_in()
    world.machine.write('{"credHelpers": {"ghcr.io": "theirs"}}')
    fake.keep("ghcr.io", "bob", "theirs")

    undone = await undo(world)

    assert world.config == {"credHelpers": {"ghcr.io": "theirs"}}
    assert fake.items == {"ghcr.io": ("bob", "theirs")}
    assert [done for done, _ in undone] == [False, False]
    assert "credHelpers.ghcr.io: something else changed it since" in undone[0][1]
    assert world.journal.changes() == ()


async def test_a_store_that_cannot_be_asked_now_can_be_undone_later(world: LoginWorld) -> None:
    fake = world.machine.helper("pass")
    world.machine.write('{"psFormat": "x"}')
    await world.log_in()
    fake.program.rename(fake.program.with_suffix(".gone"))

    undone = await undo(world)
    assert [done for done, _ in undone] == [True, False]
    assert "not on PATH" in undone[1][1]
    fake.program.with_suffix(".gone").rename(fake.program)

    assert await undo(world) == [(True, "")]
    assert fake.items == {}


async def test_plain_text_is_undone_and_what_it_replaced_is_honestly_gone(
    world: LoginWorld,
) -> None:
    world.machine.write(PLAIN)
    await world.log_in(choice=StoreChoice.PLAINTEXT)

    ((done, why_not),) = await undo(world)

    assert not done
    assert "was not kept" in why_not
    assert CANARY not in world.machine.config.read_text()
    assert world.config == {"auths": {"ghcr.io": {"email": "z@e"}}}


async def test_plain_text_beside_others_is_undone_to_the_same_bytes(world: LoginWorld) -> None:
    before = json.dumps({"auths": {"other": {"auth": auth("zed", "z")}}}, indent=1)
    world.machine.write(before)
    await world.log_in(choice=StoreChoice.PLAINTEXT)

    assert await undo(world) == [(True, "")]
    assert world.machine.config.read_text() == before


async def test_neither_journal_nor_lock_ever_holds_a_secret(world: LoginWorld) -> None:
    world.machine.helper("pass")
    world.machine.write(PLAIN)
    await world.log_in()
    await world.log_in(GHCR, ZED, StoreChoice.PLAINTEXT)

    files = [path for path in world.state.rglob("*") if path.is_file()]
    held = b"".join(path.read_bytes() for path in files)
    assert files
    for user, secret in (("amy", CANARY), ("zed", "CANARY-zed")):
        assert secret.encode() not in held
        assert auth(user, secret).encode() not in held
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(world.state.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("not json\n", "config.wizard-damaged"),
        ('{"v": 1, "id": 5}\n', "config.wizard-damaged"),
        ("[]\n", "config.wizard-damaged"),
        ('{"v": 3, "id": "new"}\n', "config.wizard-newer"),
    ],
)
async def test_a_journal_that_cannot_be_read_stops_every_change(
    world: LoginWorld, line: str, cause: str
) -> None:
    fake = world.machine.helper("pass")
    await world.log_in()
    with (world.state / "journal").open("a") as journal:
        journal.write(line)
    plan = await world.logins.plan(HUB, "amy", StoreChoice.AUTO)

    with pytest.raises(Problem) as refused:
        await world.logins.store(plan, HUB, LOGIN)

    assert refused.value.cause == cause
    assert refused.value.evidence[0].facts["file"] == str(world.state / "journal")
    assert set(fake.items) == {"ghcr.io"}


async def test_a_line_that_was_cut_off_by_a_crash_is_passed_over(world: LoginWorld) -> None:
    world.machine.helper("pass")
    await world.log_in()
    with (world.state / "journal").open("a") as journal:
        journal.write('{"v": 1, "id": "half')

    assert len(world.journal.changes()) == 2
    await world.log_in(HUB)
    assert len(world.journal.changes()) == 5


_STORE = """
import asyncio, sys
from pathlib import Path
from tests.support.credential_helpers import Machine
from tests.support.logins import GHCR, LoginWorld
from wizard.clients.outside import World
from wizard.core.secret import Credential, Secret

die = Die(sys.argv[2], int(sys.argv[3]))

class DyingWorld(World):
    async def run(self, argv, **rest):
        result = await super().run(argv, **rest)
        die("helper ended")
        return result

machine = Machine(Path(sys.argv[1]))
machine.outside = DyingWorld(machine.environ, machine.home)
world = LoginWorld(machine, on_point=die)
asyncio.run(world.log_in(GHCR, Credential("amy", Secret("CANARY-b81e"))))
"""

KILLS = [
    *((point, 1) for point in ("opened", "half-written", "synced", "compared", "replaced")),
    *(("journalled", nth) for nth in range(1, 6)),
    *(("helper ended", nth) for nth in range(1, 22, 2)),
]


@pytest.mark.parametrize(("point", "nth"), KILLS)
async def test_killed_at_any_step_of_storing_everything_can_still_be_taken_back(
    world: LoginWorld, point: str, nth: int
) -> None:
    fake = world.machine.helper("pass")
    fake.keep("ghcr.io", "zed", "CANARY-zed")
    before = json.dumps({"auths": {"ghcr.io": {"auth": auth("old", "o")}}, "mine": 1}, indent=1)
    world.machine.write(before)

    ended = run_python(_STORE, str(world.machine.home), point, str(nth))
    json.loads(world.machine.config.read_text())
    undone = await undo(world, everything=True)

    assert ended.returncode in (-signal.SIGKILL, 0), ended.stderr.decode()
    assert all(done for done, _ in undone), undone
    assert world.machine.config.read_text() == before
    items = {key: value for key, value in fake.items.items() if "selftest" not in key}
    assert items == {"ghcr.io": ("zed", "CANARY-zed")}
    assert [path.name for path in world.machine.config.parent.iterdir()] == ["config.json"]

    await world.log_in()
    logins = await world.logins.find(Provider(), GHCR)
    assert logins[0].username == "amy"


async def test_what_somebody_else_changed_is_taken_back_only_when_that_is_wanted(
    world: LoginWorld,
) -> None:
    """First it is said, as a face must before it asks; then what stood there before is back."""
    fake = world.machine.helper("pass")
    fake.keep("ghcr.io", "zed", "CANARY-zed")
    before = '{"credHelpers": {"ghcr.io": "pass"}}'
    world.machine.write(before)
    await world.log_in()
    fake.keep("ghcr.io", "bob", "CANARY-bob")

    (asked,) = [
        item for item in await world.journal.undo(everything=True, dry_run=True) if not item.done
    ]
    assert asked.is_others
    assert fake.items["ghcr.io"] == ("bob", "CANARY-bob")
    undone = await world.journal.undo(everything=True, dry_run=False, over_others=True)

    assert all(item.done for item in undone)
    assert fake.items == {"ghcr.io": ("zed", "CANARY-zed")}
    assert world.machine.config.read_text() == before


async def test_another_helper_named_since_gives_way_only_when_that_is_wanted(
    world: LoginWorld,
) -> None:
    world.machine.helper("pass")
    world.machine.write('{"credHelpers": {"ghcr.io": "mine"}, "psFormat": "x"}')
    world.machine.helper("mine")
    plan = await world.logins.plan(GHCR, "amy", StoreChoice.AUTO)
    await world.logins.store(plan, GHCR, LOGIN)
    world.machine.helper("registry-wizard")
    await world.log_in(choice=StoreChoice.KEYRING)
    world.machine.write('{"credHelpers": {"ghcr.io": "theirs"}, "psFormat": "y"}')

    undone = await world.journal.undo(everything=False, dry_run=False, over_others=True)

    assert all(item.done for item in undone)
    assert world.config == {"credHelpers": {"ghcr.io": "mine"}, "psFormat": "y"}
