"""Every row of registries.md B7, and B6's situations, select their cause and no look-alike.

The messages are those that the reference records, as Docker Hub, docker and BuildKit word them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.conversation import problem_of
from tests.support.hub import HUB, PracticeHub, named, person, practice_hub
from tests.support.hub import repository as repo
from wizard.core.diagnosis import Diagnosis, Evidence, Problem, Stage
from wizard.core.secret import ANONYMOUS
from wizard.registries.hub_signs import HUB_SIGNS
from wizard.sandbox import accounts
from wizard.sandbox.dialects.dockerhub import SPENT

UPLOAD, TOKEN, MANIFEST, DELETE = Stage.UPLOAD, Stage.TOKEN, Stage.MANIFEST, Stage.DELETE
DENIED = "denied: requested access to the resource is denied"
BUILDKIT = (
    "push access denied, repository does not exist or may require authorization: "
    "server message: insufficient_scope: authorization failed"
)
PULL_DENIED = (
    "pull access denied for acme/app, repository does not exist or may require 'docker login': "
    "denied: requested access to the resource is denied"
)
OLD_QUOTA = (
    "toomanyrequests: You have reached your pull rate limit. You may increase the limit by "
    "authenticating and upgrading: https://www.docker.com/increase-rate-limit"
)


@dataclass(frozen=True)
class Said:
    row: str
    message: str
    cause: str
    stage: Stage
    fix: str = ""
    """Words of the first fix."""
    authenticated: bool = True
    status: int | None = None
    code: str = ""

    @property
    def evidence(self) -> Evidence:
        return Evidence(
            self.stage,
            host="docker.io",
            status=self.status,
            code=self.code,
            message=self.message,
            authenticated=self.authenticated,
        )


ROWS = [
    Said("1", DENIED, "push.not-permitted", UPLOAD, "under your own Docker ID"),
    Said("1 logged out", DENIED, "login.missing", UPLOAD, "without sudo", authenticated=False),
    Said("1 by status", "", "push.not-permitted", UPLOAD, "under your own", True, 401, "DENIED"),
    Said("1 granted", DENIED, "push.policy", UPLOAD, "holds one private", True, 403, "DENIED"),
    Said("2", BUILDKIT, "push.not-permitted", UPLOAD, "under your own Docker ID"),
    Said("2 logged out", BUILDKIT, "login.missing", UPLOAD, "without sudo", authenticated=False),
    Said(
        "3",
        "unauthorized: access token has insufficient scopes",
        "login.scope-missing",
        TOKEN,
        "Read & Write",
    ),
    Said(
        "3 at the push",
        "unauthorized: access token has insufficient scopes",
        "login.scope-missing",
        UPLOAD,
        "Read & Write",
    ),
    Said(
        "4",
        "unauthorized: incorrect username or password",
        "login.rejected",
        TOKEN,
        "Docker ID, not an e-mail",
    ),
    Said(
        "4 with 2FA",
        "unauthorized: your account must log in with a Personal Access Token (PAT) - learn more "
        "at docs.docker.com/go/access-tokens",
        "login.token-kind",
        TOKEN,
        "personal access token",
    ),
    Said(
        "4 with 2FA, older",
        "unauthorized: please use personal access token to login",
        "login.token-kind",
        TOKEN,
        "personal access token",
    ),
    Said(
        "5",
        "toomanyrequests: too many failed login attempts for username or IP address",
        "network.rate-limited",
        TOKEN,
        "scheduled job",
    ),
    Said("6", f"toomanyrequests: {SPENT}", "network.rate-limited", MANIFEST, "Log in for pulling"),
    Said("6 older", OLD_QUOTA, "network.rate-limited", MANIFEST, "Log in for pulling"),
    Said("6 abuse", "Too Many Requests", "network.rate-limited", MANIFEST, "Wait some minutes"),
    Said("6 no words", "", "network.rate-limited", MANIFEST, "Wait some minutes", status=429),
    Said("7", PULL_DENIED, "pull.private-or-missing", MANIFEST, authenticated=False),
    Said(
        "7 containerd",
        "pull access denied, repository does not exist or may require authorization: "
        "server message: insufficient_scope: authorization failed",
        "pull.private-or-missing",
        MANIFEST,
        authenticated=False,
    ),
    Said(
        "8",
        "manifest for acme/app:latest not found: manifest unknown: manifest unknown",
        "pull.missing-tag",
        MANIFEST,
    ),
    Said(
        "9",
        "login attempt to https://hub.docker.com/v2/ failed with status: 404 Not Found",
        "network.intercepted",
        Stage.PING,
        "without naming a server",
    ),
    Said(
        "11",
        "error: cannot perform an interactive login from a non-TTY device",
        "login.missing",
        TOKEN,
        "standard input",
    ),
    Said(
        "12",
        'error getting credentials - err: exec: "docker-credential-desktop": executable file not '
        "found in $PATH, out: ``",
        "store.helper-missing",
        UPLOAD,
    ),
    Said("B5", "the manifest is referenced by a tag", "push.policy", DELETE, status=403),
]


@pytest.mark.parametrize("said", ROWS, ids=lambda said: f"B7 row {said.row}")
def test_a_recorded_message_selects_its_cause_and_its_own_advice(said: Said) -> None:
    found = named(Problem(said.evidence))

    assert found.cause == said.cause
    if said.fix:
        assert said.fix in found.fixes[0].title


@pytest.mark.parametrize("said", ROWS, ids=lambda said: f"B7 row {said.row}")
def test_the_prefix_of_newer_engines_changes_nothing(said: Said) -> None:
    newer = Said(
        said.row,
        f"error from registry: {said.message}\n{said.message}" if said.message else "",
        said.cause,
        said.stage,
        said.fix,
        said.authenticated,
        said.status,
        said.code,
    )
    assert named(Problem(newer.evidence)).cause == said.cause


def test_every_sign_is_selected_by_something_that_was_recorded() -> None:
    seen = [said.evidence for said in ROWS] + OF_THE_INTERFACE
    firsts = {next(sign for sign in HUB_SIGNS if sign.matches(one)) for one in seen}

    assert [sign.source for sign in HUB_SIGNS if sign not in firsts] == []


OF_THE_INTERFACE = [
    Evidence(Stage.API, status=503, message="service unavailable"),
    Evidence(
        Stage.API, status=403, message="public repositories are disabled for this organization"
    ),
    Evidence(Stage.API, status=400, message="private repository limit reached, please upgrade"),
]


@pytest.fixture
async def hub(home: Path) -> AsyncIterator[PracticeHub]:
    async with practice_hub(home) as here:
        yield here


async def pulled(hub: PracticeHub, path: str, tag: str = "1") -> Diagnosis:
    return named(await problem_of(hub.api(ANONYMOUS).get_manifest(repo(path), tag)))


async def test_private_and_missing_answer_alike_to_strangers(hub: PracticeHub) -> None:
    private = f"{accounts.ORGANISATION}/app"
    await hub.push(private)

    hidden, missing = [
        await problem_of(hub.api(ANONYMOUS).get_manifest(repo(path), "1"))
        for path in (private, f"{accounts.ORGANISATION}/not")
    ]

    assert named(hidden).cause == named(missing).cause == "pull.private-or-missing"
    assert hidden.evidence[-1].status == missing.evidence[-1].status == 401
    assert hidden.evidence[-1].message == missing.evidence[-1].message


async def test_a_public_repository_without_that_tag_says_so(hub: PracticeHub) -> None:
    await hub.push("practice/app")

    assert (await pulled(hub, "practice/app", "2")).cause == "pull.missing-tag"


async def test_a_spent_quota_is_told_from_a_private_image(hub: PracticeHub) -> None:
    await hub.push("practice/app")
    hub.dialect.spend()

    found = await pulled(hub, "practice/app")

    assert found.cause == "network.rate-limited"
    assert "an account has a quota of its own" in found.fixes[0].title
    assert "image-pull secret" in found.fixes[1].title


async def test_a_login_still_pulls_when_the_address_has_nothing_left(hub: PracticeHub) -> None:
    reference, _ = await hub.push("practice/app")
    hub.dialect.spend()

    assert await hub.api(person()).get_manifest(reference.repository, "1")


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        (f"{accounts.FOREIGN_ORGANISATION}/app", "push.not-permitted"),
        ("practice/too/deep", "push.not-permitted"),
    ],
)
async def test_a_push_where_one_may_not_is_refused(hub: PracticeHub, path: str, cause: str) -> None:
    found = named(await problem_of(hub.api(person()).may_push(repo(path))))

    assert found.cause == cause
    assert "under your own Docker ID" in found.fixes[0].title


def test_no_sign_of_docker_hub_takes_a_fault_of_the_network_for_its_own_word() -> None:
    for status, cause in ((503, "network.registry-down"), (407, "network.proxy")):
        seen = Evidence(MANIFEST, host="docker.io", status=status)
        assert named(Problem(seen)).cause == cause
    assert HUB.signs == HUB_SIGNS
