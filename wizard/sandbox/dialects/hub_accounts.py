"""Who exists at the practice Docker Hub: namespaces, tokens, repositories and who may do what.

An emulation (registries.md B3, B4, B6). No token here could be anybody's: real ones have no
underscores after their prefix.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from wizard.sandbox.accounts import FOREIGN_ORGANISATION as FOREIGN
from wizard.sandbox.accounts import LOGIN, ORGANISATION, PASSWORD, People, PracticeToken
from wizard.sandbox.accounts import PRIVATE_ORGANISATION as CLOSED

DELETE_TOKEN: Final = "dckr_pat_practice_token_that_may_delete"  # noqa: S105
WRITE_TOKEN: Final = "dckr_pat_practice_token_that_may_write"  # noqa: S105
READ_TOKEN: Final = "dckr_pat_practice_token_that_may_only_read"  # noqa: S105
EXPIRED_TOKEN: Final = "dckr_pat_practice_token_that_has_expired"  # noqa: S105
ORGANISATION_TOKEN: Final = "dckr_oat_practice_token_of_the_organisation"  # noqa: S105
TWO_FACTOR_LOGIN: Final = "practice-2fa"
"""Its password is right and never taken: it has two-factor sign-in."""

LISTED: Final = f"{ORGANISATION}/flytekit"
"""The one repository that the organisation access token knows."""
PRIVATE_PLACES: Final = 1
"""How many private repositories a personal namespace holds."""
QUOTA_REPOSITORY: Final = "ratelimitpreview/test"

_READ, _WRITE, _DELETE = "read:packages", "write:packages", "delete:packages"
"""Scopes in the words of accounts.py, so that its faults change these tokens too."""
ACTIONS: Final[Mapping[str, str]] = {"pull": _READ, "push": _WRITE, "delete": _DELETE}


@dataclass(frozen=True)
class Namespace:
    name: str
    writers: tuple[str, ...] = ()
    is_private_by_default: bool = False
    allows_public: bool = True
    is_organisation: bool = True


NAMESPACES: Final = (
    Namespace(LOGIN, (LOGIN,), is_organisation=False),
    Namespace(TWO_FACTOR_LOGIN, (TWO_FACTOR_LOGIN,), is_organisation=False),
    Namespace(ORGANISATION, (LOGIN, ORGANISATION), is_private_by_default=True),
    Namespace(CLOSED, (LOGIN,), is_private_by_default=True, allows_public=False),
    Namespace(FOREIGN),
)


@dataclass(frozen=True)
class Person:
    """Who has shown a credential that is right, and what it allows at most."""

    login: str
    token: PracticeToken | None = None
    """None: the account's password, which allows all that the account may."""
    listed: tuple[str, ...] = ()
    """The repositories that an organisation access token is for; empty: no such limit."""

    def may(self, action: str, path: str) -> bool:
        """As far as the credential goes; the namespace decides too."""
        if self.listed and path not in self.listed:
            return False
        return self.token is None or self.token.may(ACTIONS[action])


class WrongLoginError(Exception):
    """`str()` is what the token service says to it."""


INCORRECT: Final = "incorrect username or password"
TWO_FACTOR: Final = (
    "your account must log in with a Personal Access Token (PAT) - learn more at "
    "docs.docker.com/go/access-tokens"
)
LOCKED: Final = "too many failed login attempts for username or IP address"
MOST_FAILURES: Final = 10


@dataclass
class HubWorld:
    """All of Docker Hub that is not the protocol: changed by pushes and by its interface."""

    people: People
    private: dict[str, bool] = field(default_factory=dict)
    """Every repository that exists: is it private?"""
    private_by_default: set[str] = field(
        default_factory=lambda: {n.name for n in NAMESPACES if n.is_private_by_default}
    )
    failures: int = 0

    def __post_init__(self) -> None:
        self.private[QUOTA_REPOSITORY] = False

    def person(self, username: str, secret: str) -> Person:
        """Raises WrongLoginError."""
        found = self._known(username, secret)
        if found is None:
            self.failures += 1
            raise WrongLoginError(LOCKED if self.failures > MOST_FAILURES else INCORRECT)
        return found

    def _known(self, username: str, secret: str) -> Person | None:
        token = _tokens().get(secret)
        if token is not None:
            for change in self.people.changes:
                token = change(token)
            listed = (LISTED,) if secret == ORGANISATION_TOKEN else ()
            is_good = token.login == username.lower() and not token.has_expired
            return Person(token.login, token, listed) if is_good else None
        if secret != PASSWORD:
            return None
        if username.lower() == TWO_FACTOR_LOGIN:
            raise WrongLoginError(TWO_FACTOR)
        return Person(LOGIN) if username.lower() == LOGIN else None

    def namespace(self, path: str) -> Namespace | None:
        name = path.partition("/")[0]
        return next((found for found in NAMESPACES if found.name == name), None)

    def may(self, person: Person | None, action: str, path: str) -> bool:
        """Two parts are a repository's name, and nothing deeper is (B1)."""
        if path.count("/") != 1:
            return False
        if action == "pull" and self.private.get(path) is False:
            return True
        namespace = self.namespace(path)
        is_writer = (
            person is not None and namespace is not None and person.login in namespace.writers
        )
        return is_writer and person is not None and person.may(action, path)

    def is_full(self, path: str) -> bool:
        """Would this one be private, and is there no place for another?"""
        namespace = self.namespace(path)
        if namespace is None or namespace.is_organisation or path in self.private:
            return False
        return namespace.name in self.private_by_default and not self.has_private_place(namespace)

    def has_private_place(self, namespace: Namespace) -> bool:
        own = [p for p, hidden in self.private.items() if hidden and self.namespace(p) == namespace]
        return namespace.is_organisation or len(own) < PRIVATE_PLACES

    def pushed(self, path: str, _login: str) -> None:
        """The first push makes a repository, as its namespace's default privacy says (B4)."""
        self.private.setdefault(path, path.partition("/")[0] in self.private_by_default)


def _tokens() -> dict[str, PracticeToken]:
    """Their dates count from now."""
    ends = datetime.now(UTC).replace(microsecond=0) - timedelta(days=7)
    all_ = (_READ, _WRITE, _DELETE)
    tokens = (
        PracticeToken(DELETE_TOKEN, "Read, Write, Delete", scopes=all_),
        PracticeToken(WRITE_TOKEN, "Read & Write", scopes=all_[:2]),
        PracticeToken(READ_TOKEN, "Read-only", scopes=(_READ,)),
        PracticeToken(EXPIRED_TOKEN, "ran out a week ago", scopes=all_, expires=ends),
        PracticeToken(
            ORGANISATION_TOKEN, "of the organisation", scopes=all_[:2], login=ORGANISATION
        ),
    )
    return {token.secret: token for token in tokens}
