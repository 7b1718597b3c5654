"""`--trust-realm URL`: logins for the chosen registry may go to this token service elsewhere."""

from __future__ import annotations

from argparse import Namespace
from typing import Final
from urllib.parse import urlsplit

from wizard.cli.choices import UsageError
from wizard.cli.output import Output
from wizard.core.ports import Parts
from wizard.core.prefix import Prefix
from wizard.core.settings import Realm
from wizard.core.text import clean

_LONGEST: Final = 2048
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


def trust_realm(arguments: Namespace, output: Output, parts: Parts, prefix: Prefix | None) -> None:
    """Remember it for this host, and say so. Raises UsageError."""
    if arguments.trust_realm is None:
        return
    if prefix is None:
        raise UsageError("--trust-realm is about one registry: name its prefix as well")
    realm = Realm(prefix.host, _checked(arguments.trust_realm))
    said = f"logins for {realm.host} may be sent to {realm.url}"
    if arguments.dry_run:
        output.aside(f"Would remember: {said}")
        return
    settings = parts.settings.load()
    if realm in settings.realms:
        return
    parts.settings.save(settings.with_realm(realm))
    output.aside(f"From now on {said}.", "  It stands under [realms] in the wizard's settings.")


def _checked(typed: str) -> str:
    """Raises UsageError: it has to be an address that can be kept a secret from others."""
    shown = clean(typed, 200)
    try:
        url = urlsplit(typed.strip())
        host, _ = url.hostname or "", url.port
    except ValueError:
        raise UsageError(f"--trust-realm {shown}: that is no address") from None
    if url.scheme != "https" and not (url.scheme == "http" and host in _LOOPBACK):
        raise UsageError(f"--trust-realm {shown}: only an https:// address is safe for a login")
    if not host or url.username or url.query or url.fragment or len(typed) > _LONGEST:
        raise UsageError(
            f"--trust-realm {shown}: give it as in the report, https://HOST/PATH and no more"
        )
    return typed.strip()
