"""google-auth itself, in its child program, against the practice token services.

Nothing of it is told that this is practice but by its own settings: the file's `token_uri`, the
impersonation's address, GCE_METADATA_HOST.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.google import OAUTH, Practice, config_helper, practice
from tests.support.needs import need_program
from wizard.registries.cloud_child import RefusedError, ask_child
from wizard.sandbox.dialects import google_tokens as tokens
from wizard.sandbox.dialects.google import EMAIL, NODES, PUSHER
from wizard.sandbox.dialects.google_oauth import IAM_HOST, METADATA_HOST, STS_HOST, SUBJECT_TOKEN

EXCHANGE = ["POST /token"]


@pytest.fixture
async def here(home: Path) -> AsyncIterator[Practice]:
    async with practice(home) as google:
        yield google


async def asked(here: Practice, **question: str) -> dict[str, Any]:
    answer = await ask_child(here.world, "google", {"ask": "token", "from": "adc", **question})
    assert isinstance(answer, dict)
    return answer


async def refused(here: Practice, **question: str) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        await asked(here, **question)
    return caught.value


async def test_the_login_of_a_person_costs_one_request_and_names_her(here: Practice) -> None:
    file = here.adc(here.user())

    answer = await asked(here)

    assert here.google.tokens.find(answer["token"]) is not None
    assert (answer["account"], answer["kind"]) == (EMAIL, "user")
    assert (answer["project"], answer["found_in"]) == ("practice-project", str(file))
    left = datetime.fromisoformat(answer["expires"]) - datetime.now(UTC)
    assert timedelta(minutes=50) < left < timedelta(minutes=61)
    assert here.asked() == EXCHANGE


async def test_a_service_accounts_key_is_exchanged_by_a_signature_that_is_checked(
    home: Path,
) -> None:
    file = home / "key.json"
    async with practice(home, GOOGLE_APPLICATION_CREDENTIALS=str(file)) as here:
        file.write_text(json.dumps(here.key()))

        answer = await asked(here)

        assert (answer["account"], answer["kind"]) == (PUSHER, "service account")
        assert here.sandbox.requests[0].login == PUSHER
        assert here.asked() == EXCHANGE


async def test_a_pasted_key_needs_no_file(here: Practice) -> None:
    answer = await asked(here, **{"from": "key", "key": json.dumps(here.key())})

    assert answer["account"] == PUSHER
    assert here.asked() == EXCHANGE


async def test_impersonation_costs_one_exchange_and_one_token_of_the_other(here: Practice) -> None:
    here.adc(here.impersonating(PUSHER))

    answer = await asked(here)

    assert (answer["account"], answer["kind"]) == (PUSHER, "impersonation")
    found = here.google.tokens.find(answer["token"])
    assert found is not None
    assert found.member == f"serviceAccount:{PUSHER}"
    assert [one.host for one in here.sandbox.requests] == [OAUTH, IAM_HOST]


async def test_workload_identity_costs_one_exchange(here: Practice) -> None:
    here.adc(here.workload(SUBJECT_TOKEN))

    answer = await asked(here)

    assert answer["kind"] == "workload identity"
    assert [one.host for one in here.sandbox.requests] == [STS_HOST]


async def test_a_machine_of_googles_own_has_the_account_that_it_runs_as(home: Path) -> None:
    async with practice(home) as here:
        here.world.environ = {**here.world.environ, **here.sandbox.environ}

        answer = await asked(here)

        assert (answer["account"], answer["kind"]) == (EMAIL, "metadata server")
        # The library asks for the account before it asks for the account's token.
        assert [one.host for one in here.sandbox.requests] == [METADATA_HOST] * 2


async def test_a_machine_without_any_login_asks_nobody(here: Practice) -> None:
    wrong = await refused(here)

    assert wrong.kind == "NoCredentials"
    assert "GOOGLE_APPLICATION_CREDENTIALS" in wrong.message
    assert here.asked() == []


async def test_a_variable_that_names_no_file_is_told_by_name(home: Path) -> None:
    async with practice(home, GOOGLE_APPLICATION_CREDENTIALS="/nowhere/key.json") as here:
        wrong = await refused(here)

    assert (wrong.kind, wrong.facts["file"]) == ("FileMissing", "/nowhere/key.json")


@pytest.mark.parametrize("refresh_token", [tokens.REVOKED_REFRESH, tokens.RAPT_REFRESH])
async def test_a_session_that_is_over_is_expired(here: Practice, refresh_token: str) -> None:
    here.adc(here.user(refresh_token))

    assert (await refused(here)).kind == "Expired"
    assert here.asked() == EXCHANGE


async def test_a_client_that_was_deleted_is_unknown(here: Practice) -> None:
    here.adc(here.user(client_id="another"))

    assert (await refused(here)).kind == "Unknown"


async def test_a_rejected_subject_token_is_expired(here: Practice) -> None:
    here.adc(here.workload("of somebody else"))

    assert (await refused(here)).kind == "Expired"


async def test_impersonating_without_the_role_is_denied_with_the_permission(
    here: Practice,
) -> None:
    here.adc(here.impersonating(NODES))

    wrong = await refused(here)

    assert wrong.kind == "Denied"
    assert wrong.facts["permission"] == "iam.serviceAccounts.getAccessToken"


async def test_a_key_of_a_deleted_account_and_a_deleted_key_are_unknown(here: Practice) -> None:
    deleted = json.dumps(here.key(client_email="gone@practice-project.iam.gserviceaccount.com"))
    assert (await refused(here, **{"from": "key", "key": deleted})).kind == "Unknown"

    before = json.dumps(here.key())
    here.sandbox.reset()
    assert here.google.private_pem
    assert (await refused(here, **{"from": "key", "key": before})).kind == "Unknown"


async def test_a_key_used_under_a_wrong_clock_is_told_so(here: Practice) -> None:
    """The child's own clock is what is wrong: faketime stands before it."""
    faketime = need_program("faketime")
    question = json.dumps({"ask": "token", "from": "key", "key": json.dumps(here.key())})
    argv = [faketime, "-f", "-2d", sys.executable, "-P", "-m", "wizard.clouds.google"]
    environ = {**here.world.environ, "PATH": "/usr/bin:/bin"}
    result = await here.world.run(argv, stdin=question.encode(), timeout_s=15, environ=environ)

    assert json.loads(result.stdout)["refused"]["kind"] == "Clock"


