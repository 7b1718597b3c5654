"""Who exists in the practice world: accounts, organisations and tokens that work only there.

No token here could be anybody's: real ones have no underscores after their prefix.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from wizard.core.secret import Credential, Secret

LOGIN: Final = "practice"
PASSWORD: Final = "practice-password"  # noqa: S105 - of practice registries only

WRITE_TOKEN: Final = "ghp_practice_token_that_may_write"  # noqa: S105
READ_TOKEN: Final = "ghp_practice_token_that_may_only_read"  # noqa: S105
EXPIRED_TOKEN: Final = "ghp_practice_token_that_has_expired"  # noqa: S105
UNDELETING_TOKEN: Final = "ghp_practice_token_that_may_not_delete"  # noqa: S105
GH_TOKEN: Final = "gho_practice_token_of_gh"  # noqa: S105
GH_WRITE_TOKEN: Final = "gho_practice_token_of_gh_that_may_write"  # noqa: S105
FINE_GRAINED_TOKEN: Final = "github_pat_practice_token_fine_grained"  # noqa: S105
APP_TOKEN: Final = "ghs_practice_token_of_an_app"  # noqa: S105

ORGANISATION: Final = "practice-org"
"""`practice` may write here, and packages may be made public."""
PRIVATE_ORGANISATION: Final = "practice-private"
"""`practice` may write here, and nothing can be made public."""
CLOSED_ORGANISATION: Final = "practice-closed"
"""`practice` is a member, and only owners may make new packages."""
SSO_ORGANISATION: Final = "practice-sso"
"""`practice` may write here once its token is authorised for single sign-on, and none is."""
FOREIGN_ORGANISATION: Final = "practice-foreign"
"""`practice` is no member here."""
FOREIGN_USER: Final = "practice-friend"

_CAN_WRITE = ("write:packages", "delete:packages")


class TokenKind(StrEnum):
    CLASSIC = "classic"
    OAUTH = "oauth"
    FINE_GRAINED = "fine-grained"
    APP = "app"


@dataclass(frozen=True)
class PracticeToken:
    secret: str = field(repr=False)
    about: str
    kind: TokenKind = TokenKind.CLASSIC
    scopes: tuple[str, ...] = ()
    expires: datetime | None = None
    login: str = LOGIN

    @property
    def has_expired(self) -> bool:
        return self.expires is not None and self.expires <= datetime.now(UTC)

    def may(self, scope: str) -> bool:
        """Scopes are normalised (registries.md A3): writing packages includes reading them."""
        implied = {"read:packages"} if "write:packages" in self.scopes else set()
        return scope in {*self.scopes, *implied}


@dataclass(frozen=True)
class Organisation:
    login: str
    members: tuple[str, ...] = ()
    members_create: bool = True
    """May members make new packages?"""
    allows_public: bool = True
    wants_sso: bool = False


@dataclass(frozen=True)
class PracticeAccount:
    """What is shown to the person who practises. `secret` works at every practice registry."""

    login: str
    secret: str
    about: str

    @property
    def credential(self) -> Credential:
        return Credential(self.login, Secret(self.secret))


ORGANISATIONS: Final = (
    Organisation(ORGANISATION, (LOGIN,)),
    Organisation(PRIVATE_ORGANISATION, (LOGIN,), allows_public=False),
    Organisation(CLOSED_ORGANISATION, (LOGIN,), members_create=False),
    Organisation(SSO_ORGANISATION, (LOGIN,), wants_sso=True),
    Organisation(FOREIGN_ORGANISATION),
)
USERS: Final = (LOGIN, FOREIGN_USER)


def practice_tokens() -> dict[str, PracticeToken]:
    """Every token, by its secret. Their dates count from now."""
    now = datetime.now(UTC).replace(microsecond=0)
    tokens = (
        PracticeToken(WRITE_TOKEN, "may push and delete", scopes=_CAN_WRITE),
        PracticeToken(READ_TOKEN, "may only read packages", scopes=("read:packages",)),
        PracticeToken(EXPIRED_TOKEN, "ran out a week ago", scopes=_CAN_WRITE),
        PracticeToken(UNDELETING_TOKEN, "may push, not delete", scopes=("write:packages",)),
        PracticeToken(
            GH_TOKEN, "of gh, not yet for packages", TokenKind.OAUTH, ("gist", "read:org", "repo")
        ),
        PracticeToken(
            GH_WRITE_TOKEN,
            "of gh, after adding packages",
            TokenKind.OAUTH,
            ("gist", "read:org", "repo", *_CAN_WRITE),
        ),
        PracticeToken(FINE_GRAINED_TOKEN, "fine-grained", TokenKind.FINE_GRAINED),
        PracticeToken(APP_TOKEN, "of an app or workflow", TokenKind.APP),
    )
    ends = {WRITE_TOKEN: timedelta(days=90), EXPIRED_TOKEN: timedelta(days=-7)}
    return {
        token.secret: replace(token, expires=now + ends[token.secret])
        if token.secret in ends
        else token
        for token in tokens
    }


class People:
    """Looks up tokens. A fault may see to it that they have run out or lost a right."""

    def __init__(self) -> None:
        self._tokens = practice_tokens()
        self.changes: list[Callable[[PracticeToken], PracticeToken]] = []

    def token(self, secret: str) -> PracticeToken | None:
        found = self._tokens.get(secret)
        if found is None:
            return None
        for change in self.changes:
            found = change(found)
        return found

    def login_by_password(self, username: str, secret: str) -> str:
        """For registries with accounts of their own: the login, empty when it is not right."""
        known = (PASSWORD, WRITE_TOKEN)
        return LOGIN if username == LOGIN and secret in known else ""

    def organisation(self, login: str) -> Organisation | None:
        return next((found for found in ORGANISATIONS if found.login == login), None)
