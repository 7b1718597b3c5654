"""Faults of the login that lies on the machine."""

from __future__ import annotations

import base64
import json

from tests.faults.case import Breaks, Case
from tests.faults.world import World
from tests.journeys.canary import new_canary


def put_login(world: World, username: str, secret: str, host: str = "") -> None:
    """As `docker login` stores one: in plain text."""
    world.person.secrets[secret] = username
    world.person.keeps.add(world.docker_config)
    document = json.loads(world.docker_config.read_text())
    encoded = base64.b64encode(f"{username}:{secret}".encode()).decode()
    document["auths"][host or world.place.host] = {"auth": encoded}
    world.docker_config.write_text(json.dumps(document))


def _revoked(world: World) -> None:
    put_login(world, "practice", new_canary("ghp_"))


def _logged_out(world: World) -> None:
    world.docker_config.write_text('{"auths": {}}')


FAULTS: tuple[Case, ...] = (
    Case("token-revoked", "login.rejected", _revoked, Breaks.SKOPEO_PUSH),
    Case("logged-out", "login.missing", _logged_out, Breaks.SKOPEO_PUSH),
)
