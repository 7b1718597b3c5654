"""Is a secret anywhere that it should not be? In any of the forms in which secrets travel."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from urllib.parse import quote


def new_canary(start: str = "") -> str:
    """Random, recognisable, and with characters that every encoding changes."""
    return f"{start}CANARY-{secrets.token_hex(8)}/%+&~"


def forms(secret: str, username: str = "") -> tuple[bytes, ...]:
    """The secret itself, for a URL, in base64, and as HTTP Basic has it."""
    raw = secret.encode()
    pair = f"{username}:{secret}".encode()
    encoded = {base64.b64encode(text).rstrip(b"=") for text in (raw, pair)}
    encoded |= {base64.urlsafe_b64encode(text).rstrip(b"=") for text in (raw, pair)}
    return tuple({raw, quote(secret, safe="").encode(), *encoded})


def is_in(content: bytes, secret: str, username: str = "") -> bool:
    return any(form in content for form in forms(secret, username))


def files_with(
    folder: Path, secret: str, username: str = "", but: Collection[Path] = ()
) -> list[Path]:
    """Every file below `folder` that has it, by content or by name, except where it belongs."""
    found = []
    for path in _all(folder):
        named = is_in(str(path).encode(), secret, username)
        holds = path.is_file() and is_in(path.read_bytes(), secret, username)
        if (named or holds) and path not in but:
            found.append(path)
    return found


def texts_with(texts: Iterable[str], secret: str, username: str = "") -> list[str]:
    return [text for text in texts if is_in(text.encode(), secret, username)]


def _all(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if not path.is_socket())
