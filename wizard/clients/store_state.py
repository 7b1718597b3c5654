"""Why a helper's store says that it has no login: is it shut, or was it never made?

`docker-credential-secretservice` crashes on a locked keyring, and it and `docker-credential-pass`
call a store that nobody ever made an empty one (seen; credentials.md 4.3 row 36).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from wizard.clients.blocking import in_thread
from wizard.core.diagnosis import Evidence, Fault, Fix, Problem, Stage
from wizard.core.ports import Fitness, Outside

LOOK_S: Final = 2.0
_BUS: Final = "DBUS_SESSION_BUS_ADDRESS"
_NONE: Final = "there is no keyring yet"
_LOCKED: Final = "the keyring is locked"
_INITIALISE: Final = Fix(
    "For pass: initialise it with your GPG key (GPG-ID stands for the key's id)",
    command="pass init GPG-ID",
    system="linux",
)


async def why_silent(helper: str, outside: Outside) -> Problem | None:
    """store.locked where the store itself shows it, without opening it; else None."""
    if helper == "pass":
        folder = _password_store(outside)
        if (folder / ".gpg-id").exists():
            return None
        words = "pass has no key yet"
        return _problem(helper, str(folder), words, Fitness.UNINITIALISED, _INITIALISE)
    if helper != "secretservice":
        return None
    words = await _keyring(outside.environ)
    if not words:
        return None
    fitness = Fitness.LOCKED if words == _LOCKED else Fitness.UNINITIALISED
    return _problem(helper, "org.freedesktop.secrets", words, fitness)


def _password_store(outside: Outside) -> Path:
    named = outside.environ.get("PASSWORD_STORE_DIR", "")
    return Path(named) if named else outside.home / ".password-store"


async def _keyring(environ: Mapping[str, str]) -> str:
    """What is wrong with the default collection; empty where it is open or cannot be asked."""
    address = environ.get(_BUS, "")
    if not address:
        return ""
    try:
        async with asyncio.timeout(LOOK_S):
            return await in_thread(lambda _: _look(address), leave_s=0)
    except Exception:  # noqa: BLE001 - a broken bus fails in every possible way
        return ""


def _look(address: str) -> str:
    import secretstorage
    from jeepney.io.blocking import (  # type: ignore[import-untyped]
        open_dbus_connection,
    )

    with open_dbus_connection(bus=address) as bus:
        try:
            is_locked = secretstorage.get_collection_by_alias(bus, "default").is_locked()
        except secretstorage.exceptions.ItemNotFoundException:
            return _NONE
        return _LOCKED if is_locked else ""


def _problem(helper: str, asked: str, words: str, fitness: Fitness, *fixes: Fix) -> Problem:
    facts = {"helper": helper, "message": words, "fitness": fitness.value}
    seen = Evidence(Stage.STORE, asked, words, message=words, fault=Fault.DENIED, facts=facts)
    return Problem(seen, cause="store.locked", fixes=fixes)
