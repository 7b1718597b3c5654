"""The app on a real dockerd and a real registry: by the pilot, and once in a real terminal."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import ROOT
from tests.support.docker_registry import RunningRegistry, docker_registry
from tests.support.dockerd import RunningDockerd, dockerd
from tests.support.needs import need_program
from tests.support.pilot import driven
from wizard.clients.settings_file import TomlSettings, settings_path
from wizard.core.checks import Pull
from wizard.core.settings import Profile, Settings
from wizard.tui.options import StartOptions
from wizard.wiring import build

pytestmark = pytest.mark.engine

LIMIT_S = 40.0


@pytest.fixture(scope="module")
def engine() -> Iterator[RunningDockerd]:
    with dockerd() as running:
        yield running


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRegistry]:
    with docker_registry(tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture
def known(home: Path, engine: RunningDockerd, registry: RunningRegistry) -> dict[str, str]:
    """An environment with a profile for the real registry, and the real engine."""
    profile = Profile("default", f"{registry.host}/team", "other", image="app")
    TomlSettings(settings_path(os.environ)).save(Settings("default", (profile,)))
    del home
    return {**os.environ, "DOCKER_HOST": engine.url}


async def test_a_known_profile_is_proven_again_with_the_real_engine(
    known: dict[str, str], registry: RunningRegistry
) -> None:
    options = StartOptions(is_sandbox=False, system="linux")
    async with driven(lambda: build(known), size=(120, 40), options=options) as driver:
        await driver.on("home")
        await driver.sees("Prove again: default")
        await driver.press("enter")
        await driver.on("push")
        await driver.sees(f"{registry.host}/team/app:wizard-check-")
        await driver.press("enter")
        await driver.until(lambda: driver.is_settled and driver.journey.pushed, "a push")
        await driver.press("enter")
        await driver.until(lambda: driver.is_settled and driver.journey.verified, "a verdict")
        await driver.press("enter")
        await driver.on("ready")

        assert driver.journey.pull is Pull.PUBLIC
        assert driver.journey.pushed is not None
        assert driver.journey.pushed.route.startswith("docker build")
        assert f'registry="{registry.host}/team"' in driver.text

    profile = TomlSettings(settings_path(os.environ)).load().current_profile
    assert profile is not None
    assert profile.proof is not None
    assert profile.proof.pull == "public"


class Tmux:
    """The app as a person sees it: in a real terminal of 80 by 24."""

    def __init__(self, socket: Path) -> None:
        self._program = need_program("tmux")
        self._socket = str(socket)

    def __call__(self, *arguments: str) -> str:
        argv = [self._program, "-S", self._socket, *arguments]
        ran = subprocess.run(argv, capture_output=True, text=True, check=False)
        return ran.stdout

    def sees(self, words: str) -> None:
        end = time.monotonic() + LIMIT_S
        while words not in (screen := self("capture-pane", "-p", "-t", "wizard")):
            assert time.monotonic() < end, f"{words!r} never came:\n{screen}"
            time.sleep(0.05)

    def press(self, key: str) -> None:
        self("send-keys", "-t", "wizard", key)


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    terminal = Tmux(tmp_path / "tmux")
    yield terminal
    terminal("kill-server")


def test_the_same_in_a_real_terminal_of_80_by_24(
    known: dict[str, str], registry: RunningRegistry, tmux: Tmux, tmp_path: Path
) -> None:
    wanted = ("DOCKER_HOST", "HOME", "PATH", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
    settings = [f"{name}={known[name]}" for name in wanted if name in known]
    app = ["env", *settings, "LANG=C.UTF-8", f"PYTHONPATH={ROOT}", sys.executable, "-m", "wizard"]
    left = tmp_path / "left"
    command = f"cd {shlex.quote(str(tmp_path))} && {shlex.join(app)}; echo $? > {left}; sleep 60"
    tmux("new-session", "-d", "-s", "wizard", "-x", "80", "-y", "24", command)

    tmux.sees("Prove again: default")
    tmux.press("Enter")
    tmux.sees("Does a push arrive?")
    tmux.press("Enter")
    tmux.sees("go on")
    tmux.press("Enter")
    tmux.sees("anybody can pull it")
    tmux.press("Enter")
    tmux.sees("Built, pushed, and pulled without a login")
    tmux.sees(f'registry="{registry.host}/team"')
    tmux.press("q")

    end = time.monotonic() + LIMIT_S
    while not left.exists():
        assert time.monotonic() < end, "it did not leave"
        time.sleep(0.05)
    assert left.read_text().strip() == "0"
