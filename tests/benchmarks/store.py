"""What docker waits for when it asks the wizard's own helper for a login."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.benchmarks.measure import Row, ratio, run_once
from tests.support.credential_helpers import Machine
from tests.support.keyrings import own_helper, unlocked_keyring

_BACKEND: Final = "import keyring.backends.SecretService"
_LOGIN: Final = b'{"ServerURL": "ghcr.io", "Username": "amy", "Secret": "CANARY"}'


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="bench-home-") as name:
        machine = Machine(Path(name), XDG_RUNTIME_DIR=name, XDG_DATA_HOME=f"{name}/share")
        Path(name).chmod(0o700)
        helper = own_helper(machine)
        with unlocked_keyring(machine):
            _asked(helper, "store", _LOGIN, machine)

            def get() -> float:
                return _asked(helper, "get", b"ghcr.io", machine)

            def anchor() -> float:
                return run_once([sys.executable, "-c", _BACKEND], machine.environ).seconds

            compared, seconds, _ = ratio(get, anchor)
            yield Row("own helper's get / python that imports keyring's backend", compared, 1.5)
            yield Row("  own helper's get", seconds * 1000, None, "ms")


def _asked(helper: Path, action: str, stdin: bytes, machine: Machine) -> float:
    began = time.perf_counter()
    argv = [str(helper), action]
    subprocess.run(argv, input=stdin, env=machine.environ, capture_output=True, check=True)
    return time.perf_counter() - began
