"""Ways in which the address of an engine is wrong: variables, contexts, certificates."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.faults import stand_in
from tests.faults.case import Inject
from tests.faults.world import World
from tests.lab.dockerd import Dockerd
from tests.support.certificates import Authority


def docker_of(world: World) -> Dockerd:
    assert world.lab.docker is not None
    return world.lab.docker


def stopped(world: World) -> None:
    """What `systemctl stop` leaves behind: no socket. Killed, since that is quicker."""
    docker_of(world).crash()
    docker_of(world).socket.unlink()


def with_env(*, is_stopped: bool = False, **env: str) -> Inject:
    """These variables; `is_stopped`: and no engine of this machine answers either."""

    def inject(world: World) -> None:
        if is_stopped:
            stopped(world)
        world.env |= env

    return inject


def put_context(world: World, content: dict[str, Any] | str, name: str = "work") -> None:
    """As `docker context create` and `docker context use` leave it, or damaged."""
    hashed = hashlib.sha256(name.encode()).hexdigest()
    meta = world.docker_config.parent / "contexts" / "meta" / hashed
    meta.mkdir(parents=True)
    text = content if isinstance(content, str) else json.dumps(content)
    (meta / "meta.json").write_text(text)
    use_context(world, name)


def use_context(world: World, name: str) -> None:
    document = json.loads(world.docker_config.read_text())
    document["currentContext"] = name
    world.docker_config.write_text(json.dumps(document, indent="\t"))


def context_to(url: str, name: str = "work") -> dict[str, Any]:
    return {"Name": name, "Metadata": {}, "Endpoints": {"docker": {"Host": url}}}


def in_context(content: dict[str, Any] | str) -> Inject:
    return lambda world: put_context(world, content)


def in_context_that_is_gone(world: World) -> None:
    use_context(world, "desktop-linux")


def over_tls(*, has_certificates: bool) -> Inject:
    """A remote engine that wants TLS: without certificates here, or with another authority's."""

    @contextmanager
    def inject(world: World) -> Iterator[None]:
        stopped(world)
        folder = world.home / "certificates"
        with stand_in.over_tls(world, world.lab.leaf, 2376) as url:
            if has_certificates:
                other = Authority(folder, "Another Authority")
                leaf = other.issue("client")
                (folder / "authority.pem").rename(folder / "ca.pem")
                leaf.certificate.rename(folder / "cert.pem")
                leaf.key.rename(folder / "key.pem")
            world.env |= {
                "DOCKER_HOST": url,
                "DOCKER_TLS_VERIFY": "1",
                "DOCKER_CERT_PATH": str(folder),
            }
            yield

    return inject
