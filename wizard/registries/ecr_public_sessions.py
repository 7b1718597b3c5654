"""Amazon's sessions for ECR Public, and the aliases that they own (registries.md D1, D3)."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Final

from wizard.core.diagnosis import Problem
from wizard.core.ports import Outside, Session, Suggestion
from wizard.core.text import clean
from wizard.registries.cloud_child import RefusedError, ask_child
from wizard.registries.ecr_public_names import wrong_alias
from wizard.registries.ecr_public_signs import ASK_LOGIN
from wizard.registries.ecr_refused import problem_of
from wizard.registries.ecr_sessions import ASKED, in_words, session_of, source_of

CLOUD: Final = "aws_public"
_LOGIN_ACTIONS: Final = ("sts:GetServiceBearerToken", "ecr-public:GetAuthorizationToken")
_MOST_SHOWN: Final = 20


async def sessions(host: str, outside: Outside) -> tuple[Session, ...]:
    """The one that the environment chose, or the only profile there is, or the default."""
    try:
        answer = await ask_child(outside, CLOUD, {"ask": "session"})
    except RefusedError as refused:
        lacks = refused.facts.get("permission", "") in _LOGIN_ACTIONS
        fixes = (ASK_LOGIN,) if lacks else ()
        problem = problem_of(refused, ASKED, facts={"host": host}, fixes=fixes)
        return (Session(source_of(refused), problem=problem),)
    except Problem as problem:
        return (Session("AWS", problem=problem),)
    return (session_of(answer),)


async def suggest(outside: Outside) -> AsyncGenerator[Suggestion, None]:
    """The aliases of that session's account, the primary first: one request, where AWS is in use.

    None counts as a login, though it works: what goes there is public at once, so it is never the
    registry to begin with unless a person says so.
    """
    try:
        answer = await ask_child(outside, CLOUD, {"ask": "aliases"})
        names = [clean(str(name), 64) for name in answer["aliases"]]
        origin, kind = clean(answer.get("origin", ""), 128), clean(answer.get("kind", ""), 32)
    except (Problem, RefusedError, KeyError, TypeError, AttributeError):
        return
    reason = in_words(origin, origin.removeprefix("profile:") if ":" in origin else "", kind)
    for name in names[:_MOST_SHOWN]:
        if not wrong_alias(name):
            yield Suggestion({"alias": name}, f"an alias of {reason}")
