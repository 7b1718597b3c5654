"""Something on the way to Amazon answers instead: a proxy's page, at each kind of interface."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.aws import API, HOST, STS, Practice, practice
from tests.support.aws import ECR as PROVIDER
from wizard.causes import CATALOGUE
from wizard.core.diagnosis import diagnose
from wizard.core.signs import COMMON_SIGNS
from wizard.sandbox.exchange import Answer, Request
from wizard.sandbox.faults import PracticeFault

PAGE = b"<!doctype html><title>Sign in</title>CANARY"


@pytest.fixture
async def here(home: Path) -> AsyncIterator[Practice]:
    async with practice(home) as amazon:
        yield amazon


def answer_at(here: Practice, host: str, status: int) -> None:
    def instead(request: Request) -> Answer | None:
        page = Answer(status, PAGE, {"Content-Type": "text/html"})
        return page if request.host == host else None

    here.sandbox._app.faults["page"] = PracticeFault("page", "", "", instead=instead)


@pytest.mark.parametrize(
    ("host", "status", "cause"),
    [
        (STS, 200, "network.intercepted"),
        (STS, 403, "network.intercepted"),
        (API, 403, "network.intercepted"),
        (API, 407, "network.intercepted"),
        (API, 503, "network.registry-down"),
    ],
)
async def test_a_page_is_no_word_of_amazons_and_is_not_quoted(
    here: Practice, host: str, status: int, cause: str
) -> None:
    answer_at(here, host, status)

    (session,) = await PROVIDER.sessions(HOST, here.world)

    assert session.problem is not None
    assert diagnose(session.problem, CATALOGUE, PROVIDER.signs, COMMON_SIGNS).cause == cause
    assert "CANARY" not in repr(session.problem.evidence)
