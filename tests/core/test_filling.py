"""What outside text may do in the sentences and commands of fixes."""

from __future__ import annotations

import pytest

from wizard.core.filling import fill, fill_command


def test_a_fact_takes_its_place_and_is_no_format_itself() -> None:
    assert fill("{host} says {message}", {"host": "ghcr.io", "message": "{host}"}) == (
        "ghcr.io says {host}"
    )


def test_without_the_fact_its_fallback_is_said_or_its_name() -> None:
    assert fill("docker logout {host}; {file|config.json}", {}) == "docker logout HOST; config.json"


@pytest.mark.parametrize(
    "value",
    [
        "ghcr.io",
        "registry.corp.test:5000",
        "ghcr.io/acme/app:1.0",
        "/home/ann of acme/.docker/config.json",
        r"C:\Users\ann\config.json",
        "robot+acme@example.com",
    ],
)
def test_what_is_one_word_in_a_shell_stands_in_the_command(value: str) -> None:
    assert fill_command("docker logout {host}", {"host": value}) == f"docker logout {value}"


@pytest.mark.parametrize(
    "value",
    [
        "a;rm -rf ~",
        "$(id)",
        "`id`",
        "a|b",
        "a&b",
        "a'b",
        'a"b',
        "a\nb",
        "a>b",
        "<token>",
        "a*",
        "!1",
    ],
)
def test_what_a_shell_could_run_is_left_for_the_person_to_type(value: str) -> None:
    assert fill_command("docker logout {host}", {"host": value}) == "docker logout HOST"
