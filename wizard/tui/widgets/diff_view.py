"""The exact change to a file, as it will be made; secrets come masked."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.core.text import clean
from wizard.tui.widgets.rows import Row, Rows

_STYLES = {"+": "$good", "-": "$broken", "@": "$quiet"}
LONGEST_LINE = 300


class DiffView(Rows):
    def show_files(self, diffs: tuple[tuple[str, str], ...], home: str = "") -> None:
        """(file, unified diff) for each file that changes; `home` is shown as ~."""
        self.show(tuple(row for file, diff in diffs for row in _rows(file, diff, home)))


def _rows(file: str, diff: str, home: str) -> Iterator[Row]:
    name = f"~{file.removeprefix(home)}" if home and file.startswith(f"{home}/") else file
    yield Row("", "", ((clean(name), "bold"),))
    for line in diff.splitlines():
        if not line.startswith(("---", "+++", "@@")):
            # With its indentation: a diff without it would not be the exact change.
            body = line.expandtabs(4)
            indent = len(body[1:]) - len(body[1:].lstrip(" "))
            style = _STYLES.get(line[:1], "$quiet")
            text = clean(body[1:], LONGEST_LINE).lstrip(" ")
            yield Row(f"  {body[:1]}{' ' * indent}", style, ((text, style),))
