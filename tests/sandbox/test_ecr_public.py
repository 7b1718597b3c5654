"""The practice ECR Public, row by row of registries.md D2, D5, D6 and D7."""

from __future__ import annotations

import base64

import httpx
import pytest

from tests.support.practice import Pusher, said
from wizard.sandbox.dialects.aws import ACCOUNT, ADA, EVE, LEA, OLD, ROB, PracticeKey
from wizard.sandbox.dialects.dialect import PracticeRefusedError
from wizard.sandbox.dialects.ecr_public import BURST, DUAL_STACK_HOST, HOST, EcrPublic
from wizard.sandbox.dialects.ecr_public_api import ALIAS, API_HOST, DEFAULT_ALIAS, PublicRepository
from wizard.sandbox.server import Sandbox

APP = f"{ALIAS}/team/app"
CHALLENGE = f'Bearer realm="https://{HOST}/token/",service="{HOST}",scope="aws"'
EXPIRED = "Your authorization token has expired. Reauthenticate and try again."
INVALID = "Your Authorization Token is invalid."


def public(sandbox: Sandbox) -> EcrPublic:
    found = sandbox._app.dialect(HOST)
    assert isinstance(found, EcrPublic)
    return found


@pytest.fixture
def app(sandbox: Sandbox) -> PublicRepository:
    """The repository that somebody has made."""
    return public(sandbox).gallery.add(PublicRepository(ACCOUNT, "team/app"))


async def token(
    client: httpx.AsyncClient, key: PracticeKey | None, path: str = APP, actions: str = "pull,push"
) -> httpx.Response:
    auth = httpx.BasicAuth("AWS", key.password) if key else None
    query = {"service": HOST, "scope": f"repository:{path}:{actions}"}
    return await client.get(f"https://{HOST}/token/", params=query, auth=auth)


async def pusher(
    client: httpx.AsyncClient, key: PracticeKey | None = ADA, path: str = APP
) -> Pusher:
    given = (await token(client, key, path)).json()["token"]
    return Pusher(client, HOST, path, {"Authorization": f"Bearer {given}"})


async def manifest(
    client: httpx.AsyncClient, reference: str = "1", path: str = APP
) -> httpx.Response:
    """Without a login."""
    given = (await token(client, None, path, "pull")).json()["token"]
    headers = {"Authorization": f"Bearer {given}", "Accept": "*/*"}
    return await client.get(f"https://{HOST}/v2/{path}/manifests/{reference}", headers=headers)


@pytest.mark.parametrize("path", ["", "practice/team/app/manifests/1"])
async def test_without_a_token_the_challenge_names_a_scope_that_is_none(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(f"https://{HOST}/v2/{path}")

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, CHALLENGE)


async def test_anybody_gets_a_token_for_any_name_or_none(client: httpx.AsyncClient) -> None:
    assert (await token(client, None, "nobody/nothing")).json()["token"]
    assert (await client.get(f"https://{HOST}/token")).json()["token"]


@pytest.mark.usefixtures("app")
async def test_what_is_pushed_is_everybodys_at_once_under_every_alias(
    client: httpx.AsyncClient,
) -> None:
    assert (await (await pusher(client)).push()).status_code == 201
    other = APP.replace(ALIAS, DEFAULT_ALIAS)
    assert (await (await pusher(client, path=other)).push("2")).status_code == 201

    assert (await manifest(client)).status_code == 200
    assert (await manifest(client, "2")).status_code == 200
    assert (await manifest(client, "1", other)).status_code == 200


@pytest.mark.usefixtures("app")
async def test_the_interfaces_own_token_is_taken_as_it_is_and_never_as_basic(
    client: httpx.AsyncClient,
) -> None:
    own = base64.b64encode(f"AWS:{ADA.password}".encode()).decode()
    direct = Pusher(client, HOST, APP, {"Authorization": f"Bearer {own}"})
    basic = Pusher(client, HOST, APP, {"Authorization": f"Basic {own}"})

    assert (await direct.push()).status_code == 201
    assert said(await basic.start_upload()) == (403, "DENIED", INVALID)


