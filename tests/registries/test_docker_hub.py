"""What can be done on Docker Hub beside a push: the real code against the practice one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.hub import HUB, PracticeHub, person, practice_hub, refused
from tests.support.hub import repository as repo
from wizard.core.names import Digest, Reference
from wizard.core.ports import Audience
from wizard.core.secret import ANONYMOUS, AnyCredential, Credential
from wizard.registries.hub_api import API_HOST
from wizard.sandbox import accounts
from wizard.sandbox.dialects import hub_accounts
from wizard.sandbox.exchange import Answer, Request, json_answer

EVERYBODY = Audience()
OF_ORGANISATION = f"{accounts.ORGANISATION}/app"
IN_CLOSED = f"{accounts.PRIVATE_ORGANISATION}/app"
SETTINGS = "https://hub.docker.com/repository/docker/practice-org/app/settings"
EXCHANGE = "POST hub.docker.com/v2/auth/token"


@pytest.fixture
async def hub(home: Path) -> AsyncIterator[PracticeHub]:
    async with practice_hub(home) as here:
        yield here


async def pushed(hub: PracticeHub, path: str = OF_ORGANISATION) -> tuple[Reference, Digest]:
    reference, image = await hub.push(path)
    hub.sandbox.forget_requests()
    return reference, image.manifest.digest


def of_api(hub: PracticeHub) -> list[str]:
    return [line for line in hub.asked() if API_HOST in line]


# --- who may pull ---------------------------------------------------------------------------------


async def test_a_private_repository_can_be_opened_and_that_is_read_back(hub: PracticeHub) -> None:
    reference, _ = await pushed(hub)
    access = await HUB.access(reference.repository, EVERYBODY, person(), hub.world)
    assert access is not None
    assert access.is_allowed is False
    assert access.opening is not None
    assert any("does not document this call" in line for line in access.opening.details)

    said = await HUB.open_to(reference.repository, EVERYBODY, person(), hub.world)

    assert said == "docker.io/practice-org/app is public now, as Docker Hub itself says"
    assert of_api(hub) == [
        EXCHANGE,
        f"GET {API_HOST}/v2/namespaces/practice-org/repositories/app",
        f"POST {API_HOST}/v2/repositories/practice-org/app/privacy/",
        f"GET {API_HOST}/v2/namespaces/practice-org/repositories/app",
    ]
    await hub.api(ANONYMOUS).get_manifest(reference.repository, "1")


async def test_a_public_repository_is_said_to_be_public(hub: PracticeHub) -> None:
    reference, _ = await pushed(hub, "practice/app")

    for credential in (person(), ANONYMOUS):
        access = await HUB.access(reference.repository, EVERYBODY, credential, hub.world)
        assert access is not None
        assert (access.is_allowed, access.opening) == (True, None)
        declared = await HUB.declared_visibility(reference.repository, credential, hub.world)
        assert declared is not None
        assert declared.setting == "public"


async def test_without_a_login_private_and_missing_cannot_be_told_apart(hub: PracticeHub) -> None:
    await pushed(hub)
    for path in (OF_ORGANISATION, f"{accounts.ORGANISATION}/nothing"):
        access = await HUB.access(repo(path), EVERYBODY, ANONYMOUS, hub.world)
        assert access is not None
        assert (access.is_allowed, access.opening) == (None, None)
        assert access.fixes[0].url.endswith("/settings")


def test_docker_hub_knows_no_cluster() -> None:
    assert HUB.known(Audience(account="123456789012")).is_everybody


async def test_what_a_policy_forbids_is_named_as_one(hub: PracticeHub) -> None:
    reference, _ = await pushed(hub, IN_CLOSED)

    found = await refused(HUB.open_to(reference.repository, EVERYBODY, person(), hub.world))

    assert found.cause == "pull.policy-forbids-public"
    assert found.fixes[0].url.endswith("practice-private/app/settings")


async def test_a_token_that_may_not_change_it_leaves_the_page(hub: PracticeHub) -> None:
    reference, _ = await pushed(hub)
    hub.dialect.api.refuses_tokens = True

    found = await refused(HUB.open_to(reference.repository, EVERYBODY, person(), hub.world))

    assert found.cause == "push.not-permitted"
    assert found.fixes[0].url == SETTINGS
    assert "forbidden with personal access token" in found.evidence[-1].message


async def test_a_change_that_changed_nothing_is_not_believed(hub: PracticeHub) -> None:
    reference, _ = await pushed(hub)
    hub.meddle(instead=lambda r: json_answer(200, {}) if r.path.endswith("/privacy/") else None)

    found = await refused(HUB.open_to(reference.repository, EVERYBODY, person(), hub.world))

    assert found.cause == "pull.private"
    assert found.fixes[0].url == SETTINGS


@pytest.mark.parametrize("credential", [ANONYMOUS, person("a.b.c", "<token>")])
async def test_a_change_needs_a_login_that_can_be_exchanged(
    hub: PracticeHub, credential: AnyCredential
) -> None:
    found = await refused(HUB.open_to(repo(), EVERYBODY, credential, hub.world))

    assert found.cause == "login.missing"
    assert hub.asked() == []


async def test_a_login_is_exchanged_once_for_all_that_follows(hub: PracticeHub) -> None:
    reference, digest = await pushed(hub)
    await HUB.access(reference.repository, EVERYBODY, person(), hub.world)
    await HUB.open_to(reference.repository, EVERYBODY, person(), hub.world)
    await HUB.delete(reference, digest, person(), hub.world)

    assert hub.asked().count(EXCHANGE) == 1


# --- a repository of its own ----------------------------------------------------------------------


async def test_a_push_makes_what_is_missing_so_nothing_is_asked(hub: PracticeHub) -> None:
    assert await HUB.missing_repository(repo(), person(), hub.world) is None
    said = await HUB.rights(repo(), person(), hub.world)

    assert "made by the push, public or private as the default privacy of practice says" in said[0]


async def test_one_that_must_be_private_is_made_first(hub: PracticeHub) -> None:
    new = await HUB.missing_private(repo(), person(), hub.world)
    assert new is not None
    assert new.title == "the private repository practice/app on Docker Hub"

    made = await HUB.create_repository(repo(), person(), hub.world)

    assert made == "made the private repository docker.io/practice/app"
    assert await HUB.missing_private(repo(), person(), hub.world) is None
    reference, _ = await pushed(hub, "practice/app")
    access = await HUB.access(reference.repository, EVERYBODY, person(), hub.world)
    assert access is not None
    assert access.is_allowed is False


async def test_one_that_is_public_already_is_told_before_anything_is_pushed(
    hub: PracticeHub,
) -> None:
    await pushed(hub, "practice/app")

    found = await refused(HUB.missing_private(repo(), person(), hub.world))

    assert found.cause == "push.already-public"
    assert found.fixes[0].url.endswith("/practice/app/settings")


def test_a_login_that_docker_has_says_where_images_probably_go() -> None:
    suggestion = HUB.suggest_for("Acme")

    assert suggestion is not None
    assert dict(suggestion.answers) == {"namespace": "acme"}
    assert suggestion.is_logged_in
    assert HUB.suggest_for("ann@acme.com") is None


async def test_a_second_private_repository_is_beyond_the_plan(hub: PracticeHub) -> None:
    await HUB.create_repository(repo("practice/one"), person(), hub.world)

    found = await refused(HUB.create_repository(repo("practice/two"), person(), hub.world))

    assert found.cause == "push.policy"
    assert "one private repository" in found.fixes[1].title


async def test_a_repository_in_a_foreign_namespace_is_not_made(hub: PracticeHub) -> None:
    foreign = repo(f"{accounts.FOREIGN_ORGANISATION}/app")

    found = await refused(HUB.create_repository(foreign, person(), hub.world))

    assert found.cause == "push.not-permitted"
    assert (
        found.fixes[0].url == "https://hub.docker.com/repository/create?namespace=practice-foreign"
    )


async def test_a_push_that_was_granted_and_is_refused_meets_the_private_quota(
    hub: PracticeHub,
) -> None:
    hub.dialect.world.private_by_default.add("practice")
    await pushed(hub, "practice/one")

    found = await refused(hub.api(person()).may_push(repo("practice/two")))

    assert found.cause == "push.policy"
    assert "holds one private repository" in found.fixes[0].title


# --- the test image -------------------------------------------------------------------------------


async def test_the_test_image_goes_with_its_tag(hub: PracticeHub) -> None:
    reference, digest = await pushed(hub)

    said = await HUB.delete(reference, digest, person(), hub.world)

    assert said == "deleted docker.io/practice-org/app:1 and the image behind it"
    assert hub.dialect.core.store.repositories[OF_ORGANISATION].manifests == {}
    assert hub.asked() == [
        EXCHANGE,
        f"DELETE {API_HOST}/v2/repositories/practice-org/app/tags/1/",
        "GET auth.docker.io/token",
        f"DELETE registry-1.docker.io/v2/practice-org/app/manifests/{digest}",
    ]


async def test_an_image_that_another_tag_names_stays(hub: PracticeHub) -> None:
    reference, digest = await pushed(hub)
    hub.dialect.core.store.repository(OF_ORGANISATION).tags["kept"] = str(digest)

    said = await HUB.delete(reference, digest, person(), hub.world)

    assert said is not None
    assert said.startswith("deleted the tag 1; ")
    assert hub.dialect.core.store.repository(OF_ORGANISATION).tags == {"kept": str(digest)}


@pytest.mark.parametrize(
    "credential", [person(hub_accounts.WRITE_TOKEN), person("a.b.c", "<token>")]
)
async def test_a_login_that_may_not_delete_leaves_the_page(
    hub: PracticeHub, credential: Credential
) -> None:
    reference, digest = await pushed(hub)

    found = await refused(HUB.delete(reference, digest, credential, hub.world))

    assert found.cause == "push.not-permitted"
    assert found.fixes[0].url == "https://hub.docker.com/repository/docker/practice-org/app/tags"


async def test_a_test_image_that_is_gone_already_is_no_fault(hub: PracticeHub) -> None:
    reference, digest = await pushed(hub)
    await HUB.delete(reference, digest, person(), hub.world)

    assert await HUB.delete(reference, digest, person(), hub.world)


# --- the management interface misbehaves ----------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (Answer(503, b"<html>"), "network.registry-down"),
        (json_answer(429, {"detail": "Rate limit exceeded"}), "network.rate-limited"),
        (Answer(200, b"<html>welcome</html>"), "network.intercepted"),
        (Answer(200, b"[" * 50_000), "network.intercepted"),
        (json_answer(200, {"access_token": 7}), "network.intercepted"),
        (json_answer(200, {"access_token": "é"}), "network.intercepted"),
        (json_answer(401, {"detail": "Incorrect authentication credentials"}), "login.rejected"),
    ],
)
async def test_a_broken_exchange_is_named(hub: PracticeHub, answer: Answer, cause: str) -> None:
    def instead(request: Request) -> Answer | None:
        return answer if request.path == "/v2/auth/token" else None

    hub.meddle(instead=instead)

    assert (await refused(HUB.open_to(repo(), EVERYBODY, person(), hub.world))).cause == cause


async def test_a_password_goes_in_the_body_and_nowhere_else(hub: PracticeHub) -> None:
    await HUB.access(repo(), EVERYBODY, person(accounts.PASSWORD), hub.world)

    seen = hub.sandbox.requests
    assert [one.authorized for one in seen] == [False, True]
    assert not any(accounts.PASSWORD in f"{one.path}{one.query}" for one in seen)


def test_making_it_public_by_hand_is_a_page_and_its_clicks() -> None:
    first = HUB.publish_fixes(repo(OF_ORGANISATION), "")[0]

    assert first.url == SETTINGS
    assert "Make public; type app" in first.title
