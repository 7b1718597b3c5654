"""What Docker's own words decide, in the order in which they are tried.

Only for what no errno and no status tells: an engine reports every push as HTTP 200 and puts the
trouble into its last line. Source: engines.md 3.1, 4.2, 4.4 and 4.5.
"""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import PUSH_STAGES, Sign, Stage

_MAKING: Final = PUSH_STAGES | {Stage.BUILD}
_ANY: Final = _MAKING | {Stage.ENGINE}

DOCKER_SIGNS: Final[tuple[Sign, ...]] = (
    Sign("engine.disk-full", stages=_ANY, message=r"no space left on device", source="E80"),
    Sign(
        "engine.too-old",
        stages=_ANY,
        message=r"client version \S+ is too (old|new)|API versions below \S+ are no longer",
        source="E30 to E32",
    ),
    # The engine's way to the registry. The wizard asked the registry for the right to push just
    # before, by its own way, so what fails here fails for the engine alone.
    Sign(
        "engine.registry-plain-http",
        stages=_MAKING,
        message=r"server gave HTTP response to HTTPS client",
        source="E72",
    ),
    Sign(
        "network.tls-invalid",
        stages=_MAKING,
        message=(
            r"x509: (certificate (has expired|is (not )?valid (for|until))"
            r"|cannot validate certificate for)"
        ),
        source="engines.md 4.4",
    ),
    Sign(
        "engine.registry-untrusted",
        stages=_MAKING,
        message=r"x509: |certificate is not trusted|certificate signed by unknown authority",
        source="E73",
    ),
    Sign(
        "engine.registry-unreachable",
        stages=_MAKING,
        message=(
            r"proxyconnect|dial tcp|no such host|connection refused|i/o timeout"
            r"|network is unreachable|no route to host|TLS handshake timeout"
            r"|request canceled while waiting for connection|context deadline exceeded"
            r"|Proxy Authentication Required"
        ),
        source="E70, E71, E74",
    ),
    # The builder that docker's own command line calls.
    Sign(
        "engine.no-builder",
        stages=_MAKING,
        message=r"unknown flag: --push|buildx component is missing|unknown command: docker buildx",
        source="E91",
    ),
    Sign(
        "engine.platform-unsupported",
        stages=_MAKING,
        message=(
            r"multi-?platform build is not supported|multiple platforms feature"
            r"|exec format error|no match for platform|operating system is not supported"
        ),
        source="E88, E90",
    ),
    Sign(
        "engine.not-running",
        stages=_ANY,
        message=r"cannot connect to the docker daemon|failed to connect to the docker API",
        source="E01",
    ),
)
