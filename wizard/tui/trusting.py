"""The fix that trusts a token service on another host: in the app it is a question. Pure.

It is asked here and never done by `doctor --fix`, since a login that goes astray is stolen.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from wizard.core.diagnosis import Fix
from wizard.core.realm import wrong_realm
from wizard.core.settings import Realm

_OPTION: Final = "--trust-realm"
_TRUST: Final = "trust-realm"


def realm_of(fix: Fix) -> Realm | None:
    """What `registry-wizard setup HOST/PATH --trust-realm URL` trusts; None for other commands."""
    words = fix.command.split()
    if _OPTION not in words[3:-1]:
        return None
    host, url = words[2].partition("/")[0], words[words.index(_OPTION) + 1]
    return None if wrong_realm(url) else Realm(host, url)


def trusting(fix: Fix) -> Fix:
    """As the app offers it: with what it means, to be agreed to. Other fixes as they are."""
    realm = realm_of(fix)
    if realm is None:
        return fix
    return replace(
        fix,
        title=f"If it is theirs: send logins for {realm.host} to {realm.url}",
        action=_TRUST,
        changes="from now on the wizard sends logins for this registry to exactly that address",
        inverse="take its line out of [realms] in the wizard's settings",
    )
