"""Rootless Docker, as another user with a range of ids, keeps the engine contract."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.support.needs import need_program
from tests.support.podman import as_another_user

# The rest of the contract is the same code as root's, and takes seconds that tell nothing new.
CHOSEN = "rows or closer or platform0 or opens or rejected or runtime_folder or tls"
OWN_ADDRESS = "192.0.2.2"


@pytest.mark.engine
@pytest.mark.lab
def test_another_user_builds_and_pushes_without_root() -> None:
    need_program("rootlesskit")
    file = Path(__file__).with_name("docker_as_user.py")
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", CHOSEN]
    environ = {"PYTHONDONTWRITEBYTECODE": "1", "CI": "true", "OWN_ADDRESS": OWN_ADDRESS}

    code, said = as_another_user([*argv, str(file)], environ, address=OWN_ADDRESS)

    assert code == 0, said[-6000:]
    passed = re.search(r"(\d+) passed", said)
    assert passed is not None
    assert int(passed[1]) >= 8
    assert "skipped" not in said
