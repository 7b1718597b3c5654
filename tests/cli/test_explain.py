"""`explain`, as a process in an empty home."""

from __future__ import annotations

import json

import pytest

from tests.support.command_line import environment, wizard
from wizard.causes import CATALOGUE


def test_explain_lists_every_cause() -> None:
    ran = wizard("explain")

    assert ran.code == 0
    assert [line.split()[0] for line in ran.out.splitlines()] == list(CATALOGUE)


@pytest.mark.parametrize("cause", ["pull.private", "engine.not-running", "store.locked"])
def test_explain_prints_the_page_of_a_cause(cause: str) -> None:
    ran = wizard("explain", cause)
    document = wizard("explain", cause, "--json").document

    assert ran.code == 0
    assert cause in ran.out.splitlines()[0]
    assert document["causes"][0]["cause"] == cause
    assert len(document["causes"][0]["fixes"]) == len(CATALOGUE[cause].fixes)


def test_a_page_ends_with_what_the_tools_say_in_that_case() -> None:
    ran = wizard("explain", "pull.private")
    said = wizard("explain", "pull.private", "--json").document["causes"][0]["said"]

    shown = ran.out.partition("What the tools say\n")[2].splitlines()
    assert [line for one in said for line in one["lines"]] == [
        line[6:] for line in shown if line.startswith("      ")
    ]
    assert {f"    {one['tool']}" for one in said} <= set(shown)


def test_a_page_says_why_no_tool_says_anything() -> None:
    ran = wizard("explain", "store.helper-hung")
    page = wizard("explain", "store.helper-hung", "--json").document["causes"][0]

    assert "What the tools say\n  Docker, Podman and the SDKs wait for it" in ran.out
    assert page["said"] == []
    assert page["silent"].startswith("Docker, Podman and the SDKs wait for it")


def test_an_unknown_cause_is_wrong_usage_with_what_is_close_to_it() -> None:
    ran = wizard("explain", "pul.private", "--json")

    assert ran.code == 2
    assert ran.document["causes"] == []
    assert ran.document["error"]["near"][0] == "pull.private"
    assert "close to it: pull.private" in ran.err


def test_a_family_forgotten_is_found() -> None:
    assert "login.scope-missing" in wizard("explain", "scope-missing").err


def test_explain_says_what_a_message_can_mean() -> None:
    ran = wizard("explain", "--message", "denied: permission_denied: write_package", "--json")

    assert ran.code == 0
    assert set(ran.document) == {"schema", "command", "causes"}
    assert set(ran.document["causes"][0]) == {"cause", "summary", "probe"}
    assert ran.document["causes"][0]["cause"] == "push.not-permitted"


def test_explain_reads_a_message_from_standard_input() -> None:
    ran = wizard("explain", "--message", "-", stdin="…\nexec format error\n")

    lines = ran.out.splitlines()
    assert lines[:2] == ["The line that says most", "  exec format error"]
    assert lines[4].startswith("  1. The image is there, but not for")


def test_a_message_that_nothing_fits_is_a_no_with_an_empty_list() -> None:
    ran = wizard("explain", "--message", "all is well", "--json")

    assert ran.code == 1
    assert ran.document["causes"] == []


def test_a_message_of_megabytes_is_read_to_its_bound() -> None:
    ran = wizard("explain", "--message", "-", "--json", stdin=b"unknown flag: --push\n" * 500_000)

    assert ran.document["causes"][0]["cause"] == "engine.no-builder"


def test_what_stands_at_the_end_of_a_huge_log_is_read() -> None:
    log = b"".join(b"#%d Collecting package\n" % n for n in range(500_000))

    ran = wizard(
        "explain", "--message", "-", stdin=log + b"\xff\xfe\nunknown flag: --push\n\nexit 125"
    )

    assert ran.out.splitlines()[:2] == ["The line that says most", "  unknown flag: --push"]


def test_escapes_of_a_terminal_are_neither_in_the_way_nor_passed_on() -> None:
    ran = wizard(
        "explain", "--message", "-", stdin=b"\x1b[2K\x1b[31mdenied\x1b[0m: \x1b[1mdenied\r\nx"
    )

    assert ran.out.splitlines()[1] == "  denied: denied"
    assert "login.rejected" in ran.out
    assert "\x1b" not in ran.out


def test_causes_that_look_alike_come_with_the_command_that_tells_them_apart() -> None:
    ran = wizard(
        "explain", "--message", 'Head "https://ghcr.io/v2/acme/app/manifests/1": unauthorized'
    )

    lines = ran.out.splitlines()
    assert lines[0] == "What it can come from, the likeliest first"
    after = lines[lines.index("What tells them apart") :]
    assert after[1] == "  registry-wizard check ghcr.io/acme/app"
    assert after[2].startswith("    It asks with and without your login:")


def test_one_cause_comes_with_what_decides_it() -> None:
    ran = wizard("explain", "--message", "no space left on device")

    assert "What it can come from\n  1. The storage of the engine is full\n" in ran.out
    assert "What decides it\n  registry-wizard doctor\n" in ran.out


def test_words_that_say_little_are_called_that() -> None:
    assert wizard("explain", "--message", "403 Forbidden").out.startswith("It says little; ")


def test_a_message_is_shown_within_eighty_columns() -> None:
    ran = wizard("explain", "--message", "denied: requested access to the resource is denied")

    assert max(map(len, ran.out.splitlines())) <= 80


def test_json_is_ascii_whatever_the_locale() -> None:
    ran = wizard("explain", "--json", environ=environment(LC_ALL="C", PYTHONUTF8="0"))

    assert ran.out.isascii()
    assert json.loads(ran.out)["schema"] == 1
