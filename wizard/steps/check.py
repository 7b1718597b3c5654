"""Would a cluster without credentials pull these: any number of references, in the order asked."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Diagnosis, Evidence, Problem, Stage, diagnose
from wizard.core.names import InvalidNameError, Platform, Reference
from wizard.core.ports import Endpoint, FoundLogin, Parts, RegistryProvider
from wizard.core.secret import ANONYMOUS, Credential
from wizard.core.text import clean
from wizard.steps.login import DOCKER
from wizard.steps.pull import Pulled, private_or_missing, pull
from wizard.steps.run import Done, Trouble, attempt, naming

MOST_AT_ONCE = 64
"""One HTTP/2 connection carries them; more only queue in the registry (performance.md)."""


@dataclass(frozen=True, slots=True)
class ImageVerdict:
    """`pullable` is None when nothing could be said; `trouble` may be a warning on a pullable."""

    reference: str
    pullable: bool | None
    trouble: Diagnosis | None
    platforms: tuple[str, ...] = ()
    digest: str = ""
    size_bytes: int | None = None
    evidence: tuple[str, ...] = ()
    seconds: float = 0.0


async def check_images(
    parts: Parts, references: Iterable[str], platform: Platform
) -> AsyncGenerator[ImageVerdict, None]:
    """A sliding window over the references, so that a million of them need no more memory."""
    looks = _Looks(parts, platform)
    window: deque[asyncio.Task[ImageVerdict]] = deque()
    waiting = iter(references)
    try:
        while True:
            while len(window) < MOST_AT_ONCE and (text := next(waiting, None)) is not None:
                window.append(asyncio.create_task(looks.at(text)))
            if not window:
                return
            # Taken off only when done: what is still in the window is cancelled on the way out.
            verdict = await window[0]
            window.popleft()
            yield verdict
    finally:
        for task in window:
            task.cancel()
        await asyncio.gather(*window, return_exceptions=True)
        await looks.close()


class _Looks:
    """One look per reference; what is common to a host is asked once."""

    def __init__(self, parts: Parts, platform: Platform) -> None:
        self._parts = parts
        self._platform = platform
        self._logins: dict[str, asyncio.Task[_StoredLogin | None]] = {}

    async def at(self, text: str) -> ImageVerdict:
        parts = self._parts
        try:
            reference = Reference.parse(text)
        except InvalidNameError as error:
            shown = clean(text, 200)
            evidence = Evidence(Stage.NAME, shown, str(error), facts={"reference": shown})
            wrong = diagnose(Problem(evidence, cause="reference.invalid"), parts.catalogue)
            return ImageVerdict(shown, pullable=False, trouble=wrong, evidence=(str(error),))
        provider = self._provider(reference)
        endpoint = provider.endpoint(reference.repository.host)
        api = parts.api(endpoint, ANONYMOUS)
        outcome = await attempt(
            parts,
            pull(api, reference, self._platform),
            provider.signs,
            about=reference,
            limit_s=parts.outside.timeout_s * 2,
        )
        login = await self._login(provider, endpoint)
        if isinstance(outcome, Done):
            return self._pullable(reference, outcome, login)
        trouble = outcome.found
        if login is not None and login.credential is not None:
            trouble = await private_or_missing(
                parts, provider, reference, trouble, login.credential
            )
        return _refused(str(reference), trouble, outcome.seconds)

    async def close(self) -> None:
        for task in self._logins.values():
            task.cancel()
        await asyncio.gather(*self._logins.values(), return_exceptions=True)

    def _provider(self, reference: Reference) -> RegistryProvider:
        host = reference.repository.host
        return next(p for p in self._parts.registries if p.claims(host))

    def _pullable(
        self, reference: Reference, outcome: Done[Pulled], login: _StoredLogin | None
    ) -> ImageVerdict:
        pulled = outcome.value
        stale = None
        if login is not None and login.trouble is not None:
            problem = Problem(*login.trouble.evidence, cause="pull.stale-login")
            stale = diagnose(
                naming(self._parts.registries, problem, reference), self._parts.catalogue
            )
        return ImageVerdict(
            str(reference),
            pullable=True,
            trouble=stale,
            platforms=tuple(str(p) for p in pulled.platforms),
            digest=str(pulled.digest),
            size_bytes=pulled.size_bytes,
            evidence=pulled.evidence,
            seconds=outcome.seconds,
        )

    async def _login(self, provider: RegistryProvider, endpoint: Endpoint) -> _StoredLogin | None:
        """The login that docker would use for this host, and whether it still works. Once a host.

        A private task per host: the first reference starts it, all others await the same one.
        """
        if endpoint.host not in self._logins:
            search = _stored_login(self._parts, provider, endpoint)
            self._logins[endpoint.host] = asyncio.create_task(search)
        return await asyncio.shield(self._logins[endpoint.host])


@dataclass(frozen=True, slots=True)
class _StoredLogin:
    """A working credential, or what is wrong with the one that docker would send."""

    credential: Credential | None
    trouble: Diagnosis | None


async def _stored_login(
    parts: Parts, provider: RegistryProvider, endpoint: Endpoint
) -> _StoredLogin | None:
    found = await attempt(
        parts, parts.logins.find(provider, endpoint), limit_s=parts.outside.timeout_s
    )
    if isinstance(found, Trouble):
        return None
    login: FoundLogin | None = next((row for row in found.value if DOCKER in row.tools), None)
    if login is None or login.problem is not None:
        return None
    credential = parts.logins.credential(login)
    if not isinstance(credential, Credential):
        return None
    proven = await attempt(
        parts,
        parts.api(endpoint, credential).prove(None),
        provider.signs,
        stage=Stage.TOKEN,
        limit_s=parts.outside.timeout_s,
    )
    if isinstance(proven, Done):
        return _StoredLogin(credential, None)
    # Only a refusal makes a login stale: a timeout says nothing about it.
    refused = proven.found.cause.startswith("login.")
    return _StoredLogin(None, proven.found if refused else None)


def _refused(reference: str, trouble: Diagnosis, seconds: float) -> ImageVerdict:
    # A network that fails says nothing about the image.
    known = trouble.cause.startswith(("pull.", "reference.", "login."))
    return ImageVerdict(
        reference,
        pullable=False if known else None,
        trouble=trouble,
        evidence=tuple(seen.line for seen in trouble.evidence),
        seconds=seconds,
    )
