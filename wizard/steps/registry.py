"""Does the registry exist and answer: step Registry."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace

from wizard.core.checks import Status, Step, failed, passed
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Evidence, Problem, Stage, diagnose
from wizard.core.events import Began, Checked, Event, Reached
from wizard.core.names import InvalidNameError, Repository
from wizard.core.ports import Endpoint, Parts, Ping, Recognised, RegistryProvider
from wizard.core.secret import ANONYMOUS
from wizard.core.state import Journey
from wizard.steps.order import NAME, REACH
from wizard.steps.run import Trouble, attempt

MOST_CLOCK_SKEW_S = 300
"""Beyond it, certificates and signed requests begin to fail (credentials.md 4.3 row 42)."""

_SCHEMES = {
    "none": "asks for no login",
    "basic": "asks for a user name and password with every request",
    "bearer": "hands out short-lived tokens",
}


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the images of this journey go."""

    provider: RegistryProvider
    endpoint: Endpoint
    repository: Repository


def destination(parts: Parts, journey: Journey) -> Destination:
    """Raises Problem (reference.*) when no usable name has been chosen."""
    prefix = journey.choices.prefix
    if prefix is None:
        asked = Evidence(Stage.NAME, "the registry prefix", "none was chosen")
        raise Problem(asked, cause="reference.incomplete")
    try:
        repository = prefix.repository(journey.choices.image)
    except InvalidNameError as error:
        facts = {"reference": f"{prefix}/{journey.choices.image}", "message": str(error)}
        wrong = Evidence(Stage.NAME, f"{prefix}/{journey.choices.image}", str(error), facts=facts)
        raise Problem(wrong, cause="reference.invalid") from error
    provider = parts.provider(prefix.kind)
    return Destination(provider, provider.endpoint(prefix.host), repository)


async def reach(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Check the name, then ask the registry how it wants to be talked to."""
    try:
        to = destination(parts, journey)
    except Problem as problem:
        yield Checked(failed(NAME, Step.REGISTRY, diagnose(problem, parts.catalogue)))
        return
    yield Checked(passed(NAME, Step.REGISTRY, f"images go to {to.repository}"))
    limit_s = parts.outside.timeout_s
    yield Began(REACH, Step.REGISTRY, f"asking {to.endpoint.host}", limit_s)
    api = parts.api(to.endpoint, ANONYMOUS)
    outcome = await attempt(
        parts,
        api.ping(),
        to.provider.signs,
        about=to.repository,
        stage=Stage.PING,
        limit_s=limit_s + 1,
    )
    if isinstance(outcome, Trouble):
        yield Checked(outcome.row(REACH, Step.REGISTRY))
        return
    ping = outcome.value
    yield Reached(ping)
    said = f"{to.endpoint.host} answers and {_SCHEMES.get(ping.scheme, 'wants a login')}"
    product = to.provider.recognise(to.endpoint.host, ping)
    told = (f"it is {product.title}", *product.remarks) if product else ()
    told += parts.outside.notes
    yield Checked(passed(REACH, Step.REGISTRY, said, ping.evidence, *told, seconds=outcome.seconds))
    if product and product.is_local:
        here = diagnose(_local(to, product), parts.catalogue)
        yield Checked(failed("registry.local", Step.REGISTRY, here))
    if ping.clock_skew_s is not None and abs(ping.clock_skew_s) > MOST_CLOCK_SKEW_S:
        row = failed("registry.clock", Step.REGISTRY, diagnose(_clock(to, ping), parts.catalogue))
        yield Checked(replace(row, status=Status.WARN))


def _local(to: Destination, product: Recognised) -> Problem:
    seen = Evidence(Stage.NAME, to.endpoint.host, f"it is {product.title}", to.endpoint.host)
    return Problem(seen, cause="reference.local-only")


def _clock(to: Destination, ping: Ping) -> Problem:
    minutes = f"{abs(ping.clock_skew_s or 0) / 60:.0f}"
    answered = f"its Date differs from this machine's clock by {minutes} minutes"
    facts = {"minutes": minutes}
    return Problem(
        Evidence(Stage.PING, "the server's clock", answered, to.endpoint.host, facts=facts),
        cause="network.clock-wrong",
    )
