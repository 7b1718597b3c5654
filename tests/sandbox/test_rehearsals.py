"""What is switched on to be rehearsed is found as what it is, by the real steps on real parts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from wizard.core.ports import Parts, RegistryProvider, StoreChoice
from wizard.core.secret import Credential, Secret
from wizard.core.state import Choices, Journey, fold
from wizard.sandbox import accounts
from wizard.sandbox.faults import FAULTS, PracticeFault
from wizard.steps import journey as whole
from wizard.steps import visibility
from wizard.wiring import build


class Practising:
    """Says yes, and logs in with a practice token."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    async def confirm(self, _question: str, _details: Sequence[str] = ()) -> bool:
        return True

    async def credential(self, _provider: RegistryProvider, _username: str) -> Credential:
        return Credential(accounts.LOGIN, Secret(self.secret))


async def travel(parts: Parts, prefix: str, secret: str = accounts.WRITE_TOKEN) -> Journey:
    """The whole journey, and once more to the image after somebody has made it public."""
    found, _ = parts.parse_prefix(prefix)
    choices = Choices(prefix=found, username=accounts.LOGIN, image="app", store=StoreChoice.NONE)
    journey = Journey(choices)
    async with aclosing(whole.run(parts, journey, Practising(secret))) as events:
        async for event in events:
            journey = fold(journey, event)
    if journey.pushed is None or prefix.endswith("-private"):
        return journey
    await parts.practice.make_public(journey.pushed.reference.repository)
    async with aclosing(visibility.verify(parts, journey)) as events:
        async for event in events:
            journey = fold(journey, event)
    return journey


def causes(journey: Journey) -> list[str]:
    return [check.cause for check in journey.checks if check.cause]


async def test_without_a_fault_everything_is_proven(tmp_path: Path) -> None:
    async with build(os.environ, sandbox=True, project=str(tmp_path)) as parts:
        journey = await travel(parts, parts.practice.prefix)
    assert causes(journey) == []
    assert journey.pushed is not None


@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if fault.cause], ids=lambda fault: fault.id
)
async def test_a_fault_is_found_as_its_cause(fault: PracticeFault, tmp_path: Path) -> None:
    async with build(os.environ, sandbox=True, timeout_s=2, project=str(tmp_path)) as parts:
        parts.practice.switch_fault(fault.id, on=True)
        journey = await travel(parts, parts.practice.prefix)
    assert causes(journey) == [fault.cause]


@pytest.mark.parametrize(
    ("prefix", "secret", "cause"),
    [
        ("ghcr.io/practice", accounts.READ_TOKEN, "login.scope-missing"),
        ("ghcr.io/practice", accounts.GH_TOKEN, "login.scope-missing"),
        ("ghcr.io/practice", accounts.EXPIRED_TOKEN, "login.expired"),
        ("ghcr.io/practice", accounts.FINE_GRAINED_TOKEN, "login.token-kind"),
        ("ghcr.io/practice", accounts.APP_TOKEN, "login.token-kind"),
        ("ghcr.io/practice", accounts.PASSWORD, "login.token-kind"),
        ("ghcr.io/practice", "ghp_practice_never_made", "login.rejected"),
        ("ghcr.io/practice-sso", accounts.WRITE_TOKEN, "login.sso-required"),
        ("ghcr.io/practice-foreign", accounts.WRITE_TOKEN, "push.not-permitted"),
        ("ghcr.io/practice-closed", accounts.WRITE_TOKEN, "push.policy"),
        ("ghcr.io/practice-private", accounts.WRITE_TOKEN, "pull.private"),
        ("basic.practice.test/practice", "wrong", "login.rejected"),
        ("token.practice.test/practice", "wrong", "login.rejected"),
        ("token.practice.test/other", accounts.PASSWORD, "push.not-permitted"),
    ],
)
async def test_an_account_or_place_is_found_as_what_it_is(
    prefix: str, secret: str, cause: str, tmp_path: Path
) -> None:
    async with build(os.environ, sandbox=True, project=str(tmp_path)) as parts:
        assert causes(await travel(parts, prefix, secret)) == [cause]
