"""`python -m tests.faults [PYTEST OPTION ...]`: the whole matrix, and what others say of it.

Takes a quarter of an hour and more. The table that it prints at the end is the README's.
"""

from __future__ import annotations

import os
import sys

import pytest

from tests.faults.peers import ASKED

if __name__ == "__main__":
    os.environ[ASKED] = "1"
    sys.exit(pytest.main(["-q", "tests/faults", *sys.argv[1:]]))
