"""Text from outside is data: one cleaner for every string that a server, helper or file gave us."""

from __future__ import annotations

import unicodedata

MOST_CHARACTERS = 400

# Controls, escapes, surrogates, private and unassigned code points, and format characters
# (bidi overrides, zero-width, tags) can repaint a terminal or hide what a line says.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(text: str, most: int = MOST_CHARACTERS) -> str:
    """One printable line of at most `most` characters; what was unsafe shows escaped."""
    # Cut before normalising: a hostile megabyte must not be walked through.
    shown = []
    for character in unicodedata.normalize("NFC", text[: most * 2]):
        if character in "\n\r\t":
            shown.append(" ")
        elif unicodedata.category(character) in _UNSAFE_CATEGORIES:
            shown.append(character.encode("unicode_escape").decode("ascii"))
        else:
            shown.append(character)
    line = " ".join("".join(shown).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def clean_lines(text: str, most_lines: int = 20, most: int = MOST_CHARACTERS) -> tuple[str, ...]:
    """The first lines of `text`, each cleaned; empty ones left out."""
    lines = (clean(line, most) for line in text[: most_lines * most * 2].splitlines())
    return tuple(line for line in lines if line)[:most_lines]
