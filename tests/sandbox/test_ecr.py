"""The practice Amazon ECR, row by row of registries.md C2, C5, C6 and C7."""

from __future__ import annotations

import httpx
import pytest

from tests.support.practice import Pusher, said
from wizard.sandbox.dialects.aws import ADA, EVE, NODES, OLD, ROB, EcrRepository, PracticeKey
from wizard.sandbox.dialects.aws_signature import read_signature
from wizard.sandbox.dialects.ecr import FOREIGN_HOST, HOST, Ecr
from wizard.sandbox.server import Sandbox

ACCOUNT = HOST.partition(".")[0]
APP = "team/app"
REASON = "because no {} policy allows the ecr:{} action"


def ecr(sandbox: Sandbox) -> Ecr:
    found = sandbox._app.dialect(HOST)
    assert isinstance(found, Ecr)
    return found


@pytest.fixture
def app(sandbox: Sandbox) -> EcrRepository:
    """The repository that somebody has made."""
    return ecr(sandbox).amazon.add(EcrRepository(ACCOUNT, APP))


async def get(
    client: httpx.AsyncClient, path: str, key: PracticeKey | None = ADA, host: str = HOST
) -> httpx.Response:
    auth = httpx.BasicAuth("AWS", key.password) if key else None
    return await client.get(f"https://{host}/v2/{path}", auth=auth)


def pusher(
    client: httpx.AsyncClient, key: PracticeKey = ADA, path: str = APP, host: str = HOST
) -> Pusher:
    given = httpx.BasicAuth("AWS", key.password)._auth_header
    return Pusher(client, host, path, {"Authorization": given})


async def test_the_ping_asks_for_basic_and_names_a_service(client: httpx.AsyncClient) -> None:
    answer = await get(client, "", None)

    challenge = f'Basic realm="https://{HOST}/",service="ecr.amazonaws.com"'
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, challenge)


async def test_a_login_answers_the_ping_also_without_any_right(client: httpx.AsyncClient) -> None:
    assert (await get(client, "", ADA)).status_code == 200
    assert (await get(client, "", EVE)).status_code == 200


@pytest.mark.parametrize(
    ("username", "password", "words"),
    [
        (
            "AWS",
            OLD.password,
            "Your authorization token has expired. Reauthenticate and try again.",
        ),
        ("AWS", "never-given", "Your Authorization Token is invalid."),
        ("ada", ADA.password, "Your Authorization Token is invalid."),
    ],
)
async def test_a_bad_login_is_denied(
    client: httpx.AsyncClient, username: str, password: str, words: str
) -> None:
    answer = await client.get(f"https://{HOST}/v2/", auth=(username, password))

    assert said(answer) == (403, "DENIED", words)


async def test_pushing_makes_no_repository(client: httpx.AsyncClient) -> None:
    answer = await pusher(client).start_upload()

    words = f"The repository with name '{APP}' does not exist in the registry with id '{ACCOUNT}'"
    assert said(answer) == (404, "NAME_UNKNOWN", words)


@pytest.mark.usefixtures("app")
async def test_what_was_pushed_is_there_for_who_may_pull(client: httpx.AsyncClient) -> None:
    assert (await pusher(client).push()).status_code == 201

    assert (await get(client, f"{APP}/tags/list", ROB)).json()["tags"]
    assert (await get(client, f"{APP}/tags/list", None)).status_code == 401


@pytest.mark.usefixtures("app")
async def test_a_missing_tag_is_told_from_a_missing_repository(client: httpx.AsyncClient) -> None:
    missing = await get(client, f"{APP}/manifests/nope")

    assert said(missing) == (404, "MANIFEST_UNKNOWN", "Requested image not found")
    assert said(await get(client, "gone/manifests/1"))[1] == "NAME_UNKNOWN"
    assert (await get(client, f"{APP}/tags/list")).json() == {"name": APP, "tags": []}


@pytest.mark.usefixtures("app")
async def test_a_missing_right_is_named(client: httpx.AsyncClient) -> None:
    answer = await pusher(client, ROB).start_upload()

    status, code, words = said(answer)
    assert (status, code) == (403, "DENIED")
    assert words.startswith(
        f"User: {ROB.arn} is not authorized to perform: ecr:InitiateLayerUpload"
    )
    assert words.endswith(REASON.format("identity-based", "InitiateLayerUpload"))


async def test_another_accounts_registry_wants_a_policy_of_the_repository(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    before = await get(client, "team/app/tags/list", host=FOREIGN_HOST)
    repository = ecr(sandbox).amazon.find(FOREIGN_HOST.partition(".")[0], "team/app")
    assert repository is not None
    repository.policy = (
        '{"Statement": [{"Effect": "Allow", "Action": ["ecr:BatchGet*"], '
        f'"Principal": {{"AWS": ["{NODES}", "arn:aws:iam::{ACCOUNT}:root"]}}}}]}}'
    )

    assert said(before)[2].endswith(REASON.format("resource-based", "BatchGetImage"))
    assert (await get(client, "team/app/tags/list", host=FOREIGN_HOST)).status_code == 200


async def test_an_immutable_tag_is_never_overwritten(client: httpx.AsyncClient) -> None:
    one = pusher(client, path="immutable/app")
    assert (await one.push()).status_code == 201

    status, code, words = said(await one.push())

    assert (status, code) == (400, "TAG_INVALID")
    assert words.endswith("cannot be overwritten because the tag is immutable.")


@pytest.mark.usefixtures("app")
async def test_the_registry_itself_deletes_nothing(client: httpx.AsyncClient) -> None:
    await pusher(client).push()

    answer = await client.delete(f"https://{HOST}/v2/{APP}/manifests/1", auth=("AWS", ADA.password))

    assert answer.status_code == 405


@pytest.mark.parametrize("authorization", ["", "Basic abc", "AWS4-HMAC-SHA256 Credential=x/y"])
async def test_a_request_without_a_signature_is_refused(
    client: httpx.AsyncClient, authorization: str
) -> None:
    assert read_signature(authorization) is None
    headers = {"Authorization": authorization, "X-Amz-Target": "x.GetAuthorizationToken"}

    answer = await client.post("https://api.ecr.us-east-1.amazonaws.com/", headers=headers)

    assert answer.json()["__type"] == "MissingAuthenticationTokenException"
