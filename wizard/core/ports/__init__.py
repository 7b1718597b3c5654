"""What the steps need from the world, as small protocols, and the values that pass through them.

Concrete parts live in clients/, registries/ and engines/; wiring.py builds them into `Parts`.
Every method that talks to the world raises `Problem` with evidence, and nothing else on purpose.
"""

from wizard.core.ports.engine import (
    Engine,
    EngineDetails,
    EngineProgress,
    EnginePushed,
    EngineStatus,
    FoundEngine,
)
from wizard.core.ports.login import FoundLogin, Logins, StoreChoice, StorePlan
from wizard.core.ports.parts import Clock, Journal, Parts, Person, SettingsFile, Undone
from wizard.core.ports.registry import (
    ApiFactory,
    DeclaredVisibility,
    Endpoint,
    Identity,
    Ping,
    RegistryApi,
    RegistryProvider,
    WayIn,
)
from wizard.core.ports.world import Answer, Outside, ProgramResult

__all__ = [
    "Answer",
    "ApiFactory",
    "Clock",
    "DeclaredVisibility",
    "Endpoint",
    "Engine",
    "EngineDetails",
    "EngineProgress",
    "EnginePushed",
    "EngineStatus",
    "FoundEngine",
    "FoundLogin",
    "Identity",
    "Journal",
    "Logins",
    "Outside",
    "Parts",
    "Person",
    "Ping",
    "ProgramResult",
    "RegistryApi",
    "RegistryProvider",
    "SettingsFile",
    "StoreChoice",
    "StorePlan",
    "Undone",
    "WayIn",
]
