"""Rootless Podman, as another user with a range of ids, keeps the engine contract."""

from __future__ import annotations

import re
import shutil
import socket
import sys
import tempfile
from pathlib import Path

import pytest

from tests.support.needs import need_program
from tests.support.podman import as_another_user

# The rest of the contract is the same code as root's, and takes seconds that tell nothing new.
CHOSEN = "(rows or closer or amd64 or opens or refusal or left or root or runtime) and not missing"


@pytest.mark.engine
@pytest.mark.lab
@pytest.mark.parametrize(
    ("chosen", "has_ids", "least"),
    [(CHOSEN, True, 10), ("missing", False, 1)],
    ids=["with a range of ids", "without"],
)
def test_another_user_builds_and_pushes_without_root(
    request: pytest.FixtureRequest, chosen: str, has_ids: bool, least: int
) -> None:
    need_program("podman")
    file = Path(__file__).with_name("podman_as_user.py")
    # Not below pytest's own folder, which is closed to others.
    folder = Path(tempfile.mkdtemp(prefix="closed-"))
    request.addfinalizer(lambda: shutil.rmtree(folder))
    folder.chmod(0o755)
    with socket.socket(socket.AF_UNIX) as roots:
        roots.bind(str(folder / "root.sock"))
        roots.listen()
        (folder / "root.sock").chmod(0o600)
        argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", chosen]
        environ = {
            "ROOTS_SOCKET": str(folder / "root.sock"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "CI": "true",
        }
        code, said = as_another_user([*argv, str(file)], environ, has_ids=has_ids)

    assert code == 0, said[-6000:]
    passed = re.search(r"(\d+) passed", said)
    assert passed is not None
    assert int(passed[1]) >= least
    assert "skipped" not in said
