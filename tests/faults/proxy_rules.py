"""Faults of what is said about proxies: in variables that Go's programs read in their own way."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.faults.case import Breaks, Case, Inject
from tests.faults.controls_network import DEAD, through
from tests.faults.endpoints import docker_of
from tests.faults.impostor import NOWHERE, Talk, listening, named
from tests.faults.middle import tunnel_of
from tests.faults.network_parts import ANONYMOUS, TOKENS
from tests.faults.places import DOCKER_HUB, OPEN
from tests.faults.proxy import PORT, PROXY, REFUSES, SKOPEO, THERE, WANTS_LOGIN, set_to
from tests.faults.storage import STORAGE, kept_elsewhere, serving
from tests.faults.world import World
from tests.journeys.canary import new_canary
from tests.lab.machine import ADDRESS

DOCKER = Breaks.DOCKER_PUSH


def saying(**variables: str) -> Inject:
    """These variables, and nobody is where they lead."""

    def inject(world: World) -> None:
        world.env |= variables

    return inject


@contextmanager
def _only_in_lower_case(world: World) -> Iterator[None]:
    """A proxy that works, in the variable that Go's programs read second."""
    with through(THERE)(world):  # type: ignore[union-attr]
        world.env |= {"HTTPS_PROXY": DEAD}
        yield


def shut_in(inject: Inject) -> Inject:
    """There is no way out for this machine but by proxy."""

    @contextmanager
    def shut(world: World) -> Iterator[None]:
        host = world.place.host.partition(":")[0].replace(".", "__")
        with ExitStack() as stack:
            stack.enter_context(named(world, **{host: NOWHERE}))
            stack.enter_context(inject(world))  # type: ignore[arg-type]
            yield

    return shut


@contextmanager
def _excepted(world: World) -> Iterator[None]:
    """The proxy lets everybody through, and the registry is not asked of it."""
    with through(THERE)(world):  # type: ignore[union-attr]
        world.env |= {"NO_PROXY": "localhost,ghcr.io"}
        yield


@contextmanager
def _for_other_tools(world: World) -> Iterator[None]:
    """ALL_PROXY: curl reads it, and none of Go's programs."""
    with through(THERE)(world):  # type: ignore[union-attr]
        world.env = {"ALL_PROXY": THERE, "all_proxy": THERE}
        yield


def refusing(host: str, talk: Talk = REFUSES) -> Inject:
    """A proxy that lets all through but one host."""

    @contextmanager
    def inject(world: World) -> Iterator[None]:
        world.env |= {"HTTPS_PROXY": THERE, "https_proxy": THERE}
        tunnel = tunnel_of(world)

        def choose(connection: socket.socket) -> None:
            asked = connection.recv(65536, socket.MSG_PEEK)
            (talk if host.encode() in asked else tunnel)(connection)

        with listening(world, choose, port=PORT, address=ADDRESS):
            yield

    return inject


@contextmanager
def _storage_refused(world: World) -> Iterator[None]:
    with kept_elsewhere(serving())(world), refusing(STORAGE)(world):  # type: ignore[union-attr]
        yield


def of_the_daemon(talk: Talk | None) -> Inject:
    """Its proxy is another than this shell's: it does this; None: there is none."""

    @contextmanager
    def inject(world: World) -> Iterator[None]:
        with ExitStack() as stack:
            if talk is not None:
                entered = listening(world, talk, port=PORT, address=ADDRESS)
                stack.enter_context(entered)
            environ = {"HTTPS_PROXY": THERE}
            stack.enter_context(docker_of(world).restarted(environ=environ))
            yield

    return inject


def _password_not_encoded(world: World) -> None:
    """Its `#` ends the address, and what stands before is taken for the proxy's name."""
    # Without the characters at a canary's end: with those Go passes the variable over.
    parts = [new_canary(letter).partition("/")[0] for letter in "st"]
    world.person.secrets |= dict.fromkeys(parts, "ada")
    set_to(f"http://ada:p@{'#'.join(parts)}@{ADDRESS}:{PORT}")(world)


@contextmanager
def _of_the_shell_alone(world: World) -> Iterator[None]:
    """Only by proxy, and dockerd was never told of it."""
    with shut_in(through(THERE))(world), docker_of(world).restarted():  # type: ignore[union-attr]
        yield


FAULTS: tuple[Case, ...] = (
    Case("upper-case-one-is-dead", PROXY, _only_in_lower_case, SKOPEO),
    Case("scheme-misspelt", PROXY, set_to(f"htp://{ADDRESS}:9"), SKOPEO),
    Case("port-is-a-word", PROXY, set_to(f"http://{ADDRESS}:squid"), SKOPEO),
    Case("within-quotes", PROXY, set_to(f'"{THERE}"'), SKOPEO),
    Case("password-not-encoded", PROXY, _password_not_encoded, SKOPEO),
    Case("of-a-kind-that-go-has-not", PROXY, set_to(f"socks4://{ADDRESS}:9"), SKOPEO),
    Case(
        "exception-with-a-scheme",
        PROXY,
        saying(HTTPS_PROXY=DEAD, NO_PROXY="https://ghcr.io"),
        SKOPEO,
    ),
    Case(
        "exceptions-parted-by-spaces",
        PROXY,
        saying(HTTPS_PROXY=DEAD, NO_PROXY="localhost ghcr.io"),
        SKOPEO,
    ),
    Case(
        "exception-for-what-is-below",
        PROXY,
        saying(HTTPS_PROXY=DEAD, NO_PROXY=".registry.lab.test"),
        SKOPEO,
        OPEN,
    ),
    Case("excepted-where-no-other-way-is", "network.unreachable", shut_in(_excepted), SKOPEO),
    Case("only-in-all-proxy", "network.unreachable", shut_in(_for_other_tools), SKOPEO),
    Case("refuses-the-token-service", PROXY, refusing(TOKENS), SKOPEO, DOCKER_HUB),
    Case("refuses-the-storage", PROXY, _storage_refused, ANONYMOUS),
    Case(
        "daemon-proxy-wants-a-login",
        "engine.registry-unreachable",
        of_the_daemon(WANTS_LOGIN),
        DOCKER,
        options=("--push",),
    ),
    Case(
        "daemon-was-not-told-of-it",
        "engine.registry-unreachable",
        _of_the_shell_alone,
        DOCKER,
        options=("--push",),
    ),
)
