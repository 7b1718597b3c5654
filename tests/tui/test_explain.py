"""The page of a cause in the app: opened by a key, read, and closed to where one was."""

from __future__ import annotations

import itertools
import subprocess
import sys
from dataclasses import replace

import pytest
from textual.containers import VerticalScroll
from textual.widgets import Input

from tests.support.pilot import Driver, driven, kept_parts, practice_parts
from tests.tui.screenshots import with_engines
from wizard.causes import CATALOGUE
from wizard.causes.transcripts import said_for
from wizard.core.checks import Check, Status, Step
from wizard.core.diagnosis import Evidence, Fix, Problem, Stage, diagnose
from wizard.core.ports import Fitness, StoreVerdict
from wizard.sandbox.accounts import READ_TOKEN
from wizard.steps.stores import Trial
from wizard.tui import intents
from wizard.tui.screens.explain import ExplainPage
from wizard.tui.widgets.choice_list import ChoiceList
from wizard.tui.widgets.secret_input import SecretInput
from wizard.tui.widgets.transcript import hung

NARROW, WIDE = (80, 24), (120, 40)
HOSTILE = (
    "[/]",
    "[@click=app.exit]press me[/]",
    "[link=https://elsewhere.test]a link",
    "[bold red]loud",
    "$accent {name} %s",
    "\\[not markup]",
)


async def to_refused_push(driver: Driver) -> None:
    await driver.to_push()
    driver.app.conductor.parts.practice.switch_fault("not-permitted", on=True)
    await driver.press("enter")
    await driver.until(lambda: driver.is_settled and driver.journey.failure(Step.PUSH), "no")
    await driver.sees("push.not-permitted")


async def show_failure(driver: Driver, check: Check) -> None:
    """On the page of the engines, as if this were what was found."""
    await driver.press("enter")
    await driver.on("engine")
    driver.app.conductor.change(journey=replace(driver.journey, checks=(check,), engine=None))
    await driver.sees(check.cause)


def explained(driver: Driver) -> str:
    screen = driver.app.screen
    return screen._cause.id if isinstance(screen, ExplainPage) else ""


async def explains(driver: Driver, cause: str) -> None:
    def is_open() -> bool:
        return explained(driver) == cause and bool(driver.app.screen.query("#page"))

    await driver.until(is_open, f"the page of {cause}")


def scrolled(driver: Driver) -> float:
    return driver.app.screen.query_one("#page", VerticalScroll).scroll_y


async def read_through(driver: Driver) -> str:
    """Every line of the page in turn, as the keys bring it into sight."""
    await driver.press("home")
    column = driver.app.screen.query_one("#page", VerticalScroll).scrollable_content_region
    lines: dict[int, str] = {}
    while True:
        top = int(scrolled(driver))
        for row, line in enumerate(driver.text.splitlines()[column.y : column.bottom]):
            lines[top + row] = line[column.x : column.right]
        await driver.press("space")
        if scrolled(driver) == top:
            return " ".join(" ".join(lines.values()).split())


async def test_token_that_may_only_read_is_explained_by_a_key_on_the_page_that_says_so() -> None:
    async with driven() as driver:
        await driver.to_secret()
        driver.app.page.query_one(SecretInput).take(READ_TOKEN)
        await driver.press("enter")
        await driver.sees("login.scope-missing")
        await driver.sees("e explain")
        failure = driver.journey.failure(Step.LOGIN)
        await driver.press("e")

        await explains(driver, "login.scope-missing")
        assert failure is not None
        assert failure.summary in driver.words
        read = await read_through(driver)
        for line in failure.evidence:
            assert line.rpartition(": ")[2] in read
        assert READ_TOKEN not in read


async def test_a_look_alike_opens_as_a_page_and_esc_comes_back_to_the_very_row() -> None:
    async with driven() as driver:
        await to_refused_push(driver)
        await driver.press("e")
        await explains(driver, "push.not-permitted")
        await driver.press("tab", "tab", "down", "down")
        place = scrolled(driver)
        assert place > 0
        await driver.press("enter")
        await explains(driver, "push.repository-missing")
        assert "✗" not in driver.text.splitlines()[2]
        await driver.sees("Nothing here points to it so far.")
        await driver.press("escape")

        await explains(driver, "push.not-permitted")
        rows = driver.app.screen.focused
        assert isinstance(rows, ChoiceList)
        assert rows.selected is not None
        assert rows.selected.id == "push.repository-missing"
        assert scrolled(driver) == place


async def test_a_letter_opens_a_look_alike_without_going_there_first() -> None:
    async with driven() as driver:
        await to_refused_push(driver)
        await driver.press("e", "s")

        await explains(driver, "login.scope-missing")
        await driver.press("escape", "escape")
        assert driver.app.screen is driver.app.page


