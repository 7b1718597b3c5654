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
CHOSEN = "rows or closer or amd64 or opens or refusal or left or root or runtime"


@pytest.mark.engine
@pytest.mark.lab
def test_another_user_builds_and_pushes_without_root(request: pytest.FixtureRequest) -> None:
    need_program("podman")
    file = Path(__file__).with_name("podman_as_user.py")
    # Not below pytest's own folder, which is closed to others.
    folder = Path(tempfile.mkdtemp(prefix="closed-"))
    request.addfinalizer(lambda: shutil.rmtree(folder))
    with socket.socket(socket.AF_UNIX) as roots, socket.socket(socket.AF_UNIX) as closed:
        (folder / "0700").mkdir(mode=0o700)
        folder.chmod(0o755)
        for listening, path in ((roots, folder / "root.sock"), (closed, folder / "0700" / "s")):
            listening.bind(str(path))
            listening.listen()
            path.chmod(0o600)
        argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", CHOSEN]
        code, said = as_another_user(
            [*argv, str(file)],
            {
                "ROOTS_SOCKET": str(folder / "root.sock"),
                "CLOSED_SOCKET": str(folder / "0700" / "s"),
                "PYTHONDONTWRITEBYTECODE": "1",
                "CI": "true",
            },
        )

    assert code == 0, said[-6000:]
    passed = re.search(r"(\d+) passed", said)
    assert passed is not None
    assert int(passed[1]) >= 10
    assert "skipped" not in said
