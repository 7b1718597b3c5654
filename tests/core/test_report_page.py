"""The report is Markdown that shows what others said as code, and can hide who is there."""

from __future__ import annotations

import pytest

from wizard.core.checks import Check, Report, Status, Step
from wizard.core.masks import Masks
from wizard.core.prefix import Prefix
from wizard.core.report_page import Versions, names_of, render_report
from wizard.core.state import Choices, Journey

VERSIONS = Versions("1.0", "3.11.7", "linux")
PRIVATE = Prefix("other", "registry.acme-corp.example.com", "vision-team")


def page(*checks: Check, masks: Masks | None = None) -> str:
    journey = Journey(Choices(prefix=PRIVATE, image="secret-sauce"))
    return render_report(Report("export", "1.0", checks), journey, VERSIONS, masks=masks)


def broken(*evidence: str, summary: str = "it broke") -> Check:
    return Check("login.found", Step.LOGIN, Status.FAIL, summary, "login.missing", evidence)


@pytest.mark.parametrize(
    "said", ["**bold** | cell", "`code` ``more``", "<img src=x>", "[a](http://evil.test)"]
)
def test_what_others_said_stays_code(said: str) -> None:
    text = page(broken(said, summary=said))

    for line in text.splitlines():
        if "|" in line and "login.found" in line:
            assert line.count("|") == 6
    fences = [line for line in text.splitlines() if line.startswith("- ")]
    assert len(fences) == 1
    body = fences[0].removeprefix("- ")
    ticks = len(body) - len(body.lstrip("`"))
    assert ticks > 0
    assert body.endswith("`" * ticks)
    assert "`" * (ticks + 1) not in body[ticks:-ticks].strip() + " "


def test_the_page_says_what_broke_and_why() -> None:
    text = page(broken("logins for x: none found"))

    assert "**not ready**" in text
    assert "`login.missing`" in text
    assert "- `logins for x: none found`" in text


def test_names_of_hosts_people_and_accounts_can_be_hidden() -> None:
    said = (
        "https://registry.acme-corp.example.com/v2/vision-team/secret-sauce: refused ada@acme.test "
        "arn:aws:iam::123456789012:user/ada 10.1.2.3 proxy.acme-corp.example.com 123456789012 "
        "/home/lovelace/.docker/config.json"
    )
    journey = Journey(Choices(prefix=PRIVATE, image="secret-sauce", username="lovelace"))
    masks = Masks(names_of(journey, "/home/lovelace", "build-box"))

    text = render_report(Report("export", "1.0", (broken(said),)), journey, VERSIONS, masks=masks)

    for name in ("acme", "vision", "sauce", "ada", "lovelace", "123456789012", "10.1.2.3"):
        assert name not in text
    assert "config.json" in text


def test_the_same_name_gets_the_same_word() -> None:
    masks = Masks(())

    first, second = masks.hide("a.example.com b.example.com"), masks.hide("b.example.com")

    assert first == "<HOST-1> <HOST-2>"
    assert second == "<HOST-2>"


@pytest.mark.parametrize(
    "text", ["ghcr.io refused", "docker.io: 401", "~/.docker/config.json", "127.0.0.1"]
)
def test_what_names_nobody_stays_readable(text: str) -> None:
    assert Masks([("ghcr.io", "REGISTRY")]).hide(text) == text
