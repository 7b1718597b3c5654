"""Every text colour can be read on every background that text stands on."""

from __future__ import annotations

import pytest
from textual.color import Color

from wizard.tui.theme import DARK, DARK_THEME, LIGHT, LIGHT_THEME, Palette

LEAST_CONTRAST = 4.5
"""WCAG 2.1 AA for running text."""


def luminance(colour: Color) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.r) + 0.7152 * linear(colour.g) + 0.0722 * linear(colour.b)


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(Color.parse(one)), luminance(Color.parse(other))))[::-1]
    return (bright + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_the_standard_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
def test_every_text_colour_stands_out_on_every_background(palette: Palette) -> None:
    for background in (palette.background, palette.surface):
        for colour in palette.text_colours:
            assert contrast(colour, background) >= LEAST_CONTRAST, (colour, background)


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
def test_every_text_colour_stands_out_in_a_field_that_has_the_focus(palette: Palette) -> None:
    tinted = Color.parse(palette.surface).blend(Color.parse(palette.accent), 0.12).hex
    for colour in (palette.text, palette.quiet):
        assert contrast(colour, tinted) >= LEAST_CONTRAST


@pytest.mark.parametrize("theme", [DARK_THEME, LIGHT_THEME], ids=["dark", "light"])
def test_palette_of_commands_can_be_read_too(theme: object) -> None:
    generated = theme.to_color_system().generate()  # type: ignore[attr-defined]
    for background in ("background", "surface", "panel"):
        assert contrast(generated["foreground"], generated[background]) >= LEAST_CONTRAST
