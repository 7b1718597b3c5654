"""Faults on the way to a registry: names, routes, silence, cuts, and servers in trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from tests.faults import impostor
from tests.faults.case import Breaks, Case, Inject
from tests.faults.impostor import ELSEWHERE, HTML, NOWHERE, listening, named
from tests.faults.name_server import NO_SUCH_NAME, SERVER_FAILURE
from tests.faults.places import DOCKER_HUB, GAR, GHCR, OPEN
from tests.faults.routes import asking, dropped, leading_to, nobody_listens, without
from tests.faults.world import World
from tests.lab.lab import REGISTRY_HOST
from wizard.sandbox.exchange import Answer, Request, error
from wizard.sandbox.faults import PracticeFault

SKOPEO, DOCKER = Breaks.SKOPEO_PUSH, Breaks.DOCKER_PUSH
QUICK = ("--timeout", "1")
GATEWAY = "<html><head><title>502 Bad Gateway</title></head><h1>502 Bad Gateway</h1>nginx</html>"
BLOCKED = "<html><title>Access denied</title>This site is blocked by your company's policy.</html>"

Instead = Callable[[Request], Answer | None]


# --- somebody else in its place -------------------------------------------------------------------


def met(talk: impostor.Talk, *, tls: bool = True, patience_s: float = 5.0) -> Inject:
    """Behind the name of GHCR is somebody who does this, with a certificate that is in order."""

    @contextmanager
    def inject(world: World) -> Iterator[None]:
        world.patience_s = patience_s
        leaf = world.lab.leaf if tls else None
        with listening(world, talk, leaf=leaf), named(world, ghcr__io=ELSEWHERE):
            yield

    return inject


def met_at_home(talk: impostor.Talk) -> Inject:
    """The same on the port of the self-hosted one, without TLS."""

    @contextmanager
    def inject(world: World) -> Iterator[None]:
        host = {REGISTRY_HOST.replace(".", "__"): ELSEWHERE}
        with listening(world, talk, port=5000), named(world, **host):
            yield

    return inject


# --- the registry itself in trouble ---------------------------------------------------------------


def instead(answer: Instead) -> Inject:
    """The practice registry under its real name, but for some answers."""

    def inject(world: World) -> None:
        fault = PracticeFault("of-this-test", "", "", instead=answer)
        world.lab.sandbox._app.faults[fault.id] = fault
        world.patience_s = 2.0

    return inject


def at(part: str, given: Answer, *methods: str, stranger: bool = False) -> Instead:
    """This answer wherever the path has `part`; `stranger`: to those without a login only."""

    def answer(request: Request) -> Answer | None:
        fits = part in request.path and (not methods or request.method in methods)
        return replace(given) if fits and not (stranger and _has_login(request)) else None

    return answer


def _has_login(request: Request) -> bool:
    """By its own credential, or by a token that was given for one."""
    scheme, value = request.authorization
    return scheme.lower() == "basic" or "practice" in value


def switched(fault: str) -> Inject:
    def inject(world: World) -> None:
        world.switch_on(fault)
        world.patience_s = 2.0

    return inject


def page(status: int, text: str) -> Answer:
    return Answer(status, text.encode(), {"Content-Type": "text/html"})


NEVER = Answer(200, never=True)
UNAVAILABLE = error(503, "UNAVAILABLE", "service unavailable")
TOO_MANY = error(429, "TOOMANYREQUESTS", "too many requests")
QUOTA = error(
    429,
    "TOOMANYREQUESTS",
    "You have reached your unauthenticated pull rate limit. "
    "https://www.docker.com/increase-rate-limit",
)
MOVED = "HTTP/1.1 302 Found"
TO_PORTAL = impostor.says(MOVED, "Location: https://guest.corp.test/login?to=ghcr.io", HTML)
DOWNGRADED = impostor.says(MOVED, "Location: http://ghcr.io/v2/", HTML)
FORBIDDEN = impostor.says("HTTP/1.1 403 Forbidden", HTML, body=BLOCKED)
NO_REGISTRY = impostor.says("HTTP/1.1 404 Not Found", HTML, body="<h1>404 Not Found</h1>")
DRIP = impostor.says("HTTP/1.1 401 Unauthorized", drip_s=0.2)
PLAIN = impostor.says("HTTP/1.1 200 OK", "Docker-Distribution-Api-Version: registry/2.0", body="{}")
SSH = impostor.raw(b"SSH-2.0-OpenSSH_9.2p1\r\n", waits=False)
GARBAGE = impostor.raw(b"\x15\x03\x01 nothing of HTTP \xff\xfe\r\n\r\n")
SHORT = impostor.raw(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 9000\r\n\r\n{")

DNS, UNREACHABLE, TIMEOUT = "network.dns", "network.unreachable", "network.timeout"
INTERCEPTED, DOWN, LIMITED = "network.intercepted", "network.registry-down", "network.rate-limited"

FAULTS: tuple[Case, ...] = (
    Case("name-gone", DNS, without("ghcr.io"), SKOPEO),
    Case("name-gone", DNS, without(REGISTRY_HOST), SKOPEO, OPEN),
    Case("name-gone", DNS, without("us-docker.pkg.dev"), SKOPEO, GAR),
    Case("registry-name-gone", DNS, without("registry-1.docker.io"), SKOPEO, DOCKER_HUB),
    Case("token-service-name-gone", DNS, without("auth.docker.io"), SKOPEO, DOCKER_HUB),
    Case("name-server-fails", DNS, asking(SERVER_FAILURE), SKOPEO),
    Case("name-server-denies", DNS, asking(NO_SUCH_NAME), SKOPEO),
    Case("name-server-silent", DNS, asking(None), SKOPEO, options=("--timeout", "4")),
    Case("port-closed", UNREACHABLE, nobody_listens, SKOPEO),
    Case("no-route", UNREACHABLE, leading_to(NOWHERE), SKOPEO),
    Case("no-route", UNREACHABLE, leading_to(NOWHERE, OPEN), SKOPEO, OPEN),
    Case("no-ipv6", UNREACHABLE, leading_to("2001:db8::7"), SKOPEO),
    Case(
        "router-says-unreachable",
        UNREACHABLE,
        leading_to("203.0.113.5", GHCR, "unreachable 203.0.113.5"),
        SKOPEO,
    ),
    Case(
        "router-prohibits",
        UNREACHABLE,
        leading_to("203.0.113.6", GHCR, "prohibit 203.0.113.6"),
        SKOPEO,
    ),
    Case("packets-dropped", TIMEOUT, dropped, SKOPEO, options=QUICK),
    Case(
        "silent-before-tls",
        TIMEOUT,
        met(impostor.silent, tls=False, patience_s=1.5),
        SKOPEO,
        options=QUICK,
    ),
    Case("silent-after-tls", TIMEOUT, met(impostor.silent, patience_s=1.5), SKOPEO, options=QUICK),
    Case("answer-drips", TIMEOUT, met(DRIP, patience_s=1.5), SKOPEO, options=QUICK),
    Case("registry-silent", TIMEOUT, switched("silent"), SKOPEO, options=QUICK),
    Case("token-service-silent", TIMEOUT, instead(at("/token", NEVER)), SKOPEO, options=QUICK),
    Case(
        "token-service-silent",
        TIMEOUT,
        instead(at("/token", NEVER)),
        SKOPEO,
        DOCKER_HUB,
        options=QUICK,
    ),
    Case("uploads-silent", TIMEOUT, instead(at("/uploads/", NEVER)), DOCKER, options=QUICK),
    Case("reset-at-once", INTERCEPTED, met(impostor.reset, tls=False), SKOPEO),
    Case("reset-after-greeting", INTERCEPTED, met(impostor.reset_after_hello, tls=False), SKOPEO),
    Case("hung-up-on-greeting", INTERCEPTED, met(impostor.hang_up, tls=False), SKOPEO),
    Case("reset-after-request", INTERCEPTED, met(impostor.reset_after_hello), SKOPEO),
    Case("hung-up-on-request", INTERCEPTED, met(impostor.hang_up), SKOPEO),
    Case("guest-network-page", INTERCEPTED, met(impostor.PORTAL), Breaks.ANONYMOUS_PULL),
    Case("guest-network-page", INTERCEPTED, switched("login-page"), Breaks.ANONYMOUS_PULL, GAR),
    Case("sent-to-a-portal", INTERCEPTED, met(TO_PORTAL), SKOPEO),
    Case("sent-to-plain-http", INTERCEPTED, met(DOWNGRADED), SKOPEO),
    Case("blocked-by-a-filter", INTERCEPTED, met(FORBIDDEN), SKOPEO),
    Case("a-web-server-without-registry", INTERCEPTED, met(NO_REGISTRY), SKOPEO),
    Case("ssh-on-the-port", INTERCEPTED, met(SSH, tls=False), SKOPEO),
    Case("not-http-behind-tls", INTERCEPTED, met(GARBAGE), SKOPEO),
    Case("answer-cut-short", INTERCEPTED, met(SHORT), SKOPEO),
    Case("redirects-in-circles", INTERCEPTED, switched("redirect-loop"), SKOPEO),
    Case("plain-http-on-the-port", "network.plain-http", met(PLAIN, tls=False), SKOPEO),
    Case("plain-http-on-the-port", "network.plain-http", met_at_home(PLAIN), SKOPEO, OPEN),
    Case("every-answer-is-503", DOWN, switched("registry-down"), SKOPEO),
    Case("every-answer-is-503", DOWN, switched("registry-down"), SKOPEO, GAR),
    Case("gateway-says-502", DOWN, instead(at("/", page(502, GATEWAY))), SKOPEO),
    Case("gateway-says-504", DOWN, instead(at("/v2/", page(504, "timed out"))), SKOPEO, DOCKER_HUB),
    Case("token-service-says-503", DOWN, instead(at("/token", UNAVAILABLE)), SKOPEO),
    Case("token-service-says-503", DOWN, instead(at("/token", UNAVAILABLE)), SKOPEO, DOCKER_HUB),
    Case("uploads-fail-with-500", DOWN, instead(at("/uploads/", page(500, "oops"))), DOCKER),
    Case(
        "manifests-fail-with-503",
        DOWN,
        instead(at("/manifests/", UNAVAILABLE, "GET", "HEAD")),
        Breaks.ANONYMOUS_PULL,
    ),
    Case("every-answer-is-429", LIMITED, switched("rate-limited"), SKOPEO),
    Case("429-without-a-time", LIMITED, instead(at("/v2/", TOO_MANY)), SKOPEO, GAR),
    Case("token-service-says-429", LIMITED, instead(at("/token", TOO_MANY)), SKOPEO),
    Case(
        "pull-quota-used-up",
        LIMITED,
        instead(at("/manifests/", QUOTA, "GET", "HEAD")),
        Breaks.ANONYMOUS_PULL,
        DOCKER_HUB,
    ),
)
