"""The exact change to a file, as it will be made; secrets come masked."""

from __future__ import annotations

from wizard.core.text import clean
from wizard.tui.widgets.text import Part, Text

_STYLES = {"+": "$good", "-": "$broken", "@": "$quiet"}
LONGEST_LINE = 300


class DiffView(Text):
    def show(self, diffs: tuple[tuple[str, str], ...], home: str = "") -> None:
        """(file, unified diff) for each file that changes; `home` is shown as ~."""
        parts: list[Part] = []
        for file, diff in diffs:
            name = f"~{file.removeprefix(home)}" if home and file.startswith(f"{home}/") else file
            parts += [(f"{clean(name)}\n", "bold")]
            for line in diff.splitlines():
                if not line.startswith(("---", "+++", "@@")):
                    parts.append((f"  {_shown(line)}\n", _STYLES.get(line[:1], "$quiet")))
        self.say(*parts)


def _shown(line: str) -> str:
    """Cleaned, with its indentation kept: a diff without it would not be the exact change."""
    body = line.expandtabs(4)
    indent = len(body[1:]) - len(body[1:].lstrip(" "))
    return body[:1] + " " * indent + clean(body[1:], LONGEST_LINE)
