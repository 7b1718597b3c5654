"""What is kept between runs, who answers questions, the clock; and all parts together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from wizard.core.dataclass import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from wizard.core.checks import Change
    from wizard.core.diagnosis import Cause, Sign
    from wizard.core.ports.code import ProjectCode
    from wizard.core.ports.engine import Engine
    from wizard.core.ports.login import Logins
    from wizard.core.ports.registry import ApiFactory, RegistryProvider
    from wizard.core.ports.world import Outside
    from wizard.core.prefix import Prefix
    from wizard.core.secret import Credential
    from wizard.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Undone:
    """One change that was taken back, or could not be."""

    change: Change
    done: bool
    why_not: str = ""
    is_others: bool = False
    """Somebody else changed it since: it is taken back only when that is wanted all the same."""
    runs: str = ""
    """The command that takes it back, where one must be run for that."""


class Journal(Protocol):
    """What the wizard changed, newest last. Never a secret."""

    def changes(self) -> tuple[Change, ...]: ...

    def begin_command(self, command: str, inverse: str) -> Callable[[int | None], None]:
        """Note a command before it is run, and what takes it back; never a secret in either.

        What is returned notes how it ended: its exit code. Raises Problem where it cannot be noted.
        """
        ...

    async def undo(
        self,
        *,
        everything: bool,
        dry_run: bool,
        over_others: bool = False,
        keeps_others: bool = False,
    ) -> tuple[Undone, ...]:
        """`over_others`: also what somebody else changed since (`Undone.is_others`).

        `keeps_others`: else that stays in the journal, for nobody was asked about it.
        """
        ...


class SettingsFile(Protocol):
    path: Path

    def load(self) -> Settings:
        """Raises Problem: config.wizard-damaged or config.wizard-newer; the file is kept."""
        ...

    def save(self, settings: Settings) -> None:
        """Written whole or not at all; comments kept."""
        ...


class Person(Protocol):
    """Who answers the questions of a run: somebody at a terminal, or consent given beforehand."""

    async def confirm(self, question: str, details: Sequence[str] = (), *, needs: str = "") -> bool:
        """`needs`: the option that gives this consent beforehand; `--yes` alone does not."""
        ...

    async def may_store(self, credential: Credential) -> bool:
        """Show where a login of another program would be kept, and ask."""
        ...

    async def credential(self, provider: RegistryProvider, username: str) -> Credential | None:
        """A credential to try; None to give up."""
        ...


class HandedFiles(Protocol):
    """What was saved beside the user's code. Every method raises OSError."""

    def write_new(self, path: Path, text: str) -> Path:
        """To a new file, under another name where that one is taken; where it went."""
        ...

    def read_text(self, path: Path) -> str | None:
        """None where there is none, or none that could be ours."""
        ...

    def rewrite(self, path: Path, before: str, after: str) -> bool:
        """Replace it whole if it still says `before`; False where it does not."""
        ...


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, UTC."""
        ...

    def monotonic(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


def _unheard(_listener: Callable[[str, float], None]) -> None:
    """Parts whose registries never ask anybody to wait."""


@dataclass(frozen=True)
class Parts:
    """The real parts, built once by wiring.py."""

    registries: Sequence[RegistryProvider]
    engines: tuple[Engine, ...]
    outside: Outside
    api: ApiFactory
    """Makes a RegistryApi; all of them share one connection pool, none a credential."""
    logins: Logins
    journal: Journal
    settings: SettingsFile
    clock: Clock
    parse_prefix: Callable[[str], tuple[Prefix, tuple[str, ...]]]
    """What a person typed -> the prefix and the mends made, in words. Raises PrefixError."""
    catalogue: Mapping[str, Cause]
    common_signs: tuple[Sign, ...]
    nonce: Callable[[], bytes]
    """Fresh random bytes for a test image's layer."""
    open_link: Callable[[str], bool]
    is_sandbox: bool = False
    practice: Any = None
    """The running sandbox, for the keys that play another person's part; None outside it."""
    project: Path = field(default_factory=Path)
    code: ProjectCode | None = None
    """What the project itself says; None in practice, which looks at nothing of the person's."""
    listen_for_waits: Callable[[Callable[[str, float], None]], None] = _unheard
    """Takes a listener: told host and seconds whenever a registry asks us to wait."""
    files: HandedFiles | None = None
    """Files beside the user's code; None where none may be written."""

    def provider(self, kind: str) -> RegistryProvider:
        return next(provider for provider in self.registries if provider.kind == kind)

    def engine(self, id_: str) -> Engine:
        return next(engine for engine in self.engines if engine.id == id_)
