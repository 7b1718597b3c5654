from __future__ import annotations

import resource
import signal
import subprocess
import time
from pathlib import Path

from tests.support.credential_helpers import Machine
from tests.support.keyrings import own_helper
from tests.support.killed import run_python

_ABORT = """
import os, resource
hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
from pathlib import Path
from wizard.causes import CATALOGUE
from wizard.clients.journal import JournalFile
from wizard.clients.logins import MachineLogins
from wizard.clients.outside import World
from wizard.clients.undo import MachineJournal
import sys
home = Path(sys.argv[1])
world = World({}, home)
MachineLogins(world, MachineJournal(JournalFile(home, None), world), CATALOGUE)
assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
os.chdir(home)
os.abort()
"""


def test_who_holds_secrets_leaves_no_core_file_behind(tmp_path: Path) -> None:
    ended = run_python(_ABORT, str(tmp_path))

    assert ended.returncode == -signal.SIGABRT, ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_credential_helper_leaves_none_either(home: Path) -> None:
    program = own_helper(Machine(home))
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]

    with subprocess.Popen(
        [program, "get"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (hard, hard)),  # noqa: PLW1509
    ) as asked:
        limits = Path(f"/proc/{asked.pid}/limits")
        until = time.monotonic() + 20
        # It waits for the server's name, and has forbidden core files by then.
        while _core_limit(limits) != "0" and time.monotonic() < until:
            time.sleep(0.02)
        found = _core_limit(limits)

    assert found == "0"


def _core_limit(limits: Path) -> str:
    rows = (row for row in limits.read_text().splitlines() if row.startswith("Max core file"))
    return next(rows).split()[4]
