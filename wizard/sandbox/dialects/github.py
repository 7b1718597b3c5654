"""Packages, their visibility and who may do what with them: GitHub behind ghcr.io and its REST.

An emulation (registries.md A3, A4, A6). Organisations and tokens stand in accounts.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from wizard.sandbox.accounts import USERS, Organisation, People, PracticeToken, TokenKind
from wizard.sandbox.dialects.dialect import PracticeRefusedError
from wizard.sandbox.store import Store

PACKAGES_TAKE: Final = (TokenKind.CLASSIC, TokenKind.OAUTH)
"""The kinds of token that the registry takes (A3)."""


@dataclass
class Package:
    """A name below an owner, made by its first manifest and private from then on (A4, A6)."""

    path: str
    publisher: str
    is_public: bool = False
    created: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    version_ids: dict[str, int] = field(default_factory=dict)
    """Digest to the number by which REST knows it."""

    @property
    def owner(self) -> str:
        return self.path.partition("/")[0]

    @property
    def name(self) -> str:
        return self.path.partition("/")[2]


class Github:
    """What ghcr.io and api.github.com both know."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.store = Store()
        self.packages: dict[str, Package] = {}
        self._next_id = 1000

    def published(self, path: str, login: str) -> None:
        """A manifest has arrived."""
        package = self.packages.setdefault(path, Package(path, login))
        for digest in self.store.repository(path).manifests:
            if digest not in package.version_ids:
                package.version_ids[digest] = self._next_id
                self._next_id += 1

    def forget_version(self, package: Package, digest: str) -> None:
        self.store.remove_manifest(package.path, digest)
        del package.version_ids[digest]

    def forget(self, package: Package) -> None:
        self.store.remove(package.path)
        del self.packages[package.path]

    def kind_of(self, owner: str) -> str:
        """As REST says it; empty for nobody."""
        if self.people.organisation(owner):
            return "Organization"
        return "User" if owner in USERS else ""

    def sso_is_missing(self, owner: str) -> bool:
        organisation = self.people.organisation(owner)
        return organisation is not None and organisation.wants_sso

    def may_read(self, token: PracticeToken | None, path: str) -> bool:
        package = self.packages.get(path)
        if package is not None and package.is_public:
            return True
        return token is not None and token.may("read:packages") and self.has_role(token, path)

    def has_role(self, token: PracticeToken, path: str) -> bool:
        """Owner, member of the organisation, or the package's publisher."""
        owner = path.partition("/")[0]
        package = self.packages.get(path)
        return (
            owner == token.login
            or token.login in self._organisation(owner).members
            or (package is not None and package.publisher == token.login)
        )

    def push_refusal(self, token: PracticeToken, path: str) -> str:
        """GHCR's words for why this token may not push there (A7); empty when it may."""
        owner = path.partition("/")[0]
        if self.sso_is_missing(owner):
            return "denied"
        if not self.has_role(token, path):
            return "permission_denied: write_package"
        if not token.may("write:packages"):
            return "permission_denied: The token provided does not match expected scopes."
        creates = path not in self.packages
        if creates and owner != token.login and not self._organisation(owner).members_create:
            return "permission_denied: create_package"
        return ""

    def publish(self, path: str) -> None:
        """What a person does on the settings page. Raises PracticeRefusedError."""
        if path not in self.packages:
            raise PracticeRefusedError(f"there is no package {path} yet")
        owner = self.packages[path].owner
        if not self._organisation(owner).allows_public:
            raise PracticeRefusedError(f"{owner} does not allow public packages")
        self.packages[path].is_public = True

    def unpublish(self, path: str) -> None:
        if path not in self.packages:
            raise PracticeRefusedError(f"there is no package {path} yet")
        self.packages[path].is_public = False

    def _organisation(self, owner: str) -> Organisation:
        return self.people.organisation(owner) or Organisation(owner)
