"""The project's Python is asked in a process of its own; what it says is data."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import sys
from pathlib import Path

import pytest

from tests.support.engine_runs import world
from tests.support.sdk_environments import fake_environment, program
from tests.support.sockets import answering, hung
from wizard.clients import sdk_probe
from wizard.clients.machine_project import MachineProject
from wizard.clients.outside import World
from wizard.core.diagnosis import Problem
from wizard.core.sdk import InstalledSdk, ProjectPython
from wizard.probes import exists, packages


def project(home: Path, folder: Path, python: str = "", **environ: str) -> MachineProject:
    return MachineProject(world(home, **environ), folder, python)


async def asked(home: Path, environment: Path, **environ: str) -> InstalledSdk:
    code = project(home, environment.parent, str(environment), **environ)
    python = code.python()
    assert python is not None
    return await code.installed(python)


async def refused(home: Path, python: Path, timeout_s: float = 5.0) -> str:
    code = MachineProject(world(home, timeout_s), python.parent, str(python))
    named = code.python()
    assert named is not None
    with pytest.raises(Problem) as raised:
        await code.installed(named)
    assert raised.value.cause == "sdk.python-unusable"
    assert raised.value.evidence[0].facts["python"] == str(python)
    return raised.value.evidence[0].answered


# --- what is there ---


async def test_versions_are_read_from_metadata_and_nothing_is_imported(
    home: Path, tmp_path: Path
) -> None:
    environment = fake_environment(
        tmp_path / "v", flytekit="1.16.31", union="0.1.204", docker="7.1.0"
    )
    (site,) = environment.glob("lib/*/site-packages")
    ran = tmp_path / "ran"
    for name in ("flytekit", "union", "docker", "sitecustomize"):
        (site / f"{name}.py").write_text(f"open({str(ran)!r}, 'w')")
    (site / "evil.pth").write_text(f"import os; open({str(ran)!r}, 'w')\n")

    found = await asked(home, environment)

    assert found.packages == {"flytekit": "1.16.31", "union": "0.1.204", "docker": "7.1.0"}
    assert found.version == ".".join(map(str, sys.version_info[:3]))
    assert found.sdks == ("flytekit 1.16.31", "union 0.1.204")
    assert not ran.exists()


async def test_an_environment_does_not_see_what_lies_beside_the_base(
    home: Path, tmp_path: Path
) -> None:
    # The Python that runs this test has docker; its environment's copy of it must not.
    assert (await asked(home, fake_environment(tmp_path / "v"))).packages == {}


async def test_metadata_that_is_damaged_is_a_package_without_a_version(
    home: Path, tmp_path: Path
) -> None:
    environment = fake_environment(tmp_path / "v", flytekit="1.16.31")
    (metadata,) = environment.glob("lib/*/site-packages/*/METADATA")
    metadata.write_bytes(b"\xff\xfe\0")

    assert (await asked(home, environment)).packages == {"flytekit": ""}


async def test_a_version_is_data_and_cannot_act_on_a_terminal(home: Path, tmp_path: Path) -> None:
    environment = fake_environment(tmp_path / "v", flytekit="1.0")
    (metadata,) = environment.glob("lib/*/site-packages/*/METADATA")
    metadata.write_text("Metadata-Version: 2.1\nName: flytekit\nVersion: \x1b[2J" + "9" * 5000)

    version = (await asked(home, environment)).packages["flytekit"]

    assert "\x1b" not in version
    assert len(version) <= 300


# --- where its docker package goes ---


def context(folder: Path, name: str, host: str) -> None:
    meta = folder / "contexts" / "meta" / hashlib.sha256(name.encode()).hexdigest()
    meta.mkdir(parents=True)
    endpoints = {"docker": {"Host": host, "SkipTLSVerify": False}}
    (meta / "meta.json").write_text(
        json.dumps({"Name": name, "Metadata": {}, "Endpoints": endpoints})
    )


@pytest.mark.parametrize(
    ("version", "environ", "has_config", "url", "by"),
    [
        ("7.2.0", {}, True, "unix:///ctx.sock", "context mine"),
        ("7.2.0", {"DOCKER_CONTEXT": "mine"}, True, "unix:///ctx.sock", "context mine"),
        # Without a config.json it looks for contexts somewhere else (engines.md 5.3).
        ("7.2.0", {"DOCKER_CONTEXT": "mine"}, False, "unix:///var/run/docker.sock", "default"),
        ("7.2.0", {"DOCKER_CONTEXT": "gone"}, True, "unix:///var/run/docker.sock", "default"),
        ("7.1.0", {}, True, "unix:///var/run/docker.sock", "default"),
        ("7.1.0", {"DOCKER_HOST": "unix:///h.sock"}, True, "unix:///h.sock", "DOCKER_HOST"),
        ("7.2.0", {"DOCKER_HOST": "unix://h.sock"}, True, "unix:///h.sock", "DOCKER_HOST"),
        ("7.2.0", {"DOCKER_HOST": "tcp://h:1"}, True, "tcp://h:1", "DOCKER_HOST"),
    ],
)
async def test_the_docker_package_is_followed_by_the_rules_of_its_version(
    home: Path,
    tmp_path: Path,
    version: str,
    environ: dict[str, str],
    has_config: bool,
    url: str,
    by: str,
) -> None:
    folder = home / ".docker"
    context(folder, "mine", "unix:///ctx.sock")
    if has_config:
        (folder / "config.json").write_text('{"currentContext": "mine"}')
    environment = fake_environment(tmp_path / "v", flytekit="1.16.31", docker=version)

    found = await asked(home, environment, **environ)

    assert found.docker_host == url
    assert found.docker_by.startswith(by)


async def test_the_rules_are_those_of_the_docker_package_that_we_have_ourselves(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import docker
    import docker.context.api

    context(home / ".docker", "mine", "unix:///ctx.sock")
    (home / ".docker" / "config.json").write_text('{"currentContext": "mine"}')
    for name in ("mine", "gone", ""):
        monkeypatch.setenv("DOCKER_CONTEXT", name)
        theirs = docker.context.api.ContextAPI.kwargs_from_context(environment=os.environ)
        ours, _ = packages.endpoint(docker.__version__)

        assert theirs.get("base_url", "unix:///var/run/docker.sock") == ours


async def test_the_engine_behind_an_address_says_who_it_is(home: Path, tmp_path: Path) -> None:
    body = b'{"ID": "ABCD:EFGH"}'
    head = b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n"
    python = ProjectPython(sys.executable, "--python")
    with hung(tmp_path / "h.sock") as silent:
        async with answering(tmp_path / "a.sock", head + body) as other:
            urls = (other.url, silent, f"unix://{tmp_path}/none.sock", "ssh://h", "tcp://x:y")
            found = await sdk_probe.engine_ids(world(home), python, urls)

    assert found == ("ABCD:EFGH", "", "", "", "")


# --- which Python ---


def test_a_named_python_goes_before_the_environment_and_that_before_the_path(
    home: Path, tmp_path: Path
) -> None:
    active = fake_environment(tmp_path / "active")
    own = fake_environment(tmp_path / "project" / ".venv")
    deep = tmp_path / "project" / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "project" / ".git").mkdir()

    def python(given: str = "", **environ: str) -> tuple[str, str]:
        found = project(home, deep, given, **environ).python()
        return (found.file, found.found_by) if found else ("", "")

    named = str(own / "bin" / "python")
    assert python(str(own), VIRTUAL_ENV=str(active)) == (named, "--python")
    assert python(VIRTUAL_ENV=str(active)) == (str(active / "bin" / "python"), "$VIRTUAL_ENV")
    assert python() == (named, ".venv")
    assert project(home, deep).has_environment
    (own / "pyvenv.cfg").unlink()
    assert python()[1] in ("python3", "python")
    assert not project(home, deep).has_environment


def test_an_environment_above_the_repository_is_another_projects(
    home: Path, tmp_path: Path
) -> None:
    fake_environment(tmp_path / ".venv")
    (tmp_path / "project" / ".git").mkdir(parents=True)

    assert not project(home, tmp_path / "project").has_environment


# --- a Python that is none ---


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exit 3", "code 3"),
        ("echo 'Fatal Python error: no module encodings' >&2; exit 1", "encodings"),
        ("echo banana", "not what was asked"),
        ("echo '{}'", "not what was asked"),
        ("echo '[1]'", "not what was asked"),
        ('echo \'{"packages": [], "engine": 7}\'', "not what was asked"),
        ("head -c 300000 /dev/zero", "not what was asked"),
        ("kill -9 $$", "code -9"),
    ],
)
async def test_a_python_that_answers_otherwise_is_a_verdict(
    home: Path, tmp_path: Path, script: str, said: str
) -> None:
    assert said in await refused(home, program(tmp_path / "python", script))


async def test_a_python_that_is_not_there_or_no_program_is_a_verdict(
    home: Path, tmp_path: Path
) -> None:
    (tmp_path / "text").write_text("no program")
    (tmp_path / "text").chmod(0o755)

    assert "no such program" in await refused(home, tmp_path / "gone")
    assert await refused(home, tmp_path / "text")


async def test_a_python_that_greets_before_it_answers_is_understood(
    home: Path, tmp_path: Path
) -> None:
    """A wrapper that says which environment it activates, a sitecustomize, a .pth that prints."""
    folder = fake_environment(tmp_path / "v", flytekit="1.16.31")
    greets = program(tmp_path / "python", f'echo hello; exec {folder}/bin/python "$@"')
    outside = World({"HOME": str(home), "PATH": os.environ["PATH"]}, home, 10)

    found = await MachineProject(outside, tmp_path).installed(ProjectPython(str(greets), ""))

    assert found.sdks == ("flytekit 1.16.31",)


async def test_a_python_that_hangs_is_a_verdict_in_its_deadline(home: Path, tmp_path: Path) -> None:
    said = await refused(home, program(tmp_path / "python", "exec sleep 100"), timeout_s=0.3)

    assert "0.3 s" in said


def test_the_probes_need_no_more_than_python_3_8() -> None:
    for probe in (packages, exists):
        source = Path(probe.__file__).read_text(encoding="utf-8")
        tree = ast.parse(source, feature_version=(3, 8))
        imported = {
            alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names
        }
        assert not {name for name in imported if name.startswith("wizard")}
