"""What the steps need from the world, as small protocols, and the values that pass through them.

Concrete parts live in clients/, registries/ and engines/; wiring.py builds them into `Parts`.
Every method that talks to the world raises `Problem` with evidence, and nothing else on purpose.

A name's module is imported with the first use of the name: a run that stops at the engine does not
pay for what a registry needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wizard.core.ports.code import ProjectCode
    from wizard.core.ports.endpoint import Endpoint
    from wizard.core.ports.engine import (
        Engine,
        EngineDetails,
        EngineProgress,
        EnginePushed,
        EngineStatus,
        FoundEngine,
    )
    from wizard.core.ports.login import (
        Fitness,
        FoundLogin,
        Logins,
        StoreChoice,
        StorePlan,
        StoreVerdict,
    )
    from wizard.core.ports.manage import (
        Access,
        Audience,
        Identity,
        NewRepository,
        Opening,
        PullToken,
        Recognised,
        Session,
        Suggestion,
    )
    from wizard.core.ports.parts import (
        Clock,
        HandedFiles,
        Journal,
        Parts,
        Person,
        SettingsFile,
        Undone,
    )
    from wizard.core.ports.registry import (
        ApiFactory,
        DeclaredVisibility,
        Ping,
        RegistryApi,
        RegistryProvider,
        WayIn,
    )
    from wizard.core.ports.world import Answer, Outside, ProgramResult
else:
    _HOMES = {
        "endpoint": "Endpoint",
        "code": "ProjectCode",
        "engine": "Engine EngineDetails EngineProgress EnginePushed EngineStatus FoundEngine",
        "login": "Fitness FoundLogin Logins StoreChoice StorePlan StoreVerdict",
        "manage": (
            "Access Audience Identity NewRepository Opening PullToken Recognised Session Suggestion"
        ),
        "parts": "Clock HandedFiles Journal Parts Person SettingsFile Undone",
        "registry": ("ApiFactory DeclaredVisibility Ping RegistryApi RegistryProvider WayIn"),
        "world": "Answer Outside ProgramResult",
    }
    _HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

    def __getattr__(name: str) -> object:
        home = _HOME_OF.get(name)
        if home is None:
            raise AttributeError(name)
        value = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
        return value


__all__ = [
    "Access",
    "Answer",
    "ApiFactory",
    "Audience",
    "Clock",
    "DeclaredVisibility",
    "Endpoint",
    "Engine",
    "EngineDetails",
    "EngineProgress",
    "EnginePushed",
    "EngineStatus",
    "Fitness",
    "FoundEngine",
    "FoundLogin",
    "HandedFiles",
    "Identity",
    "Journal",
    "Logins",
    "NewRepository",
    "Opening",
    "Outside",
    "Parts",
    "Person",
    "Ping",
    "ProgramResult",
    "ProjectCode",
    "PullToken",
    "Recognised",
    "RegistryApi",
    "RegistryProvider",
    "Session",
    "SettingsFile",
    "StoreChoice",
    "StorePlan",
    "StoreVerdict",
    "Suggestion",
    "Undone",
    "WayIn",
]
