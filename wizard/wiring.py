"""The only place where real parts are put together, for one run."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from wizard.causes import CATALOGUE
from wizard.clients.clock import SystemClock
from wizard.clients.outside import World
from wizard.core.diagnosis import Problem
from wizard.core.ports import Engine, Parts
from wizard.core.signs import COMMON_SIGNS
from wizard.engines.none import NoEngine

if TYPE_CHECKING:
    from wizard.clients.logins import MachineLogins
    from wizard.clients.machine_project import MachineProject
    from wizard.clients.settings_file import TomlSettings
    from wizard.clients.undo import MachineJournal
    from wizard.core.ports import Endpoint, HandedFiles, RegistryProvider
    from wizard.core.prefix import Prefix

T = TypeVar("T")

NONCE_BYTES = 32


@asynccontextmanager
async def build(
    environ: Mapping[str, str],
    *,
    config: str | None = None,
    sandbox: bool = False,
    timeout_s: float = 10.0,
    profile: str = "",
    python: str = "",
    project: str | None = None,
) -> AsyncIterator[Parts]:
    """The parts of one run; connections, practice registries and practice home end with it.

    With `sandbox`, every part lives in a temporary home and talks to practice registries only.
    """
    del profile  # read by the faces; the parts are the same for all of them
    async with AsyncExitStack() as stack:
        practice: Any = None
        transport = None
        if sandbox:
            environ, practice, transport = await _practice(stack, environ)
            config = str(Path(environ["XDG_CONFIG_HOME"]) / "config.toml")
        home = Path(environ.get("HOME") or environ.get("USERPROFILE") or Path.home())
        settings = _settings(environ, Path(config) if config else None)
        outside = World(
            environ, home, timeout_s, transport=transport, trusted_realms=_realms(settings)
        )
        stack.push_async_callback(outside.aclose)
        clock = SystemClock()
        folder = Path(project) if project else _here(home)
        journal = _later(lambda: _journal(environ, clock, outside))
        none = NoEngine(outside.registry_api, _endpoint_of)
        engines: tuple[Engine, ...] = (none,) if sandbox else (*_engines(), none)
        yield Parts(
            registries=_Registries(),
            engines=engines,
            outside=outside,
            api=outside.registry_api,
            logins=_later(lambda: _logins(outside, journal)),
            journal=journal,
            settings=settings,
            clock=clock,
            parse_prefix=_parse_prefix,
            catalogue=CATALOGUE,
            common_signs=COMMON_SIGNS,
            nonce=_nonce,
            open_link=_open_link,
            is_sandbox=sandbox,
            practice=practice,
            project=folder,
            code=None if sandbox else _later(lambda: _code(outside, folder, python)),
            listen_for_waits=outside.listen_for_waits,
            files=_later(_files),
        )


def _here(home: Path) -> Path:
    """The working directory; the home where that was deleted under us."""
    try:
        return Path.cwd()
    except OSError:
        return home


# --- what a run may never touch comes with its first use: `doctor` at a dead engine needs little


class _Later(Generic[T]):
    """Stands for a part until somebody uses it."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: T | None = None

    def __getattr__(self, name: str) -> Any:
        if self._made is None:
            self._made = self._make()
        return getattr(self._made, name)


def _later(make: Callable[[], T]) -> T:
    return cast("T", _Later(make))


class _Registries(Sequence["RegistryProvider"]):
    """REGISTRIES, when somebody looks."""

    def __getitem__(self, index: Any) -> Any:
        from wizard.registries import REGISTRIES

        return REGISTRIES[index]

    def __len__(self) -> int:
        from wizard.registries import REGISTRIES

        return len(REGISTRIES)


def _parse_prefix(text: str) -> tuple[Prefix, tuple[str, ...]]:
    from wizard.registries import parse_prefix

    return parse_prefix(text)


def _endpoint_of(host: str) -> Endpoint:
    from wizard.registries import for_host

    return for_host(host).endpoint(host)


def _journal(environ: Mapping[str, str], clock: SystemClock, outside: World) -> MachineJournal:
    from wizard.clients.journal import JournalFile
    from wizard.clients.undo import MachineJournal

    return MachineJournal(JournalFile(_state_folder(environ), clock.now), outside)


def _logins(outside: World, journal: MachineJournal) -> MachineLogins:
    from wizard.clients.logins import MachineLogins

    return MachineLogins(outside, journal, CATALOGUE)


def _settings(environ: Mapping[str, str], given: Path | None) -> TomlSettings:
    from wizard.clients.settings_file import TomlSettings, settings_path

    return TomlSettings(settings_path(environ, given))


def _realms(settings: TomlSettings) -> Callable[[str], tuple[str, ...]]:
    """Token services that the user trusts. A damaged file trusts none, and is told elsewhere."""

    def of(host: str) -> tuple[str, ...]:
        try:
            return settings.load().realms_of(host)
        except Problem:
            return ()

    return of


def _code(outside: World, folder: Path, python: str) -> MachineProject:
    from wizard.clients.machine_project import MachineProject

    return MachineProject(outside, folder, python)


def _files() -> HandedFiles:
    from wizard.clients import handed_files

    return handed_files


def _nonce() -> bytes:
    import secrets

    return secrets.token_bytes(NONCE_BYTES)


def _engines() -> tuple[Engine, ...]:
    return _docker(), _podman(), _containerd(), _lxd()


def _docker() -> Engine:
    from wizard.engines.docker import DockerEngine

    return DockerEngine()


def _podman() -> Engine:
    from wizard.engines.podman import PodmanEngine

    return PodmanEngine()


def _containerd() -> Engine:
    from wizard.engines.containerd import ContainerdEngine

    return ContainerdEngine()


def _lxd() -> Engine:
    from wizard.engines.lxd import LxdEngine

    return LxdEngine()


async def _practice(stack: AsyncExitStack, environ: Mapping[str, str]) -> tuple[Any, Any, Any]:
    from wizard.sandbox.home import practice_home
    from wizard.sandbox.server import Sandbox
    from wizard.sandbox.transport import SandboxTransport

    inside = stack.enter_context(practice_home(environ))
    practice = await stack.enter_async_context(Sandbox.start())
    return {**inside, **practice.environ}, practice, lambda: SandboxTransport(practice)


def _state_folder(environ: Mapping[str, str]) -> Path:
    """Where this system keeps what programs remember, by the given environment first."""
    if named := environ.get("XDG_STATE_HOME"):
        return Path(named) / "registry-wizard"
    from platformdirs import user_state_path

    return user_state_path("registry-wizard", appauthor=False)


def _open_link(url: str) -> bool:
    """Open a page in the person's browser; False where there is none (SSH, containers)."""
    import webbrowser

    if os.environ.get("SSH_CONNECTION") or not url.startswith("https://"):
        return False
    with contextlib.suppress(webbrowser.Error):
        return webbrowser.open(url)
    return False
