"""What every practice registry is: a dialect of the V2 protocol and of what stands around it."""

from __future__ import annotations

from typing import Protocol

from wizard.sandbox.accounts import PracticeAccount
from wizard.sandbox.exchange import Answer, Request


class PracticeRefusedError(Exception):
    """The person whose part is played could not do that. `str()` says why, in plain words."""


class Dialect(Protocol):
    kind: str
    """As in product.md section 3."""
    hosts: tuple[str, ...]
    """All that it answers for; the first is the registry's own."""
    prefix: str
    """Where the practice account may push."""
    account: PracticeAccount

    def answer(self, request: Request) -> Answer:
        """Never raises for anything that a client sends."""
        ...

    def publish(self, path: str) -> None:
        """Play the person who makes a repository public. Raises PracticeRefusedError."""
        ...

    def unpublish(self, path: str) -> None:
        """Make it private again, also where the real one cannot. Raises PracticeRefusedError."""
        ...
