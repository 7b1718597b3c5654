"""Where a credential may go."""

from __future__ import annotations

import pytest

from wizard.clients.realms import allowed_realm
from wizard.core.diagnosis import Fault, Problem
from wizard.core.ports import Endpoint

ENDPOINT = Endpoint("registry.example.com", "https://registry.example.com")
KNOWN = Endpoint("ghcr.io", "https://ghcr.io", realms=("https://ghcr.io/token",))


@pytest.mark.parametrize(
    ("realm", "endpoint"),
    [
        ("https://registry.example.com/any/path", ENDPOINT),
        ("https://registry.example.com:443/token", ENDPOINT),
        ("https://ghcr.io/token", KNOWN),
        (
            "https://public.ecr.aws/token/",
            Endpoint("p", "https://api.p", ("https://public.ecr.aws/token",)),
        ),
    ],
)
def test_a_credential_goes_to_what_belongs_to_the_registry(realm: str, endpoint: Endpoint) -> None:
    assert allowed_realm(endpoint, realm, with_credential=True).startswith("https://")


@pytest.mark.parametrize(
    "realm",
    [
        "https://auth.example.net/token",
        "https://registry.example.com:8443/token",
        "https://registry.example.com.evil.net/token",
        "https://registry.example.com@evil.net/token",
        "http://registry.example.com/token",
        "//evil.net/token",
        "https://sub.registry.example.com/token",
        "ftp://registry.example.com/token",
        "https://[broken",
        "https://registry.example.com:99999/token",
        "javascript:alert(1)",
        "https://registry.example.com/" + "x" * 3000,
    ],
)
def test_a_credential_goes_nowhere_else(realm: str) -> None:
    with pytest.raises(Problem) as raised:
        allowed_realm(ENDPOINT, realm, with_credential=True)

    assert raised.value.cause == "login.realm-refused"
    assert raised.value.evidence[-1].fault is Fault.REALM


def test_a_path_beside_the_known_realm_of_another_host_is_not_known() -> None:
    hub = Endpoint("docker.io", "https://registry-1.docker.io", ("https://auth.docker.io/token",))

    with pytest.raises(Problem):
        allowed_realm(hub, "https://auth.docker.io/steal", with_credential=True)


def test_without_a_credential_any_encrypted_service_outside_will_do() -> None:
    assert allowed_realm(ENDPOINT, "https://auth.example.net/t", with_credential=False)


@pytest.mark.parametrize(
    "realm",
    [
        "http://auth.example.net/t",
        "https://169.254.169.254/t",
        "https://10.0.0.1/",
        "https://[::1]/t",
    ],
)
def test_even_without_a_credential_nobody_is_lured_inside(realm: str) -> None:
    with pytest.raises(Problem):
        allowed_realm(ENDPOINT, realm, with_credential=False)


def test_a_registry_inside_may_have_its_token_service_inside() -> None:
    inside = Endpoint("127.0.0.1:5000", "http://127.0.0.1:5000")

    assert allowed_realm(inside, "http://127.0.0.1:5001/token", with_credential=False)
