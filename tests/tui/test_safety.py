"""What comes from outside is data, and a secret is nowhere but where it belongs."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from textual.app import App, ComposeResult

from tests.support.pilot import Driver, driven, kept_parts, practice_parts
from wizard.core.checks import Check, Status, Step
from wizard.core.diagnosis import Fix
from wizard.core.ports import FoundEngine, Parts
from wizard.core.ports.engine import EngineStatus
from wizard.tui.start import forget_telltales
from wizard.tui.theme import DARK_THEME
from wizard.tui.widgets.secret_input import SecretInput

CANARY = "CANARY-4d1c2b3a-never-to-be-seen"
HOSTILE = (
    "[/]",
    "[@click=app.exit]press me[/]",
    "[link=https://elsewhere.test]a link",
    "[bold red]loud",
    "$accent {name} %s",
    "\\[not markup]",
)


@pytest.mark.parametrize("text", HOSTILE)
async def test_markup_from_outside_is_shown_letter_for_letter(text: str) -> None:
    async with driven() as driver:
        check = Check(
            "engine.detect",
            Step.ENGINE,
            Status.FAIL,
            f"head {text}",
            cause="engine.not-running",
            evidence=(f"asked {text}: said {text}",),
            fixes=(Fix(f"title {text}", command=f"run {text}"),),
            explanation=f"why {text}",
        )
        await driver.press("enter")
        await driver.on("engine")
        found = FoundEngine("docker", f"Name {text}", f"at {text}", EngineStatus.READY)
        driver.app.conductor.change(
            journey=replace(driver.journey, checks=(check,), engines=(found,), engine=None)
        )
        for shown in ("head", "asked", "said", "why", "title", "run"):
            await driver.sees(f"{shown} {text}")

        assert driver.app.is_running


async def test_registry_that_sends_escapes_and_markup_paints_nothing_of_its_own() -> None:
    async with driven(size=(120, 40)) as driver:
        await driver.to_push()
        driver.app.conductor.parts.practice.switch_fault("escapes", on=True)
        driver.app.conductor.parts.practice.switch_fault("not-permitted", on=True)
        await driver.press("enter")
        await driver.until(lambda: driver.is_settled and driver.journey.failure(Step.PUSH), "no")
        await driver.sees("answered")

        assert not [c for c in driver.text if ord(c) in range(32) and c != "\n"]
        assert "\x1b" not in driver.text
        assert "\u202e" not in driver.text


async def test_typed_secret_is_never_painted_nor_is_its_length() -> None:
    async with driven() as driver:
        await driver.to_secret()
        await driver.press("a")
        short = driver.text
        await driver.press(*CANARY[:20])

        assert driver.text == short
        assert "filled in, not shown" in driver.text


async def test_enter_without_a_secret_says_what_is_missing() -> None:
    async with driven() as driver:
        await driver.to_secret()
        await driver.press("enter")

        await driver.sees("nothing here yet: paste or type it first")


async def test_secret_is_in_no_picture_of_the_page() -> None:
    async with driven() as driver:
        await driver.to_secret()
        driver.app.page.query_one(SecretInput).take(CANARY)
        await driver.pilot.pause()

        assert CANARY not in driver.app.export_screenshot()
        assert CANARY not in repr(driver.view)
        assert CANARY not in repr(driver.app.page.query_one(SecretInput).__dict__.get("_reactive_"))


async def test_secret_is_gone_once_the_field_is_left() -> None:
    async with driven() as driver:
        await driver.to_secret()
        secret = driver.app.page.query_one(SecretInput)
        secret.take(CANARY)
        driver.app.page.set_focus(None)
        await driver.until(lambda: secret.is_empty, "an empty field")


async def test_secret_is_gone_once_it_was_submitted() -> None:
    async with driven() as driver:
        await driver.to_secret()
        secret = driver.app.page.query_one(SecretInput)
        await driver.press("ctrl+t", "enter")
        await driver.until(lambda: driver.journey.login, "a login")
        assert secret.is_empty


async def test_secret_cannot_be_copied_or_cut() -> None:
    async with driven() as driver:
        await driver.to_secret()
        driver.app.page.query_one(SecretInput).take(CANARY)
        await driver.press("ctrl+a", "ctrl+c", "ctrl+x", "ctrl+shift+a", "ctrl+insert")
        assert CANARY not in driver.app.clipboard


async def test_app_takes_no_screenshots(tmp_path: Path) -> None:
    async with driven() as driver:
        driver.app.action_screenshot(path=str(tmp_path))
        await driver.pilot.pause()
        titles = [command.title for command in driver.app.get_system_commands(driver.app.screen)]
        assert not list(tmp_path.iterdir())
        assert not [title for title in titles if "screenshot" in title.lower()]


class Pasted(App[None]):
    """The field alone, to see what it makes of a paste."""

    def compose(self) -> ComposeResult:
        yield SecretInput(id="secret")

    def __init__(self) -> None:
        super().__init__()
        self.got: list[str] = []
        self.register_theme(DARK_THEME)
        self.theme = DARK_THEME.name

    def on_mount(self) -> None:
        self.query_one(SecretInput).focus()

    def on_secret_input_submitted(self, message: SecretInput.Submitted) -> None:
        self.got.append(message.secret.reveal())
        assert CANARY not in repr(message)


async def test_pasted_secret_loses_the_line_end_it_was_copied_with() -> None:
    app = Pasted()
    async with app.run_test() as pilot:
        from textual.events import Paste

        app.query_one(SecretInput).post_message(Paste(f" {CANARY}\n"))
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert app.got == [CANARY]


def test_textual_is_told_to_write_nothing_down(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TEXTUAL", "TEXTUAL_LOG", "TEXTUAL_DEBUG", "TEXTUAL_SCREENSHOT", "TEXTUAL_PRESS"):
        monkeypatch.setenv(name, "1")
    forget_telltales()
    assert not [name for name in os.environ if name.startswith("TEXTUAL")]


_CRASH = """
import asyncio, contextlib, sys
from wizard.core.secret import Secret
from wizard.tui.start import run_app
from wizard.tui.options import StartOptions
@contextlib.asynccontextmanager
async def build():
    held = "{canary}"
    raise RuntimeError("broken with " + held)
    yield
