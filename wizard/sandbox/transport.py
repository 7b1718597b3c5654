"""The network of a practice run: the practice registries, and nothing else."""

from __future__ import annotations

from wizard.clients.transport import Rerouted
from wizard.sandbox.listening import LOOPBACK
from wizard.sandbox.server import Sandbox


class SandboxTransport(Rerouted):
    """Carries `https://ghcr.io/…` and the like to the sandbox's loopback port, unencrypted.

    Every other host is refused as one that does not exist, so that a practice run never leaves
    this machine.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        here = f"http://{LOOPBACK}:{sandbox.port}"
        super().__init__({f"https://{host}": here for host in sandbox.hosts})
