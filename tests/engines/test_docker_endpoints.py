"""Which endpoints there are, and which one the docker command line would use."""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from wizard.engines.docker_endpoints import DockerEndpoint, candidates

DEFAULT = "unix:///var/run/docker.sock"
USER = 1000


def config(home: Path, **settings: Any) -> None:
    folder = home / ".docker"
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(settings))


def context(home: Path, name: str, host: str = "", text: str | None = None) -> Path:
    digest = hashlib.sha256(name.encode()).hexdigest()
    folder = home / ".docker" / "contexts" / "meta" / digest
    folder.mkdir(parents=True)
    endpoints = {"docker": {"Host": host, "SkipTLSVerify": False}} if host else {}
    document = {"Name": name, "Metadata": {}, "Endpoints": endpoints}
    (folder / "meta.json").write_text(json.dumps(document) if text is None else text)
    return home / ".docker" / "contexts" / "tls" / digest / "docker"


def found(home: Path, system: str = "linux", **environ: str) -> list[DockerEndpoint]:
    return candidates(environ, home, system, USER)


def chosen(home: Path, **environ: str) -> DockerEndpoint:
    (one,) = [endpoint for endpoint in found(home, **environ) if endpoint.chosen_by]
    return one


@pytest.fixture
def sockets() -> Iterator[Any]:
    with ExitStack() as stack:

        def listen(path: Path) -> Path:
            path.parent.mkdir(parents=True, exist_ok=True)
            bound = stack.enter_context(socket.socket(socket.AF_UNIX))
            bound.bind(str(path))
            bound.listen()
            return path

        yield listen


def test_without_any_setting_it_is_the_default_socket(home: Path) -> None:
    one = chosen(home)

    assert (one.shown, one.chosen_by, one.trouble) == (DEFAULT, "default", "")


def test_the_variable_wins_over_contexts_even_over_bogus_ones(home: Path) -> None:
    config(home, currentContext="gone")

    one = chosen(home, DOCKER_HOST="unix:///a.sock", DOCKER_CONTEXT="bogus")

    assert (one.shown, one.chosen_by, one.trouble) == ("unix:///a.sock", "DOCKER_HOST", "")


def test_an_empty_variable_is_no_variable(home: Path) -> None:
    assert chosen(home, DOCKER_HOST="", DOCKER_CONTEXT="").chosen_by == "default"


def test_the_context_variable_wins_over_the_current_context(home: Path) -> None:
    config(home, currentContext="colima")
    context(home, "colima", "unix:///colima.sock")
    context(home, "lab", "tcp://build:2375")

    one = chosen(home, DOCKER_CONTEXT="lab")

    assert (one.shown, one.chosen_by) == ("tcp://build:2375", "DOCKER_CONTEXT=lab")


def test_the_current_context_is_followed(home: Path) -> None:
    config(home, currentContext="colima")
    context(home, "colima", "unix:///colima.sock")

    one = chosen(home)

    assert (one.shown, one.chosen_by) == ("unix:///colima.sock", "context colima")
    assert one.names == ("context colima",)


def test_a_context_is_found_without_a_config_file(home: Path) -> None:
    context(home, "mine", "unix:///mine.sock")

    assert chosen(home, DOCKER_CONTEXT="mine").shown == "unix:///mine.sock"


def test_the_context_called_default_is_the_default_socket(home: Path) -> None:
    config(home, currentContext="default")
    assert chosen(home).shown == DEFAULT

    config(home, currentContext="other")
    assert chosen(home, DOCKER_CONTEXT="default").chosen_by == "DOCKER_CONTEXT=default"


def test_another_config_folder_is_read_and_its_absence_is_not_mended(home: Path) -> None:
    config(home, currentContext="colima")
    context(home, "colima", "unix:///colima.sock")

    assert chosen(home, DOCKER_CONFIG=str(home / "none")).chosen_by == "default"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"currentContext": 7}', "\xff"])
