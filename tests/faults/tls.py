"""Faults of certificates and clocks."""

from __future__ import annotations

from tests.faults.case import Case

FAULTS: tuple[Case, ...] = ()
