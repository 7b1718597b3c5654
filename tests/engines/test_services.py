"""The command that starts a service is this machine's and this user's."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.engines.services import has_unit, service


@pytest.mark.parametrize(
    ("has_systemd", "user_id", "command"),
    [
        (True, 1000, "sudo systemctl enable --now docker"),
        (True, 0, "systemctl enable --now docker"),
        (False, 1000, "sudo service docker start"),
        (False, 0, "service docker start"),
    ],
)
def test_root_needs_no_sudo_and_systemd_is_named_only_where_it_runs(
    tmp_path: Path, has_systemd: bool, user_id: int, command: str
) -> None:
    if has_systemd:
        (tmp_path / "run/systemd/system").mkdir(parents=True)

    assert service("enable --now", "docker", user_id=user_id, root=tmp_path) == command


def test_a_unit_is_sought_in_all_of_systemds_folders(tmp_path: Path) -> None:
    assert not has_unit("lxd", tmp_path)
    (tmp_path / "lib/systemd/system").mkdir(parents=True)
    (tmp_path / "lib/systemd/system/lxd.service").touch()

    assert has_unit("lxd", tmp_path)
