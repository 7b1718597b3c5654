"""Is there a registry, and who are we to it: `/v2/` without and with a credential."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from wizard.clients.registry_answers import seconds_from_now, shown
from wizard.clients.registry_talk import Talk
from wizard.clients.registry_tokens import NO_SCOPE, Scope
from wizard.core.challenge import ChallengeError, choose, parse_challenges
from wizard.core.diagnosis import Evidence, Fault, Fix, Problem, Stage
from wizard.core.names import Repository
from wizard.core.ports import Answer, Ping
from wizard.core.secret import Credential
from wizard.core.text import clean

OK, UNAUTHORIZED = 200, 401
CLOCK_OFF_S: Final = 300.0


async def ping(talk: Talk, now: Callable[[], float], plain_port: int) -> Ping:
    """What `/v2/` says to somebody without a credential. Raises Problem: no registry there."""
    url = f"{talk.endpoint.base_url}/v2/"
    try:
        answer = await talk.bare("GET", url, Stage.PING)
    except Problem as problem:
        if problem.evidence[-1].fault is Fault.PLAIN_HTTP:
            raise await _without_tls(talk, problem) from None
        raise await _with_clock(talk, problem, now, plain_port) from None
    if answer.status == OK:
        talk.expect_no_page(answer, Stage.PING, "GET")
        talk.memory.scheme = "none"
    elif answer.status == UNAUTHORIZED:
        _learn(talk, answer)
    else:
        raise talk.refused(answer, Stage.PING, "GET")
    memory = talk.memory
    server = memory.realm and f", tokens from {shown('', memory.realm).strip()}"
    evidence = f"{shown('GET', answer.url)}: {answer.status}, {memory.scheme}{server}"
    return Ping(memory.scheme, _skew(answer, now), evidence, _traits(answer))


def _learn(talk: Talk, answer: Answer) -> None:
    """Remember what the challenge asks for. Raises Problem where it asks for nothing known."""
    try:
        challenge = choose(parse_challenges([answer.headers.get("www-authenticate", "")]))
    except ChallengeError as error:
        words = f"{error.reason}: {error.raw}"
        raise talk.fault(Stage.PING, "GET", answer.url, Fault.CHALLENGE, words) from None
    if challenge is None:
        problem = talk.refused(answer, Stage.PING, "GET")
        seen = problem.evidence[-1]
        fault = seen.fault or Fault.CHALLENGE
        raise Problem(replace(seen, fault=fault))
    memory = talk.memory
    memory.scheme = challenge.scheme
    if challenge.scheme == "bearer":
        memory.realm, memory.service = challenge.realm, challenge.service


_NAMING_HEADERS: Final = (
    "server",
    "gitlab-container-registry-version",
    "x-artifactory-id",
    "x-jfrog-version",
)
_LONGEST_TRAIT: Final = 200


def _traits(answer: Answer) -> dict[str, str]:
    """What the first answer says of the product behind it (registries.md 9)."""
    traits = {name: answer.headers[name] for name in _NAMING_HEADERS if name in answer.headers}
    try:
        challenge = choose(parse_challenges([answer.headers.get("www-authenticate", "")]))
    except ChallengeError:
        challenge = None
    if challenge is not None:
        traits |= {"realm": challenge.realm, "service": challenge.service}
    return {name: clean(value, _LONGEST_TRAIT) for name, value in traits.items() if value}


def _skew(answer: Answer, now: Callable[[], float]) -> float | None:
    here = datetime.fromtimestamp(now(), UTC)
    return seconds_from_now(answer.headers.get("date", ""), here)


async def _without_tls(talk: Talk, problem: Problem) -> Problem:
    """What is there, since it is not TLS: HTTP, or something else that has taken the port.

    Asked without a credential, once, and nothing of the answer is used.
    """
    there = urlsplit(talk.declared.base_url)
    url = f"http://{there.netloc}{'' if there.port else ':443'}/v2/"
    try:
        await talk.bare("HEAD", url, Stage.PING)
    except Problem as other:
        seen = other.evidence[-1]
        words = f"it speaks neither TLS nor HTTP on this port ({seen.answered})"
        here = replace(problem.evidence[-1], answered=words, message=words, fault=Fault.NONSENSE)
        return Problem(here)
    return problem


async def _with_clock(
    talk: Talk, problem: Problem, now: Callable[[], float], plain_port: int
) -> Problem:
    """A certificate whose dates do not fit may be right, and this machine's clock wrong.

    The server's Date decides; without TLS, since with it there is no answer to be had.
    """
    if "certificate_date" not in problem.evidence[-1].facts:
        return problem
    host = urlsplit(talk.declared.base_url).hostname or ""
    shown_host = f"[{host}]" if ":" in host else host
    url = f"http://{shown_host}:{plain_port}/"
    try:
        skew = _skew(await talk.bare("HEAD", url, Stage.PING), now)
    except Problem:
        skew = None
    if skew is None:
        return _undated(talk, problem, url, now)
    if abs(skew) < CLOCK_OFF_S:
        return problem
    minutes = f"{abs(skew) / 60:.0f}"
    words = f"the server's clock is {minutes} minutes {'ahead' if skew > 0 else 'behind'}"
    return Problem(
        *problem.evidence,
        Evidence(
            Stage.PING,
            asked=shown("HEAD", url),
            answered=words,
            host=talk.declared.host,
            message=words,
            facts={"minutes": minutes},
        ),
        cause="network.clock-wrong",
    )


def _undated(talk: Talk, problem: Problem, url: str, now: Callable[[], float]) -> Problem:
    """Nobody there says what time it is: a person has to look at the clock."""
    here = datetime.fromtimestamp(now(), UTC).strftime("%Y-%m-%d %H:%M")
    words = f"nobody there tells the time; this machine's clock says {here} UTC"
    told = Evidence(Stage.PING, shown("HEAD", url), words, talk.declared.host)
    look = Fix(f"Check whether this machine's clock is right: it says {here} UTC")
    return Problem(told, *problem.evidence, fixes=(look,))


async def prove(talk: Talk, repository: Repository | None) -> str:
    """`GET /v2/` with the login; the token is kept for the push that follows."""
    scope = Scope.push(repository.path) if repository else NO_SCOPE
    url = f"{talk.endpoint.base_url}/v2/"
    try:
        answer = await talk.send("GET", url, Stage.PING, scope)
    except Problem as problem:
        if repository is None or not _is_refused_token(problem):
            raise
        # Some token services refuse the whole token where only the push is not allowed.
        # Whether the login itself is good is asked without naming a repository.
        return await prove(talk, None)
    if answer.status != OK:
        raise talk.refused(answer, Stage.PING, "GET")
    talk.expect_no_page(answer, Stage.PING, "GET")
    if talk.memory.scheme == "none":
        return f"{shown('GET', answer.url)}: {answer.status}, it asks for no login"
    credential = talk.credential
    who = f"as {credential.username}" if isinstance(credential, Credential) else "anonymously"
    return f"{shown('GET', answer.url)} {who}: {answer.status}"


def _is_refused_token(problem: Problem) -> bool:
    seen = problem.evidence[-1]
    return seen.stage is Stage.TOKEN and seen.status in (400, 401, 403) and not seen.fault
