"""Where a registry may send us on."""

from __future__ import annotations

import pytest

from wizard.clients.hops import ForbiddenHopError, next_hop

BASE = "https://registry.example.com"
BLOB = f"{BASE}/v2/team/app/blobs/x"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/v2/up/1?_state=a%3D%3D", f"{BASE}/v2/up/1?_state=a%3D%3D"),
        ("uploads/1", f"{BASE}/v2/team/app/blobs/uploads/1"),
        (f"{BASE}/v2/up/1", f"{BASE}/v2/up/1"),
        ("https://storage.example.net/b?sig=1#frag", "https://storage.example.net/b?sig=1"),
        ("//storage.example.net/b", "https://storage.example.net/b"),
    ],
)
def test_relative_and_absolute_locations_are_understood(location: str, target: str) -> None:
    assert next_hop(BASE, BLOB, location) == target


@pytest.mark.parametrize(
    "location",
    [
        "http://storage.example.net/b",
        "http://registry.example.com/v2/up/1?a=b",
        "http://registry.example.com:5000/v2/up",
        "http://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::ffff:10.0.0.1]/",
        "https://metadata.google.internal/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "",
        "https://[broken",
        "https://host:99999/",
    ],
)
def test_a_registry_outside_leads_neither_inside_nor_into_the_open(location: str) -> None:
    with pytest.raises(ForbiddenHopError):
        next_hop(BASE, BLOB, location)


def test_a_registry_inside_may_have_its_storage_inside() -> None:
    inside = "http://127.0.0.1:5000"

    assert next_hop(inside, f"{inside}/v2/", "http://127.0.0.1:9000/b") == "http://127.0.0.1:9000/b"
