"""Faults of what the SDK sees."""

from __future__ import annotations

from tests.faults.case import Case

FAULTS: tuple[Case, ...] = ()
