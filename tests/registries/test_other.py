"""Products behind other hosts: told by host or first answer, over a real socket."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.conversation import image, problem_of, push
from tests.support.hostile import RawRequest, hostile, reply
from wizard.causes import CATALOGUE
from wizard.clients.outside import World
from wizard.core.diagnosis import Diagnosis, diagnose
from wizard.core.names import Reference, Repository
from wizard.core.ports import Ping
from wizard.core.secret import ANONYMOUS, Credential, Secret
from wizard.core.signs import COMMON_SIGNS
from wizard.registries import for_host
from wizard.registries.other import Other
from wizard.registries.other_hosted import AZURE_TOKEN_USER
from wizard.registries.other_products import PRODUCTS
from wizard.sandbox import accounts
from wizard.sandbox.dialects.products import (
    ACR_HOST,
    AZ_TOKEN,
    HARBOR_HOST,
    HARBOR_ROBOT,
    QUAY_HOST,
    ROBOT,
    ROBOT_SECRET,
)
from wizard.sandbox.server import Sandbox
from wizard.sandbox.transport import SandboxTransport

ME = Credential(accounts.LOGIN, Secret(accounts.PASSWORD))
BEARER = 'Bearer realm="https://{}",service="{}"'


class Here:
    """The practice registries and the real outside; a provider that has seen nothing yet."""

    def __init__(self, sandbox: Sandbox, world: World) -> None:
        self.sandbox, self.world, self.other = sandbox, world, Other()

    async def recognised(self, host: str) -> str:
        ping = await self.world.registry_api(self.other.endpoint(host), ANONYMOUS).ping()
        found = self.other.recognise(host, ping)
        return found.title if found else ""

    async def push(self, host: str, credential: Credential = ME) -> Reference:
        where = Repository(host, "practice/app")
        api = self.world.registry_api(self.other.endpoint(host), credential)
        await push(api, where, image(), "1")
        return where.tagged("1")

    async def pulled(self, reference: Reference) -> Diagnosis | None:
        """None when a stranger gets it."""
        repository = reference.repository
        api = self.world.registry_api(self.other.endpoint(repository.host), ANONYMOUS)
        try:
            problem = await problem_of(api.get_manifest(repository, reference.version))
        except AssertionError:
            return None
        return diagnose(problem, CATALOGUE, self.other.signs, COMMON_SIGNS)


@pytest.fixture
async def here(home: Path) -> AsyncIterator[Here]:
    async with Sandbox.start() as sandbox:
        environ = {"PATH": f"{home}/bin"}
        world = World(environ, home, 5.0, transport=lambda: SandboxTransport(sandbox))
        try:
            yield Here(sandbox, world)
        finally:
            await world.aclose()


@pytest.mark.parametrize(
    ("host", "title"),
    [
        ("localhost:30000", "the registry inside Flyte's local demo cluster"),
        ("127.0.0.1:30000", "the registry inside Flyte's local demo cluster"),
        ("localhost:5000", "a registry on this machine"),
        ("[::1]:5000", "a registry on this machine"),
        ("acme.azurecr.io", "Azure Container Registry"),
        ("acme-abc123.azurecr.cn", "Azure Container Registry"),
        ("quay.io", "Quay"),
        ("registry.gitlab.com", "GitLab"),
        ("acme.jfrog.io", "JFrog Artifactory"),
    ],
)
def test_a_host_that_names_its_product_needs_no_answer(host: str, title: str) -> None:
    found = Other().recognise(host)

    assert found is not None
    assert found.title == title


@pytest.mark.parametrize(
    "host",
    [
        "registry.example.com",
        "azurecr.io.example.com",
        "quay.io.example.com",
        "localhost.example.com:30000",
        "evil-azurecr.io",
        "10.0.0.1:30000",
    ],
)
def test_a_host_that_only_resembles_one_is_nobodys(host: str) -> None:
    assert Other().recognise(host) is None


@pytest.mark.parametrize(
    ("header", "headers", "title"),
    [
        (BEARER.format("r.test/service/token", "harbor-registry"), {}, "Harbor"),
        (BEARER.format("git.test/jwt/auth", "container_registry"), {}, "GitLab"),
        (BEARER.format("q.test/v2/auth", "q.test"), {}, "Quay"),
        (
            BEARER.format("x.azurecr.us/oauth2/token", "x.azurecr.us"),
            {},
            "Azure Container Registry",
        ),
        (
            BEARER.format("a.test/artifactory/api/docker/docker-local/v2/token", "artifactory"),
            {},
            "JFrog Artifactory",
        ),
        ('Basic realm="Artifactory Realm"', {}, "JFrog Artifactory"),
        ('Basic realm="x"', {"X-JFrog-Version": "Artifactory/7.9.1"}, "JFrog Artifactory"),
        ('BASIC realm="Sonatype Nexus Repository Manager"', {}, "Sonatype Nexus"),
        ('Basic realm="x"', {"Server": "Nexus/3.89.1-01 (COMMUNITY)"}, "Sonatype Nexus"),
        ('Basic realm="x"', {"Gitlab-Container-Registry-Version": "4.1.0"}, "GitLab"),
        ('Basic realm="Registry"', {"Server": "nginx"}, ""),
        (BEARER.format("r.test/token", "r.test"), {}, ""),
    ],
)
async def test_the_first_answer_tells_the_product(
    home: Path, header: str, headers: dict[str, str], title: str
) -> None:
    async def answer(_request: RawRequest, out: object) -> None:
        await reply(out, 401, b"{}", {"WWW-Authenticate": header, **headers})  # type: ignore[arg-type]

    async with hostile(answer) as server:
        world = World({}, home, 5.0)
        plain = Other().endpoint(server.host)
        ping = await world.registry_api(plain, ANONYMOUS).ping()
        await world.aclose()

    other = Other()
    found = other.recognise("registry.example.com", ping)
    assert (found.title if found else "") == title
    # And it is known from then on, until the host answers otherwise.
    again = other.recognise("registry.example.com")
    assert (again.title if again else "") == title
    assert other.recognise("registry.example.com", Ping("none")) is None


async def test_the_practice_products_are_recognised_by_one_request(here: Here) -> None:
    for host, title in (
        (HARBOR_HOST, "Harbor"),
        (ACR_HOST, "Azure Container Registry"),
        (QUAY_HOST, "Quay"),
    ):
        here.sandbox.forget_requests()
        assert await here.recognised(host) == title
        assert len(here.sandbox.requests) == 1


def test_a_registry_on_this_machine_is_never_for_a_cluster_elsewhere() -> None:
    for host in ("localhost:30000", "localhost:5000"):
        found = Other().recognise(host)
        assert found is not None
        assert found.is_local
        assert "no cluster elsewhere can pull from it" in found.remarks[0]
        fixes = Other().publish_fixes(Repository(host, "team/app"), "")
        assert "For a cluster elsewhere choose another registry" in [fix.title for fix in fixes]


def test_logins_go_where_the_product_of_that_very_host_has_its_token_service() -> None:
    other = Other()
    ping = Ping("bearer", traits={"realm": "https://evil.test/jwt/auth", "service": "quay.io"})
    other.recognise("registry.example.com", ping)

    assert other.endpoint("registry.gitlab.com").realms == ("https://gitlab.com/jwt/auth",)
    assert other.endpoint("registry.gitlab.com").service == "container_registry"
    assert other.endpoint("registry.example.com").realms == ()


@pytest.mark.parametrize(
    ("realm", "web"),
    [
        ("https://gitlab.example.com/jwt/auth", "gitlab.example.com"),
        ("https://gitlab.elsewhere.test/jwt/auth", "registry.example.com"),
        ("https://user:pw@gitlab.example.com/jwt/auth", "registry.example.com"),
        ("http://gitlab.example.com/jwt/auth", "registry.example.com"),
        ("https://[bad/jwt/auth", "registry.example.com"),
    ],
)
def test_a_link_leads_to_pages_of_the_same_domain_alone(realm: str, web: str) -> None:
    other = Other()
    other.recognise("registry.example.com", Ping("bearer", traits={"realm": realm}))

    fixes = other.publish_fixes(Repository("registry.example.com", "group/project/app"), "")

    assert fixes[0].url == f"https://{web}/group/project/edit"


@pytest.mark.parametrize(
    ("host", "first", "url_or_command"),
    [
        (
            "acme.azurecr.io",
            "Let everybody pull everything in this registry",
            "az acr update --name acme --anonymous-pull-enabled true",
        ),
        ("quay.io", "Repository Visibility", "https://quay.io/repository/team/app?tab=settings"),
        ("registry.gitlab.com", "Visibility: Public", "https://gitlab.com/team/app/edit"),
    ],
)
def test_making_it_public_is_told_as_that_product_does_it(
    host: str, first: str, url_or_command: str
) -> None:
    fix, *_, last = Other().publish_fixes(Repository(host, "team/app"), "")

    assert first in fix.title
    assert url_or_command in (fix.url, fix.command)
    assert "image-pull secret" in last.title


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.id)
def test_no_text_of_a_product_is_left_unfilled(product: object) -> None:
    other = Other()
    host = {
        "flyte-demo": "localhost:30000",
        "local": "localhost:5000",
        "acr": "acme.azurecr.io",
        "quay": "quay.io",
        "gitlab": "registry.gitlab.com",
        "artifactory": "acme.jfrog.io",
    }.get(getattr(product, "id", ""), "registry.example.com")
    realm = {"harbor": "https://r/service/token", "nexus": "Sonatype Nexus"}
    traits = {"realm": realm.get(getattr(product, "id", ""), "")}
    repository = Repository(host, "team/app/deep")

    found = other.recognise(host, Ping("basic", traits=traits))

    assert found is not None
    assert found.title == getattr(product, "title", "")
    texts = [*found.remarks, other.pull_token(repository).title]
    for fix in (*other.publish_fixes(repository, ""), *other.pull_token(repository).fixes):
        texts += [fix.title, fix.command, fix.url]
        assert not fix.url or fix.url.startswith("https://")
    for way in other.ways_to(host):
        texts += [way.title, way.explanation, way.command, way.url]
        assert not way.url or way.url.startswith("https://")
    assert [text for text in texts if "{" in text] == []


def test_a_host_that_nobody_knows_takes_the_generic_path() -> None:
    other = for_host("registry.example.com")

    assert other.ways_to("registry.example.com") == other.ways_in
    assert [way.id for way in other.ways_in] == ["token", "password"]
    assert "settings of registry.example.com" in (
        other.publish_fixes(Repository("registry.example.com", "a/b"), "")[0].title
    )


@pytest.mark.parametrize(
    ("host", "username", "secret", "kind"),
    [
        ("acme.azurecr.io", AZURE_TOKEN_USER, "x", "token of az"),
        ("acme.azurecr.io", "12345678-1234-1234-1234-123456789012", "x", "service principal"),
        ("quay.io", "acme+robot", "x", "robot account"),
        ("quay.io", "$oauthtoken", "x", "OAuth token"),
        ("registry.gitlab.com", "ada", "glpat-x", "personal access token"),
        ("registry.gitlab.com", "gitlab+deploy-token-1", "x", "deploy token"),
        ("registry.gitlab.com", "gitlab-ci-token", "x", "token of a pipeline's job"),
        ("registry.example.com", "acme+robot", "glpat-x", ""),
    ],
)
async def test_the_kind_of_a_login_is_told_by_its_form(
    here: Here, host: str, username: str, secret: str, kind: str
) -> None:
    login = Credential(username, Secret(secret))

    found = await here.other.inspect(login, Repository(host, "team/app"), here.world)

    assert (found.username, found.kind) == (username, kind)
    assert here.sandbox.requests == ()


def test_what_ends_in_hours_is_not_for_a_cluster() -> None:
    other = Other()

    for username, word in ((AZURE_TOKEN_USER, "three hours"), ("gitlab-ci-token", "its job")):
        assert word in other.unfit_for_clusters(Credential(username, Secret("x")))
    assert other.unfit_for_clusters(ME) == ""


# --- what the emulations prove --------------------------------------------------------------------


async def test_at_quay_a_first_push_is_private_and_the_test_image_is_deleted(here: Here) -> None:
    robot = Credential(ROBOT, Secret(ROBOT_SECRET))
    pushed = await here.push(QUAY_HOST, robot)

    refused = await here.pulled(pushed)
    assert refused is not None
    assert refused.cause == "pull.private-or-missing"
    assert "new repositories are private" in refused.fixes[0].title
    here.sandbox.publish("practice/app", QUAY_HOST)
    assert await here.pulled(pushed) is None

    api = here.world.registry_api(here.other.endpoint(QUAY_HOST), robot)
    digest = (await api.head_manifest(pushed.repository, "1")).digest
    assert await here.other.delete(pushed, digest, robot, here.world) == f"deleted {pushed}"
    gone = await here.pulled(pushed)
    assert gone is not None
    assert gone.cause.startswith("pull.missing")


async def test_quay_gives_no_token_to_who_asks_for_the_right_to_delete(here: Here) -> None:
    pushed = await here.push(QUAY_HOST)
    api = here.world.registry_api(here.other.endpoint(QUAY_HOST), ME)

    refused = await problem_of(api.delete_manifest(pushed.repository, "1"))

    assert refused.evidence[-1].status == 400


async def test_at_harbor_a_project_is_public_as_a_whole(here: Here) -> None:
    await here.recognised(HARBOR_HOST)
    pushed = await here.push(HARBOR_HOST, Credential(HARBOR_ROBOT, Secret(ROBOT_SECRET)))

    refused = await here.pulled(pushed)
    assert refused is not None
    assert refused.cause == "pull.private-or-missing"
    assert "whole project is public" in refused.fixes[0].title
    here.sandbox.publish("practice/app", HARBOR_HOST)
    assert await here.pulled(pushed) is None


async def test_harbor_names_the_project_whose_role_is_missing(here: Here) -> None:
    api = here.world.registry_api(here.other.endpoint(HARBOR_HOST), ME)

    problem = await problem_of(api.may_push(Repository(HARBOR_HOST, "else/app")))
    found = diagnose(problem, CATALOGUE, here.other.signs, COMMON_SIGNS)

    assert found.cause == "push.not-permitted"
    assert "robot account with Push Artifact" in found.fixes[0].title


async def test_azure_serves_strangers_all_or_nothing(here: Here) -> None:
    pushed = await here.push(ACR_HOST, Credential(AZURE_TOKEN_USER, Secret(AZ_TOKEN)))

    refused = await here.pulled(pushed)
    assert refused is not None
    assert refused.cause == "pull.private-or-missing"
    assert "anonymous-pull-enabled" in refused.fixes[0].title
    here.sandbox.publish("practice/app", ACR_HOST)
    assert await here.pulled(pushed) is None


async def test_azure_rejects_a_wrong_login_in_the_same_words(here: Here) -> None:
    wrong = Credential("practice", Secret("wrong"))
    api = here.world.registry_api(here.other.endpoint(ACR_HOST), wrong)

    problem = await problem_of(api.prove(None))
    found = diagnose(problem, CATALOGUE, here.other.signs, COMMON_SIGNS)

    assert found.cause == "login.rejected"
    assert "three hours" in found.fixes[0].title


# --- az -------------------------------------------------------------------------------------------


def with_az(here: Here, out: str, code: int = 0, errors: str = "") -> None:
    folder = here.world.home / "bin"
    folder.mkdir(exist_ok=True)
    script = folder / "az"
    words = f"printf %s '{out}'; printf %s '{errors}' >&2; echo \"$@\" > '{folder}/asked'"
    script.write_text(f"#!/bin/sh\n{words}; exit {code}\n")
    script.chmod(0o755)


async def test_the_session_of_az_is_a_login_for_three_hours(here: Here) -> None:
    with_az(here, json.dumps({"accessToken": AZ_TOKEN, "loginServer": ACR_HOST}))

    (found,) = await here.other.sessions(ACR_HOST, here.world)

    assert found.credential == Credential(AZURE_TOKEN_USER, Secret(AZ_TOKEN))
    assert found.credential.expires is not None
    left = found.credential.expires - datetime.now(UTC)
    assert timedelta(hours=2, minutes=59) < left <= timedelta(hours=3)
    asked = (here.world.home / "bin" / "asked").read_text()
    assert asked == "acr login --name practice --expose-token --output json\n"
    await here.world.registry_api(here.other.endpoint(ACR_HOST), found.credential).prove(None)


@pytest.mark.parametrize(
    ("out", "code", "errors", "cause"),
    [
        ("", 1, "ERROR: Please run az login to setup account.", "login.cloud-missing"),
        ("", 1, "ERROR: AADSTS70043: The refresh token has expired", "login.cloud-expired"),
        ("nonsense", 0, "", "login.cloud-missing"),
        ('{"accessToken": 7}', 0, "", "login.cloud-missing"),
        ("[]", 0, "", "login.cloud-missing"),
    ],
)
async def test_why_az_gives_no_login_is_told_with_the_command(
    here: Here, out: str, code: int, errors: str, cause: str
) -> None:
    with_az(here, out, code, errors)

    (found,) = await here.other.sessions(ACR_HOST, here.world)

    assert found.credential is None
    assert found.problem is not None
    diagnosis = diagnose(found.problem, CATALOGUE)
    assert diagnosis.cause == cause
    assert "Azure" in diagnosis.summary
    assert diagnosis.fixes[0].command == "az login"
    assert "nonsense" not in repr(found.problem.evidence)


async def test_az_is_asked_for_azure_alone_and_only_where_it_is_installed(here: Here) -> None:
    assert await here.other.sessions(ACR_HOST, here.world) == ()
    with_az(here, "{}")
    assert await here.other.sessions("registry.example.com", here.world) == ()
    assert not (here.world.home / "bin" / "asked").exists()
