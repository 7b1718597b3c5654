"""TLS is loaded when it is needed, once, and whole for everybody who asks at the same time."""

from __future__ import annotations

import subprocess
import sys

_SHORT = """
import sys
from wizard.late import postpone
postpone()
import asyncio, ssl
asyncio.run(asyncio.sleep(0))
print("_ssl" in sys.modules)
print(ssl.create_default_context().check_hostname, "_ssl" in sys.modules)
print(getattr(ssl, "no_such_name", "none"), hasattr(asyncio.sslproto, "SSLProtocol"))
"""
_AT_ONCE = """
import threading
from wizard.late import postpone
postpone()
import ssl
ready, seen = threading.Barrier(16), []
def ask():
    ready.wait()
    seen.append(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).verify_mode is ssl.CERT_REQUIRED)
asking = [threading.Thread(target=ask) for _ in range(16)]
for thread in asking: thread.start()
for thread in asking: thread.join()
print(seen == [True] * 16)
"""
_ENGINE_ALONE = """
import sys, wizard.late
from wizard.__main__ import main
wizard.late.postpone()
code = main(["doctor", "--json"])
print(code, "_ssl" in sys.modules, file=sys.stderr)
"""


def said(program: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        env=environ or None,
        capture_output=True,
        text=True,
        check=True,
    )


def test_asyncio_runs_without_tls_which_is_whole_when_it_is_used() -> None:
    assert said(_SHORT).stdout.splitlines() == ["False", "True True", "none True"]


def test_threads_that_use_it_first_at_the_same_time_all_find_it_whole() -> None:
    assert said(_AT_ONCE).stdout.split() == ["True"]


def test_a_doctor_that_stops_at_the_engine_loads_no_tls(tmp_path: object) -> None:
    ran = said(_ENGINE_ALONE, HOME=str(tmp_path), PATH=str(tmp_path))

    assert ran.stderr.splitlines()[-1] == "1 False"
