"""Google's sessions on this machine: gcloud's own login, and that for programs (E3)."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from wizard.core.diagnosis import Evidence, Fault, Fix, Problem, Stage
from wizard.core.ports import Identity, Outside, Session, Suggestion
from wizard.core.secret import Credential, Secret
from wizard.core.text import clean
from wizard.registries.cloud_child import RefusedError, ask_child
from wizard.registries.gar_api import OK, ask, document
from wizard.registries.gar_keys import TOKEN_USER
from wizard.registries.gar_refused import problem_of
from wizard.registries.gar_signs import SIGN_IN, SIGN_IN_ADC, SIGN_IN_AGAIN

INSTALL_PAGE: Final = "https://cloud.google.com/sdk/docs/install"
_GCLOUD_LIMIT_S: Final = 9.0
_LEAST_LEFT: Final = "5m"
_PROJECT_VARIABLES: Final = ("CLOUDSDK_CORE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT")
# Of gcloud's own words, the first that fits: its frame around them is the same for all.
_FAULTS: Final = (
    (re.compile(r"CERTIFICATE_VERIFY_FAILED|SSLError"), Fault.TLS_UNTRUSTED),
    (re.compile(r"ProxyError|Cannot connect to proxy"), Fault.PROXY),
    (re.compile(r"getaddrinfo|resolve|Name or service not known"), Fault.DNS),
    (re.compile(r"timed out|Timeout", re.IGNORECASE), Fault.TIMEOUT),
    (re.compile(r"Max retries exceeded|Connection (refused|aborted)"), Fault.REFUSED),
)
_DENIED = re.compile(r"failed to impersonate|PERMISSION_DENIED|IAM_PERMISSION", re.IGNORECASE)
_DELETED = re.compile(r"Invalid JWT Signature|account not found", re.IGNORECASE)
_EXPIRED = re.compile(r"reauth|invalid_grant|expired|revoked", re.IGNORECASE)
_NAME = re.compile(r"projects/([a-z0-9.:-]+)/locations/([a-z0-9-]+)/repositories/([a-z0-9-]+)")
_MOST_SHOWN: Final = 20
_QUIET: Final = {
    "CLOUDSDK_CORE_DISABLE_PROMPTS": "1",
    "CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK": "1",
    "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "1",
}


@dataclass(frozen=True)
class Gcloud:
    """What `gcloud config config-helper` says of the active configuration."""

    token: Secret
    expires: datetime | None
    account: str
    """Whose token it is."""
    login: str
    """Who signed in: another one, where gcloud acts as a service account."""
    project: str
    location: str
    repository: str


async def sessions(outside: Outside) -> tuple[Session, ...]:
    """That of gcloud and that for programs, asked at the same time; why not, where none works."""
    by_gcloud, by_adc = await asyncio.gather(_of_gcloud(outside), _of_adc(outside))
    found = [one for one in (by_gcloud, by_adc) if one is not None]
    # One that is merely not there says nothing beside one that works.
    told = [one for one in found if one.credential is not None or not _is_absent(one)]
    return tuple(told or found[:1])


def _is_absent(session: Session) -> bool:
    return session.problem is not None and session.problem.cause == "login.cloud-missing"


async def _of_gcloud(outside: Outside) -> Session | None:
    if outside.which("gcloud") is None:
        return None
    try:
        told = await gcloud(outside)
    except Problem as problem:
        return Session("gcloud", problem=problem)
    origin = f"gcloud:{told.login}"
    credential = Credential(TOKEN_USER, told.token, origin, told.expires)
    return Session(f"gcloud, {told.account}", credential, _identity(credential, told.account))


async def _of_adc(outside: Outside) -> Session:
    source = "Google's application default credentials"
    try:
        answer = await ask_child(outside, "google", {"ask": "token", "from": "adc"})
    except RefusedError as refused:
        problem = problem_of(refused)
        if problem.cause == "login.cloud-missing":
            install = Fix("gcloud, which signs in by the browser", url=INSTALL_PAGE)
            first = SIGN_IN if outside.which("gcloud") else install
            problem = Problem(*problem.evidence, cause=problem.cause, fixes=(first, *problem.fixes))
        return Session(source, problem=problem)
    except Problem as problem:
        return Session(source, problem=problem)
    account = clean(str(answer["account"]), 256)
    expires = datetime.fromisoformat(answer["expires"]) if answer["expires"] else None
    origin = f"adc:{account}" if account else "adc"
    credential = Credential(TOKEN_USER, Secret(str(answer["token"])), origin, expires)
    kind, place = clean(str(answer["kind"]), 64), clean(str(answer["found_in"]))
    identity = _identity(credential, account, f"{kind}, from {place}")
    return Session(f"{source}, {account or kind}", credential, identity)


def _identity(credential: Credential, account: str, *more: str) -> Identity:
    evidence = (*((f"Google account {account}",) if account else ()), *more)
    return Identity(
        TOKEN_USER, "access token", expires=credential.expires, evidence=evidence, account=account
    )


# --- gcloud -------------------------------------------------------------------------------------


async def gcloud(outside: Outside) -> Gcloud:
    """Token, account and settings by one start of gcloud, which takes a second. Raises Problem."""
    argv = ["gcloud", "config", "config-helper", "--format=json", "--quiet"]
    limit_s = min(_GCLOUD_LIMIT_S, outside.timeout_s)
    environ = {**outside.environ, **_QUIET}
    result = await outside.run(
        [*argv, f"--min-expiry={_LEAST_LEFT}"], timeout_s=limit_s, environ=environ
    )
    if result.timed_out:
        seen = Evidence(Stage.API, " ".join(argv[:3]), f"no answer in {limit_s:g} s")
        raise Problem(seen, cause="network.timeout")
    if result.code != 0:
        raise _gcloud_refused(result.stderr)
    try:
        return _read(json.loads(result.stdout))
    except (ValueError, KeyError, TypeError, AttributeError):
        seen = Evidence(Stage.API, " ".join(argv[:3]), "it does not answer as gcloud does")
        raise Problem(seen, cause="login.cloud-missing", fixes=(SIGN_IN_ADC,)) from None


def _read(document: Mapping[str, Any]) -> Gcloud:
    credential, settings = document["credential"], document["configuration"]["properties"]
    token, ends = credential["access_token"], credential.get("token_expiry")
    if not isinstance(token, str) or not token:
        raise TypeError
    core, auth = settings.get("core", {}), settings.get("auth", {})
    artifacts, compute = settings.get("artifacts", {}), settings.get("compute", {})
    # Several are a chain; the token is that of the first.
    impersonated = str(auth.get("impersonate_service_account") or "").partition(",")[0]
    login = clean(str(core.get("account") or ""), 256)
    return Gcloud(
        Secret(token),
        datetime.fromisoformat(ends).astimezone(UTC) if ends else None,
        clean(impersonated or login or "gcloud", 256),
        login,
        clean(str(core.get("project") or ""), 64),
        clean(str(artifacts.get("location") or compute.get("region") or ""), 64),
        clean(str(artifacts.get("repository") or ""), 64),
    )


def _gcloud_refused(stderr: bytes) -> Problem:
    fixes: tuple[Fix, ...]
    text = stderr.decode("utf-8", "replace")
    first = next((line for line in text.splitlines() if "ERROR" in line), text)
    words = clean(first.partition("ERROR: ")[2] or first)
    fault = next((fault for form, fault in _FAULTS if form.search(text)), Fault.NONE)
    facts = {"cloud": "Google"}
    cause, fixes = "login.cloud-missing", (SIGN_IN,)
    if fault is not Fault.NONE:
        cause, fixes = "", ()
    elif _DENIED.search(text):
        facts["permission"] = "iam.serviceAccounts.getAccessToken"
        cause, fixes = "login.cloud-denied", ()
    elif _DELETED.search(text):
        cause, fixes = "login.rejected", (SIGN_IN_AGAIN,)
    elif _EXPIRED.search(text):
        cause, fixes = "login.cloud-expired", (SIGN_IN_AGAIN,)
    asked = "gcloud config config-helper"
    seen = Evidence(Stage.API, asked, words, message=words, fault=fault, facts=facts)
    return Problem(seen, cause=cause, fixes=fixes)


# --- what the fields may be filled with -----------------------------------------------------


async def suggest(outside: Outside) -> AsyncGenerator[Suggestion, None]:
    """The environment's project at once, then gcloud's, with the repositories that are there."""
    named = next((n for n in _PROJECT_VARIABLES if outside.environ.get(n)), "")
    project = clean(outside.environ.get(named, ""), 64)
    if project:
        yield Suggestion({"project": project}, f"the environment variable {named}")
    told = await _quietly(outside)
    if told is None:
        return
    project = told.project or project
    if not project:
        return
    reason = f"gcloud's project {project}, as {told.account}"
    count = 0
    for found in await _repositories(project, told.token, outside):
        answers = {"location": found[1], "project": found[0], "gar_repository": found[2]}
        yield Suggestion(answers, f"a repository of {reason}", is_logged_in=True)
        count += 1
    if not count:
        known = {"project": project, "location": told.location, "gar_repository": told.repository}
        answers = {name: value for name, value in known.items() if value}
        yield Suggestion(answers, reason, is_logged_in=True)


async def _quietly(outside: Outside) -> Gcloud | None:
    """What gcloud says, else the login for programs."""
    if outside.which("gcloud") is not None:
        try:
            return await gcloud(outside)
        except Problem:
            pass
    try:
        answer = await ask_child(outside, "google", {"ask": "token", "from": "adc"})
        project = clean(str(answer["project"]), 64)
        account = clean(str(answer["account"] or answer["kind"]), 256)
        return Gcloud(Secret(str(answer["token"])), None, account, "", project, "", "")
    except (Problem, RefusedError, KeyError, TypeError):
        return None


async def _repositories(
    project: str, bearer: Secret, outside: Outside
) -> list[tuple[str, str, str]]:
    """Project, location and name of those that take pushed images; none where it is not told."""
    try:
        answer = await ask("GET", f"projects/{project}/locations/-/repositories", bearer, outside)
        listed = document(answer).get("repositories") if answer.status == OK else None
    except Problem:
        return []
    found = []
    for one in listed if isinstance(listed, list) else []:
        name = _NAME.fullmatch(str(one.get("name", ""))) if isinstance(one, dict) else None
        takes = name is not None and one.get("format") == "DOCKER"
        if name is not None and takes and one.get("mode") in (None, "STANDARD_REPOSITORY"):
            found.append((name[1], name[2], name[3]))
    return found[:_MOST_SHOWN]
