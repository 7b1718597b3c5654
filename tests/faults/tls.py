"""Faults of certificates and clocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from tests.faults import impostor
from tests.faults.case import Breaks, Case, Inject
from tests.faults.impostor import ELSEWHERE, listening, named
from tests.faults.places import DOCKER_HUB, GAR, GHCR, OPEN, Place
from tests.faults.world import World
from tests.journeys.answering import answering
from tests.support.certificates import DAY, Authority, Leaf, self_signed

SKOPEO = Breaks.SKOPEO_PUSH
CURL = Breaks.CURL
"""Go's programs read the clock of the kernel, which cannot be set for one of them."""
ANY_DAY: Final = dt.timedelta(days=1)
ANSWER = impostor.says("HTTP/1.1 401 Unauthorized", 'WWW-Authenticate: Basic realm="here"')

Make = Callable[[World, str, Path], Leaf]
"""A certificate for this host, written to this folder."""


def showing(make: Make, place: Place = GHCR) -> Inject:
    """The registry's name leads to a server with another certificate."""

    @contextmanager
    def inject(world: World) -> Iterator[None]:
        host, _, port = place.host.partition(":")
        leaf = make(world, host, world.lab.machine.folder / "certificates")
        at_port = int(port or 443)
        with (
            listening(world, ANSWER, port=at_port, leaf=leaf),
            named(world, **{host.replace(".", "__"): ELSEWHERE}),
        ):
            yield

    return inject


def _by_itself(_world: World, host: str, folder: Path) -> Leaf:
    return self_signed(folder, host)


def _by_a_stranger(_world: World, host: str, folder: Path) -> Leaf:
    """As a company's device does that opens all traffic."""
    return Authority(folder, "Corp Inspection CA").issue(host)


def _without_intermediate(world: World, host: str, folder: Path) -> Leaf:
    """Issued below the trusted authority, by one that the server forgets to show."""
    return Authority(folder, "Forgotten Intermediate", above=world.lab.authority).issue(host)


def _from_to(valid_from: dt.timedelta, valid_until: dt.timedelta) -> Make:
    return lambda world, host, _: world.lab.authority.issue(
        host, valid_from=valid_from, valid_until=valid_until
    )


def _of_another(name: str) -> Make:
    return lambda world, _host, _folder: world.lab.authority.issue(name)


def trusting(content: Callable[[World], bytes | None]) -> Inject:
    """SSL_CERT_FILE names this file instead of the system's; None: one that is not there."""

    def inject(world: World) -> None:
        file = world.home / "bundle.pem"
        given = content(world)
        if given is not None:
            file.write_bytes(given)
        world.env |= {"SSL_CERT_FILE": str(file), "SSL_CERT_DIR": str(world.home / "none")}

    return inject


def _another_authority(world: World) -> bytes:
    folder = world.lab.machine.folder / "another"
    return Authority(folder, "Last Year's CA").certificate.read_bytes()


def clock(shift: str) -> Inject:
    """This machine's clock, seen by every program; the registry's own is right."""

    @contextmanager
    def inject(world: World) -> Iterator[None]:
        world.clock = shift
        with answering(world.lab.machine, port=80):
            yield

    return inject


@contextmanager
def _two(world: World) -> Iterator[None]:
    """Expired, and of nobody who is known here."""
    with ExitStack() as stack:
        stack.enter_context(
            showing(
                lambda _w, host, folder: Authority(folder).issue(
                    host, valid_from=-9 * DAY, valid_until=-DAY
                )
            )(world)  # type: ignore[arg-type]
        )
        yield


UNTRUSTED, INVALID, CLOCK = "network.tls-untrusted", "network.tls-invalid", "network.clock-wrong"
EXPIRED = _from_to(-9 * ANY_DAY, -ANY_DAY)
TOO_EARLY = _from_to(2 * ANY_DAY, 9 * ANY_DAY)

FAULTS: tuple[Case, ...] = (
    Case("signed-by-itself", UNTRUSTED, showing(_by_itself), SKOPEO),
    Case("signed-by-itself", UNTRUSTED, showing(_by_itself, OPEN), SKOPEO, OPEN),
    Case("opened-by-the-company", UNTRUSTED, showing(_by_a_stranger), SKOPEO),
    Case("opened-by-the-company", UNTRUSTED, showing(_by_a_stranger, GAR), SKOPEO, GAR),
    Case("private-authority", UNTRUSTED, showing(_by_a_stranger, OPEN), SKOPEO, OPEN),
    Case("intermediate-forgotten", UNTRUSTED, showing(_without_intermediate, OPEN), SKOPEO, OPEN),
    Case("expired", INVALID, showing(EXPIRED), SKOPEO),
    Case("expired", INVALID, showing(EXPIRED, OPEN), SKOPEO, OPEN),
    Case("not-yet-valid", INVALID, showing(TOO_EARLY, OPEN), SKOPEO, OPEN),
    Case("of-another-host", INVALID, showing(_of_another("other.corp.test"), OPEN), SKOPEO, OPEN),
    Case("of-another-host", INVALID, showing(_of_another("github.com")), SKOPEO),
    Case("wildcard-one-level-off", INVALID, showing(_of_another("*.test"), OPEN), SKOPEO, OPEN),
    Case("expired-and-of-a-stranger", UNTRUSTED, _two, SKOPEO),
    Case("bundle-of-another-authority", UNTRUSTED, trusting(_another_authority), SKOPEO),
    Case("bundle-empty", UNTRUSTED, trusting(lambda _w: b""), SKOPEO),
    Case("bundle-missing", UNTRUSTED, trusting(lambda _w: None), SKOPEO),
    Case("bundle-garbage", UNTRUSTED, trusting(lambda _w: b"not PEM\n"), SKOPEO, OPEN),
    Case("clock-a-year-ahead", CLOCK, clock("+400d"), CURL),
    Case("clock-a-year-behind", CLOCK, clock("-400d"), CURL),
    Case("clock-a-year-ahead", CLOCK, clock("+400d"), CURL, DOCKER_HUB),
)
