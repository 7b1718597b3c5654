"""nerdctl by a stand-in that speaks its documented interface: it is not in Debian."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.containerd import RunningContainerd, Standin, containerd, standin
from tests.support.engine_runs import fresh_image, named, push, world
from wizard.clients.outside import World
from wizard.core.diagnosis import Problem
from wizard.core.names import LINUX_AMD64, Platform
from wizard.core.ports import EngineStatus, FoundEngine
from wizard.core.secret import ANONYMOUS, AnyCredential, Credential, Secret
from wizard.engines.containerd import ContainerdEngine

SECRET = "canary-77aa01"
ADA = Credential("ada", Secret(SECRET))
REFERENCE = "registry.test/team/app:1"
DIGEST = f"sha256:{'ab' * 32}"
PUSHED = (
    f"pushing as a reduced-platform image (application/vnd.oci.image.index.v1+json, {DIGEST})\n"
    f"\x1b[32mmanifest-{DIGEST}: done           |++++++++| \x1b[0m\n"
    "elapsed: 0.4 s                    total:  1.1 Ki (2.8 KiB/s)\n"
)
INFO = '{"OSType":"linux","Architecture":"aarch64","ServerVersion":"v2.1.4"}'
ANSWERS = {"build": ("#5 exporting\n", 0), "push": (PUSHED, 0), "info": (INFO, 0)}
IN_A_MACHINE = FoundEngine(
    "containerd", "containerd 2.1.4 by nerdctl", "nerdctl", EngineStatus.READY
)


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    return tmp_path / "bin"


@pytest.fixture
def outside(home: Path, bin_folder: Path) -> World:
    return world(home, PATH=f"{bin_folder}:/usr/bin:/bin", GITHUB_TOKEN=SECRET)


def nerdctl(bin_folder: Path, **answers: tuple[str, int]) -> Standin:
    made: Mapping[str, tuple[str, int]] = {**ANSWERS, **answers}
    return standin(bin_folder, "nerdctl", made)


async def test_by_a_stand_in_nerdctl_it_builds_and_pushes_in_a_namespace_of_its_own(
    bin_folder: Path, outside: World
) -> None:
    program = nerdctl(bin_folder)
    image = fresh_image(Platform("linux", "arm64"))

    done = await push(ContainerdEngine(), IN_A_MACHINE, outside, REFERENCE, image=image)

    assert str(done.pushed.digest) == DIGEST
    assert done.pushed.route == "nerdctl build, nerdctl push"
    build, pushing = program.argv_of("build"), program.argv_of("push")
    assert build[0] == "--namespace"
    space = build[1]
    assert space.startswith("registry-wizard-")
    assert build[2:6] == ["build", "--platform", "linux/arm64", "--tag"]
    assert pushing == ["--namespace", space, "push", "--platform", "linux/arm64", REFERENCE]
    assert program.argv_of("rmi")[:3] == ["--namespace", space, "rmi"]
    assert program.argv_of("remove") == ["namespace", "remove", space]
    assert not Path(build[-1]).exists()
    assert not [line for line in done.lines if "x1b" in line or "elapsed" in line]


@pytest.mark.parametrize(
    ("credential", "is_stored", "config"),
    [
        (ADA, False, '{"auths": {"registry.test": {"auth": "YWRhOmNhbmFyeS03N2FhMDE="}}}'),
        (ANONYMOUS, True, '{"auths": {}}'),
        (ADA, True, ""),
    ],
)
async def test_by_a_stand_in_nerdctl_a_login_that_is_not_stored_lies_in_a_config_for_this_push(
    bin_folder: Path, outside: World, credential: AnyCredential, is_stored: bool, config: str
) -> None:
    program = nerdctl(bin_folder)

    await push(
        ContainerdEngine(),
        IN_A_MACHINE,
        outside,
        REFERENCE,
        credential=credential,
        is_stored=is_stored,
    )

    (seen,) = (asked for asked in program.asked if "push" in str(asked["argv"]))
    assert seen["config"] == config
    assert SECRET not in str([asked["argv"] for asked in program.asked])
    assert not any(asked["tokens"] for asked in program.asked)
    assert not (seen["folder"] and Path(str(seen["folder"])).exists())


@pytest.mark.parametrize(
    ("answers", "cause"),
    [
        (
            {"build": ('time="t" level=fatal msg="no buildkit host is available, tried 3"', 1)},
            "engine.no-builder",
        ),
        (
            {"push": ("FATA[0000] server message: insufficient_scope: authorization failed", 1)},
            "push.not-permitted",
        ),
        (
            {
                "push": (
                    'level=fatal msg="failed to fetch anonymous token: unexpected status: 401 U"',
                    1,
                )
            },
            "login.missing",
        ),
        (
            {"push": ("FATA[0001] unexpected status from POST request to https://r/v2/: 401", 1)},
            "login.rejected",
        ),
        (
            {"push": ("FATA[0000] failed to do request: dial tcp: lookup r: no such host", 1)},
            "engine.registry-unreachable",
        ),
        ({"push": ("FATA[0000] rootless containerd not running?", 1)}, "engine.permission-denied"),
        ({"push": ("FATA[0000] cannot access containerd socket", 1)}, "engine.not-running"),
        ({"push": ("FATA[0000] write /x: no space left on device", 1)}, "engine.disk-full"),
        ({"push": ("exec format error", 1)}, "engine.platform-unsupported"),
        (
            {
                "push": (
                    "FATA[0] tls: failed to verify certificate: x509: certificate has expired",
                    1,
                )
            },
            "network.tls-invalid",
        ),
        ({"push": ("done\n", 0)}, "internal.undecided"),
    ],
)
async def test_by_a_stand_in_nerdctl_each_refusal_has_its_cause(
    bin_folder: Path, outside: World, answers: dict[str, tuple[str, int]], cause: str
) -> None:
    nerdctl(bin_folder, **answers)

    with pytest.raises(Problem) as raised:
        await push(ContainerdEngine(), IN_A_MACHINE, outside, REFERENCE, credential=ADA)

    assert named(raised.value, ContainerdEngine()).cause == cause
    assert not raised.value.evidence[-1].answered.startswith(("FATA", "level="))


async def test_by_a_stand_in_nerdctl_the_closer_look_names_platform_and_emulation(
    bin_folder: Path, outside: World
) -> None:
    nerdctl(bin_folder)

    details = await ContainerdEngine().examine(IN_A_MACHINE, LINUX_AMD64, outside)

    assert details.platform == Platform("linux", "arm64")
    assert details.builder == "buildkit"
    assert any("emulates linux/amd64" in note for note in details.notes)
    assert [warning.cause for warning in details.warnings] == ["sdk.engine-unsupported"]


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (("cannot access containerd socket", 1), "engine.not-running"),
        (("rootless containerd not running?", 1), "engine.permission-denied"),
    ],
)
async def test_by_a_stand_in_nerdctl_one_that_cannot_be_looked_at_has_its_cause(
    bin_folder: Path, outside: World, answer: tuple[str, int], cause: str
) -> None:
    nerdctl(bin_folder, info=answer)

    with pytest.raises(Problem) as raised:
        await ContainerdEngine().examine(IN_A_MACHINE, LINUX_AMD64, outside)

    assert named(raised.value, ContainerdEngine()).cause == cause


@pytest.fixture(scope="module")
def daemon() -> Iterator[RunningContainerd]:
    with containerd() as running:
        yield running


@pytest.mark.engine
@pytest.mark.parametrize(("has_buildkit", "word"), [(False, "load"), (True, "build")])
async def test_by_a_stand_in_nerdctl_what_cannot_be_built_is_loaded(
    home: Path, bin_folder: Path, daemon: RunningContainerd, has_buildkit: bool, word: str
) -> None:
    """Any gRPC service passes for BuildKit here, which is not in Debian either."""
    program = nerdctl(bin_folder, load=("Loaded image\n", 0))
    standin(bin_folder, "buildctl", {})
    outside = world(
        home,
        PATH=f"{bin_folder}:/usr/bin:/bin",
        CONTAINERD_ADDRESS=str(daemon.path),
        BUILDKIT_HOST=daemon.url if has_buildkit else "unix:///none",
    )
    found = FoundEngine("containerd", "containerd", daemon.url, EngineStatus.READY)

    done = await push(ContainerdEngine(), found, outside, REFERENCE)
    details = await ContainerdEngine().examine(found, LINUX_AMD64, outside)

    assert done.pushed.route == f"nerdctl {word}, nerdctl push"
    assert program.argv_of(word)[:2] == ["--address", str(daemon.path)]
    causes = [warning.cause for warning in details.warnings]
    assert ("engine.no-builder" in causes) is not has_buildkit


@pytest.mark.engine
async def test_without_ctr_and_nerdctl_it_says_what_to_install(
    home: Path, daemon: RunningContainerd
) -> None:
    outside = world(home, PATH="/none", CONTAINERD_ADDRESS=str(daemon.path))
    found = FoundEngine("containerd", "containerd", daemon.url, EngineStatus.READY)

    with pytest.raises(Problem) as raised:
        await ContainerdEngine().examine(found, LINUX_AMD64, outside)

    problem = named(raised.value, ContainerdEngine())
    assert problem.cause == "engine.cannot-push"
    assert problem.fixes[0].command == "sudo apt-get install containerd"
