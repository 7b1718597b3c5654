"""What a running step reports. Faces match on these and end with `assert_never`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.core.checks import Change, Check, Pull, Step, Visibility
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Diagnosis, Fix
from wizard.core.names import Digest, Platform, Reference

if TYPE_CHECKING:  # a run that stops at the engine never meets a registry
    from wizard.core.flyte_config import Need
    from wizard.core.image import Manifest
    from wizard.core.ports import (
        EngineDetails,
        FoundEngine,
        FoundLogin,
        Identity,
        Opening,
        Ping,
    )
    from wizard.core.sdk import InstalledSdk


@dataclass(frozen=True, slots=True)
class Began:
    """Something is under way; nothing is known yet."""

    check: str
    step: Step
    text: str
    limit_s: float | None = None


@dataclass(frozen=True, slots=True)
class Progressed:
    """More of the same. The only event that a face may drop."""

    check: str
    text: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """Something is known now."""

    check: Check


@dataclass(frozen=True, slots=True)
class EngineSeen:
    """One endpoint answered, or its time was up."""

    found: FoundEngine


@dataclass(frozen=True, slots=True)
class EngineChosen:
    """The engine that will build and push, after the closer look."""

    found: FoundEngine
    details: EngineDetails


@dataclass(frozen=True, slots=True)
class SdkSeen:
    """What the project's own Python has; None when it has no SDK or could not be asked."""

    installed: InstalledSdk | None
    need: Need
    """Are images built on this machine at all, by what the configuration says?"""


@dataclass(frozen=True, slots=True)
class Reached:
    """The registry answered; how it wants to be talked to."""

    ping: Ping


@dataclass(frozen=True, slots=True)
class LoginSeen:
    """A login that is there already. `identity` says whose it is when it still works."""

    login: FoundLogin
    identity: Identity | None
    check: Check


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A login that was just proven against the registry."""

    login: FoundLogin
    identity: Identity


@dataclass(frozen=True, slots=True)
class Pushed:
    """The test image is in the registry and was read back."""

    reference: Reference
    digest: Digest
    platform: Platform
    size_bytes: int
    seconds: float
    route: str
    manifest: Manifest
    """The platform's own manifest as it was read back: names the config and the layers."""


@dataclass(frozen=True, slots=True)
class PullTried:
    """What came of pulling an image with no credential, before anybody knows what to make of it."""

    reference: Reference
    evidence: tuple[str, ...]
    trouble: Diagnosis | None
    """None: it was pulled."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Verified:
    """What somebody without a credential sees."""

    reference: Reference
    visibility: Visibility
    pull: Pull
    owner: str = ""
    """Who can change it, in words."""
    publish_fixes: tuple[Fix, ...] = ()
    opening: Opening | None = None
    """A change that the wizard could make itself, after consent."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Something on this machine was changed, and is in the journal."""

    change: Change


Event = (
    Began
    | Progressed
    | Checked
    | EngineSeen
    | EngineChosen
    | SdkSeen
    | Reached
    | LoginSeen
    | LoggedIn
    | Pushed
    | PullTried
    | Verified
    | Changed
)
