"""What a key does now: one list for the keys themselves, the bottom line and the palette."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from wizard.core.dataclass import dataclass

_SHOWN: Final = {
    "question_mark": "?",
    "escape": "esc",
    "ctrl+p": "ctrl+p",
    "pagedown": "page down",
    "down": "↓",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that can be done now. `key` as Textual names it: `enter`, `r`, `ctrl+t`."""

    key: str
    label: str
    """Our own words, never text from outside: the palette shows them."""
    run: Callable[[], object]
    is_listed: bool = True
    """On the bottom line; else it works and is found in the palette."""

    @property
    def shown_key(self) -> str:
        return _SHOWN.get(self.key, self.key)

    @property
    def is_letter(self) -> bool:
        """Typed into a field that has the focus, and so not to be had then."""
        return len(self.key) == 1 or self.key == "question_mark"
