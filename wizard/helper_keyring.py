"""The native keyring behind the wizard's credential helper, pinned by class.

Never the one that keyring would choose by itself, by PYTHON_KEYRING_BACKEND, keyringrc.cfg or
priority: that may be a plain file, or one that stores nothing (credentials.md 3.1).
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

from wizard.helper_parts import WINDOWS_BYTES, Texts
from wizard.helper_secret_service import SecretService
from wizard.helper_words import LOCKED, HelperError

QUIET_S: Final = 5.0
PROMPT_S: Final = 60.0

_BACKENDS: Final = {
    "linux": ("keyring.backends.kwallet", "DBusKeyring"),
    "darwin": ("keyring.backends.macOS", "Keyring"),
    "win32": ("keyring.backends.Windows", "WinVaultKeyring"),
}


def native_keyring() -> Texts:
    """The first native keyring that runs here. Raises HelperError."""
    if sys.platform != "linux":
        return _by_keyring()
    try:
        return Texts(SecretService())
    except HelperError as error:
        if "KDE_FULL_SESSION" not in os.environ:
            raise
        try:
            return _by_keyring()
        except HelperError:
            raise error from None


def open_keyring() -> Texts | None:
    """One that needs no window to be opened first; None where there is none."""
    try:
        if sys.platform != "linux":
            return _by_keyring()
        service = SecretService()
        return None if service.is_locked else Texts(service)
    except Exception:  # noqa: BLE001 - whoever asks can do without
        return None


def _by_keyring() -> Texts:
    # These set attributes of a backend from outside.
    for name in [name for name in os.environ if name.startswith("KEYRING_PROPERTY_")]:
        del os.environ[name]
    module_name, class_name = _BACKENDS.get(sys.platform, ("", ""))
    if not module_name:
        raise HelperError("no keyring is known for this system")
    backend: Any = getattr(import_module(module_name), class_name)
    try:
        is_viable = backend.priority > 0
    except RuntimeError as error:
        said = str(error).partition("\n")[0][:120]
        raise HelperError(f"no keyring runs here: {said}") from None
    if not is_viable:
        raise HelperError("no keyring runs here")
    return Texts(backend(), WINDOWS_BYTES if sys.platform == "win32" else None)


def in_words(error: Exception) -> str:
    """The kind of failure alone: texts of exceptions may hold what was to be stored."""
    if "keyring.errors" in sys.modules:
        from keyring.errors import InitError, KeyringLocked

        if isinstance(error, (KeyringLocked, InitError)):
            return LOCKED
    return f"the keyring failed: {type(error).__name__}"


@contextlib.contextmanager
def deadline(seconds: float, words: str) -> Iterator[None]:
    """End this program with `words` when it takes longer.

    Docker has no deadline of its own and would wait for a hanging keyring without end.
    """

    def give_up() -> None:
        sys.stdout.write(f"{words} in {seconds:g} s\n")
        sys.stdout.flush()
        os._exit(1)

    timer = threading.Timer(seconds, give_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def patience_s() -> float:
    """How long the keyring may take: where there is a screen, it may show a window first."""
    has_screen = sys.platform != "linux" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    return PROMPT_S if has_screen else QUIET_S
