"""The journey so far, changed only by `fold`: what both faces render."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, assert_never

from wizard.core.checks import Change, Check, Pull, Status, Step, Visibility
from wizard.core.dataclass import dataclass
from wizard.core.events import (
    Began,
    Changed,
    Checked,
    EngineChosen,
    EngineSeen,
    Event,
    LoggedIn,
    LoginSeen,
    Progressed,
    PullTried,
    Pushed,
    Reached,
    SdkSeen,
    Verified,
)
from wizard.core.names import LINUX_AMD64, Platform
from wizard.core.ports import StoreChoice

if TYPE_CHECKING:  # a run that stops at the engine never meets a registry
    from wizard.core.flyte_config import Need
    from wizard.core.ports import EngineDetails, FoundEngine, FoundLogin, Identity, Ping
    from wizard.core.prefix import Prefix
    from wizard.core.sdk import InstalledSdk


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user picked, parsed once and trusted from then on. Never a secret."""

    engine: str = "auto"
    prefix: Prefix | None = None
    image: str = "flytekit"
    tag: str = ""
    """Empty: a fresh `wizard-check-…` for each push."""
    platform: Platform = LINUX_AMD64
    username: str = ""
    store: StoreChoice = StoreChoice.AUTO
    create_repository: bool = False
    wants_private: bool = False
    """The repository shall be private from the start, where a push would decide that by itself."""
    make_public: bool = False
    grant_cluster: bool = False
    """Let the declared cluster identity pull, where a policy must be changed for that."""
    delete_image: bool = False
    cluster_account: str = ""
    cluster_principal: str = ""
    declared_pull: str = ""
    """How the cluster may pull a private image, in the user's words: `pull secret`, ..."""
    profile: str = "default"


_NEVER_PUBLIC = ("pull.never-anonymous", "pull.cluster-not-granted", "pull.policy-forbids-public")


@dataclass(frozen=True, slots=True)
class Journey:
    """Everything that is known so far."""

    choices: Choices = field(default_factory=Choices)
    checks: tuple[Check, ...] = ()
    running: tuple[Began, ...] = ()
    progress: tuple[Progressed, ...] = ()
    """The last progress line of each running check."""
    engines: tuple[FoundEngine, ...] = ()
    engine: FoundEngine | None = None
    details: EngineDetails | None = None
    sdk: InstalledSdk | None = None
    need: Need | None = None
    """None: nobody has looked yet."""
    ping: Ping | None = None
    logins: tuple[LoginSeen, ...] = ()
    login: FoundLogin | None = None
    identity: Identity | None = None
    pushed: Pushed | None = None
    pull_tried: PullTried | None = None
    visibility: Visibility = Visibility.UNKNOWN
    verified: Verified | None = None
    pull: Pull = Pull.UNPROVEN
    changes: tuple[Change, ...] = ()

    def check(self, id_: str) -> Check | None:
        return next((check for check in self.checks if check.id == id_), None)

    @property
    def is_never_public(self) -> bool:
        """The registry serves nobody without a login, whatever is changed there."""
        return any(check.cause in _NEVER_PUBLIC for check in self.checks)

    def failure(self, step: Step) -> Check | None:
        """The first check of a step that failed or stayed unknown."""
        bad = (Status.FAIL, Status.UNKNOWN)
        return next((c for c in self.checks if c.step is step and c.status in bad), None)


def fold(journey: Journey, event: Event) -> Journey:  # noqa: C901, PLR0911, PLR0912 - one line per event
    match event:
        case Began():
            running = tuple(b for b in journey.running if b.check != event.check)
            return replace(journey, running=(*running, event))
        case Progressed():
            others = tuple(p for p in journey.progress if p.check != event.check)
            return replace(journey, progress=(*others, event))
        case Checked(check):
            return _with_check(journey, check)
        case EngineSeen(found):
            same = (found.engine, found.endpoint)
            others_seen = tuple(e for e in journey.engines if (e.engine, e.endpoint) != same)
            return replace(journey, engines=(*others_seen, found))
        case EngineChosen(found, details):
            return replace(journey, engine=found, details=details)
        case SdkSeen(installed, need):
            return replace(journey, sdk=installed, need=need)
        case Reached(ping):
            return replace(journey, ping=ping)
        case LoginSeen(login):
            logins = tuple(s for s in journey.logins if s.login.id != login.id)
            return replace(journey, logins=(*logins, event))
        case LoggedIn(login, identity):
            return replace(journey, login=login, identity=identity)
        case Pushed():
            return replace(journey, pushed=event)
        case PullTried():
            return replace(journey, pull_tried=event)
        case Verified():
            return replace(journey, verified=event, visibility=event.visibility, pull=event.pull)
        case Changed(change):
            return replace(journey, changes=(*journey.changes, change))
        case _:
            assert_never(event)


def _with_check(journey: Journey, check: Check) -> Journey:
    """A check that ran again replaces its earlier row in place."""
    ids = [c.id for c in journey.checks]
    checks = list(journey.checks)
    if check.id in ids:
        checks[ids.index(check.id)] = check
    else:
        checks.append(check)
    return replace(
        journey,
        checks=tuple(checks),
        running=tuple(b for b in journey.running if b.check != check.id),
        progress=tuple(p for p in journey.progress if p.check != check.id),
    )
