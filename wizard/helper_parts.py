"""Long texts in a keyring whose items have a limit: cut up, and put together again.

Windows keeps 2,560 bytes in an item, and keyring writes UTF-16: 1,280 characters. An ECR token of
an SSO role or a service account's key is longer (credentials.md 2.2, 3.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Protocol

from wizard.helper_words import HelperError

ACCOUNT: Final = "docker-credential-registry-wizard"
WINDOWS_BYTES: Final = 2400
"""A little less than the system takes."""

# What is kept whole is JSON and begins with a brace.
_MARK: Final = "parts:"
_COUNT: Final = re.compile(r"[0-9]{1,4}")
_BROKEN: Final = "a part of what the keyring holds for this server is missing: log in again"


class Keyring(Protocol):
    """The methods of keyring's backends that are used here."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class Texts:
    """Texts by name, of any length. With `most_bytes` None, the keyring takes them whole."""

    def __init__(self, keyring: Keyring, most_bytes: int | None = None) -> None:
        """`most_bytes` of UTF-16 in one item."""
        self._keyring = keyring
        self._most_bytes = most_bytes

    def get(self, name: str) -> str | None:
        """Raises HelperError where a part was lost."""
        head = self._keyring.get_password(name, ACCOUNT)
        if head is None or not head.startswith(_MARK):
            return head
        found = [self._keyring.get_password(part, ACCOUNT) for part in _part_names(name, head)]
        text = "".join(part for part in found if part is not None)
        if None in found or not head.endswith(_digest(text)):
            raise HelperError(_BROKEN)
        return text

    def set(self, name: str, text: str) -> None:
        """Parts first, then the head that names them: a cut-off write leaves the earlier text."""
        before = self._keyring.get_password(name, ACCOUNT) if self._most_bytes else None
        pieces = list(_cut(text, self._most_bytes)) if self._most_bytes else [text]
        head = text if len(pieces) == 1 else _head(pieces, text)
        if len(pieces) > 1:
            for part, piece in zip(_part_names(name, head), pieces, strict=True):
                self._keyring.set_password(part, ACCOUNT, piece)
        self._keyring.set_password(name, ACCOUNT, head)
        if before != head:
            self._drop_parts(name, before)

    def delete(self, name: str) -> None:
        """What is not there counts as deleted."""
        head = self._keyring.get_password(name, ACCOUNT)
        if head is not None:
            self._keyring.delete_password(name, ACCOUNT)
            self._drop_parts(name, head)

    def _drop_parts(self, name: str, head: str | None) -> None:
        if head is None or not head.startswith(_MARK):
            return
        for part in _part_names(name, head):
            if self._keyring.get_password(part, ACCOUNT) is not None:
                self._keyring.delete_password(part, ACCOUNT)


def _head(pieces: list[str], text: str) -> str:
    return f"{_MARK}{len(pieces)}:{_digest(text)}"


def _part_names(name: str, head: str) -> list[str]:
    """They carry the text's digest: those of two texts never mix."""
    count, _, digest = head.removeprefix(_MARK).partition(":")
    if not _COUNT.fullmatch(count):
        raise HelperError(_BROKEN)
    return [f"{name} ({digest[:16]}, part {n} of {count})" for n in range(1, int(count) + 1)]


def _digest(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def _cut(text: str, most_bytes: int) -> Iterator[str]:
    start = size = 0
    for position, character in enumerate(text):
        # Beyond the basic plane, UTF-16 needs a pair.
        width = 2 if ord(character) < 1 << 16 else 4
        if size + width > most_bytes:
            yield text[start:position]
            start, size = position, 0
        size += width
    yield text[start:]
