"""Where a registry is talked to, and under which names tools know it."""

from __future__ import annotations

from wizard.core.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where and how to talk to the registry behind a host name."""

    host: str
    """As it stands in references, e.g. `docker.io`."""
    base_url: str
    """Scheme, host and port that we talk to, e.g. `https://registry-1.docker.io`."""
    realms: tuple[str, ...] = ()
    """Token services that a credential may be sent to besides the registry's own origin
    (credentials.md 4.2). The first is asked without waiting for a challenge."""
    docker_key: str = ""
    """Its key in docker's config.json and in credential helpers; the host unless given."""
    podman_key: str = ""
    service: str = ""
    """What the first realm calls this registry, where it is known beforehand: `ghcr.io`."""
    cloud_helpers: tuple[str, ...] = ()
    """Credential helpers of the cloud behind it that make a fresh login each time, best first:
    `ecr-login`. One that is installed is configured for this host alone, never for all."""
    cloud: str = ""
    """`aws` or `google`: whose session the wizard's own helper can make logins from."""

    @property
    def config_key(self) -> str:
        return self.docker_key or self.host

    @property
    def containers_key(self) -> str:
        return self.podman_key or self.host