async def test_the_page_below_is_found_again_as_it_was_left() -> None:
    async with driven() as driver:
        await to_refused_push(driver)
        await driver.press("down", "down", "pagedown")
        focused, place, page = driver.app.screen.focused, scrolled(driver), driver.text
        assert place > 0
        await driver.press("e", "space", "tab", "escape")

        assert (driver.app.screen.focused, scrolled(driver)) == (focused, place)
        assert driver.text == page
        assert driver.app.page_id == "push"


async def test_what_helps_is_done_from_the_page_of_the_cause() -> None:
    async with driven(size=WIDE) as driver:
        await to_refused_push(driver)
        await driver.press("e", "f")

        await driver.sees("Copied the command")
        assert driver.app.clipboard == "docker logout ghcr.io"
        driver.app.conductor.parts.practice.switch_fault("not-permitted", on=False)
        await driver.press("r")
        await driver.sees("It arrived")
        assert driver.app.page_id == "push"


async def test_what_was_copied_is_said_wherever_the_page_is_scrolled_to() -> None:
    async with driven() as driver:
        await to_refused_push(driver)
        await driver.press("e", "f")

        await driver.sees("Copied the command")


@pytest.mark.parametrize("size", [NARROW, WIDE, (60, 16)], ids=["80x24", "120x40", "60x16"])
async def test_nothing_of_the_page_is_cut_off(size: tuple[int, int]) -> None:
    async with driven(size=size) as driver:
        await driver.on("home")
        for id_ in ("pull.never-anonymous", "engine.permission-denied", "config.podman-shadows"):
            driver.app.page.post_message(intents.Explain(id_))
            await explains(driver, id_)
            read = (await read_through(driver)).replace(" ", "")
            cause = CATALOGUE[id_]
            told = [cause.evidence, *cause.told_apart]
            told += [line for one in said_for(id_) for line in (one.tool, *one.lines)]
            for text in told:
                assert text.replace(" ", "") in read, text
            await driver.press("escape")


@pytest.mark.parametrize("cause", CATALOGUE)
def test_lines_of_tools_are_wrapped_between_words_and_lose_none(cause: str) -> None:
    for said in said_for(cause):
        for line in said.lines:
            wrapped = hung(line, 48)
            assert all(len(part) <= 48 for part in wrapped)
            assert "".join(wrapped).replace(" ", "") == line.replace(" ", "")
            broken = [
                (one, other)
                for one, other in itertools.pairwise(wrapped)
                if f"{one.strip()}{other.strip()}" in line and one[-1] not in "/:,?&=@."
            ]
            assert all(len(one.split()[-1]) > 40 for one, _ in broken), broken


@pytest.mark.parametrize("text", HOSTILE)
async def test_evidence_from_outside_is_shown_letter_for_letter(text: str) -> None:
    async with driven(size=WIDE) as driver:
        await show_failure(
            driver,
            Check(
                "engine.detect",
                Step.ENGINE,
                Status.FAIL,
                f"head {text}",
                cause="engine.not-running",
                evidence=(f"asked {text}: said {text}",),
                fixes=(Fix(f"title {text}", command=f"run {text}", ask=f"whom {text}"),),
                explanation=f"why {text}",
            ),
        )
        await driver.press("e")
        await explains(driver, "engine.not-running")

        for shown in ("head", "asked", "said", "why", "title", "run"):
            await driver.sees(f"{shown} {text}")
        await driver.press("tab", "question_mark")
        await driver.sees("Keys of this page")
        await driver.press("escape", "ctrl+p")
        await driver.sees("Copy a message for them")
        assert driver.app.is_running


async def test_evidence_that_has_no_room_on_the_panel_is_all_on_the_page() -> None:
    async with driven(size=WIDE) as driver:
        lines = tuple(f"probe {number}: answer {number}" for number in range(6))
        await show_failure(
            driver,
            Check("a", Step.ENGINE, Status.FAIL, "so", cause="engine.not-running", evidence=lines),
        )
        await driver.sees("and 3 more: e explains")
        assert "answer 5" not in driver.text
        await driver.press("e")

        await driver.sees("answer 5")


async def test_every_cause_is_in_a_list_that_what_is_typed_narrows_down() -> None:
    async with driven() as driver:
        await driver.on("home")
        titles = {c.title: c for c in driver.app.get_system_commands(driver.app.screen)}
        titles["Explain a cause"].callback()
        await driver.until(lambda: isinstance(driver.app.screen.focused, Input), "the list")
        await driver.sees("engine.none-found")
        await driver.press(*"tag-immutable")
        await driver.until(lambda: "engine.none-found" not in driver.text, "fewer")
        await driver.sees("push.tag-immutable")
        await driver.press("enter", "enter")

        await explains(driver, "push.tag-immutable")
        await driver.press("escape")
        assert driver.app.page_id == "home"
        assert driver.app.screen is driver.app.page


