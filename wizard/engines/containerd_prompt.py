"""Answer ctr's question for the password, so that no secret stands in its arguments.

`ctr --user NAME` asks on a terminal. It is given a private one, on which the answer lies ready:
seen by nobody else, written to no file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from wizard.core.secret import Credential

MOST_BYTES: Final = 4000
"""A terminal holds no longer line, and ctr reads no longer one (4096, with the line's end)."""


class UntypableError(ValueError):
    """ctr cannot be told this login. `str()` says why, and nothing of the secret."""


def answer(credential: Credential) -> bytes:
    """What is typed. Raises UntypableError."""
    name, text = credential.username, credential.secret.reveal()
    if text.lstrip().startswith("{"):
        # A Google key file: between the parts of JSON, a line's end is a space like any other.
        text = " ".join(text.splitlines())
    line = text.encode()
    if not name or ":" in name:
        raise UntypableError("ctr takes no user name that is empty or holds a colon")
    if not line or b"\n" in line or b"\r" in line or len(line) > MOST_BYTES:
        raise UntypableError(f"ctr takes a password of one line, of at most {MOST_BYTES} bytes")
    return line + b"\n"


@contextmanager
def terminal(credential: Credential) -> Iterator[int]:
    """The file descriptor to be the program's input. Raises UntypableError, OSError."""
    import termios

    line = answer(credential)
    ours, theirs = os.openpty()
    try:
        # Raw: nothing in the secret is taken for a key such as Ctrl-C, and nothing is echoed.
        mode = termios.tcgetattr(theirs)
        mode[0] = mode[1] = mode[3] = 0
        termios.tcsetattr(theirs, termios.TCSANOW, mode)
        os.set_blocking(ours, False)
        os.write(ours, line)
        yield theirs
    finally:
        os.close(theirs)
        os.close(ours)