from wizard.tui.app import WizardApp
WizardApp.run = lambda self, **kw: __import__("asyncio").run(self.run_async(headless=True))
try:
    run_app(build, StartOptions())
except RuntimeError as error:
    sys.stderr.write("report of " + type(error).__name__)
"""


def test_crash_writes_no_values_and_reaches_whoever_reports_it() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _CRASH.replace("{canary}", CANARY)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert ended.stderr.strip() == "report of RuntimeError"
    assert CANARY not in ended.stdout + ended.stderr


async def test_leaving_in_the_middle_of_a_step_leaves_nothing_running() -> None:
    before = {thread.ident for thread in threading.enumerate()}
    closed: list[str] = []
    started = asyncio.Event()

    class Slow:
        id = title = about = "slow"
        signs = ()

        async def detect(self, outside: object):  # type: ignore[no-untyped-def]  # noqa: ANN202, ARG002
            started.set()
            try:
                await asyncio.sleep(3600)
                yield FoundEngine("slow", "Slow", "", EngineStatus.READY)
            finally:
                closed.append("slow")

    def slow(parts: Parts) -> Parts:
        return replace(parts, engines=(Slow(),))  # type: ignore[arg-type]

    async with driven(lambda: practice_parts(slow)) as driver:
        await driver.press("enter")
        await started.wait()
        await driver.press("q")
        await driver.until(lambda: not driver.app.is_running, "the end")

    assert closed == ["slow"]
    names = {task.get_name() for task in asyncio.all_tasks()}
    assert not names & {"step", "parts", "prefill", "practice registries"}
    assert {thread.ident for thread in threading.enumerate()} <= before | {
        thread.ident for thread in threading.enumerate() if thread.name.startswith("asyncio")
    }


async def test_running_step_can_be_stopped_and_tried_again() -> None:
    async with practice_parts() as parts:
        calls: list[int] = []

        class Second:
            id = title = about = "none"
            signs = ()

            async def detect(self, outside: object):  # type: ignore[no-untyped-def]  # noqa: ANN202
                calls.append(1)
                if len(calls) == 1:
                    await asyncio.sleep(3600)
                async for found in parts.engines[0].detect(outside):  # type: ignore[arg-type]
                    yield found

            def examine(self, *arguments: object) -> object:
                return parts.engines[0].examine(*arguments)  # type: ignore[arg-type]

        once_slow = replace(parts, engines=(Second(),))  # type: ignore[arg-type]
        async with driven(lambda: kept_parts(once_slow)) as driver:
            await driver.press("enter")
            await driver.sees("x stop")
            await driver.sees("looking for container engines")
            await driver.press("x")
            await driver.sees("stopped")
            await driver.press("r")
            await driver.on("engine")
            await driver.sees("No engine")


async def test_waiting_costs_no_timer_once_it_is_over() -> None:
    from wizard.tui.widgets.step_log import WaitLine

    async with driven() as driver:
        await driver.to_push()
        lines = list(driver.app.page.query(WaitLine))
        assert lines
        assert all(line._timer is None for line in lines)


async def test_pages_stay_readable_below_sixty_by_sixteen_and_offer_plain_questions() -> None:
    async with driven(size=(50, 14)) as driver:
        await driver.sees("This window is small")
        await driver.press("p")
        await driver.until(lambda: not driver.app.is_running, "the end")
        assert driver.app.return_value == "plain"


async def test_window_may_change_its_size_at_any_time() -> None:
    async with driven(size=(80, 24)) as driver:
        await driver.to_push()
        for size in ((120, 40), (60, 16), (40, 10), (200, 60), (80, 24)):
            await driver.pilot.resize_terminal(*size)
            await driver.sees("Push" if size[0] < 80 else "Test push")
        await driver.sees("Nothing has been pushed yet")


async def test_light_and_dark_are_a_key_away() -> None:
    async with driven() as driver:
        assert driver.app.theme == "wizard-dark"
        await driver.press("ctrl+l")
        assert driver.app.theme == "wizard-light"


async def test_everything_is_in_the_palette() -> None:
    async with driven() as driver:
        await _palette_has(driver, "Begin", "Help", "Leave, keep", "Light or dark")
        await _palette_has(driver, "Practice fault on: You may not push there")


async def _palette_has(driver: Driver, *titles: str) -> None:
    found = {command.title for command in driver.app.get_system_commands(driver.app.screen)}
    assert set(titles) <= found, found
