"""From a row that was shown back to the place it stands for, and the way there."""

from __future__ import annotations

from wizard.core.diagnosis import Evidence, Problem, Stage
from wizard.core.ports import FoundEngine, Outside
from wizard.engines.podman_detect import place_of
from wizard.engines.podman_endpoints import COMMAND, PodmanEndpoint, candidates


def endpoint_of(found: FoundEngine, outside: Outside) -> PodmanEndpoint:
    """Raises Problem where it is not configured here any more."""
    for endpoint in candidates(place_of(outside)):
        if endpoint.shown == found.endpoint or (endpoint.is_own and found.endpoint == COMMAND):
            return endpoint
    seen = Evidence(Stage.ENGINE, found.endpoint, "it is not configured here any more")
    raise Problem(seen, cause="engine.endpoint-invalid")


def goes_by_command(endpoint: PodmanEndpoint, outside: Outside) -> bool:
    """By Podman's command where that is the engine itself, or the only way there.

    Else by the socket: a command at the end of a socket does not tell what it pushed (seen, 4.3).
    """
    if endpoint.socket is None:
        return True
    return endpoint.is_own and outside.which(COMMAND) is not None
