"""Where Google's credentials lie on this machine: in google-auth's own order, and no request made.

`google.auth.default` is not called: it runs gcloud and asks for project ids, to learn what is not
wanted here, and waits for a metadata server on machines that never had one.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from wizard.clouds.child import RefusedError

KEY_VARIABLE: Final = "GOOGLE_APPLICATION_CREDENTIALS"
_WELL_KNOWN: Final = "application_default_credentials.json"
_MOST_BYTES: Final = 256 * 1024
_PRODUCT_NAME: Final = Path("/sys/class/dmi/id/product_name")
# What a machine or container of Google's own shows (cloud.google.com/run/docs/container-contract).
_METADATA_VARIABLES: Final = (
    "GCE_METADATA_HOST",
    "GCE_METADATA_ROOT",
    "K_SERVICE",
    "CLOUD_RUN_JOB",
)
_TOKEN_SERVICES: Final = (
    "https://oauth2.googleapis.com/token",
    "https://accounts.google.com/o/oauth2/token",
    "https://www.googleapis.com/oauth2/v4/token",
)
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_KINDS: Final = {
    "authorized_user": "user",
    "service_account": "service account",
    "external_account": "workload identity",
    "external_account_authorized_user": "workforce identity",
    "impersonated_service_account": "impersonation",
    "gdch_service_account": "service account",
}


@dataclass(frozen=True)
class Found:
    """Credentials that have not asked for anything yet."""

    credentials: Any
    kind: str
    """`user`, `service account`, `impersonation`, `metadata server`, ..."""
    place: str
    """The file, or `metadata server`."""
    project: str = ""
    is_key: bool = False
    """Given by hand, not found on this machine."""


def application_default(environ: Mapping[str, str]) -> Found:
    """The variable's file, gcloud's, the metadata server. Raises RefusedError."""
    named = environ.get(KEY_VARIABLE, "")
    if named:
        if not Path(named).is_file():
            words = f"{KEY_VARIABLE} names a file that is not there"
            raise RefusedError("FileMissing", words, file=named, variable=KEY_VARIABLE)
        return _from_file(Path(named))
    well_known = _gcloud_folder(environ) / _WELL_KNOWN
    if well_known.is_file():
        return _from_file(well_known)
    if _has_metadata_server(environ):
        from google.auth import compute_engine

        made = compute_engine.Credentials()  # type: ignore[no-untyped-call]
        return Found(made, "metadata server", "metadata server")
    words = f"no {KEY_VARIABLE}, no {well_known}, no metadata server"
    raise RefusedError("NoCredentials", words, file=str(well_known))


def from_key(text: str) -> Found:
    """A key that was pasted. Raises RefusedError.

    What it may name is limited: it comes from wherever the person got it.
    """
    information = _parse(text, "the key")
    if information.get("type") != "service_account":
        raise _malformed("the key", "it is not the key of a service account")
    service = str(information.get("token_uri", ""))
    parts = urlsplit(service)
    is_here = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if service not in _TOKEN_SERVICES and not is_here:
        words = "it names a token service that is not Google's"
        raise RefusedError("ForeignService", words, realm=service[:200])
    return _from_information(information, "the key", is_key=True)


def _from_file(path: Path) -> Found:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(_MOST_BYTES + 1)
    except (OSError, UnicodeDecodeError):
        raise _malformed(str(path), "it cannot be read") from None
    return _from_information(_parse(text, str(path)), str(path))


def _parse(text: str, place: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if len(text) <= _MOST_BYTES else None
    except (ValueError, RecursionError):
        raise _malformed(place, "it is not JSON") from None
    if not isinstance(found, dict):
        raise _malformed(place, "it is not a JSON object")
    return found


def _from_information(information: dict[str, Any], place: str, *, is_key: bool = False) -> Found:
    import google.auth
    from google.auth.exceptions import GoogleAuthError

    library: Any = google.auth
    kind = _KINDS.get(str(information.get("type")), "")
    if not kind:
        raise _malformed(place, "its type is none that Google's library knows")
    with warnings.catch_warnings():
        # It warns of files from strangers and of missing quota projects: neither is the case.
        warnings.simplefilter("ignore")
        try:
            # Without scopes: with them, external accounts would ask for their project's id.
            made, _ = library.load_credentials_from_dict(information)
        except (GoogleAuthError, ValueError, TypeError, KeyError, AttributeError):
            raise _malformed(place, _what_is_wrong(information)) from None
    project = information.get("project_id") or information.get("quota_project_id") or ""
    return Found(made, kind, place, str(project), is_key)


def _what_is_wrong(information: Mapping[str, Any]) -> str:
    """Never the library's own words: they may quote the key."""
    if information.get("type") != "service_account":
        return "parts of it are missing or of the wrong kind"
    wanted = ("client_email", "token_uri", "private_key")
    missing = [name for name in wanted if not information.get(name)]
    if missing:
        return f"it lacks {', '.join(missing)}"
    return "its private_key is damaged: often its line ends were changed on the way"


def _malformed(place: str, words: str) -> RefusedError:
    return RefusedError("Malformed", words, file=place)


def _gcloud_folder(environ: Mapping[str, str]) -> Path:
    if named := environ.get("CLOUDSDK_CONFIG"):
        return Path(named)
    if os.name == "nt":  # pragma: no cover - Windows
        return Path(environ.get("APPDATA", "C:\\")) / "gcloud"
    home = environ.get("HOME")
    return (Path(home) if home else Path.home()) / ".config" / "gcloud"


def _has_metadata_server(environ: Mapping[str, str]) -> bool:
    """As the SDKs tell it without asking: a ping of a dead address would cost seconds."""
    if environ.get("NO_GCE_CHECK", "").lower() == "true":
        return False
    if any(environ.get(name) for name in _METADATA_VARIABLES):
        return True
    try:
        return _PRODUCT_NAME.read_text(encoding="utf-8").startswith("Google")
    except (OSError, UnicodeDecodeError):
        return False
