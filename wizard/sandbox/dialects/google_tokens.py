"""Google's access and refresh tokens in the practice world, none of which could be anybody's."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, replace
from typing import Final

LIFETIME_S: Final = 3600
SCOPE: Final = "https://www.googleapis.com/auth/cloud-platform"
WRITE_TOKEN: Final = "ya29.practice-token-that-may-administer"  # noqa: S105
READ_TOKEN: Final = "ya29.practice-token-that-may-only-read"  # noqa: S105
EXPIRED_TOKEN: Final = "ya29.practice-token-that-has-expired"  # noqa: S105
NARROW_TOKEN: Final = "ya29.practice-token-of-another-scope"  # noqa: S105

REFRESH_TOKEN: Final = "1//practice-refresh-token"  # noqa: S105
REVOKED_REFRESH: Final = "1//practice-refresh-token-revoked"
RAPT_REFRESH: Final = "1//practice-refresh-token-that-wants-a-new-login"
CLIENT_ID: Final = "practice-client.apps.googleusercontent.com"


@dataclass(frozen=True)
class AccessToken:
    member: str
    """As policies name it: `user:ada@practice.test`."""
    expires: float
    """Seconds since 1970."""
    scope: str = SCOPE

    @property
    def email(self) -> str:
        return self.member.partition(":")[2]

    @property
    def has_cloud_scope(self) -> bool:
        return SCOPE in self.scope.split()


class Tokens:
    """Which tokens were given to whom. A fault may see to it that they have run out."""

    def __init__(self, owner: str, reader: str) -> None:
        far = time.time() + LIFETIME_S - 1
        narrow = "https://www.googleapis.com/auth/userinfo.email"
        self._given = {
            WRITE_TOKEN: AccessToken(owner, far),
            READ_TOKEN: AccessToken(reader, far),
            EXPIRED_TOKEN: AccessToken(owner, time.time() - 60),
            NARROW_TOKEN: AccessToken(owner, far, narrow),
        }
        self.refresh_tokens = {REFRESH_TOKEN: owner}

    def issue(self, member: str, scope: str = SCOPE) -> str:
        token = f"ya29.practice-{secrets.token_urlsafe(24)}"
        self._given[token] = AccessToken(member, time.time() + LIFETIME_S, scope)
        return token

    def find(self, token: str) -> AccessToken | None:
        """None for one that was never given, or has run out."""
        found = self._given.get(token)
        return found if found is not None and found.expires > time.time() else None

    def expire_all(self) -> None:
        for token, found in self._given.items():
            self._given[token] = replace(found, expires=time.time() - 1)
