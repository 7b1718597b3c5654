"""The tokens of Docker Hub's token service, which say what they allow (registries.md B2)."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

from wizard.sandbox.tokens import LIFETIME_S


def signed(granted: Mapping[str, frozenset[str]], login: str, jti: str, issuer: str) -> str:
    """Whom it is for and what it allows; `jti` finds it again. Nobody can check the signature."""
    now = int(time.time())
    claims = {
        "access": [
            {"type": "repository", "name": path, "actions": sorted(actions)}
            for path, actions in granted.items()
            if actions
        ],
        "aud": "registry.docker.io",
        "exp": now + int(LIFETIME_S),
        "iat": now,
        "iss": issuer,
        "jti": jti,
        "sub": login,
    }
    header = {"alg": "RS256", "typ": "JWT"}
    return f"{_part(header)}.{_part(claims)}.{secrets.token_urlsafe(32)}"


def _part(document: Mapping[str, Any]) -> str:
    text = json.dumps(document, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode("ascii")


def jti_of(token: str) -> str:
    """Empty for what is none of ours."""
    parts = token.split(".")
    try:
        text = parts[1] + "=" * (-len(parts[1]) % 4)
        found = json.loads(base64.urlsafe_b64decode(text))
    except (IndexError, ValueError, RecursionError):
        return ""
    jti = found.get("jti") if isinstance(found, dict) else None
    return jti if isinstance(jti, str) else ""
