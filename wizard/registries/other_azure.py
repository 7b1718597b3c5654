"""The login that Azure's own program gives for one registry (registries.md 9: ACR)."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime, timedelta
from typing import Final

from wizard.core.diagnosis import Evidence, Fault, Fix, Problem, Stage
from wizard.core.ports import Identity, Outside, ProgramResult, Session
from wizard.core.secret import Credential, Secret
from wizard.core.text import clean
from wizard.registries.other_hosted import AZURE_TOKEN_USER

ORIGIN: Final = "az"
LIFETIME: Final = timedelta(hours=3)
_AZ_LIMIT_S: Final = 8.0
"""az takes seconds to start; the whole search for logins has ten."""
_LONGEST: Final = 16 * 1024
_SIGN_IN: Final = Fix("Sign in to Azure", command="az login")


async def sessions(host: str, outside: Outside) -> tuple[Session, ...]:
    """None where az is not installed; else its login, or why it gives none."""
    if outside.which("az") is None:
        return ()
    name = host.partition(".")[0]
    argv = ["az", "acr", "login", "--name", name, "--expose-token", "--output", "json"]
    try:
        result = await outside.run(argv, timeout_s=_AZ_LIMIT_S)
    except Problem as problem:
        return (Session(ORIGIN, problem=problem),)
    token = _token(result)
    if token is None:
        return (Session(ORIGIN, problem=_none(host, result)),)
    ends = datetime.now(UTC) + LIFETIME
    credential = Credential(AZURE_TOKEN_USER, token, origin=ORIGIN, expires=ends)
    note = "a token of az ends after three hours"
    identity = Identity(AZURE_TOKEN_USER, "token of az", expires=ends, notes=(note,))
    return (Session(ORIGIN, credential, identity),)


def end_of(secret: Secret) -> datetime | None:
    """The end that a token of az names: it is a JWT. Never verified: Azure does that."""
    parts = secret.reveal()[:_LONGEST].split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, claims, signature
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return datetime.fromtimestamp(int(claims["exp"]), UTC)
    except (binascii.Error, ValueError, KeyError, TypeError, OverflowError, OSError):
        return None


def expect_not_ended(credential: Credential, host: str) -> None:
    """Raises Problem for a token of az whose time is over: Azure calls it wrong, and no more."""
    end = end_of(credential.secret)
    if end is None or end > datetime.now(UTC):
        return
    seen = Evidence(
        Stage.STORE,
        "the end that this token of az names",
        f"{end:%d %B %Y %H:%M} UTC, which is over",
        host,
        facts={"host": host, "cloud": "Azure"},
    )
    raise Problem(seen, cause="login.expired", fixes=(_again(host),))


def _again(host: str) -> Fix:
    return Fix(
        "Get a new one: it lasts three hours",
        command=f"az acr login --name {host.partition('.')[0]}",
    )


def _token(result: ProgramResult) -> Secret | None:
    if result.code != 0:
        return None
    try:
        found = json.loads(result.stdout)
    except (ValueError, RecursionError):
        return None
    token = found.get("accessToken") if isinstance(found, dict) else None
    return Secret(token) if isinstance(token, str) and 0 < len(token) <= _LONGEST else None


def _none(host: str, result: ProgramResult) -> Problem:
    """Its last line says why; standard output could hold a token and is never told."""
    lines = result.stderr.decode("utf-8", "replace").split("\n")
    words = clean(next((line for line in reversed(lines) if line.strip()), ""), 300)
    expired = "expired" in words.lower() or "AADSTS" in words
    seen = Evidence(
        Stage.STORE,
        f"az acr login for {host}",
        "no answer in time" if result.timed_out else words or "no token in its answer",
        host,
        message=words,
        fault=Fault.TIMEOUT if result.timed_out else Fault.NONE,
        facts={"cloud": "Azure"},
    )
    cause = "login.cloud-expired" if expired else "login.cloud-missing"
    return Problem(seen, cause=cause, fixes=(_SIGN_IN,))
