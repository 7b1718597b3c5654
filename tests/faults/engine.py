"""Faults of container engines."""

from __future__ import annotations

from tests.faults.case import Case

FAULTS: tuple[Case, ...] = ()
