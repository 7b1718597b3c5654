"""Which of Amazon's sessions on this machine serves a registry, in botocore's own order.

The environment's choice is taken as it is. Else the session that the wizard's own helper was told
to make this registry's logins from, else the profile whose settings name the registry's account,
else the default: botocore's own chain, with the role of the machine at its end.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from wizard.clouds.child import RefusedError
from wizard.core.minted import MOST_BYTES, minted_path, parse_minted

ENVIRONMENT: Final = "environment"
DEFAULT: Final = "default"
PROFILE: Final = "profile:"
PUBLIC_HOSTS: Final = ("public.ecr.aws", "ecr-public.aws.com")
"""Of Amazon ECR Public. Their names tell no account."""
_PROFILE_VARIABLES: Final = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
_KEY_VARIABLE: Final = "AWS_ACCESS_KEY_ID"
_ACCOUNT_IN_ARN = re.compile(r"arn:[\w-]+:(?:iam|sts|signin)::(\d{12}):")
_CONNECT_S: Final = 5
_READ_S: Final = 10
_MOST_SOURCES: Final = 10


@dataclass(frozen=True)
class Found:
    """A session that has asked for nothing yet."""

    session: Any
    origin: str
    kind: str
    """`keys`, `SSO`, `role`, `process`, `login`, `web identity`, or empty: not known before."""
    profile: str = ""

    def client(self, service: str, region: str) -> Any:
        """Two attempts at most, each with a deadline."""
        from botocore.config import Config

        config = Config(
            connect_timeout=_CONNECT_S,
            read_timeout=_READ_S,
            retries={"total_max_attempts": 2, "mode": "standard"},
        )
        return self.session.create_client(service, region_name=region, config=config)


def find(account: str, region: str, origin: str, environ: Mapping[str, str]) -> Found:
    """`account` is empty for ECR Public.

    Raises RefusedError: ProfileMissing, NeedsCode, Malformed.
    """
    import botocore.session
    from botocore.exceptions import BotoCoreError

    chosen = origin or _chosen(account, region, environ)
    name = chosen.removeprefix(PROFILE) if chosen.startswith(PROFILE) else None
    session = botocore.session.Session(profile=name)
    try:
        known = session.full_config.get("profiles", {})
    except BotoCoreError:
        raise RefusedError("Malformed", "the AWS configuration cannot be read") from None
    if name is not None and name not in known:
        raise RefusedError("ProfileMissing", f"there is no AWS profile {name}", profile=name)
    profile = name or ("default" if chosen == DEFAULT and "default" in known else "")
    if profile and name is None:
        # Named, so that keys that appear in the environment later do not take its place.
        session = botocore.session.Session(profile=profile)
    if chosen != ENVIRONMENT and _wants_code(profile, known):
        words = f"the AWS profile {profile} asks for a code at each use"
        raise RefusedError("NeedsCode", words, profile=profile)
    if not session.get_config_variable("region"):
        # Roles and sign-ins are asked for somewhere, and their settings need not say where.
        session.set_config_variable("region", region)
    kind = "keys" if chosen == ENVIRONMENT else _kind(known.get(profile, {}))
    return Found(session, chosen, kind, profile)


def configured(environ: Mapping[str, str]) -> list[dict[str, str]]:
    """Sessions by origin, with account, region and kind where the settings name them."""
    rows = []
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or ""
    known = _profiles()
    if environ.get(_KEY_VARIABLE):
        rows.append({"origin": ENVIRONMENT, "account": "", "region": region, "kind": "keys"})
    first = next(filter(None, (environ.get(one) for one in _PROFILE_VARIABLES)), "default")
    for name in sorted(known, key=lambda one: (one != first, one)):
        settings = known[name]
        rows.append(
            {
                "origin": f"{PROFILE}{name}",
                "account": _account(settings),
                "region": str(settings.get("region") or region),
                "kind": _kind(settings),
            }
        )
    return rows


def _chosen(account: str, region: str, environ: Mapping[str, str]) -> str:
    named = next(filter(None, (environ.get(one) for one in _PROFILE_VARIABLES)), "")
    if named:
        return f"{PROFILE}{named}"
    if environ.get(_KEY_VARIABLE):
        return ENVIRONMENT
    if agreed := _agreed(account, region, environ):
        return agreed
    known = _profiles()
    fitting = [name for name in known if _account(known[name]) == account]
    if not account:
        fitting = list(known) if len(known) == 1 else []  # the only one there is, or the default
    if fitting and "default" not in fitting:
        return f"{PROFILE}{min(fitting)}"
    return DEFAULT


def _agreed(account: str, region: str, environ: Mapping[str, str]) -> str:
    """What minted.json says of that registry; empty where it says nothing."""
    path = minted_path(environ, Path(environ.get("HOME") or Path.home()), sys.platform)
    try:
        with path.open("rb") as file:
            known = parse_minted(file.read(MOST_BYTES))
    except OSError:
        return ""
    start, middle = f"{account}.dkr", f".{region}."
    fitting = (
        by
        for host, by in known.items()
        if (host.startswith(start) and middle in host if account else host in PUBLIC_HOSTS)
    )
    return next((by.origin for by in fitting if by.cloud == "aws"), "")


def _profiles() -> Mapping[str, Mapping[str, Any]]:
    import botocore.session
    from botocore.exceptions import BotoCoreError

    try:
        found: Mapping[str, Mapping[str, Any]] = botocore.session.Session().full_config["profiles"]
    except (BotoCoreError, KeyError):
        return {}
    return found


def _account(settings: Mapping[str, Any]) -> str:
    """The account that a profile acts in, as far as its settings tell."""
    role = _ACCOUNT_IN_ARN.match(str(settings.get("role_arn") or settings.get("login_session", "")))
    if role:
        return role[1]
    return str(settings.get("sso_account_id") or settings.get("aws_account_id") or "")


def _kind(settings: Mapping[str, Any]) -> str:
    for name, kind in (
        ("web_identity_token_file", "web identity"),
        ("role_arn", "role"),
        ("sso_account_id", "SSO"),
        ("login_session", "login"),
        ("credential_process", "process"),
        ("aws_access_key_id", "keys"),
    ):
        if settings.get(name):
            return kind
    return ""


def _wants_code(profile: str, known: Mapping[str, Mapping[str, Any]]) -> bool:
    """Would botocore ask for a second factor? There is nobody to ask in a child process."""
    for _ in range(_MOST_SOURCES):
        settings = known.get(profile, {})
        if settings.get("role_arn") and settings.get("mfa_serial"):
            return True
        following = str(settings.get("source_profile", ""))
        if not following or following == profile:
            return False
        profile = following
    return False
