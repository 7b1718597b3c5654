"""A program that takes its time is followed line by line, and ends with its reader."""

from __future__ import annotations

import asyncio
import os
from contextlib import aclosing, suppress
from pathlib import Path

import pytest

from wizard.clients.program_lines import LONGEST_LINE, follow
from wizard.core.diagnosis import Fault, Problem


def script(folder: Path, text: str) -> dict[str, str]:
    program = folder / "talks"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


async def said(environ: dict[str, str], silence_s: float = 10) -> list[str | int]:
    async with aclosing(follow(["talks"], environ=environ, silence_s=silence_s)) as lines:
        return [line async for line in lines]


async def test_both_outputs_come_in_order_and_the_exit_code_last(tmp_path: Path) -> None:
    environ = script(tmp_path, "echo one; echo two >&2; echo three; exit 7")

    assert await said(environ) == ["one", "two", "three", 7]


async def test_lines_are_cleaned_and_endless_ones_let_go_by(tmp_path: Path) -> None:
    text = f"printf '\\033[31mred\\n'; head -c {LONGEST_LINE * 3} /dev/zero; echo; echo last"

    lines = await said(script(tmp_path, text))

    assert lines[0] == r"\x1b[31mred"
    assert lines[-2:] == ["last", 0]
    assert not [line for line in lines if "\x1b" in str(line)]


async def test_silence_beyond_its_limit_ends_it(tmp_path: Path) -> None:
    environ = script(tmp_path, f"echo $$ > {tmp_path}/pid; echo once; sleep 600")

    with pytest.raises(Problem) as raised:
        await said(environ, silence_s=0.3)

    assert raised.value.evidence[0].fault is Fault.TIMEOUT
    assert not is_running(int((tmp_path / "pid").read_text()))


async def test_one_that_ignores_the_request_to_end_is_killed(tmp_path: Path) -> None:
    environ = script(tmp_path, "trap '' TERM; echo $$; while :; do sleep 1; done")

    async with aclosing(follow(["talks"], environ=environ, silence_s=10)) as lines:
        pid = int(await anext(lines))

    assert not is_running(pid)


async def test_a_program_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(Problem) as raised:
        await said({"PATH": str(tmp_path)})

    assert raised.value.evidence[0].fault is Fault.MISSING


def is_running(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


async def test_what_it_left_running_is_not_waited_for(tmp_path: Path) -> None:
    """As `podman system service` started by a fix: it holds the pipe for as long as it lives."""
    environ = script(tmp_path, "echo one; setsid --fork sleep 30; exit 0")

    async with asyncio.timeout(5):
        assert await said(environ, silence_s=20) == ["one", 0]
