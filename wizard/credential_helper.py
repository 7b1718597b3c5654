"""`docker-credential-registry-wizard`: docker's credential helper protocol over the OS keyring.

Docker and podman start it for one question each, with the server on stdin. Errors go to stdout
with status 1, as every helper's do. Only native keyrings are used, never the one that keyring
would choose by itself: that may be a plain file, or nothing at all (credentials.md 3.1).
Source: credentials.md 2.1 and 2.4.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from wizard import __version__
from wizard.clients.atomic_file import lock_now

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

NOT_FOUND = "credentials not found in native keychain"
USAGE = "usage: docker-credential-registry-wizard <store|get|erase|list|version>"

_SERVICE = "registry-wizard login for {}"
_INDEX = "registry-wizard logins"
_ACCOUNT = "docker-credential-registry-wizard"
_MOST_INPUT = 1 << 16
_QUIET_S, _PROMPT_S = 5.0, 60.0

_BACKENDS = {
    "linux": ("keyring.backends.SecretService", "keyring.backends.kwallet"),
    "darwin": ("keyring.backends.macOS",),
    "win32": ("keyring.backends.Windows",),
}
_CLASSES = {
    "keyring.backends.SecretService": "Keyring",
    "keyring.backends.kwallet": "DBusKeyring",
    "keyring.backends.macOS": "Keyring",
    "keyring.backends.Windows": "WinVaultKeyring",
}


class HelperError(Exception):
    """What docker is told. Never holds a secret."""


def main() -> None:
    """Run as docker does: one argument, the question on stdin."""
    arguments = sys.argv[1:]
    if len(arguments) != 1:
        _fail(USAGE)
    action = arguments[0]
    if action in ("version", "--version"):
        _say(f"docker-credential-registry-wizard (registry-wizard) {__version__}")
        return
    actions: dict[str, Callable[[], None]] = {
        "store": store,
        "get": get,
        "erase": erase,
        "list": list_logins,
    }
    if action not in actions:
        _fail(f"unknown action; {USAGE}")
    if action != "list" and sys.stdin.isatty():
        _fail("this program is run by docker; use registry-wizard instead")
    watchdog = _watchdog()
    try:
        actions[action]()
    except HelperError as error:
        _fail(str(error))
    except Exception as error:  # noqa: BLE001 - a traceback could show the secret
        _fail(_in_words(error))
    finally:
        watchdog.cancel()


def store() -> None:
    """Keep a login: one account for one server, whatever was there before."""
    try:
        asked = json.loads(_read_stdin())
        server, username, secret = (asked[n] for n in ("ServerURL", "Username", "Secret"))
        if not all(isinstance(text, str) for text in (server, username, secret)):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise HelperError("the login on stdin is not the JSON of a credential helper") from None
    if not server:
        raise HelperError("no credentials server URL")
    if not username:
        raise HelperError("no credentials username")
    keyring = _keyring()
    kept = json.dumps({"Username": username, "Secret": secret})
    keyring.set_password(_SERVICE.format(server), _ACCOUNT, kept)
    with _index(keyring) as servers:
        servers[server] = username


def get() -> None:
    server = _asked_server()
    kept = _kept(_keyring(), server)
    if kept is None:
        raise HelperError(NOT_FOUND)
    _say(json.dumps({"ServerURL": server, **kept}))


def erase() -> None:
    """What is not there counts as erased."""
    server, keyring = _asked_server(), _keyring()
    if keyring.get_password(_SERVICE.format(server), _ACCOUNT) is not None:
        keyring.delete_password(_SERVICE.format(server), _ACCOUNT)
    with _index(keyring) as servers:
        servers.pop(server, None)


def list_logins() -> None:
    """Only what this program stored."""
    _say(json.dumps(_servers(_keyring())))


def _kept(keyring: KeyringBackend, server: str) -> dict[str, str] | None:
    text = keyring.get_password(_SERVICE.format(server), _ACCOUNT)
    if text is None:
        return None
    try:
        kept = json.loads(text)
        return {"Username": str(kept["Username"]), "Secret": str(kept["Secret"])}
    except (ValueError, KeyError, TypeError):
        raise HelperError("what the keyring holds for this server is no login of ours") from None


# --- the list of servers: keyrings cannot be searched by a common interface ------------------


def _servers(keyring: KeyringBackend) -> dict[str, str]:
    try:
        found = json.loads(keyring.get_password(_INDEX, _ACCOUNT) or "{}")
        return {str(server): str(user) for server, user in found.items()}
    except (ValueError, AttributeError):
        return {}


@contextlib.contextmanager
def _index(keyring: KeyringBackend) -> Iterator[dict[str, str]]:
    with _lock():
        servers = _servers(keyring)
        before = dict(servers)
        yield servers
        if servers != before:
            keyring.set_password(_INDEX, _ACCOUNT, json.dumps(servers))


@contextlib.contextmanager
def _lock() -> Iterator[None]:
    """Docker may store two logins at once; a lock that cannot be had is gone without.

    The list only tells which logins there are: `get` never needs it.
    """
    import platformdirs

    waited = threading.Event()
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            folder = Path(platformdirs.user_state_dir("registry-wizard", appauthor=False))
            for _ in range(50):
                if stack.enter_context(lock_now(folder / "locks", folder / "keyring-index")):
                    break
                stack.close()
                waited.wait(0.02)
        yield


# --- the keyring ----------------------------------------------------------------------------


def _keyring() -> KeyringBackend:
    """The first native keyring that runs here. Raises HelperError."""
    import importlib

    # These set attributes of a backend from outside, its collection for one.
    for name in [name for name in os.environ if name.startswith("KEYRING_PROPERTY_")]:
        del os.environ[name]
    reasons = []
    for module_name in _BACKENDS.get(sys.platform, ()):
        backend: Any = getattr(importlib.import_module(module_name), _CLASSES[module_name])
        try:
            priority = backend.priority
        except RuntimeError as error:
            reasons.append(str(error).splitlines()[0][:120])
            continue
        if priority > 0:
            made: KeyringBackend = backend()
            return made
    said = f": {reasons[0]}" if reasons else ""
    raise HelperError(f"no keyring runs here{said}")


def _in_words(error: Exception) -> str:
    """The kind of failure alone: texts of exceptions may hold what was to be stored."""
    from keyring.errors import InitError, KeyringLocked

    if isinstance(error, KeyringLocked):
        return "the keyring is locked"
    if isinstance(error, InitError):
        return "the keyring is locked: there is none yet, or its prompt was dismissed"
    return f"the keyring failed: {type(error).__name__}"


def _watchdog() -> threading.Timer:
    """Docker has no deadline of its own and would wait for a hanging keyring without end."""
    has_prompt = sys.platform != "linux" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    limit_s = _PROMPT_S if has_prompt else _QUIET_S

    def give_up() -> None:
        _say(f"the keyring did not answer in {limit_s:g} s")
        os._exit(1)

    timer = threading.Timer(limit_s, give_up)
    timer.daemon = True
    timer.start()
    return timer


# --- stdin and stdout -----------------------------------------------------------------------


def _read_stdin() -> str:
    raw = sys.stdin.buffer.read(_MOST_INPUT + 1)
    if len(raw) > _MOST_INPUT:
        raise HelperError("the login on stdin is longer than 64 KiB")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise HelperError("what came on stdin is not UTF-8") from None


def _asked_server() -> str:
    server = _read_stdin().strip()
    if not server:
        raise HelperError("no credentials server URL")
    return server


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _fail(text: str) -> NoReturn:
    _say(text)
    sys.exit(1)


if __name__ == "__main__":
    main()
