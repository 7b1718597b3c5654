"""What is remembered between runs: profiles, the current one, where a journey stopped."""

from __future__ import annotations

from dataclasses import replace

from wizard.core.dataclass import dataclass

VERSION = 1


@dataclass(frozen=True, slots=True)
class Proof:
    """The last time a whole chain was proven."""

    reference: str
    digest: str
    when: str
    """RFC 3339, UTC."""
    pull: str
    """`public` or `declared`."""
    deleted: str = ""
    """When the test image was deleted again; empty while it is there. What was proven stays so."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One registry as it was set up here, and its last proof."""

    name: str
    prefix: str
    kind: str
    engine: str = "auto"
    image: str = "flytekit"
    platform: str = "linux/amd64"
    username: str = ""
    store: str = "auto"
    cluster_account: str = ""
    cluster_principal: str = ""
    declared_pull: str = ""
    """How the cluster may pull a private image, as declared by the user; empty if not."""
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """Where a journey stopped, and what had been chosen by then."""

    step: str
    prefix: str = ""
    engine: str = ""
    image: str = ""
    username: str = ""


@dataclass(frozen=True, slots=True)
class Handed:
    """A hand-over that was saved as a file: `switch` points it to the other registry."""

    file: str
    """Absolute."""
    what: str
    """As `export` takes it: `imagespec`."""
    sha256: str
    """Of the text as we wrote it: a file that somebody changed since is theirs."""


@dataclass(frozen=True, slots=True)
class Realm:
    """A token service elsewhere that the user has said belongs to a registry."""

    host: str
    """Of the registry, with its port."""
    url: str
    """Of the service, exactly: logins for `host` may be sent there."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole file."""

    current: str = ""
    profiles: tuple[Profile, ...] = ()
    stopped: Stopped | None = None
    handed: tuple[Handed, ...] = ()
    realms: tuple[Realm, ...] = ()

    def profile(self, name: str) -> Profile | None:
        return next((p for p in self.profiles if p.name == name), None)

    @property
    def current_profile(self) -> Profile | None:
        return self.profile(self.current)

    def realms_of(self, host: str) -> tuple[str, ...]:
        return tuple(realm.url for realm in self.realms if realm.host == host)

    def with_realm(self, realm: Realm) -> Settings:
        """Added, or replaced by its host."""
        others = tuple(r for r in self.realms if r.host != realm.host)
        return replace(self, realms=(*others, realm))

    def with_handed(self, handed: Handed) -> Settings:
        """Added, or replaced by its file."""
        others = tuple(h for h in self.handed if h.file != handed.file)
        return replace(self, handed=(*others, handed))

    def with_profile(self, profile: Profile) -> Settings:
        """Added or replaced by name, and made the current one."""
        others = [p for p in self.profiles if p.name != profile.name]
        position = next((i for i, p in enumerate(self.profiles) if p.name == profile.name), None)
        others.insert(len(others) if position is None else position, profile)
        return replace(self, profiles=tuple(others), current=profile.name)
