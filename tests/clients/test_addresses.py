from __future__ import annotations

import pytest

from wizard.clients.addresses import is_inner, is_loopback


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "[::1]",
        "::",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "::ffff:127.0.0.1",
        "::ffff:a9fe:a9fe",
        "2002:7f00:1::",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "metadata.google.internal",
    ],
)
def test_what_lies_inside_is_seen_in_every_notation(host: str) -> None:
    assert is_inner(host)


@pytest.mark.parametrize(
    "host", ["ghcr.io", "140.82.112.33", "2606:50c0::1", "1and1.com", "0x.example.com", "3.4.5.6.7"]
)
def test_what_lies_outside_is_not_taken_for_inside(host: str) -> None:
    assert not is_inner(host)


def test_only_loopback_is_loopback() -> None:
    assert is_loopback("localhost")
    assert is_loopback("[::1]")
    assert not is_loopback("10.0.0.1")
    assert not is_loopback("localhost.example.com")
