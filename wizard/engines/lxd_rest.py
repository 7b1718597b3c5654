"""One GET at the REST API of LXD or Incus, and what it says of itself (engines.md 3.4)."""

from __future__ import annotations

import json
from typing import Any, Final

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Fault
from wizard.core.ports import EngineStatus
from wizard.core.text import clean
from wizard.engines.docker_failures import invalid
from wizard.engines.docker_fingerprints import Reply
from wizard.engines.local_socket import BUDGET_S, exchange

_MOST_BYTES: Final = 8 << 20
_OK, _FORBIDDEN, _FIRST_SERVER_ERROR = 200, 403, 500
_PRODUCTS: Final = {"lxd": "LXD", "incus": "Incus"}


@dataclass(frozen=True, slots=True)
class Server:
    """What answers, and whether this user may use it."""

    product: str
    """`LXD` or `Incus`."""
    version: str
    is_trusted: bool
    has_storage: bool
    """False on one that was installed and never set up: it can hold no instance."""
    architecture: str = ""


async def get(path: str, url: str, limit_s: float = BUDGET_S) -> Any | Reply:
    """The `metadata` of the answer; a Reply says why there is none."""
    # HTTP/1.0: the answer comes whole and unchunked, and its end is the connection's.
    request = f"GET {url} HTTP/1.0\r\nHost: lxd\r\nUser-Agent: registry-wizard\r\n\r\n".encode()
    raw = await exchange(
        path, request, is_whole=lambda _: False, most_bytes=_MOST_BYTES, limit_s=limit_s
    )
    return raw if isinstance(raw, Reply) else _read(raw)


def _read(raw: bytes) -> Any | Reply:
    if not raw:
        words = "the connection was closed without a word: what it leads to is not running"
        return Reply(EngineStatus.STOPPED, words, "engine.not-running", Fault.RESET)
    head, _, body = raw.partition(b"\r\n\r\n")
    first = head.split(b"\r\n")[0].decode("latin-1").split(" ")
    status = int(first[1]) if len(first) > 1 and first[1].isdecimal() else 0
    try:
        document = json.loads(body) if raw.startswith(b"HTTP/1.") else None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or "metadata" not in document:
        return invalid("what answers there is neither LXD nor Incus")
    if status == _OK:
        return document["metadata"]
    said = clean(f"it answered {status} {document.get('error') or ''}", 160)
    if status == _FORBIDDEN:
        return Reply(EngineStatus.DENIED, said, "engine.permission-denied", Fault.DENIED)
    if status >= _FIRST_SERVER_ERROR:
        return Reply(EngineStatus.HUNG, said, "engine.not-answering", Fault.HUNG)
    return invalid(said)


async def ask_server(path: str, limit_s: float = BUDGET_S) -> Server | Reply:
    """Who answers at this socket."""
    metadata = await get(path, "/1.0", limit_s)
    if isinstance(metadata, Reply):
        return metadata
    known = metadata if isinstance(metadata, dict) else {}
    environment = known.get("environment")
    about = environment if isinstance(environment, dict) else {}
    is_trusted = known.get("auth") == "trusted"
    product = _PRODUCTS.get(str(about.get("server", "")).lower(), "")
    if not product and is_trusted:
        return invalid("what answers there is neither LXD nor Incus")
    architectures = about.get("architectures")
    return Server(
        product=product or "LXD",
        version=clean(str(about.get("server_version") or ""), 40),
        is_trusted=is_trusted,
        has_storage=bool(about.get("storage")),
        architecture=clean(str(architectures[0]), 20) if isinstance(architectures, list) else "",
    )
