"""The lines that an engine says while it pushes (engines.md 1.1, 3.2 and E62)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field
from typing import Any, Final

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Stage
from wizard.core.names import Digest, InvalidNameError
from wizard.core.ports import EngineProgress
from wizard.core.text import clean
from wizard.engines.docker_job import Job, refused

MOST_ROUNDS: Final = 2
"""Dockerd tries a refused upload five times over 50 s and drops the reason; twice is enough."""

_DIGEST = re.compile(r"digest: (sha256:[a-f0-9]{64})")
_RETRY = re.compile(r"Retrying in (\d{1,4}) second")


@dataclass
class Listening:
    """Reads a push's lines: progress, the digest, and how often it was refused."""

    job: Job
    asked: str
    digest: Digest | None = None
    rounds: int = 0
    last_wait: dict[str, int] = field(default_factory=dict)
    layers: dict[str, bool] = field(default_factory=dict)
    """By id: is it there?"""

    def hear(self, line: dict[str, Any]) -> Iterator[EngineProgress]:
        if "error" in line:
            raise refused(self.job, self._stage(), self.asked, str(line["error"]))
        status, layer = str(line.get("status", "")), str(line.get("id", ""))
        self.digest = _digest(line, status) or self.digest
        if retry := _RETRY.match(status):
            self._count(layer, int(retry[1]))
            yield EngineProgress(
                f"the registry refused; the engine is trying again in {int(retry[1])} s"
            )
            return
        if layer:
            self.layers[layer] = status in ("Pushed", "Layer already exists")
        if status:
            detail = line.get("progressDetail") or {}
            done, total = _number(detail.get("current")), _number(detail.get("total"))
            shown = f"{status} {layer}" if layer else status
            yield EngineProgress(clean(shown, 120), min(done, total), total)

    def _stage(self) -> Stage:
        return Stage.MANIFEST_PUT if self.layers and all(self.layers.values()) else Stage.UPLOAD

    def _count(self, layer: str, seconds: int) -> None:
        # A count-down is one line a second; a number that rises begins a new round.
        if seconds > self.last_wait.get(layer, 0):
            self.rounds += 1
        self.last_wait[layer] = seconds
        if self.rounds >= MOST_ROUNDS:
            words = "the registry refused twice, and the engine does not say why"
            raise refused(self.job, Stage.UPLOAD, self.asked, words)


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _digest(line: dict[str, Any], status: str) -> Digest | None:
    """From `aux`, or from the status line where the engine sends none (Podman)."""
    aux = line.get("aux")
    named = aux.get("Digest") if isinstance(aux, dict) else None
    found = _DIGEST.search(status)
    try:
        return Digest(named if isinstance(named, str) else found[1] if found else "")
    except InvalidNameError:
        return None
