"""One request to a registry, as a value that can be sent again."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping

from wizard.clients.registry_answers import MOST_ERROR_BYTES
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Stage


class _Chunks:
    """A body of unsaid length, which can be sent again."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        yield self._body


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, as it can be repeated."""

    method: str
    url: str
    stage: Stage
    headers: Mapping[str, str] | None = None
    body: bytes | None = None
    most_bytes: int = MOST_ERROR_BYTES
    headers_only: bool = False
    in_chunks: bool = False
    """As engines send layers: no length is said beforehand."""

    @property
    def content(self) -> bytes | _Chunks | None:
        """The body as httpx takes it."""
        return _Chunks(self.body) if self.in_chunks and self.body else self.body
