"""The keys of a fix, wherever a list of fixes stands."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.core.asking import message_for
from wizard.core.checks import Check
from wizard.core.diagnosis import Fix
from wizard.tui import intents
from wizard.tui.offers import Offer
from wizard.tui.screens.page import Page
from wizard.tui.widgets.choice_list import ChoiceList


def fix_offers(
    page: Page, rows: ChoiceList, fix: Fix | None, check: Check | None
) -> Iterator[Offer]:
    """`fix` is the one that the pointer stands on; None: that row tries again.

    `check`: what is broken, where that is known.
    """
    if page.focused is rows and rows.selected is not None:
        does = fix is None or fix.action or fix.command or fix.url
        if does:
            yield Offer("enter", _verb(fix), rows.action_take)
    if fix is None:
        return
    if fix.command:
        command = fix.command
        yield page.offer("c", "copy", lambda: intents.Copy(command, "the command"))
    if fix.url:
        url = fix.url
        yield page.offer("o", "open the page", lambda: intents.OpenLink(url))
    if fix.ask and check is not None:
        text, whom = message_for(check, fix), f"a message for {fix.ask}"
        yield page.offer("m", "copy a message for them", lambda: intents.Copy(text, whom))


def _verb(fix: Fix | None) -> str:
    if fix is None:
        return "try again"
    if fix.action:
        return "look, then do it"
    return "copy the command" if fix.command else "open"
