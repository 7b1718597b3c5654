"""Servers that lie, and what they say in words."""

from __future__ import annotations

import json

import pytest

from tests.support.conversation import (
    diagnosis_of,
    endpoint,
    image,
    layer_of,
    problem_of,
    pulled,
    world,
)
from tests.support.hostile import always, hostile
from wizard.core.diagnosis import Fault
from wizard.core.image import OCI_MANIFEST, Descriptor, digest_of
from wizard.core.names import Repository
from wizard.core.secret import ANONYMOUS

JSON = {"Content-Type": "application/json"}
MANIFEST = {"Content-Type": OCI_MANIFEST}


async def test_other_bytes_than_the_digest_names_are_refused() -> None:
    pushed = image()
    async with hostile(always(200, b"x" * len(pushed.layer))) as server, world() as outside:
        api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
        repository = Repository(server.host, "team/app")
        blob = await diagnosis_of(api.get_blob(repository, layer_of(pushed)))

    assert (blob.cause, blob.evidence[-1].fault) == ("pull.blobs-unreadable", Fault.DIGEST)


async def test_another_manifest_than_the_digest_names_is_refused() -> None:
    pushed, asked = image(), str(digest_of(b"what was asked for"))
    async with hostile(always(200, pushed.manifest.body, MANIFEST)) as server, world() as outside:
        api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
        found = await diagnosis_of(api.get_manifest(Repository(server.host, "a/b"), asked))

    assert (found.cause, found.evidence[-1].fault) == ("network.intercepted", Fault.DIGEST)


async def test_a_digest_header_that_lies_is_found_out() -> None:
    pushed = image()
    lie = {**MANIFEST, "Docker-Content-Digest": str(digest_of(b"a lie"))}
    async with hostile(always(200, pushed.manifest.body, lie)) as server:
        assert (await pulled(server)).evidence[-1].fault is Fault.DIGEST


async def test_a_registry_that_stores_something_else_is_found_out() -> None:
    pushed = image()
    lie = {"Docker-Content-Digest": str(digest_of(b"a lie"))}
    async with hostile(always(201, b"", lie)) as server, world() as outside:
        api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
        repository = Repository(server.host, "team/app")

        put = await problem_of(api.put_manifest(repository, "v1", pushed.manifest))
        blob = await problem_of(api.push_blob(repository, layer_of(pushed), pushed.layer))

    assert put.evidence[-1].fault is Fault.DIGEST
    assert blob.evidence[-1].fault is Fault.DIGEST


async def test_a_layer_of_another_size_is_no_layer() -> None:
    async with hostile(always(200, b"", length=5)) as server, world() as outside:
        api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
        layer = Descriptor.of("application/octet-stream", b"four")
        found = await diagnosis_of(api.has_blob(Repository(server.host, "team/app"), layer))

    assert (found.cause, found.evidence[-1].fault) == ("pull.blobs-unreadable", Fault.DIGEST)


async def test_a_descriptor_of_absurd_size_is_not_fetched() -> None:
    async with hostile(always(200)) as server, world() as outside:
        api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
        absurd = Descriptor("x", digest_of(b""), 1 << 40)
        problem = await problem_of(api.get_blob(Repository(server.host, "team/app"), absurd))

        assert problem.evidence[-1].fault is Fault.TOO_LARGE
        assert server.requests == []


async def test_a_body_shorter_than_it_says_is_cut_off() -> None:
    async with hostile(always(200, b"{}", MANIFEST, length=500)) as server:
        assert (await pulled(server)).cause == "network.intercepted"


@pytest.mark.parametrize(
    "message",
    ["\x1b]52;c;ZXZpbA==\x07", "\x1b[8mhidden", "\x9b31m", "\u202egnp.exe", "\u200bzero"],
)
async def test_escapes_in_a_message_arrive_as_text(message: str) -> None:
    body = json.dumps({"errors": [{"code": message, "message": message}]}).encode()
    async with hostile(always(403, body, JSON)) as server:
        found = await pulled(server)

    seen = found.evidence[-1]
    assert "\\x" in seen.message or "\\u" in seen.message
    assert all(text.isprintable() for text in (seen.message, seen.code, seen.answered, seen.asked))


async def test_markup_in_a_message_stays_what_it_is() -> None:
    body = json.dumps({"errors": [{"code": "DENIED", "message": "[@click=app.exit]x[/]"}]})
    async with hostile(always(403, body.encode(), JSON)) as server:
        assert (await pulled(server)).evidence[-1].message == "[@click=app.exit]x[/]"


async def test_a_megabyte_of_message_is_cut() -> None:
    body = json.dumps({"errors": [{"code": "X" * 5000, "message": "y" * 50_000}]}).encode()
    async with hostile(always(404, body, JSON)) as server:
        seen = (await pulled(server)).evidence[-1]

    assert len(seen.message) <= 400
    assert len(seen.code) <= 60


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b'{"errors":[{"code":"DENIED","message":"denied"}]}', "DENIED", "denied"),
        (b'{"details":"incorrect username"}', "UNAUTHORIZED", "incorrect username"),
        (b'{"errors":[{"code":404,"message":"m"}]}', "404", "m"),
        (b"Not Authorized", "UNAUTHORIZED", "Not Authorized"),
        (b"", "UNAUTHORIZED", ""),
        (b"caf\xe9", "UNAUTHORIZED", "caf\N{REPLACEMENT CHARACTER}"),
        (b'{"errors":"no list"}', "UNAUTHORIZED", ""),
        (b'{"errors":[7]}', "UNAUTHORIZED", ""),
        (b"[1,2", "UNAUTHORIZED", "[1,2"),
    ],
)
async def test_every_form_of_refusal_is_read(body: bytes, code: str, message: str) -> None:
    async with hostile(always(401, body)) as server:
        seen = (await pulled(server)).evidence[-1]

    assert (seen.code, seen.message) == (code, message)
