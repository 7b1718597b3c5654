"""`python -m wizard` as scripts run it: its own process, no terminal, an empty home."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LIMIT_S = 60.0


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document; fails when there is another word on stdout."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


def environment(**more: str) -> dict[str, str]:
    """This test's own home and streams, and the working copy as what is imported."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path, **more}


def wizard(
    *arguments: str, stdin: str | bytes = b"", environ: Mapping[str, str] | None = None
) -> Ran:
    given = stdin.encode() if isinstance(stdin, str) else stdin
    ended = subprocess.run(
        [sys.executable, "-m", "wizard", *arguments],
        input=given,
        capture_output=True,
        timeout=LIMIT_S,
        check=False,
        env=dict(environ) if environ is not None else environment(),
    )
    return Ran(ended.returncode, ended.stdout.decode(), ended.stderr.decode())
