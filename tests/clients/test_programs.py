"""Programs run without a shell, within bounds, and leave nothing behind."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.conversation import problem_of
from wizard.clients.outside import World
from wizard.clients.programs import MOST_OUTPUT, find_program
from wizard.core.diagnosis import Fault


@pytest.fixture
def bin_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


@pytest.fixture
def outside(bin_dir: Path, home: Path) -> World:
    assert bin_dir.is_dir()
    return World(os.environ, home)


def script(folder: Path, name: str, text: str, mode: int = 0o755) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(mode)
    return path


async def gone(pid_file: Path) -> bool:
    pid = int(pid_file.read_text())
    for _ in range(200):
        if not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text():
            return True
        await asyncio.sleep(0.01)
    return False


async def appears(path: Path) -> None:
    for _ in range(500):
        if path.exists() and path.read_text():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{path} never appeared")


async def test_stdin_goes_in_and_both_outputs_and_the_code_come_out(
    outside: World, bin_dir: Path
) -> None:
    script(bin_dir, "echoes", "cat; echo said >&2; exit 3")

    result = await outside.run(["echoes", "$HOME; *"], stdin=b"secret on stdin")

    assert (result.code, result.stdout, result.stderr) == (3, b"secret on stdin", b"said\n")
    assert not result.timed_out


async def test_arguments_reach_it_as_they_are(outside: World, bin_dir: Path) -> None:
    script(bin_dir, "shows", 'printf "%s|" "$@"')

    result = await outside.run(["shows", "$HOME", "a b", "; rm -rf /", "`id`"])

    assert result.stdout == b"$HOME|a b|; rm -rf /|`id`|"


async def test_at_the_deadline_its_whole_group_is_killed(
    outside: World, bin_dir: Path, tmp_path: Path
) -> None:
    pid_file = tmp_path / "pid"
    script(bin_dir, "hangs", f"sleep 60 & echo $! > {pid_file}; wait")

    began = time.monotonic()
    result = await outside.run(["hangs"], timeout_s=0.3)

    assert result.timed_out
    assert time.monotonic() - began < 5
    assert await gone(pid_file)


async def test_when_cancelled_its_whole_group_is_killed(
    outside: World, bin_dir: Path, tmp_path: Path
) -> None:
    pid_file = tmp_path / "pid"
    script(bin_dir, "hangs", f"sleep 60 & echo $! > {pid_file}; wait")
    task = asyncio.create_task(outside.run(["hangs"], timeout_s=60))
    await appears(pid_file)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await gone(pid_file)


async def test_endless_output_is_bounded_and_ended(outside: World, bin_dir: Path) -> None:
    script(bin_dir, "floods", "yes flood; exit 0")

    result = await outside.run(["floods"], timeout_s=0.5)

    assert result.timed_out
    assert len(result.stdout) == MOST_OUTPUT


async def test_long_output_does_not_stop_a_program_from_ending(
    outside: World, bin_dir: Path
) -> None:
    script(bin_dir, "talks", "head -c 3000000 /dev/zero; head -c 300000 /dev/zero >&2; exit 7")

    result = await outside.run(["talks"])

    assert (result.code, len(result.stdout), len(result.stderr)) == (7, MOST_OUTPUT, MOST_OUTPUT)


async def test_a_daemon_that_keeps_the_pipe_open_does_not_hold_us_up(
    outside: World, bin_dir: Path, tmp_path: Path
) -> None:
    pid_file = tmp_path / "pid"
    script(bin_dir, "leaves", f"echo done; setsid sleep 60 & echo $! > {pid_file}")

    began = time.monotonic()
    result = await outside.run(["leaves"], timeout_s=30)
    os.kill(int(pid_file.read_text()), 9)

    assert (result.code, result.stdout) == (0, b"done\n")
    assert time.monotonic() - began < 5


async def test_a_program_that_does_not_read_its_input_is_no_failure(
    outside: World, bin_dir: Path
) -> None:
    script(bin_dir, "deaf", "exit 0")

    assert (await outside.run(["deaf"], stdin=b"x" * 1_000_000)).code == 0


async def test_it_cannot_ask_on_our_terminal(outside: World, bin_dir: Path) -> None:
    script(bin_dir, "asks", "ps -o sid= -p $$; echo tty=$GPG_TTY")

    said = (await outside.run(["asks"], environ={**os.environ, "GPG_TTY": "/dev/pts/0"})).stdout

    session, tty = said.split()
    assert int(session) != os.getsid(0)
    assert tty == b"tty="


async def test_what_is_not_there_is_missing(outside: World) -> None:
    problem = await problem_of(outside.run(["docker-credential-nowhere"]))

    assert problem.evidence[-1].fault is Fault.MISSING
    assert problem.evidence[-1].facts["program"] == "docker-credential-nowhere"


async def test_what_is_not_a_program_is_invalid(outside: World, bin_dir: Path) -> None:
    (bin_dir / "broken").write_bytes(b"\x7fELF not really")
    (bin_dir / "broken").chmod(0o755)

    assert (await problem_of(outside.run(["broken"]))).evidence[-1].fault is Fault.INVALID


async def test_what_may_not_be_run_is_passed_over(outside: World, bin_dir: Path) -> None:
    script(bin_dir, "forbidden", "exit 0", mode=0o644)

    assert outside.which("forbidden") is None


@pytest.mark.parametrize("entry", [".", "", "bin", "./bin"])
def test_a_program_in_the_current_folder_is_not_found_by_path(
    bin_dir: Path, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    script(bin_dir, "evil", "exit 0")
    script(bin_dir.parent, "evil", "exit 0")
    monkeypatch.chdir(bin_dir.parent)

    assert find_program("evil", {"PATH": f"{entry}:/nowhere"}) is None
    assert find_program("./evil", {"PATH": "/nowhere"}) is None


def test_an_absolute_path_is_taken_as_it_is(bin_dir: Path) -> None:
    path = script(bin_dir, "here", "exit 0")

    assert find_program(str(path), {"PATH": ""}) == str(path)


def test_making_the_world_imports_nothing_heavy() -> None:
    code = (
        "import sys, pathlib; from wizard.clients.outside import World;"
        "World({}, pathlib.Path('/')); print(sorted({'httpx', 'truststore', 'docker'} "
        "& set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"


async def test_cancelled_twice_it_still_waits_for_the_end_of_what_it_killed(
    outside: World, bin_dir: Path, tmp_path: Path
) -> None:
    pid_file = tmp_path / "pid"
    script(bin_dir, "sleeps", f"echo $$ > {pid_file}; exec sleep 60")
    running = asyncio.ensure_future(outside.run(["sleeps"], timeout_s=50))
    await appears(pid_file)

    running.cancel()
    await asyncio.sleep(0)  # it has the first one, and waits for the end
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert not Path(f"/proc/{pid_file.read_text().strip()}").exists()


async def test_cancelled_while_it_starts_it_leaves_nothing(
    outside: World, bin_dir: Path, tmp_path: Path
) -> None:
    pid_file = tmp_path / "pid"
    script(bin_dir, "sleeps", f"echo $$ > {pid_file}; exec sleep 60")
    mine = Path(f"/proc/self/task/{os.getpid()}/children")
    before = mine.read_text().split()
    running = asyncio.ensure_future(outside.run(["sleeps"], timeout_s=50))

    for _ in range(1000):  # turn by turn: it is there before all that starts it has returned
        if mine.read_text().split() != before:
            break
        await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert mine.read_text().split() == before
