"""What credential helpers say, and what each saying means. Only our own words are ever shown.

Source: credentials.md 2.1 and 2.2; 4.3 rows 34 to 36.
"""

from __future__ import annotations

import re
from typing import Final

from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Problem
from wizard.core.ports import Fitness

NOT_FOUND: Final = "credentials not found in native keychain"

NATIVE: Final = frozenset(
    {"secretservice", "pass", "osxkeychain", "wincred", "desktop", "desktop.exe"}
)
"""These need none of the user's tokens to do their work."""

MINTING: Final = frozenset({"ecr-login", "gcloud", "gcr"})
"""They store nothing: each question is answered with a login made from a cloud's session."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A pattern on either stream of a helper that failed, and what it means."""

    pattern: bytes
    words: str
    fitness: Fitness


# The first that matches counts.
_SAYINGS: Final = (
    Saying(
        rb"inappropriate ioctl|/dev/tty|not a (tty|terminal)|no pinentry|pinentry.*(tty|curses)",
        "it needs a terminal to ask for its passphrase",
        Fitness.TERMINAL,
    ),
    Saying(
        rb"pass not initialized|password store is empty",
        "pass has no key yet",
        Fitness.UNINITIALISED,
    ),
    Saying(
        rb"object does not exist at path|there is none yet",
        "there is no keyring yet, or its window was dismissed",
        Fitness.UNINITIALISED,
    ),
    Saying(rb"locked collection|is locked", "the keyring is locked", Fitness.LOCKED),
    Saying(
        rb"interaction is not allowed|unlock-keychain", "the keychain is locked", Fitness.LOCKED
    ),
    Saying(rb"prompt dismissed", "it was not unlocked", Fitness.LOCKED),
    Saying(
        rb"gpg: (public key )?decryption failed|gpg: .*timeout", "its key is locked", Fitness.LOCKED
    ),
    Saying(
        rb"cannot autolaunch d-bus|org\.freedesktop\.secrets|no keyring",
        "no keyring runs here",
        Fitness.FAILS,
    ),
    Saying(rb"not implemented", "it makes its own logins and stores none", Fitness.MINTS),
    Saying(rb"active account selected", "nobody is signed in to gcloud", Fitness.FAILS),
    Saying(rb"stub received bad data", "the secret is too long for this store", Fitness.FAILS),
    Saying(rb"token too long", "the secret is too long for this helper", Fitness.FAILS),
    Saying(
        rb"exec format error|invalid argument", "it does not run on this system", Fitness.FOREIGN
    ),
    Saying(
        rb"SIGSEGV|^panic: |^goroutine \d|Traceback \(most recent", "it crashed", Fitness.CRASHES
    ),
)
_CAUSES: Final = {
    Fitness.MISSING: "store.helper-missing",
    Fitness.UNINITIALISED: "store.locked",
    Fitness.LOCKED: "store.locked",
    Fitness.TERMINAL: "store.locked",
    Fitness.HANGS: "store.helper-hung",
}


def saying_of(said: bytes) -> Saying | None:
    """What was recognised in it, if anything."""
    flags = re.IGNORECASE | re.MULTILINE
    return next((row for row in _SAYINGS if re.search(row.pattern, said, flags)), None)


def cause_of(fitness: Fitness) -> str:
    """The row of the catalogue for a helper in this state."""
    return _CAUSES.get(fitness, "store.helper-failing")


def fitness_of(problem: Problem) -> Fitness:
    """What was found out about the helper that it came from."""
    told = [seen.facts["fitness"] for seen in problem.evidence if "fitness" in seen.facts]
    return Fitness(told[-1]) if told else Fitness.FAILS


def ending(code: int) -> tuple[str, Fitness]:
    """How it ended, in words. A shell reports death by signal N as 128 + N."""
    signal = -code if code < 0 else code - 128
    if 0 < signal < 65:  # noqa: PLR2004 - the signals that systems have
        return f"it was killed by signal {signal}", Fitness.CRASHES
    return f"it ended with status {code}", Fitness.FAILS
