"""The conversation with a real docker-registry: open, Basic, Bearer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.conversation import (
    ADA,
    CANARY,
    diagnosis_of,
    endpoint,
    image,
    layer_of,
    push,
    world,
)
from tests.support.docker_registry import RunningRegistry, docker_registry, free_port
from tests.support.token_service import TokenService, User
from wizard.core.image import Descriptor
from wizard.core.names import LINUX_AMD64, Repository
from wizard.core.secret import ANONYMOUS, Credential, Secret

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def rooms() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="module")
def open_registry(rooms: ExitStack, tmp_path_factory: pytest.TempPathFactory) -> RunningRegistry:
    return rooms.enter_context(docker_registry(tmp_path_factory.mktemp("open")))


@pytest.fixture(scope="module")
def basic_registry(rooms: ExitStack, tmp_path_factory: pytest.TempPathFactory) -> RunningRegistry:
    folder = tmp_path_factory.mktemp("basic")
    return rooms.enter_context(docker_registry(folder, htpasswd={"ada": CANARY}))


@pytest.fixture(scope="module")
def tokens(rooms: ExitStack, tmp_path_factory: pytest.TempPathFactory) -> TokenService:
    ada = User(CANARY, {"ada/*": {"pull", "push", "delete"}})
    return rooms.enter_context(
        TokenService(
            tmp_path_factory.mktemp("tokens"),
            users={"ada": ada, "eve": User("eve's", {"ada/*": {"pull"}})},
            anonymous={"ada/public*": {"pull"}},
        )
    )


@pytest.fixture(scope="module")
def bearer_registry(
    rooms: ExitStack, tokens: TokenService, tmp_path_factory: pytest.TempPathFactory
) -> RunningRegistry:
    return rooms.enter_context(docker_registry(tmp_path_factory.mktemp("bearer"), tokens=tokens))


async def test_an_open_registry_takes_and_gives_a_whole_image(
    open_registry: RunningRegistry,
) -> None:
    repository, pushed = Repository(open_registry.host, "team/app"), image()
    async with world() as outside:
        api = outside.registry_api(endpoint(open_registry.base_url), ANONYMOUS)

        assert (await api.ping()).scheme == "none"
        await push(api, repository, pushed, "v1")

        head = await api.head_manifest(repository, "v1")
        assert head == Descriptor.of(pushed.manifest.media_type, pushed.manifest.body)
        manifest = await api.get_manifest(repository, str(head.digest))
        assert manifest.config is not None
        assert await api.get_blob(repository, manifest.config) == pushed.config
        assert await api.has_blob(repository, layer_of(pushed))
        assert head.platform is None
        assert pushed.platform == LINUX_AMD64


async def test_a_blob_that_is_not_there_is_no_problem(open_registry: RunningRegistry) -> None:
    async with world() as outside:
        api = outside.registry_api(endpoint(open_registry.base_url), ANONYMOUS)
        missing = Descriptor.of("application/octet-stream", b"never pushed")

        assert not await api.has_blob(Repository(open_registry.host, "team/app"), missing)


async def test_a_missing_tag_is_told_from_a_missing_repository(
    open_registry: RunningRegistry,
) -> None:
    repository = Repository(open_registry.host, "team/tags")
    async with world() as outside:
        api = outside.registry_api(endpoint(open_registry.base_url), ANONYMOUS)
        await push(api, repository, image(), "here")

        tag = await diagnosis_of(api.head_manifest(repository, "gone"))

    # distribution itself answers MANIFEST_UNKNOWN for both.
    assert tag.cause == "pull.missing-tag"


async def test_deleting_leaves_nothing_and_may_be_repeated(
    open_registry: RunningRegistry,
) -> None:
    repository, pushed = Repository(open_registry.host, "team/gone"), image()
    async with world() as outside:
        api = outside.registry_api(endpoint(open_registry.base_url), ANONYMOUS)
        await push(api, repository, pushed, "v1")

        await api.delete_manifest(repository, str(pushed.manifest.digest))
        await api.delete_manifest(repository, str(pushed.manifest.digest))

        found = await diagnosis_of(api.get_manifest(repository, "v1"))
        assert found.cause == "pull.missing-tag"


async def test_a_registry_that_does_not_delete_says_so(tmp_path: Path) -> None:
    with docker_registry(tmp_path, delete=False) as registry:
        repository, pushed = Repository(registry.host, "team/app"), image()
        async with world() as outside:
            api = outside.registry_api(endpoint(registry.base_url), ANONYMOUS)
            await push(api, repository, pushed, "v1")

            found = await diagnosis_of(api.delete_manifest(repository, str(pushed.manifest.digest)))

    assert found.cause == "push.policy"
    assert found.evidence[-1].status == 405


async def test_the_right_to_push_is_asked_without_leaving_an_upload(
    open_registry: RunningRegistry,
) -> None:
    async with world() as outside:
        api = outside.registry_api(endpoint(open_registry.base_url), ANONYMOUS)

        words = await api.may_push(Repository(open_registry.host, "team/probe"))

    assert "202, cancelled: 204" in words
    assert not list(open_registry.storage.rglob("team/probe/_uploads/*/data"))


# --- Basic -------------------------------------------------------------------------------------


async def test_a_password_is_proven_and_pushes(basic_registry: RunningRegistry) -> None:
    repository = Repository(basic_registry.host, "ada/app")
    async with world() as outside:
        api = outside.registry_api(endpoint(basic_registry.base_url), ADA)

        assert (await api.ping()).scheme == "basic"
        assert "as ada: 200" in await api.prove(repository)
        await push(api, repository, image(), "v1")
        assert "cancelled: 204" in await api.may_push(repository)


async def test_a_wrong_password_is_a_rejected_login(basic_registry: RunningRegistry) -> None:
    wrong = Credential("ada", Secret("not it"))
    async with world() as outside:
        api = outside.registry_api(endpoint(basic_registry.base_url), wrong)

        found = await diagnosis_of(api.prove(Repository(basic_registry.host, "ada/app")))

    assert found.cause == "login.rejected"


async def test_a_registry_that_knows_only_passwords_never_serves_without_one(
    basic_registry: RunningRegistry,
) -> None:
    async with world() as outside:
        api = outside.registry_api(endpoint(basic_registry.base_url), ANONYMOUS)

        found = await diagnosis_of(
            api.head_manifest(Repository(basic_registry.host, "ada/app"), "v1")
        )

    assert found.cause == "pull.never-anonymous"


async def test_pushing_without_a_login_is_a_missing_login(basic_registry: RunningRegistry) -> None:
    async with world() as outside:
        api = outside.registry_api(endpoint(basic_registry.base_url), ANONYMOUS)

        found = await diagnosis_of(api.may_push(Repository(basic_registry.host, "ada/app")))

    assert found.cause == "login.missing"


# --- Bearer ------------------------------------------------------------------------------------


async def test_one_token_serves_the_proof_and_a_push_side_by_side(
    bearer_registry: RunningRegistry, tokens: TokenService
) -> None:
    repository, pushed = Repository(bearer_registry.host, "ada/app"), image()
    config = pushed.manifest.config
    assert config is not None
    tokens.requests.clear()
    async with world() as outside:
        api = outside.registry_api(endpoint(bearer_registry.base_url, tokens.realm), ADA)

        await api.prove(repository)
        await asyncio.gather(
            api.push_blob(repository, config, pushed.config),
            api.push_blob(repository, layer_of(pushed), pushed.layer),
        )
        await api.put_manifest(repository, "v1", pushed.manifest)
        await api.head_manifest(repository, "v1")

    assert [r.query["scope"] for r in tokens.requests] == [["repository:ada/app:pull,push"]]


async def test_many_anonymous_requests_for_one_repository_share_one_token(
    bearer_registry: RunningRegistry, tokens: TokenService
) -> None:
    repository, pushed = Repository(bearer_registry.host, "ada/public"), image()
    async with world() as outside:
        owner = outside.registry_api(endpoint(bearer_registry.base_url, tokens.realm), ADA)
        await push(owner, repository, pushed, "v1")
        tokens.requests.clear()
        cluster = outside.registry_api(endpoint(bearer_registry.base_url), ANONYMOUS)

        heads = await asyncio.gather(*(cluster.head_manifest(repository, "v1") for _ in range(20)))

    assert {head.digest for head in heads} == {pushed.manifest.digest}
    assert [(r.authorization, r.query["scope"]) for r in tokens.requests] == [
        ("", ["repository:ada/public:pull"])
    ]


async def test_an_image_that_nobody_may_read_is_private_or_missing(
    bearer_registry: RunningRegistry,
) -> None:
    async with world() as outside:
        cluster = outside.registry_api(endpoint(bearer_registry.base_url), ANONYMOUS)

        found = await diagnosis_of(
            cluster.head_manifest(Repository(bearer_registry.host, "ada/secret"), "v1")
        )

    assert found.cause == "pull.private-or-missing"


async def test_a_login_that_may_only_read_is_proven_and_may_not_push(
    bearer_registry: RunningRegistry, tokens: TokenService
) -> None:
    repository = Repository(bearer_registry.host, "ada/app")
    async with world() as outside:
        api = outside.registry_api(
            endpoint(bearer_registry.base_url, tokens.realm), Credential("eve", Secret("eve's"))
        )

        assert "as eve: 200" in await api.prove(repository)
        found = await diagnosis_of(api.may_push(repository))

    assert found.cause == "push.not-permitted"


async def test_a_wrong_password_is_rejected_by_the_token_service(
    bearer_registry: RunningRegistry, tokens: TokenService
) -> None:
    async with world() as outside:
        api = outside.registry_api(
            endpoint(bearer_registry.base_url, tokens.realm), Credential("ada", Secret("no"))
        )

        found = await diagnosis_of(api.prove(Repository(bearer_registry.host, "ada/app")))

    assert found.cause == "login.rejected"
    assert found.evidence[-1].message == "incorrect username or password"


async def test_a_token_service_elsewhere_is_refused_and_hears_nothing(
    bearer_registry: RunningRegistry, tokens: TokenService
) -> None:
    tokens.requests.clear()
    async with world() as outside:
        api = outside.registry_api(endpoint(bearer_registry.base_url), ADA)

        found = await diagnosis_of(api.prove(Repository(bearer_registry.host, "ada/app")))

    assert found.cause == "login.realm-refused"
    assert tokens.requests == []


async def test_a_strict_token_service_is_asked_again_whether_the_login_is_good(
    tmp_path: Path,
) -> None:
    with (
        TokenService(tmp_path, users={"ada": User(CANARY)}, strict=True) as strict,
        docker_registry(tmp_path, tokens=strict) as registry,
    ):
        repository = Repository(registry.host, "other/app")
        async with world() as outside:
            api = outside.registry_api(endpoint(registry.base_url, strict.realm), ADA)

            assert "as ada: 200" in await api.prove(repository)
            found = await diagnosis_of(api.may_push(repository))

    assert found.evidence[-1].status == 403


# --- the network -------------------------------------------------------------------------------


async def test_nobody_listening_is_unreachable() -> None:
    async with world() as outside:
        api = outside.registry_api(endpoint(f"http://127.0.0.1:{free_port()}"), ANONYMOUS)

        assert (await diagnosis_of(api.ping())).cause == "network.unreachable"


async def test_a_name_that_does_not_exist_is_a_matter_of_dns() -> None:
    async with world() as outside:
        api = outside.registry_api(endpoint("https://nowhere.invalid"), ANONYMOUS)

        assert (await diagnosis_of(api.ping())).cause == "network.dns"


async def test_a_registry_that_restarted_meanwhile_is_asked_on_a_new_connection(
    tmp_path: Path,
) -> None:
    port = free_port()
    async with world() as outside:
        with docker_registry(tmp_path, port=port) as registry:
            api = outside.registry_api(endpoint(registry.base_url), ANONYMOUS)
            await api.ping()
        with docker_registry(tmp_path, port=port):
            assert (await api.ping()).scheme == "none"
