"""All that a page renders, as one value: it goes down, and intents come up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from wizard.core.checks import Check
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Fix
from wizard.core.ports import RegistryProvider, StorePlan, Suggestion, Undone
from wizard.core.prefix import Prefix
from wizard.core.settings import Settings
from wizard.core.state import Journey
from wizard.steps.project import ProjectFacts
from wizard.tui.widgets.step_log import Waiting

if TYPE_CHECKING:
    from wizard.steps.stores import Trial
    from wizard.steps.ways import WayHere

_NO_DATE: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ShownFix:
    """A fix that is looked at, or was just applied."""

    fix: Fix
    check: Check
    """What is to be mended."""
    page: str
    """Where it was taken from, and where it goes back to."""
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The page that takes back what the wizard changed on this machine."""

    page: str
    """Where it was opened, and where it goes back to."""
    would: tuple[Undone, ...] = ()
    """The last change that is left."""
    done: tuple[Undone, ...] = ()


@dataclass(frozen=True, slots=True)
class Practice:
    """Who to be in the practice registries. Its token works nowhere else."""

    username: str
    token: str = field(repr=False)
    prefix: str = ""
    prefixes: tuple[str, ...] = ()
    """Where else to practise: one for each registry, the one to begin with first."""


@dataclass(frozen=True, slots=True)
class View:
    journey: Journey = field(default_factory=Journey)
    settings: Settings = field(default_factory=Settings)
    is_loaded: bool = False
    """The parts are built and the settings read."""
    is_busy: bool = False
    is_sandbox: bool = False
    is_watching: bool = False
    """Every check is done again and again while troubleshooting is open."""
    waiting: Waiting | None = None
    trouble: Check | None = None
    """What could not be done outside a step: settings, where a login would go."""
    said: str = ""
    """What the last key did: `copied`."""
    plan: StorePlan | None = None
    trial: Trial | None = None
    """Where a login could be kept; None until somebody needs one."""
    suggestions: tuple[tuple[str, Suggestion], ...] = ()
    """(kind, what this machine knows of its fields), as they were found."""
    fix: ShownFix | None = None
    """A fix whose preview is open."""
    taken_back: TakenBack | None = None
    ways: tuple[WayHere, ...] = ()
    """To a login at the chosen registry, once logins were looked for."""
    project: ProjectFacts = field(default_factory=ProjectFacts)
    """What the project here says; empty until it was looked at."""
    practice: Practice | None = None
    registries: tuple[RegistryProvider, ...] = ()
    parse_prefix: Callable[[str], tuple[Prefix, tuple[str, ...]]] | None = None
    monotonic: Callable[[], float] = lambda: 0.0
    now: datetime = _NO_DATE
    home: str = ""
    """The person's home directory: shown as ~."""
    system: str = ""
    """As `sys.platform`."""

    @property
    def provider(self) -> RegistryProvider | None:
        """Of the prefix that was chosen."""
        prefix = self.journey.choices.prefix
        if prefix is None:
            return None
        return next((p for p in self.registries if p.kind == prefix.kind), None)

    @property
    def image(self) -> str:
        """The whole name that the user's code will push to, without a tag."""
        choices = self.journey.choices
        return f"{choices.prefix}/{choices.image}" if choices.prefix else ""

    @property
    def tidy(self) -> View:
        """With the home directory as ~ in what was checked: shorter, and nobody's name in it."""
        if not self.home:
            return self
        checks = tuple(map(self.tidied, self.journey.checks))
        trouble = self.tidied(self.trouble) if self.trouble else None
        return replace(self, journey=replace(self.journey, checks=checks), trouble=trouble)

    def tidied(self, check: Check) -> Check:
        """What is read of it; what its fixes do stays exact."""
        if not self.home:
            return check
        home = f"{self.home}/"
        return replace(
            check,
            summary=check.summary.replace(home, "~/"),
            explanation=check.explanation.replace(home, "~/"),
            evidence=tuple(line.replace(home, "~/") for line in check.evidence),
        )
