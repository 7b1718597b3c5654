"""Logins to GitHub that are on this machine already: the environment's and gh's."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from itertools import zip_longest
from typing import Final

from wizard.core.diagnosis import Problem
from wizard.core.ports import Outside, Session, Suggestion
from wizard.core.secret import Credential, Secret
from wizard.registries.github_api import OK, ask, document

TOKEN_VARIABLES: Final = ("GH_TOKEN", "GITHUB_TOKEN")
# gh 2.40 and later say `account octo (keyring)`, earlier ones `as octo (oauth_token)`.
_ACCOUNT = re.compile(r"Logged in to github\.com (?:account|as) ([A-Za-z0-9_-]{1,39})")
_INACTIVE = re.compile(r"Active account: false")
_GH_LIMIT_S = 5.0
_MOST_TOKEN = 512


async def sessions(outside: Outside) -> tuple[Session, ...]:
    """What the environment names comes first, as for gh itself; each secret once."""
    found: list[Session] = []
    for name in TOKEN_VARIABLES:
        value = outside.environ.get(name, "").strip()
        if _is_token(value):
            secret = Secret(value)
            found.append(Session(f"the environment variable {name}", await _named(secret, outside)))
    by_gh = await _gh_session(outside)
    if by_gh is not None:
        found.append(Session("gh, GitHub's own program", by_gh))
    each_once: dict[Secret, Session] = {}
    for session in found:
        if session.credential is not None:
            each_once.setdefault(session.credential.secret, session)
    return tuple(each_once.values())


async def suggest(outside: Outside) -> AsyncGenerator[Suggestion, None]:
    """The owner that images probably go to: whoever gh is logged in as."""
    owner = outside.environ.get("GITHUB_REPOSITORY_OWNER", "")
    if owner:
        yield Suggestion({"owner": owner.lower()}, "the owner of this workflow's repository")
        return
    account = await _gh_account(outside)
    if account:
        reason = f"gh is logged in as {account}"
        yield Suggestion({"owner": account.lower()}, reason, is_logged_in=True)


async def _named(secret: Secret, outside: Outside) -> Credential:
    return Credential(await _login(secret, outside), secret)


async def _gh_session(outside: Outside) -> Credential | None:
    account = await _gh_account(outside)
    if not account:
        return None
    token = await _gh(outside, "auth", "token", "--hostname", "github.com")
    value = token.strip()
    return Credential(account, Secret(value)) if _is_token(value) else None


async def _gh_account(outside: Outside) -> str:
    """The active account; empty without gh or without a login."""
    status = await _gh(outside, "auth", "status", "--hostname", "github.com")
    accounts = list(_ACCOUNT.finditer(status))
    ends = [following.start() for following in accounts[1:]]
    for found, end in zip_longest(accounts, ends, fillvalue=None):
        if found is not None and not _INACTIVE.search(status[found.end() : end]):
            return found[1]
    return ""


async def _gh(outside: Outside, *words: str) -> str:
    """What gh says; empty when it is not there, fails, or does not answer in time."""
    if outside.which("gh") is None:
        return ""
    # Without the variables: they win over gh's own login, and are listed by themselves.
    hidden = {*TOKEN_VARIABLES, "GH_DEBUG", "DEBUG"}
    environ = {name: value for name, value in outside.environ.items() if name not in hidden}
    environ |= {"GH_PROMPT_DISABLED": "1", "NO_COLOR": "1", "GH_NO_UPDATE_NOTIFIER": "1"}
    try:
        limit_s = min(_GH_LIMIT_S, outside.timeout_s)
        result = await outside.run(["gh", *words], timeout_s=limit_s, environ=environ)
    except Problem:
        return ""
    # `auth status` wrote to stderr before gh 2.30, and exits 1 when any one login is broken.
    said = result.stdout if words[1] == "token" else result.stdout + b"\n" + result.stderr
    if result.timed_out or (words[1] == "token" and result.code != 0):
        return ""
    return said.decode("utf-8", "replace")


async def _login(secret: Secret, outside: Outside) -> str:
    """Whose token it is; GHCR itself takes any name, so a word serves when GitHub is silent."""
    try:
        answer = await ask("GET", "/user", secret, outside)
        login = document(answer).get("login") if answer.status == OK else None
    except Problem:
        login = None
    return login if isinstance(login, str) and re.fullmatch(r"[\w-]{1,39}", login) else "token"


def _is_token(value: str) -> bool:
    return 0 < len(value) <= _MOST_TOKEN and all("!" <= c <= "~" for c in value)
