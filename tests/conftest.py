"""Every test runs in a home of its own and sees nothing of the developer's machine."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

# Variables that would let the developer's own engines, logins and proxies into a test.
_FOREIGN = [
    "ALL_PROXY",
    "AWS_PROFILE",
    "AWS_REGION",
    "CONTAINER_HOST",
    "CURL_CA_BUNDLE",
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "DOCKER_AUTH_CONFIG",
    "DOCKER_CONFIG",
    "DOCKER_CONTEXT",
    "DOCKER_HOST",
    "DOCKER_TLS_VERIFY",
    "GH_CONFIG_DIR",
    "GH_TOKEN",
    "GITHUB_TOKEN",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_COLOR",
    "NO_PROXY",
    "PYTHON_KEYRING_BACKEND",
    "REGISTRY_AUTH_FILE",
    "REGISTRY_WIZARD_CONFIG",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "VIRTUAL_ENV",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
]


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty HOME with its own XDG directories."""
    home = tmp_path_factory.mktemp("home")
    for name in _FOREIGN:
        monkeypatch.delenv(name, raising=False)
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / ".local" / "state"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / ".local" / "share"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / ".cache"))
    monkeypatch.chdir(home)
    return home


def pytest_configure() -> None:
    # A test must not depend on the terminal that runs it.
    os.environ.setdefault("TERM", "xterm-256color")
    # Nor on being started in the background, where programs are born deaf to Ctrl+C.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    # Here, and not beside the faults: who gathers the results of tests that run side by side
    # reads no other conftest.
    from tests.faults.summary import show_matrix

    show_matrix(terminalreporter)
