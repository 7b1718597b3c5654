"""The practice api.github.com, row by row of registries.md A3, A5 and A6."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from tests.support.practice import CONFIG, digest_of, ghcr_pusher, manifest_of
from wizard.core.names import Repository
from wizard.sandbox import accounts
from wizard.sandbox.dialects.dialect import PracticeRefusedError
from wizard.sandbox.server import Sandbox

API = "https://api.github.com"
PACKAGE = f"{API}/users/practice/packages/container/app"


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


WRITE = bearer(accounts.WRITE_TOKEN)


async def push(client: httpx.AsyncClient, path: str = "practice/app", tag: str = "1") -> None:
    config = CONFIG if tag == "1" else CONFIG.replace(b"amd64", tag.encode())
    pusher = await ghcr_pusher(client, path, accounts.WRITE_TOKEN)
    assert (await pusher.push(tag, config=config)).status_code == 201


async def test_a_classic_token_says_whose_it_is_its_scopes_and_its_end(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get(f"{API}/user", headers=WRITE)
    assert (answer.status_code, answer.json()["login"]) == (200, "practice")
    assert answer.headers["x-oauth-scopes"] == "write:packages, delete:packages"
    end = answer.headers["github-authentication-token-expiration"]
    assert datetime.strptime(end, "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC) > datetime.now(UTC)
    assert answer.headers["x-ratelimit-limit"] == "5000"


async def test_a_token_without_an_end_says_none(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{API}/user", headers=bearer(accounts.READ_TOKEN))
    assert "github-authentication-token-expiration" not in answer.headers
    assert answer.headers["x-oauth-scopes"] == "read:packages"


@pytest.mark.parametrize("secret", ["ghp_practice_never_made", accounts.EXPIRED_TOKEN])
async def test_a_bad_or_expired_token_has_bad_credentials(
    client: httpx.AsyncClient, secret: str
) -> None:
    answer = await client.get(f"{API}/user", headers=bearer(secret))
    assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")
    assert "x-oauth-scopes" not in answer.headers


async def test_a_fine_grained_token_has_no_scopes(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{API}/user", headers=bearer(accounts.FINE_GRAINED_TOKEN))
    assert answer.status_code == 200
    assert "x-oauth-scopes" not in answer.headers


async def test_an_apps_token_may_not_ask_who_it_is(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{API}/user", headers=bearer(accounts.APP_TOKEN))
    assert answer.status_code == 403
    assert answer.json()["message"] == "Resource not accessible by integration"


@pytest.mark.parametrize(
    ("login", "kind"), [("practice", "User"), ("practice-org", "Organization")]
)
async def test_anybody_may_ask_what_kind_an_account_is(
    client: httpx.AsyncClient, login: str, kind: str
) -> None:
    assert (await client.get(f"{API}/users/{login}")).json()["type"] == kind


async def test_an_unknown_account_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"{API}/users/nobody-here")).status_code == 404
    assert (await client.get(f"{API}/orgs/practice")).status_code == 404


async def test_membership_is_seen_by_members(client: httpx.AsyncClient) -> None:
    member = f"{API}/orgs/practice-org/members/practice"
    assert (await client.get(member, headers=WRITE)).status_code == 204
    assert (await client.get(member)).status_code == 404
    foreign = f"{API}/orgs/practice-foreign/members/practice"
    assert (await client.get(foreign, headers=WRITE)).status_code == 404
    mine = f"{API}/user/memberships/orgs/practice-org"
    assert (await client.get(mine, headers=WRITE)).json()["state"] == "active"


@pytest.mark.parametrize("path", ["/orgs/practice-sso", "/orgs/practice-sso/members/practice"])
async def test_an_organisation_with_sso_names_the_page_that_authorises(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(f"{API}{path}", headers=WRITE)
    assert answer.status_code == 403
    assert answer.headers["x-github-sso"].startswith(
        "required; url=https://github.com/orgs/practice-sso/sso"
    )


@pytest.mark.parametrize("below", ["user", "users/practice"])
async def test_a_package_says_its_visibility(
    sandbox: Sandbox, client: httpx.AsyncClient, below: str
) -> None:
    await push(client)
    url = f"{API}/{below}/packages/container/app"
    assert (await client.get(url, headers=WRITE)).json()["visibility"] == "private"
    sandbox.publish("practice/app")
    assert (await client.get(url, headers=WRITE)).json()["visibility"] == "public"


async def test_a_name_with_slashes_is_one_part_of_the_address(client: httpx.AsyncClient) -> None:
    await push(client, "practice-org/team/app")
    url = f"{API}/orgs/practice-org/packages/container/team%2Fapp"
    answer = await client.get(url, headers=WRITE)
    assert answer.json()["name"] == "team/app"
    assert answer.json()["html_url"].endswith("/orgs/practice-org/packages/container/team%2Fapp")


async def test_packages_are_listed_for_their_owner(client: httpx.AsyncClient) -> None:
    await push(client)
    query = {"package_type": "container"}
    mine = await client.get(f"{API}/user/packages", params=query, headers=WRITE)
    assert [package["name"] for package in mine.json()] == ["app"]


@pytest.mark.parametrize("method", ["PATCH", "PUT", "POST"])
async def test_no_call_sets_a_visibility(client: httpx.AsyncClient, method: str) -> None:
    await push(client)
    body = {"visibility": "public"}
    answer = await client.request(method, PACKAGE, json=body, headers=WRITE)
    assert (answer.status_code, answer.json()["message"]) == (404, "Not Found")


async def test_packages_need_a_login_and_the_scope_to_read(client: httpx.AsyncClient) -> None:
    await push(client)
    assert (await client.get(PACKAGE)).status_code == 401
    refused = await client.get(PACKAGE, headers=bearer(accounts.GH_TOKEN))
    assert refused.status_code == 403
    assert "read:packages" in refused.json()["message"]


async def test_versions_are_the_manifests_with_their_tags_newest_first(
    client: httpx.AsyncClient,
) -> None:
    await push(client, tag="1")
    await push(client, tag="2")
    versions = (await client.get(f"{PACKAGE}/versions", headers=WRITE)).json()
    assert [v["metadata"]["container"]["tags"] for v in versions] == [["2"], ["1"]]
    assert versions[1]["name"] == digest_of(manifest_of())
    one = await client.get(f"{PACKAGE}/versions/{versions[0]['id']}", headers=WRITE)
    assert one.json() == versions[0]
    paged = await client.get(f"{PACKAGE}/versions?per_page=1&page=2", headers=WRITE)
    assert paged.json() == versions[1:]


async def test_a_version_is_deleted_and_its_tags_with_it(client: httpx.AsyncClient) -> None:
    await push(client, tag="1")
    await push(client, tag="2")
    newest = (await client.get(f"{PACKAGE}/versions", headers=WRITE)).json()[0]
    url = f"{PACKAGE}/versions/{newest['id']}"
    assert (await client.delete(url, headers=WRITE)).status_code == 204
    left = (await client.get(f"{PACKAGE}/versions", headers=WRITE)).json()
    assert [v["metadata"]["container"]["tags"] for v in left] == [["1"]]
    assert (await client.delete(url, headers=WRITE)).status_code == 404


async def test_the_last_tagged_version_goes_only_with_its_package(
    client: httpx.AsyncClient,
) -> None:
    await push(client)
    only = (await client.get(f"{PACKAGE}/versions", headers=WRITE)).json()[0]
    refused = await client.delete(f"{PACKAGE}/versions/{only['id']}", headers=WRITE)
    assert refused.status_code == 400
    assert "delete the package instead" in refused.json()["message"]
    assert (await client.delete(PACKAGE, headers=WRITE)).status_code == 204
    assert (await client.get(PACKAGE, headers=WRITE)).status_code == 404


async def test_deleting_needs_its_own_scope(client: httpx.AsyncClient) -> None:
    await push(client)
    refused = await client.delete(PACKAGE, headers=bearer(accounts.UNDELETING_TOKEN))
    assert refused.status_code == 403
    assert "delete:packages" in refused.json()["message"]


async def test_a_package_that_is_pushed_again_begins_private(
    sandbox: Sandbox, client: httpx.AsyncClient
) -> None:
    await push(client)
    sandbox.publish("practice/app")
    await client.delete(PACKAGE, headers=WRITE)
    await push(client)
    assert (await client.get(PACKAGE, headers=WRITE)).json()["visibility"] == "private"


async def test_nobody_publishes_what_is_not_there_or_where_it_is_forbidden(
    sandbox: Sandbox, client: httpx.AsyncClient
) -> None:
    with pytest.raises(PracticeRefusedError, match="no package practice/app yet"):
        sandbox.publish("practice/app")
    await push(client, "practice-private/app")
    with pytest.raises(PracticeRefusedError, match="does not allow public packages"):
        await sandbox.make_public(Repository("ghcr.io", "practice-private/app"))
