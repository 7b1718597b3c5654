"""Faults of the login that lies on the machine, and what all registries have in common."""

from __future__ import annotations

import base64
import json

from tests.faults.case import Breaks, Case, Inject
from tests.faults.places import DOCKER_HUB, ECR
from tests.faults.registries import BASIC, BEARER
from tests.faults.world import World
from tests.journeys.canary import new_canary

SKOPEO, LOGIN = Breaks.SKOPEO_PUSH, Breaks.DOCKER_LOGIN
REJECTED, MISSING, KIND = "login.rejected", "login.missing", "login.token-kind"
_HUB_KEY = "https://index.docker.io/v1/"


def put_login(world: World, username: str, secret: str, host: str = "") -> None:
    """As `docker login` stores one: in plain text."""
    key = _HUB_KEY if world.place.host == "docker.io" else world.place.host
    put_entry(world, username, secret, host or key)


def put_entry(world: World, username: str, secret: str, key: str) -> None:
    world.person.secrets[secret] = username
    world.person.keeps.add(world.docker_config)
    document = json.loads(world.docker_config.read_text())
    encoded = base64.b64encode(f"{username}:{secret}".encode()).decode()
    document["auths"][key] = {"auth": encoded}
    world.docker_config.write_text(json.dumps(document))


def stored(username: str, secret: str, prefix: str = "") -> Inject:
    """That login lies here; with `prefix`, for pushing there."""

    def inject(world: World) -> None:
        world.prefix = prefix
        put_login(world, username, secret)

    return inject


def wrong(username: str, start: str = "") -> Inject:
    """A secret that nobody knows, or that was taken back."""
    return lambda world: put_login(world, username, new_canary(start))


def at(key: str) -> Inject:
    """The good login, and nothing else, lies under another spelling of the host."""

    def inject(world: World) -> None:
        logged_out(world)
        put_entry(world, *world.good_login(), key)

    return inject


def written(**entry: str) -> Inject:
    """What stands beneath the host in docker's file."""

    def inject(world: World) -> None:
        key = _HUB_KEY if world.place.host == "docker.io" else world.place.host
        world.docker_config.write_text(json.dumps({"auths": {key: entry}}))

    return inject


def logged_out(world: World) -> None:
    world.docker_config.write_text('{"auths": {}}')


FAULTS: tuple[Case, ...] = (
    Case("logged-out", MISSING, logged_out, SKOPEO),
    Case("logged-out", MISSING, logged_out, SKOPEO, DOCKER_HUB),
    Case("logged-out", MISSING, logged_out, SKOPEO, ECR),
    Case("logged-out", MISSING, logged_out, SKOPEO, BASIC),
    Case("logged-out", MISSING, logged_out, SKOPEO, BEARER),
    Case("password-wrong", REJECTED, wrong("ada"), SKOPEO, BASIC),
    Case("password-wrong", REJECTED, wrong("ada"), SKOPEO, BEARER),
    Case("user-unknown", REJECTED, wrong("bob"), SKOPEO, BASIC),
    Case("login-of-another-port", MISSING, at("registry.lab.test:5000"), SKOPEO, BASIC),
    Case("login-without-the-port", MISSING, at("registry.lab.test"), SKOPEO, BASIC),
    Case("login-empty", "config.docker-malformed", written(auth=""), SKOPEO, BASIC),
)
