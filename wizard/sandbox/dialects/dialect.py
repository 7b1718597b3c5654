"""What every practice registry is: a dialect of the V2 protocol and of what stands around it."""

from __future__ import annotations

from collections.abc import Mapping
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

    def environ(self, base_url: str) -> Mapping[str, str]:
        """Variables by which the provider's own SDK finds us and the practice account's session.

        `base_url` is our loopback address. Empty where no SDK is used.
        """
        ...

    def host_of(self, path: str, headers: Mapping[str, str]) -> str:
        """Which of our hosts a request to the bare loopback address is meant for, or nothing.

        SDKs with an endpoint of their own setting name that address, not the real host.
        """
        ...

    def publish(self, path: str) -> None:
        """Play the person who makes a repository public. Raises PracticeRefusedError."""
        ...

    def unpublish(self, path: str) -> None:
        """Make it private again, also where the real one cannot. Raises PracticeRefusedError."""
        ...
