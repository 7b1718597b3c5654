"""containerd keeps the promises of the engine contract, against a real containerd and registry."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path
from tempfile import gettempdir

import pytest

from tests.contracts.engine_contract import SECRET, EngineContract, ready
from tests.support.certificates import Authority
from tests.support.containerd import RunningContainerd, containerd, hung_port, tunnel_to
from tests.support.docker_registry import RunningRegistry, docker_registry
from tests.support.engine_runs import fresh_image, named, push, world
from wizard.clients.outside import World
from wizard.core.diagnosis import Problem
from wizard.core.names import LINUX_AMD64, Reference
from wizard.core.secret import ANONYMOUS, Credential, Secret
from wizard.engines.containerd import ContainerdEngine
from wizard.engines.containerd_archive import archive

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def daemon() -> Iterator[RunningContainerd]:
    with containerd() as running:
        yield running


@pytest.fixture
def engine() -> ContainerdEngine:
    return ContainerdEngine()


@pytest.fixture
async def outside(home: Path, daemon: RunningContainerd) -> AsyncIterator[World]:
    outside = world(home, CONTAINERD_ADDRESS=str(daemon.path))
    yield outside
    await outside.aclose()


@pytest.fixture(autouse=True)
def nothing_is_left(daemon: RunningContainerd) -> Iterator[None]:
    """Whatever a push came to, containerd keeps neither image nor namespace of ours."""
    yield
    assert daemon.namespaces() == []


class TestContainerdByCtr(EngineContract):
    """Subclassed without more: every promise holds."""


async def test_its_closer_look_names_space_platform_and_what_the_sdk_lacks(
    engine: ContainerdEngine, outside: World
) -> None:
    details = await engine.examine(await ready(engine, outside), LINUX_AMD64, outside)

    assert details.platform == LINUX_AMD64
    assert details.free_bytes
    assert details.rootless is False
    assert [w.cause for w in details.warnings] == ["engine.no-builder", "sdk.engine-unsupported"]
    assert "nerdctl" in details.warnings[0].fixes[0].title
    assert "BuildKit" in details.warnings[0].summary


async def test_the_password_is_in_no_argument_and_in_no_file(
    engine: ContainerdEngine, home: Path, daemon: RunningContainerd, tmp_path: Path
) -> None:
    """Every program that is started writes down its arguments and its environment first."""
    log = tmp_path / "started"
    spy = tmp_path / "bin" / "ctr"
    spy.parent.mkdir()
    spy.write_text(
        f'#!/bin/sh\n{{ echo "$@"; env; }} >> {log}\n'
        f'grep -rls "{SECRET}" {gettempdir()}/registry-wizard-* >> {log}.found\n'
        'exec /usr/bin/ctr "$@"\n'
    )
    spy.chmod(0o755)
    path = f"{spy.parent}:/usr/bin:/bin"
    outside = world(home, CONTAINERD_ADDRESS=str(daemon.path), PATH=path, GITHUB_TOKEN=SECRET)
    with docker_registry(tmp_path, htpasswd={"ada": SECRET}) as closed:
        found = await ready(engine, outside)
        login = Credential("ada", Secret(SECRET))
        await push(engine, found, outside, f"{closed.host}/team/app:1", credential=login)

    assert "--user=ada" in log.read_text()
    assert SECRET not in log.read_text()
    assert not Path(f"{log}.found").read_text()
    await outside.aclose()


@pytest.mark.parametrize(
    "credential",
    [
        Credential("ada:lovelace", Secret("x")),
        Credential("ada", Secret("two\nlines")),
        Credential("ada", Secret("x" * 4001)),
    ],
)
async def test_a_login_that_ctr_cannot_be_told_is_a_problem_with_a_way_around(
    engine: ContainerdEngine, outside: World, registry: RunningRegistry, credential: Credential
) -> None:
    found = await ready(engine, outside)

    with pytest.raises(Problem) as raised:
        await push(engine, found, outside, f"{registry.host}/a/b:1", credential=credential)

    problem = named(raised.value, engine)
    assert problem.cause == "engine.cannot-push"
    assert "--engine none" in problem.fixes[0].command


async def test_a_long_key_of_several_lines_is_told_as_one(
    engine: ContainerdEngine, outside: World, tmp_path: Path
) -> None:
    key = '{\n  "type": "service_account",\n  "private_key": "' + "k" * 2300 + '"\n}\n'
    told = " ".join(key.splitlines())
    short = told[:60] + "}"  # bcrypt takes 72 bytes
    found = await ready(engine, outside)
    with docker_registry(tmp_path, htpasswd={"_json_key": short}) as closed:
        spoken = Credential("_json_key", Secret(short.replace("  ", "\n ")))
        await push(engine, found, outside, f"{closed.host}/a/b:1", credential=spoken)
        long = Credential("_json_key", Secret(key))
        with pytest.raises(Problem) as raised:
            await push(engine, found, outside, f"{closed.host}/a/b:2", credential=long)

    assert named(raised.value, engine).cause == "login.rejected"


async def test_a_certificate_that_is_not_trusted_is_named_and_its_fix_works(
    engine: ContainerdEngine, home: Path, daemon: RunningContainerd, tmp_path: Path
) -> None:
    """By a name that a proxy alone knows the way to: loopback is spared the checks."""
    authority, login = Authority(tmp_path / "ca"), Credential("ada", Secret(SECRET))
    leaf = authority.issue("secured.test")
    with docker_registry(tmp_path, htpasswd={"ada": SECRET}, tls=leaf) as registry:
        host = f"secured.test:{registry.host.rpartition(':')[2]}"
        async with tunnel_to(registry.host) as proxy:
            outside = world(home, CONTAINERD_ADDRESS=str(daemon.path), HTTPS_PROXY=proxy)
            found = await ready(engine, outside)
            with pytest.raises(Problem) as raised:
                await push(engine, found, outside, f"{host}/team/app:1", credential=login)

            folder = home / ".config" / "containerd" / "certs.d" / host
            folder.mkdir(parents=True)
            (folder / "ca.crt").write_bytes(authority.certificate.read_bytes())
            done = await push(engine, found, outside, f"{host}/team/app:1", credential=login)
            await outside.aclose()

    problem = named(raised.value, engine)
    assert problem.cause == "engine.registry-untrusted"
    assert problem.fixes[0].command.endswith(f"certs.d/{host}/ca.crt")
    assert done.pushed.route == "ctr images import, ctr images push"


async def test_plain_http_where_nothing_allows_it_is_named_with_the_file_that_would(
    engine: ContainerdEngine, home: Path, daemon: RunningContainerd, registry: RunningRegistry
) -> None:
    """By a name that is not loopback's, which a proxy alone knows the way to."""
    port = registry.host.rpartition(":")[2]
    async with tunnel_to(registry.host) as proxy:
        outside = world(home, CONTAINERD_ADDRESS=str(daemon.path), HTTPS_PROXY=proxy)
        reference = f"plain.test:{port}/team/app:1"
        found = await ready(engine, outside)
        with pytest.raises(Problem) as raised:
            await push(engine, found, outside, reference)
        await outside.aclose()

    problem = named(raised.value, engine)
    assert problem.cause == "engine.registry-plain-http"
    assert f'server = "http://plain.test:{port}"' in problem.fixes[0].command


