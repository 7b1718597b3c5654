"""Answers kept within bounds while they stream, packed or not (credentials.md 4.3 rows 21, 22)."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Callable

import httpx

from wizard.clients.faults import AnswerTooLargeError, AnswerUnreadableError

DEFAULT_MOST_BYTES = 1 << 20


def bounded(
    answer: httpx.Response, request: httpx.Request, closed: Callable[[], None]
) -> httpx.Response:
    """The same answer with its body bounded and unpacked, and the packing taken off the headers.

    The bound is the request's extension `most_bytes`. `closed` is called once, at its end.
    """
    most = int(request.extensions.get("most_bytes", DEFAULT_MOST_BYTES))
    packing = answer.headers.get("content-encoding", "identity").strip().lower()
    stream = _BoundedStream(answer, closed, packing, most, is_head=request.method == "HEAD")
    headers = [(k, v) for k, v in answer.headers.raw if k.lower() != b"content-encoding"]
    return httpx.Response(
        answer.status_code, headers=headers, stream=stream, extensions=answer.extensions
    )


class _BoundedStream(httpx.AsyncByteStream):
    def __init__(
        self,
        answer: httpx.Response,
        on_close: Callable[[], None],
        packing: str,
        most: int,
        *,
        is_head: bool,
    ) -> None:
        self._answer = answer
        self._on_close = on_close
        self._packing = packing
        self._most = most
        self._is_head = is_head
        self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        stream = self._answer.stream
        assert isinstance(stream, httpx.AsyncByteStream)  # noqa: S101 - we asked asynchronously
        declared = self._answer.headers.get("content-length", "")
        if not self._is_head and declared.isdigit() and int(declared[:20]) > self._most:
            raise AnswerTooLargeError("declared larger than allowed")
        unpack = _unpacker(self._packing)
        left = self._most
        async for chunk in stream:
            plain = unpack(chunk, left + 1)
            left -= len(plain)
            if left < 0:
                raise AnswerTooLargeError("larger than allowed")
            if plain:
                yield plain

    async def aclose(self) -> None:
        if not self._closed:
            self._closed = True
            self._on_close()
        await self._answer.aclose()


def _unpacker(packing: str) -> Callable[[bytes, int], bytes]:
    """Unpacks at most so many bytes of a chunk. We ask for `identity`; some answer gzip anyway."""
    if packing in ("", "identity"):
        return lambda chunk, _most: chunk
    if packing not in ("gzip", "x-gzip", "deflate"):
        raise AnswerUnreadableError("an encoding we did not ask for")
    inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)

    def unpack(chunk: bytes, most: int) -> bytes:
        try:
            return inflater.decompress(chunk, most)
        except zlib.error:
            raise AnswerUnreadableError("it is not what it says it is") from None

    return unpack
