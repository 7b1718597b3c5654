"""The words of the login page: what was found, the ways in, and where a login will go. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.core.checks import Step
from wizard.core.events import LoginSeen
from wizard.core.ports import StoreChoice, WayIn
from wizard.core.text import clean
from wizard.tui.links import is_done
from wizard.tui.view import View
from wizard.tui.widgets.choice_list import Choice
from wizard.tui.widgets.text import Part


def lead(view: View, *, wants_other: bool) -> str:
    host = view.journey.choices.prefix.host if view.journey.choices.prefix else "the registry"
    if view.is_busy:
        return f"Logins for {host} are looked for and tried. Nothing is changed."
    if is_done(view.journey, Step.LOGIN) and not wants_other:
        return "This login works, and is what docker and your SDK will use."
    if wants_other:
        return "How do you want to log in instead? Nothing is stored before you see where."
    return f"No login for {host} is here yet. Nothing is stored before you see where."


def found_rows(view: View) -> Iterator[Choice]:
    """Logins that other programs have, and docker does not find."""
    for seen in view.journey.logins:
        if seen.identity is not None and not seen.login.tools:
            whose = f"{seen.identity.who}, from {seen.login.source}"
            lines = ("it works; docker does not find it there yet", *seen.identity.notes)
            yield Choice(f"login {seen.login.id}", whose, "found", lines)


def waiting_parts(view: View) -> tuple[Part, ...]:
    """Sessions of other programs that do not work now, and the command that mends each."""
    parts: list[Part] = []
    for seen in waiting_sessions(view):
        problem = seen.login.problem
        command = next((fix.command for fix in problem.fixes if fix.command), "") if problem else ""
        said = problem.summary if problem else ""
        parts.append((f"▲ look: {clean(seen.login.source)}: {clean(said)}\n", "$look"))
        if command:
            parts += ["  run in another terminal:  ", (f"{clean(command)}\n", "$accent")]
    if parts:
        parts.append(("It is asked again by itself; the page goes on when it works.\n", "$quiet"))
    return tuple(parts)


def waiting_sessions(view: View) -> tuple[LoginSeen, ...]:
    return tuple(s for s in view.journey.logins if s.login.problem and not s.login.tools)


def way_rows(view: View) -> Iterator[Choice]:
    """The ways to log in at the very host that was chosen."""
    for one in view.ways:
        lacking = (f"{one.lacks} is not on this machine yet.",) if one.lacks else ()
        yield Choice(f"way {one.way.id}", one.way.title, lines=(one.way.explanation, *lacking))


def way_parts(way: WayIn, view: View) -> tuple[Part, ...]:
    parts: list[Part] = []
    if view.plan is None:
        parts += [(f"{way.title}\n", "bold"), (f"{way.explanation}\n", "$quiet")]
    if way.command:
        parts += ["run in another terminal:\n  ", (way.command, "$accent")]
    if way.url and view.practice is None:
        parts += ["Make the token here (ctrl+o opens it):\n", (way.url, "$accent")]
    return tuple(parts)


def plan_parts(view: View, *, is_agreed: bool) -> tuple[Part, ...]:
    """Where the login will go, before anything is asked for."""
    plan = view.plan
    if view.journey.choices.store is StoreChoice.NONE:
        return ("It will be kept ", ("for this run only", "bold"), "; nothing is written.\n")
    if plan is None:
        return ()
    if plan.is_minted:
        title = clean(plan.title)
        parts: list[Part] = ["No secret is kept; a fresh login comes from ", (title, "bold"), "\n"]
    elif plan.is_encrypted:
        parts = ["It will be kept in ", (clean(plan.title), "bold"), "\n"]
    else:
        said = "▲ look: it would lie there unencrypted"
        parts = [(f"{said}: {clean(plan.title)}\n", "$look")]
        if not is_agreed:
            parts.append("Anything that runs as you could read it. y stores it so all the same.\n")
    parts.append((f"{clean(plan.reason)}\n", "$quiet"))
    parts += [(f"▲ look: {clean(found.summary)}\n", "$look") for found in plan.warnings]
    return tuple(parts)


def practice_parts(view: View) -> tuple[Part, ...]:
    practice = view.practice
    if practice is None:
        return ()
    return (
        "Practice account ",
        (practice.username, "bold"),
        ", token ",
        (practice.token, "bold"),
        ("\nctrl+t pastes it; it works nowhere else", "$quiet"),
    )
