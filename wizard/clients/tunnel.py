"""How far a request has come, through a proxy or not: told by httpcore's own trace of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_BEGINS: Final = "connection.connect_tcp.started"
_HTTP_2: Final = "http2."
_THROUGH: Final = frozenset({"proxy.start_tls.started", "socks.start_tls.started"})


class Tunnel:
    """The `trace` of one request. While it is stuck, what goes wrong is the proxy's doing."""

    def __init__(self, proxy: str) -> None:
        """`proxy` as it may be shown; empty for a direct connection."""
        self.proxy = proxy
        self.is_http_2 = False
        """Whether that was agreed on, and tried."""
        self._has_begun = False
        self._is_through = False

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        del info
        self._has_begun = self._has_begun or event == _BEGINS
        self._is_through = self._is_through or event in _THROUGH
        self.is_http_2 = self.is_http_2 or event.startswith(_HTTP_2)

    @property
    def is_stuck(self) -> bool:
        """A connection of its own was begun, and the proxy has not let it through."""
        return bool(self.proxy) and self._has_begun and not self._is_through
