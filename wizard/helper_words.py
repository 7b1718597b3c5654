"""What the wizard's credential helper says, where other programs or people depend on the words."""

from __future__ import annotations

from typing import Final

NAME: Final = "registry-wizard"
PROGRAM: Final = f"docker-credential-{NAME}"
NOT_FOUND: Final = "credentials not found in native keychain"
"""Compared letter by letter by docker, its SDK and podman (credentials.md 2.1)."""
NO_SERVER: Final = "no credentials server URL"
NO_USERNAME: Final = "no credentials username"
USAGE: Final = f"usage: {PROGRAM} <store|get|erase|list|version|uninstall>"

LOCKED: Final = "the keyring is locked"

LEAVE: Final = f"""\
{PROGRAM} is named in docker's config.json, and a helper that is gone stops docker's
logins, every pull with podman, and every build with docker's Python SDK.

Before you remove registry-wizard, take back what it wrote:
  registry-wizard undo --all --yes
If registry-wizard is gone already, remove the lines that name {NAME} from
"credHelpers" in ~/.docker/config.json."""


class HelperError(Exception):
    """What docker is told. Never holds a secret."""
