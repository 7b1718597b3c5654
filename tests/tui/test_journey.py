"""The whole way on the practice registries, by keys alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.pilot import Driver, driven, kept_parts, practice_parts
from wizard.core.checks import Pull, Visibility
from wizard.tui.widgets.choice_list import ChoiceList

SIZES = [(80, 24), (120, 40), (60, 16)]


@pytest.mark.parametrize("size", SIZES)
async def test_journey_reaches_ready_by_keys_alone(size: tuple[int, int]) -> None:
    async with driven(size=size) as driver:
        await driver.to_ready()

        await driver.sees("Pushed without an engine, and pulled without a login")
        assert "Built" not in driver.text
        assert driver.journey.pull is Pull.PUBLIC
        assert driver.app.is_ready
        assert 'registry="ghcr.io/practice"' in driver.app.page.snippet  # type: ignore[attr-defined]


async def test_private_image_turns_green_by_itself_once_somebody_makes_it_public() -> None:
    async with driven() as driver:
        await driver.to_visibility()
        await driver.sees("nobody without a login may pull it")
        assert driver.journey.visibility is Visibility.PRIVATE
        assert driver.view.practice is not None

        pushed = driver.journey.pushed
        assert pushed is not None
        driver.app.conductor.parts.practice.publish(pushed.reference.repository.path)

        await driver.sees("Anybody may pull it, and so may the cluster")
        await driver.sees("● Visibility")


async def test_private_image_may_stay_private_when_another_way_is_declared() -> None:
    async with driven() as driver:
        await driver.to_visibility()
        await driver.press("k")
        await driver.sees("An image-pull secret")

        await driver.press("enter")
        await driver.sees("You declared that the cluster pulls it by an image-pull secret")
        await driver.sees("declared by you")

        assert driver.journey.pull is Pull.DECLARED
        await driver.press("enter")
        await driver.on("ready")
        await driver.sees("the pull is declared by you")


async def test_nothing_is_pushed_before_the_person_says_so() -> None:
    async with driven() as driver:
        await driver.to_push()

        await driver.sees("Nothing has been pushed yet")
        await driver.sees("ghcr.io/practice/flytekit:wizard-check-…")
        practice = driver.app.conductor.parts.practice
        assert not [seen for seen in practice.requests if "/uploads/" in seen.path]


async def test_pushed_image_is_deleted_when_asked_for() -> None:
    async with driven() as driver:
        await driver.to_ready()
        await driver.sees("d delete the test image")
        await driver.press("d")

        await driver.until(lambda: driver.journey.check("push.deleted"), "a verdict")
        await driver.on("ready")
        assert "delete the test image" not in driver.text


async def test_going_back_and_forth_keeps_what_was_typed() -> None:
    async with driven() as driver:
        await driver.to_registry()
        await driver.typing()
        for _ in range(len("practice")):
            await driver.press("backspace")
        await driver.press(*"practice-org", "tab")
        await driver.sees("ghcr.io/practice-org/flytekit")

        await driver.press("escape", "escape")
        await driver.on("engine")
        await driver.press("enter")
        await driver.on("registry")
        await driver.press("enter")

        await driver.sees("ghcr.io/practice-org/flytekit")


async def test_prefix_pasted_whole_is_understood_in_any_field() -> None:
    async with driven() as driver:
        await driver.to_registry()
        await driver.typing()
        for _ in range(len("practice")):
            await driver.press("backspace")
        await driver.press(*"https://ghcr.io/Practice/")

        await driver.sees("Images will be called ghcr.io/practice/flytekit")


async def test_what_is_wrong_is_said_while_it_is_typed() -> None:
    async with driven() as driver:
        await driver.to_registry()
        await driver.typing()
        await driver.press("_")

        await driver.sees("a GitHub name has at most 39 letters and digits")
        await driver.press("enter")
        assert driver.app.page_id == "registry"


async def test_second_run_knows_the_profile_and_proves_it_again_up_to_the_push() -> None:
    async with practice_parts() as parts:
        async with driven(lambda: kept_parts(parts)) as first:
            await first.to_ready()

        async with driven(lambda: kept_parts(parts)) as second:
            await second.on("home")
            await second.sees("Prove again: default")
            await second.sees("proven 0 s ago, pulled without a login")
            await second.press("enter")

            await second.on("push")
            await second.sees("ghcr.io/practice/flytekit:wizard-check-…")


async def test_another_registry_is_set_up_beside_the_first_and_each_is_a_switch_away() -> None:
    async with practice_parts() as parts:
        async with driven(lambda: kept_parts(parts)) as driver:
            await driver.to_ready()
            await driver.press("h")
            await driver.on("home")
            await driver.press("down", "enter")
            await driver.on("engine")
            await driver.press("enter")
            await driver.on("registry")
            await driver.sees("Docker Hub")
            kinds = driver.app.page.query_one("#kinds", ChoiceList)
            while kinds.selected and kinds.selected.id != "ghcr":
                await driver.press("up")  # a suggestion may have moved the pointer meanwhile
            await driver.press("enter")
            await driver.typing()
            await driver.press(*"practice-org", "enter")
            await driver.on("login")
            await driver.press("enter")
            await driver.on("push")
            await driver.press("enter")
            await driver.until(lambda: driver.journey.pushed and driver.is_settled, "a push")

        settings = parts.settings.load()
        assert {p.prefix for p in settings.profiles} == {
            "ghcr.io/practice",
            "ghcr.io/practice-org",
        }
        async with driven(lambda: kept_parts(parts)) as again:
            await again.sees("Switch to: default")


async def test_journey_left_half_way_is_resumed_at_the_same_step() -> None:
    async with practice_parts() as parts:
        async with driven(lambda: kept_parts(parts)) as first:
            await first.to_login()
            await first.press("q")
            await first.until(lambda: not first.app.is_running, "the end")

        stopped = parts.settings.load().stopped
        assert stopped is not None
        assert stopped.step == "login"
        async with driven(lambda: kept_parts(parts)) as second:
            await second.sees("Go on where you left")
            await second.sees("Login, ghcr.io/practice")
            await second.press("enter")
            await second.on("login")
            await second.sees("personal access token")


async def test_journey_goes_by_mouse_as_well() -> None:
    async with driven() as driver:
        await driver.on("home")
        await _click(driver, "Set up")
        await driver.on("engine")
        await _click(driver, "No engine    ")
        await driver.on("registry")
        await _click(driver, "check this registry")
        await driver.on("login")
        await _click(driver, "Engine")
        await driver.on("engine")


async def _click(driver: Driver, words: str) -> None:
    for y, line in enumerate(driver.text.splitlines()):
        if words in line:
            await driver.pilot.click(offset=(line.index(words) + 1, y))
            await driver.pilot.pause()
            return
    raise AssertionError(f"“{words}” is not on the screen\n{driver.text}")


async def test_checking_first_changes_nothing_and_says_what_lacks() -> None:
    async with driven() as driver:
        await driver.on("home")
        await driver.press("down", "enter")
        await driver.until(lambda: driver.journey.checks, "checks")
        await driver.on("examine")
        await driver.sees("login.missing")
        await driver.press("escape")
        await driver.sees("Enter on a broken link says why")


async def test_profile_given_on_the_command_line_is_offered_first() -> None:
    async with practice_parts() as parts:
        async with driven(lambda: kept_parts(parts)) as first:
            await first.to_ready()
        settings = parts.settings.load()
        other = replace(settings.profiles[0], name="second", prefix="ghcr.io/practice-org")
        parts.settings.save(replace(settings, profiles=(*settings.profiles, other)))

        from wizard.tui.options import StartOptions

        options = StartOptions(is_sandbox=True, profile="second", system="linux")
        async with driven(lambda: kept_parts(parts), options=options) as again:
            await again.sees("❯ Prove again: second")
