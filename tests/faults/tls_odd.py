"""Faults of certificates that are in date and of the right host, and of a part of the hosts."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path

from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.faults import impostor
from tests.faults.case import Case, Inject
from tests.faults.impostor import ELSEWHERE, listening, named
from tests.faults.network import INTERCEPTED, met
from tests.faults.network_parts import ANONYMOUS, TOKENS
from tests.faults.odd_certificates import odd, weak
from tests.faults.places import DOCKER_HUB, OPEN
from tests.faults.storage import STORAGE, doing, kept_elsewhere
from tests.faults.tls import (
    ANSWER,
    ANY_DAY,
    CLOCK,
    CURL,
    INVALID,
    SKOPEO,
    UNTRUSTED,
    Make,
    showing,
)
from tests.faults.world import World
from tests.lab.lab import REGISTRY_HOST
from tests.support.certificates import Authority, Leaf

HOUR = dt.timedelta(hours=1)


def _of_the_old_kind(world: World, host: str, _folder: Path) -> Leaf:
    """The name in the subject alone, as it was done until 2017."""
    return odd(world.lab.authority, host, alternative=False)


def _for_clients(world: World, host: str, _folder: Path) -> Leaf:
    return odd(world.lab.authority, host, kind=ExtendedKeyUsageOID.CLIENT_AUTH)


def _signed_weakly(world: World, host: str, _folder: Path) -> Leaf:
    return weak(world.lab.authority, host)


def _of_2006(world: World, host: str, _folder: Path) -> Leaf:
    return odd(world.lab.authority, host, newest=ssl.TLSVersion.TLSv1_1)


@contextmanager
def _by_its_address(world: World) -> Iterator[None]:
    """The registry is asked for by an address, and its certificate has the name alone."""
    leaf = world.lab.authority.issue(REGISTRY_HOST)
    world.prefix = f"{ELSEWHERE}:5000/team"
    with listening(world, ANSWER, port=5000, leaf=leaf):
        yield


def tokens_showing(make: Make) -> Inject:
    """Of Docker Hub's hosts only the token service has this certificate."""

    @contextmanager
    def inject(world: World) -> Iterator[None]:
        leaf = make(world, TOKENS, world.lab.machine.folder / "certificates")
        to = {TOKENS.replace(".", "__"): ELSEWHERE}
        with listening(world, ANSWER, leaf=leaf), named(world, **to):
            yield

    return inject


def _by_a_stranger(_world: World, host: str, folder: Path) -> Leaf:
    return Authority(folder, "Corp Inspection CA").issue(host)


def _expired(world: World, host: str, _folder: Path) -> Leaf:
    return world.lab.authority.issue(host, valid_from=-9 * ANY_DAY, valid_until=-ANY_DAY)


def _storage_by_a_stranger(world: World) -> Leaf:
    return _by_a_stranger(world, STORAGE, world.lab.machine.folder / "certificates")


@contextmanager
def _made_an_hour_ago(world: World) -> Iterator[None]:
    """A certificate of today's, and a machine that slept through the night."""

    def fresh(seen: World, host: str, _folder: Path) -> Leaf:
        return seen.lab.authority.issue(host, valid_from=-HOUR)

    date = f"Date: {formatdate(usegmt=True)}"
    talk = impostor.says("HTTP/1.1 301 Moved Permanently", date)
    world.clock = "-9h"
    with (
        showing(fresh)(world),  # type: ignore[union-attr]
        listening(world, talk, port=80),
    ):
        yield


UNRECOGNIZED_NAME = impostor.raw(b"\x15\x03\x03\x00\x02\x02\x70")
"""The TLS alert of a server, or a filter, that does not know the host (RFC 6066 3)."""
FAULTS: tuple[Case, ...] = (
    Case("name-where-nobody-looks", INVALID, showing(_of_the_old_kind, OPEN), SKOPEO, OPEN),
    Case("address-not-in-it", INVALID, _by_its_address, SKOPEO, OPEN),
    Case("made-for-clients", INVALID, showing(_for_clients, OPEN), SKOPEO, OPEN),
    Case("signed-with-sha-1", INVALID, showing(_signed_weakly, OPEN), SKOPEO, OPEN),
    Case("speaks-tls-of-2006", INVALID, showing(_of_2006, OPEN), SKOPEO, OPEN),
    Case("greeting-refused-by-name", INTERCEPTED, met(UNRECOGNIZED_NAME, tls=False), SKOPEO),
    Case(
        "token-service-opened-by-the-company",
        UNTRUSTED,
        tokens_showing(_by_a_stranger),
        SKOPEO,
        DOCKER_HUB,
    ),
    Case("token-service-expired", INVALID, tokens_showing(_expired), SKOPEO, DOCKER_HUB),
    Case(
        "storage-opened-by-the-company",
        UNTRUSTED,
        kept_elsewhere(doing(impostor.hang_up), _storage_by_a_stranger),
        ANONYMOUS,
    ),
    Case("clock-slept-and-certificate-new", CLOCK, _made_an_hour_ago, CURL),
    Case(
        "clock-a-year-ahead-and-nobody-to-ask",
        INVALID,
        lambda world: setattr(world, "clock", "+400d"),
        CURL,
        OPEN,
        undecidable="the registry tells the time only behind the certificate that is in doubt",
    ),
)
