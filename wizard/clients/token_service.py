"""One question to a token service, and its answer (registries.md 8.3). No I/O."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from wizard.clients.registry_answers import refusal, shown
from wizard.clients.registry_tokens import Scope
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.ports import Answer
from wizard.core.secret import AnyCredential, Credential, Secret

OK: Final = 200
MOST_TOKEN_BYTES: Final = 128 * 1024
MOST_TOKEN_CHARACTERS: Final = 16 * 1024
DEFAULT_LIFETIME_S: Final = 60.0
ABSURD_LIFETIME_S: Final = 1e9
IDENTITY_TOKEN_USER: Final = "<token>"  # noqa: S105 - docker's mark for an identity token
_HEADER_SAFE = re.compile(r"[\x21-\x7e]+")


def by_get(
    main: httpx.Request, url: str, service: str, scope: Scope, credential: AnyCredential
) -> httpx.Request:
    """`GET <realm>?service=&scope=`. Parameters that the realm brings stay."""
    ours = [(k, v) for k, v in (("service", service), ("scope", str(scope))) if v]
    whole = httpx.URL(url)
    kept = [(k, v) for k, v in whole.params.multi_items() if k not in ("service", "scope")]
    query = urlencode([*kept, *ours]).encode()
    asked = httpx.Request(
        "GET",
        whole.copy_with(query=query or None),
        headers=_headers(main),
        extensions=_extensions(main),
    )
    if isinstance(credential, Credential):
        asked.headers["Authorization"] = basic(credential)
    return asked


def by_post(
    main: httpx.Request, url: str, service: str, scope: Scope, credential: Credential
) -> httpx.Request:
    """The OAuth2 form that an identity token wants."""
    form = {
        "grant_type": "refresh_token",
        "client_id": "registry-wizard",
        "refresh_token": credential.secret.reveal(),
        **({"service": service} if service else {}),
        **({"scope": str(scope)} if scope.path else {}),
    }
    return httpx.Request(
        "POST", url, headers=_headers(main), data=form, extensions=_extensions(main)
    )


def basic(credential: Credential) -> str:
    """The header value, at the wire and nowhere else."""
    pair = f"{credential.username}:{credential.secret.reveal()}".encode()
    return f"Basic {base64.b64encode(pair).decode('ascii')}"


def token_of(
    asked: httpx.Request, response: httpx.Response, *, authenticated: bool
) -> tuple[Secret, float]:
    """Token and lifetime in seconds. Raises Problem for a refusal and for nonsense."""
    evidence = refusal(
        Answer(
            response.status_code,
            {name.lower(): value for name, value in response.headers.items()},
            response.content,
            str(asked.url),
        ),
        Stage.TOKEN,
        asked=shown(asked.method, str(asked.url)),
        authenticated=authenticated,
        host=asked.url.host,
    )
    if response.status_code != OK or evidence.fault is Fault.INTERCEPTED:
        raise Problem(evidence)
    try:
        return read_token(response.content)
    except ValueError as error:
        raise Problem(
            Evidence(
                Stage.TOKEN,
                asked=evidence.asked,
                answered=f"200 without a usable token: {error}",
                host=evidence.host,
                status=OK,
                message=str(error),
                fault=Fault.NONSENSE,
                authenticated=authenticated,
            )
        ) from None


def read_token(body: bytes) -> tuple[Secret, float]:
    """Token and lifetime in seconds from the answer's JSON. Raises ValueError."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    found = document if isinstance(document, Mapping) else {}
    token = found.get("token") or found.get("access_token") or ""
    if not isinstance(token, str) or not token:
        raise ValueError("it holds no token")
    if len(token) > MOST_TOKEN_CHARACTERS or not _HEADER_SAFE.fullmatch(token):
        raise ValueError("its token cannot be sent back in a header")
    return Secret(token), _lifetime(found.get("expires_in"))


def _lifetime(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value < ABSURD_LIFETIME_S:
        return DEFAULT_LIFETIME_S
    return float(value)


def _headers(main: httpx.Request) -> dict[str, str]:
    agent = main.headers.get("user-agent", "registry-wizard")
    return {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": agent}


def _extensions(main: httpx.Request) -> dict[str, Any]:
    timeout = {k: v for k, v in main.extensions.items() if k == "timeout"}
    return {**timeout, "most_bytes": MOST_TOKEN_BYTES, "stage": Stage.TOKEN}
