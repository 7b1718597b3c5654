"""GHCR whole, against the practice registry: each kind of token, a push, visibility, deletion."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from pathlib import Path

import pytest

from wizard.causes import CATALOGUE
from wizard.clients.outside import World
from wizard.core.diagnosis import Diagnosis, Problem, diagnose
from wizard.core.image import make_test_image
from wizard.core.names import LINUX_AMD64, Digest, Reference, Repository
from wizard.core.ports import RegistryApi
from wizard.core.secret import ANONYMOUS, AnyCredential, Credential, Secret
from wizard.core.signs import COMMON_SIGNS
from wizard.registries import for_host
from wizard.sandbox import accounts
from wizard.sandbox.server import Sandbox
from wizard.sandbox.transport import SandboxTransport

GHCR = for_host("ghcr.io")


@dataclass
class Practice:
    """The sandbox, and the world in which it is all there is."""

    sandbox: Sandbox
    world: World

    def api(self, credential: AnyCredential) -> RegistryApi:
        return self.world.registry_api(GHCR.endpoint("ghcr.io"), credential)

    async def push(self, name: str, tag: str = "wizard-check-1") -> tuple[Reference, Digest]:
        image = make_test_image(LINUX_AMD64, {}, os.urandom(8))
        manifest, repository = image.manifest, Repository("ghcr.io", name)
        assert manifest.config is not None
        api = self.api(token(accounts.WRITE_TOKEN))
        await api.push_blob(repository, manifest.config, image.config)
        await api.push_blob(repository, manifest.layers[0], image.layer)
        digest = await api.put_manifest(repository, tag, manifest)
        return repository.tagged(tag), digest

    async def seen(self, pushed: Reference) -> str:
        """`there`, or the cause why it is not."""
        api = self.api(token(accounts.WRITE_TOKEN))
        try:
            await api.head_manifest(pushed.repository, pushed.version)
        except Problem as problem:
            return _diagnosed(problem).cause
        return "there"

    @property
    def asked(self) -> list[str]:
        return [f"{seen.method} {seen.host}{seen.path}" for seen in self.sandbox.requests]


@pytest.fixture
async def practice(home: Path) -> AsyncIterator[Practice]:
    async with Sandbox.start() as sandbox:
        world = World({}, home, 5.0, transport=lambda: SandboxTransport(sandbox))
        try:
            yield Practice(sandbox, world)
        finally:
            await world.aclose()


def token(secret: str) -> Credential:
    return Credential(accounts.LOGIN, Secret(secret))


def _diagnosed(problem: Problem) -> Diagnosis:
    return diagnose(problem, CATALOGUE, GHCR.signs, COMMON_SIGNS)


async def _refused(work: Awaitable[object]) -> Diagnosis:
    with pytest.raises(Problem) as problem:
        await work
    return _diagnosed(problem.value)


OWN = Repository("ghcr.io", f"{accounts.LOGIN}/my-app")


@pytest.mark.parametrize(
    ("secret", "kind"),
    [
        (accounts.WRITE_TOKEN, "classic token"),
        (accounts.UNDELETING_TOKEN, "classic token"),
        (accounts.GH_WRITE_TOKEN, "OAuth token of gh"),
    ],
)
async def test_a_token_that_may_write_is_known_as_its_owners(
    practice: Practice, secret: str, kind: str
) -> None:
    found = await GHCR.inspect(token(secret), OWN, practice.world)

    assert (found.username, found.kind) == (accounts.LOGIN, kind)
    assert practice.asked == ["GET api.github.com/user"]


@pytest.mark.parametrize(
    ("secret", "cause"),
    [
        (accounts.READ_TOKEN, "login.scope-missing"),
        (accounts.GH_TOKEN, "login.scope-missing"),
        (accounts.EXPIRED_TOKEN, "login.expired"),
        (accounts.FINE_GRAINED_TOKEN, "login.token-kind"),
        (accounts.APP_TOKEN, "login.token-kind"),
        (accounts.PASSWORD, "login.token-kind"),
        ("ghp_nobodys_token", "login.rejected"),
    ],
)
async def test_a_token_that_may_not_push_is_told_before_the_registry_is_asked(
    practice: Practice, secret: str, cause: str
) -> None:
    found = await _refused(GHCR.inspect(token(secret), OWN, practice.world))

    assert found.cause == cause
    assert secret not in repr(found)
    assert not [asked for asked in practice.asked if "ghcr.io" in asked]


async def test_a_token_that_runs_out_says_when(practice: Practice) -> None:
    assert (await GHCR.inspect(token(accounts.WRITE_TOKEN), OWN, practice.world)).expires
    undated = await GHCR.inspect(token(accounts.UNDELETING_TOKEN), OWN, practice.world)
    assert undated.expires is None


@pytest.mark.parametrize(
    ("owner", "said"),
    [
        (accounts.ORGANISATION, "is a member"),
        (accounts.FOREIGN_ORGANISATION, "not to be seen"),
        (accounts.FOREIGN_USER, "another person's account"),
    ],
)
async def test_what_is_known_of_another_owner_is_noted(
    practice: Practice, owner: str, said: str
) -> None:
    repository = Repository("ghcr.io", f"{owner}/my-app")

    notes = (await GHCR.inspect(token(accounts.WRITE_TOKEN), repository, practice.world)).notes

    assert said in notes[-1]


async def test_an_organisation_with_single_sign_on_wants_the_token_authorised(
    practice: Practice,
) -> None:
    repository = Repository("ghcr.io", f"{accounts.SSO_ORGANISATION}/my-app")

    found = await _refused(GHCR.inspect(token(accounts.WRITE_TOKEN), repository, practice.world))

    assert found.cause == "login.sso-required"
    assert found.fixes[0].url.startswith(f"https://github.com/orgs/{accounts.SSO_ORGANISATION}/sso")


@pytest.mark.parametrize(
    ("owner", "secret", "cause"),
    [
        (accounts.LOGIN, accounts.READ_TOKEN, "login.scope-missing"),
        (accounts.LOGIN, accounts.EXPIRED_TOKEN, "login.rejected"),
        (accounts.LOGIN, accounts.FINE_GRAINED_TOKEN, "login.rejected"),
        (accounts.FOREIGN_ORGANISATION, accounts.WRITE_TOKEN, "push.not-permitted"),
        (accounts.FOREIGN_USER, accounts.WRITE_TOKEN, "push.not-permitted"),
        (accounts.CLOSED_ORGANISATION, accounts.WRITE_TOKEN, "push.policy"),
    ],
)
async def test_why_the_registry_takes_no_push_is_told_apart(
    practice: Practice, owner: str, secret: str, cause: str
) -> None:
    repository = Repository("ghcr.io", f"{owner}/my-app")

    assert (await _refused(practice.api(token(secret)).may_push(repository))).cause == cause


@pytest.mark.parametrize("owner", [accounts.LOGIN, accounts.ORGANISATION])
async def test_a_package_is_private_until_a_person_makes_it_public(
    practice: Practice, owner: str
) -> None:
    pushed, digest = await practice.push(f"{owner}/team/app")
    repository, anonymous = pushed.repository, practice.api(ANONYMOUS)
    login = token(accounts.WRITE_TOKEN)

    found = await _refused(anonymous.get_manifest(repository, pushed.version))
    assert found.cause == "pull.private-or-missing"
    before = await GHCR.declared_visibility(repository, login, practice.world)
    await practice.sandbox.make_public(repository)
    after = await GHCR.declared_visibility(repository, login, practice.world)

    assert before is not None
    assert after is not None
    assert (before.setting, after.setting) == ("private", "public")
    kind = await GHCR.owner_kind(repository, practice.world)
    assert before.url == GHCR.publish_fixes(repository, kind)[0].url
    assert (await anonymous.get_manifest(repository, pushed.version)).digest == digest


@pytest.mark.parametrize("owner", [accounts.LOGIN, accounts.ORGANISATION])
async def test_deleting_the_only_version_takes_the_package_along(
    practice: Practice, owner: str
) -> None:
    pushed, digest = await practice.push(f"{owner}/team/app")

    words = await GHCR.delete(pushed, digest, token(accounts.WRITE_TOKEN), practice.world)

    assert words == "deleted the package team/app, which held nothing but the test image"
    assert await practice.seen(pushed) == "pull.missing-repository"


async def test_deleting_one_of_several_versions_leaves_the_others(practice: Practice) -> None:
    kept, _ = await practice.push(f"{accounts.LOGIN}/app", "v1")
    pushed, digest = await practice.push(f"{accounts.LOGIN}/app")

    words = await GHCR.delete(pushed, digest, token(accounts.WRITE_TOKEN), practice.world)

    assert words == "deleted wizard-check-1 of the package app"
    assert await practice.seen(kept) == "there"
    assert await practice.seen(pushed) == "pull.missing-tag"


async def test_a_token_without_the_scope_to_delete_is_told_so(practice: Practice) -> None:
    pushed, digest = await practice.push(f"{accounts.LOGIN}/app")

    found = await _refused(
        GHCR.delete(pushed, digest, token(accounts.UNDELETING_TOKEN), practice.world)
    )

    assert found.cause == "login.scope-missing"
    assert "delete:packages" in found.summary
    assert await practice.seen(pushed) == "there"


async def test_the_credential_goes_to_github_and_its_registry_only(practice: Practice) -> None:
    pushed, digest = await practice.push(f"{accounts.LOGIN}/app")
    login = token(accounts.WRITE_TOKEN)
    await asyncio.gather(
        GHCR.inspect(login, pushed.repository, practice.world),
        GHCR.declared_visibility(pushed.repository, login, practice.world),
    )
    await GHCR.delete(pushed, digest, login, practice.world)

    assert {seen.host for seen in practice.sandbox.requests} == {"ghcr.io", "api.github.com"}
