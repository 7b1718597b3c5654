"""What a test needs from the machine: missing is a skip on a laptop and a failure where CI=true."""

from __future__ import annotations

import os
import shutil

import pytest


def need_program(name: str, package: str = "") -> str:
    """The path of a program. Skips without it, but fails when CI=true."""
    found = shutil.which(name) or shutil.which(name, path="/usr/local/sbin:/usr/sbin:/sbin")
    if found is None:
        missing(f"{name} is not installed (Debian package {package or name})")
    return found or ""


def need_root() -> None:
    if os.geteuid() != 0:
        missing("this test needs root, for a private network and mount namespace")


def missing(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI=true and {reason}")
    pytest.skip(reason)
