from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.support.needs import need_root
from wizard.clients.atomic_file import (
    BusyError,
    ChangedError,
    Snapshot,
    lock_now,
    locked,
    private_folder,
    read_snapshot,
    remove_file,
    replace_file,
    sweep,
)

LEFT = ".config.json.registry-wizard-0123456789abcdef.tmp"


def test_only_what_a_killed_run_of_ours_left_is_swept(tmp_path: Path) -> None:
    target = tmp_path / "config.json"
    kept = [
        target,
        tmp_path / "config.json123456",
        tmp_path / ".config.json.registry-wizard-short.tmp",
        tmp_path / ".other.json.registry-wizard-0123456789abcdef.tmp",
    ]
    for path in (*kept, tmp_path / LEFT):
        path.write_text("x")
    (tmp_path / LEFT.replace("abcdef", "fedcba")).symlink_to(target)

    assert sweep(target) == 1
    assert not (tmp_path / LEFT).exists()
    assert all(path.exists() for path in kept)
    assert len(list(tmp_path.iterdir())) == 5


def test_what_another_user_left_is_not_swept(tmp_path: Path) -> None:
    need_root()
    (tmp_path / LEFT).write_text("x")
    os.chown(tmp_path / LEFT, 12345, 12345)

    assert sweep(tmp_path / "config.json") == 0


@pytest.mark.parametrize("change", ["content", "replaced by the same", "removed", "link"])
def test_a_file_that_is_not_what_was_read_is_neither_replaced_nor_removed(
    tmp_path: Path, change: str
) -> None:
    target, other = tmp_path / "f", tmp_path / "other"
    target.write_text("read")
    other.write_text("read")
    seen = read_snapshot(target, 100)
    if change == "content":
        target.write_text("else")
    elif change == "replaced by the same":
        other.replace(target)
    else:
        target.unlink()
        if change == "link":
            target.symlink_to(other)
    before = sorted(p.name for p in tmp_path.iterdir())

    with pytest.raises(ChangedError):
        replace_file(target, b"new", expected=seen)
    with pytest.raises(ChangedError):
        remove_file(target, seen)

    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_a_file_that_appeared_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    target = tmp_path / "f"
    seen = read_snapshot(target, 100)
    target.write_text("theirs")

    with pytest.raises(ChangedError):
        replace_file(target, b"ours", expected=seen)

    assert seen == Snapshot()
    assert target.read_text() == "theirs"


async def test_a_lock_is_waited_for_and_then_given_up(tmp_path: Path) -> None:
    target = tmp_path / "f"
    async with locked(tmp_path / "locks", target):
        with lock_now(tmp_path / "locks", target) as is_free:
            assert not is_free
        with pytest.raises(BusyError):
            async with locked(tmp_path / "locks", target, wait_s=0.1):
                pass
        async with locked(tmp_path / "locks", tmp_path / "other"):
            pass
        waiting = asyncio.create_task(_enter(tmp_path, target))
        await asyncio.sleep(0)
        assert not waiting.done()

    assert await waiting


async def _enter(folder: Path, target: Path) -> bool:
    async with locked(folder / "locks", target):
        return True


@pytest.mark.parametrize("trouble", ["open to others", "another's"])
def test_a_folder_that_others_could_fill_is_not_private(tmp_path: Path, trouble: str) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    if trouble == "another's":
        need_root()
        os.chown(folder, 12345, 12345)
    else:
        folder.chmod(0o777)

    with pytest.raises(PermissionError):
        private_folder(folder)
