"""The credential that a command line brings: `--username` and `--password-stdin`."""

from __future__ import annotations

from argparse import Namespace

from wizard.cli.choices import UsageError
from wizard.cli.questions import Questions
from wizard.cli.world import World
from wizard.core.ports import Parts
from wizard.core.prefix import Prefix
from wizard.core.secret import Credential, Secret

_LONGEST_SECRET = 64 * 1024
"""What credential helpers take (credentials.md 2.1)."""


def given_credential(
    arguments: Namespace, world: World, questions: Questions, parts: Parts, prefix: Prefix
) -> Credential | None:
    """None when there is none. Raises UsageError; its text never holds what was read."""
    if not arguments.password_stdin:
        return _practice_credential(parts, prefix) if parts.is_sandbox and arguments.yes else None
    username = arguments.username or ""
    ways = parts.provider(prefix.kind).ways_to(prefix.host)
    if not username and all(way.needs_username for way in ways if way.wants_secret):
        raise UsageError("--password-stdin needs the user name of the login: --username U")
    if world.stdin.isatty():
        # Reading it plainly would show what is typed.
        return Credential(username, questions.secret("Token or password (not shown)"))
    return Credential(username, read_secret(world))


def read_secret(world: World) -> Secret:
    """All of standard input, less exactly one line end. Raises UsageError."""
    raw = world.stdin.buffer.read(_LONGEST_SECRET + 1)
    if len(raw) > _LONGEST_SECRET:
        raise UsageError("standard input holds more than a token or password can have")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        # From None: the error would carry the bytes along.
        raise UsageError("standard input holds no text, so no token or password") from None
    text = text.removesuffix("\r\n") if text.endswith("\r\n") else text.removesuffix("\n")
    if not text:
        raise UsageError("standard input is empty: no token or password was given")
    return Secret(text)


def _practice_credential(parts: Parts, prefix: Prefix) -> Credential | None:
    """Where nobody is asked, the practice account is what somebody would have typed."""
    if prefix.host not in parts.practice.hosts:
        return None
    credential: Credential = parts.practice.account_for(prefix.host).credential
    return credential
