"""Uploads and look-ups against registries with habits of their own."""

from __future__ import annotations

import asyncio
from asyncio import StreamWriter

import pytest

from tests.support.conversation import ADA, diagnosis_of, endpoint, image, layer_of, world
from tests.support.hostile import RawRequest, always, hostile, reply
from wizard.clients.registry_upload import LARGEST_PACKET_BYTES
from wizard.core.image import OCI_MANIFEST, Descriptor
from wizard.core.names import Repository
from wizard.core.secret import ANONYMOUS

UPLOADS = "/v2/team/app/blobs/uploads/"


def lines(requests: list[RawRequest]) -> list[str]:
    return [f"{request.method} {request.target}" for request in requests]


async def test_a_registry_that_takes_a_blob_in_one_post_is_not_asked_for_more() -> None:
    pushed = image()
    async with hostile(always(201)) as server, world() as outside:
        api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
        repository = Repository(server.host, "team/app")
        for _ in range(2):
            await api.push_blob(repository, layer_of(pushed), pushed.layer)

        assert lines(server.requests) == [f"POST {UPLOADS}?digest={layer_of(pushed).digest}"] * 2
        assert server.requests[0].body == pushed.layer


@pytest.mark.parametrize("status", [202, 400, 405, 416, 500])
async def test_a_registry_that_does_not_is_given_it_in_two_steps_from_then_on(status: int) -> None:
    async def say(request: RawRequest, out: StreamWriter) -> None:
        if request.method == "PUT":
            await reply(out, 201)
        elif "digest=" in request.target:
            await reply(out, status, b"", {"Location": "/up?s=1"})
        else:
            await reply(out, 202, b"", {"Location": "/up?s=1"})

    pushed = image()
    digest = layer_of(pushed).digest
    async with hostile(say) as server, world() as outside:
        api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
        repository = Repository(server.host, "team/app")
        await api.push_blob(repository, layer_of(pushed), pushed.layer)
        first = lines(server.requests)
        server.requests.clear()
        await api.push_blob(repository, layer_of(pushed), pushed.layer)

        opened = [] if status == 202 else [f"POST {UPLOADS}"]
        assert first == [
            f"POST {UPLOADS}?digest={digest}",
            *opened,
            f"PUT /up?s=1&digest={digest}",
        ]
        assert lines(server.requests) == [f"POST {UPLOADS}", f"PUT /up?s=1&digest={digest}"]
        assert server.asked("content-range") == []


async def test_a_cancelled_upload_is_cancelled_at_the_registry_too() -> None:
    uploading = asyncio.Event()

    async def say(request: RawRequest, out: StreamWriter) -> None:
        if request.method == "PUT":
            uploading.set()
            await asyncio.Event().wait()
        status = 202 if request.method == "POST" else 204
        await reply(out, status, b"", {"Location": "/up"})

    pushed = image()
    async with hostile(say) as server, world() as outside:
        api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
        pushing = asyncio.create_task(
            api.push_blob(Repository(server.host, "team/app"), layer_of(pushed), pushed.layer)
        )
        await uploading.wait()

        pushing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await pushing

        assert lines(server.requests)[-1] == "DELETE /up"


async def test_a_registry_that_cancels_no_upload_still_says_that_one_may_push() -> None:
    async def say(request: RawRequest, out: StreamWriter) -> None:
        status = 202 if request.method == "POST" else 405
        await reply(out, status, b"", {"Location": "/up"})

    async with hostile(say) as server, world() as outside:
        api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)

        assert "cancelled: 405" in await api.may_push(Repository(server.host, "team/app"))


async def test_parts_are_tried_without_a_length_and_the_upload_is_cancelled() -> None:
    async def say(request: RawRequest, out: StreamWriter) -> None:
        status = 204 if request.method == "DELETE" else 202
        await reply(out, status, b"", {"Location": f"{UPLOADS}{request.method.lower()}"})

    async with hostile(say) as server, world() as outside:
        api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
        await api.takes_parts(Repository(server.host, "team/app"))

        assert lines(server.requests) == [
            f"POST {UPLOADS}",
            f"PATCH {UPLOADS}post",
            f"DELETE {UPLOADS}patch",
        ]
        part = server.requests[1]
        assert part.headers["transfer-encoding"] == "chunked"
        assert "content-length" not in part.headers


