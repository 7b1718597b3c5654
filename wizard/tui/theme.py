"""A dark and a light theme of our own. Every text colour stands at 4.5 to 1 or more."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

from wizard.core.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Solid colours only: what is blended has a contrast that nobody has computed."""

    background: str
    surface: str
    """Behind input fields and selected rows."""
    text: str
    quiet: str
    accent: str
    good: str
    look: str
    broken: str

    @property
    def text_colours(self) -> tuple[str, ...]:
        return (self.text, self.quiet, self.accent, self.good, self.look, self.broken)


DARK: Final = Palette(
    background="#14171c",
    surface="#232830",
    text="#e4e6ea",
    quiet="#a2a9b4",
    accent="#7cc0ff",
    good="#7fd49a",
    look="#eac069",
    broken="#ff9a92",
)
LIGHT: Final = Palette(
    background="#fbfbf9",
    surface="#e9ebee",
    text="#1d2127",
    quiet="#545b66",
    accent="#0a57a4",
    good="#17662f",
    look="#7a4b00",
    broken="#a8201a",
)


def _theme(name: str, palette: Palette, *, dark: bool) -> Theme:
    return Theme(
        name=name,
        primary=palette.accent,
        secondary=palette.accent,
        accent=palette.accent,
        foreground=palette.text,
        background=palette.background,
        surface=palette.background,
        panel=palette.surface,
        success=palette.good,
        warning=palette.look,
        error=palette.broken,
        dark=dark,
        variables={
            "quiet": palette.quiet,
            "good": palette.good,
            "look": palette.look,
            "broken": palette.broken,
            "field": palette.surface,
            "input-selection-background": f"{palette.accent} 30%",
            "scrollbar": palette.quiet,
            "scrollbar-hover": palette.accent,
            "scrollbar-active": palette.accent,
            "scrollbar-background": palette.background,
            "scrollbar-background-hover": palette.background,
            "scrollbar-background-active": palette.background,
        },
    )


DARK_THEME: Final = _theme("wizard-dark", DARK, dark=True)
LIGHT_THEME: Final = _theme("wizard-light", LIGHT, dark=False)
