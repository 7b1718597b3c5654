"""What the wizard offers to start by itself is there; all else it only tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.core.diagnosis import Fix
from wizard.engines.docker_endpoints import candidates
from wizard.engines.docker_start import starts

UNIT = "usr/lib/systemd/system/docker.service"


def made(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


def offered(root: Path, path: str = "/var/run/docker.sock", user_id: int = 1000) -> Fix:
    home = root / "home"
    environ = {"XDG_RUNTIME_DIR": "/run/user/1000"}
    usual = candidates(environ, home, "linux", 1000)
    endpoint = next(e for e in usual if e.host is not None and e.host.path == path)
    (fix,) = starts(endpoint, home, system="linux", user_id=user_id, root=root)
    return fix


def test_systemds_service_is_started_by_the_wizard_where_there_is_one(tmp_path: Path) -> None:
    fix = offered(made(tmp_path, "run/systemd/system/x", UNIT))

    assert fix.automatic
    assert fix.command == "sudo systemctl enable --now docker"
    assert fix.inverse == "sudo systemctl disable --now docker"


def test_root_needs_no_sudo(tmp_path: Path) -> None:
    fix = offered(made(tmp_path, "run/systemd/system/x", UNIT), user_id=0)

    assert fix.command == "systemctl enable --now docker"


@pytest.mark.parametrize("names", [(), ("etc/init.d/docker",), (UNIT,), ("run/systemd/system/x",)])
def test_without_systemd_or_its_unit_the_command_is_only_told(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    fix = offered(made(tmp_path, *names))

    assert not fix.automatic
    assert "docker" in fix.command


def test_rootless_docker_is_started_where_its_own_unit_is(tmp_path: Path) -> None:
    path = "/run/user/1000/docker.sock"
    before = offered(made(tmp_path, "run/systemd/system/x"), path)
    after = offered(made(tmp_path, "home/.config/systemd/user/docker.service"), path)

    assert (before.automatic, after.automatic) == (False, True)
    assert after.command == "systemctl --user start docker"
    assert after.inverse == "systemctl --user stop docker"
