"""The outside world: HTTP answers, programs, and everything a registry or engine may touch."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Stage

if TYPE_CHECKING:
    from wizard.core.names import Repository
    from wizard.core.ports.endpoint import Endpoint
    from wizard.core.secret import AnyCredential, Secret


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer whose body was read within its bound."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    url: str


@dataclass(frozen=True, slots=True)
class ProgramResult:
    """How a program ended. `code` is None when its deadline passed and it was killed."""

    code: int | None
    stdout: bytes
    """At most 64 KiB; may hold a secret (a credential helper's answer)."""
    stderr: bytes
    is_endless: bool = False
    """It was killed before its deadline, since what it said had no end."""

    @property
    def timed_out(self) -> bool:
        return self.code is None


class Outside(Protocol):
    """Everything a registry or engine may touch, so that tests and the sandbox can own it."""

    environ: Mapping[str, str]
    home: Path
    timeout_s: float
    """The deadline of one probe, as `--timeout` gives it."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What of the environment had to be left out so far, in sentences to show."""
        ...

    async def ask(
        self,
        method: str,
        url: str,
        *,
        stage: Stage = Stage.API,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        bearer: Secret | None = None,
        most_bytes: int = 1 << 20,
    ) -> Answer:
        """One HTTPS request without redirects; any status is an answer, Problem is a fault."""
        ...

    async def ask_registry(
        self,
        method: str,
        rest: str,
        *,
        endpoint: Endpoint,
        credential: AnyCredential,
        repository: Repository,
        actions: tuple[str, ...] = ("pull",),
        stage: Stage = Stage.API,
    ) -> Answer:
        """`/v2/<repository>/<rest>`, with the token for these actions; any status is an answer."""
        ...

    async def token_claims(
        self, endpoint: Endpoint, credential: AnyCredential, repository: Repository
    ) -> Mapping[str, Any]:
        """What the token to push there says of itself; empty where tokens are opaque.

        It is asked for once and kept for the push. Not verified. Raises Problem when refused.
        """
        ...

    async def run(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes = b"",
        timeout_s: float = 5.0,
        environ: Mapping[str, str] | None = None,
    ) -> ProgramResult:
        """Run a program without a shell, in its own process group, killed at its deadline.

        Raises Problem (Fault.MISSING) when it is not on PATH.
        """
        ...

    def follow(
        self, argv: Sequence[str], *, silence_s: float = 60.0
    ) -> AsyncGenerator[str | int, None]:
        """Run a program that takes its time: its cleaned lines, and last its exit code.

        Raises Problem: Fault.MISSING, or Fault.TIMEOUT when it says nothing for `silence_s`.
        """
        ...

    def which(self, program: str) -> str | None:
        """Its absolute path, never one found through a relative PATH entry."""
        ...
