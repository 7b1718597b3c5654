"""No cause is forgotten: what the tests here make happen is all that the issue lists."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from wizard.causes import CATALOGUE

MUST_HAPPEN = """
reference.invalid reference.incomplete
network.dns network.unreachable network.timeout network.tls-untrusted network.tls-invalid
network.clock-wrong network.plain-http network.proxy network.intercepted network.registry-down
network.rate-limited
login.missing login.rejected login.expired login.token-kind login.scope-missing login.sso-required
login.realm-refused
push.not-permitted push.policy push.interrupted
pull.private pull.private-or-missing pull.missing-tag pull.missing-repository pull.platform-missing
pull.blobs-unreadable pull.stale-login pull.never-anonymous
engine.not-running engine.permission-denied engine.not-answering engine.endpoint-invalid
engine.wrong-context engine.disk-full engine.registry-plain-http engine.registry-untrusted
engine.registry-unreachable engine.none-found engine.no-builder
store.helper-missing store.helper-failing store.helper-hung store.locked store.none store.plaintext
config.docker-malformed config.docker-unwritable config.wizard-damaged config.wizard-newer
config.environment-shadows config.podman-shadows config.wizard-unwritable
"""
_IN_AN_ID = re.compile(r"[\[-]((?:[a-z]+)\.[a-z-]+)")


def test_every_cause_of_the_list_is_made_to_happen() -> None:
    here = Path(__file__).parent
    argv = [sys.executable, "-m", "pytest", "--collect-only", "-q", str(here)]
    ended = subprocess.run(argv, capture_output=True, text=True, check=True, cwd=here.parents[1])
    found = {_cause(name) for name in _IN_AN_ID.findall(ended.stdout)} - {""}

    missing = set(MUST_HAPPEN.split()) - found
    if missing:
        pytest.fail(f"no test here makes these happen: {', '.join(sorted(missing))}")


def _cause(name: str) -> str:
    """The longest cause that an id begins with: what follows it are other parameters."""
    fitting = [cause for cause in CATALOGUE if name == cause or name.startswith(f"{cause}-")]
    return max(fitting, key=len, default="")


def test_the_list_names_causes_of_the_catalogue() -> None:
    assert set(MUST_HAPPEN.split()) <= set(CATALOGUE)
