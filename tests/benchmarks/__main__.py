"""`python -m tests.benchmarks [PART ...]`: the table. PARTS names them."""

from __future__ import annotations

import importlib
import sys

PARTS = ("startup", "detection", "network", "check", "doctor", "interaction", "store")


def main(wanted: list[str]) -> int:
    over = 0
    for part in wanted or PARTS:
        module = importlib.import_module(f"tests.benchmarks.{part}")
        print(f"\n{part}: {module.__doc__.splitlines()[0]}")
        for row in module.rows():
            print(row, flush=True)
            over += not row.holds
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
