"""Detection in a process of its own, by a user without rights: what nobody else's root sees."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.needs import need_program, need_root

NOBODY = 65534
# Everything is imported before the rights are given up: this Python may lie in root's home.
_SCRIPT = """
import asyncio, grp, json, os, pwd, shlex, sys
from importlib import import_module
from pathlib import Path
from wizard.causes import CATALOGUE
from wizard.clients.outside import World
engine = getattr(import_module(sys.argv[1]), sys.argv[2])()
async def main():
    outside = World(dict(os.environ), Path(os.environ["HOME"]))
    rows = [row async for row in engine.detect(outside)]
    heavy = {"docker", "requests", "urllib3", "httpx", "keyring", "textual", "http.client"}
    print(json.dumps([{
        "title": row.title, "status": row.status, "endpoint": row.endpoint,
        "cause": row.problem.cause if row.problem else "",
        "said": row.problem.evidence[0].line if row.problem else "",
        "fixes": [fix.command for fix in row.problem.fixes] if row.problem else [],
        "heavy": sorted(heavy & set(sys.modules)),
    } for row in rows]))
if len(sys.argv) > 3:
    os.setgroups([])
    os.setgid(int(sys.argv[3]))
    os.setuid(int(sys.argv[3]))
asyncio.run(main())
"""


def detected(
    module: str, engine: str, *, user: int | None = NOBODY, before: str = "", **environ: str
) -> list[dict[str, Any]]:
    """The rows of one engine, as that user sees them; `before` is done with mounts of its own."""
    need_root()
    path = environ.pop("PATH", os.environ["PATH"])
    argv = ["/usr/bin/env", f"PATH={path}", sys.executable, "-c", _SCRIPT, module, engine]
    argv += [str(user)] if user else []
    if before:
        whole = f"mount --make-rprivate / && {before} && exec {shlex.join(argv)}"
        argv = [need_program("unshare", "util-linux"), "--mount", "sh", "-c", whole]
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environ}
    env["PYTHONPATH"] = str(Path(__file__).parents[2])
    done = subprocess.run(argv, env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows
