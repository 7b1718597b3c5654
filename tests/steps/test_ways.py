"""Which ways to a login this machine can go, and which want a program first."""

from __future__ import annotations

import os
from pathlib import Path

from wizard.core.prefix import Prefix
from wizard.steps.ways import ways_here
from wizard.wiring import build

HERE = Prefix("ghcr", "ghcr.io", "acme")


async def ways(folder: Path, *, sandbox: bool = False) -> list[tuple[str, str]]:
    environ = {**os.environ, "PATH": str(folder)}
    async with build(environ, sandbox=sandbox) as parts:
        return [(one.way.id, one.lacks) for one in ways_here(parts, HERE)]


async def test_a_way_whose_program_is_not_here_comes_last_and_says_so(tmp_path: Path) -> None:
    assert await ways(tmp_path) == [("classic-token", ""), ("gh", "gh")]


async def test_with_its_program_it_is_the_first_as_the_safest(tmp_path: Path) -> None:
    (tmp_path / "gh").touch(mode=0o755)

    assert await ways(tmp_path) == [("gh", ""), ("classic-token", "")]


async def test_in_practice_no_program_of_this_machine_is_a_way(tmp_path: Path) -> None:
    (tmp_path / "gh").touch(mode=0o755)

    assert await ways(tmp_path, sandbox=True) == [("classic-token", "")]
