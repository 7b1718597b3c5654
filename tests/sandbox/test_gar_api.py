"""The practice artifactregistry.googleapis.com and token services, as E3 to E6 say they answer.

The provider's own tests go through most of it; here stands what it never asks for.
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sandbox.test_gar import APP, HOST, gar
from tests.support.practice import CONFIG, Pusher, digest_of, manifest_of
from wizard.sandbox.dialects import google_tokens as tokens
from wizard.sandbox.dialects.google import READER, GarRepository
from wizard.sandbox.server import Sandbox

API = "https://artifactregistry.googleapis.com/v1"
PARENT = "projects/practice-project/locations/us"
IMAGES = f"{API}/{PARENT}/repositories/images"
WRITE = {"Authorization": f"Bearer {tokens.WRITE_TOKEN}"}
READ = {"Authorization": f"Bearer {tokens.READ_TOKEN}"}


def error(answer: httpx.Response) -> tuple[int, str]:
    found: dict[str, Any] = answer.json()["error"]
    assert found["code"] == answer.status_code
    return answer.status_code, found["status"]


@pytest.fixture
def images(sandbox: Sandbox) -> GarRepository:
    made = GarRepository("practice-project", "us", "images")
    gar(sandbox).google.add(made)
    return made


@pytest.mark.parametrize("headers", [{}, {"Authorization": f"Bearer {tokens.EXPIRED_TOKEN}"}])
async def test_nobody_is_answered_without_a_token_that_is_good(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    assert error(await client.get(IMAGES, headers=headers)) == (401, "UNAUTHENTICATED")


async def test_who_may_see_the_project_learns_that_it_is_missing(
    client: httpx.AsyncClient,
) -> None:
    assert error(await client.get(IMAGES, headers=READ)) == (404, "NOT_FOUND")


async def test_others_do_not(client: httpx.AsyncClient) -> None:
    foreign = f"{API}/projects/practice-foreign/locations/us/repositories/nope"

    answer = await client.get(foreign, headers=READ)

    assert error(answer) == (403, "PERMISSION_DENIED")
    reason = answer.json()["error"]["details"][0]
    assert reason["reason"] == "IAM_PERMISSION_DENIED"


@pytest.mark.parametrize("id_", ["", "Images", "1images", "-x", "x" * 70])
async def test_a_bad_name_makes_no_repository(client: httpx.AsyncClient, id_: str) -> None:
    url = f"{API}/{PARENT}/repositories"

    answer = await client.post(
        url, params={"repositoryId": id_}, json={"format": "DOCKER"}, headers=WRITE
    )

    assert error(answer) == (400, "INVALID_ARGUMENT")


@pytest.mark.usefixtures("images")
async def test_what_is_there_is_not_made_again(client: httpx.AsyncClient) -> None:
    url = f"{API}/{PARENT}/repositories?repositoryId=images"

    assert error(await client.post(url, json={}, headers=WRITE)) == (409, "ALREADY_EXISTS")


@pytest.mark.parametrize(
    ("location", "names"), [("us", ["images", "mirror", "wheels"]), ("europe", [])]
)
@pytest.mark.usefixtures("images")
async def test_repositories_are_listed_by_location_or_in_all(
    client: httpx.AsyncClient, location: str, names: list[str]
) -> None:
    for place, expected in ((location, names), ("-", ["images", "mirror", "wheels"])):
        url = f"{API}/projects/practice-project/locations/{place}/repositories"
        found = (await client.get(url, headers=READ)).json().get("repositories", [])
        assert sorted(one["name"].rpartition("/")[2] for one in found) == expected


@pytest.mark.usefixtures("images")
async def test_a_policy_that_nobody_touched_has_an_etag_alone(client: httpx.AsyncClient) -> None:
    found = (await client.get(f"{IMAGES}:getIamPolicy", headers=WRITE)).json()

    assert list(found) == ["etag"]


async def test_a_stale_etag_is_refused_and_nothing_is_changed(
    client: httpx.AsyncClient, images: GarRepository
) -> None:
    body = {"policy": {"etag": "old", "bindings": [{"role": READER, "members": ["allUsers"]}]}}

    answer = await client.post(f"{IMAGES}:setIamPolicy", json=body, headers=WRITE)

    assert error(answer) == (409, "ABORTED")
    assert images.bindings == []


@pytest.mark.parametrize(
    "policy", [None, {"bindings": 1}, {"bindings": [{"role": "x", "members": []}]}]
)
@pytest.mark.usefixtures("images")
async def test_what_is_no_policy_is_refused(client: httpx.AsyncClient, policy: Any) -> None:
    answer = await client.post(f"{IMAGES}:setIamPolicy", json={"policy": policy}, headers=WRITE)

    assert error(answer) == (400, "INVALID_ARGUMENT")


async def test_conditions_are_shown_to_whom_asks_for_version_3(
    client: httpx.AsyncClient, images: GarRepository
) -> None:
    condition = {"title": "t", "expression": "true"}
    images.bindings = [{"role": READER, "members": ["allUsers"], "condition": condition}]
    url = f"{IMAGES}:getIamPolicy"

    assert error(await client.get(url, headers=WRITE)) == (400, "INVALID_ARGUMENT")
    query = {"options.requestedPolicyVersion": "3"}
    found = (await client.get(url, params=query, headers=WRITE)).json()
    assert (found["version"], found["bindings"]) == (3, images.bindings)


async def test_only_the_granted_permissions_come_back(client: httpx.AsyncClient) -> None:
    right = "artifactregistry.repositories.{}Artifacts"
    asked = {"permissions": [right.format("upload"), right.format("download")]}

    reader = await client.post(f"{IMAGES}:testIamPermissions", json=asked, headers=READ)
    foreign = f"{API}/projects/practice-foreign/locations/us/repositories/images"
    nothing = await client.post(f"{foreign}:testIamPermissions", json=asked, headers=READ)

    assert reader.json() == {"permissions": [right.format("download")]}
    assert nothing.json() == {}


@pytest.mark.usefixtures("images")
async def test_a_tagged_version_goes_only_by_force(client: httpx.AsyncClient) -> None:
    assert (await Pusher(client, HOST, APP, WRITE).push()).status_code == 201
    version = f"{IMAGES}/packages/team%2Fapp/versions/{digest_of(manifest_of(CONFIG))}"

    refused = await client.delete(version, headers=WRITE)
    begun = await client.delete(f"{version}?force=true", headers=WRITE)
    ended = await client.get(f"{API}/{begun.json()['name']}", headers=WRITE)

    assert error(refused) == (400, "FAILED_PRECONDITION")
    assert begun.json()["done"] is False
    assert ended.json()["done"] is True
    assert error(await client.get(version, headers=WRITE)) == (404, "NOT_FOUND")


async def test_what_is_asked_of_no_operation_is_not_found(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{API}/{PARENT}/operations/none", headers=WRITE)

    assert error(answer) == (404, "NOT_FOUND")


async def test_tokeninfo_writes_its_numbers_as_strings(client: httpx.AsyncClient) -> None:
    url = "https://oauth2.googleapis.com/tokeninfo"

    good = (await client.get(url, params={"access_token": tokens.WRITE_TOKEN})).json()
    bad = await client.get(url, params={"access_token": "x"})

    assert good["email"] == "ada@practice.test"
    assert 0 < int(good["expires_in"]) <= 3600
    assert isinstance(good["expires_in"], str)
    assert (bad.status_code, bad.json()["error"]) == (400, "invalid_token")


async def test_an_unknown_grant_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("https://oauth2.googleapis.com/token", data={"grant_type": "x"})

    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


async def test_the_metadata_server_wants_its_header(client: httpx.AsyncClient) -> None:
    url = "https://metadata.google.internal/computeMetadata/v1/project/project-id"

    assert (await client.get(url)).status_code == 403
    answer = await client.get(url, headers={"Metadata-Flavor": "Google"})
    assert answer.text == "practice-project"


async def test_the_key_is_made_when_somebody_wants_it(sandbox: Sandbox) -> None:
    google = gar(sandbox).google
    assert not google.has_key

    key = google.key_file("https://oauth2.googleapis.com/token")

    assert google.has_key
    assert key["private_key"].startswith("-----BEGIN PRIVATE KEY-----\n")
