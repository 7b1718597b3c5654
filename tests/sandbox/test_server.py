"""The sandbox as a guest in somebody's event loop: it starts fast and leaves nothing."""

from __future__ import annotations

import asyncio
import gc
import socket
import ssl
import time
from pathlib import Path

import httpx
import pytest

from tests.support.certificates import Authority
from wizard.sandbox import accounts
from wizard.sandbox.faults import fault
from wizard.sandbox.server import Sandbox
from wizard.sandbox.transport import SandboxTransport


def open_files() -> set[str]:
    """What this process has open."""
    found = set()
    for entry in Path("/proc/self/fd").iterdir():
        try:
            found.add(f"{entry.name} {entry.readlink()}")
        except FileNotFoundError:
            continue  # the listing's own
    return found


async def test_it_leaves_no_task_and_no_socket_behind() -> None:
    async with Sandbox.start():
        pass  # what is loaded once only
    gc.collect()
    files, tasks = open_files(), asyncio.all_tasks()
    async with Sandbox.start() as sandbox:
        async with httpx.AsyncClient(transport=SandboxTransport(sandbox)) as client:
            assert (await client.get("https://ghcr.io/v2/")).status_code == 401
        with socket.create_connection(("127.0.0.1", sandbox.port)):
            pass
        assert asyncio.all_tasks() != tasks
    gc.collect()
    assert asyncio.all_tasks() == tasks
    assert open_files() == files
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", sandbox.port))


async def test_it_stops_at_once_though_a_request_hangs_and_a_connection_rests() -> None:
    async with Sandbox.start() as sandbox:
        client = httpx.AsyncClient(transport=SandboxTransport(sandbox), timeout=30)
        await client.get("https://api.github.com/users/practice")
        sandbox.switch_fault("silent", on=True)
        asked = asyncio.create_task(client.get("https://ghcr.io/v2/"))
        while not any(seen.host == "ghcr.io" for seen in sandbox.requests):  # noqa: ASYNC110
            await asyncio.sleep(0)
        stopping = time.monotonic()
    assert time.monotonic() - stopping < 1
    # Cut or answered with an error: it ends, which is what counts.
    [ended] = await asyncio.gather(asked, return_exceptions=True)
    assert isinstance(ended, httpx.TransportError) or ended.is_error
    await client.aclose()


async def test_two_sandboxes_know_nothing_of_each_other() -> None:
    async with Sandbox.start() as one, Sandbox.start() as other:
        assert one.port != other.port
        one.switch_fault("registry-down", on=True)
        async with httpx.AsyncClient(transport=SandboxTransport(other)) as client:
            assert (await client.get("https://ghcr.io/v2/")).status_code == 401


async def test_a_practice_run_reaches_no_other_host(sandbox: Sandbox) -> None:
    async with httpx.AsyncClient(transport=SandboxTransport(sandbox)) as client:
        for url in ("https://github.com/", "http://ghcr.io/", "https://127.0.0.1/"):
            with pytest.raises(httpx.ConnectError):
                await client.get(url)
    assert sandbox.requests == ()


async def test_a_request_for_an_unknown_name_is_misdirected(sandbox: Sandbox) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{sandbox.port}/v2/")
    assert answer.status_code == 421


async def test_it_remembers_requests_and_never_a_credential(
    sandbox: Sandbox, client: httpx.AsyncClient
) -> None:
    headers = {"Authorization": f"Bearer {accounts.WRITE_TOKEN}"}
    await client.get("https://api.github.com/user?x=1", headers=headers)
    seen = sandbox.requests[-1]
    assert (seen.method, seen.host, seen.path) == ("GET", "api.github.com", "/user")
    assert (seen.query, seen.status, seen.authorized, seen.login) == ("x=1", 200, True, "practice")
    assert accounts.WRITE_TOKEN not in repr(sandbox.requests)
    sandbox.forget_requests()
    assert sandbox.requests == ()


async def test_reset_makes_it_new(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
    url = "https://open.practice.test/v2/team/app/blobs/uploads/?digest="
    content = b"blob"
    digest = "sha256:fa2c8cc4f28176bbeed4b736df569a34c79cd3723e9ec42f9674b4d46ac6b8b8"
    assert (await client.post(url + digest, content=content)).status_code == 201
    sandbox.switch_fault("escapes", on=True)
    sandbox.reset()
    assert (sandbox.active_faults, sandbox.requests) == ((), ())
    blob = await client.get(f"https://open.practice.test/v2/team/app/blobs/{digest}")
    assert blob.status_code == 404


async def test_a_body_larger_than_it_takes_is_refused(client: httpx.AsyncClient) -> None:
    async def endless() -> object:
        for _ in range(65):
            yield bytes(1 << 20)

    url = "https://open.practice.test/v2/team/app/blobs/uploads/"
    answer = await client.post(url, content=endless(), timeout=30)  # type: ignore[arg-type]
    assert answer.status_code == 413


def test_the_account_to_show_is_no_secret_of_anybodys(sandbox: Sandbox) -> None:
    assert sandbox.prefix == "ghcr.io/practice"
    assert sandbox.account.login == "practice"
    assert sandbox.account.credential.secret.reveal() == sandbox.account.secret
    # GitHub's own tokens are letters and digits behind their prefix.
    assert all("_" in secret.partition("_")[2] for secret in accounts.practice_tokens())
    with pytest.raises(KeyError):
        sandbox.account_for("registry.example.com")


def test_an_unknown_fault_is_not_switched(sandbox: Sandbox) -> None:
    with pytest.raises(KeyError):
        sandbox.switch_fault("no-such", on=True)
    with pytest.raises(KeyError):
        fault("no-such")


async def test_it_stops_at_once_in_the_middle_of_an_upload() -> None:
    tasks = asyncio.all_tasks()
    async with Sandbox.start(default_host="open.practice.test") as sandbox:
        reader, writer = await asyncio.open_connection("127.0.0.1", sandbox.port)
        ping = b"GET /v2/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        upload = (
            b"POST /v2/a/blobs/uploads/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n"
        )
        writer.write(ping)
        await reader.readuntil(b"{}")
        writer.write(upload + b"half")
        await writer.drain()
        await asyncio.sleep(0.05)  # nothing tells when the server has begun to read it
        stopping = time.monotonic()
    assert time.monotonic() - stopping < 1
    assert asyncio.all_tasks() == tasks
    writer.close()


async def test_it_speaks_tls_and_http2(tmp_path: Path) -> None:
    leaf = Authority(tmp_path).issue()
    started = Sandbox.start(
        certificate=leaf.certificate, key=leaf.key, default_host="open.practice.test"
    )
    trust = ssl.create_default_context(cafile=tmp_path / "authority.pem")
    async with started as sandbox, httpx.AsyncClient(verify=trust, http2=True) as client:
        answer = await client.get(f"https://127.0.0.1:{sandbox.port}/v2/")
        # A connection that never says a word does not keep it from stopping.
        silent = socket.create_connection(("127.0.0.1", sandbox.port))
    assert (answer.status_code, answer.http_version) == (200, "HTTP/2")
    silent.close()
