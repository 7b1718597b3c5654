"""What tells that an engine's own way to the registry is broken: the words of Go's libraries.

Docker, Podman, containerd's tools and BuildKit all speak with them. The wizard asked the registry
for the right to push just before, by its own way, so what fails here fails for the engine alone.
Source: engines.md 4.4 and 4.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from wizard.core.diagnosis import PUSH_STAGES, Fix, Sign, Stage

MAKING: Final = PUSH_STAGES | {Stage.BUILD}
ANY: Final = MAKING | {Stage.ENGINE}


def tls_signs(plain_http: Sequence[Fix] = (), trust: Sequence[Fix] = ()) -> tuple[Sign, ...]:
    """Plain HTTP, a certificate that is bad for everybody, one that only the engine distrusts."""
    return (
        Sign(
            "engine.registry-plain-http",
            stages=MAKING,
            message=r"server gave HTTP response to HTTPS client",
            fixes=tuple(plain_http),
            source="E72, E112",
        ),
        Sign(
            "network.tls-invalid",
            stages=MAKING,
            message=(
                r"x509: (certificate (has expired|is (not )?valid (for|until))"
                r"|cannot validate certificate for)"
            ),
            source="engines.md 4.4",
        ),
        Sign(
            "engine.registry-untrusted",
            stages=MAKING,
            message=r"x509: |certificate is not trusted|certificate signed by unknown authority",
            fixes=tuple(trust),
            source="E73, E112",
        ),
    )


UNREACHABLE: Final = Sign(
    "engine.registry-unreachable",
    stages=MAKING,
    message=(
        r"proxyconnect|dial tcp|no such host|connection refused|i/o timeout"
        r"|network is unreachable|no route to host|TLS handshake timeout"
        r"|request canceled while waiting for connection|context deadline exceeded"
        r"|Proxy Authentication Required"
    ),
    source="E70, E71, E74",
)
