"""`python -m tests.faults [PYTEST OPTION ...]`: the whole matrix, and what others say of it.

Takes an hour. The table that it prints at the end is the README's; what the others said
lies in the folder that it names.
"""

from __future__ import annotations

import os
import sys
import tempfile

import pytest

from tests.faults.peers import ASKED

if __name__ == "__main__":
    os.environ[ASKED] = tempfile.mkdtemp(prefix="faults-")
    code = pytest.main(["-q", "tests/faults", *sys.argv[1:]])
    print(f"what the others said: {os.environ[ASKED]}")
    sys.exit(code)
