"""Round trips that a push and a check wait for, TLS 1.3 and HTTP/2, against practice GHCR.

(time at 50 ms - time at 0 ms) / 50 ms; performance.md, Test push and Anonymous check.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Final

from tests.benchmarks.client import ROUNDS
from tests.benchmarks.far import REPOSITORY_NAME, ROUND_TRIP_S, TURNS, Far, far_lab
from tests.benchmarks.measure import Row

ORAS_GO: Final = 8.9
"""Round trips waited by the best peer, bearer, by the same formula (performance.md)."""
_DOCKER_ROUNDS: Final = 3


def rows() -> Iterator[Row]:
    with far_lab(docker=True) as far:
        opened = far.distance.connections
        after_login = far.waited("push-after-login")
        opened = far.distance.connections - opened
        yield Row("own push after login, Bearer: round trips waited", after_login, 3.3, "RTT")
        more = opened / (2 * TURNS * (ROUNDS + 1)) - 1
        yield Row("own push after login: connections besides the login's", more, 0, "")
        cold = far.waited("push")
        yield Row("own push, cold: round trips waited", cold, 6.4, "RTT")
        yield Row(f"own push, cold / oras-go's {ORAS_GO} round trips", cold / ORAS_GO, 0.8)
        yield Row("anonymous check, cold: round trips waited", far.waited("look"), 4.4, "RTT")
        warm = far.waited("look-after-push")
        yield Row("anonymous check, warm (after the push)", warm, 2.2, "RTT")
        # The config's digest is only in the manifest: one round trip more.
        unknown = far.waited("look-unknown")
        yield Row("anonymous check of an image never seen, cold", unknown, None, "RTT")
        yield from _beside_docker(far)


def _beside_docker(far: Far) -> Iterator[Row]:
    """The same at 50 ms: docker push and docker manifest inspect, both as processes."""
    far.lab.docker_login()
    docker: list[float] = []
    ours: list[float] = []
    for number in range(_DOCKER_ROUNDS):
        reference = f"ghcr.io/{REPOSITORY_NAME}:docker-{number}"
        far.distance.round_trip_s = 0
        far.lab.build(reference).succeeded()
        pushed = far.run("docker", "push", "--quiet", reference, round_trip_s=ROUND_TRIP_S)
        seen = far.run("docker", "manifest", "inspect", reference, round_trip_s=ROUND_TRIP_S)
        docker.append(pushed.seconds + seen.seconds)
        ours += far.client("push-and-look", round_trip_s=ROUND_TRIP_S)["seconds"]
    what = f"push and check in the running app, cold / docker's {median(docker):.2f} s, at 50 ms"
    yield Row(what, median(ours) / median(docker), 0.3)
