"""What the project here says, in the app: a proposal, the names of images, and no need."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.support.dockerd import dockerd
from tests.support.pilot import Change, driven, practice_parts
from tests.support.sdk_environments import fake_environment, in_context
from wizard.clients.machine_project import MachineProject
from wizard.clients.outside import World
from wizard.core.ports import Parts
from wizard.tui.options import StartOptions
from wizard.wiring import build


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def beside(project: Path, home: Path, python: str = "") -> Change:
    """Practice parts that look at a project of their own."""

    def change(parts: Parts) -> Parts:
        world = World({"HOME": str(home), "PATH": "/nowhere"}, home)
        return replace(parts, code=MachineProject(world, project, python))

    return change


async def test_what_the_team_proposes_is_offered_with_its_path_and_fills_the_form(
    home: Path, project: Path
) -> None:
    (project / ".registry-wizard.toml").write_text('registry = "ghcr.io/acme"\n')
    (project / "flow.py").write_text('ImageSpec(name="my-app")')
    async with driven(lambda: practice_parts(beside(project, home))) as driver:
        await driver.sees("Set up ghcr.io/acme")
        await driver.sees(".registry-wizard.toml")
        assert driver.journey.choices.prefix is None

        await driver.press("enter")
        await driver.until(lambda: driver.is_settled and driver.journey.engine, "an engine")
        await driver.press("enter")
        await driver.on("registry")
        await driver.sees("ghcr.io/acme/my-app")


async def test_names_found_in_the_code_are_offered_in_the_form(home: Path, project: Path) -> None:
    (project / "flow.py").write_text('ImageSpec(name="one")\nImageSpec(name="two")')
    async with driven(lambda: practice_parts(beside(project, home))) as driver:
        await driver.until(lambda: driver.view.project.images, "the names")
        await driver.to_registry()
        await driver.sees("In your code here: one, two.")
        await driver.sees("/one")


async def test_who_may_not_need_it_reads_why_on_the_first_page(home: Path, project: Path) -> None:
    (project / "config.yaml").write_text("image:\n  builder: remote\n")
    async with driven(lambda: practice_parts(beside(project, home))) as driver:
        await driver.sees("You may not need this: image.builder is remote")


async def test_a_preset_that_cannot_be_used_says_why(home: Path, project: Path) -> None:
    (project / ".registry-wizard.toml").write_text("registry = 7\n")
    async with driven(lambda: practice_parts(beside(project, home))) as driver:
        await driver.sees("Not proposed:")
        await driver.sees("registry is not a short text")


async def test_the_engine_page_tells_what_the_projects_sdk_has(home: Path, project: Path) -> None:
    python = str(fake_environment(project / "v", flytekit="1.16.31", docker="7.2.0"))
    async with driven(lambda: practice_parts(beside(project, home, python))) as driver:
        await driver.press("enter")
        await driver.until(lambda: driver.is_settled and driver.journey.sdk, "the SDK")
        await driver.on("engine")
        await driver.sees("flytekit 1.16.31")


async def test_practice_looks_at_nothing_of_the_persons() -> None:
    async with practice_parts() as parts:
        assert parts.code is None


@pytest.mark.engine
async def test_an_engine_that_the_sdk_does_not_find_is_a_page_with_its_fix_and_stops_nothing(
    home: Path, project: Path
) -> None:
    old = fake_environment(project / "v", flytekit="1.16.31", docker="7.1.0")
    with dockerd() as engine:
        in_context(home, engine.url)
        parts = partial(build, dict(os.environ), python=str(old), project=str(project))
        options = StartOptions(is_sandbox=False, system="linux")
        async with driven(parts, size=(120, 40), options=options) as driver:
            await driver.press("enter")
            await driver.sees("sdk.docker-package-old")
            await driver.sees("-m pip install --upgrade")
            await driver.until(lambda: driver.is_settled, "the end")
            await driver.press("g")
            await driver.on("registry")
