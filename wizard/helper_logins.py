"""The four questions of docker's credential helper protocol, over the native keyring.

Source: credentials.md 2.1 and 2.4.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from wizard import helper_keyring, helper_minting
from wizard.helper_parts import Texts
from wizard.helper_words import NO_SERVER, NO_USERNAME, NOT_FOUND, HelperError

_SERVICE: Final = "registry-wizard login for {}"
_INDEX: Final = "registry-wizard logins"
_MOST_INPUT: Final = 1 << 16
_MUTE: Final = "the keyring did not answer"


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
        raise HelperError(NO_SERVER)
    if not username:
        raise HelperError(NO_USERNAME)
    if by := helper_minting.minted_by(server):
        raise helper_minting.refused_to_store(by)
    with _asking_keyring() as texts:
        texts.set(_SERVICE.format(server), json.dumps({"Username": username, "Secret": secret}))
        with _index(texts) as servers:
            servers[server] = username


def get() -> None:
    server = _asked_server()
    if by := helper_minting.minted_by(server):
        with helper_keyring.deadline(helper_minting.MINT_S, "the cloud did not answer"):
            _say_login(server, helper_minting.minted_login(server, by))
        return
    with _asking_keyring() as texts:
        kept = texts.get(_SERVICE.format(server))
    if kept is None:
        raise HelperError(NOT_FOUND)
    try:
        found = json.loads(kept)
        login = {"Username": str(found["Username"]), "Secret": str(found["Secret"])}
    except (ValueError, KeyError, TypeError):
        raise HelperError("what the keyring holds for this server is no login of ours") from None
    _say_login(server, login)


def erase() -> None:
    """What is not there counts as erased."""
    server = _asked_server()
    if helper_minting.minted_by(server):
        with helper_keyring.deadline(helper_keyring.QUIET_S, _MUTE):
            helper_minting.forget_minted(server)
        return
    with _asking_keyring() as texts:
        texts.delete(_SERVICE.format(server))
        with _index(texts) as servers:
            servers.pop(server, None)


def list_logins() -> None:
    """Only what this program stored."""
    with _asking_keyring() as texts:
        servers = _servers(texts)
    _say(json.dumps(servers))


ACTIONS: Final[Mapping[str, Callable[[], None]]] = {
    "store": store,
    "get": get,
    "erase": erase,
    "list": list_logins,
}


@contextlib.contextmanager
def _asking_keyring() -> Iterator[Texts]:
    """The keyring, for as long as one may wait for it. Raises HelperError."""
    with helper_keyring.deadline(helper_keyring.patience_s(), _MUTE):
        try:
            yield helper_keyring.native_keyring()
        except HelperError:
            raise
        except Exception as error:  # noqa: BLE001 - a traceback could show the secret
            raise HelperError(helper_keyring.in_words(error)) from None


# --- the list of servers: keyrings cannot be searched by a common interface ------------------


def _servers(texts: Texts) -> dict[str, str]:
    try:
        found = json.loads(texts.get(_INDEX) or "{}")
        return {str(server): str(user) for server, user in found.items()}
    except (ValueError, AttributeError, HelperError):
        return {}


@contextlib.contextmanager
def _index(texts: Texts) -> Iterator[dict[str, str]]:
    with _lock():
        servers = _servers(texts)
        before = dict(servers)
        yield servers
        if servers != before:
            texts.set(_INDEX, json.dumps(servers))


@contextlib.contextmanager
def _lock() -> Iterator[None]:
    """Docker may store two logins at once; a lock that cannot be had is gone without.

    The list only tells which logins there are: `get` never needs it.
    """
    import time

    import platformdirs

    from wizard.clients.atomic_file import lock_now

    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            folder = Path(platformdirs.user_state_dir("registry-wizard", appauthor=False))
            for _ in range(50):
                if stack.enter_context(lock_now(folder / "locks", folder / "keyring-index")):
                    break
                stack.close()
                time.sleep(0.02)
        yield


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
        raise HelperError(NO_SERVER)
    return server


def _say_login(server: str, login: Mapping[str, str]) -> None:
    _say(json.dumps({"ServerURL": server, **login}))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
