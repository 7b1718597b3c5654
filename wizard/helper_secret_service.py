"""The Secret Service of a Linux desktop, asked without keyring: a third of its start-up time.

Items carry keyring's own attributes, so that both find what the other stored.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from wizard.helper_words import LOCKED, HelperError


class SecretService:
    """The default collection, unlocked when it is first needed. Texts by (service, user name)."""

    def __init__(self) -> None:
        """Raises HelperError where no such service runs or can be started."""
        import secretstorage

        self._library: Any = secretstorage
        try:
            self._bus = secretstorage.dbus_init()
            is_there = secretstorage.check_service_availability(self._bus)
        except Exception as error:  # noqa: BLE001 - a broken bus fails in every possible way
            said = str(error).partition("\n")[0][:120]
            raise HelperError(f"no keyring runs here: {said or type(error).__name__}") from None
        if not is_there:
            raise HelperError("no keyring runs here: nothing answers for the Secret Service")
        self._opened: Any = None

    def get_password(self, service: str, username: str) -> str | None:
        for item in self._items(service, username):
            if item.is_locked() and item.unlock():
                raise HelperError(LOCKED)
            return str(item.get_secret().decode("utf-8"))
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        attributes = {"application": "Python keyring library", **_named(service, username)}
        with self._in_words():
            self._collection().create_item(service, attributes, password.encode(), replace=True)

    def delete_password(self, service: str, username: str) -> None:
        with self._in_words():
            for item in self._items(service, username):
                item.delete()

    @property
    def is_locked(self) -> bool:
        """Without opening it, and so without a window."""
        return bool(self._library.get_any_collection(self._bus).is_locked())

    def _items(self, service: str, username: str) -> list[Any]:
        with self._in_words():
            return list(self._collection().search_items(_named(service, username)))

    def _collection(self) -> Any:
        if self._opened is None:
            collection = self._library.get_default_collection(self._bus)
            if collection.is_locked() and collection.unlock():
                raise HelperError(LOCKED)
            self._opened = collection
        return self._opened

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        exceptions = self._library.exceptions
        try:
            yield
        except exceptions.PromptDismissedException:
            words = f"{LOCKED}: there is none yet, or its prompt was dismissed"
            raise HelperError(words) from None
        except exceptions.LockedException:
            raise HelperError(LOCKED) from None


def _named(service: str, username: str) -> dict[str, str]:
    return {"service": service, "username": username}
