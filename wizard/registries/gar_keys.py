"""What was pasted for Google: an access token, a service account's key, or something else (E3).

Pure. Keys lose their line ends, their braces or their encoding on the way more often than not.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from wizard.core.secret import Secret
from wizard.core.text import clean

TOKEN_USER: Final = "oauth2accesstoken"  # noqa: S105 - a user name
KEY_USER: Final = "_json_key"
KEY_BASE64_USER: Final = "_json_key_base64"
# What the helpers of gcloud and gcr call themselves (docker_helper.py; docker-credential-gcr).
_TOKEN_USERS = re.compile(r"oauth2accesstoken|_dcgcloud_token|_dcgcr_[\w.-]*_?token")
_ACCESS_TOKEN = re.compile(r"ya29\.[\w.~+/-]+=*")
_JSON = re.compile(r"\s*\{.*", re.DOTALL)
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}\s*")
_PEM = re.compile(
    r"\s*-----BEGIN (RSA )?PRIVATE KEY-----\n.+\n-----END (RSA )?PRIVATE KEY-----\s*", re.DOTALL
)
_OTHERS: Final = (
    (re.compile(r"gh[posu]_.*|github_pat_.*", re.DOTALL), "a token of GitHub"),
    (re.compile(r"dckr_.*", re.DOTALL), "a token of Docker Hub"),
    (re.compile(r"AIza[\w-]{30,}"), "an API key, which names no account"),
    (re.compile(r"1//.*", re.DOTALL), "a refresh token, which only gcloud can use"),
    (re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*"), "an identity token; an access token is needed"),
    (re.compile(r"-----BEGIN .*", re.DOTALL), "only the private key out of a key file"),
)


class WrongKindError(Exception):
    """No login for this registry. `str()` says what it is instead, never what stands in it."""


@dataclass(frozen=True)
class Key:
    """A service account's key, read; its private part stays in `text`."""

    text: Secret
    """The JSON, decoded."""
    email: str
    project: str
    username: str
    """The one that fits the form in which it was given."""


def is_token(username: str, secret: Secret) -> bool:
    return _TOKEN_USERS.fullmatch(username) is not None or secret.matches(_ACCESS_TOKEN)


def is_key(secret: Secret) -> bool:
    """A service account's key, whatever name it was given with."""
    try:
        read_key("", secret)
    except WrongKindError:
        return False
    return True


def read_key(username: str, secret: Secret) -> Key:
    """Raises WrongKindError."""
    text, form = _decoded(secret)
    information = _object(text)
    _expect_service_account(information)
    if username in (KEY_USER, KEY_BASE64_USER) and username != form:
        told = "is base64" if form == KEY_BASE64_USER else "is not base64"
        raise WrongKindError(f"the key {told}: its user name is {form}, not {username}")
    if _TOKEN_USERS.fullmatch(username):
        told = f"it is a service account's key: its user name is {form}, not {clean(username, 64)}"
        raise WrongKindError(told)
    email, project = str(information["client_email"]), str(information.get("project_id", ""))
    return Key(Secret(text), clean(email, 256), clean(project, 64), form)


def _decoded(secret: Secret) -> tuple[str, str]:
    if secret.matches(_JSON):
        return secret.reveal(), KEY_USER
    for form, told in _OTHERS:
        if secret.matches(form):
            raise WrongKindError(f"it is {told}")
    text = ""
    if secret.matches(_BASE64):
        try:
            text = base64.b64decode("".join(secret.reveal().split()), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            text = ""
    if not text.lstrip().startswith("{"):
        raise WrongKindError(
            "it is neither an access token (ya29.…) nor the JSON of a service account's key"
        )
    return text, KEY_BASE64_USER


def _object(text: str) -> Mapping[str, Any]:
    try:
        # Not strict: a private_key with real line ends in it is told apart below.
        found = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        words = "the key is cut off or damaged: it is no whole JSON"
        raise WrongKindError(words) from None
    if not isinstance(found, dict):
        raise WrongKindError("it is JSON, but not a service account's key")
    return found


def _expect_service_account(information: Mapping[str, Any]) -> None:
    kind = information.get("type")
    if kind == "authorized_user" or "refresh_token" in information:
        raise WrongKindError("it is the file of your own login, not a service account's key")
    if kind != "service_account":
        raise WrongKindError("it is JSON, but not a service account's key")
    missing = [name for name in ("client_email", "private_key") if not information.get(name)]
    if missing:
        raise WrongKindError(f"the key lacks {' and '.join(missing)}")
    if not _PEM.fullmatch(str(information["private_key"])):
        raise WrongKindError(
            "the private_key in it is damaged: its line ends were changed on the way; "
            "take the file as Google gave it"
        )
