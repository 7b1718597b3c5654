"""Logins made from a cloud's session when docker asks, for the registries that minted.json names.

A token is kept in the keyring until shortly before its end, where one is open; else each question
makes a new one. Nothing is ever kept in a file.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wizard.core.minted import FILE, MOST_BYTES, MintedBy, minted_path, parse_minted
from wizard.helper_keyring import open_keyring
from wizard.helper_words import HelperError

if TYPE_CHECKING:
    from wizard.helper_parts import Texts

MINT_S: Final = 25.0
"""gcloud alone takes seconds to start, and then asks its service."""
_SPARE: Final = timedelta(minutes=6)
"""A push may take a while, and buildx itself uses a login again for nearly five minutes."""
_CACHED: Final = "registry-wizard minted login for {}"
_TITLES: Final = {"aws": "AWS", "google": "Google"}


def host_of(server: str) -> str:
    """Docker's key for a registry as its host: some tools put a scheme before it."""
    return server.removeprefix("https://").removeprefix("http://").partition("/")[0].lower()


def minted_by(server: str, environ: Mapping[str, str] = os.environ) -> MintedBy | None:
    """Whose session makes this registry's logins; None where none was agreed to."""
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or Path.home())
    # A desktop starts programs without the variables of a shell.
    places = (minted_path(environ, home, sys.platform), minted_path({}, home, sys.platform))
    for path in dict.fromkeys(places):
        with contextlib.suppress(OSError), path.open("rb") as file:
            found = parse_minted(file.read(MOST_BYTES)).get(host_of(server))
            if found is not None:
                return found
    return None


def minted_login(server: str, by: MintedBy) -> dict[str, str]:
    """`Username` and `Secret`. Raises HelperError with the cloud's reason."""
    host, keyring = host_of(server), open_keyring()
    if keyring and (kept := _cached(keyring, host, by)):
        return kept
    username, secret, ends = _mint(host, by)
    login = {"Username": username, "Secret": secret}
    if keyring and ends:
        row = {**login, "Expires": ends.isoformat(), "Origin": by.origin}
        with contextlib.suppress(Exception):
            keyring.set(_CACHED.format(host), json.dumps(row))
    return login


def forget_minted(server: str) -> None:
    """Drop the token that is kept; the next question makes a new one."""
    if keyring := open_keyring():
        with contextlib.suppress(Exception):
            keyring.delete(_CACHED.format(host_of(server)))


def refused_to_store(by: MintedBy) -> HelperError:
    """`docker login` for such a registry: there is nothing to store, and it must not look so."""
    return HelperError(
        f"not implemented: logins for this registry are made from {in_words(by)}; "
        f"to change that: registry-wizard undo, and remove its line from {FILE}"
    )


def in_words(by: MintedBy) -> str:
    """Such as `AWS (profile:dev)`."""
    return f"{_TITLES[by.cloud]} ({by.origin})" if by.origin else _TITLES[by.cloud]


def _cached(keyring: Texts, host: str, by: MintedBy) -> dict[str, str] | None:
    try:
        row = json.loads(keyring.get(_CACHED.format(host)) or "{}")
        is_good = row["Origin"] == by.origin and datetime.fromisoformat(
            row["Expires"]
        ) - _SPARE > datetime.now(UTC)
        return {name: str(row[name]) for name in ("Username", "Secret")} if is_good else None
    except Exception:  # noqa: BLE001 - whatever is wrong with it, a new one is made
        return None


def _mint(host: str, by: MintedBy) -> tuple[str, str, datetime | None]:
    from importlib import import_module

    from wizard.clouds.child import RefusedError
    from wizard.core.text import clean

    try:
        cloud: Any = import_module(f"wizard.clouds.{by.cloud}")
        username, secret, ends = cloud.mint(host=host, origin=by.origin, environ=os.environ)
    except RefusedError as refused:
        said = clean(refused.facts.get("message", ""), 200)
        raise HelperError(f"{in_words(by)} gives no login for {host}: {said}") from None
    except Exception as error:  # noqa: BLE001 - a traceback could show the secret
        words = f"{in_words(by)} gives no login for {host}: {type(error).__name__}"
        raise HelperError(words) from None
    if isinstance(ends, str):
        ends = datetime.fromisoformat(ends) if ends else None
    return str(username), str(secret), ends
