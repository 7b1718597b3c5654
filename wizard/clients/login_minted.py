"""Logins that a helper makes from a cloud's session each time: nothing secret is stored at all.

First the cloud's own helper, where it would use that very session; else the wizard's own, told by
a small file whose session to ask. Source: credentials.md 0 (decision 5), 2.2; registries.md C3, E3.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from wizard.clients.atomic_file import OnPoint
from wizard.clients.helper_protocol import Helper, find_helper
from wizard.clients.json_file import JsonFile, Opened, Record, Rewrite, Rewritten
from wizard.clients.store_bench import MINT_S, no_login
from wizard.clients.stores import OWN, Stores
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Problem
from wizard.core.docker_json import section
from wizard.core.json_edit import Edit
from wizard.core.json_text import JsonText
from wizard.core.minted import CLOUDS, MintedBy, minted_path
from wizard.core.ports import Endpoint, Outside, StoreChoice
from wizard.core.secret import Credential
from wizard.core.text import clean

OWN_MINT_S = 28.0
"""A little more than it gives itself."""
_OWN_TITLE = "the wizard's own helper, which makes each login afresh (docker-credential-{})"
_KEEPS = {"ecr-login": "it keeps Amazon's token, good for 12 hours, in ~/.ecr"}
_CHOICES = (StoreChoice.AUTO, StoreChoice.HELPER, StoreChoice.KEYRING)


@dataclass(frozen=True, slots=True)
class Minter:
    """Who will make the logins of one registry."""

    helper: Helper
    title: str
    reason: str
    by: MintedBy | None = None
    """Whose session the wizard's own helper shall ask; None where the cloud's own does it."""


@dataclass(frozen=True, slots=True)
class Minters:
    """The helpers of this machine that can make logins."""

    outside: Outside
    stores: Stores
    system: str = sys.platform

    async def choose(
        self, endpoint: Endpoint, credential: Credential, choice: StoreChoice
    ) -> Minter | None:
        """None where this login must be stored as any other. It was made from a session.

        Raises Problem where the wizard's own helper was asked for and is not on PATH.
        """
        if not credential.origin or choice not in _CHOICES:
            return None
        why_not: list[str] = []
        if choice is not StoreChoice.KEYRING:
            for name in endpoint.cloud_helpers:
                if minter := await self._of_the_cloud(name, endpoint, credential, why_not):
                    return minter
        if choice is StoreChoice.HELPER or endpoint.cloud not in CLOUDS:
            return None
        is_asked_for = choice is StoreChoice.KEYRING
        origin = clean(credential.origin, 120)
        reason = "as you chose" if is_asked_for else "; ".join(why_not)
        reason = f"each login is made from your session {origin}" + (f": {reason}" * bool(reason))
        try:
            helper, reason = self.stores.own_on_path(reason, is_asked_for=is_asked_for)
        except Problem:
            if is_asked_for:
                raise
            return None
        by = MintedBy(endpoint.cloud, credential.origin)
        return Minter(helper, _OWN_TITLE.format(OWN), reason, by)

    async def _of_the_cloud(
        self, name: str, endpoint: Endpoint, credential: Credential, why_not: list[str]
    ) -> Minter | None:
        try:
            helper = find_helper(name, self.outside)
        except Problem as problem:
            if problem.cause != "store.helper-missing":
                why_not.append(f"{name} cannot be used")
            return None
        if not would_use(name, credential.origin, self.outside.environ):
            why_not.append(f"{name} would use another session")
            return None
        try:
            await expect_login(helper, endpoint.config_key, MINT_S)
        except Problem:
            why_not.append(f"{name} gives no login here")
            return None
        keeps = _KEEPS.get(name, "no secret is kept")
        reason = f"it is installed and gives a login for this registry; {keeps}"
        return Minter(helper, self.stores.title(name), reason)


async def expect_login(helper: Helper, key: str, timeout_s: float) -> None:
    """Raises Problem where the helper gives no login. Its value differs each time."""
    if await helper.get(key, timeout_s) is None:
        raise no_login(helper.name, clean(key))


def would_use(helper: str, origin: str, environ: Mapping[str, str]) -> bool:
    """Would this helper of the cloud's own, as docker starts it, use that very session?

    It is told nothing: ecr-login takes the SDK's first choice, gcloud's helper whoever gcloud is
    logged in as, gcr's the application default credentials.
    """
    kind, _, name = origin.partition(":")
    if helper == "ecr-login" and kind == "profile":
        chosen = environ.get("AWS_PROFILE") or environ.get("AWS_DEFAULT_PROFILE") or "default"
        return "AWS_ACCESS_KEY_ID" not in environ and (name or "default") == chosen
    wanted = {"gcloud": "gcloud", "gcr": "adc"}.get(helper)
    return wanted is None or kind == wanted


# --- the file that says whose session the wizard's own helper asks ----------------------------


class MintedFile(JsonFile):
    """That file; what is wrong with it is wrong with the wizard's own."""

    def __init__(self, outside: Outside, locks: Path, system: str, on_point: OnPoint) -> None:
        path = minted_path(outside.environ, outside.home, system)
        super().__init__(path, locks, on_point=on_point)

    def read(self) -> Opened:
        """Raises Problem: config.wizard-damaged."""
        try:
            return super().read()
        except Problem as problem:
            raise Problem(*problem.evidence, cause="config.wizard-damaged") from None

    def read_to_change(self) -> Opened:
        """Raises Problem: config.wizard-damaged, config.wizard-unwritable."""
        try:
            return super().read_to_change()
        except Problem as problem:
            raise self._ours(problem) from None

    def rewrite(self, change: Rewrite, record: Record) -> Rewritten | None:
        """Raises Problem: config.wizard-damaged, config.wizard-unwritable."""
        try:
            return super().rewrite(change, record)
        except Problem as problem:
            raise self._ours(problem) from None

    @staticmethod
    def _ours(problem: Problem) -> Problem:
        cause = problem.cause.replace("docker-unwritable", "wizard-unwritable")
        return Problem(*problem.evidence, cause=cause)


def minted_edits(host: str, by: MintedBy) -> list[Edit]:
    """Agree that `host`'s logins are made by that session."""
    return [
        Edit(("hosts", host, "cloud"), by.cloud),
        Edit(("hosts", host, "origin"), by.origin),
    ]


def unminted_edits(document: JsonText, host: str) -> list[Edit]:
    """From now on the wizard's own helper keeps what it is given for `host`."""
    entry = section(document, "hosts").get(host, {})
    names = entry if isinstance(entry, dict) else {}
    return [Edit(("hosts", host, name), is_drop=True) for name in names]


def lasts(expires: datetime | None, now: datetime) -> str:
    """`12 hours, until 21:40`, on this machine's clock; empty where nobody says."""
    if expires is None:
        return ""
    left_s = (expires - now).total_seconds()
    if left_s <= 0:
        return "no longer: it has run out"
    ends, here = expires.astimezone(), now.astimezone()
    at = ends.strftime("%H:%M" if ends.date() == here.date() else "%d %b %H:%M").lstrip("0")
    if left_s < 5400:  # noqa: PLR2004 - up to an hour and a half
        number, unit = round(left_s / 60), "minute"
    else:
        number, unit = round(left_s / 3600), "hour"
    return f"{number} {unit}{'' if number == 1 else 's'}, until {at}"
