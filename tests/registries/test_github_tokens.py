"""What a GitHub token is and may do, asked before it is stored: over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.github import Github, Said, github, said
from wizard.causes import CATALOGUE
from wizard.core.diagnosis import Diagnosis, Problem, diagnose
from wizard.core.names import Repository
from wizard.core.ports import Identity
from wizard.core.secret import Credential, Secret
from wizard.core.signs import COMMON_SIGNS
from wizard.registries import for_host

GHCR = for_host("ghcr.io")
CLASSIC = "ghp_" + "C" * 36
OAUTH = "gho_" + "C" * 36
PUSH = "delete:packages, write:packages"
OCTO = {"login": "Octo", "type": "User"}


@pytest.fixture
async def hub(home: Path) -> AsyncIterator[Github]:
    async with github(home) as hub:
        hub.answers["GET /user"] = said(OCTO, scopes=PUSH)
        yield hub


async def inspect(hub: Github, token: str = CLASSIC, owner: str = "octo") -> Identity:
    return await GHCR.inspect(
        Credential("octo", Secret(token)), Repository("ghcr.io", f"{owner}/app"), hub.world
    )


async def refused(hub: Github, token: str = CLASSIC, owner: str = "octo") -> Diagnosis:
    with pytest.raises(Problem) as problem:
        await inspect(hub, token, owner)
    found = diagnose(problem.value, CATALOGUE, GHCR.signs, COMMON_SIGNS)
    assert token not in repr(found) + repr(problem.value)
    return found


async def test_a_good_token_tells_whose_it_is_and_what_it_may_do(hub: Github) -> None:
    found = await inspect(hub)

    assert (found.username, found.kind) == ("Octo", "classic token")
    assert found.token_scopes == ("delete:packages", "write:packages")
    assert found.expires is None
    assert found.notes == ()
    assert hub.asked == ["GET /user"]
    assert hub.server.asked("authorization") == [f"Bearer {CLASSIC}"]


@pytest.mark.parametrize(
    ("header", "expires"),
    [
        ("2027-03-03 10:00:00 UTC", datetime(2027, 3, 3, 10, tzinfo=UTC)),
        ("2027-03-03 10:00:00 -0800", datetime(2027, 3, 3, 18, tzinfo=UTC)),
        ("soon", None),
    ],
)
async def test_the_end_of_a_token_is_read_in_both_forms(
    hub: Github, header: str, expires: datetime | None
) -> None:
    hub.answers["GET /user"] = said(
        OCTO, scopes=PUSH, github_authentication_token_expiration=header
    )

    assert (await inspect(hub)).expires == expires


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        (OAUTH, "OAuth token of gh"),
        (CLASSIC, "classic token"),
        ("0123456789abcdef0123456789abcdef01234567", "classic token"),
    ],
)
async def test_the_kinds_of_token_that_ghcr_takes_are_told_by_their_prefix(
    hub: Github, token: str, kind: str
) -> None:
    assert (await inspect(hub, token)).kind == kind


@pytest.mark.parametrize(
    "token",
    [
        "github_pat_11AAAAAAA0canary_canary",
        "ghr_canarycanary",
        "dckr_pat_canary",
        "glpat-canary",
        "two words",
        "pässwörd",
        "new\nline",
        "",
    ],
)
async def test_a_kind_that_ghcr_never_takes_is_told_without_asking_anybody(
    hub: Github, token: str
) -> None:
    with pytest.raises(Problem) as problem:
        await inspect(hub, token)

    assert problem.value.cause == "login.token-kind"
    assert "scopes=write:packages,delete:packages" in problem.value.fixes[0].url
    assert hub.asked == []


async def test_a_password_is_told_from_a_wrong_token(hub: Github) -> None:
    hub.answers["GET /user"] = said({"message": "Bad credentials"}, 401)

    assert (await refused(hub, "hunter2")).cause == "login.token-kind"
    assert (await refused(hub, CLASSIC)).cause == "login.rejected"


async def test_a_token_without_scopes_is_no_classic_token(hub: Github) -> None:
    hub.answers["GET /user"] = said(OCTO)

    assert (await refused(hub, "ghu_" + "C" * 36)).cause == "login.token-kind"


async def test_the_token_of_an_app_is_refused_outside_a_workflow(hub: Github) -> None:
    hub.answers["GET /user"] = said({"message": "Resource not accessible by integration"}, 403)

    assert (await refused(hub, "ghs_" + "C" * 36)).cause == "login.token-kind"


async def test_the_token_of_a_workflow_is_taken_inside_one(home: Path) -> None:
    async with github(home, GITHUB_ACTIONS="true") as hub:
        found = await inspect(hub, "ghs_" + "C" * 36)

        assert found.notes
        assert hub.asked == []


@pytest.mark.parametrize("scopes", ["", "repo, read:packages, gist"])
async def test_a_token_that_may_not_write_packages_is_told_before_it_is_stored(
    hub: Github, scopes: str
) -> None:
    hub.answers["GET /user"] = said(OCTO, scopes=scopes)

    by_page = await refused(hub, CLASSIC)
    by_gh = await refused(hub, OAUTH)

    assert by_page.cause == by_gh.cause == "login.scope-missing"
    assert by_page.summary.endswith("it lacks write:packages")
    assert by_page.fixes[0].url.startswith("https://github.com/settings/tokens/new?scopes=")
    assert by_gh.fixes[0].command == (
        "gh auth refresh -h github.com -s write:packages,delete:packages"
    )


async def test_too_little_and_too_much_are_worth_a_note(hub: Github) -> None:
    hub.answers["GET /user"] = said(OCTO, scopes="write:packages, repo, admin:org")

    notes = (await inspect(hub)).notes

    assert "delete:packages" in notes[0]
    assert "repo, admin:org" in notes[1]


async def test_a_token_that_has_run_out_by_githubs_own_clock_is_expired(hub: Github) -> None:
    hub.answers["GET /user"] = said(
        {"message": "Bad credentials"},
        401,
        github_authentication_token_expiration="2026-01-01 00:00:00 UTC",
        Date="Mon, 23 Nov 2026 05:00:00 GMT",
    )

    found = await refused(hub)

    assert found.cause == "login.expired"
    assert "ghcr.io" in found.summary


async def test_single_sign_on_gives_the_page_that_authorises_the_token(hub: Github) -> None:
    page = "https://github.com/orgs/acme/sso?authorization_request=abc"
    hub.answers["GET /users/acme"] = said(
        {"message": "Resource protected by organization SAML enforcement."},
        403,
        X_GitHub_SSO=f"required; url={page}",
    )

    found = await refused(hub, owner="acme")

    assert found.cause == "login.sso-required"
    assert found.summary.startswith("acme wants")
    assert found.fixes[0].url == page


@pytest.mark.parametrize(
    "header",
    ["required; url=https://evil.example/github.com", "required; url=javascript:x", "required"],
)
async def test_a_page_that_is_not_githubs_own_never_becomes_a_link(
    hub: Github, header: str
) -> None:
    hub.answers["GET /users/acme"] = said({}, 403, X_GitHub_SSO=header)

    found = await refused(hub, owner="acme")

    assert found.cause == "login.sso-required"
    assert all(fix.url.startswith("https://github.com/") for fix in found.fixes if fix.url)


async def test_a_member_of_an_organisation_is_known_as_one(hub: Github) -> None:
    hub.answers["GET /users/acme"] = said({"login": "Acme", "type": "Organization"})
    hub.answers["GET /orgs/acme/members/Octo"] = said(status=204)

    assert (await inspect(hub, owner="acme")).notes == ("Octo is a member of acme",)


async def test_a_membership_that_cannot_be_seen_refuses_nobody(hub: Github) -> None:
    hub.answers["GET /users/acme"] = said({"login": "Acme", "type": "Organization"})

    assert "not to be seen" in (await inspect(hub, owner="acme")).notes[0]


async def test_single_sign_on_is_seen_at_the_membership_too(hub: Github) -> None:
    hub.answers["GET /users/acme"] = said({"login": "Acme", "type": "Organization"})
    hub.answers["GET /orgs/acme/members/Octo"] = said({}, 403, X_GitHub_SSO="required; url=x")

    assert (await refused(hub, owner="acme")).cause == "login.sso-required"


async def test_the_account_of_another_person_is_worth_a_note(hub: Github) -> None:
    hub.answers["GET /users/mona"] = said({"login": "mona", "type": "User"})

    assert "another person" in (await inspect(hub, owner="mona")).notes[0]


async def test_an_owner_that_github_does_not_know_is_a_misspelling(hub: Github) -> None:
    found = await refused(hub, owner="acmee")

    assert found.cause == "push.not-permitted"
    assert "no account called acmee" in found.fixes[0].title


@pytest.mark.parametrize(
    ("status", "headers", "cause"),
    [
        (403, {"X-RateLimit-Remaining": "0"}, "network.rate-limited"),
        (429, {}, "network.rate-limited"),
        (502, {}, "network.registry-down"),
        (302, {}, "network.intercepted"),
        (404, {}, "network.intercepted"),
    ],
)
async def test_what_says_nothing_about_the_token_is_not_blamed_on_it(
    hub: Github, status: int, headers: dict[str, str], cause: str
) -> None:
    hub.answers["GET /user"] = said({"message": "no"}, status, **headers)

    found = await refused(hub)

    assert found.cause == cause
    assert "api.github.com" in found.summary


@pytest.mark.parametrize(
    "answer",
    [
        said(["octo"], scopes=PUSH),
        said({"login": 7}, scopes=PUSH),
        said({}, scopes=PUSH),
        said(None, scopes=PUSH),
        said("[" * 5000, scopes=PUSH),
    ],
)
async def test_an_answer_that_is_not_githubs_is_taken_for_somebody_elses(
    hub: Github, answer: Said
) -> None:
    hub.answers["GET /user"] = answer

    assert (await refused(hub)).cause == "network.intercepted"


async def test_what_github_says_is_shown_without_escapes(hub: Github) -> None:
    hub.answers["GET /user"] = said({"message": "\x1b]52;c;x\x07 [red]"}, 401)

    found = await refused(hub)

    assert found.evidence[0].line.isprintable()
