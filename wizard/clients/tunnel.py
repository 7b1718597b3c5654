"""How far a request has come, through a proxy or not: told by httpcore's own trace of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

_BEGINS: Final = "connection.connect_tcp.started"
_CONNECTED: Final = "connection.connect_tcp.complete"
_SECURED: Final = "connection.start_tls.complete"
_HTTP_2: Final = "http2."
_THROUGH: Final = frozenset({"proxy.start_tls.started", "socks.start_tls.started"})


class Tunnel:
    """The `trace` of one request, with the moment of each step."""

    def __init__(self, proxy: str) -> None:
        """`proxy` as it may be shown; empty for a direct connection."""
        self.proxy = proxy
        self.is_http_2 = False
        """Whether that was agreed on, and tried."""
        self._at: dict[str, float] = {}

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        del info
        self._at.setdefault(event, time.monotonic())
        self.is_http_2 = self.is_http_2 or event.startswith(_HTTP_2)

    @property
    def is_stuck(self) -> bool:
        """A connection of its own was begun, and the proxy has not let it through.

        What goes wrong until then is the proxy's doing.
        """
        return bool(self.proxy) and _BEGINS in self._at and not _THROUGH & self._at.keys()

    @property
    def seeks_connection(self) -> bool:
        """One was begun, straight to the server, and is not there yet."""
        return not self.proxy and _BEGINS in self._at and _CONNECTED not in self._at

    @property
    def told(self) -> str:
        """What was done in which time, each by itself; empty on a connection that was there."""
        if _CONNECTED not in self._at or self.proxy:
            return ""
        words = f"connected in {self._at[_CONNECTED] - self._at[_BEGINS]:.3f} s"
        if _SECURED not in self._at:
            return f"{words}, and TLS came to no end"
        return f"{words}, TLS in {self._at[_SECURED] - self._at[_CONNECTED]:.3f} s, then silence"
