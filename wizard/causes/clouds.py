"""Where a fix helps, as `Fix.cloud` has it."""

from __future__ import annotations

from typing import Final

NO_CLOUD: Final = "GitHub, Docker Hub, another"
"""Registries with logins and names of their own, not by a session with AWS or Google."""
