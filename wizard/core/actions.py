"""What the wizard can do about a cause, after consent: the ids that `Fix.action` may hold."""

from __future__ import annotations

from typing import Final

LOG_IN: Final = "log-in"
"""Ask for a login, check it and store it. Faces do this themselves: it needs a conversation."""
RUN: Final = "run"
"""Run the fix's command: its words, without a shell."""
CREATE_REPOSITORY: Final = "create-repository"
"""Make the repository that must exist before the push."""
OPEN_ACCESS: Final = "open-access"
"""Let the declared audience, or everybody, pull: by the registry's management side."""
TRUST_REALM: Final = "trust-realm"
"""Let logins for this registry go to the token service that the fix's command names."""

ACTIONS: Final = frozenset({LOG_IN, RUN, CREATE_REPOSITORY, OPEN_ACCESS, TRUST_REALM})
PERSONAL: Final = frozenset({TRUST_REALM})
"""Only a person can know whether it is right: never done because of a yes given beforehand."""
