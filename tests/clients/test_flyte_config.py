"""Each program's own order of places; the first hit wins, and no secret is kept."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from wizard.clients.flyte_config import configurations
from wizard.core.flyte_config import Configuration, EndpointKind, Program, need

UNION = "admin:\n  endpoint: dns:///acme.hosted.unionai.cloud\n"


def write(file: Path, text: str = UNION) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def found(home: Path, project: Path, **environ: str) -> dict[Program, Configuration]:
    return {one.program: one for one in configurations(environ, home, project)}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "repo" / "deep"
    folder.mkdir(parents=True)
    (tmp_path / "repo" / ".git").mkdir()
    return folder


def test_nothing_is_found_where_nothing_is(home: Path, project: Path) -> None:
    assert found(home, project) == {}


def test_flyte_2_takes_the_nearest_first(home: Path, project: Path) -> None:
    places = [
        home / ".flyte" / "config.yaml",
        home / ".union" / "config.yaml",
        home / "flytectl.yaml",
        home / "uctl.yaml",
        project.parent / ".flyte" / "config.yaml",
        project / ".flyte" / "config.yaml",
        project / "config.yaml",
    ]
    named = {places[2]: "FLYTECTL_CONFIG", places[3]: "UCTL_CONFIG"}
    environ: dict[str, str] = {}
    for place in places:
        write(place)
        environ |= {named[place]: str(place)} if place in named else {}
        assert found(home, project, **environ)[Program.FLYTE].source == str(place)


def test_a_file_that_is_named_and_missing_is_not_passed_over(home: Path, project: Path) -> None:
    """Flyte 2 ends there with an error: what lies in the home is not what it reads."""
    write(home / ".flyte" / "config.yaml")

    assert Program.FLYTE not in found(home, project, UCTL_CONFIG=str(home / "gone.yaml"))


def test_a_key_stands_for_the_login_and_the_file_still_says_who_builds(
    home: Path, project: Path
) -> None:
    image = "image:\n  builder: local-podman\n  registry: ghcr.io/acme\n"
    file = write(home / ".flyte" / "config.yaml", UNION + image)
    key = base64.b64encode(b"key.example.com:id:secret:acme").decode()

    told = found(home, project, FLYTE_API_KEY=key)[Program.FLYTE]

    assert (told.endpoint, told.source) == ("key.example.com", "FLYTE_API_KEY")
    assert (told.builder, told.builder_by) == ("local-podman", str(file))
    assert told.registry == "ghcr.io/acme"


def test_union_reads_its_own_files_and_pyflyte_never_does(home: Path, project: Path) -> None:
    file = write(home / ".union" / "config.yaml")

    told = found(home, project)

    assert told[Program.UNION].source == str(file)
    assert told[Program.UNION].kind is EndpointKind.UNION
    assert Program.PYFLYTE not in told


def test_union_goes_by_its_variables_first(home: Path, project: Path) -> None:
    write(home / ".union" / "config.yaml")
    other = write(home / "other.yaml", "admin: {endpoint: dns:///flyte.example}\n")

    assert found(home, project, UNION_CONFIG=str(other))[Program.UNION].endpoint == "flyte.example"
    serverless = found(home, project, UNION_SERVERLESS_ENDPOINT="anything.example")
    assert serverless[Program.UNION].kind is EndpointKind.SERVERLESS
    assert not need([serverless[Program.UNION]]).is_needed


@pytest.mark.parametrize("variable", ["UNION_API_KEY", "FLYTE_API_KEY"])
@pytest.mark.parametrize("endpoint", ["acme.hosted.unionai.cloud", "dns:///acme.union.ai:443"])
def test_of_an_api_key_only_the_endpoint_is_decoded(
    home: Path, project: Path, variable: str, endpoint: str
) -> None:
    key = base64.b64encode(f"{endpoint}:id:CANARY-secret:acme".encode()).decode()

    (told,) = configurations({variable: key}, home, project)

    assert told.endpoint == endpoint.removeprefix("dns:///")
    assert told.source == variable
    assert "CANARY" not in repr(told)
    assert key not in repr(told)


def test_a_key_that_is_none_says_nothing(home: Path, project: Path) -> None:
    (told,) = configurations({"UNION_API_KEY": "banana"}, home, project)

    assert told.endpoint == ""


def test_pyflyte_reads_its_ini_file(home: Path, project: Path) -> None:
    write(home / ".flyte" / "config", "[platform]\nurl = flyte.example:81\n")

    assert found(home, project)[Program.PYFLYTE].endpoint == "flyte.example:81"


def test_a_file_that_is_damaged_large_or_a_pipe_costs_nothing(home: Path, project: Path) -> None:
    write(project / "config.yaml", "\0" * 5_000_000)
    (home / ".union").mkdir()
    os.mkfifo(home / ".union" / "config.yaml")

    told = found(home, project)

    assert told[Program.FLYTE].endpoint == ""
    assert Program.UNION not in told


def test_a_secret_in_a_file_is_not_kept(home: Path, project: Path) -> None:
    write(project / "config.yaml", f"{UNION}  clientSecret: CANARY\n")

    assert "CANARY" not in repr(found(home, project))
