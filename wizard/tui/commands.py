"""The palette: every key of the page, and what has no key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from textual.app import SystemCommand

from wizard.tui.conductor import Conductor
from wizard.tui.intents import ListCauses
from wizard.tui.screens.page import Page


def commands(
    page: Page, conductor: Conductor, toggle_light: Callable[[], None]
) -> Iterator[SystemCommand]:
    for offer in page.offers():
        yield SystemCommand(_sentence(offer.label), f"key: {offer.shown_key}", offer.run)
    yield SystemCommand(
        "Explain a cause", "a list of all, to type into", lambda: page.post_message(ListCauses())
    )
    yield SystemCommand("Light or dark", "key: ctrl+l", toggle_light)
    if page.page_id != "home":
        yield SystemCommand("Home", "the first page", conductor.home)
    yield from _faults(conductor)


def _faults(conductor: Conductor) -> Iterator[SystemCommand]:
    """Sandbox only: faults to rehearse with."""
    practice: Any = conductor.parts.practice if conductor.is_built else None
    for fault in practice.faults if practice is not None else ():
        is_on = fault.id in practice.active_faults
        yield SystemCommand(
            f"Practice fault {'off' if is_on else 'on'}: {fault.title}",
            fault.about,
            partial(practice.switch_fault, fault.id, not is_on),
        )


def _sentence(label: str) -> str:
    return label[:1].upper() + label[1:]
