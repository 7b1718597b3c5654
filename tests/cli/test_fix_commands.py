"""Every command of ours that a fix shows is one that we have."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import pytest

from wizard.__main__ import _sign_tables
from wizard.causes import CATALOGUE
from wizard.cli.arguments import parser
from wizard.core.diagnosis import Fix
from wizard.core.filling import fill
from wizard.registries import REGISTRIES

PROGRAM = "registry-wizard"


def fixes() -> Iterator[Fix]:
    for cause in CATALOGUE.values():
        yield from cause.fixes
    for table in _sign_tables():
        for sign in table.signs:
            yield from sign.fixes


def commands() -> list[str]:
    found = {fix.command for fix in fixes()}
    found |= {way.command for registry in REGISTRIES for way in registry.ways_in}
    return sorted(command for command in found if PROGRAM in command.split())


def test_there_are_such_commands() -> None:
    assert len(commands()) >= 5


@pytest.mark.parametrize("command", commands())
def test_a_fix_shows_a_command_that_this_program_understands(command: str) -> None:
    words = shlex.split(fill(command, {}))
    begin = words.index(PROGRAM) + 1
    end = next((i for i, word in enumerate(words) if i >= begin and word in ("&&", "|", ";")), None)

    assert is_understood(words[begin:end])


def is_understood(words: list[str]) -> bool:
    try:
        parser().parse_args(words)
    except SystemExit:
        return False
    return True


def test_a_command_that_there_is_not_would_be_found() -> None:
    assert not is_understood(["login", "ghcr.io"])
