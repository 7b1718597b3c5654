"""Visibility, owners and deletion by GitHub's packages interface: over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.github import Github, Said, github, said
from wizard.core.diagnosis import Problem
from wizard.core.names import Digest, Repository
from wizard.core.secret import ANONYMOUS, AnyCredential, Credential, Secret
from wizard.registries import for_host

GHCR = for_host("ghcr.io")
REPOSITORY = Repository("ghcr.io", "acme/team/app")
PUSHED = REPOSITORY.tagged("wizard-check-1")
DIGEST = Digest("sha256:" + "a" * 64)
OCTO = Credential("octo", Secret("ghp_" + "C" * 36))
PACKAGE = "/orgs/acme/packages/container/team%2Fapp"
ALL = "write:packages, delete:packages"


@pytest.fixture
async def hub(home: Path) -> AsyncIterator[Github]:
    async with github(home) as hub:
        hub.answers["GET /users/acme"] = said({"login": "Acme", "type": "Organization"})
        yield hub


def version(id_: int, digest: Digest | str, *tags: str) -> dict[str, object]:
    return {"id": id_, "name": str(digest), "metadata": {"container": {"tags": list(tags)}}}


OURS = version(7, DIGEST, PUSHED.tag)


async def deleted(hub: Github, credential: AnyCredential = OCTO) -> str | None:
    return await GHCR.delete(PUSHED, DIGEST, credential, hub.world)


async def kept(hub: Github, credential: AnyCredential = OCTO) -> str:
    with pytest.raises(Problem) as problem:
        await deleted(hub, credential)
    assert not [asked for asked in hub.asked if asked.startswith("DELETE")]
    return problem.value.cause


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (said({"type": "User"}), "user"),
        (said({"type": "Organization"}), "organization"),
        (said({"type": "Bot"}), ""),
        (said({}, 404), ""),
        (said(None, 500), ""),
        (said(["x"]), ""),
    ],
)
async def test_the_kind_of_an_owner_is_known_or_honestly_unknown(
    hub: Github, answer: Said, kind: str
) -> None:
    hub.answers["GET /users/acme"] = answer

    assert await GHCR.owner_kind(REPOSITORY, hub.world) == kind
    assert hub.server.asked("authorization") == []


@pytest.mark.parametrize("setting", ["public", "private", "internal"])
async def test_the_visibility_that_is_set_comes_with_the_page_that_changes_it(
    hub: Github, setting: str
) -> None:
    hub.answers[f"GET {PACKAGE}"] = said({"visibility": setting})

    found = await GHCR.declared_visibility(REPOSITORY, OCTO, hub.world)

    assert found is not None
    assert found.setting == setting
    assert found.url == f"https://github.com{PACKAGE}/settings"


async def test_a_users_package_has_another_page(hub: Github) -> None:
    hub.answers["GET /users/acme"] = said({"type": "User"})
    hub.answers["GET /users/acme/packages/container/team%2Fapp"] = said({"visibility": "public"})

    found = await GHCR.declared_visibility(REPOSITORY, OCTO, hub.world)

    assert found is not None
    assert found.url == "https://github.com/users/acme/packages/container/team%2Fapp/settings"


@pytest.mark.parametrize("answer", [said({}, 404), said({}, 403), said({"visibility": "odd"})])
async def test_a_package_that_is_not_to_be_seen_has_no_declared_visibility(
    hub: Github, answer: Said
) -> None:
    hub.answers[f"GET {PACKAGE}"] = answer

    assert await GHCR.declared_visibility(REPOSITORY, OCTO, hub.world) is None


async def test_nobody_without_a_token_is_asked_about_a_package(hub: Github) -> None:
    assert await GHCR.declared_visibility(REPOSITORY, ANONYMOUS, hub.world) is None
    assert hub.asked == []


async def test_one_version_among_others_is_deleted_alone(hub: Github) -> None:
    others = [version(1, "sha256:" + "b" * 64, "v1"), version(2, "sha256:" + "c" * 64)]
    hub.answers[f"GET {PACKAGE}/versions"] = said([*others, OURS])
    hub.answers[f"DELETE {PACKAGE}/versions/7"] = said(status=204)

    assert await deleted(hub) == "deleted wizard-check-1 of the package team/app"
    assert hub.asked[-1] == f"DELETE {PACKAGE}/versions/7"


async def test_a_package_that_held_nothing_else_is_deleted_whole(hub: Github) -> None:
    hub.answers[f"GET {PACKAGE}/versions"] = said([OURS])
    hub.answers[f"DELETE {PACKAGE}"] = said(status=204)

    words = await deleted(hub)

    assert words == "deleted the package team/app, which held nothing but the test image"


async def test_a_version_that_carries_another_tag_is_never_deleted(hub: Github) -> None:
    hub.answers[f"GET {PACKAGE}/versions"] = said([version(7, DIGEST, PUSHED.tag, "latest")])

    assert await kept(hub) == "push.policy"


async def test_a_version_of_another_digest_is_never_deleted(hub: Github) -> None:
    hub.answers[f"GET {PACKAGE}/versions"] = said([version(7, "sha256:" + "b" * 64, PUSHED.tag)])

    assert await kept(hub) == "pull.missing-tag"


async def test_a_version_on_a_later_page_is_found(hub: Github) -> None:
    full = [version(number, f"sha256:{number:064x}") for number in range(100)]
    hub.answers[f"GET {PACKAGE}/versions?per_page=100&page=1"] = said(full)
    hub.answers[f"GET {PACKAGE}/versions?per_page=100&page=2"] = said([OURS])
    hub.answers[f"DELETE {PACKAGE}/versions/7"] = said(status=204)

    assert await deleted(hub) == "deleted wizard-check-1 of the package team/app"


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (said({}, 404, scopes="write:packages"), "login.scope-missing"),
        (said({}, 403, scopes="write:packages"), "login.scope-missing"),
        (said({}, 404, scopes=ALL), "push.not-permitted"),
        (said({}, 403, scopes=ALL, X_GitHub_SSO="required; url=x"), "login.sso-required"),
        (said({"message": "more than 5000 downloads"}, 400, scopes=ALL), "push.policy"),
        (said({}, 429), "network.rate-limited"),
        (said({}, 503), "network.registry-down"),
    ],
)
async def test_why_it_cannot_be_deleted_is_told_apart(
    hub: Github, answer: Said, cause: str
) -> None:
    hub.answers[f"GET {PACKAGE}/versions"] = said([OURS, version(1, "sha256:" + "b" * 64)])
    hub.answers[f"DELETE {PACKAGE}/versions/7"] = answer

    with pytest.raises(Problem) as problem:
        await deleted(hub)
    assert problem.value.cause == cause
    assert problem.value.fixes[-1].url == f"https://github.com{PACKAGE}/settings"


async def test_versions_that_cannot_be_listed_are_a_missing_right(hub: Github) -> None:
    hub.answers[f"GET {PACKAGE}/versions"] = said({}, 404, scopes="read:packages, write:packages")

    assert await kept(hub) == "login.scope-missing"


async def test_nothing_is_deleted_without_a_login(hub: Github) -> None:
    assert await kept(hub, ANONYMOUS) == "login.missing"
    assert hub.asked == []


@pytest.mark.parametrize("listed", [{}, "x", [1, {"id": "7"}, {"id": 7, "metadata": 3}]])
async def test_a_list_that_makes_no_sense_deletes_nothing(hub: Github, listed: object) -> None:
    hub.answers[f"GET {PACKAGE}/versions"] = said(listed)

    assert await kept(hub) == "pull.missing-tag"
