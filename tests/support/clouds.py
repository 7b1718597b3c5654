"""A machine whose cloud session makes logins, and the file that names it for the helper."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.credential_helpers import Machine
from wizard.core.minted import minted_path

GAR_HOST = "europe-docker.pkg.dev"
ADA = "gcloud:ada@example.com"

_GCLOUD = """#!{python} -I
import json, pathlib, sys
log = pathlib.Path({log!r})
log.open("a").write(" ".join(sys.argv[1:]) + "\\n")
if {broken!r}:
    sys.stderr.write("ERROR: (gcloud) Reauthentication failed. CANARY-gcloud")
    sys.exit(1)
number = len(log.read_text().splitlines())
token = {{"access_token": "CANARY-token-%d" % number, "token_expiry": {ends!r}}}
print(json.dumps({{"credential": token, "configuration": {{}}}}))
"""


class StandInGcloud:
    """`gcloud config config-helper`, each time with another token. No real account is needed."""

    def __init__(self, machine: Machine, *, lasts_s: int = 3600, is_broken: bool = False) -> None:
        self._log = machine.home / "gcloud.log"
        ends = (datetime.now(UTC) + timedelta(seconds=lasts_s)).isoformat()
        program = machine.bin / "gcloud"
        program.write_text(
            _GCLOUD.format(python=sys.executable, log=str(self._log), ends=ends, broken=is_broken)
        )
        program.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        return self._log.read_text().splitlines() if self._log.exists() else []


def write_minted(machine: Machine, host: str = GAR_HOST, origin: str = ADA) -> Path:
    """Agree that the wizard's helper makes this host's logins."""
    path = minted_path(machine.environ, machine.home, "linux")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(json.dumps({"hosts": {host: {"cloud": "google", "origin": origin}}}))
    return path
