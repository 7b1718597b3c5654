"""What Docker's own words decide, in the order in which they are tried.

Only for what no errno and no status tells: an engine reports every push as HTTP 200 and puts the
trouble into its last line. Source: engines.md 3.1, 4.2, 4.4 and 4.5.
"""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import Sign
from wizard.engines.way_signs import ANY, MAKING, UNREACHABLE, tls_signs

DOCKER_SIGNS: Final[tuple[Sign, ...]] = (
    Sign("engine.disk-full", stages=ANY, message=r"no space left on device", source="E80"),
    Sign(
        "engine.too-old",
        stages=ANY,
        message=r"client version \S+ is too (old|new)|API versions below \S+ are no longer",
        source="E30 to E32",
    ),
    Sign(
        "engine.policy",
        stages=ANY,
        message=r"authorization denied by plugin",
        source="docs.docker.com/engine/extend/plugins_authorization",
    ),
    *tls_signs(),
    UNREACHABLE,
    # The builder that docker's own command line calls.
    Sign(
        "engine.no-builder",
        stages=MAKING,
        message=r"unknown flag: --push|buildx component is missing|unknown command: docker buildx",
        source="E91",
    ),
    # A plugin, or what it calls, that breaks down while it builds.
    Sign(
        "engine.no-builder",
        stages=ANY,
        message=r"^panic: |\bruntime error: |segmentation fault|signal: (killed|aborted)",
        source="E91",
    ),
    Sign(
        "engine.platform-unsupported",
        stages=MAKING,
        message=(
            r"multi-?platform build is not supported|multiple platforms feature"
            r"|exec format error|no match for platform|operating system is not supported"
        ),
        source="E88, E90",
    ),
    Sign(
        "engine.not-running",
        stages=ANY,
        message=r"cannot connect to the docker daemon|failed to connect to the docker API",
        source="E01",
    ),
)
