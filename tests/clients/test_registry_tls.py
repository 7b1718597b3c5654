"""Whom we trust: a real docker-registry with certificates of every kind."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.certificates import DAY, Authority, self_signed
from tests.support.conversation import (
    ADA,
    CANARY,
    diagnosis_of,
    endpoint,
    image,
    push,
    world,
)
from tests.support.docker_registry import docker_registry
from tests.support.hostile import always, hostile
from wizard.clients.http import make_client
from wizard.clients.registry_api import V2Registry
from wizard.clients.registry_talk import Talk
from wizard.clients.registry_tokens import Tokens
from wizard.core.names import Repository
from wizard.core.secret import ANONYMOUS

pytestmark = pytest.mark.engine


async def test_a_private_authority_is_untrusted_until_the_environment_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    with docker_registry(tmp_path, tls=authority.issue()) as registry:
        async with world() as outside:
            api = outside.registry_api(endpoint(registry.base_url), ANONYMOUS)
            untrusted = await diagnosis_of(api.ping())
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
        async with world() as outside:
            api = outside.registry_api(endpoint(registry.base_url), ANONYMOUS)
            trusted = await api.ping()

    assert untrusted.cause == "network.tls-untrusted"
    assert untrusted.evidence[-1].fault == "tls-untrusted"
    assert trusted.scheme == "none"


async def test_a_certificate_signed_by_itself_is_told_apart(tmp_path: Path) -> None:
    with docker_registry(tmp_path, tls=self_signed(tmp_path)) as registry:
        async with world() as outside:
            api = outside.registry_api(endpoint(registry.base_url), ANONYMOUS)

            found = await diagnosis_of(api.ping())

    assert (found.cause, found.evidence[-1].fault) == ("network.tls-untrusted", "tls-self-signed")


async def test_dockers_folder_for_the_host_is_trusted_for_that_host_alone(
    tmp_path: Path, home: Path
) -> None:
    authority = Authority(tmp_path)
    leaf = authority.issue()
    with docker_registry(tmp_path, tls=leaf) as one, docker_registry(tmp_path, tls=leaf) as other:
        folder = home / ".config" / "docker" / "certs.d" / one.host
        folder.mkdir(parents=True)
        (folder / "ca.crt").write_bytes(authority.certificate.read_bytes())
        async with world() as outside:
            ping = await outside.registry_api(endpoint(one.base_url), ANONYMOUS).ping()
            found = await diagnosis_of(
                outside.registry_api(endpoint(other.base_url), ANONYMOUS).ping()
            )

    assert ping.scheme == "none"
    assert found.cause == "network.tls-untrusted"


@pytest.mark.parametrize(
    ("names", "valid_from", "valid_until", "words"),
    [
        ((), -3 * DAY, -DAY, "has expired"),
        ((), DAY, 3 * DAY, "not valid yet"),
        (("elsewhere.example",), -DAY, DAY, "another"),
    ],
    ids=["expired", "not yet", "another host"],
)
async def test_an_invalid_certificate_says_why(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    names: tuple[str, ...],
    valid_from: timedelta,
    valid_until: timedelta,
    words: str,
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    leaf = authority.issue(*names, valid_from=valid_from, valid_until=valid_until)
    with docker_registry(tmp_path, tls=leaf) as registry:
        async with world() as outside:
            api = outside.registry_api(endpoint(registry.base_url), ANONYMOUS)

            found = await diagnosis_of(api.ping())

    assert found.cause == "network.tls-invalid"
    assert words in found.evidence[-1].message


@pytest.mark.parametrize(
    ("date", "cause"),
    [("Mon, 01 Jan 2024 00:00:00 GMT", "network.clock-wrong"), ("nonsense", "network.tls-invalid")],
)
async def test_the_servers_date_tells_a_wrong_clock_from_a_bad_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, date: str, cause: str
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    leaf = authority.issue(valid_from=-3 * DAY, valid_until=-DAY)
    async with (
        hostile(always(301, b"", {"Date": date, "Location": "https://x/"})) as plain,
        hostile(always(200, b"{}"), tls=leaf.server_context()) as server,
        make_client(os.environ, 5.0) as client,
    ):
        talk = Talk(endpoint(server.base_url), ANONYMOUS, client, Tokens(), 5.0)
        registry = V2Registry(talk, plain_port=int(plain.host.rpartition(":")[2]))

        found = await diagnosis_of(registry.ping())

    assert found.cause == cause


async def test_plain_http_where_tls_is_expected_is_named(tmp_path: Path) -> None:
    with docker_registry(tmp_path) as registry:
        async with world() as outside:
            api = outside.registry_api(endpoint(f"https://{registry.host}"), ANONYMOUS)

            assert (await diagnosis_of(api.ping())).cause == "network.plain-http"


async def test_a_loopback_registry_that_wants_tls_gets_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    with docker_registry(tmp_path, tls=authority.issue(), htpasswd={"ada": CANARY}) as registry:
        repository = Repository(registry.host, "ada/app")
        async with world() as outside:
            api = outside.registry_api(endpoint(f"http://{registry.host}"), ADA)

            assert "https://" in await api.prove(repository)
            await push(api, repository, image(), "v1")
