"""Under a scheduler: streams that are closed or on a full disk, and a folder that is gone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.needs import need_program

ROOT = Path(__file__).parents[2]


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """`line` in a shell where `$W` is the wizard, with nothing of our environment but a home."""
    environ = {
        "HOME": str(folder),
        "PATH": "",
        "PYTHONPATH": str(ROOT),
        "W": f"{sys.executable} -m wizard",
    }
    return subprocess.run(
        [need_program("sh"), "-c", line],
        env=environ,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("exec $W explain --message - <&-", 1),
        ("exec $W explain sdk.assumes-exists >&-", 0),
        ("exec $W profiles <&- >&- 2>&-", 0),
        ("exec $W explain sdk.assumes-exists >/dev/full", 1),
    ],
)
def test_a_stream_that_is_closed_or_full_is_no_fault_of_the_wizard(
    tmp_path: Path, line: str, code: int
) -> None:
    ended = shell(line, tmp_path)

    assert ended.returncode == code, ended.stderr
    assert "fault of the wizard" not in ended.stderr


@pytest.mark.parametrize("lost", ["2>&-", "2>/dev/full"])
def test_the_document_is_whole_though_nothing_can_be_said_beside_it(
    tmp_path: Path, lost: str
) -> None:
    ended = shell(f"exec $W doctor --timeout 1 --json {lost}", tmp_path)

    assert "internal.check-crashed" not in ended.stdout
    assert json.loads(ended.stdout)["command"] == "doctor"


def test_a_full_disk_is_said_in_words(tmp_path: Path) -> None:
    assert "the disk is full" in shell("exec $W explain >/dev/full", tmp_path).stderr


def test_a_working_directory_that_was_deleted_stops_nothing(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    remove = f"{need_program('rmdir')} ../gone"

    ended = shell(f"cd gone; {remove}; exec $W doctor --timeout 1 --json", tmp_path)

    assert not gone.exists()
    assert "internal.check-crashed" not in ended.stdout
    assert json.loads(ended.stdout)["ready"] is False
