"""What a command may touch: the streams, the environment, and a way to build the real parts."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Protocol, TextIO

from wizard.core.dataclass import dataclass

if TYPE_CHECKING:  # the ports cost more than reading a whole command line
    from wizard.core.diagnosis import Sign
    from wizard.core.ports import Parts


class Build(Protocol):
    """`wizard.wiring.build`."""

    def __call__(
        self,
        environ: Mapping[str, str],
        *,
        config: str | None = None,
        sandbox: bool = False,
        timeout_s: float = 10.0,
        profile: str = "",
        python: str = "",
        project: str | None = None,
    ) -> AbstractAsyncContextManager[Parts]: ...


@dataclass(frozen=True, slots=True)
class SignTable:
    """The signs of one registry or engine. `claims` says whose host a message speaks of."""

    signs: tuple[Sign, ...]
    claims: Callable[[str], bool] | None = None


@dataclass(frozen=True, slots=True)
class World:
    environ: Mapping[str, str]
    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
    system: str
    """As `sys.platform`: fixes differ by it."""
    build: Build
    sign_tables: Callable[[], Iterable[SignTable]]
    """A function, so that registries and engines are imported only where they are asked."""

    @property
    def is_interactive(self) -> bool:
        """Somebody can be asked: both the answers and the questions go to a terminal."""
        return self.stdin.isatty() and self.stderr.isatty()

    def parts(self, arguments: Namespace) -> AbstractAsyncContextManager[Parts]:
        """The real parts as the options of this command line ask for them."""
        return self.build(
            self.environ,
            config=arguments.config,
            sandbox=arguments.sandbox,
            timeout_s=arguments.timeout or 10.0,
            profile=arguments.profile or "",
            python=arguments.python or "",
        )
