"""The SDK's route, `docker build --push`: our side of buildx's documented interface.

Buildx itself is not to be had here. A stand-in plugs its place: a `docker` that takes the same
arguments, builds and pushes by the real engine, and writes buildx's metadata file.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.support.docker_registry import RunningRegistry, docker_registry
from tests.support.dockerd import RunningDockerd
from tests.support.engine_runs import found_at, fresh_image, image_ids, named, push, threads, world
from tests.support.needs import need_program
from wizard.clients.outside import World
from wizard.core.diagnosis import Problem
from wizard.core.names import LINUX_AMD64, Platform, Reference
from wizard.core.ports import Endpoint
from wizard.core.secret import ANONYMOUS, Credential, Secret
from wizard.engines.docker import DockerEngine

pytestmark = pytest.mark.engine

DOCKER = DockerEngine()
SECRET = "canary-b1ldx"
STAND_IN = """#!/bin/sh
# Stand-in for docker with buildx: records how it was called, then does it with the real docker.
if [ "$1 $2" = "buildx version" ]; then
    echo "github.com/docker/buildx v0.19.3 48d6a3927"; exit 0
fi
config="${DOCKER_CONFIG:-$HOME/.docker}"
{
    echo "argv=$*"; env
    echo "mode=$(stat -c %a "$config" 2>/dev/null) $(stat -c %a "$config/config.json" 2>/dev/null)"
    echo "entries=$(ls "$config" 2>/dev/null | tr '\\n' ' ')"
    echo "context-mode=$(stat -c %a "${9}")"
} > "@LOG@"
cp "$config/config.json" "@LOG@.json" 2>/dev/null
@FAULT@
export DOCKER_BUILDKIT=0
"@DOCKER@" build --quiet --platform "$5" --tag "$3" "$9" >/dev/null 2>&1 || exit 1
said=$("@DOCKER@" push "$3" 2>&1) || {
    echo "ERROR: failed to push $3: $(echo "$said" | tail -n 1)" >&2; exit 1
}
echo "#9 pushing manifest for $3 done" >&2
digest=$(echo "$said" | sed -n 's/.*digest: \\(sha256:[0-9a-f]*\\).*/\\1/p')
printf '{"buildx.build.ref": "x", "containerimage.digest": "%s"}' "$digest" > "$7"
"""


class StandIn:
    def __init__(self, folder: Path, fault: str = "") -> None:
        real = shutil.which("docker") or need_program("docker", "docker-cli")
        self.log = folder / "calls"
        self.folder = folder / "bin"
        self.folder.mkdir()
        program = self.folder / "docker"
        text = STAND_IN.replace("@LOG@", str(self.log)).replace("@DOCKER@", real)
        program.write_text(text.replace("@FAULT@", fault))
        program.chmod(0o755)

    def world(self, home: Path, engine: RunningDockerd) -> World:
        path = f"{self.folder}:/usr/bin:/bin"
        return world(home, DOCKER_HOST=engine.url, PATH=path, UNRELATED="kept")

    def said(self, name: str) -> str:
        lines = self.log.read_text().splitlines()
        return next(line.partition("=")[2] for line in lines if line.startswith(f"{name}="))

    @property
    def config(self) -> dict[str, Any]:
        return dict(json.loads(Path(f"{self.log}.json").read_text()))


@pytest.fixture
def stand_in(tmp_path: Path) -> StandIn:
    return StandIn(tmp_path)


def login(home: Path, host: str) -> None:
    import base64

    folder = home / ".docker"
    folder.mkdir()
    auth = base64.b64encode(f"ada:{SECRET}".encode()).decode()
    settings = {"auths": {host: {"auth": auth}}, "currentContext": "default"}
    (folder / "config.json").write_text(json.dumps(settings))


async def test_with_the_stand_in_for_buildx_it_is_the_builder(
    home: Path, stand_in: StandIn, shared_dockerd: RunningDockerd
) -> None:
    outside = stand_in.world(home, shared_dockerd)

    details = await DOCKER.examine(found_at(shared_dockerd.url), LINUX_AMD64, outside)

    assert details.builder == "buildx"
    assert "v0.19.3" in details.summary
    assert "engine.no-builder" not in {warning.cause for warning in details.warnings}


async def test_the_stand_in_is_called_as_the_sdk_calls_buildx(
    home: Path, stand_in: StandIn, shared_dockerd: RunningDockerd, registry: RunningRegistry
) -> None:
    outside = stand_in.world(home, shared_dockerd)
    reference = Reference.parse(f"{registry.host}/team/buildx:1")
    before = image_ids(shared_dockerd.url)

    done = await push(
        DOCKER,
        found_at(shared_dockerd.url),
        outside,
        str(reference),
        image=fresh_image(Platform("linux", "arm64")),
    )

    argv = stand_in.said("argv").split()
    assert argv[:6] == [
        "build",
        "--tag",
        str(reference),
        "--platform",
        "linux/arm64",
        "--metadata-file",
    ]
    assert argv[7] == "--push"
    assert len(argv) == 9
    assert stand_in.said("context-mode") == "700"
    assert stand_in.said("UNRELATED") == "kept"
    assert done.pushed.route == "docker build --push"
    api = outside.registry_api(Endpoint(registry.host, registry.base_url), ANONYMOUS)
    assert (await api.get_manifest(reference.repository, "1")).digest == done.pushed.digest
    await outside.aclose()
    assert image_ids(shared_dockerd.url) == before
    assert not Path(argv[8]).exists()
    assert not threads()


async def test_the_stand_in_uses_the_login_that_docker_has(
    home: Path, stand_in: StandIn, shared_dockerd: RunningDockerd, tmp_path: Path
) -> None:
    with docker_registry(tmp_path, htpasswd={"ada": SECRET}) as closed:
        login(home, closed.host)
        await push(
            DOCKER,
            found_at(shared_dockerd.url),
            stand_in.world(home, shared_dockerd),
            f"{closed.host}/team/app:1",
            credential=Credential("ada", Secret(SECRET)),
            is_stored=True,
        )

    assert "DOCKER_CONFIG" not in stand_in.log.read_text()


async def test_a_login_that_is_not_stored_lies_in_a_private_folder_and_is_gone_afterwards(
    home: Path, stand_in: StandIn, shared_dockerd: RunningDockerd, tmp_path: Path
) -> None:
    login(home, "other.example")
    for name in ("cli-plugins", "buildx"):
        (home / ".docker" / name).mkdir()
    with docker_registry(tmp_path, htpasswd={"ada": SECRET}) as closed:
        await push(
            DOCKER,
            found_at(shared_dockerd.url),
            stand_in.world(home, shared_dockerd),
            f"{closed.host}/team/app:1",
            credential=Credential("ada", Secret(SECRET)),
        )

    folder = Path(stand_in.said("DOCKER_CONFIG"))
    assert stand_in.said("mode") == "700 600"
    assert stand_in.said("entries").split() == ["buildx", "cli-plugins", "config.json"]
    assert list(stand_in.config["auths"]) == [closed.host]
    assert stand_in.config["currentContext"] == "default"
    assert not folder.exists()
    assert SECRET not in stand_in.log.read_text()
    assert stat.S_IMODE((home / ".docker" / "config.json").stat().st_mode) == 0o644


async def test_nobody_pushes_without_any_login_even_where_docker_has_one(
    home: Path, stand_in: StandIn, shared_dockerd: RunningDockerd, tmp_path: Path
) -> None:
    with docker_registry(tmp_path, htpasswd={"ada": SECRET}) as closed:
        login(home, closed.host)
        with pytest.raises(Problem) as raised:
            await push(
                DOCKER,
                found_at(shared_dockerd.url),
                stand_in.world(home, shared_dockerd),
                f"{closed.host}/team/app:1",
            )

    found = named(raised.value, DOCKER)
    assert found.cause == "login.missing"
    assert "no basic auth credentials" in found.evidence[0].line


SAYINGS = {
    "unknown flag: --push": "engine.no-builder",
    "ERROR: BuildKit is enabled but the buildx component is missing or broken.": (
        "engine.no-builder"
    ),
    "ERROR: failed to solve: failed to push h/a:1: denied: permission_denied: write": (
        "push.not-permitted"
    ),
    "ERROR: failed to push h/a:1: unexpected status from POST request to https://h/v2/: 403 No": (
        "push.not-permitted"
    ),
    "ERROR: failed to do request: http: server gave HTTP response to HTTPS client": (
        "engine.registry-plain-http"
    ),
    "ERROR: tls: failed to verify certificate: x509: certificate signed by unknown authority": (
        "engine.registry-untrusted"
    ),
    "ERROR: failed to copy: write /x: no space left on device": "engine.disk-full",
    "Cannot connect to the Docker daemon at unix:///x": "engine.not-running",
}


@pytest.mark.parametrize(("said", "cause"), SAYINGS.items())
async def test_what_the_stand_in_says_at_its_end_is_named(
    home: Path, shared_dockerd: RunningDockerd, tmp_path: Path, said: str, cause: str
) -> None:
    stand_in = StandIn(tmp_path, f"echo '#5 [internal] load'; echo '{said}' >&2; exit 1")

    with pytest.raises(Problem) as raised:
        await push(
            DOCKER,
            found_at(shared_dockerd.url),
            stand_in.world(home, shared_dockerd),
            "127.0.0.1:1/team/app:1",
            credential=Credential("ada", Secret(SECRET)),
        )

    assert named(raised.value, DOCKER).cause == cause


async def test_a_stand_in_that_does_not_say_what_it_pushed_is_no_success(
    home: Path, shared_dockerd: RunningDockerd, tmp_path: Path
) -> None:
    stand_in = StandIn(tmp_path, 'echo "[]" > "$7"; exit 0')

    with pytest.raises(Problem, match="did not say what it pushed"):
        await push(
            DOCKER,
            found_at(shared_dockerd.url),
            stand_in.world(home, shared_dockerd),
            "127.0.0.1:1/team/app:1",
        )


async def test_cancelling_ends_the_stand_in_and_all_that_it_started(
    home: Path, shared_dockerd: RunningDockerd, tmp_path: Path
) -> None:
    stand_in = StandIn(tmp_path, f'echo $$ > "{tmp_path}/pid"; echo "#1 waiting"; sleep 600')
    waiting = asyncio.Event()
    task = asyncio.create_task(
        push(
            DOCKER,
            found_at(shared_dockerd.url),
            stand_in.world(home, shared_dockerd),
            "127.0.0.1:1/team/app:1",
            credential=Credential("ada", Secret(SECRET)),
            on_line=lambda line: waiting.set() if "waiting" in line else None,
        )
    )
    await waiting.wait()
    group = int((tmp_path / "pid").read_text())

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    running = [
        entry
        for entry in Path("/proc").glob("[0-9]*/stat")
        if entry.read_text().rpartition(")")[2].split()[2] == str(group)
        and entry.read_text().rpartition(")")[2].split()[0] != "Z"
    ]
    assert running == []
    assert not Path(stand_in.said("DOCKER_CONFIG")).exists()
