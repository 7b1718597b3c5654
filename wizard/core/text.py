"""Text from outside is data: one cleaner for every string that a server, helper or file gave us."""

from __future__ import annotations

from collections.abc import Iterator

MOST_CHARACTERS = 400

# Controls, escapes, surrogates, private and unassigned code points, and format characters
# (bidi overrides, zero-width, tags) can repaint a terminal or hide what a line says.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

_PLAIN = frozenset(map(chr, range(ord(" "), ord("~") + 1))) | frozenset("…–—·→✓✗")
"""Safe without asking Unicode's tables, which few runs need: ASCII, and our own marks."""


def clean(text: str, most: int = MOST_CHARACTERS) -> str:
    """One printable line of at most `most` characters; what was unsafe shows escaped."""
    # Cut before anything else: a hostile megabyte must not be walked through.
    beginning = text[: most * 2]
    if not _PLAIN.issuperset(beginning):
        beginning = "".join(_shown(beginning))
    line = " ".join(beginning.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _shown(text: str) -> Iterator[str]:
    from unicodedata import category, normalize

    for character in normalize("NFC", text):
        if character in "\n\r\t":
            yield " "
        elif category(character) in _UNSAFE_CATEGORIES:
            yield character.encode("unicode_escape").decode("ascii")
        else:
            yield character


def clean_lines(text: str, most_lines: int = 20, most: int = MOST_CHARACTERS) -> tuple[str, ...]:
    """The first lines of `text`, each cleaned; empty ones left out."""
    lines = (clean(line, most) for line in text[: most_lines * most * 2].splitlines())
    return tuple(line for line in lines if line)[:most_lines]
