"""The step Engine with Docker and Podman side by side: each endpoint once, and who is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from pathlib import Path

from tests.engines.test_podman_detect import PONG
from tests.support.podman import stand_in
from tests.support.sockets import answering
from wizard.core.checks import Status
from wizard.core.events import EngineSeen
from wizard.core.ports import FoundEngine
from wizard.core.state import Choices, Journey, fold
from wizard.steps.detect import DETECT, detect
from wizard.wiring import build


async def journey(environ: Mapping[str, str], engine: str = "auto") -> Journey:
    known = Journey(choices=Choices(engine=engine))
    async with build(environ) as parts, aclosing(detect(parts, known)) as events:
        async for event in events:
            known = fold(known, event)
            if isinstance(event, EngineSeen):
                assert event.found in known.engines
    return known


def podmans(known: Journey) -> list[FoundEngine]:
    return [found for found in known.engines if "Podman" in found.title]


async def test_a_socket_that_docker_host_names_is_seen_once(home: Path) -> None:
    async with answering(home / "p", PONG) as listening:
        environ = {"HOME": str(home), "PATH": "/nowhere"}
        environ |= {"DOCKER_HOST": listening.url, "CONTAINER_HOST": listening.url}
        both = await journey(environ)
        asked_for = await journey(environ, "podman")

    assert [(f.engine, f.endpoint) for f in podmans(both)] == [("docker", listening.url)]
    assert [(f.engine, f.endpoint) for f in podmans(asked_for)] == [("podman", listening.url)]


async def test_a_docker_that_is_off_stays_the_cause_and_podman_is_offered(home: Path) -> None:
    environ = {"HOME": str(home), **stand_in(home / "bin", "echo podman version 4.3.1")}
    environ["DOCKER_HOST"] = f"unix://{home}/gone"

    known = await journey(environ)

    row = known.check(DETECT)
    assert row is not None
    assert row.status is Status.FAIL
    assert row.cause == "engine.not-running"
    assert "registry-wizard setup --engine podman" in {fix.command for fix in row.fixes}
    assert all("DOCKER_HOST=podman" not in fix.command for fix in row.fixes)


async def test_the_one_that_was_asked_for_is_named_where_it_is_not_here(home: Path) -> None:
    known = await journey({"HOME": str(home), "PATH": "/nowhere"}, "lxd")

    row = known.check(DETECT)
    assert row is not None
    if row.cause != "engine.none-found":  # this very machine has it
        return
    assert row.summary == "No LXD or Incus is installed here"
    assert row.fixes[0].command == "registry-wizard setup --engine auto"


async def test_a_hung_podman_beside_a_living_one_is_left_and_no_docker_context_is_named(
    home: Path,
) -> None:
    environ = {"HOME": str(home), **stand_in(home / "bin", "echo podman version 4.3.1")}
    environ["CONTAINER_HOST"] = f"unix://{home}/gone"

    known = await journey(environ, "podman")

    row = known.check(DETECT)
    assert row is not None
    assert row.cause == "engine.wrong-context"
    assert row.fixes[0].command == "unset CONTAINER_HOST"
    assert all("docker" not in fix.command for fix in row.fixes)


async def test_an_engine_is_not_offered_instead_of_itself(home: Path) -> None:
    environ = {"HOME": str(home), **stand_in(home / "bin", "echo podman version 4.3.1")}

    known = await journey({**environ, "CONTAINER_CONNECTION": "nobody-saved-this"}, "podman")

    row = known.check(DETECT)
    assert row is not None
    assert row.cause == "engine.endpoint-invalid"
    assert all("setup --engine podman" not in fix.command for fix in row.fixes)
