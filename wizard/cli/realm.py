"""`--trust-realm URL`: logins for the chosen registry may go to this token service elsewhere."""

from __future__ import annotations

from argparse import Namespace

from wizard.cli.choices import UsageError
from wizard.cli.output import Output
from wizard.core.ports import Parts
from wizard.core.prefix import Prefix
from wizard.core.realm import OPTION, wrong_realm
from wizard.core.settings import Realm
from wizard.core.text import clean


def trust_realm(arguments: Namespace, output: Output, parts: Parts, prefix: Prefix | None) -> None:
    """Remember it for this host, and say so. Raises UsageError."""
    if arguments.trust_realm is None:
        return
    if prefix is None:
        raise UsageError(f"{OPTION} is about one registry: name its prefix as well")
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
    """Raises UsageError."""
    if wrong := wrong_realm(typed):
        raise UsageError(f"{OPTION} {clean(typed, 200)}: {wrong}")
    return typed.strip()
