"""What is offered at one of Podman's places helps there, and none of it is Docker's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.engine_runs import rows, world
from wizard.engines.podman import PodmanEngine
from wizard.engines.podman_fixes import restart, way_back


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CONTAINER_HOST", "unix:///nowhere/podman.sock"),
        ("CONTAINER_HOST", "garbage"),
        ("CONTAINER_HOST", "tcp://127.0.0.1:1"),
        ("CONTAINER_CONNECTION", "nobody-saved-this"),
    ],
)
async def test_a_variable_that_leads_nowhere_is_forgotten(
    home: Path, variable: str, value: str
) -> None:
    found = await rows(PodmanEngine(), world(home, **{variable: value}))

    (row,) = [row for row in found if row.chosen_by]
    assert row.problem is not None
    commands = [fix.command for fix in row.problem.fixes if fix.system in ("", "linux")]
    assert commands == [f"unset {variable}", "registry-wizard doctor --engine podman"]


def test_the_way_back_is_by_what_chose_the_place() -> None:
    first = [next(iter(way_back(by)), None) for by in ("CONTAINER_CONNECTION=ci", "connection ci")]

    assert [fix and fix.command for fix in first] == [
        "unset CONTAINER_CONNECTION",
        "podman system connection list",
    ]
    assert not list(way_back("default"))


def test_a_service_is_restarted_only_where_systemd_watches_over_it(tmp_path: Path) -> None:
    watched = restart("", is_root=False, systemd=str(tmp_path))

    assert watched is not None
    assert watched.command == "systemctl --user restart podman.socket podman.service"
    assert restart("", is_root=False, systemd=str(tmp_path / "none")) is None
