"""A real dockerd that a registry refuses: the registry's own words, as far as dockerd lets on."""

from __future__ import annotations

import pytest

from tests.support.dockerd import RunningDockerd
from tests.support.engine_runs import found_at, image_ids, named, push
from tests.support.refusing import Refusal, refusing
from wizard.clients.outside import World
from wizard.core.diagnosis import Problem, Stage
from wizard.core.secret import Credential, Secret
from wizard.engines.docker import DockerEngine

pytestmark = pytest.mark.engine

DOCKER = DockerEngine()


async def pushed_to(
    outside: World, engine: RunningDockerd, refusal: Refusal
) -> tuple[Problem, list[str]]:
    lines: list[str] = []
    async with refusing(refusal) as registry:
        with pytest.raises(Problem) as raised:
            await push(
                DOCKER,
                found_at(engine.url),
                outside,
                f"{registry.host}/team/app:1",
                credential=Credential("ada", Secret("canary-77")),
                on_line=lines.append,
            )
    return raised.value, lines


async def test_a_refusal_that_the_engine_hides_is_given_up_after_the_second_round(
    outside: World, shared_dockerd: RunningDockerd
) -> None:
    denied = Refusal("upload", 403, "DENIED")

    problem, lines = await pushed_to(outside, shared_dockerd, denied)

    assert "the registry refused; the engine is trying again in 5 s" in lines
    assert not any("in 9 s" in line for line in lines)
    assert named(problem, DOCKER).cause == "internal.undecided"
    assert "refused twice" in problem.evidence[0].line
    assert image_ids(shared_dockerd.url) == set()


@pytest.mark.parametrize(
    ("refusal", "cause", "stage"),
    [
        (
            Refusal("upload", 404, "NAME_UNKNOWN", "no such repository"),
            "push.repository-missing",
            Stage.UPLOAD,
        ),
        (
            Refusal("upload", 429, "TOOMANYREQUESTS", "slow down"),
            "network.rate-limited",
            Stage.UPLOAD,
        ),
        (
            Refusal("upload", 403, page="<html>Forbidden by ACME</html>"),
            "network.intercepted",
            Stage.UPLOAD,
        ),
        (
            Refusal("manifest", 400, "TAG_INVALID", "tag 1 is immutable"),
            "push.tag-immutable",
            Stage.MANIFEST_PUT,
        ),
        (
            Refusal("manifest", 403, "DENIED", "\x1b[31mnot yours"),
            "push.not-permitted",
            Stage.MANIFEST_PUT,
        ),
    ],
)
async def test_a_refusal_is_named_by_the_registrys_own_code(
    outside: World, shared_dockerd: RunningDockerd, refusal: Refusal, cause: str, stage: Stage
) -> None:
    problem, _ = await pushed_to(outside, shared_dockerd, refusal)

    seen = problem.evidence[-1]
    assert named(problem, DOCKER).cause == cause
    assert seen.stage is stage
    assert "canary-77" not in repr(seen)
    assert "\x1b" not in seen.line
