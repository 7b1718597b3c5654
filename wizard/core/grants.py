"""What a token service granted, as its tokens say themselves. Pure.

Source: the CNCF distribution's token specification, the claim `access`; registries.md B2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from wizard.core.names import InvalidNameError, Repository
from wizard.core.text import clean

PUSH: Final = "push"
_MOST: Final = 20
_EVERYTHING: Final = "*"


def granted(claims: Mapping[str, Any], repository: Repository) -> frozenset[str] | None:
    """Of `[{"type": "repository", "name": …, "actions": […]}]`, those of this repository.

    None where the token does not say: most registries' tokens can be read by nobody else.
    """
    access = claims.get("access")
    if not isinstance(access, list):
        return None
    found: set[str] = set()
    for entry in access[:_MOST]:
        if isinstance(entry, Mapping) and entry.get("name") == repository.path:
            actions = entry.get("actions")
            if isinstance(actions, list):
                found |= {clean(str(action), _MOST) for action in actions[:_MOST]}
    return frozenset(found)


def may_push(actions: frozenset[str]) -> bool:
    return PUSH in actions or _EVERYTHING in actions


def in_words(actions: frozenset[str]) -> str:
    return " and ".join(sorted(actions)) or "nothing"


def under_own_name(repository: Repository, username: str) -> Repository | None:
    """The same image in the namespace of the account itself; None where this is it, or has none.

    A robot of Quay is called `NAMESPACE+ROBOT`.
    """
    namespace = username.partition("+")[0].lower()
    first, separator, rest = repository.path.partition("/")
    if not namespace or not separator or namespace == first:
        return None
    try:
        return Repository(repository.host, f"{namespace}/{rest}")
    except InvalidNameError:
        return None
