"""The whole journey to Docker Hub, by the real steps: what it asks and where it ends."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.support.command_line import wizard
from wizard.core.ports import Parts, RegistryProvider, StoreChoice
from wizard.core.secret import Credential, Secret
from wizard.core.state import Choices, Journey, fold
from wizard.sandbox import accounts
from wizard.sandbox.dialects import hub_accounts
from wizard.steps import journey as whole
from wizard.steps import push
from wizard.wiring import build

APP = "registry-1.docker.io/v2/practice/app"


class Practising:
    """Says yes, and logs in with a practice token."""

    def __init__(self, secret: str, username: str = accounts.LOGIN) -> None:
        self.given = Credential(username, Secret(secret))

    async def confirm(self, _question: str, _details: Sequence[str] = ()) -> bool:
        return True

    async def credential(self, _provider: RegistryProvider, _username: str) -> Credential:
        return self.given


@pytest.fixture
async def parts(home: Path) -> AsyncIterator[Parts]:
    async with build({**os.environ, "HOME": str(home)}, sandbox=True) as parts:
        yield parts


async def travel(
    parts: Parts, prefix: str = "docker.io/practice", person: Practising | None = None
) -> Journey:
    found, _ = parts.parse_prefix(prefix)
    choices = Choices(prefix=found, image="app", store=StoreChoice.NONE)
    journey = Journey(choices)
    someone = person or Practising(hub_accounts.DELETE_TOKEN)
    async with aclosing(whole.run(parts, journey, someone)) as events:
        async for event in events:
            journey = fold(journey, event)
    return journey


def causes(journey: Journey) -> list[str | None]:
    return [check.cause for check in journey.checks if check.status == "fail"]


async def test_the_journey_asks_nothing_twice(parts: Parts) -> None:
    journey = await travel(parts)

    asked = [f"{seen.method} {seen.host}{seen.path}" for seen in parts.practice.requests]
    assert causes(journey) == []
    assert journey.pull == "public"
    # One token to push, one to look at the quota, one for the stranger who pulls.
    assert asked.count("GET auth.docker.io/token") == 3
    assert asked[0] == "GET registry-1.docker.io/v2/"
    # Whose login it is, and whether the registry takes it, are asked at the same time.
    assert sorted(asked[1:5]) == [
        "GET auth.docker.io/token",
        "GET auth.docker.io/token",
        "GET registry-1.docker.io/v2/",
        "HEAD registry-1.docker.io/v2/ratelimitpreview/test/manifests/latest",
    ]
    assert not any("hub.docker.com" in line for line in asked)
    uploads = [line for line in asked if line.startswith(f"POST {APP}/blobs/uploads/")]
    assert len(uploads) == 2


async def test_what_was_pushed_can_be_taken_away_again(parts: Parts) -> None:
    journey = await travel(parts)

    async with aclosing(push.delete(parts, journey)) as events:
        async for event in events:
            journey = fold(journey, event)

    row = journey.check("push.deleted")
    assert row is not None
    assert row.status == "pass"
    assert row.summary.endswith("and the image behind it")


@pytest.mark.parametrize(
    ("prefix", "person", "cause"),
    [
        ("docker.io/practice", Practising(hub_accounts.READ_TOKEN), "login.scope-missing"),
        ("docker.io/practice", Practising(hub_accounts.EXPIRED_TOKEN), "login.rejected"),
        (
            "docker.io/practice",
            Practising(hub_accounts.DELETE_TOKEN, "practice@example.com"),
            "login.token-kind",
        ),
        (
            "docker.io/practice-foreign",
            Practising(hub_accounts.DELETE_TOKEN),
            "push.not-permitted",
        ),
        (
            "docker.io/practice-org",
            Practising(hub_accounts.ORGANISATION_TOKEN, "practice-org"),
            "login.scope-missing",  # it lists flytekit, not app
        ),
    ],
)
async def test_what_goes_wrong_is_named_once(
    parts: Parts, prefix: str, person: Practising, cause: str
) -> None:
    assert causes(await travel(parts, prefix, person)) == [cause]


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("token-expired", "login.rejected"),  # Docker Hub does not say which of the two
        ("scope-missing", "login.scope-missing"),
        ("not-permitted", "push.not-permitted"),
        ("foreign-realm", "login.realm-refused"),
        ("rate-limited", "network.rate-limited"),
    ],
)
async def test_a_rehearsed_fault_is_found_here_too(parts: Parts, fault: str, cause: str) -> None:
    parts.practice.switch_fault(fault, True)

    assert causes(await travel(parts))[0] == cause


def test_setup_goes_to_ready_where_nobody_is_asked() -> None:
    ran = wizard("setup", "docker.io/practice", "--sandbox", "--yes", "--json")

    assert ran.code == 0, ran.err
    assert (ran.document["ready"], ran.document["pull"]) == (True, "public")


def test_consent_beforehand_opens_a_private_repository_by_docker_hubs_own_interface() -> None:
    asked = ("setup", "docker.io/practice-org", "--sandbox", "--yes", "--json")
    ran = wizard(*asked, "--make-public")

    assert ran.code == 0, ran.err
    assert "Made public by the practice" not in ran.err
    opened = next(c for c in ran.document["checks"] if c["id"] == "visibility.opened")
    assert opened["summary"].endswith("is public now, as Docker Hub itself says")