async def test_the_users_own_image_of_that_name_stays(
    engine: ContainerdEngine,
    outside: World,
    daemon: RunningContainerd,
    registry: RunningRegistry,
    tmp_path: Path,
) -> None:
    reference = f"{registry.host}/team/mine:1"
    file = tmp_path / "mine.tar"
    file.write_bytes(archive(fresh_image(), Reference.parse(reference)))
    daemon.ctr("images", "import", "--no-unpack", str(file))
    before = daemon.ctr("images", "ls")
    try:
        found = await ready(engine, outside)
        await push(engine, found, outside, reference)
        assert reference in before
        assert daemon.ctr("images", "ls") == before
    finally:
        daemon.ctr("images", "rm", "--sync", reference)
        daemon.ctr("namespaces", "rm", "default")


async def test_one_that_does_not_say_what_it_pushed_is_asked_what_the_name_leads_to(
    engine: ContainerdEngine,
    home: Path,
    daemon: RunningContainerd,
    registry: RunningRegistry,
    tmp_path: Path,
) -> None:
    quiet = tmp_path / "bin" / "ctr"
    quiet.parent.mkdir()
    quiet.write_text(
        '#!/bin/sh\ncase "$*" in *push*) exec >/dev/null;; esac\nexec /usr/bin/ctr "$@"\n'
    )
    quiet.chmod(0o755)
    path = f"{quiet.parent}:/usr/bin:/bin"
    outside = world(home, CONTAINERD_ADDRESS=str(daemon.path), PATH=path)
    image = fresh_image()

    found = await ready(engine, outside)
    done = await push(engine, found, outside, f"{registry.host}/team/quiet:1", image=image)

    assert done.pushed.digest == image.manifest.digest
    await outside.aclose()


async def test_a_registry_that_stalls_is_left_at_once_when_the_push_is_stopped(
    engine: ContainerdEngine, outside: World
) -> None:
    found = await ready(engine, outside)
    with hung_port() as host:
        reference = Reference.parse(f"{host}/a/b:1")
        items = engine.push(found, fresh_image(), reference, ANONYMOUS, outside)
        async with aclosing(items) as running:
            async for item in running:
                if "waiting" in getattr(item, "text", ""):
                    break


async def test_a_containerd_that_dies_before_the_push_is_named(
    engine: ContainerdEngine, home: Path, registry: RunningRegistry
) -> None:
    with containerd() as running:
        outside = world(home, CONTAINERD_ADDRESS=str(running.path))
        found = await ready(engine, outside)
        running.kill()
        with pytest.raises(Problem) as raised:
            await push(engine, found, outside, f"{registry.host}/a/b:1")
        await outside.aclose()

    assert named(raised.value, engine).cause == "engine.not-running"
