"""Write one picture per page and state, from the real app on the practice registries.

python tests/tui/screenshots.py          writes screenshots/*.svg
pytest tests/tui/test_screenshots.py     fails when they are not current
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.support.pilot import Driver, driven, kept_parts, practice_parts
from tests.tui.test_cloud import to_cloud_push
from wizard.core.diagnosis import Evidence, Problem, Sign, Stage, diagnose
from wizard.core.ports import EngineDetails, EngineStatus, FoundEngine, Outside, Parts
from wizard.core.state import Journey
from wizard.sandbox.accounts import READ_TOKEN
from wizard.tui.widgets.secret_input import SecretInput

FOLDER = Path(__file__).parents[2] / "screenshots"
EXPIRES = datetime(2026, 6, 1, tzinfo=UTC)
SECONDS = 0.04
NARROW, WIDE, SMALL = (80, 24), (120, 40), (60, 16)


def settled(journey: Journey) -> Journey:
    """With times and dates that are the same tomorrow and on a slower machine."""
    identity = journey.identity
    if identity is not None:
        identity = replace(identity, expires=EXPIRES)
    pushed = replace(journey.pushed, seconds=0.3) if journey.pushed else None
    checks = tuple(replace(c, seconds=SECONDS) for c in journey.checks)
    return replace(journey, identity=identity, pushed=pushed, checks=checks)


def without_chance(svg: str) -> str:
    """Textual names the parts of a picture at random."""
    names = dict.fromkeys(re.findall(r"terminal-(\d+)-", svg))
    for number, name in enumerate(names):
        svg = svg.replace(f"terminal-{name}-", f"terminal-{number}-")
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


class Camera:
    def __init__(self) -> None:
        self.pictures: dict[str, str] = {}

    async def take(self, driver: Driver, name: str) -> None:
        driver.app.conductor.change(journey=settled(driver.journey))
        await driver.until(lambda: driver.app.page.view == driver.view, "the settled view")
        # The caret of a field that has just got the focus is painted a moment later.
        for _ in range(3):
            await driver.pilot.pause()
        self.pictures[name] = without_chance(
            driver.app.export_screenshot(title="registry-wizard", simplify=True)
        )


async def pictures() -> dict[str, str]:
    camera = Camera()
    await _first_time(camera)
    await _second_time(camera)
    await _wide(camera)
    await _small(camera)
    await _failures(camera)
    await _engines(camera)
    await _cloud(camera)
    return camera.pictures


async def _first_time(camera: Camera) -> None:
    async with driven(size=NARROW) as driver:
        await driver.on("home")
        await camera.take(driver, "home-new")
        await driver.to_registry()
        await camera.take(driver, "registry")
        await driver.press("enter")
        await driver.on("login")
        await driver.sees("personal access token")
        await driver.sees("A login would be kept in")
        await camera.take(driver, "login-ways")
        await driver.press("down", "enter")
        await driver.typing()
        await camera.take(driver, "login-secret")
        await driver.press("ctrl+t", "enter")
        await driver.until(lambda: driver.is_settled and driver.journey.login, "a login")
        await camera.take(driver, "login-stored")
        await driver.press("enter")
        await driver.on("push")
        await camera.take(driver, "push-asks")
        await driver.press("enter")
        await driver.until(lambda: driver.is_settled and driver.journey.pushed, "a push")
        await camera.take(driver, "push-done")
        await driver.press("enter")
        await driver.until(lambda: driver.view.waiting and driver.journey.verified, "the watch")
        await camera.take(driver, "visibility-private")
        await driver.press("w")
        await camera.take(driver, "visibility-code")
        await driver.press("w", "k")
        await camera.take(driver, "visibility-keep-private")
        await driver.press("escape", "p")
        await driver.on("visibility")
        await driver.sees("Anybody may pull it")
        await camera.take(driver, "visibility-public")
        await driver.press("enter")
        await driver.on("ready")
        await camera.take(driver, "ready")
        await driver.press("question_mark")
        await driver.sees("Keys everywhere")
        await camera.take(driver, "help")
        await driver.press("escape", "ctrl+p")
        await driver.until(
            lambda: "Delete the test image" in driver.text and "key: esc" in driver.text,
            "the palette",
        )
        await camera.take(driver, "commands")
        await driver.press("escape")


async def _second_time(camera: Camera) -> None:
    async with practice_parts() as parts:
        async with driven(lambda: kept_parts(parts)) as driver:
            await driver.to_ready()
        async with driven(lambda: kept_parts(parts), size=NARROW) as driver:
            await driver.on("home")
            await driver.sees("Prove again")
            await camera.take(driver, "home-known")
            await driver.press("down", "down", "enter")
            await driver.until(lambda: driver.journey.checks, "checks")
            await driver.on("examine")
            await camera.take(driver, "examine")


async def _wide(camera: Camera) -> None:
    async with driven(size=WIDE) as driver:
        await driver.to_visibility()
        await driver.until(lambda: driver.view.waiting, "the watch")
        await camera.take(driver, "visibility-wide")
        await driver.press("p")
        await driver.on("visibility")
        await driver.press("enter", "ctrl+l")
        await driver.on("ready")
        await camera.take(driver, "ready-wide-light")


async def _small(camera: Camera) -> None:
    async with driven(size=SMALL) as driver:
        await driver.to_push()
        await camera.take(driver, "push-small")


async def _failures(camera: Camera) -> None:
    async with driven(size=NARROW) as driver:
        await driver.to_secret()
        # A practice token that may only read: the registry says so before anything is stored.
        driver.app.page.query_one(SecretInput).take(READ_TOKEN)
        await driver.press("enter")
        await driver.until(lambda: driver.is_settled and driver.app.page.broken, "a failure")  # type: ignore[attr-defined]
        await camera.take(driver, "login-scope-missing")
    async with driven(size=NARROW) as driver:
        await driver.to_push()
        driver.app.conductor.parts.practice.switch_fault("not-permitted", on=True)
        await driver.press("enter")
        await driver.until(lambda: driver.is_settled and driver.app.page.broken, "a failure")  # type: ignore[attr-defined]
        await camera.take(driver, "push-not-permitted")
        await driver.press("e")
        await driver.sees("What decides it")
        await camera.take(driver, "explain")
        await driver.press("tab", "tab", "down")
        await camera.take(driver, "explain-alike")


class ShownEngine:
    """Says what it was given, as an engine of this machine would: no two machines have the same."""

    def __init__(self, details: EngineDetails, *found: FoundEngine) -> None:
        self.id = self.title = self.about = found[0].engine
        self.signs: tuple[Sign, ...] = ()
        self._details = details
        self._found = found

    async def detect(self, outside: Outside) -> AsyncIterator[FoundEngine]:  # noqa: ARG002
        for found in self._found:
            yield found

    async def examine(self, *_: object) -> EngineDetails:
        return self._details


def with_engines(parts: Parts) -> Parts:
    stopped = Evidence(Stage.ENGINE, "its socket", "connection refused")
    problem = diagnose(Problem(stopped, cause="engine.not-running"), parts.catalogue)
    docker = ShownEngine(
        EngineDetails("builds for linux/amd64 with buildx", "buildx", notes=("41 GB are free",)),
        FoundEngine(
            "docker",
            "Docker 28.2",
            "unix:///var/run/docker.sock",
            EngineStatus.READY,
            chosen_by="default",
        ),
        FoundEngine(
            "docker",
            "Colima",
            "unix:///home/you/.colima/docker.sock",
            EngineStatus.STOPPED,
            problem=problem,
        ),
    )
    return replace(parts, engines=(docker, *parts.engines))  # type: ignore[arg-type]


def without_engines(parts: Parts) -> Parts:
    denied = Evidence(
        Stage.ENGINE,
        "GET unix:///var/run/docker.sock/_ping",
        "permission denied (EACCES)",
        facts={"endpoint": "unix:///var/run/docker.sock", "socket": "/var/run/docker.sock"},
    )
    problem = diagnose(Problem(denied, cause="engine.permission-denied"), parts.catalogue)
    docker = ShownEngine(
        EngineDetails("", ""),
        FoundEngine(
            "docker",
            "Docker",
            "unix:///var/run/docker.sock",
            EngineStatus.DENIED,
            chosen_by="default",
            problem=problem,
        ),
    )
    return replace(parts, engines=(docker, *parts.engines))  # type: ignore[arg-type]


async def _cloud(camera: Camera) -> None:
    """What is made and opened elsewhere is shown first."""
    async with driven(size=WIDE) as driver:
        await to_cloud_push(driver)
        await camera.take(driver, "push-repository-missing")
        await driver.press("e", "ctrl+l")
        await driver.sees("What decides it")
        await camera.take(driver, "explain-wide-light")
        await driver.press("escape", "ctrl+l")
        await driver.press("a")
        await driver.on("fix")
        await driver.press("enter")
        await driver.until(lambda: driver.is_settled and driver.journey.pushed, "a push")
        await driver.press("enter")
        await driver.until(lambda: driver.journey.verified, "a verdict")
        await driver.sees("g let it be done")
        await driver.press("g")
        await driver.on("fix")
        await camera.take(driver, "fix-policy")


async def _engines(camera: Camera) -> None:
    for change, name in ((with_engines, "engine"), (without_engines, "engine-denied")):
        async with driven(lambda change=change: practice_parts(change), size=NARROW) as driver:  # type: ignore[misc]
            await driver.on("home")
            await driver.press("enter")
            await driver.on("engine")
            await driver.until(lambda driver=driver: driver.journey.checks, "checks")  # type: ignore[misc]
            await camera.take(driver, name)


def write(folder: Path = FOLDER) -> None:
    taken = asyncio.run(pictures())
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.svg"):
        if old.stem not in taken:
            old.unlink()
    for name, svg in taken.items():
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    write()
