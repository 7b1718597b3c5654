"""A question and its check, as data: both faces ask the same fields."""

from __future__ import annotations

from collections.abc import Callable

from wizard.core.dataclass import dataclass


def anything(_text: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to ask for. `check` returns what is wrong in plain words, or nothing."""

    id: str
    title: str
    example: str
    help: str = ""
    check: Callable[[str], str] = anything
    is_optional: bool = False
