"""Faults of proxies, of the environment and of what stands between."""

from __future__ import annotations

from tests.faults.case import Case

FAULTS: tuple[Case, ...] = ()
