"""Google's sessions and keys: whose they are, how long, what they cost, why they do not work."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.conversation import problem_of
from tests.support.google import (
    GAR,
    HOST,
    OAUTH,
    OWNER,
    Practice,
    config_helper,
    image,
    practice,
)
from wizard.core.diagnosis import Fault
from wizard.core.ports import Session
from wizard.core.secret import Credential, Secret
from wizard.sandbox.dialects import google_tokens as tokens
from wizard.sandbox.dialects.google import EMAIL, NODES, PUSHER, GarRepository

# What gcloud 528 writes: copied from a run without an account, and from its exceptions.py.
NOBODY = """ERROR: (gcloud.config.config-helper) You do not currently have an active account \
selected.
Please run:

  $ gcloud auth login

to obtain new credentials.
"""
REVOKED = """ERROR: (gcloud.config.config-helper) There was a problem refreshing your current auth \
tokens: ('invalid_grant: Token has been expired or revoked.', {'error': 'invalid_grant'})
Please run:

  $ gcloud auth login

to obtain new credentials.
"""
REAUTH = """ERROR: (gcloud.config.config-helper) There was a problem reauthenticating while \
refreshing your current auth tokens: Reauthentication challenge could not be answered because you \
are not in an interactive session.
"""
DELETED = """ERROR: (gcloud.config.config-helper) There was a problem refreshing auth tokens for \
account x@p.iam.gserviceaccount.com: ('invalid_grant: Invalid JWT Signature.', {'error': \
'invalid_grant', 'error_description': 'Invalid JWT Signature.'})
"""
UNTRUSTED = """ERROR: (gcloud.config.config-helper) There was a problem refreshing your current \
auth tokens: HTTPSConnectionPool(host='oauth2.googleapis.com', port=443): Max retries exceeded \
with url: /token (Caused by SSLError(SSLCertVerificationError(1, '[SSL: \
CERTIFICATE_VERIFY_FAILED] certificate verify failed')))
"""
NOT_YOURS = """ERROR: (gcloud.config.config-helper) PERMISSION_DENIED: Failed to impersonate \
[x@p.iam.gserviceaccount.com]. Make sure the account that's trying to impersonate it has access.
"""


@pytest.fixture
async def here(home: Path) -> AsyncIterator[Practice]:
    async with practice(home) as google:
        yield google


async def only(here: Practice) -> Session:
    found = await GAR.sessions(HOST, here.world)
    assert len(found) == 1
    return found[0]


def with_gcloud(here: Practice, answer: str = "", *, code: int = 0, errors: str = "") -> None:
    here.gcloud(answer, code=code, errors=errors)
    here.world.environ = {**here.world.environ, "PATH": f"{here.home}/bin:/usr/bin:/bin"}


# --- sessions -----------------------------------------------------------------------------------


async def test_gclouds_session_is_one_start_of_gcloud_and_no_request(here: Practice) -> None:
    """Gcloud is a stand-in, which speaks `config config-helper` as release 528 does."""
    with_gcloud(here, config_helper())

    session = await only(here)

    assert session.source == "gcloud, ada@practice.test"
    assert session.credential == OWNER
    assert session.credential is not None
    assert session.credential.origin == "gcloud:ada@practice.test"
    assert session.credential.expires == datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert session.identity is not None
    assert session.identity.evidence == ("Google account ada@practice.test",)
    assert session.identity.who == "ada@practice.test"
    assert (here.home / "bin" / "asked").read_text().count("\n") == 1
    assert here.asked() == []


async def test_an_account_that_gcloud_acts_as_is_the_one_that_is_named(here: Practice) -> None:
    with_gcloud(here, config_helper(auth={"impersonate_service_account": f"{PUSHER},{NODES}"}))

    session = await only(here)

    assert session.source == f"gcloud, {PUSHER}"
    # A helper asks gcloud for ada's login again, and gcloud acts as the other again.
    assert session.credential is not None
    assert session.credential.origin == "gcloud:ada@practice.test"


async def test_the_login_for_programs_is_a_session_at_the_cost_of_one_request(
    here: Practice,
) -> None:
    here.adc(here.user())

    session = await only(here)

    assert session.source == f"Google's application default credentials, {EMAIL}"
    assert session.credential is not None
    assert session.credential.origin == f"adc:{EMAIL}"
    assert session.credential.expires is not None
    assert session.identity is not None
    assert f"Google account {EMAIL}" in session.identity.evidence
    assert here.asked() == ["POST /token"]


async def test_signing_in_with_a_session_asks_google_for_nothing_more(here: Practice) -> None:
    here.adc(here.user())
    session = await only(here)
    assert session.credential is not None
    here.sandbox.forget_requests()

    identity = await GAR.inspect(session.credential, image(), here.world)

    assert identity.evidence == (f"Google account {EMAIL}",)
    assert here.asked() == []


async def test_both_sessions_are_offered_gclouds_first(here: Practice) -> None:
    with_gcloud(here, config_helper())
    here.adc(here.user())

    found = await GAR.sessions(HOST, here.world)

    origins = [one.credential.origin.partition(":")[0] for one in found if one.credential]
    assert origins == ["gcloud", "adc"]


async def test_a_machine_without_any_is_told_the_command_that_signs_in(here: Practice) -> None:
    session = await only(here)

    assert session.problem is not None
    assert session.problem.cause == "login.cloud-missing"
    assert session.problem.fixes[0].url.startswith("https://cloud.google.com/sdk/")
    assert session.problem.fixes[1].command == "gcloud auth application-default login"


@pytest.mark.parametrize(
    ("errors", "cause", "command"),
    [
        (NOBODY, "login.cloud-missing", "gcloud auth login"),
        (REVOKED, "login.cloud-expired", "gcloud auth login"),
        (REAUTH, "login.cloud-expired", "gcloud auth login"),
        (NOT_YOURS, "login.cloud-denied", ""),
        (DELETED, "login.rejected", "gcloud auth login"),
        (UNTRUSTED, "", ""),
    ],
)
async def test_gcloud_without_a_session_says_why(
    here: Practice, errors: str, cause: str, command: str
) -> None:
    with_gcloud(here, code=1, errors=errors)

    session = await only(here)

    assert session.problem is not None
    assert session.problem.cause == cause
    commands = [fix.command for fix in session.problem.fixes]
    assert commands[:1] == ([command] if command else [])


async def test_an_expired_session_of_one_kind_is_told_beside_the_other_that_works(
    here: Practice,
) -> None:
    with_gcloud(here, code=1, errors=REVOKED)
    here.adc(here.user())

    expired, works = await GAR.sessions(HOST, here.world)

    assert expired.problem is not None
    assert works.credential is not None


async def test_an_expired_login_for_programs_names_its_own_command(here: Practice) -> None:
    here.adc(here.user(tokens.REVOKED_REFRESH))

    session = await only(here)

    assert session.problem is not None
    assert session.problem.cause == "login.cloud-expired"
    assert session.problem.fixes[0].command == "gcloud auth application-default login"


async def test_a_denied_impersonation_names_the_permission(here: Practice) -> None:
    here.adc(here.impersonating(NODES))

    problem = (await only(here)).problem

    assert problem is not None
    assert problem.cause == "login.cloud-denied"
    permission = problem.evidence[0].facts["permission"]
    assert permission == "iam.serviceAccounts.getAccessToken"


async def test_a_token_service_out_of_reach_is_a_fault_and_not_a_refusal(here: Practice) -> None:
    here.adc(here.key(token_uri="http://127.0.0.1:1/token"))

    problem = (await only(here)).problem

    assert problem is not None
    assert (problem.cause, problem.evidence[0].fault) == ("", Fault.REFUSED)


async def test_a_gcloud_that_says_nonsense_is_no_session(here: Practice) -> None:
    with_gcloud(here, "[1]")

    assert (await only(here)).credential is None


# --- suggestions ----------------------------------------------------------------------------------


async def suggested(here: Practice) -> list[tuple[dict[str, str], bool]]:
    return [(dict(one.answers), one.is_logged_in) async for one in GAR.suggest(here.world)]


async def test_the_repositories_of_gclouds_project_are_suggested(here: Practice) -> None:
    with_gcloud(here, config_helper())
    here.google.add(GarRepository("practice-project", "europe", "models"))

    found = await suggested(here)

    answers = {"location": "europe", "project": "practice-project", "gar_repository": "models"}
    # Neither the one for Python packages nor the mirror: nobody can push images there.
    assert found == [(answers, True)]
    assert len(here.asked()) == 1


async def test_without_a_repository_the_settings_of_gcloud_are_suggested(here: Practice) -> None:
    with_gcloud(here, config_helper(compute={"region": "europe-west1"}))

    assert await suggested(here) == [
        ({"project": "practice-project", "location": "europe-west1"}, True)
    ]


async def test_the_environments_project_is_suggested_at_once(home: Path) -> None:
    async with practice(home, GOOGLE_CLOUD_PROJECT="other-project") as here:
        assert await suggested(here) == [({"project": "other-project"}, False)]


async def test_a_machine_that_knows_nothing_suggests_nothing(here: Practice) -> None:
    assert await suggested(here) == []


# --- what is pasted ---------------------------------------------------------------------------


async def test_an_access_token_is_asked_about_once(here: Practice) -> None:
    pasted = Credential("", OWNER.secret)

    identity = await GAR.inspect(pasted, image(), here.world)

    assert identity.username == "oauth2accesstoken"
    assert identity.evidence == (f"Google account {EMAIL}",)
    assert identity.expires is not None
    assert identity.expires - datetime.now(UTC) < timedelta(hours=1)
    assert here.asked(OAUTH) == ["GET /tokeninfo"]


@pytest.mark.parametrize(
    ("token", "cause"),
    [
        (tokens.EXPIRED_TOKEN, "login.rejected"),
        ("ya29.never-given", "login.rejected"),
        (tokens.NARROW_TOKEN, "login.scope-missing"),
    ],
)
async def test_an_access_token_that_will_not_do_is_told(
    here: Practice, token: str, cause: str
) -> None:
    credential = Credential("oauth2accesstoken", Secret(token))

    problem = await problem_of(GAR.inspect(credential, image(), here.world))

    assert problem.cause == cause
    assert token not in repr(problem.evidence)


async def test_a_key_is_proven_by_one_exchange_whatever_is_asked_afterwards(
    here: Practice,
) -> None:
    key = here.key_credential("")

    identity = await GAR.inspect(key, image(), here.world)
    await GAR.missing_repository(image(), key, here.world)

    assert (identity.username, identity.kind) == ("_json_key", "service account key")
    assert identity.evidence == (f"the key of {PUSHER}",)
    assert here.asked(OAUTH) == ["POST /token"]


async def test_a_key_in_base64_goes_under_its_own_name(here: Practice) -> None:
    plain = here.key_credential().secret.reveal()
    wrapped = base64.encodebytes(plain.encode()).decode()

    identity = await GAR.inspect(Credential("", Secret(wrapped)), image(), here.world)

    assert identity.username == "_json_key_base64"


async def test_a_key_of_another_project_is_told(here: Practice) -> None:
    foreign = image("practice-foreign/images/app")

    identity = await GAR.inspect(here.key_credential(), foreign, here.world)

    assert "it belongs to the project practice-project" in identity.notes


async def test_a_deleted_key_is_rejected_and_a_new_one_offered(here: Practice) -> None:
    gone = here.key_credential(client_email="gone@practice-project.iam.gserviceaccount.com")

    problem = await problem_of(GAR.inspect(gone, image(), here.world))

    assert problem.cause == "login.rejected"
    assert "keys create" in problem.fixes[0].command


BROKEN_PEM = "-----BEGIN PRIVATE KEY----- aGVsbG8= -----END PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("username", "secret", "words"),
    [
        ("_json_key", "{}", "not a service account's key"),
        ("_json_key", '{"type": "service_account"', "cut off or damaged"),
        ("", '{"type": "authorized_user", "refresh_token": "x"}', "your own login"),
        ("", '{"type": "service_account", "client_email": "a@b"}', "lacks private_key"),
        (
            "",
            json.dumps(
                {"type": "service_account", "client_email": "a@b", "private_key": BROKEN_PEM}
            ),
            "line ends were changed",
        ),
        ("ada", "hunter2", "neither an access token"),
        ("", "ghp_" + "x" * 36, "a token of GitHub"),
        ("", "dckr_pat_x", "a token of Docker Hub"),
        ("", "1//refresh", "a refresh token"),
        ("", "AIza" + "x" * 35, "an API key"),
        ("", "-----BEGIN PRIVATE KEY-----\nx", "only the private key"),
        ("", "aGVsbG8gd29ybGQ=", "neither an access token"),
        ("", "eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.sig", "identity token"),
    ],
)
async def test_what_no_login_of_google_is_is_told_by_its_kind_and_never_sent(
    here: Practice, username: str, secret: str, words: str
) -> None:
    credential = Credential(username, Secret(secret))

    problem = await problem_of(GAR.inspect(credential, image(), here.world))

    assert problem.cause == "login.token-kind"
    assert words in problem.evidence[0].message
    assert here.asked() == []


@pytest.mark.parametrize(
    ("username", "is_encoded"), [("_json_key_base64", False), ("_json_key", True)]
)
async def test_a_key_under_the_other_name_is_told_the_right_one(
    here: Practice, username: str, is_encoded: bool
) -> None:
    text = here.key_credential().secret.reveal()
    given = base64.b64encode(text.encode()).decode() if is_encoded else text

    problem = await problem_of(
        GAR.inspect(Credential(username, Secret(given)), image(), here.world)
    )

    right = "_json_key_base64" if is_encoded else "_json_key"
    assert problem.cause == "login.token-kind"
    assert f"its user name is {right}, not {username}" in problem.evidence[0].message