async def test_a_proxy_that_lets_no_parts_through_is_a_problem() -> None:
    async def say(request: RawRequest, out: StreamWriter) -> None:
        status = 405 if request.method == "PATCH" else 202
        await reply(out, status, b"<html>405 Not Allowed</html>", {"Location": f"{UPLOADS}1"})

    async with hostile(say) as server, world() as outside:
        api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
        found = await diagnosis_of(api.takes_parts(Repository(server.host, "team/app")))

        assert found.evidence[-1].status == 405
        assert lines(server.requests)[-1] == f"DELETE {UPLOADS}1"


async def test_silence_after_a_large_request_alone_speaks_of_large_packets() -> None:
    async def say(request: RawRequest, out: StreamWriter) -> None:
        if request.body:
            await asyncio.Event().wait()
        await reply(out, 202, b"", {"Location": "/up?s=1"})

    for content, is_large in ((b"x" * LARGEST_PACKET_BYTES, False), (image().layer, True)):
        blob = Descriptor.of(OCI_MANIFEST, content)
        async with hostile(say) as server, world(timeout_s=0.3) as outside:
            api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
            push = api.push_blob(Repository(server.host, "team/app"), blob, content)
            found = await diagnosis_of(push)

        assert found.cause == "network.timeout"
        assert any("mtu" in fix.command for fix in found.fixes) is is_large


async def test_an_upload_without_a_location_is_something_else() -> None:
    async with hostile(always(202)) as server, world() as outside:
        api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
        found = await diagnosis_of(api.may_push(Repository(server.host, "team/app")))

    assert found.cause == "network.intercepted"


@pytest.mark.parametrize("status", [400, 403, 404, 405])
async def test_a_head_that_says_nothing_is_repeated_once_as_get(status: int) -> None:
    pushed = image()

    async def say(request: RawRequest, out: StreamWriter) -> None:
        if request.method == "HEAD":
            await reply(out, status)
        else:
            await reply(out, 200, pushed.manifest.body, {"Content-Type": OCI_MANIFEST})

    async with hostile(say) as server, world() as outside:
        api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
        head = await api.head_manifest(Repository(server.host, "team/app"), "v1")

        assert head == Descriptor.of(OCI_MANIFEST, pushed.manifest.body)
        assert [r.method for r in server.requests] == ["HEAD", "GET"]
        assert all("image.index" in accepted for accepted in server.asked("accept"))


async def test_a_head_without_a_digest_is_not_believed() -> None:
    pushed = image()
    answer = always(200, pushed.manifest.body, {"Content-Type": OCI_MANIFEST})
    async with hostile(answer) as server, world() as outside:
        api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
        head = await api.head_manifest(Repository(server.host, "team/app"), "v1")

    assert head.digest == pushed.manifest.digest


@pytest.mark.parametrize("status", [401, 429])
async def test_a_head_whose_status_says_all_is_not_repeated(status: int) -> None:
    async with hostile(always(status)) as server, world() as outside:
        api = outside.registry_api(endpoint(server.base_url), ANONYMOUS)
        await diagnosis_of(api.head_manifest(Repository(server.host, "team/app"), "v1"))

        assert [r.method for r in server.requests] == ["HEAD"]


async def test_storage_that_signs_for_get_alone_is_asked_for_one_byte() -> None:
    async def storage_says(request: RawRequest, out: StreamWriter) -> None:
        await reply(out, 403 if request.method == "HEAD" else 206, b"x")

    pushed = image()
    async with hostile(storage_says) as storage:
        answer = always(307, b"", {"Location": f"{storage.base_url}/b"})
        async with hostile(answer) as server, world() as outside:
            api = outside.registry_api(endpoint(server.base_url), ADA)

            assert await api.has_blob(Repository(server.host, "team/app"), layer_of(pushed))

        assert [r.headers.get("range", "") for r in storage.requests] == ["", "bytes=0-0"]
