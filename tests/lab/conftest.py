"""The lab's fixtures: see tests/lab/lab.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.lab.lab import Lab, open_lab

NewLab = Callable[..., Lab]


@pytest.fixture(scope="session")
def shared_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with open_lab(tmp_path_factory.mktemp("lab") / "machine") as lab:
        yield lab


@pytest.fixture
def lab(shared_lab: Lab) -> Lab:
    """The session's machine, as new: empty sandbox and HOME, dockerd running, no fault."""
    shared_lab.reset()
    return shared_lab


@pytest.fixture
def new_lab(tmp_path: Path) -> Iterator[NewLab]:
    """Makes a machine of its own with `open_lab`'s options; gone after the test."""
    with ExitStack() as stack:

        def make(**options: Any) -> Lab:
            return stack.enter_context(open_lab(tmp_path / "machine", **options))

        yield make
