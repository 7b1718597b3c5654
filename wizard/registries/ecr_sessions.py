"""Amazon's sessions on this machine, and what a login is worth (registries.md C3)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from wizard.core.diagnosis import Evidence, Fix, Problem, Stage
from wizard.core.names import Repository
from wizard.core.ports import Identity, Outside, Session, Suggestion
from wizard.core.secret import Credential, Secret
from wizard.core.text import clean
from wizard.registries.cloud_child import RefusedError, ask_child
from wizard.registries.ecr_places import HOST, wrong_account, wrong_region
from wizard.registries.ecr_refused import problem_of

USERNAME: Final = "AWS"
ASKED: Final = "the AWS session"
_MOST_SHOWN: Final = 20
_OWN_KINDS: Final = {"keys": "access key", "role": "assumed role"}


async def sessions(host: str, outside: Outside) -> tuple[Session, ...]:
    """The one that the environment chose, or whose settings name this account, or the default."""
    found = HOST.fullmatch(host)
    if found is None:
        return ()
    account, region = found[1], found[3]
    question = {"ask": "session", "account": account, "region": region}
    try:
        answer = await ask_child(outside, "aws", question)
    except RefusedError as refused:
        problem = problem_of(refused, ASKED, facts={"host": host})
        return (Session(source_of(refused), problem=problem),)
    except Problem as problem:
        return (Session("AWS", problem=problem),)
    return (session_of(answer, account),)


def source_of(refused: RefusedError) -> str:
    """Which of Amazon's sessions was refused, in words."""
    return in_words(*(refused.facts.get(name, "") for name in ("origin", "profile", "kind_of")))


def session_of(answer: Mapping[str, str], account: str = "") -> Session:
    """`account` is the registry's, where its host names one."""
    origin, kind = clean(answer["origin"], 128), clean(answer["kind"], 32)
    arn, own_account = clean(answer["arn"], 256), clean(answer["account"], 12)
    expires = datetime.fromisoformat(answer["expires"])
    credential = Credential(USERNAME, Secret(answer["secret"]), origin, expires)
    notes = []
    if account and own_account != account:
        notes.append(
            f"you are in account {own_account}: the repository's policy in {account} must let you"
        )
    identity = Identity(
        USERNAME,
        "login of 12 hours",
        expires=expires,
        notes=tuple(notes),
        evidence=(f"AWS account {own_account}", arn),
        account=f"{arn.rpartition(':')[2]} in {own_account}",
    )
    profile = origin.removeprefix("profile:") if origin.startswith("profile:") else ""
    return Session(in_words(origin, profile, kind), credential, identity)


def in_words(origin: str, profile: str, kind: str) -> str:
    """Such as `AWS profile dev (SSO)`."""
    if origin == "environment":
        return "AWS keys in the environment"
    more = f" ({_OWN_KINDS.get(kind, kind)})" if kind else ""
    if profile:
        return f"AWS profile {profile}{more}"
    return f"AWS's default credentials{more}" if origin or kind else "AWS"


async def inspect(
    credential: Credential, repository: Repository, service: str = "ecr", region: str = ""
) -> Identity:
    """What a login tells of itself; Amazon is not asked. Raises Problem: login.token-kind."""
    if credential.username not in ("", USERNAME):
        words = f"the user name is always AWS, and {clean(credential.username, 64)} was given"
        facts = {"host": repository.host}
        seen = Evidence(Stage.NAME, "what was given", words, message=words, facts=facts)
        found = HOST.fullmatch(repository.host)
        where = region or (found[3] if found else "REGION")
        command = f"aws {service} get-login-password --region {where}"
        fix = Fix("Log in with the user name AWS and the password that this prints", command)
        raise Problem(seen, cause="login.token-kind", fixes=(fix,))
    ends = credential.expires or expiry_of(credential.secret)
    if ends is not None and ends <= datetime.now(UTC):
        words = f"this login ended at {ends:%Y-%m-%d %H:%M} UTC"
        facts = {"host": repository.host}
        seen = Evidence(Stage.NAME, "what was given", words, message=words, facts=facts)
        raise Problem(seen, cause="login.expired")
    return Identity(USERNAME, "login of 12 hours", expires=ends)


def expiry_of(secret: Secret) -> datetime | None:
    """The end that a registry password names: it is base64 of a document with `expiration`."""
    text = secret.reveal()
    try:
        found: Any = json.loads(base64.b64decode(text + "=" * (-len(text) % 4)))
        return datetime.fromtimestamp(int(found["expiration"]), UTC)
    except (
        binascii.Error,
        ValueError,
        KeyError,
        TypeError,
        RecursionError,
        OverflowError,
        OSError,
    ):
        return None


async def suggest(outside: Outside) -> AsyncGenerator[Suggestion, None]:
    """What the environment and the profiles here name. Nothing is asked: keys alone are there."""
    try:
        rows = await ask_child(outside, "aws", {"ask": "profiles"})
    except (Problem, RefusedError):
        return
    for row in rows[:_MOST_SHOWN]:
        known = {"account": str(row["account"]), "region": str(row["region"])}
        checks = {"account": wrong_account, "region": wrong_region}
        answers = {name: text for name, text in known.items() if not checks[name](text)}
        origin = clean(str(row["origin"]), 128)
        profile = origin.removeprefix("profile:") if origin.startswith("profile:") else ""
        kind = clean(str(row["kind"]), 32)
        if answers:
            yield Suggestion(answers, in_words(origin, profile, kind), kind == "keys")
