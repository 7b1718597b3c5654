"""The message to another person says what happens, what was seen, and what would mend it."""

from __future__ import annotations

from wizard.causes import CATALOGUE
from wizard.core.asking import message_for
from wizard.core.checks import Step, failed
from wizard.core.diagnosis import Evidence, Problem, Stage, diagnose


def message(cause: str) -> str:
    seen = Evidence(
        Stage.UPLOAD, "POST uploads", "403 DENIED", facts={"owner": "acme", "repository": "x/y"}
    )
    check = failed("push.rights", Step.PUSH, diagnose(Problem(seen, cause=cause), CATALOGUE))
    fix = next(fix for fix in check.fixes if fix.ask)
    return message_for(check, fix)


def test_it_says_what_happens_and_what_would_mend_it() -> None:
    text = message("push.not-permitted")

    assert "You may not push to x/y" in text
    assert "POST uploads: 403 DENIED" in text
    assert "Ask an owner of acme" not in text
    assert "the right to write there" in text
    assert "push.not-permitted" in text


def test_the_page_where_they_can_do_it_comes_with_it() -> None:
    text = message("push.policy")

    assert "https://github.com/organizations/acme/settings/packages" in text


def test_what_the_asker_can_do_alone_is_left_out() -> None:
    assert "docker logout" not in message("push.not-permitted")
