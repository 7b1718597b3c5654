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

from tests.support.docker_registry import RunningRegistry

ROOT = Path(__file__).parents[2]
LIMIT_S = 60.0

CANARY = "CANARY-7f3a9c51"
"""The secret that must be found nowhere but where it was stored."""
LOGIN = ("--username", "ada", "--password-stdin")


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


def set_up(registry: RunningRegistry, *more: str, stdin: str = "") -> Ran:
    """`setup` of images called `app`, by the wizard's own push."""
    line = ("setup", f"{registry.host}/team", "--engine", "none", "--image", "app", *more)
    return wizard(*line, stdin=stdin)


def statuses(ran: Ran) -> dict[str, str]:
    return {check["id"]: check["status"] for check in ran.document["checks"]}


def stored_in(registry: RunningRegistry) -> list[Path]:
    """Without what the registry itself leaves behind of an upload that was begun and cancelled."""
    files = (file for file in registry.storage.rglob("*") if file.is_file())
    return [file for file in files if "_uploads" not in file.parts]


def files_of(home: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in home.rglob("*") if file.is_file()}
