"""Run a piece of Python that kills itself, as a power cut or `kill -9` would."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

DIE = """
import os, signal
class Die:
    '''Kill this process when a point is passed for the nth time.'''
    def __init__(self, point, nth=1):
        self.point, self.left = point, nth
    def __call__(self, point):
        self.left -= point == self.point
        if self.left == 0 and point == self.point:
            os.kill(os.getpid(), signal.SIGKILL)
"""


def run_python(script: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run `script` with the project on its path; it may use `Die`."""
    return subprocess.run(
        [sys.executable, "-c", DIE + script, *arguments],
        check=False,
        capture_output=True,
        cwd=ROOT,
    )
