"""A push was refused: what the token service grants here, and under the login's own name.

Symptoms look alike: a token that may only read, and a namespace that is another's. Only grants
are asked for, so that nothing is made in anybody's name.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

from wizard.core.diagnosis import Diagnosis, Evidence, Fix, Problem, Stage
from wizard.core.grants import granted, in_words, may_push, under_own_name
from wizard.core.names import Repository
from wizard.core.ports import Parts
from wizard.core.secret import AnyCredential, Credential
from wizard.steps.registry import Destination

_REFUSED: Final = "push.not-permitted"


async def compared(
    parts: Parts, to: Destination, credential: AnyCredential, found: Diagnosis
) -> Diagnosis:
    """The diagnosis with the grants as evidence, where the tokens of this registry can be read."""
    if found.cause != _REFUSED or not isinstance(credential, Credential):
        return found
    here = await _grant(parts, to, credential, to.repository)
    if here is None or may_push(here):
        return found
    own = under_own_name(to.repository, credential.username)
    there = await _grant(parts, to, credential, own) if own is not None else None
    if own is None or there is None:
        return replace(found, evidence=(*found.evidence, _said(to.repository, here)))
    more = _elsewhere(own) if may_push(there) else _READ_ONLY
    known = any(more.command and fix.command == more.command for fix in found.fixes)
    return replace(
        found,
        evidence=(*found.evidence, _said(to.repository, here), _said(own, there)),
        fixes=found.fixes if known else (*found.fixes, more),
    )


_READ_ONLY: Final = Fix(
    "Or it is the token that may only read: it may not push under its own name either; "
    "one with the right to write tells"
)


def _elsewhere(own: Repository) -> Fix:
    prefix = f"{own.host}/{own.path.rpartition('/')[0]}"
    return Fix(f"Or push where this login may: {prefix}", f"registry-wizard setup {prefix}")


def _said(repository: Repository, actions: frozenset[str]) -> Evidence:
    asked = f"this login's grant in {repository}"
    return Evidence(Stage.TOKEN, asked, in_words(actions), repository.host, authenticated=True)


async def _grant(
    parts: Parts, to: Destination, credential: Credential, repository: Repository
) -> frozenset[str] | None:
    try:
        async with asyncio.timeout(parts.outside.timeout_s):
            claims = await parts.outside.token_claims(to.endpoint, credential, repository)
    except (Problem, TimeoutError):
        return None  # what was refused stands; this was a second opinion
    return granted(claims, repository)
