"""What the HTTP client costs: httpx, and not the command line that httpx brings along."""

from __future__ import annotations

import json
import subprocess
import sys

_PROGRAM = """
import json, sys
import wizard.clients.http
wanted = ("httpx", "click", "rich", "pygments")
print(json.dumps([name for name in wanted if name in sys.modules]))
"""


def test_the_http_client_loads_httpx_without_its_command_line() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
    )

    assert json.loads(ran.stdout) == ["httpx"]
