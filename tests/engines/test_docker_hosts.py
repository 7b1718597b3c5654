"""Addresses are taken where docker and its SDK agree, and refused with the reason elsewhere."""

from __future__ import annotations

import pytest

from wizard.engines.docker_hosts import InvalidHostError, parse_host


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("unix:///var/run/docker.sock", "unix:///var/run/docker.sock"),
        ("  unix:///run/docker.sock\n", "unix:///run/docker.sock"),
        ("unix:////run/a b.sock", "unix:///run/a b.sock"),
        ("unix://", "unix:///var/run/docker.sock"),
        ("tcp://10.0.0.7:2375", "tcp://10.0.0.7:2375"),
        ("tcp://Build.example.com:2376/", "tcp://build.example.com:2376"),
        ("10.0.0.7:2375", "tcp://10.0.0.7:2375"),
        ("build-1:2375", "tcp://build-1:2375"),
        ("[::1]:2375", "tcp://[::1]:2375"),
        ("tcp://:2375", "tcp://127.0.0.1:2375"),
        ("tcp://[::1]:2375", "tcp://[::1]:2375"),
        ("tcp://user:secret@h:2375", "tcp://h:2375"),
        ("ssh://ada@build.example.com", "ssh://ada@build.example.com"),
        ("ssh://build:2222", "ssh://build:2222"),
    ],
)
def test_an_address_has_one_spelling(text: str, url: str) -> None:
    assert parse_host(text, "linux").url == url


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("   ", "nothing but spaces"),
        ("garbage", "in front"),
        ("garbage:1", "in front"),
        ("/var/run/docker.sock", "in front"),
        ("localhost:2375", "in front"),
        ("10.0.0.7", "in front"),
        ("foo://bar", "starts with foo"),
        ("UNIX:///run/docker.sock", "starts with UNIX"),
        ("https://build:2376", "starts with https"),
        ("fd://", "starts with fd"),
        ("unix://run/docker.sock", "write unix:///run/docker.sock"),
        ("unix:///", "names no socket"),
        ("unix://~/docker.sock", "not filled in"),
        ("unix:///$XDG_RUNTIME_DIR/docker.sock", "not filled in"),
        ("tcp://", "names no host"),
        ("tcp://build", "names no port"),
        ("tcp://build:2375/engine", "a path after its port"),
        ("tcp://build:0", "names no port"),
        ("tcp://build:70000", "malformed"),
        ("tcp://build:port", "malformed"),
        ("tcp://[::1:2375", "malformed"),
        ("tcp://bu ild:2375", "spaces"),
        ("tcp://build:2375?x=1", "no ?"),
        ("ssh://build/run/docker.sock", "no path"),
        ("ssh://-oProxyCommand=touch", "malformed"),
        ("ssh://-l@build", "malformed"),
        ("npipe:////./pipe/docker_engine", "only on Windows"),
    ],
)
def test_an_address_that_cannot_be_used_says_why(text: str, reason: str) -> None:
    with pytest.raises(InvalidHostError, match=reason.replace("?", r"\?")):
        parse_host(text, "linux")


def test_a_pipe_is_an_address_on_windows() -> None:
    host = parse_host("npipe:////./pipe/docker_engine", "win32")

    assert host.url == "npipe:////./pipe/docker_engine"
    assert host.path == r"\\.\pipe\docker_engine"
    assert host.is_local
