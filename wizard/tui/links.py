"""The chain of five links: what was proven so far, as words and marks. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from wizard.core.checks import Pull, Status, Step, Visibility
from wizard.core.dataclass import dataclass
from wizard.core.state import Journey
from wizard.tui.marks import Mark

LINKS: Final = (Step.ENGINE, Step.REGISTRY, Step.LOGIN, Step.PUSH, Step.VISIBILITY)
TITLES: Final = {
    Step.ENGINE: "Engine",
    Step.REGISTRY: "Registry",
    Step.LOGIN: "Login",
    Step.PUSH: "Test push",
    Step.VISIBILITY: "Visibility",
}
SHORT_TITLES: Final = {**TITLES, Step.PUSH: "Push"}
WORDS: Final = {
    Mark.PROVEN: "proven",
    Mark.NOW: "now",
    Mark.TO_COME: "to come",
    Mark.LOOK: "look",
    Mark.BROKEN: "broken",
    Mark.SKIPPED: "skipped",
    Mark.UNKNOWN: "unknown",
}


@dataclass(frozen=True, slots=True)
class Link:
    step: Step
    mark: Mark
    note: str = ""
    """What was proven, or what is the matter, in two or three words."""


def links(journey: Journey, now: Step | None) -> tuple[Link, ...]:
    """The five links in order. `now` is the step whose page is open."""
    found = []
    is_broken = False
    for step in LINKS:
        link = _link(journey, step)
        if link.mark is Mark.TO_COME and is_broken:
            link = replace(link, mark=Mark.SKIPPED)
        is_broken = is_broken or link.mark is Mark.BROKEN
        if step is now and link.mark in (Mark.TO_COME, Mark.SKIPPED):
            link = replace(link, mark=Mark.NOW)
        found.append(link)
    return tuple(found)


def is_done(journey: Journey, step: Step) -> bool:
    """Is this link proven, so that the next one can be tried?"""
    return _DONE[step](journey)


def cut(journey: Journey, step: Step) -> Journey:
    """Without what was found at `step` and after it: another choice makes it void."""
    later = LINKS[LINKS.index(step) :]
    # The SDK's rows say how it fits an engine.
    gone = (*later, Step.SDK) if step is Step.ENGINE else later
    kept = replace(
        journey,
        checks=tuple(check for check in journey.checks if check.step not in gone),
        running=tuple(began for began in journey.running if began.step not in later),
        progress=(),
        pushed=None,
        verified=None,
        visibility=Visibility.UNKNOWN,
        pull=Pull.UNPROVEN,
    )
    if Step.LOGIN in later:
        kept = replace(kept, logins=(), login=None, identity=None)
    if Step.REGISTRY in later:
        kept = replace(kept, ping=None)
    if Step.ENGINE in later:
        kept = replace(kept, engines=(), engine=None, details=None)
    return kept


def _link(journey: Journey, step: Step) -> Link:
    if step is Step.VISIBILITY and journey.verified is not None:
        return _visibility(journey)
    if is_done(journey, step):
        return Link(step, Mark.PROVEN, _NOTES[step](journey))
    failure = journey.failure(step)
    if failure is not None and not _is_only_missing(journey, step):
        mark = Mark.UNKNOWN if failure.status is Status.UNKNOWN else Mark.BROKEN
        return Link(step, mark, failure.cause.rpartition(".")[2].replace("-", " "))
    return Link(step, Mark.TO_COME)


def _is_only_missing(journey: Journey, step: Step) -> bool:
    """No login yet is where everybody begins, and nothing that broke."""
    failure = journey.failure(step)
    return failure is not None and failure.cause == "login.missing"


def _visibility(journey: Journey) -> Link:
    if journey.pull is Pull.PUBLIC:
        return Link(Step.VISIBILITY, Mark.PROVEN, "public")
    if journey.pull is Pull.DECLARED:
        return Link(Step.VISIBILITY, Mark.LOOK, "declared by you")
    if journey.visibility is Visibility.PRIVATE:
        return Link(Step.VISIBILITY, Mark.LOOK, "private")
    return Link(Step.VISIBILITY, Mark.UNKNOWN, "not decided")


def _passed(journey: Journey, id_: str) -> bool:
    check = journey.check(id_)
    return check is not None and check.status is Status.PASS


def _has_login(journey: Journey) -> bool:
    return journey.login is not None or _passed(journey, "login.found")


_DONE: Final[dict[Step, Callable[[Journey], bool]]] = {
    Step.ENGINE: lambda journey: (
        journey.engine is not None and journey.failure(Step.ENGINE) is None
    ),
    Step.REGISTRY: lambda journey: _passed(journey, "registry.reach"),
    Step.LOGIN: _has_login,
    Step.PUSH: lambda journey: journey.pushed is not None,
    Step.VISIBILITY: lambda journey: journey.pull is not Pull.UNPROVEN,
}


def _engine_note(journey: Journey) -> str:
    return journey.engine.title if journey.engine else ""


def _registry_note(journey: Journey) -> str:
    return str(journey.choices.prefix or "")


def _login_note(journey: Journey) -> str:
    if journey.identity is None:
        return "none asked for"
    expires = journey.identity.expires
    until = f", to {expires.day} {expires:%b}" if expires else ""
    return f"{journey.identity.who}{until}"


def _push_note(journey: Journey) -> str:
    pushed = journey.pushed
    return f"{spell_seconds(pushed.seconds)}, {pushed.size_bytes} bytes" if pushed else ""


_NOTES: Final[dict[Step, Callable[[Journey], str]]] = {
    Step.ENGINE: _engine_note,
    Step.REGISTRY: _registry_note,
    Step.LOGIN: _login_note,
    Step.PUSH: _push_note,
    Step.VISIBILITY: lambda _journey: "",
}


def spell_seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds:.2f} s"
