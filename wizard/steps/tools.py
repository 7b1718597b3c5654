"""One login for all tools: what docker, its SDK, podman and nerdctl would each send."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import Final

from wizard.core.checks import Check, Status, Step, failed, passed, skipped
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Fix
from wizard.core.events import Checked, Event
from wizard.core.ports import Endpoint, FoundLogin, Outside, Parts
from wizard.core.state import Journey
from wizard.steps.order import FOUND
from wizard.steps.registry import destination

TOOLS: Final = "login.tools"
_FOR_ALL: Final = Fix(
    "Store the login once, where every tool looks", command="registry-wizard setup"
)


@dataclass(frozen=True, slots=True)
class Tool:
    """Programs that look for logins in the same places, in the same order."""

    id: str
    family: str
    """How `FoundLogin.tools` calls them."""
    programs: tuple[tuple[str, str], ...]
    """(program on PATH, how it is called); one is enough. Without a program: always there."""


_ALL: Final = (
    Tool("docker", "docker", (("docker", "docker, buildx and compose"),)),
    Tool("docker-sdk", "docker SDK", (("", "docker's Python SDK, which the Flyte SDKs ask"),)),
    Tool("podman", "podman", (("podman", "podman"), ("skopeo", "skopeo"), ("buildah", "buildah"))),
    Tool("nerdctl", "nerdctl", (("nerdctl", "nerdctl"),)),
)


async def compare(parts: Parts, journey: Journey) -> AsyncGenerator[Event, None]:
    """Who would be sent by each tool that is here, of the logins that were found already.

    One row where all agree; what differs, and was not told with the login itself, is a row.
    """
    to = destination(parts, journey)
    logins = tuple(seen.login for seen in journey.logins if seen.login.tools)
    if not logins:
        return
    found = tuple(rows(parts.outside, to.endpoint, logins))
    if all(row.status is Status.PASS for row in found):
        named = (row.summary for row in found)
        yield Checked(passed(TOOLS, Step.LOGIN, agreement(parts.outside, logins), *named))
        return
    for row in found:
        if row.cause == "login.missing":
            yield Checked(row)


def agreement(outside: Outside, logins: Sequence[FoundLogin]) -> str:
    """Whether those that find a login send the same account; all may work, and only one push."""
    firsts = (_first(tool, logins) for tool, _ in _here(outside))
    accounts = sorted({login.username for login in firsts if login is not None})
    if len(accounts) > 1:
        return f"the tools here do not all send the same account: {', '.join(accounts)}"
    return "every tool here finds it"


def rows(outside: Outside, endpoint: Endpoint, logins: Sequence[FoundLogin]) -> Iterator[Check]:
    """One for each tool that is here. No question is asked again, but what is on PATH."""
    here = tuple(_here(outside))
    sent = {tool.id: _first(tool, logins) for tool, _ in here}
    other = next((login for login in sent.values() if login and not login.problem), None)
    for tool, names_of_it in here:
        yield _row(f"{TOOLS}.{tool.id}", names_of_it, sent[tool.id], other, endpoint)


def _here(outside: Outside) -> Iterator[tuple[Tool, str]]:
    """Each that is on this machine, and what people call it."""
    for tool in _ALL:
        names = [name for program, name in tool.programs if not program or outside.which(program)]
        if names:
            yield tool, _joined(names)


def _first(tool: Tool, logins: Sequence[FoundLogin]) -> FoundLogin | None:
    return next((login for login in logins if tool.family in login.tools), None)


def _row(
    id_: str, names: str, login: FoundLogin | None, other: FoundLogin | None, endpoint: Endpoint
) -> Check:
    if login is None and other is None:
        return skipped(id_, Step.LOGIN, f"{names}: no login to send", FOUND)
    if login is None:
        return _without(id_, names, other, endpoint)
    if login.problem is not None:
        return failed(id_, Step.LOGIN, login.problem)
    # That a login lies open is told where it is found; here only who is sent.
    if login.warning is not None and login.warning.cause.startswith("config."):
        return failed(id_, Step.LOGIN, login.warning)
    return passed(id_, Step.LOGIN, f"{names}: {login.username}", login.source)


def _without(id_: str, names: str, other: FoundLogin | None, endpoint: Endpoint) -> Check:
    """It finds nothing where another tool does: podman reads no `credsStore`, for one."""
    account = other.username if other else ""
    return Check(
        id_,
        Step.LOGIN,
        Status.WARN,
        f"{names}: no login for {endpoint.host}, while others here send {account}",
        cause="login.missing",
        evidence=(other.source,) if other else (),
        fixes=(_FOR_ALL,),
    )


def _joined(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