@pytest.mark.parametrize(("key", "words"), [(OLD, EXPIRED), (None, INVALID)])
async def test_a_bad_login_spoils_also_what_is_public(
    client: httpx.AsyncClient, key: PracticeKey | None, words: str
) -> None:
    secret = key.password if key else "never-given"
    own = base64.b64encode(f"AWS:{secret}".encode()).decode()

    at_token = await client.get(f"https://{HOST}/token/", auth=("AWS", secret))
    direct = Pusher(client, HOST, APP, {"Authorization": f"Bearer {own}"})

    assert said(at_token) == (403, "DENIED", words)
    assert said(await direct.start_upload()) == (403, "DENIED", words)


async def test_pushing_makes_no_repository(client: httpx.AsyncClient) -> None:
    answer = await (await pusher(client)).start_upload()

    words = f"The repository with name 'team/app' does not exist in the registry with id '{ALIAS}'"
    assert said(answer) == (404, "NAME_UNKNOWN", words)
    assert said(await manifest(client)) == (404, "NAME_UNKNOWN", words)


@pytest.mark.usefixtures("app")
async def test_a_missing_tag_is_told_from_a_missing_repository(client: httpx.AsyncClient) -> None:
    assert said(await manifest(client)) == (404, "MANIFEST_UNKNOWN", "Requested image not found")


@pytest.mark.usefixtures("app")
async def test_nobody_pushes_without_a_login(client: httpx.AsyncClient) -> None:
    answer = await (await pusher(client, None)).start_upload()

    assert said(answer)[:2] == (401, "UNAUTHORIZED")
    assert answer.headers["www-authenticate"] == CHALLENGE


@pytest.mark.parametrize(
    ("key", "policy"), [(LEA, "identity"), (ROB, "identity"), (EVE, "resource")]
)
@pytest.mark.usefixtures("app")
async def test_a_missing_right_is_named(
    client: httpx.AsyncClient, key: PracticeKey, policy: str
) -> None:
    status, code, words = said(await (await pusher(client, key)).start_upload())

    assert (status, code) == (403, "DENIED")
    resource = f"arn:aws:ecr-public::{ACCOUNT}:repository/team/app"
    action = "ecr-public:InitiateLayerUpload"
    words_of_amazon = f"not authorized to perform: {action} on resource: {resource} because no"
    assert words.startswith(f"User: {key.arn} is {words_of_amazon} {policy}-based policy")


@pytest.mark.usefixtures("app")
async def test_too_many_pulls_without_a_login_are_refused_and_with_one_not(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    await (await pusher(client)).push()
    public(sandbox).pace.left = 1.0

    first, second = await manifest(client), await manifest(client)

    assert first.status_code == 200
    assert said(second) == (429, "TOOMANYREQUESTS", "Rate exceeded")
    with_login = await pusher(client)
    url = f"{with_login.base}/manifests/1"
    assert (await client.get(url, headers=with_login.headers)).status_code == 200
    assert BURST > 1


@pytest.mark.usefixtures("app")
async def test_the_registry_itself_deletes_nothing_and_may_not_even_list(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    pushing = await pusher(client)
    await pushing.push()
    own = base64.b64encode(f"AWS:{ADA.password}".encode()).decode()
    headers = {"Authorization": f"Bearer {own}"}

    listed = await client.get(f"{pushing.base}/tags/list", headers=headers)
    public(sandbox).lists_tags = False
    unlisted = await client.get(f"{pushing.base}/tags/list", headers=headers)
    deleted = await client.delete(f"{pushing.base}/manifests/1", headers=headers)

    assert listed.json()["tags"] == ["1"]
    assert said(unlisted) == (404, "NOT_FOUND", "404 page not found")
    assert deleted.status_code == 405


async def test_its_other_name_leads_to_the_same_place(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"https://{DUAL_STACK_HOST}/v2/")

    assert answer.headers["www-authenticate"] == CHALLENGE


async def test_nothing_there_can_be_made_private(sandbox: Sandbox) -> None:
    with pytest.raises(PracticeRefusedError):
        public(sandbox).unpublish(APP)


@pytest.mark.parametrize("authorization", ["", "AWS4-HMAC-SHA256 Credential=x/y"])
async def test_the_interface_wants_a_signature(
    client: httpx.AsyncClient, authorization: str
) -> None:
    headers = {
        "Authorization": authorization,
        "X-Amz-Target": "SpencerFrontendService.DescribeRegistries",
    }

    answer = await client.post(f"https://{API_HOST}/", headers=headers)

    assert answer.json()["__type"] == "MissingAuthenticationTokenException"
