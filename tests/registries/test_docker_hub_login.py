"""What a login for Docker Hub is, may do and costs to find out: the real code, a real socket."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.hub import ENDPOINT, HUB, PracticeHub, person, practice_hub, refused
from tests.support.hub import repository as repo
from wizard.clients.registry_claims import claims_of
from wizard.core.ports import Identity
from wizard.core.secret import ANONYMOUS, Credential, Secret
from wizard.registries.hub_login import kind_of
from wizard.registries.hub_quota import Quota, read_quota
from wizard.sandbox import accounts
from wizard.sandbox.dialects import hub_accounts
from wizard.sandbox.exchange import Answer, Request, json_answer

ORGANISATION = accounts.ORGANISATION
OWN, LISTED = repo(), repo(hub_accounts.LISTED)


@pytest.fixture
async def hub(home: Path) -> AsyncIterator[PracticeHub]:
    async with practice_hub(home) as here:
        await here.api(ANONYMOUS).ping()
        here.sandbox.forget_requests()
        yield here


async def inspect(
    hub: PracticeHub, credential: Credential | None = None, path: str = "practice/app"
) -> Identity:
    return await HUB.inspect(credential or person(), repo(path), hub.world)


async def test_a_good_token_tells_its_kind_its_rights_and_the_quota(hub: PracticeHub) -> None:
    found = await inspect(hub)

    assert (found.username, found.kind) == ("practice", "personal access token")
    assert found.token_scopes == ("pull", "push")
    assert "200 of 200 pulls left in 6 hours with this login" in found.notes
    assert any("a cluster's nodes share a smaller quota" in note for note in found.notes)


async def test_signing_in_asks_nothing_twice_and_the_push_uses_the_same_token(
    hub: PracticeHub,
) -> None:
    await inspect(hub)
    await hub.api(person()).prove(OWN)
    await HUB.rights(OWN, person(), hub.world)
    await HUB.missing_repository(OWN, person(), hub.world)

    assert hub.asked() == [
        "GET auth.docker.io/token",
        "GET auth.docker.io/token",
        "HEAD registry-1.docker.io/v2/ratelimitpreview/test/manifests/latest",
        "GET registry-1.docker.io/v2/",
    ]
    scopes = [seen.query.rpartition("scope=")[2] for seen in hub.sandbox.requests[:2]]
    assert "practice%2Fapp%3Apull%2Cpush" in scopes[0]
    assert "ratelimitpreview%2Ftest%3Apull" in scopes[1]


async def test_looking_at_the_quota_spends_nothing(hub: PracticeHub) -> None:
    await inspect(hub)

    assert hub.dialect.left("practice") == 200


async def test_a_spent_quota_is_said_and_hinders_no_sign_in(hub: PracticeHub) -> None:
    hub.dialect.spend("practice")

    assert "the pull quota of this account is spent for now" in (await inspect(hub)).notes


async def test_a_paid_account_without_a_limit_is_told_so(hub: PracticeHub) -> None:
    def unlimited(_request: Request, answer: Answer) -> Answer:
        kept = {k: v for k, v in answer.headers.items() if "ratelimit" not in k.lower()}
        return Answer(answer.status, answer.body, kept)

    hub.meddle(after=unlimited)

    assert "pulls with this login are not limited" in (await inspect(hub)).notes


async def test_a_quota_that_cannot_be_read_is_left_out(hub: PracticeHub) -> None:
    def gone(request: Request) -> Answer | None:
        return Answer(503) if "ratelimitpreview" in request.path else None

    hub.meddle(instead=gone)

    assert (await inspect(hub)).notes == ()


@pytest.mark.parametrize(
    ("headers", "quota"),
    [
        (("100;w=21600", "76;w=21600"), Quota(76, 100, 21_600)),
        (("100", "76"), Quota(76, 100, 21_600)),
        (("10;w=3600", "0;w=3600"), Quota(0, 10, 3600)),
        (("", ""), None),
        (("many", "few"), None),
    ],
)
def test_the_quota_is_read_from_its_headers(headers: tuple[str, str], quota: Quota | None) -> None:
    limit, left = headers
    assert read_quota({"ratelimit-limit": limit, "ratelimit-remaining": left}) == quota


@pytest.mark.parametrize(
    ("credential", "kind"),
    [
        (person(), "personal access token"),
        (person(hub_accounts.ORGANISATION_TOKEN, ORGANISATION), "organisation access token"),
        (person("hunter2"), "password"),
        (person("a.b.c", "<token>"), "identity token of docker login"),
    ],
)
def test_the_kind_is_told_by_the_form(credential: Credential, kind: str) -> None:
    assert kind_of(credential) == kind


@pytest.mark.parametrize(
    "credential",
    [
        person(username="ada@example.com"),
        person("ghp_" + "C" * 36),
        person("github_pat_11AAA"),
        person("glpat-canary"),
    ],
)
async def test_what_docker_hub_never_takes_is_sent_to_nobody(
    hub: PracticeHub, credential: Credential
) -> None:
    found = await refused(inspect(hub, credential))

    assert found.cause == "login.token-kind"
    assert found.fixes[0].url == "https://app.docker.com/settings/personal-access-tokens"
    assert hub.asked() == []


async def test_a_token_that_may_only_read_lacks_the_scope_to_push(hub: PracticeHub) -> None:
    found = await refused(inspect(hub, person(hub_accounts.READ_TOKEN)))

    assert found.cause == "login.scope-missing"
    assert "Read & Write" in found.fixes[0].title
    assert hub.asked() == ["GET auth.docker.io/token"]


async def test_a_password_works_and_is_warned_of(hub: PracticeHub) -> None:
    found = await inspect(hub, person(accounts.PASSWORD))

    assert found.kind == "password"
    assert "a password opens the whole account" in found.notes[0]


async def test_a_password_of_an_account_with_two_factors_is_of_the_wrong_kind(
    hub: PracticeHub,
) -> None:
    two_factor = person(accounts.PASSWORD, hub_accounts.TWO_FACTOR_LOGIN)

    found = await refused(inspect(hub, two_factor, "practice-2fa/app"))

    assert found.cause == "login.token-kind"
    assert "personal access token" in found.fixes[0].title


@pytest.mark.parametrize("secret", ["hunter2", hub_accounts.EXPIRED_TOKEN, "dckr_pat_unknown"])
async def test_a_wrong_secret_is_sent_once_and_rejected(hub: PracticeHub, secret: str) -> None:
    assert (await refused(inspect(hub, person(secret)))).cause == "login.rejected"
    assert hub.asked() == ["GET auth.docker.io/token"]


async def test_a_lock_out_says_wait_and_not_log_in(hub: PracticeHub) -> None:
    hub.dialect.world.failures = hub_accounts.MOST_FAILURES

    found = await refused(inspect(hub, person("hunter2")))

    assert found.cause == "network.rate-limited"
    assert "scheduled job" in found.fixes[0].title


async def test_an_organisation_token_may_push_to_what_it_lists(hub: PracticeHub) -> None:
    token = person(hub_accounts.ORGANISATION_TOKEN, ORGANISATION)

    found = await inspect(hub, token, hub_accounts.LISTED)

    assert (found.kind, found.token_scopes) == ("organisation access token", ("pull", "push"))


async def test_an_organisation_token_that_does_not_list_the_repository_says_how_to(
    hub: PracticeHub,
) -> None:
    token = person(hub_accounts.ORGANISATION_TOKEN, ORGANISATION)

    found = await refused(inspect(hub, token, f"{ORGANISATION}/other"))

    assert found.cause == "login.scope-missing"
    assert "Image Push for this repository" in found.fixes[0].title


async def test_an_organisation_token_goes_with_the_organisations_name(hub: PracticeHub) -> None:
    found = await refused(
        inspect(hub, person(hub_accounts.ORGANISATION_TOKEN), hub_accounts.LISTED)
    )

    assert found.cause == "login.rejected"
    assert found.fixes[0].title.endswith("user name: practice-org")


async def test_a_member_hears_that_the_organisation_lets_it_push(hub: PracticeHub) -> None:
    assert "practice may push to practice-org" in (await inspect(hub, path=LISTED.path)).notes


async def test_a_namespace_of_others_is_no_fault_of_the_login_and_refused_by_name(
    hub: PracticeHub,
) -> None:
    foreign = f"{accounts.FOREIGN_ORGANISATION}/app"
    found = await inspect(hub, path=foreign)
    hub.sandbox.forget_requests()

    denied = await refused(HUB.rights(repo(foreign), person(), hub.world))

    assert "practice was granted no push to practice-foreign" in found.notes
    assert denied.cause == "push.not-permitted"
    assert "practice-foreign" in denied.summary
    assert denied.fixes[1].command == "registry-wizard setup docker.io/practice"
    assert hub.asked() == []


async def test_a_token_that_may_only_pull_in_its_own_namespace_lacks_the_scope(
    hub: PracticeHub,
) -> None:
    only_pull = _jwt({"access": [{"type": "repository", "name": OWN.path, "actions": ["pull"]}]})
    hub.meddle(instead=lambda request: _token(request, only_pull))

    found = await refused(inspect(hub))

    assert found.cause == "login.scope-missing"
    assert "granted pull; push is not among them" in found.evidence[-1].answered


@pytest.mark.parametrize(
    "token",
    ["opaque", "a.b.c", "a.%%%.c", "a.W10.c", "a." + "W" * 9000 + ".c", "a." + "eyJ" * 3 + ".c"],
)
async def test_a_token_that_cannot_be_read_says_nothing_and_stops_nothing(
    hub: PracticeHub, token: str
) -> None:
    hub.meddle(instead=lambda request: _token(request, token))

    found = await inspect(hub)

    assert (found.username, found.token_scopes) == ("practice", ())
    assert claims_of(Secret(token)) == {}


@pytest.mark.parametrize("access", [None, "x", {"name": "practice/app"}])
async def test_a_grant_in_no_known_form_says_nothing(hub: PracticeHub, access: object) -> None:
    hub.meddle(instead=lambda request: _token(request, _jwt({"access": access})))

    assert (await inspect(hub)).token_scopes == ()


@pytest.mark.parametrize("access", [[], [1, None, {}], [{"name": "practice/app", "actions": 1}]])
async def test_a_grant_of_nothing_lacks_the_scope(hub: PracticeHub, access: object) -> None:
    hub.meddle(instead=lambda request: _token(request, _jwt({"access": access})))

    assert (await refused(inspect(hub))).cause == "login.scope-missing"


async def test_an_identity_token_is_offered_as_one_before_it_is_refused(hub: PracticeHub) -> None:
    found = await refused(inspect(hub, person("a.b.c", "<token>")))

    assert found.cause == "login.rejected"
    assert hub.asked() == ["POST auth.docker.io/token", "GET auth.docker.io/token"]


def test_an_identity_token_is_not_for_a_cluster() -> None:
    assert "only docker itself" in HUB.unfit_for_clusters(person("x", "<token>"))
    assert HUB.unfit_for_clusters(person()) == ""


def test_a_cluster_should_get_a_token_that_may_only_read() -> None:
    token = HUB.pull_token(OWN)

    assert "Read-only" in token.title
    assert token.username == ""
    assert token.fixes[0].url == "https://app.docker.com/settings/personal-access-tokens"


def test_the_ways_in_begin_with_the_safest_and_end_with_a_warning() -> None:
    assert [way.id for way in HUB.ways_in] == ["personal-token", "organisation-token", "password"]
    assert "two-factor" in HUB.ways_in[-1].explanation
    assert ENDPOINT.docker_key == "https://index.docker.io/v1/"


def _token(request: Request, token: str) -> Answer | None:
    return json_answer(200, {"token": token}) if request.path == "/token" else None


def _jwt(claims: object) -> str:
    text = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{text}.c2ln"
