"""One scenario with the wizard's own parts, in a process of its own; says its times as JSON.

`python -m tests.benchmarks.client SCENARIO [COUNT]`; the account comes by BENCH_USER and
BENCH_SECRET, as it is a practice account.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any, Final

from tests.benchmarks.far import REPOSITORY_NAME
from wizard.core.image import TestImage, make_test_image
from wizard.core.names import LINUX_AMD64, Reference
from wizard.core.ports import EngineStatus, FoundEngine, Parts
from wizard.core.secret import ANONYMOUS, Credential, Secret
from wizard.steps.check import check_images
from wizard.steps.pull import pull
from wizard.wiring import build

ROUNDS: Final = 5
"""Of each scenario in one process, each with new connections and no token."""
_AT_ONCE: Final = 8


class Run:
    """One run's parts, with no connection open yet."""

    def __init__(self, parts: Parts, path: str = REPOSITORY_NAME) -> None:
        self.parts = parts
        self.credential = Credential(os.environ["BENCH_USER"], Secret(os.environ["BENCH_SECRET"]))
        nonce = parts.nonce()
        self.reference = Reference.parse(f"ghcr.io/{path}:t{nonce.hex()[:12]}")
        self.image: TestImage = make_test_image(LINUX_AMD64, {}, nonce)
        self.endpoint = parts.provider("ghcr").endpoint("ghcr.io")

    async def log_in(self) -> None:
        """What the step Login leaves open: a connection and a token to push with."""
        api = self.parts.api(self.endpoint, self.credential)
        await api.prove(self.reference.repository)

    async def push(self) -> None:
        found = FoundEngine("none", "", "", EngineStatus.READY)
        engine = self.parts.engine("none")
        pushing = engine.push(
            found, self.image, self.reference, self.credential, self.parts.outside
        )
        async with aclosing(pushing) as progress:
            async for _ in progress:
                pass

    async def look(self, *, known: bool = True) -> None:
        """Pull it without a login, as the step Visibility does."""
        api = self.parts.api(self.endpoint, ANONYMOUS)
        manifest = self.image.manifest if known else None
        await pull(api, self.reference, LINUX_AMD64, manifest)


async def nothing(_: Run) -> None:
    """A scenario that needs no preparation."""


async def push_and_look(run: Run) -> None:
    await run.push()
    await run.look()


@asynccontextmanager
async def fresh(path: str = REPOSITORY_NAME) -> AsyncIterator[Run]:
    async with build(os.environ) as parts:
        yield Run(parts, path)


async def _push(run: Run) -> None:
    await run.push()


async def _look(run: Run) -> None:
    await run.look()


async def _look_unknown(run: Run) -> None:
    await run.look(known=False)


async def _log_in(run: Run) -> None:
    await run.log_in()


Act = Callable[[Run], Awaitable[None]]
SCENARIOS: Final[dict[str, tuple[Act, Act]]] = {
    "push": (nothing, _push),
    "push-after-login": (_log_in, _push),
    "look": (_push, _look),
    "look-after-push": (_push, _look),
    "look-unknown": (_push, _look_unknown),
    "push-and-look": (nothing, push_and_look),
}
"""What goes before, and what is timed."""
COLD: Final = frozenset({"look", "look-unknown"})
"""Timed by a run that has no connection and no token, after another one went before."""


async def timed(name: str) -> list[float]:
    before, act = SCENARIOS[name]
    times: list[float] = []
    for _ in range(ROUNDS + 1):
        async with fresh() as run:
            await before(run)
            async with fresh() as other:
                if name in COLD:
                    other.reference, other.image = run.reference, run.image
                chosen = other if name in COLD else run
                began = time.perf_counter()
                await act(chosen)
                times.append(time.perf_counter() - began)
    return times[1:]  # the first one imports


async def seed(count: int) -> None:
    """Images of as many packages, one each, tagged `1`."""
    places = asyncio.Semaphore(_AT_ONCE)
    async with build(os.environ) as parts:

        async def one(number: int) -> None:
            async with places:
                run = Run(parts, f"{REPOSITORY_NAME}-{number}")
                run.reference = run.reference.repository.tagged("1")
                await run.push()

        await asyncio.gather(*(one(number) for number in range(count)))


async def check(count: int) -> list[float]:
    """`check` of the seeded images by a run that has just begun."""
    references = [f"ghcr.io/{REPOSITORY_NAME}-{number}:1" for number in range(count)]
    async with build(os.environ) as parts:
        began = time.perf_counter()
        async with aclosing(check_images(parts, references, LINUX_AMD64)) as verdicts:
            said = [verdict async for verdict in verdicts]
        seconds = time.perf_counter() - began
    wrong = [v for v in said if not v.pullable]
    if wrong or [v.reference for v in said] != references:
        raise AssertionError(wrong[:1])
    return [seconds]


def main(name: str, count: int = 0) -> None:
    said: dict[str, Any] = {}
    cpu = time.process_time()
    if name == "seed":
        asyncio.run(seed(count))
    elif name == "check":
        said["seconds"] = asyncio.run(check(count))
    else:
        said["seconds"] = asyncio.run(timed(name))
    said["cpu_s"] = time.process_time() - cpu
    said["peak_kib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
