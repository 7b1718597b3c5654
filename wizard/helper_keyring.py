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
from wizard.helper_words import LOCKED, HelperError

QUIET_S: Final = 5.0
PROMPT_S: Final = 60.0

_BACKENDS: Final = {
    "linux": (
        ("keyring.backends.SecretService", "Keyring"),
        ("keyring.backends.kwallet", "DBusKeyring"),
    ),
    "darwin": (("keyring.backends.macOS", "Keyring"),),
    "win32": (("keyring.backends.Windows", "WinVaultKeyring"),),
}


def native_keyring() -> Texts:
    """The first native keyring that runs here. Raises HelperError."""
    # These set attributes of a backend from outside, its collection for one.
    for name in [name for name in os.environ if name.startswith("KEYRING_PROPERTY_")]:
        del os.environ[name]
    reasons = []
    for module_name, class_name in _BACKENDS.get(sys.platform, ()):
        backend: Any = getattr(import_module(module_name), class_name)
        try:
            priority = backend.priority
        except RuntimeError as error:
            reasons.append(str(error).splitlines()[0][:120])
            continue
        if priority > 0:
            return Texts(backend(), WINDOWS_BYTES if sys.platform == "win32" else None)
    said = f": {reasons[0]}" if reasons else ""
    raise HelperError(f"no keyring runs here{said}")


def is_open() -> bool:
    """May it be asked without a window that wants the person to unlock it?"""
    if sys.platform != "linux":
        return True
    try:
        import secretstorage

        with contextlib.closing(secretstorage.dbus_init()) as bus:
            return not secretstorage.get_any_collection(bus).is_locked()
    except Exception:  # noqa: BLE001 - a bus that fails in any way is not to be waited for
        return False


def in_words(error: Exception) -> str:
    """The kind of failure alone: texts of exceptions may hold what was to be stored."""
    from keyring.errors import InitError, KeyringLocked

    if isinstance(error, KeyringLocked):
        return LOCKED
    if isinstance(error, InitError):
        return f"{LOCKED}: there is none yet, or its prompt was dismissed"
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
