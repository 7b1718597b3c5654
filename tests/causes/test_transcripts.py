"""What the tools say for each cause: every cause has it, and finds its own page by it."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from tests.support.messages import Case, ranked, score
from wizard.causes import CATALOGUE
from wizard.causes.transcripts import said_for, silence_of

FAMILIES = sorted({cause.partition(".")[0] for cause in CATALOGUE})

LINES: list[Case] = [
    Case(f"{said.tool}", (cause,), line)
    for cause in CATALOGUE
    for said in said_for(cause)
    for line in said.lines
]


@pytest.mark.parametrize("cause", CATALOGUE)
def test_a_cause_has_what_tools_say_or_why_they_are_silent(cause: str) -> None:
    assert bool(said_for(cause)) != bool(silence_of(cause))


@pytest.mark.parametrize("cause", CATALOGUE)
def test_what_is_said_is_plain_lines_of_a_named_tool(cause: str) -> None:
    for said in said_for(cause):
        assert said.tool
        assert said.command
        assert said.lines
        assert all(line.isprintable() and line == line.strip() for line in said.lines)
    assert not silence_of(cause) or silence_of(cause).endswith(".")


def test_nothing_is_said_for_what_is_no_cause() -> None:
    for family in FAMILIES:
        module = import_module(f"wizard.causes.transcripts.{family}")
        assert {*module.SAID, *module.SILENT} <= set(CATALOGUE)


def test_each_line_leads_back_to_its_own_cause() -> None:
    found = score(LINES)

    assert found.three >= 0.95 * found.cases, str(found)


@pytest.mark.parametrize("cause", [cause for cause in CATALOGUE if said_for(cause)])
def test_what_the_commonest_tool_says_names_the_cause_among_the_first_three(cause: str) -> None:
    lines = said_for(cause)[0].lines

    assert any(cause in ranked(line)[:3] for line in lines)


def test_transcripts_are_read_only_where_a_cause_is_explained() -> None:
    script = (
        "import sys; import wizard.wiring, wizard.cli.commands, wizard.steps.doctor; "
        "print([name for name in sys.modules if name.startswith(('wizard.causes.transcripts', "
        "'wizard.causes.messages'))])"
    )
    ended = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path[:0] = {sys.path!r}; " + script],
        capture_output=True,
        text=True,
        check=True,
    )

    assert ended.stdout.strip() == "[]"
