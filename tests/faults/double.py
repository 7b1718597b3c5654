"""Two faults at once: the first of the chain is named, and the second once that one is mended."""

from __future__ import annotations

from tests.faults.case import Case

FAULTS: tuple[Case, ...] = ()
