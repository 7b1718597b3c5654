"""Names that lead nowhere, and ways on which nobody gets through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.case import Inject
from tests.faults.impostor import ELSEWHERE, named
from tests.faults.name_server import name_server
from tests.faults.places import GHCR, Place
from tests.faults.world import World


def without(*names: str) -> Inject:
    """These names do not resolve."""
    return lambda world: named(world, **{name.replace(".", "__"): "" for name in names})


def asking(reply: int | None) -> Inject:
    """The name is asked of a name server that answers so; None: not at all."""

    @contextmanager
    def inject(world: World) -> Iterator[None]:
        with named(world, ghcr__io=""), name_server(world, reply):
            yield

    return inject


def leading_to(address: str, place: Place = GHCR, *routes: str) -> Inject:
    """The registry's name has another address, to which no way leads; `routes` are made first."""

    @contextmanager
    def inject(world: World) -> Iterator[None]:
        for route in routes:
            world.lab.run(["ip", "route", "replace", *route.split()]).succeeded()
        host = place.host.partition(":")[0].replace(".", "__")
        with named(world, **{host: address}):
            yield

    return inject


def nobody_listens(world: World) -> object:
    world.lab.run(["ip", "address", "replace", f"{ELSEWHERE}/32", "dev", "lo"]).succeeded()
    return named(world, ghcr__io=ELSEWHERE)


@contextmanager
def dropped(world: World) -> Iterator[None]:
    """A firewall that says nothing."""
    rule = ["-d", ELSEWHERE, "-j", "DROP"]
    world.patience_s = 1.5
    world.lab.run(["ip", "address", "replace", f"{ELSEWHERE}/32", "dev", "lo"]).succeeded()
    world.lab.run(["iptables", "-A", "OUTPUT", *rule]).succeeded()
    try:
        with named(world, ghcr__io=ELSEWHERE):
            yield
    finally:
        world.lab.run(["iptables", "-D", "OUTPUT", *rule]).succeeded()
