"""Real SDKs from the package index, each in a throw-away environment made once for all workers.

    python = sdk_python(tmp_path_factory, "flytekit", "union")

And `fake_environment`: a folder that says what is installed by its metadata alone.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.needs import missing

INSTALL_LIMIT_S = 300.0


def sdk_python(factory: pytest.TempPathFactory, *packages: str) -> str:
    """The Python of an environment with these packages. Skips where there is no index."""
    # Workers have a folder each below one that they share.
    shared = factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    folder = shared / f"sdk-{'-'.join(packages)}"
    with (shared / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            _install(folder, packages)
            (folder / "done").touch()
    return str(folder / "bin" / "python")


def _install(folder: Path, packages: tuple[str, ...]) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-compile"]
    ended = subprocess.run(
        [*pip, *packages], capture_output=True, text=True, timeout=INSTALL_LIMIT_S, check=False
    )
    if ended.returncode:
        missing(f"{', '.join(packages)} cannot be installed: {ended.stderr[-300:]}")


def fake_environment(folder: Path, **packages: str) -> Path:
    """An environment whose packages are nothing but metadata; its Python is a link to ours."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(os.path.realpath(sys.executable))
    (folder / "pyvenv.cfg").write_text(f"home = {Path(os.path.realpath(sys.executable)).parent}\n")
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    site = folder / "lib" / version / "site-packages"
    site.mkdir(parents=True)
    for name, number in packages.items():
        info = site / f"{name}-{number}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n")
    return folder


def program(file: Path, script: str) -> Path:
    """A shell script in the place of a Python."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def in_context(home: Path, url: str) -> None:
    """As `docker context create test` and `docker context use test` leave it."""
    meta = home / ".docker" / "contexts" / "meta" / hashlib.sha256(b"test").hexdigest()
    meta.mkdir(parents=True)
    host = {"docker": {"Host": url, "SkipTLSVerify": False}}
    (meta / "meta.json").write_text(json.dumps({"Name": "test", "Metadata": {}, "Endpoints": host}))
    (home / ".docker" / "config.json").write_text('{"currentContext": "test"}')
