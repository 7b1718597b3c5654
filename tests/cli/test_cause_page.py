"""The page of a cause as lines, as `explain` prints it."""

from __future__ import annotations

from dataclasses import replace

from wizard.causes import CATALOGUE
from wizard.causes.page import CausePage, Section, Seen, page_of
from wizard.cli.cause_page import cause_lines
from wizard.cli.style import Style

PLAIN = Style()


def lines_of(cause: str, style: Style = PLAIN) -> list[str]:
    return list(cause_lines(page_of(CATALOGUE[cause]), style))


def test_a_command_is_never_broken_over_lines() -> None:
    lines = [line.strip() for line in lines_of("network.tls-untrusted", Style(width=40))]

    assert CATALOGUE["network.tls-untrusted"].fixes[0].command in lines


def test_a_page_of_a_cause_has_all_its_parts() -> None:
    page = "\n".join(lines_of("login.missing"))

    assert page.startswith("No login for this registry is found on this machine  login.missing\n")
    assert "What decides it\n  Every place where docker" in page
    assert "→ Log in\n      registry-wizard setup\n" in page
    assert "  login.rejected        The registry does not take this login" in page


def test_fixes_that_differ_by_system_name_it() -> None:
    page = "\n".join(lines_of("engine.endpoint-invalid"))

    assert "Forget the variables in this shell  [Linux, macOS]\n" in page
    assert "Forget the variables in this shell  [Windows]\n" in page


def test_sentences_stay_within_the_width() -> None:
    lines = lines_of("engine.endpoint-invalid", Style(width=60))
    decides = lines[lines.index("What decides it") + 1 : lines.index("What helps") - 1]

    assert len(decides) > 1
    assert all(len(line) <= 60 for line in decides)


def test_evidence_from_outside_is_one_printable_line() -> None:
    page = CausePage("a.b", "so", "why", (Section("Seen", (Seen("a\x1b[2Jb\nc"),)),))

    assert list(cause_lines(page, PLAIN))[-1] == "  a\\x1b[2Jb c"


def test_a_page_without_sections_is_its_summary_and_explanation() -> None:
    page = replace(page_of(CATALOGUE["pull.private"]), sections=())

    assert next(iter(cause_lines(page, PLAIN))) == f"{page.summary}  pull.private"
    assert not [line for line in cause_lines(page, PLAIN) if line == "What helps"]