def test_a_damaged_config_file_leaves_the_default(home: Path, text: str) -> None:
    config(home)
    (home / ".docker" / "config.json").write_text(text, "latin-1")

    assert chosen(home).chosen_by == "default"


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("gone", None, "no context of that name"),
        ("torn", "{", "damaged"),
        ("list", "[]", "damaged"),
        ("kubernetes", '{"Name": "kubernetes", "Endpoints": {}}', "names no Docker engine"),
    ],
)
def test_a_chosen_context_that_cannot_be_used_says_why(
    home: Path, name: str, text: str | None, reason: str
) -> None:
    if text is not None:
        context(home, name, text=text)

    one = chosen(home, DOCKER_CONTEXT=name)

    assert one.host is None
    assert one.shown == f"context {name}"
    assert reason in one.trouble


def test_a_damaged_context_that_is_not_chosen_is_a_row_and_hides_no_other(home: Path) -> None:
    context(home, "torn", text="{")
    context(home, "good", "unix:///good.sock")

    rows = found(home)

    assert [row.shown for row in rows if row.trouble and row.shown.endswith("meta.json")]
    assert [row for row in rows if row.shown == "unix:///good.sock"]


def test_a_variable_that_cannot_be_understood_is_shown_as_it_stands(home: Path) -> None:
    one = chosen(home, DOCKER_HOST="garbage\x1b[31m")

    assert one.host is None
    assert one.shown == r"DOCKER_HOST=garbage\x1b[31m"
    assert one.trouble


def test_one_socket_behind_several_names_is_one_row(home: Path, sockets: Any) -> None:
    real = sockets(home / ".colima" / "default" / "docker.sock")
    (home / "link.sock").symlink_to(real)
    context(home, "colima", f"unix://{real}")

    rows = found(home, DOCKER_HOST=f"unix://{home}/link.sock")

    (one,) = [row for row in rows if "context colima" in row.names]
    assert one.chosen_by == "DOCKER_HOST"
    assert one.names == ("DOCKER_HOST", "context colima", str(real))
    assert one.product.title == "Colima"


def test_usual_places_are_candidates_and_expected_only_where_installed(home: Path) -> None:
    (home / ".rd").mkdir()
    (home / ".colima" / "work").mkdir(parents=True)
    (home / ".colima" / "_lima").mkdir()

    rows = {row.shown: row for row in found(home, XDG_RUNTIME_DIR="/run/user/7")}

    assert rows[f"unix://{home}/.rd/docker.sock"].is_expected
    assert rows[f"unix://{home}/.colima/work/docker.sock"].is_expected
    assert not rows[f"unix://{home}/.docker/desktop/docker.sock"].is_expected
    assert not rows["unix:///run/user/7/docker.sock"].is_expected
    assert f"unix://{home}/.colima/_lima/docker.sock" not in rows


def test_other_systems_have_other_places(home: Path) -> None:
    mac = [row.shown for row in found(home, "darwin")]
    windows = [row.shown for row in found(home, "win32")]

    assert f"unix://{home}/.orbstack/run/docker.sock" in mac
    assert windows[0] == "npipe:////./pipe/docker_engine"
    assert "npipe:////./pipe/dockerDesktopLinuxEngine" in windows


def test_the_tls_variable_counts_for_tcp_and_not_for_sockets(home: Path) -> None:
    tcp = chosen(home, DOCKER_HOST="tcp://build:2376", DOCKER_TLS_VERIFY="1")
    local = chosen(home, DOCKER_HOST="unix:///a.sock", DOCKER_TLS_VERIFY="1")

    assert tcp.tls is not None
    assert tcp.tls.folder == home / ".docker"
    assert local.tls is None


def test_a_context_brings_its_certificates(home: Path) -> None:
    folder = context(home, "lab", "tcp://build:2376")
    folder.mkdir(parents=True)
    (folder / "ca.pem").write_text("")

    one = chosen(home, DOCKER_CONTEXT="lab")

    assert one.tls is not None
    assert one.tls.file("ca.pem") == str(folder / "ca.pem")
    assert one.tls.file("key.pem") is None
