"""Where each operator says that it has a fault of its own."""

from __future__ import annotations

from wizard.core.diagnosis import Fix, Sign
from wizard.core.signs import SERVER_ERRORS


def registry_down(whose: str, url: str) -> Sign:
    """The row for answers from 500 to 599, with the operator's page."""
    return Sign(
        "network.registry-down",
        statuses=SERVER_ERRORS,
        fixes=(Fix(f"See whether {whose} knows of it", url=url),),
        source="registries.md 8.6",
    )