async def test_a_cause_chosen_from_the_list_has_its_evidence_where_it_was_found() -> None:
    async with driven(size=WIDE) as driver:
        await to_refused_push(driver)
        driver.app.page.post_message(intents.Explain("push.not-permitted"))
        await explains(driver, "push.not-permitted")

        await driver.sees("What was seen here")


async def test_troubleshooting_explains_its_broken_link_and_stays_open() -> None:
    async with driven(size=WIDE) as driver:
        await driver.on("home")
        driver.app.conductor.parts.practice.switch_fault("registry-down", on=True)
        driver.app.page.post_message(intents.Examine())
        await driver.on("examine")
        await driver.sees("network.registry-down")
        await driver.press("e")
        await explains(driver, "network.registry-down")
        await driver.press("escape")

        await driver.sees("Try again")
        assert driver.app.page_id == "examine"
        await driver.press("escape")
        await driver.sees("Enter on a broken link")
        await driver.press("e")
        await explains(driver, "network.registry-down")


async def test_a_fix_taken_from_the_page_is_shown_first_and_leads_back_to_what_broke() -> None:
    async with driven(size=WIDE) as driver:
        fixes = tuple(
            Fix(f"Say {word}", command=f"echo {word}", action="run") for word in ("one", "two")
        )
        broken = Check(
            "engine.detect", Step.ENGINE, Status.FAIL, "so", cause="engine.not-running", fixes=fixes
        )
        await show_failure(driver, broken)
        await driver.press("e", "a")
        await driver.on("fix")
        await driver.sees("echo one")
        await driver.press("e")
        await explains(driver, "engine.not-running")
        await driver.press("escape")
        await driver.sees("echo one")
        await driver.press("e", "b")
        await driver.sees("echo two")
        await driver.press("escape")

        await driver.on("engine")


async def test_what_stands_on_a_page_beside_its_failure_is_a_row_away() -> None:
    async with driven(lambda: practice_parts(with_engines), size=WIDE) as driver:
        await driver.press("enter")
        await driver.on("engine")
        await driver.sees("Colima")
        await driver.sees("e explain")
        await driver.press("e")

        await explains(driver, "engine.not-running")
        await driver.sees("connection refused")


async def test_a_helper_that_cannot_keep_a_login_is_explained_where_it_is_named() -> None:
    async with driven(size=WIDE) as driver:
        await driver.to_login()
        await driver.sees("A login would be kept in")
        locked = Evidence(Stage.STORE, "its list", "the keyring is locked")
        found = diagnose(Problem(locked, cause="store.locked"), CATALOGUE)
        verdict = StoreVerdict(
            "secretservice", "the keyring", Fitness.LOCKED, "it is locked", problem=found
        )
        driver.app.conductor.change(trial=Trial("ghcr.io", (verdict,)))
        await driver.sees("the keyring: it is locked")
        await driver.press("e")

        await explains(driver, "store.locked")
        await driver.sees("the keyring is locked")


async def test_two_causes_of_one_page_lead_to_each_other() -> None:
    async with driven(lambda: practice_parts(with_engines), size=WIDE) as driver:
        await show_failure(
            driver,
            Check("a", Step.ENGINE, Status.FAIL, "so", cause="engine.disk-full", evidence=("b",)),
        )
        await driver.press("e")
        await explains(driver, "engine.disk-full")
        read = await read_through(driver)
        assert "Also found here" in read
        await driver.press("t")

        await explains(driver, "engine.not-running")


async def test_help_is_about_the_page_that_is_seen() -> None:
    async with driven() as driver:
        await to_refused_push(driver)
        await driver.press("e", "question_mark")

        await driver.sees("Why is that?")
        await driver.press("escape")
        await explains(driver, "push.not-permitted")


async def test_leaving_from_the_page_keeps_the_place_below_it() -> None:
    async with practice_parts() as parts:
        async with driven(lambda: kept_parts(parts)) as driver:
            await to_refused_push(driver)
            await driver.press("e")
            await explains(driver, "push.not-permitted")
            await driver.press("q")
            await driver.until(lambda: not driver.app.is_running, "the end")

        stopped = parts.settings.load().stopped
        assert stopped is not None
        assert stopped.step == "push"


def test_nothing_of_it_is_imported_before_it_is_opened() -> None:
    script = (
        "import sys; import wizard.tui.app, wizard.tui.screens.home, wizard.tui.screens.push, "
        "wizard.tui.screens.examine; "
        "print([name for name in sys.modules if name.startswith(('wizard.causes', "
        "'wizard.tui.screens.explain', 'wizard.tui.cause_list', "
        "'wizard.tui.widgets.transcript'))])"
    )
    ended = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path[:0] = {sys.path!r}; " + script],
        capture_output=True,
        text=True,
        check=True,
    )

    assert ended.stdout.strip() == "[]"