@pytest.mark.parametrize(
    "damage",
    [
        lambda key: json.dumps(key)[:-200],
        lambda key: json.dumps({**key, "private_key": "-----BEGIN PRIVATE KEY-----\nx\n"}),
        lambda key: json.dumps({n: v for n, v in key.items() if n != "client_email"}),
        lambda key: json.dumps({**key, "type": "authorized_user"}),
        lambda _key: "[]",
    ],
)
async def test_a_damaged_key_is_malformed_and_never_quoted(here: Practice, damage: Any) -> None:
    text = damage(here.key())

    wrong = await refused(here, **{"from": "key", "key": text})

    assert wrong.kind == "Malformed"
    assert "PRIVATE" not in repr(wrong.facts)
    assert here.asked() == []


async def test_a_damaged_file_is_malformed_by_its_name(here: Practice) -> None:
    file = here.adc("{ not json")

    wrong = await refused(here)

    assert (wrong.kind, wrong.facts["file"]) == ("Malformed", str(file))


async def test_a_pasted_key_that_names_another_service_is_not_sent_there(here: Practice) -> None:
    key = json.dumps(here.key(token_uri="https://tokens.example.com/token"))

    wrong = await refused(here, **{"from": "key", "key": key})

    assert (wrong.kind, wrong.facts["realm"]) == (
        "ForeignService",
        "https://tokens.example.com/token",
    )


async def test_a_token_service_that_nobody_runs_is_unreachable(here: Practice) -> None:
    here.adc(here.key(token_uri="http://127.0.0.1:1/token"))

    wrong = await refused(here)

    assert (wrong.kind, wrong.facts["fault"], wrong.facts["host"]) == (
        "Unreachable",
        "refused",
        "127.0.0.1",
    )


async def test_a_name_that_does_not_resolve_is_a_fault_of_dns(here: Practice) -> None:
    here.adc(here.key(token_uri="http://tokens.invalid/token"))

    assert (await refused(here)).facts["fault"] == "dns"


def test_the_program_says_nothing_to_what_is_no_question(home: Path) -> None:
    argv = [sys.executable, "-P", "-m", "wizard.clouds.google"]
    environ = {"PYTHONPATH": str(Path(__file__).parents[2]), "HOME": str(home)}
    ended = subprocess.run(argv, input=b"{}", capture_output=True, env=environ, check=False)

    assert (ended.returncode, ended.stdout) == (1, b"")


def test_importing_the_sign_in_costs_nothing_of_the_sdk() -> None:
    script = (
        "import sys, wizard.clouds.google, wizard.registries;"
        "print([m for m in sys.modules if m.split('.')[0] in "
        "('google', 'requests', 'cryptography', 'httpx')])"
    )
    environ = {"PYTHONPATH": str(Path(__file__).parents[2])}
    argv = [sys.executable, "-c", script]
    ended = subprocess.run(argv, capture_output=True, env=environ, check=True, text=True)

    assert ended.stdout.strip() == "[]"


# --- for the wizard's own credential helper -----------------------------------------------------


async def minted(here: Practice, origin: str) -> Any:
    """`mint` blocks, so it runs beside the practice, as docker's helper does."""
    script = (
        "import json, os, sys; from wizard.clouds.google import mint;"
        "from wizard.clouds.child import RefusedError\n"
        f"try: print(json.dumps(mint('us-docker.pkg.dev', dict(os.environ), {origin!r}), "
        "default=str))\n"
        "except RefusedError as refused: print(json.dumps(refused.facts))"
    )
    result = await here.world.run([sys.executable, "-P", "-c", script], timeout_s=15)
    return json.loads(result.stdout)


async def test_the_helper_mints_from_the_login_for_programs(here: Practice) -> None:
    here.adc(here.user())

    username, secret, expires = await minted(here, f"adc:{EMAIL}")

    assert username == "oauth2accesstoken"
    assert here.google.tokens.find(secret) is not None
    assert datetime.fromisoformat(expires).timestamp() > time.time()
    assert here.asked() == EXCHANGE


async def test_the_helper_mints_for_the_account_that_was_agreed_to(here: Practice) -> None:

    here.gcloud(config_helper())
    here.world.environ = {**here.world.environ, "PATH": f"{here.home}/bin:/usr/bin:/bin"}

    made = await minted(here, "gcloud:ada@practice.test")

    assert made[:2] == ["oauth2accesstoken", tokens.WRITE_TOKEN]
    assert made[2].startswith("2031-01-02 03:04:05")
    assert "--account=ada@practice.test" in (here.home / "bin" / "asked").read_text()


@pytest.mark.parametrize(
    ("origin", "kind"), [("adc", "NoCredentials"), ("gcloud:a", "NoCredentials"), ("", None)]
)
async def test_the_helper_is_told_why_there_is_none(
    here: Practice, origin: str, kind: str | None
) -> None:
    assert (await minted(here, origin))["kind"] == (kind or "NoCredentials")
